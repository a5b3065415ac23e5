"""What a table may be told now: every kind of command with the seats that it may name, as `decide` would take it.

Hidden cards play no part, so the public may hear it. What only an override makes stand is not listed.
"""

from __future__ import annotations

from typing import Final

from collector.errors import BadInput
from collector.hand import options, start
from collector.hand.model import Hand
from collector.hand.options import Seats
from collector.table.amending import amendable
from collector.table.applying import over
from collector.table.dealing import plan, setup_of
from collector.table.legality import put_aside
from collector.table.state import SEATS, HouseRules, Table
from collector.wire.commands import StartHand

ALWAYS: Final = (
    *("assign_device", "use_deck", "register_control", "remove_control", "set_flow", "set_blinds", "set_game"),
    *("set_house_rules", "set_odds", "set_tournament", "set_levels", "set_side_games"),
)
_NEXT: Final = StartHand(id="next")  # as a hand begins when nothing is said about it


def in_hand(hand: Hand, house: HouseRules) -> dict[str, Seats]:
    """Return what may come in a hand: what its rules say, less what the house does not allow."""
    allowed = {"run_board": house.runs > 1, "chop": house.chop, "rabbit_card": house.rabbit}
    return {kind: seats for kind, seats in options(hand).items() if allowed.get(kind, True)}


def at_table(table: Table) -> dict[str, Seats]:
    """Return what may come beside that: () where a command names no seat."""
    seatless = {
        **dict.fromkeys(ALWAYS, True),
        "assign_antenna": bool(table.devices),
        "change_deck": bool(table.decks),
        "retire_deck": bool(table.decks),
        "next_game": table.variant.rotation is not None,
        "amend": amendable(table),
        **_of_the_hand(table),
    }
    found: dict[str, Seats] = {kind: () for kind, may in seatless.items() if may}
    return {**found, **{kind: seats for kind, seats in _with_seats(table).items() if seats}}


def _of_the_hand(table: Table) -> dict[str, bool]:
    play = table.play
    return {
        "undo": play is not None and any(step.by_command for step in play.steps),
        "redo": play is not None and bool(play.undone),
        "misdeal": play is not None,  # a fouled deck voids it at any time
        "end_hand": play is not None and over(play),
        "start_hand": between_hands(table) and _can_start(table),
    }


def _with_seats(table: Table) -> dict[str, Seats]:
    taken = tuple(sorted(table.seated))
    playing = {player.seat for player in table.play.hand.players} if table.play else set[int]()
    seats: dict[str, Seats] = {
        "seat_player": tuple(seat for seat in SEATS if seat not in table.seated and seat not in playing),
        "sit_out": taken,
        "penalty": taken,
    }
    if not between_hands(table):
        return seats
    after = put_aside(table)
    rich = tuple(seat for seat in taken if after.seated[seat].stack)
    seats |= dict.fromkeys(("set_stack", "remove_player", "set_button"), taken)
    seats["move_player"] = taken if len(taken) < len(SEATS) else ()
    seats["transfer_chips"] = rich if len(taken) > 1 else ()
    return seats


def between_hands(table: Table) -> bool:
    """Return whether no hand is being played; cards that contradict each other are told by the refusal only."""
    return table.play is None or over(table.play)


def _can_start(table: Table) -> bool:
    after = put_aside(table)
    try:
        start(setup_of(after, plan(after, _NEXT)))
    except BadInput:
        return False
    return True
