"""Commands that nobody typed: what a control card means, and in automatic mode where a hand begins and ends.

They are decided like any command. The reading is their cause, and `antenna` their client.
"""

from __future__ import annotations

from typing import Final

from collector.cards import Card
from collector.devices.readings import CARD_READ, CARD_REMOVED, READINGS, Reading
from collector.facts.fact import Fact
from collector.table.play import Play
from collector.table.readings.control import Fields, controlled
from collector.table.readings.decks import gathered, holder
from collector.table.registration import Reader
from collector.table.state import Table
from collector.wire import close, rulings, start
from collector.wire.command import type_of

CLIENT: Final = "antenna"
FRESH_MS: Final = 10_000
"""A reading that is older gives no command: the table has gone on since."""
_READINGS: Final = frozenset(kind.name for kind in READINGS)


def inferred(commands: Reader, before: Table, after: Table, fact: Fact) -> list[Fields]:
    """Return the commands that follow from a reading, in order, as fields without `id`."""
    if fact.kind not in _READINGS:
        return []
    reading = CARD_READ.value(fact)
    if reading.age_ms is None or reading.age_ms > FRESH_MS:
        return []
    control = after.controls.get(reading.tag)
    if control is not None:
        came = fact.kind != CARD_REMOVED.name and not reading.inferred
        return controlled(commands, after, reading, control) if came else []
    return _automatic(before, after, fact.kind, reading) if after.automatic else []


def _automatic(before: Table, after: Table, kind: str, reading: Reading) -> list[Fields]:
    """First cards begin a hand, the muck takes seats out of it, and gathered cards end it."""
    antenna, play = after.antennas.get((reading.device, reading.antenna)), after.play
    found = after.card_of(reading.tag.reveal())
    if found is None:
        return []
    left = antenna if kind == CARD_REMOVED.name else after.antennas.get((reading.device, reading.came_from or ""))
    if left is not None and play is not None and play.device_keys and gathered(after):
        return [{"type": type_of(close.EndHand)}]
    if antenna is None or kind == CARD_REMOVED.name:
        return []
    if play is None:
        return [{"type": type_of(start.StartHand)}] if antenna.role == "seat" else []
    if antenna.role == "muck":
        return _gone(play, found[1])
    first = antenna.role == "board" and before.play is not None and not before.play.hand.board_read
    return _absent(play) if first else []


def _gone(play: Play, card: Card) -> list[Fields]:
    seat = holder(play, card)
    return [] if seat is None else [_dead(seat, "its cards are on the muck")]


def _absent(play: Play) -> list[Fields]:
    """Seats that were dealt nothing by the flop were not in the hand."""
    empty = [player.seat for player in play.hand.players if player.live and not player.hole]
    return [_dead(seat, "no cards were dealt to it") for seat in empty]


def _dead(seat: int, reason: str) -> Fields:
    return {"type": type_of(rulings.DeadHand), "seat": seat, "reason": reason}
