"""What everybody hears never depends on a hidden card: not in content, not in number, not in order.

Everybody: the public channel, and whoever runs the table, with each reply and each alert that an operator gets.
"""

from __future__ import annotations

import random
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.cards import DECK
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from collector.wire.device import CardRead
from collector.wire.house import RegisterDeck
from tests.collector.table.dealer import NODE, Dealer, uid_of

FOREIGN = ["04ffffffffff01", "04ffffffffff02"]
OFTEN = DECK[::6]
"""Cards that scripts read, type and lay more often than others, so that they clash."""
UIDS = [uid_of(card) for card in (*DECK, *OFTEN * 4)] + [uid_of(card, deck=2) for card in DECK[::5]] + FOREIGN
MUCK = "a12"
CARDS = [str(card) for card in DECK]
Script = list[tuple[Any, ...]]


def at_the_table(game: str) -> Dealer:
    """A table with two decks in rotation, a muck antenna, and four players."""
    dealer = Dealer((5_000, 5_000, 800, 5_000))
    second = {uid_of(card, deck=2): str(card) for card in DECK}
    dealer.house_deck(RegisterDeck(id="deck2", deck_id="deck-2", demo=True, cards=Secret(second)))
    dealer.command(type="use_deck", deck_id="deck-2")
    dealer.command(type="assign_antenna", device=NODE, antenna=MUCK, role="muck", seat=None)
    dealer.command(type="set_game", game=game, bring_in=20)
    return dealer


def play(script: Script, hidden: list[str], game: str = "holdem") -> Dealer:
    """Run a script of readings, typed cards and acts; UIDs at seats and the muck come from `hidden`, in turn."""
    dealer = at_the_table(game)
    tags = iter(hidden)
    for step in script:
        match step:
            case ("read", seat):
                dealer.read(seat, "", uid=next(tags))
            case ("lift", seat):
                dealer.lift(seat, "", uid=next(tags))
            case ("muck",):
                dealer.event(CardRead(antenna=MUCK, uid=Secret(next(tags))))
            case ("board", card):
                dealer.read(None, card)
            case ("act", kind, fraction):
                act(dealer, kind, fraction)
            case ("shows", cards):
                shows(dealer, cards)
            case ("send", fields):
                dealer.send(**fields)
    return dealer


def act(dealer: Dealer, kind: str, fraction: float) -> None:
    """Do something legal for whoever is to act, by what the public sees."""
    hand = dealer.state("public")["hand"]
    if not hand or not hand["legal"]:
        return
    legal = hand["legal"]
    if legal["bring_in"] is not None:
        dealer.send(type="bring_in", seat=legal["seat"])
    elif kind == "raise" and legal["min_to"] is not None:
        to = legal["min_to"] + int(fraction * (legal["max_to"] - legal["min_to"]))
        dealer.send(type="bet" if legal["opens"] else "raise_to", seat=legal["seat"], amount=to)
    elif kind == "fold":
        dealer.send(type="fold", seat=legal["seat"])
    else:
        dealer.send(type="check" if legal["check"] else "call", seat=legal["seat"])


def shows(dealer: Dealer, cards: list[str]) -> None:
    """Table typed cards for whoever is first to show, or muck."""
    hand = dealer.state("public")["hand"]
    for seat in (hand["showdown"] if hand else [])[:1]:
        if not dealer.send(type="show", seat=seat, cards=cards).accepted:
            dealer.send(type="muck", seat=seat)


def sends(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Steps that send a command."""
    return st.tuples(st.just("send"), st.fixed_dictionaries({"type": st.just(kind), **fields}))


SEATS = st.integers(1, 5)
CARD = st.sampled_from(CARDS)
FEW = st.sampled_from([str(card) for card in OFTEN])
STEP = st.one_of(
    st.tuples(st.just("read"), SEATS),
    st.tuples(st.just("read"), SEATS),
    st.tuples(st.just("lift"), SEATS),
    st.tuples(st.just("muck")),
    st.tuples(st.just("board"), st.sampled_from(DECK)),
    st.tuples(st.just("board"), FEW),
    st.tuples(st.just("act"), st.sampled_from(["call", "call", "call", "raise", "fold"]), st.floats(0, 1)),
    st.tuples(st.just("act"), st.sampled_from(["call", "call", "call", "raise", "fold"]), st.floats(0, 1)),
    st.tuples(st.just("shows"), st.lists(CARD, min_size=2, max_size=2, unique=True)),
    sends("deal_card", seat=SEATS, card=FEW | st.just("??")),
    sends("deal_card", card=FEW, board=st.integers(1, 2)),
    sends("deal_card", seat=SEATS, card=FEW, up=st.just(True)),
    sends("clear_card", seat=SEATS, card=FEW),
    sends("clear_card", card=FEW),
    sends("expose_card", seat=SEATS, card=FEW),
    sends("replace_card", seat=SEATS, card=FEW, reason=st.just("seen")),
    sends("boxed_card", card=FEW),
    sends("burn_card", card=FEW | st.none()),
    sends("draw", seat=SEATS, count=st.integers(0, 2), cards=st.lists(FEW, max_size=2, unique=True)),
    sends("run_board", times=st.just(2)),
    sends("dead_hand", seat=SEATS, reason=st.just("fouled")),
    sends("resolve_flag", login=st.just("op"), flag=st.integers(20, 60), take=st.just("here")),
    sends("settle_card", login=st.just("op"), seat=SEATS, card=FEW),
    sends("undo"),
    sends("redo"),
    sends("go_on"),
    sends("end_hand"),
    sends("misdeal", override=st.booleans()),
    sends("start_hand"),
    sends("start_hand", boards=st.just(2)),
)
START = ("send", {"type": "start_hand"})
END = ("send", {"type": "end_hand"})
CALL, FOLD = ("act", "call", 0.0), ("act", "fold", 0.0)
FOLDS = [FOLD] * 3
BLOCK = st.one_of(
    st.lists(STEP, min_size=1, max_size=4),
    st.just([("read", seat) for seat in (1, 2, 3, 4)]),
    st.just([CALL] * 4),
    st.lists(FEW | CARD, min_size=3, max_size=3, unique=True).map(lambda cards: [("board", card) for card in cards]),
    st.sampled_from([[*FOLDS, END], [*FOLDS, START], [*FOLDS]]),
)
"""A few things at a time, so that hands get somewhere, and end."""


@settings(max_examples=100, deadline=None)
@given(
    blocks=st.lists(BLOCK, min_size=2, max_size=10),
    seeds=st.tuples(st.integers(), st.integers()),
    game=st.sampled_from(["holdem", "holdem", "holdem", "stud", "single_draw_27"]),
)
def test_two_evenings_that_differ_only_in_hidden_cards_are_the_same_to_everybody(
    blocks: list[Script], seeds: tuple[int, int], game: str
) -> None:
    script = [START, *chain(*blocks)]
    first, second = (play(script, random.Random(seed).choices(UIDS, k=len(script)), game) for seed in seeds)

    assert first.output("public") == second.output("public")
    assert heard(first) == heard(second)


def heard(dealer: Dealer) -> list[bytes]:
    """Return what the operator heard, but for what tags were: that is told when their hand is over."""
    return [told for told in dealer.heard if b"is over: a " not in told]


def types(seat: int, card: str, kind: str = "deal_card") -> tuple[str, dict[str, Any]]:
    return "send", {"type": kind, "seat": seat, "card": card}


def asks(flag: int) -> tuple[str, dict[str, Any]]:
    return "send", {"type": "resolve_flag", "login": "op", "flag": flag, "take": "here"}


DOWN = [*[("board", card) for card in ("2c", "7d", "9s", "3s", "4h")], *[CALL] * 8]


def tag(text: str) -> str:
    """Return the tag of a card as "As"; "As2": that of the second deck; "--": a tag of no deck."""
    return FOREIGN[0] if text == "--" else uid_of(text[:2], deck=int(text[2:] or 1))


CLASHES: dict[str, tuple[Script, str, str]] = {
    "a board card": ([("read", 1), ("board", "As"), *FOLDS, START], "As", "9h"),
    "a board card, and the end": ([("read", 1), ("board", "As"), *FOLDS, END], "As", "9h"),
    "two seats": ([("read", 1), ("read", 2), *FOLDS, START], "As As", "As 9h"),
    "a typed card, the same": ([("read", 1), types(1, "As"), *FOLDS, START], "As", "9h"),
    "a typed card, at another seat": ([("read", 1), types(2, "As"), *FOLDS, START], "As", "9h"),
    "two typed beside two read": ([*[("read", 1)] * 2, types(1, "As"), types(1, "Kd"), *FOLDS, END], "As Kd", "9h 9d"),
    "a third typed card": ([*[("read", 1)] * 2, types(1, "As"), types(1, "Kd"), types(1, "2c")], "As Kd", "9h --"),
    "a cleared card": ([("read", 1), types(1, "As", "clear_card"), types(1, "As")], "As", "9h"),
    "a cleared card comes back": (
        [*[("read", 1)] * 2, types(1, "As", "clear_card"), ("read", 1), ("send", {"type": "undo"})],
        "As Kd Qc",
        "9h Kd --",
    ),
    "a typed board card": ([("read", 1), ("send", {"type": "deal_card", "card": "As"}), *FOLDS, START], "As", "9h"),
    "an exposed card": ([("read", 1), ("send", {"type": "expose_card", "seat": 2, "card": "As"})], "As", "9h"),
    "another deck": ([("read", 1), *[CALL] * 4, ("board", "2c"), ("board", "3c"), ("board", "4c")], "As2", "As"),
    "a strange tag": ([*[("read", 1)] * 3, *FOLDS, END], "As Kd Qc", "As -- Qc"),
    "a card on the muck": ([("read", 1), ("muck",), ("lift", 1), FOLD], "As As As", "As 9h As"),
    "all strange, and gathered": ([("read", 1), ("muck",), ("lift", 1)], "As Kd As", "-- -- --"),
    "a flag that is asked for": ([("read", 1), ("read", 2), *map(asks, range(20, 60))], "As As", "As 9h"),
    "a shown card": (
        [("read", 4), FOLD, CALL, CALL, *DOWN, ("shows", ["As", "Kd"]), ("shows", ["Qs", "Qd"]), END], "As", "9h",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASHES)
def test_whether_a_card_clashes_with_a_hidden_one_is_not_heard(name: str) -> None:
    script, clashing, other = CLASHES[name]
    first, second = (play([START, *script], [tag(text) for text in tags.split()]) for tags in (clashing, other))

    assert first.output("public") == second.output("public")
    assert heard(first) == heard(second)


def test_the_live_channel_does_differ_or_the_test_above_shows_nothing() -> None:
    script = [START, ("read", 1), ("read", 1)]

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


def test_the_commands_that_name_tags_or_hidden_cards_and_no_others_are_secret_facts() -> None:
    """One too many would be as wrong: a log without its secret facts could not tell the hand any more."""
    said = {each.type: each.hides for each in COMMANDS}

    assert {name for name, hides in said.items() if hides is True} == {
        *("amend", "burn_card", "draw", "irregular_flop", "resolve_flag", "settle_card"),  # cards
        *("register_control", "remove_control", "use_deck"),  # tags
    }
    assert {name for name, hides in said.items() if callable(hides)} == {"deal_card", "clear_card"}, "face down only"
