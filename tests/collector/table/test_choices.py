"""Every command of a table is listed and taken, or refused with a reason: at random tables, in both directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.access.rights import RULINGS
from collector.cards import DECK
from collector.errors import BadInput
from collector.hand.limits import least_to
from collector.hand.model import Hand
from collector.table.commands import COMMANDS
from collector.table.decide import decide
from collector.table.show.may import May
from collector.table.state import Table
from tests.collector.table.dealer import Dealer
from tests.collector.table.tried import STRANGE, TRIED, Fields, moved_on, some_command

MAY = May(COMMANDS)


def refusal(dealer: Dealer, fields: Mapping[str, Any]) -> str | None:
    """Return the code that a command would be refused with now, None if it would be taken."""
    command = COMMANDS.parse({**fields, "id": "random"})
    try:
        client = "floor" if COMMANDS.of(command).word == RULINGS else "op"
        decide(COMMANDS, dealer.evening, dealer.desk.house, command, client)
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


SEED = st.integers(0, 10**9)
FEW = settings(max_examples=20, deadline=None)
MANY = settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))


def what_is_taken_is_listed(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(40):
        may = listed(dealer.table)
        for _ in range(12):
            fields = some_command(random)
            assert refusal(dealer, fields) or is_listed(may, fields), (fields, sorted(may))
        moved_on(dealer, random)


@given(number_of=SEED)
@FEW
def test_a_command_that_is_taken_is_listed_and_any_other_is_refused_with_a_reason(number_of: int) -> None:
    what_is_taken_is_listed(number_of)


@pytest.mark.soak
@given(number_of=SEED)
@MANY
def test_a_command_that_is_taken_is_listed_at_very_many_tables(number_of: int) -> None:
    what_is_taken_is_listed(number_of)


def what_is_listed_is_taken(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(25):
        for kind, tries in instances(dealer):
            codes = {refusal(dealer, {"type": kind, **fields}) for fields in tries}
            assert codes & {None, "IMPOSSIBLE_HAND", *EXCUSED.get(kind, ())}, (kind, tries, codes)
        moved_on(dealer, random)


@given(number_of=SEED)
@FEW
def test_a_command_that_is_listed_is_taken(number_of: int) -> None:
    what_is_listed_is_taken(number_of)


@pytest.mark.soak
@given(number_of=SEED)
@MANY
def test_a_command_that_is_listed_is_taken_at_very_many_tables(number_of: int) -> None:
    what_is_listed_is_taken(number_of)


EXCUSED = {
    "amend": ("AMEND_PREVIEW", "AMEND_REFUSED"),
    "remove_player": ("REBUY_OWED",),  # it is listed, since the floor may override: the page asks then
    # What was read since may stand on what would be taken back; a card is asked about, and lies there no more.
    **dict.fromkeys(("undo", "redo", "resolve_flag"), ("CARD_HELD", "HAND_FULL", "CARD_NOT_THERE", "CARD_FACE_UP")),
}
"""Codes that are no disagreement: what is listed looks at no hidden card, shows no differences, may be overridden."""


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
        "set_place": [{"player_id": out.player_id, "rank": 9} for out in table.tournament.eliminated or ()],
        "disqualify": [{"seat": seat, "reason": "x"}],
        "rebuy": [{"seat": seat, "amount": 1}],
        "collect_time": [{"amount": 1}],
        "set_time_bank": [{"chips": 3}],
        "chip_race": [
            {"chip": table.house.chip + 1, "odd": [{"seat": at, "amount": 1}], "won": [at][:won]}
            for at in table.seated
            for won in (0, 1)
        ],
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
