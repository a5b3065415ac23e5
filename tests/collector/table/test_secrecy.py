"""What the public sees never depends on a hidden card: not in content, not in number, not in order."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.cards import DECK
from tests.collector.table.dealer import Dealer, uid_of

FOREIGN = ["04ffffffffff01", "04ffffffffff02"]
UIDS = [uid_of(card) for card in DECK] + FOREIGN


def play(script: list[tuple[Any, ...]], hidden: list[str]) -> Dealer:
    """Run a script of readings and acts; the UIDs read at seats come from `hidden`, in turn."""
    dealer = Dealer((5_000, 5_000, 800, 5_000))
    tags = iter(hidden)
    for step in script:
        match step:
            case ("read", seat):
                dealer.read(seat, "", uid=next(tags))
            case ("lift", seat):
                dealer.lift(seat, "", uid=next(tags))
            case ("board", card):
                dealer.read(None, card)
            case ("act", kind, fraction):
                act(dealer, kind, fraction)
            case ("start",):
                dealer.send(type="start_hand")
            case ("undo",):
                dealer.send(type="undo")
    return dealer


def act(dealer: Dealer, kind: str, fraction: float) -> None:
    """Do something legal for whoever is to act, by what the public sees."""
    hand = dealer.state("public")["hand"]
    if not hand or not hand["legal"]:
        return
    legal = hand["legal"]
    if kind == "raise" and legal["min_to"] is not None:
        to = legal["min_to"] + int(fraction * (legal["max_to"] - legal["min_to"]))
        dealer.send(type="bet" if legal["opens"] else "raise_to", seat=legal["seat"], amount=to)
    elif kind == "fold":
        dealer.send(type="fold", seat=legal["seat"])
    else:
        dealer.send(type="check" if legal["check"] else "call", seat=legal["seat"])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(1, 5)),
        st.tuples(st.just("lift"), st.integers(1, 5)),
        st.tuples(st.just("board"), st.sampled_from(DECK)),
        st.tuples(st.just("act"), st.sampled_from(["call", "call", "raise", "fold"]), st.floats(0, 1)),
        st.tuples(st.just("undo")),
        st.tuples(st.just("start")),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, seeds=st.tuples(st.integers(), st.integers()))
def test_two_deals_that_differ_only_in_hidden_cards_look_the_same(
    steps: list[tuple[Any, ...]], seeds: tuple[int, int]
) -> None:
    script = [("start",), *steps]
    first, second = (play(script, random.Random(seed).choices(UIDS, k=len(script))) for seed in seeds)

    assert first.output("public") == second.output("public")


def test_the_live_channel_does_differ_or_the_test_above_shows_nothing() -> None:
    script = [("start",), ("read", 1), ("read", 1)]

    first = play(script, [uid_of("As"), uid_of("Ad")])
    second = play(script, [uid_of("7s"), uid_of("2d")])

    assert first.output("live") != second.output("live")


@pytest.mark.parametrize("other", ["9h", "As"])
def test_a_card_of_a_hidden_hand_on_the_board_shows_like_any_other(other: str) -> None:
    """The board is open; that the card should be in a hand is the floor's affair, and told to the floor."""
    boards = []
    for hole in ("As", other):
        dealer = Dealer()
        dealer.command(type="start_hand", button=1)
        dealer.read(2, hole)
        for seat, kind in ((1, "call"), (2, "call"), (3, "check")):
            dealer.act(seat, kind)
        for card in ("As", "7d", "2c"):
            dealer.read(None, card)
        boards.append(dealer.state("public")["hand"]["board"])

    assert boards == [["As", "7d", "2c"]] * 2


def test_shown_cards_are_public_and_mucked_ones_are_not() -> None:
    dealer = Dealer((1_000, 1_000))
    dealer.command(type="start_hand", button=1)
    for seat, cards in ((1, "AsAd"), (2, "KsKd")):
        for at in (0, 2):
            dealer.read(seat, cards[at : at + 2])
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9h", "3s", "4h"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1)
    dealer.command(type="muck", seat=2)

    public = b"".join(dealer.output("public"))

    assert b'"As"' in public
    assert b'"Ks"' not in public
    assert b'"Kd"' not in public
