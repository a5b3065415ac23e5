"""What may come in a hand at a table that allows everything, by the type of the command."""

from __future__ import annotations

from collector.hand.model import Hand
from collector.table.commands import COMMANDS
from collector.table.registration import Seats
from collector.table.show.may import May
from collector.table.state import HouseRules

_MAY = May(COMMANDS)


def options(hand: Hand) -> dict[str, Seats]:
    """Return the seats that each command may name now, () where it names none."""
    return _MAY.in_hand(hand, HouseRules())
