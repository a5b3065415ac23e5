"""A real broker, a small file server and a real browser around the pages; each started once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, WebError, sync_playwright

from tests.web.chromium import CHROMIUM, CHROMIUM_ARGS, DESK, SMALL, blank_page, shows
from tests.web.console import Console
from tests.web.publisher import Publisher
from tests.web.servers import KEY, Broker, Site, serving


@pytest.fixture(scope="package")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="package")
def site(broker: Broker) -> Iterator[Site]:
    with serving(broker.ws_port) as site:
        yield site


@pytest.fixture(scope="package")
def publisher_of_session(broker: Broker) -> Iterator[Publisher]:
    publisher = Publisher(broker)
    yield publisher
    publisher.close()


@pytest.fixture
def publisher(publisher_of_session: Publisher) -> Iterator[Publisher]:
    yield publisher_of_session
    publisher_of_session.clear("public")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def context_of_session(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SMALL, device_scale_factor=1)
    yield context
    context.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the pages wrote to the console as warning or error; a test that expects some empties it."""
    return []


@pytest.fixture
def context(context_of_session: BrowserContext, complaints: list[str]) -> Iterator[BrowserContext]:
    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def failed(fault: WebError) -> None:
        complaints.append(str(fault.error))

    for page in context_of_session.pages:
        if page.viewport_size != SMALL:
            page.set_viewport_size(SMALL)
    context_of_session.on("console", said)
    context_of_session.on("weberror", failed)
    yield context_of_session
    for page in context_of_session.pages:
        if page.url != "about:blank":
            page.goto("about:blank")
    context_of_session.remove_listener("console", said)
    context_of_session.remove_listener("weberror", failed)
    assert complaints == []


@pytest.fixture
def open_overlay(context: BrowserContext, site: Site) -> Callable[..., Page]:
    def open_page(query: str = "anim=0") -> Page:
        page = blank_page(context)
        page.goto(f"{site.url}/overlay/?{query}#{KEY}")
        shows(page, "#overlay[data-link=online]")
        return page

    return open_page


@pytest.fixture
def open_desk(context: BrowserContext, site: Site) -> Callable[[str], Page]:
    """Opens a page for people at work, by name, for an operator who has signed in."""

    def open_page(name: str) -> Page:
        page = blank_page(context)
        page.set_viewport_size(DESK)
        page.goto(f"{site.url}/{name}/")
        shows(page, "body[data-link=online]")
        return page

    return open_page


@pytest.fixture(scope="package")
def free(context_of_session: BrowserContext, site: Site) -> Iterator[Page]:
    """A page that may run scripts: the landing page may not."""
    page = context_of_session.browser.new_page()  # type: ignore[union-attr]
    page.goto(f"{site.url}/operator/")
    yield page
    page.close()


@pytest.fixture(scope="package")
def operator_page(context_of_session: BrowserContext, site: Site) -> Iterator[Page]:
    context = context_of_session.browser.new_context(viewport=DESK)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(f"{site.url}/operator/")
    shows(page, "body[data-link=online]")
    yield page
    context.close()


@pytest.fixture
def console(operator_page: Page, publisher: Publisher) -> Iterator[Console]:
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type != "log":
            complaints.append(message.text)

    def failed(fault: Error) -> None:
        complaints.append(str(fault))

    operator_page.on("console", said)
    operator_page.on("pageerror", failed)
    yield Console(operator_page, publisher)
    operator_page.evaluate("document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())")
    operator_page.keyboard.press("Escape")
    if operator_page.locator("body[data-pending='1']").count():  # a failed test leaves no command behind
        operator_page.reload()
    operator_page.remove_listener("console", said)
    operator_page.remove_listener("pageerror", failed)
    assert complaints == []
