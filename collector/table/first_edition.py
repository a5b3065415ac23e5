"""Starts of hands by the first edition of the rules, so that an amendment folds an old log as it was (ADR 24).

Nothing here is mended: `collector/hand/obligations` has the rules of now. A `start_hand` fact without an edition was
planned by these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collector.errors import Refused
from collector.hand.blinds import ButtonRule, Owed, Places, after, comes_back, first_places, missed, next_places
from collector.hand.events import PostKind
from collector.hand.games import HEADS_UP
from collector.table.posts import Owing
from collector.table.state import Rules, Table
from collector.wire import start as wire

Posted = tuple[int, PostKind]


def seats_then(table: Table) -> list[int]:
    """Return the seats that are dealt in, in order of their numbers."""
    if table.automatic:
        return sorted(seat for seat, player in table.seated.items() if not player.out)
    dealt = table.house.absent_dealt
    return sorted(seat for seat, player in table.seated.items() if player.stack > 0 and (dealt or not player.out))


def places_then(table: Table, command: wire.StartHand, seats: Sequence[int]) -> Places:
    """Return button and blinds."""
    if command.button is not None:
        return first_places(seats, command.button)
    last, button = table.last, table.button or 0
    if table.button_stays and last and last.button == button and {last.small, last.big} <= {*seats, None}:
        return last
    if table.button_stays and button in seats:
        return first_places(seats, button)
    if last is None or last.button != button:
        return first_places(seats, after(button, seats))
    return next_places(seats, last, table.house.button_rule)


def owing_then(table: Table, command: wire.StartHand, order: Sequence[int], now: Places) -> Owing:
    """Return who posts what."""
    blinds: list[Posted] = [(now.big, PostKind.BIG_BLIND)]
    bought = now.small if command.buy_button else None
    if command.buy_button:
        seat = _buyer(table, now, order)
        blinds = [(seat, PostKind.DEAD), (seat, PostKind.LATE), *blinds]
    elif now.small is not None:
        blinds.insert(0, (now.small, PostKind.SMALL_BLIND))
    rules = table.rules
    late = [each for seat in order if seat != bought and rules for each in _late(table, rules, seat, now)]
    return Owing(order, now.button, now.big, blinds, late)


def _buyer(table: Table, now: Places, order: Sequence[int]) -> int:
    house = table.house
    moving = house.buy_button and house.button_rule is ButtonRule.MOVING
    if not moving or now.small is None or len(order) == HEADS_UP:
        raise Refused(
            "NO_BUTTON_TO_BUY", "the button is bought from the small blind, where it moves and the house sells it"
        )
    return now.small


def _late(table: Table, rules: Rules, seat: int, now: Places) -> list[Posted]:
    owed = table.owed.get(seat)
    if owed is None or seat == now.big or not table.house.missed_blinds:
        return []
    live, dead = comes_back(owed, rules.small_blind, rules.big_blind)
    found = [(seat, PostKind.DEAD)] if dead and seat != now.small else []
    return [*found, (seat, PostKind.LATE)] if live else found


def owed_then(
    seats: Sequence[int], away: Sequence[int], now: Places | None, last: Places | None, owed: Mapping[int, Owed]
) -> Mapping[int, Owed]:
    """Return the missed blinds after a start: a player who is dealt in owes none, one who is away may owe more."""
    still = {seat: what for seat, what in owed.items() if seat not in seats}
    if now is None or last is None:
        return still
    return missed(list(away), last, now, still)
