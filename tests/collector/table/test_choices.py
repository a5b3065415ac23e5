"""Every command of a table is listed and taken, or refused with a reason: at random tables, in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.cards import DECK
from collector.errors import BadInput
from collector.hand import board_wanted, legal, next_board, to_show
from collector.hand.limits import least_to
from collector.hand.model import Hand
from collector.table.commands import COMMANDS
from collector.table.decide import decide
from collector.table.show.may import May
from collector.table.state import Table
from tests.collector.hand.randomly import shown, unused
from tests.collector.table.dealer import Dealer

MAY = May(COMMANDS)
Fields = dict[str, Any]
Draw = Callable[[Random], Any]
STRANGE = "0011223344556677"


def one_of(*values: Any) -> Draw:
    return lambda random: random.choice(values)


def number(low: int, high: int) -> Draw:
    return lambda random: random.randint(low, high)


def a(kind: str, **fields: Draw) -> tuple[str, dict[str, Draw]]:
    return kind, fields


seats = number(1, 6)
card = one_of(*map(str, DECK[::5]))
amount = number(0, 2500)
flag = one_of(False, True)
words = one_of("so it is")
TRIED = (
    *(a(kind, seat=seats) for kind in ("fold", "check", "call", "all_in", "bring_in", "muck", "show", "remove_player")),
    *(a(kind, seat=seats, amount=amount) for kind in ("bet", "raise_to", "string_bet")),
    *(a(kind) for kind in ("undo", "redo", "end_hand", "chop", "next_game", "start_hand", "burn_card")),
    *(a(kind, seat=seats, reason=words) for kind in ("dead_hand", "retrieve_hand")),
    *(a(kind, seat=seats, to_seat=seats) for kind in ("move_player",)),
    *(a(kind, deck_id=one_of("deck-1", "deck-9")) for kind in ("use_deck", "change_deck", "retire_deck")),
    *(a(kind, card=card) for kind in ("rabbit_card", "boxed_card", "community_card")),
    *(a(kind, seat=seats, card=card) for kind in ("deal_card", "clear_card", "expose_card")),
    *(a(kind, seat=seats, card=card, up=one_of(True)) for kind in ("deal_card", "clear_card")),
    *(a(kind, card=card) for kind in ("deal_card", "clear_card")),
    a("replace_card", seat=seats, card=card, reason=words),
    a("irregular_flop", cards=lambda random: [card(random) for _ in range(3)], reason=words),
    a("out_of_turn", seat=seats, action=one_of("fold", "check", "call", "all_in")),
    a("draw", seat=seats, count=number(0, 4)),
    a("run_board", times=number(2, 3)),
    a("award", amounts=one_of([{"seat": 1, "amount": 300}]), reason=words),
    a("misdeal", fouled_deck=flag),
    a("seat_player", seat=seats, player_id=one_of("p_1", "p_7", "p_8"), name=words, stack=amount),
    a("sit_out", seat=seats, out=flag),
    a("penalty", seat=seats, hands=number(0, 2), reason=words),
    a("set_stack", seat=seats, stack=amount),
    a("set_button", seat=seats),
    a("transfer_chips", seat=seats, to_seat=seats, amount=number(1, 2500), reason=words),
    a("start_hand", bomb=amount, boards=number(1, 3)),
    a("set_blinds", small_blind=amount, big_blind=number(1, 2500)),
    a("set_game", game=one_of("holdem", "omaha", "stud", "five_card_draw"), bring_in=one_of(20)),
    a("set_game", rotation=one_of("horse")),
    a("set_house_rules", profile=one_of("cash", "tournament")),
    a("set_odds", unread=flag),
    a("set_tournament", remaining=number(2, 9)),
    a("set_levels", levels=one_of([{"small_blind": 50, "big_blind": 100}])),
    a("set_side_games", stand_up=amount),
    a("set_flow", flow=one_of("operator", "operator", "automatic")),
    a("assign_device", device=one_of("node-02")),
    a("assign_antenna", device=one_of("node-01", "node-03"), antenna=one_of("a20"), role=one_of("muck")),
    a("register_control", uid=one_of(STRANGE), command=one_of({"type": "undo"})),
    a("remove_control", uid=one_of(STRANGE)),
    a("resolve_flag", flag=number(1, 60), take=one_of("here", "there", "nowhere")),
    a("amend", changes=one_of([{"seq": 5, "command": None}])),
)
"""Every command that a table knows, with values that may fit."""


def refusal(dealer: Dealer, fields: Mapping[str, Any]) -> str | None:
    """Return the code that a command would be refused with now, None if it would be taken."""
    command = COMMANDS.parse({**fields, "id": "random"})
    try:
        decide(COMMANDS, dealer.evening, dealer.desk.house, command, "op")
    except BadInput as error:
        if not (error.code and error.message):
            raise AssertionError("a refusal says why") from error
        return error.code
    return None


def listed(table: Table) -> dict[str, tuple[int, ...]]:
    """Return everything that is listed. One who bets is not asked whether it is a bet or a raise."""
    found = {**MAY.at_table(table, live=True), **(MAY.in_hand(table.play.hand, table.house) if table.play else {})}
    bets = (*found.get("bet", ()), *found.get("raise_to", ()))
    return {**found, "bet": bets, "raise_to": bets} if bets else found


def is_listed(may: Mapping[str, tuple[int, ...]], fields: Fields) -> bool:
    kind = fields["type"]
    return kind in may and (not may[kind] or fields["seat"] in may[kind])


def some_command(random: Random) -> Fields:
    kind, fields = random.choice(TRIED)
    return {"type": kind, **{name: draw(random) for name, draw in fields.items()}}


def next_act(hand: Hand, random: Random) -> Fields:
    """Return what a table would do next in a hand."""
    free = [str(each) for each in unused(hand)]
    may = legal(hand)
    if hand.drawing:
        return {"type": "draw", "seat": hand.drawing[0], "count": random.randint(0, 3)}
    if may and may.bring_in is not None:
        return {"type": "bring_in", "seat": may.seat}
    if may:
        acts = ["fold", "check" if may.check else "call", "check" if may.check else "call", "all_in"]
        return {"type": random.choice(acts), "seat": may.seat}
    waiting = to_show(hand)
    if not waiting or (board_wanted(hand) and random.random() < 0.8):
        place = {"board": next_board(hand)} if hand.closed else {"seat": random.randint(1, 4), "up": True}
        return {"type": "deal_card", "card": random.choice(free), **place}
    seat = waiting[0]
    tabled = {"type": "show", "seat": seat, "cards": [str(each) for each in shown(hand, seat)]}
    return random.choice((tabled, {"type": "muck", "seat": seat}))


def moved_on(dealer: Dealer, random: Random) -> None:
    """Do something at the table: mostly what comes next there, else anything, or lay a card on an antenna."""
    play, choice = dealer.table.play, random.randint(0, 9)
    if choice == 0:
        dealer.read(random.randint(1, 6), card(random), uid=random.choice((None, STRANGE)))
    elif choice == 1:
        dealer.send(**some_command(random))
    elif choice == 2:
        dealer.send(type=random.choice(("undo", "redo")))
    elif play is None or play.hand.complete or play.setup.cards_only:
        dealer.send(**({"type": "start_hand"} if choice < 9 else some_command(random)))
    elif board_wanted(play.hand) and legal(play.hand) and choice < 5:
        dealer.send(type="deal_card", card=card(random), board=next_board(play.hand))
    else:
        dealer.send(**next_act(play.hand, random))


@given(number_of=st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_command_that_is_taken_is_listed_and_any_other_is_refused_with_a_reason(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(40):
        may = listed(dealer.table)
        for _ in range(12):
            fields = some_command(random)
            assert refusal(dealer, fields) or is_listed(may, fields), (fields, sorted(may))
        moved_on(dealer, random)


@given(number_of=st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_command_that_is_listed_is_taken(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(25):
        for kind, tries in instances(dealer):
            codes = {refusal(dealer, {"type": kind, **fields}) for fields in tries}
            assert codes & {None, "IMPOSSIBLE_HAND", *EXCUSED.get(kind, ())}, (kind, tries, codes)
        moved_on(dealer, random)


EXCUSED = {
    "amend": ("AMEND_PREVIEW", "AMEND_REFUSED"),
    # What was read since may stand on what would be taken back; a card is asked about, and lies there no more.
    **dict.fromkeys(("undo", "redo", "resolve_flag"), ("CARD_HELD", "HAND_FULL", "CARD_NOT_THERE", "CARD_FACE_UP")),
}
"""Codes that are no disagreement: what is listed looks at no hidden card, and shows no differences."""


def instances(dealer: Dealer) -> Iterator[tuple[str, list[Fields]]]:
    """Yield everything that is listed, each with commands of which one must be taken."""
    table = dealer.table
    for kind, which in MAY.at_table(table, live=False).items():
        for seat in which or (None,):
            yield kind, _at_the_table(dealer, kind, seat)
    if table.flags:
        yield "resolve_flag", [{"flag": flag.position, "take": "there"} for flag in table.flags]
    if table.play:
        may = MAY.in_hand(table.play.hand, table.house)
        for kind in sorted(set(may) & {"run_board", "chop", "rabbit_card", "bet", "raise_to", "call"}):
            yield kind, _in_the_hand(table.play.hand, kind)


def _in_the_hand(hand: Hand, kind: str) -> list[Fields]:
    some: dict[str, list[Fields]] = {
        "run_board": [{"times": 2}],
        "chop": [{}],
        "rabbit_card": [{"card": str(each)} for each in DECK],
        "call": [{"seat": hand.to_act}],
    }
    return some.get(kind) or [{"seat": hand.to_act, "amount": to} for to in (least_to(hand), _all_in(hand))]


def _all_in(hand: Hand) -> int:
    return max((player.bet + player.stack for player in hand.players if player.seat == hand.to_act), default=0)


def _at_the_table(dealer: Dealer, kind: str, seat: int | None) -> list[Fields]:
    table = dealer.table
    others = [other for other in range(1, 11) if other != seat]
    blinds = next(fact.position for fact in dealer.facts if fact.kind == "set_blinds")
    some: dict[str, list[Fields]] = {
        "set_blinds": [{"small_blind": 50, "big_blind": 100}],
        "set_game": [{}],
        "set_house_rules": [{"profile": "cash"}],
        "set_levels": [{"levels": []}],
        "set_flow": [{"flow": "operator"}],
        "use_deck": [{"deck_id": "deck-1"}],
        "change_deck": [{"deck_id": deck} for deck in table.decks],
        "retire_deck": [{"deck_id": deck} for deck in table.decks],
        "assign_device": [{"device": "node-01"}],
        "assign_antenna": [{"device": "node-01", "antenna": "a01", "role": "muck"}],
        "register_control": [{"uid": STRANGE, "command": {"type": "undo"}}],
        "remove_control": [{"uid": STRANGE}],
        "misdeal": [{"fouled_deck": True}],
        "amend": [{"changes": [{"seq": blinds, "command": None}]}],
        "seat_player": [{"seat": seat, "player_id": f"p_new_{seat}", "name": "New"}],
        "penalty": [{"seat": seat, "hands": 1, "reason": "x"}],
        "set_stack": [{"seat": seat, "stack": 5}],
        "move_player": [{"seat": seat, "to_seat": other} for other in others],
        "transfer_chips": [{"seat": seat, "to_seat": other, "amount": 1, "reason": "x"} for other in others],
    }
    return some.get(kind, [{}] if seat is None else [{"seat": seat}])


@given(number_of=st.integers(0, 10**9))
@settings(max_examples=20, deadline=None)
def test_the_state_lists_what_may_come_and_the_public_hears_of_no_question(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(25):
        moved_on(dealer, random)
        seen = dealer.state("public")
        assert {kind: tuple(each) for kind, each in seen["may"].items()} == MAY.at_table(dealer.table, live=False)
        assert "resolve_flag" not in seen["may"]
        assert ("resolve_flag" in dealer.state("live")["may"]) is bool(dealer.table.flags)
        if seen["hand"]:
            hand = MAY.in_hand(dealer.table.play.hand, dealer.table.house)
            assert {kind: tuple(each) for kind, each in seen["hand"]["may"].items()} == hand


def test_what_the_house_does_not_allow_is_not_listed() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "fold")
    assert "chop" in dealer.state("public")["hand"]["may"]

    dealer.command(type="set_house_rules", profile="tournament")

    assert "chop" not in dealer.state("public")["hand"]["may"]
    assert dealer.send(type="chop").error.code == "NO_CHOP"  # type: ignore[union-attr]


def test_every_command_of_a_table_is_tried() -> None:
    models = [each.model for each in COMMANDS]

    assert {kind for kind, _ in TRIED} == {model.model_fields["type"].default for model in models}
