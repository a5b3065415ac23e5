"""The overlay draws every field of the state, in order, over nothing; and keeps its last frame whatever happens."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from collector.cards import DECK
from collector.wire.feed_events import ActionRecorded, CardDetected, HandCorrected
from collector.wire.feeds import PotView, TableState
from tests.web.chromium import blank_page, shows
from tests.web.publisher import Publisher
from tests.web.servers import KEY, Broker, Site, wait_until
from tests.web.tables import BOARD, NAMES, act, event, hand, scene, seat, state

pytestmark = [pytest.mark.browser, pytest.mark.broker]

Open = Callable[..., Page]
STAGE = {"width": 1920, "height": 1080}
SURE = {"equity": 10_000, "win": 10_000, "tie": 0}


def draw(page: Page, publisher: Publisher, table: TableState) -> None:
    publisher.publish("live", table)
    shows(page, f"#overlay[data-seq='{table.seq}']")


def value(page: Page, name: str, number: int | None = None) -> str | None:
    return found(page, name, number).get_attribute("data-value")


def found(page: Page, name: str, number: int | None = None) -> Any:
    within = f'[data-seat="{number}"] ' if number else ""
    return page.locator(f'{within}[data-field="{name}"]')


def cards(page: Page, name: str, number: int | None = None) -> list[str]:
    inside = found(page, name, number).locator("[data-card]")
    return [str(inside.nth(at).get_attribute("data-card")) for at in range(inside.count())]


def test_before_the_first_state_nothing_is_painted(open_overlay: Open) -> None:
    page = open_overlay()

    assert set(alphas(page.screenshot(omit_background=True))) == {0}


def test_acts_bets_turn_and_badges(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()

    draw(page, publisher, scene(6, "preflop", 50))
    expect(found(page, "action", 5)).to_have_text("Raise to 30,000")
    assert value(page, "action", 5) == "30000"
    expect(page.locator("[data-seat='1']")).to_have_attribute("data-to-act", "1")
    expect(page.locator("[data-seat='2']")).to_have_attribute("data-to-act", "0")
    expect(found(page, "action", 6)).to_have_text("Fold")

    draw(page, publisher, scene(6, "showdown", 51))
    expect(found(page, "stack", 2)).to_have_text("All in")
    assert value(page, "stack", 2) == "0"
    expect(found(page, "made", 2)).to_be_visible()
    side = page.locator("[data-field='pots'] [data-pot]")
    assert [side.nth(at).get_attribute("data-value") for at in range(side.count())] == ["1600000", "256000"]

    draw(page, publisher, scene(6, "complete", 52))
    winner = page.locator("[data-won='1']")
    expect(winner).to_have_count(1)
    expect(winner).to_contain_text("Bao Tran")
    expect(winner).to_contain_text("three of a kind, queens")
    expect(found(page, "won", 2)).to_have_text("+1,856,000")
    assert page.locator("[data-winner='2']").get_attribute("data-value") == "1856000"
    expect(found(page, "status", 2)).to_be_hidden()


def test_the_call_that_ends_a_street_stays_until_the_next_may_act(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    acts = (act("flop", 1, "bet", 20_000, 20_000), act("flop", 2, "call", 20_000, 20_000))
    seats = {1: seat(1), 2: seat(2)}

    draw(page, publisher, state(1, seats, hand("turn", board=BOARD[:3], waiting_for="board", actions=acts)))
    expect(found(page, "action", 2)).to_have_text("Call 20,000")
    expect(found(page, "action", 2)).to_be_visible()

    draw(page, publisher, state(2, seats, hand("turn", to_act=1, actions=acts)))
    expect(found(page, "action", 2)).to_be_hidden()


def test_hands_are_named_when_the_board_is_whole(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    seats = {1: seat(1, hole=("As", "Kd"), made="a pair of aces")}

    draw(page, publisher, state(1, seats, hand("turn")))
    expect(found(page, "made", 1)).to_be_hidden()
    draw(page, publisher, state(2, seats, hand("river")))
    expect(found(page, "made", 1)).to_have_text("a pair of aces")


def test_hands_that_were_not_read_are_backs(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()

    draw(page, publisher, state(1, {1: seat(1), 2: seat(2, cards=1, hole=("As",))}, hand()))

    assert cards(page, "hole", 1) == ["", ""]
    assert cards(page, "hole", 2) == ["As"]
    expect(found(page, "equity", 1)).to_be_hidden()


def test_winners_share_and_each_has_his_amount_on_his_plate(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    seats = {number: seat(number, won=won) for number, won in ((1, 150), (2, 100), (3, None))}

    draw(page, publisher, state(1, seats, hand("complete", waiting_for="next_hand")))

    assert [value(page, "won", number) for number in (1, 2, 3)] == ["150", "100", ""]
    expect(found(page, "won", 1)).to_have_text("+150")
    expect(found(page, "won", 3)).to_be_hidden()


def test_a_late_page_draws_at_once_and_without_movement(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay("")
    page.evaluate(
        "() => { window.moved = 0; const animate = Element.prototype.animate;"
        " Element.prototype.animate = function (...a) { window.moved += 1; return animate.apply(this, a); }; }"
    )

    draw(page, publisher, scene(6, "flop", 50))
    assert page.evaluate("window.moved") == 0
    expect(found(page, "pot")).to_have_text("135,000")

    draw(page, publisher, scene(6, "showdown", 60))
    assert page.evaluate("window.moved") == 0, "a state without the events that led to it"


def test_events_move_what_they_changed(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay("")
    flop = {"to_act": 1, "actions": ()}
    draw(page, publisher, state(10, {1: seat(1), 2: seat(2)}, hand("preflop", **flop)))
    page.evaluate(
        "() => { window.moved = []; const animate = Element.prototype.animate;"
        " Element.prototype.animate = function (...a) {"
        " window.moved.push([this.dataset.card, a[1].duration]); return animate.apply(this, a); }; }"
    )

    for number in (11, 12, 13):
        publisher.publish("live", event(number, CardDetected(seat=None, board=True)))
    draw(page, publisher, state(13, {1: seat(1), 2: seat(2)}, hand("flop", pot=90_000, **flop)))

    moved = page.evaluate("window.moved")
    assert [each for each in moved if each[0]] == [["Ah", 280], ["Qd", 280], ["2c", 280]]
    assert value(page, "pot") == "90000"
    expect(found(page, "pot")).to_have_text("90,000")


def test_a_correction_is_not_played(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay("")
    draw(page, publisher, state(10, {1: seat(1)}, hand("flop")))
    page.evaluate("() => { window.moved = 0; Element.prototype.animate = () => { window.moved += 1; }; }")

    publisher.publish("live", event(11, HandCorrected(reason="undo")))
    draw(page, publisher, state(11, {1: seat(1)}, hand("preflop", pot=1)))

    assert page.evaluate("window.moved") == 0
    assert cards(page, "board") == []


def test_folding_slides_the_plate_away_when_compact(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay("density=compact")
    folded = ActionRecorded(seat=1, street="preflop", action="fold", amount=0, to=0, all_in=False)
    draw(page, publisher, state(10, {1: seat(1), 2: seat(2)}, hand()))

    publisher.publish("live", event(11, folded))
    draw(page, publisher, state(11, {1: seat(1, status="folded"), 2: seat(2)}, hand()))

    expect(page.locator("[data-seat='1']")).to_be_hidden(timeout=3000)
    expect(page.locator("[data-seat='2']")).to_be_visible()

    publisher.publish("live", event(12, folded))
    draw(page, publisher, state(12, {1: seat(1), 2: seat(2)}, hand()))
    expect(page.locator("[data-seat='1']")).to_be_visible()


def test_older_states_are_ignored_and_a_new_epoch_is_newer(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    draw(page, publisher, scene(2, "flop", 50))
    page.evaluate(
        "() => { window.drawn = []; const root = document.getElementById('overlay');"
        " new MutationObserver(() => window.drawn.push(`${root.dataset.epoch}.${root.dataset.seq}`))"
        ".observe(root, { attributes: true, attributeFilter: ['data-seq', 'data-epoch'] }); }"
    )

    for seq, epoch in ((49, 1), (51, 1), (50, 1), (3, 2), (99, 1)):
        publisher.publish("live", scene(2, "flop", seq, epoch=epoch))
        page.wait_for_timeout(50)
    draw(page, publisher, scene(2, "complete", 4, epoch=2))

    assert page.evaluate("window.drawn") == ["1.51", "2.3", "2.4"]


def test_a_broken_message_leaves_the_frame(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    draw(page, publisher, scene(2, "flop", 50))

    publisher.say("table/table_01/live/state", b"{not json")
    draw(page, publisher, scene(2, "flop", 51))

    assert value(page, "pot") == "135000"


def test_a_lost_broker_keeps_the_last_frame_and_comes_back(
    open_overlay: Open, publisher: Publisher, broker: Broker, complaints: list[str]
) -> None:
    page = open_overlay()
    draw(page, publisher, scene(6, "flop", 50))
    frame = page.screenshot(omit_background=True)

    broker.stop()
    page.wait_for_selector("#overlay[data-link=lost]", timeout=5000)
    page.wait_for_timeout(700)
    assert page.screenshot(omit_background=True) == frame

    broker.start()
    page.wait_for_selector("#overlay[data-link=online]", timeout=10_000)
    wait_until(lambda: publisher.connected)
    draw(page, publisher, scene(6, "showdown", 51))
    assert all("WebSocket connection" in text for text in complaints), complaints
    complaints.clear()


def test_what_is_not_drawn_is_transparent(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    draw(page, publisher, scene(9, "showdown"))

    image = alphas(page.screenshot(omit_background=True))

    assert image[135 * 480 + 300] == 0
    assert image[50 * 480 + 250] == 0
    assert image[269 * 480 + 479] == 0
    assert image[20 * 480 + 30] > 200
    assert sum(1 for alpha in image if alpha == 0) > 0.7 * len(image)


@pytest.mark.parametrize(
    "query", ["layout=v&board=l&amounts=both", "layout=v&board=c", "layout=h&amounts=both", "layout=h&board=r"]
)
def test_two_to_ten_seats_fit_without_overlap(open_overlay: Open, publisher: Publisher, query: str) -> None:
    page = open_overlay(f"anim=0&{query}")
    page.set_viewport_size(STAGE)
    seq = 0
    for players in (2, 3, 6, 8, 9, 10):
        for street in ("preflop", "showdown", "complete"):
            seq += 1
            draw(page, publisher, scene(players, street, seq))
            clashes = page.evaluate(CLASHES)
            assert clashes == [], (players, street)


CLASHES = """() => {
  const clashes = [];
  const shown = (one) => one.offsetParent !== null && !one.hidden;
  const blocks = [...document.querySelectorAll('.strip, .ground, .tag, .run, .board-panel')].filter(shown);
  const boxes = blocks.map((one) => one.getBoundingClientRect());
  const name = (one) => `${one.className} ${one.closest('[data-seat]')?.dataset.seat || ''} ${one.textContent}`;
  blocks.forEach((one, at) => {
    const box = boxes[at];
    if (box.left < 0 || box.top < 0 || box.right > 1920 || box.bottom > 1080) clashes.push(`outside: ${name(one)}`);
    for (let next = at + 1; next < blocks.length; next += 1) {
      const other = boxes[next];
      const apart = box.right <= other.left + 0.5 || other.right <= box.left + 0.5 ||
        box.bottom <= other.top + 0.5 || other.bottom <= box.top + 0.5;
      if (!apart) clashes.push(`${name(one)} | ${name(blocks[next])}`);
    }
  });
  for (const one of document.querySelectorAll('.chips, .equity, .won, .pot-line, .tag')) {
    if (shown(one) && one.scrollWidth > one.clientWidth + 1) clashes.push(`cut: ${name(one)}`);
  }
  return clashes;
}"""


def test_parameters_change_amounts_and_words(open_overlay: Open, publisher: Publisher) -> None:
    big = open_overlay("anim=0&amounts=bb")
    draw(big, publisher, scene(2, "flop", 1))
    expect(found(big, "stack", 2)).to_have_text("86 BB")
    expect(found(big, "pot")).to_have_text("13.5 BB")
    assert value(big, "stack", 2) == "860500"

    smart = open_overlay("anim=0&precision=smart&amounts=both&lang=ko&deck=4&layout=h&board=l")
    draw(smart, publisher, scene(2, "flop", 2))
    expect(found(smart, "stack", 1)).to_have_text("1.25M")
    expect(found(smart, "stack_bb", 1)).to_have_text("124 BB")
    expect(found(smart, "action", 2)).to_have_text("벳 60K 6 BB")
    expect(smart.locator("#overlay")).to_have_attribute("data-board", "l")


def test_between_hands_the_stacks_stay(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    draw(page, publisher, scene(2, "complete", 1))

    draw(page, publisher, state(2, {1: seat(1, status="out", cards=0), 2: seat(2, cards=0)}, None))

    expect(found(page, "name", 1)).to_have_text(NAMES[0])
    expect(found(page, "won", 2)).to_be_hidden()
    expect(found(page, "hand_number")).to_be_hidden()
    expect(found(page, "status", 1)).to_be_hidden()
    assert cards(page, "board") == []


@pytest.mark.parametrize("layout", ["v", "h"])
def test_four_card_hands_and_three_pots_fit(open_overlay: Open, publisher: Publisher, layout: str) -> None:
    page = open_overlay(f"anim=0&layout={layout}")
    page.set_viewport_size(STAGE)
    pots = tuple(PotView(amount=amount, eligible=(1, 2)) for amount in (1_000_000, 500_000, 250_000))
    for seq, (count, players) in enumerate(((4, 3), (4, 9), (5, 8), (6, 6)), start=1):
        seats = {
            number: seat(number, hole=DECK[number * count : number * count + count], cards=count, **SURE)
            for number in range(1, players + 1)
        }
        draw(page, publisher, state(seq, seats, hand("river", pots=pots, pot=1_750_000)))
        assert len(cards(page, "hole", 1)) == count
        assert page.evaluate(CLASHES) == [], (count, players)


def test_the_stage_scales_to_the_source(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    page.set_viewport_size({"width": 960, "height": 540})
    draw(page, publisher, scene(10, "flop", 1))

    box = page.locator("#overlay").bounding_box()

    assert box is not None
    assert (box["width"], box["height"]) == (960, 540)


def test_nothing_is_asked_of_other_hosts_and_no_secret_is_in_an_address(
    context: BrowserContext, site: Site, publisher: Publisher
) -> None:
    asked: list[str] = []
    site.requests.clear()
    page = blank_page(context)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/overlay/?anim=0#{KEY}")
    shows(page, "#overlay[data-link=online]")
    draw(page, publisher, scene(2, "flop", 1))

    assert all(url.startswith((site.url, "ws://127.0.0.1:")) for url in asked), asked
    assert not any(KEY in path for path in site.requests)
    assert page.url == f"{site.url}/overlay/?anim=0"
    assert all(secret not in page.content() for secret in (KEY, "s:e/c"))
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]") == [
        0,
        0,
        "",
        None,
    ]


@pytest.mark.parametrize("program", ["obsstudio", "caspar"])
def test_a_graphics_program_keeps_the_key_in_its_address(browser: Browser, site: Site, program: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.add_init_script(f"window.{program} = {{}}")
        page.goto(f"{site.url}/overlay/#{KEY}")
        shows(page, "#overlay[data-link=online]")
        page.reload()
        shows(page, "#overlay[data-link=online]")

        assert page.url == f"{site.url}/overlay/#{KEY}"


def test_an_address_may_say_that_its_key_stays_so_that_any_program_can_load_the_page_anew(
    context: BrowserContext, site: Site, publisher: Publisher
) -> None:
    site.requests.clear()
    page = blank_page(context)
    page.goto(f"{site.url}/overlay/?anim=0&keep=1#{KEY}")
    shows(page, "#overlay[data-link=online]")
    for number in (1, 2):
        page.reload()
        shows(page, "#overlay[data-link=online]")
        draw(page, publisher, scene(2, "flop", number))

    assert page.url == f"{site.url}/overlay/?anim=0&keep=1#{KEY}"
    assert not any(KEY in path for path in site.requests), "it is sent to nobody"
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]") == [
        *(0, 0, "", None),
    ]


def test_an_address_that_is_pasted_again_into_the_same_tab_is_taken(
    open_overlay: Open, publisher: Publisher, site: Site
) -> None:
    page = open_overlay()
    page.goto(f"{site.url}/overlay/?anim=0#{KEY}")
    page.wait_for_url(f"{site.url}/overlay/?anim=0")
    shows(page, "#overlay[data-link=online]")

    draw(page, publisher, scene(2, "flop", 1))


def test_an_overlay_without_a_key_shows_what_is_public_to_who_is_signed_in_and_asks_nobody_to_sign_in(
    context: BrowserContext, complaints: list[str], site: Site, publisher: Publisher
) -> None:
    publisher.publish("public", scene(2, "flop", 1), retain=True)
    page = blank_page(context)
    page.goto(f"{site.url}/overlay/?anim=0")
    shows(page, "#overlay[data-seq='1']")
    site.user = ""
    try:
        page.reload()
        expect(page).to_have_title(re.compile("no key"))
        page.wait_for_timeout(300)
    finally:
        site.user = "operator"

    assert page.url == f"{site.url}/overlay/?anim=0"
    assert page.locator("#overlay").is_hidden()
    assert [text for text in complaints if "401" not in text] == []
    complaints.clear()


def test_debug_alone_draws_diagnostics(open_overlay: Open, publisher: Publisher) -> None:
    assert found(open_overlay(), "debug").count() == 0
    page = open_overlay("debug=1&anim=0")
    draw(page, publisher, scene(2, "flop", 77))
    expect(found(page, "debug")).to_contain_text("seq 77")


def alphas(png: bytes) -> bytes:
    """The alpha channel of an 8-bit RGBA picture, row by row."""
    at, data = 8, b""
    width = height = 0
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack_from(">IIBB", body)
            assert (depth, colour) == (8, 6), "8-bit RGBA"
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    return _unfiltered_alpha(zlib.decompress(data), width, height)


def _unfiltered_alpha(raw: bytes, width: int, height: int) -> bytes:
    # PNG filters work on each channel by itself, so alpha can be restored alone.
    above, result = bytearray(width), bytearray()
    stride = 4 * width + 1
    for row in range(height):
        start = row * stride
        kind, line = raw[start], bytearray(raw[start + 4 : start + stride : 4])
        _unfilter(kind, line, above)
        result += line
        above = line
    return bytes(result)


def _unfilter(kind: int, line: bytearray, above: bytearray) -> None:
    left = corner = 0
    for at, value in enumerate(line):
        up = above[at]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            guess = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        else:
            guess = 0
        left = line[at] = (value + guess) & 255
        corner = up


def test_a_mask_takes_everything_off_air_and_back(open_overlay: Open, publisher: Publisher) -> None:
    page = open_overlay()
    cards = {1: seat(1, hole=("As", "Kd"))}
    draw(page, publisher, state(1, cards, hand("flop")))
    expect(page.locator("#overlay")).to_be_visible()

    publisher.publish("live", state(2, {1: seat(1)}, hand("flop", board=()), masked=True))
    expect(page.locator("#overlay")).to_be_hidden()
    assert page.locator("[data-card]:visible").count() == 0

    draw(page, publisher, state(3, cards, hand("flop")))
    expect(page.locator("#overlay")).to_be_visible()
