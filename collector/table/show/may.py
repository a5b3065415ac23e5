"""The commands that may come now, each with the seats that it may name: the same that `decide` would take.

Hidden cards play no part, so the list is public. A command that needs an override is not listed.
"""

from __future__ import annotations

from collections.abc import Callable

from collector.hand.awaiting import missing
from collector.hand.model import Hand
from collector.table.registration import Seats
from collector.table.registry import Commands
from collector.table.state import HouseRules, Table


class May:
    """Lists the commands that may come at a table, and in its hand. () stands for a command that names no seat."""

    def __init__(self, commands: Commands) -> None:
        self._acts = [(each.type, each.act) for each in commands if each.act]
        self._others: list[tuple[str, bool, Callable[[Table], Seats | None]]] = [
            (each.type, each.live_only, each.listed) for each in commands if not each.act
        ]

    def in_hand(self, hand: Hand, house: HouseRules) -> dict[str, Seats]:
        """Return the acts that the rules of the hand allow, without those that the house does not allow, by type."""
        waiting, found = missing(hand) is not None, dict[str, Seats]()
        for kind, act in self._acts:  # after each fact: one loop takes a third less than three
            if (waiting and act.awaits_cards) or (act.allows and not act.allows(house)):
                continue
            seats = None if act.waits and act.waits(hand) else act.option(hand)
            if seats is not None:
                found[kind] = seats
        return found

    def at_table(self, table: Table, *, live: bool) -> dict[str, Seats]:
        """Return what may come beside that. live: also what can follow from hidden cards."""
        found = ((kind, listed(table)) for kind, hidden, listed in self._others if live or not hidden)
        return {kind: seats for kind, seats in found if seats is not None}
