"""The page that signs a browser in, over a real server: a form that password managers fill, a cookie no page reads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from prometheus_client import CollectorRegistry

from collector.api import create_app
from collector.api.app import people_routers
from collector.api.gate import Gate
from collector.api.rates import Limits
from collector.api.server import listening, serve
from collector.web_role import PAGES
from tests.collector.signin.house import NO_LIMITS, PASSWORD, House

pytestmark = pytest.mark.browser
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Served:
    """A house with pages, on a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(20)

    async def _run(self) -> None:
        self.house = house = House(self._folder)
        await house.register.look()
        await house.person("ana", "operator")
        await house.person("bea", "operator", seed=SEED)
        limits = Limits(NO_LIMITS)
        app = create_app(
            house.queries,
            ready=dict,
            config=lambda: {"ws_url": "ws://127.0.0.1:1"},
            registry=CollectorRegistry(),
            static=PAGES,
            gate=Gate(house.door, limits, may_read=False),
            routers=people_routers(house.door, limits),
        )
        listener = listening("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._stop, self._loop = asyncio.Event(), asyncio.get_running_loop()
        server = asyncio.create_task(serve(app, listener, self._stop))
        self._ready.set()
        await server
        house.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    served.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_somebody_signs_in_and_out(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/login/")
    sign_in(page, "ana", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("name or password is wrong")

    sign_in(page, "ana", PASSWORD)
    expect(page.locator("#who")).to_have_text("ana (operator)")
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == ("ebs", True, "Strict", "/")
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]

    page.reload()
    expect(page.locator("#who")).to_have_text("ana (operator)")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Name")).to_be_visible()
    assert page.context.cookies() == []


def test_password_managers_find_the_fields(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/login/")

    told = {each: page.locator(f"#{each}").get_attribute("autocomplete") for each in ("username", "password", "code")}
    assert told == {"username": "username", "password": "current-password", "code": "one-time-code"}
    assert page.locator("form #password").get_attribute("type") == "password"
    assert page.get_by_label("Code").is_hidden()


def test_the_code_is_asked_for_when_it_is_needed(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/login/")
    sign_in(page, "bea", PASSWORD)
    expect(page.get_by_label("Code")).to_be_visible()

    page.get_by_label("Code").fill(served.house.code(SEED))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#who")).to_have_text("bea (operator)")


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("/api/v1/auth/me", "/api/v1/auth/me"),
        ("//evil.example/x", "/login/"),
        ("https://evil.example/", "/login/"),
        ("/\\evil.example", "/login/"),
        ("javascript:alert(1)", "/login/"),
        ("/%09/evil.example", "/login/"),
        ("/%0A/evil.example", "/login/"),
        ("%20//evil.example", "/login/"),
        ("/operator/?table=t1%23x", "/operator/"),
    ],
)
def test_after_it_a_page_of_ours_is_opened_and_no_other(served: Served, page: Page, to: str, where: str) -> None:
    page.goto(f"{served.url}/login/?to={to}")
    sign_in(page, "ana", PASSWORD)
    if where == "/login/":
        expect(page.locator("#who")).to_be_visible()
    else:
        page.wait_for_url(f"{served.url}{where}**")

    assert page.url.split("?")[0] == f"{served.url}{where}"
