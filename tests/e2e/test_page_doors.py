"""Pages at the doors of a whole house, in a real browser: how they come in, come back, and go."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, WebSocket, async_playwright, expect

from collector.broker.admitted.gatekeeper import MOST_PAGES
from collector.signin.making import new_output
from collector.system import now_ms
from tests.e2e.client import Client
from tests.e2e.people import WORD, let_in, people_of, signed_in
from tests.e2e.waiting import eventually
from tests.web.chromium import CHROMIUM, CHROMIUM_ARGS
from tools.rehearsal.stack import Stack

pytestmark = [
    pytest.mark.broker,
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
TABLE = "t1"
ONLINE = "body[data-link=online]"
ON_AIR = "#overlay[data-link=online][data-seq]"
SOON = 10_000
"""Milliseconds within which what is revoked is out."""


class Unlimited(Stack):
    """A stack where somebody may sign in as often as these tests do."""

    def _settings(self) -> Mapping[str, str]:
        return {**super()._settings(), "EBS_LIMIT_SIGN_IN": "0"}


class House:
    """A stack with a table; nobody starts again what is killed."""

    def __init__(self, folder: Path, *, tls: bool = False) -> None:
        self.stack = Unlimited(folder, say=lambda _line: None, tls=tls)
        self._names = itertools.count(1)

    async def start(self) -> None:
        await self.stack.start()
        await self.command({"type": "create_event", "event_id": "e1", "name": "E"}, "house")
        await self.command({"type": "open_table", "event_id": "e1", "table_id": TABLE, "name": "Feature"}, "house")
        await let_in(self.stack, "ana", "operator")

    async def command(self, body: dict[str, Any], place: str = f"table/{TABLE}") -> None:
        async with Client(self.stack.login("operator"), f"ebs/v1/{place}/reply/operator") as console:
            told = json.dumps({"v": 1, "id": uuid.uuid4().hex, **body}).encode()
            await console.send(f"ebs/v1/{place}/command/operator", told)
            await eventually(console.received)

    async def output(self) -> tuple[str, str]:
        """Add an output; return its name, and the address of its page."""
        name = f"main-{next(self._names)}"
        with people_of(self.stack) as store:
            output, key = new_output(name, "ana", TABLE, "public", now_ms())
            store.add_output(output, "test")
        await asyncio.sleep(0.3)
        return name, f"{self.stack.url}/overlay/?table={TABLE}&debug=1#{key}"

    @property
    def web(self) -> Any:
        return self.stack._web

    @property
    def collector(self) -> Any:
        return self.stack._collector

    async def kill_broker(self) -> None:
        assert self.stack.broker.pid is not None
        os.kill(self.stack.broker.pid, 9)
        await self.stack.broker.wait()

    async def refuses(self, login: dict[str, Any]) -> bool:
        """Return whether the broker refuses a login that a page has had."""
        try:
            async with aiomqtt.Client(
                "127.0.0.1", self.stack.broker.port, username=login["login"], password=login["password"], timeout=5
            ):
                return False
        except aiomqtt.MqttError:
            return True


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    made = House(tmp_path_factory.mktemp("house"))
    await made.start()
    yield made
    await made.stack.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield found
        await found.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(chromium: Browser, house: House) -> AsyncIterator[BrowserContext]:
    """A browser in which an operator has signed in."""
    context = await signed_in(chromium, house.stack, "operator")
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stranger(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A browser in which nobody has signed in."""
    context = await chromium.new_context(ignore_https_errors=True)
    yield context
    await context.close()


def logins(page: Page) -> list[dict[str, Any]]:
    """Return what the page is told of logins at the broker, as it comes."""
    found: list[dict[str, Any]] = []

    async def answered(response: Any) -> None:
        if response.url.endswith(("/auth/broker", "/auth/output")) and response.ok:
            found.append(await response.json())

    page.on("response", answered)
    return found


async def operator_page(house: House, context: BrowserContext) -> tuple[Page, list[dict[str, Any]]]:
    page = await context.new_page()
    told = logins(page)
    await page.goto(f"{house.stack.url}/operator/?table={TABLE}")
    await page.wait_for_selector(f"{ONLINE}[data-seq]")
    return page, told


async def on_air(context: BrowserContext, address: str) -> tuple[Page, list[dict[str, Any]]]:
    page = await context.new_page()
    told = logins(page)
    await page.goto(address)
    await page.wait_for_selector(ON_AIR)
    return page, told


# --- in ---


async def test_a_page_without_a_session_goes_to_sign_in_and_comes_back(house: House, stranger: BrowserContext) -> None:
    page = await stranger.new_page()
    await page.goto(f"{house.stack.url}/operator/?table={TABLE}")
    await page.get_by_label("Name").fill("ana")
    await page.get_by_label("Password").fill(WORD)
    await page.get_by_role("button", name="Sign in").click()

    await page.wait_for_selector(f"{ONLINE}[data-seq]")
    assert page.url == f"{house.stack.url}/operator/?table={TABLE}"
    await page.go_back()
    assert "login=" not in page.url


async def test_no_password_is_in_address_history_storage_cookie_page_or_referer(
    house: House, desk: BrowserContext, stranger: BrowserContext
) -> None:
    _, address = await house.output()
    sent: list[tuple[str, dict[str, str]]] = []
    said: list[str] = []
    for context in (desk, stranger):
        context.on("request", lambda request: sent.append((request.url, request.headers)))
        context.on("console", lambda message: said.append(message.text))
    page, told = await operator_page(house, desk)
    overlay, given = await on_air(stranger, address)
    async with page.expect_popup() as opened:
        await page.click("#nodes-open")
    await (await opened.value).wait_for_selector(ONLINE)

    secrets = [told[0]["password"], given[0]["password"], address.split("#")[1]]
    for one in (page, overlay):
        kept = await one.evaluate(
            "() => JSON.stringify([location.href, history.state, document.cookie, document.referrer, {...localStorage},"
            " {...sessionStorage}, document.documentElement.outerHTML,"
            " performance.getEntries().map((entry) => entry.name)])"
        )
        kept = kept.replace(address, "")  # the entry of the navigation itself
        assert not [secret for secret in secrets if secret in kept]
        assert await one.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert overlay.url == address.split("#", maxsplit=1)[0]
    assert not [url for url, _ in sent if any(secret in url for secret in secrets)]
    assert not [headers["referer"] for _, headers in sent if headers.get("referer")]
    assert not [text for text in said if any(secret in text for secret in secrets)]
    logs = "".join(log.read_text() for log in house.stack.folder.glob("*.log"))
    assert not [secret for secret in secrets if secret in logs]


async def test_a_second_page_of_a_session_has_a_login_of_its_own_and_both_command(
    house: House, desk: BrowserContext
) -> None:
    (first, told), (second, also) = await operator_page(house, desk), await operator_page(house, desk)
    assert told[0]["login"] != also[0]["login"]

    for page, blind in ((first, 10), (second, 20)):
        await page.click("#setup-open")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Small blind").fill(str(blind))
        await dialog.get_by_label("Big blind", exact=True).fill(str(2 * blind))
        await dialog.get_by_role("button", name="Set the blinds").click()
        await expect(first.locator("[data-field=blinds]")).to_contain_text(f"{blind}/{2 * blind}")
        await expect(second.locator("[data-field=blinds]")).to_contain_text(f"{blind}/{2 * blind}")


async def test_of_more_pages_than_a_session_may_have_the_oldest_goes_and_says_so(
    house: House, desk: BrowserContext
) -> None:
    pages = [(await operator_page(house, desk))[0] for _ in range(MOST_PAGES + 1)]

    await expect(pages[0].locator("#banner")).to_contain_text("newer pages are open; close one", timeout=10_000)
    for page in pages[1:]:
        await expect(page.locator("body")).to_have_attribute("data-link", "online")
    await pages[4].close()
    await pages[0].wait_for_selector(ONLINE, timeout=20_000)
    assert await pages[0].locator("#banner").is_hidden()


async def test_several_sources_of_one_output_are_on_the_air_together(house: House, stranger: BrowserContext) -> None:
    _, address = await house.output()
    sources = [await on_air(stranger, address) for _ in range(3)]
    await asyncio.sleep(1.5)

    for page, told in sources:
        assert await page.locator(ON_AIR).count() == 1
        assert len(told) == 1, "none has put another out"


# --- out ---


async def test_signing_out_ends_every_page_of_the_session_at_once(house: House, desk: BrowserContext) -> None:
    page, told = await operator_page(house, desk)
    login = await desk.new_page()
    await login.goto(f"{house.stack.url}/login/")
    await login.get_by_role("button", name="Sign out").click()

    await page.wait_for_selector("body:not([data-link=online])", timeout=SOON)
    await page.wait_for_url("**/login/?to=*")
    assert await house.refuses(told[0])
    assert page.url.endswith(f"/login/?to=%2Foperator%2F%3Ftable%3D{TABLE}")


async def test_a_session_that_is_ended_elsewhere_is_out_at_once(house: House, desk: BrowserContext) -> None:
    page, told = await operator_page(house, desk)
    with people_of(house.stack) as store:
        store.edit_user(
            "operator", lambda user, _: replace(user, generation=user.generation + 1), "role_set", "test", now_ms()
        )

    await page.wait_for_selector("body:not([data-link=online])", timeout=SOON)
    await page.wait_for_url("**/login/?to=*")
    assert await house.refuses(told[0])


async def test_an_output_that_is_revoked_is_out_at_once(house: House, stranger: BrowserContext) -> None:
    name, address = await house.output()
    page, told = await on_air(stranger, address)
    with people_of(house.stack) as store:
        store.revoke_output(name, "test", now_ms())

    await page.wait_for_selector("#overlay:not([data-link=online])", state="attached", timeout=SOON)
    await page.wait_for_selector("#overlay[data-link=refused]", state="attached")
    assert await page.locator("#overlay").is_hidden()
    await expect(page.locator("[data-field=debug]")).to_contain_text("revoked")
    assert await house.refuses(told[0])


# --- back ---


async def test_an_overlay_comes_back_after_the_broker_with_the_web_dead(house: House, stranger: BrowserContext) -> None:
    _, address = await house.output()
    page, told = await on_air(stranger, address)
    await house.web.kill()
    await house.kill_broker()
    await page.wait_for_selector("#overlay[data-link=lost]")
    assert await page.locator("#overlay").is_visible(), "the last frame stays"

    await house.stack.broker.start()

    await page.wait_for_selector(ON_AIR)
    assert len(told) == 1
    await house.web.start()
    await house.web.ready()


_ORDERS = list(itertools.permutations(("broker", "collector", "web")))
_TRIED = {("broker", "collector", "web"), ("web", "collector", "broker")}
"""In `make test`: as they are started, and backwards. The others: `make soak`."""


@pytest.mark.parametrize(
    "order",
    [order if order in _TRIED else pytest.param(order, marks=pytest.mark.soak) for order in _ORDERS],
    ids="-".join,
)
async def test_a_scene_comes_back_after_a_restart_of_everything_in_any_order(
    house: House, stranger: BrowserContext, order: tuple[str, ...]
) -> None:
    sources = []
    for address in [(await house.output())[1] for _ in range(2)]:
        sources += [await on_air(stranger, address), await on_air(stranger, address)]
    starts = {"broker": house.stack.broker.start, "collector": house.collector.start, "web": house.web.start}
    await house.web.kill()
    await house.collector.kill()
    await house.kill_broker()
    for page, _ in sources:
        await page.wait_for_selector("#overlay[data-link=lost]")
    seen = [int(await page.locator("#overlay").get_attribute("data-seq") or 0) for page, _ in sources]

    for part in order:
        await starts[part]()
    await house.collector.ready()
    await house.web.ready()
    await house.command({"type": "set_blinds", "small_blind": max(seen), "big_blind": 2 * max(seen)})

    for (page, told), before in zip(sources, seen, strict=True):
        await page.wait_for_selector(ON_AIR, timeout=20_000)
        await page.wait_for_function(
            "(before) => Number(document.getElementById('overlay').dataset.seq) > before", arg=before, timeout=20_000
        )
        assert len(told) == 1, "with the login that it had"


async def test_pages_that_are_opened_before_the_collector_is_up_come_up_by_themselves(
    house: House, desk: BrowserContext, stranger: BrowserContext
) -> None:
    _, address = await house.output()
    await house.collector.kill()
    page, overlay = await desk.new_page(), await stranger.new_page()
    await page.goto(f"{house.stack.url}/operator/?table={TABLE}")
    await overlay.goto(address)
    await expect(page.locator("[data-field=link]")).to_have_text("Connecting")

    await house.collector.start()

    await page.wait_for_selector(f"{ONLINE}[data-seq]", timeout=30_000)
    await overlay.wait_for_selector(ON_AIR, timeout=30_000)


async def test_pages_come_in_over_tls(tmp_path: Path, chromium: Browser) -> None:
    house = House(tmp_path / "data", tls=True)
    await house.start()
    try:
        context = await signed_in(chromium, house.stack, "operator", ignore_https_errors=True)
        sockets: list[str] = []

        def opened(socket: WebSocket) -> None:
            sockets.append(socket.url)

        page = await context.new_page()
        page.on("websocket", opened)
        await page.goto(f"{house.stack.url}/operator/?table={TABLE}")
        await page.wait_for_selector(f"{ONLINE}[data-seq]")
        (cookie,) = await context.cookies()
        _, address = await house.output()
        await on_air(context, address)
        await context.close()
    finally:
        await house.stack.stop()

    assert page.url.startswith("https://")
    assert [url.split(":")[0] for url in sockets] == ["wss"]
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-ebs", True, True)
