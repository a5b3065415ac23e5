"""What holds for every picture, measured in the page: nothing overlaps, is cut, small or outside; it is the state."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.web.pictures.states import STATES, State
from tests.web.pictures.studio import Studio

pytestmark = pytest.mark.browser
LAYOUTS = ("layout=v", "layout=v&amounts=both", "layout=h", "layout=h&lang=es")
SAFE_X, SAFE_Y = 67, 38
"""Nothing essential stands outside 3.5 % of the picture (EBU R 95)."""
SMALLEST = 22

BOXES = """() => {
  const shown = (one) => one.getClientRects().length > 0;
  const boxOf = (one) => { const b = one.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const name = (one) => `${one.className} ${one.closest('[data-seat]')?.dataset.seat || ''} ${one.textContent}`;
  const blocks = [...document.querySelectorAll('.strip, .ground, .tag, .run, .outs, .board-panel')].filter(shown)
    .filter((one) => !one.matches('.outs .card')).map((one) => [name(one), boxOf(one)]);
  const cut = [...document.querySelectorAll('.chips, .equity, .won, .pot-line, .tag, .made, .side')].filter(shown)
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map(name);
  const ranks = [...document.querySelectorAll('.cards .card:not(.card-back), .board .card, .row .card')].filter(shown)
    .map((card) => [card.dataset.card, card.querySelector('.card-rank').getBoundingClientRect().right,
      card.nextElementSibling ? card.nextElementSibling.getBoundingClientRect().left : Infinity]);
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const texts = [...document.querySelectorAll('#overlay *')]
    .filter((one) => shown(one) && !one.closest('.card, .band-box, small') && says(one))
    .map((one) => [name(one), parseFloat(getComputedStyle(one).fontSize)]);
  return { blocks, cut, ranks, texts };
}"""


def apart(one: list[float], other: list[float]) -> bool:
    return one[2] <= other[0] + 0.5 or other[2] <= one[0] + 0.5 or one[3] <= other[1] + 0.5 or other[3] <= one[1] + 0.5


def measured(taking: Studio, state: State, query: str) -> dict[str, Any]:
    found: dict[str, Any] = taking.draw(state, f"anim=0&{query}").evaluate(BOXES)
    return found


def some(first: int, queries: Sequence[str]) -> list[Any]:
    """Return the layouts, of which `make test` takes the first and `make soak` all."""
    return [pytest.param(each, marks=[pytest.mark.soak] if at >= first else []) for at, each in enumerate(queries)]


@pytest.mark.parametrize("query", some(2, LAYOUTS))
@pytest.mark.parametrize("name", STATES)
def test_nothing_overlaps_is_cut_or_stands_outside(
    name: str, query: str, taking: Studio, played: Callable[[str], State]
) -> None:
    found = measured(taking, played(name), query)

    blocks = found["blocks"]
    clashes = [
        (one[0], other[0]) for at, one in enumerate(blocks) for other in blocks[at + 1 :] if not apart(one[1], other[1])
    ]
    outside = [
        name
        for name, (left, top, right, bottom) in blocks
        if left < SAFE_X or top < SAFE_Y or right > 1920 - SAFE_X or bottom > 1080 - SAFE_Y
    ]
    assert (clashes, found["cut"], outside) == ([], [], [])
    assert [card for card, right, left in found["ranks"] if right > left + 4] == [], "a rank under the next card"


@pytest.mark.parametrize("query", some(1, LAYOUTS[:3]))
@pytest.mark.parametrize("name", STATES)
def test_no_text_is_small(name: str, query: str, taking: Studio, played: Callable[[str], State]) -> None:
    texts = measured(taking, played(name), query)["texts"]

    assert [(text, size) for text, size in texts if size < SMALLEST and not text.startswith("equity")] == []


OPAQUE = """async (png) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const pen = new OffscreenCanvas(image.width, image.height).getContext('2d');
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  let opaque = 0; let middle = 0;
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] < 128) continue;
    opaque += 1;
    const x = ((at - 3) / 4 % image.width) / image.width;
    const y = Math.floor((at - 3) / 4 / image.width) / image.height;
    if (x > 0.40 && x < 0.72 && y > 0.12 && y < 0.62) middle += 1;
  }
  return [opaque / (image.width * image.height), middle];
}"""
MOST_OPAQUE = {"deal_10": 0.26, "ten_folded": 0.26, "duel": 0.14, "duel_outs": 0.15, "flop": 0.18, "omaha_6_at_7": 0.29}


@pytest.mark.parametrize("name", STATES)
def test_the_table_is_the_show(name: str, taking: Studio, played: Callable[[str], State]) -> None:
    png = base64.b64encode(taking.take(played(name))).decode()

    opaque, middle = taking.page.evaluate(OPAQUE, png)
    assert opaque <= MOST_OPAQUE.get(name, 0.26)
    assert middle <= 20_000, "badges may reach into the middle a little, plates and board not"


@pytest.mark.parametrize("query", ["layout=v", "layout=h"])
@pytest.mark.parametrize("name", STATES)
def test_what_is_drawn_is_the_state(name: str, query: str, taking: Studio, played: Callable[[str], State]) -> None:
    state = played(name)
    page = taking.draw(state, f"anim=0&{query}")

    for view in state["seats"]:
        seat = page.locator(f"[data-seat='{view['seat']}']")
        assert seat.get_attribute("data-status") == view["status"]
        if view["status"] in {"in", "all_in"}:
            known = set(view["hole"] or ()) | {card for card in view["up"] if card}
            drawn = seat.locator(".cards [data-card]").evaluate_all("(cards) => cards.map((one) => one.dataset.card)")
            assert {card for card in drawn if card} == known
            assert seat.locator("[data-field='stack']").get_attribute("data-value") == str(view["stack"])
    hand = state["hand"]
    if hand:
        assert page.locator("[data-field='pot']").get_attribute("data-value") == str(hand["pot"])
        rows = page.locator(".row").evaluate_all("(rows) => rows.map((row) => row.dataset.value)")
        assert rows == [" ".join(board) for board in hand["boards"]]
