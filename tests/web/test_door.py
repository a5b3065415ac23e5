"""How a page gets in at the broker: it asks by its session or its key, keeps the login in memory, and says why not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.chromium import DESK, shows
from tests.web.publisher import Publisher
from tests.web.servers import KEY, Broker, Site, serving
from tests.web.tables import scene

pytestmark = [pytest.mark.browser, pytest.mark.broker]
KEPT = "[localStorage.length, sessionStorage.length, document.cookie, history.state]"
FIVE_MINUTES = 5 * 60_000
ONLINE = "body[data-link=online]"


@pytest.fixture
def house(broker: Broker) -> Iterator[Site]:
    """A site of its own: these tests change what it answers."""
    with serving(broker.ws_port) as site:
        yield site


@pytest.fixture
def tab(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK)
    yield context
    context.close()


def until(page: Page, true: Callable[[], bool]) -> None:
    """Wait until `true()` holds, while the page goes on."""
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        page.wait_for_timeout(20)


def bodies(house: Site, path: str) -> list[object]:
    return [body for asked, body in house.asked if asked == path]


def test_a_page_asks_once_and_keeps_its_login_to_itself(house: Site, tab: BrowserContext) -> None:
    page = tab.new_page()
    page.goto(f"{house.url}/operator/?table=table_01")
    shows(page, ONLINE)

    assert bodies(house, "auth/broker") == [{}]
    assert page.locator("#who").inner_text() == "operator"
    assert page.url == f"{house.url}/operator/?table=table_01"
    assert "s:e/c" not in page.content()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]") == [
        0,
        0,
        "",
        None,
    ]
    assert page.locator("#nodes-open").get_attribute("href") == "../nodes/?table=table_01"


def test_nobody_is_signed_in_so_the_page_leads_there_and_names_itself(house: Site, tab: BrowserContext) -> None:
    house.user = ""
    page = tab.new_page()
    page.goto(f"{house.url}/nodes/?table=table_07#x")
    page.wait_for_url("**/login/**")

    assert urlsplit(page.url).path == "/login/"
    assert parse_qs(urlsplit(page.url).query) == {"to": ["/nodes/?table=table_07"]}


def test_a_page_that_is_opened_before_the_house_answers_comes_up_by_itself(house: Site, tab: BrowserContext) -> None:
    house.away = True
    page = tab.new_page()
    page.goto(f"{house.url}/operator/")
    until(page, lambda: len(bodies(house, "auth/me")) > 2)
    assert page.locator("[data-field=link]").inner_text() == "Connecting"
    house.away = False

    shows(page, ONLINE)


def test_a_refusal_that_stays_is_said_and_asked_about_again(house: Site, tab: BrowserContext) -> None:
    house.refusals = [(409, "TOO_MANY_PAGES")]
    page = tab.new_page()
    page.goto(f"{house.url}/operator/")
    shows(page, "body[data-link=refused]")

    expect(page.locator("#banner")).to_have_text("Not let in: refused: TOO_MANY_PAGES. Entry is disabled.")
    shows(page, ONLINE, 15)
    expect(page.locator("#banner")).to_be_hidden()


def test_a_page_renews_its_login_every_five_minutes_and_asks_anew_when_it_is_gone(
    house: Site, tab: BrowserContext, publisher: Publisher
) -> None:
    page = tab.new_page()
    page.clock.install()
    page.goto(f"{house.url}/operator/")
    page.clock.resume()
    shows(page, ONLINE)

    page.clock.fast_forward(FIVE_MINUTES)
    until(page, lambda: bodies(house, "auth/broker/renew") == [{"logins": ["operator"]}])
    assert bodies(house, "auth/broker") == [{}]
    house.gone = ["operator"]
    page.clock.fast_forward(FIVE_MINUTES)
    until(page, lambda: len(bodies(house, "auth/broker")) > 1)

    shows(page, ONLINE)
    assert bodies(house, "auth/broker")[1:] == [{"instead_of": "operator"}]


def test_an_output_that_is_revoked_leaves_the_picture(house: Site, tab: BrowserContext, publisher: Publisher) -> None:
    page = tab.new_page()
    page.clock.install()
    page.goto(f"{house.url}/overlay/?debug=1&anim=0#{KEY}")
    page.clock.resume()
    shows(page, "#overlay[data-link=online]")
    publisher.publish("live", scene(2, "flop", 1))
    shows(page, "#overlay[data-seq='1']")
    house.gone, house.refusals = ["operator"], [(401, "INVALID_KEY")]
    page.clock.fast_forward(FIVE_MINUTES)
    shows(page, "#overlay[data-link=refused]")

    expect(page.locator("#overlay")).to_be_hidden()
    expect(page.locator("[data-field=debug]")).to_contain_text("link refused: refused: INVALID_KEY")


def test_a_page_that_is_closed_gives_its_login_back(house: Site, tab: BrowserContext) -> None:
    page = tab.new_page()
    page.goto(f"{house.url}/operator/")
    shows(page, ONLINE)
    with page.expect_event("close"):
        page.close(run_before_unload=False)
    other = tab.new_page()
    other.goto(f"{house.url}/overlay/#{KEY}")
    shows(other, "#overlay[data-link=online]")
    other.goto(f"{house.url}/login/")

    until(other, lambda: bodies(house, "auth/broker/end") == [{"logins": ["operator"]}])
    until(other, lambda: bodies(house, "auth/output/end") == [{"key": KEY, "logins": ["operator"]}])
