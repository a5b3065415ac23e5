"""What may come now: every kind of command with the seats that it may name, as `decide` would take it.

Hidden cards play no part, so the public may hear it. What only an override makes stand is not listed.
"""

from __future__ import annotations

from collections.abc import Callable

from collector.hand.model import Hand
from collector.table.registration import Seats
from collector.table.registry import Commands
from collector.table.state import HouseRules, Table


class May:
    """What may come at a table, and in its hand. () where a command names no seat."""

    def __init__(self, commands: Commands) -> None:
        self._acts = [(each.type, each.act) for each in commands if each.act]
        self._others: list[tuple[str, bool, Callable[[Table], Seats | None]]] = [
            (each.type, each.live_only, each.listed) for each in commands if not each.act
        ]

    def in_hand(self, hand: Hand, house: HouseRules) -> dict[str, Seats]:
        """Return what may come in a hand: what its rules say, less what the house does not allow."""
        allowed = ((kind, act) for kind, act in self._acts if act.allows is None or act.allows(house))
        found = ((kind, act.option(hand)) for kind, act in allowed)
        return {kind: seats for kind, seats in found if seats is not None}

    def at_table(self, table: Table, *, live: bool) -> dict[str, Seats]:
        """Return what may come beside that. live: also what can follow from hidden cards."""
        found = ((kind, listed(table)) for kind, hidden, listed in self._others if live or not hidden)
        return {kind: seats for kind, seats in found if seats is not None}
