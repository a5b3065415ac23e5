"""The nodes page over the whole EBS: a reader that dies is seen, and a button reaches the node."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.conftest import House
from tests.e2e.logged import facts
from tests.e2e.people import open_page
from tests.e2e.waiting import eventually
from tools.rehearsal.demo import DEVICE

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.browser, pytest.mark.timeout(120)]


async def test_a_reader_that_dies_is_seen_and_a_button_reaches_the_node(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    page = await open_page(browser, house.stack, "nodes", "installer")
    await page.wait_for_selector("[data-antenna='a12'][data-state='ok']", timeout=15_000)
    assert await page.locator("#summary").inner_text() == "The node is well"

    await page.click("[data-action='identify']")
    await eventually(lambda: facts(tmp_path / "data" / "log.db", "command_result"))
    assert await page.locator("#message").inner_text() == f"{DEVICE} blinks for ten seconds."

    await house.node.chip("a03", 0x00)
    await page.wait_for_selector("[data-antenna='a03'][data-state='fault']", timeout=25_000)
    assert await page.locator("#summary").inner_text() == f"Look at {DEVICE}"


async def test_the_operator_page_leads_to_it(house: House, browser: Browser) -> None:
    page = await open_page(browser, house.stack, "operator", "operator")
    await page.wait_for_selector("body[data-link='online']")

    async with page.expect_popup() as opened:
        await page.click("#nodes-open")
    nodes = await opened.value
    await nodes.wait_for_selector(f"[data-node='{DEVICE}']", timeout=15_000)
