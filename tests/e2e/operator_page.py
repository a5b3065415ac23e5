"""The operator page as somebody uses it: by the roles and names of what is on it, so that a redraw changes no test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import House
from tests.e2e.waiting import eventually

SIGNS = {"s": "\u2660", "h": "\u2665", "d": "\u2666", "c": "\u2663"}


def name_of(card: str) -> str:
    """Return the name that the page gives a card."""
    return card[0].replace("T", "10") + SIGNS[card[1]]


class OperatorPage:
    """A page that is open, and the house that it runs a table of."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = page

    @property
    def state(self) -> Any:
        """The public state as the house knows it."""
        return self.house.console.feeds["public"].state or {}

    def button(self, name: str) -> Locator:
        """Return the button whose name holds `name`, on the page or in the dialog that is open."""
        return self.page.get_by_role("button", name=re.compile(name))

    async def touch(self, name: str) -> None:
        """Touch what gives a command, and wait until the table has taken it."""
        before = self.state["decision"]
        await self.button(name).click()
        await eventually(lambda: self.state["decision"] > before)

    async def all_in(self) -> None:
        """Touch All-in, and confirm it; two touches that are close together are one."""
        await self.button("All-in").click()
        await expect(self.button("Confirm")).to_be_visible()
        await self.page.wait_for_timeout(250)
        await self.touch("Confirm")

    async def types(self, place: str, cards: Iterable[str], *, lies: str = "") -> None:
        """Type cards by touch. place: the button that opens them; lies: of several places there, which one."""
        await self.button(place).click()
        dialog = self.page.get_by_role("dialog")
        if lies:
            await dialog.get_by_role("button", name=lies).click()
        for card in cards:
            chosen = dialog.get_by_role("button", name=name_of(card), exact=True)
            await chosen.click()
            await expect(chosen).to_have_attribute("aria-pressed", "true")
        await dialog.get_by_role("button", name="Close").click()

    async def waits(self, what: str) -> None:
        """Wait until the hand waits for something."""
        await eventually(lambda: self.state["hand"] and self.state["hand"]["waiting_for"] == what)

    async def ends(self) -> dict[str, Any]:
        """End the hand, and return it as the page exports it."""
        await self.touch("^End hand")
        link = self.page.get_by_role("link", name=re.compile("Export hand"))
        await expect(link).to_be_visible()
        where = await link.evaluate("link => link.href")
        for _ in range(100):
            if (await self.page.request.get(where)).ok:
                break
            await self.page.wait_for_timeout(100)
        async with self.page.expect_download() as download:
            await link.click()
        path = await (await download.value).path()
        found: dict[str, Any] = json.loads(path.read_text())
        return found
