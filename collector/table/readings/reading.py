"""What a reading does to a table: what lies where, what the public hears of it, and that the cards are gathered.

What becomes public depends on the antenna alone and, at the board, on the card that lies open there.
"""

from __future__ import annotations

from typing import Any, Final

from collector.devices.readings import CARD_MOVED, CARD_READ, CARD_REMOVED, Reading
from collector.facts.fact import Fact
from collector.hand import board
from collector.hand.copying import replace
from collector.secrecy import Secret
from collector.table.effects import Effect, Warn
from collector.table.readings.decks import gathered
from collector.table.readings.flags import without_stray
from collector.table.readings.placing import dealt, is_old, mucked
from collector.table.registration import Folded
from collector.table.state import Table
from collector.wire.feed_events import CardDetected, CardRemoved, EventData, UnseenCardDetected, UnseenCardRemoved


def _came(table: Table, fact: Fact, reading: Reading) -> Effect:
    """Fold a card that came to rest on an antenna."""
    antenna = table.antennas.get((reading.device, reading.antenna))
    if reading.tag in table.controls:
        return Effect(_present(table, reading, came=True), (_unseen(reading),))
    old = is_old(table, fact, reading.age_ms)
    table = _lies(table, reading, moves=0 if reading.again else 1)
    if antenna is None:
        message = f"antenna {reading.antenna} of {reading.device} has no role; assign it"
        warning = Warn("ANTENNA_UNASSIGNED", message, device=reading.device, antenna=reading.antenna)
        return Effect(table, (), (warning,))
    if antenna.role == "muck":
        table, warnings = (table, []) if old else mucked(table, fact, reading)
        return Effect(table, (_unseen(reading),), tuple(warnings))
    found = table.card_of(reading.tag.reveal())
    card = found[1] if found else None
    table, warnings = dealt(table, fact, reading, antenna, found)
    if old:  # evidence: no card of the live table moves
        return Effect(table, (), tuple(warnings))
    if antenna.role == "board":
        open_card = card if table.play and card in board(table.play.hand) else None
        return Effect(table, (CardDetected(seat=None, board=True, card=open_card),), tuple(warnings))
    count = table.cards_at.get(antenna.seat or 0, 0)
    seen = Secret(str(card)) if card and antenna.role != "up" else card
    told = CardDetected(seat=antenna.seat, board=False, card=seen, cards=count)
    return Effect(table, (told,), tuple(warnings))


def _unseen(reading: Reading) -> EventData:
    """What the public does not hear of: a card on the muck, a control card."""
    return UnseenCardDetected(seat=None, antenna=reading.antenna)


def _moved(table: Table, fact: Fact, reading: Reading) -> Effect:
    """Fold a card that lies on another antenna than before. Consumers hear that it left one and came to the other."""
    table, left = _lifted(table, fact, reading._replace(antenna=reading.came_from or reading.antenna))
    came = _came(table, fact, reading)
    over = () if is_old(came.table, fact, reading.age_ms) else _over(came.table)
    return came._replace(happenings=(*left, *came.happenings), warnings=(*came.warnings, *over))


def _removed(table: Table, fact: Fact, reading: Reading) -> Effect:
    """Fold a card that left. Never a fold: the hand keeps what was dealt."""
    table, told = _lifted(table, fact, reading)
    return Effect(table, told, () if is_old(table, fact, reading.age_ms) else _over(table))


def _lifted(table: Table, fact: Fact, reading: Reading) -> tuple[Table, tuple[EventData, ...]]:
    antenna = table.antennas.get((reading.device, reading.antenna))
    unseen = (UnseenCardRemoved(antenna=reading.antenna),)
    if reading.tag in table.controls:
        return _present(table, reading, came=False), unseen
    table = _lies(table, reading, moves=-1)
    if is_old(table, fact, reading.age_ms):
        return table, ()
    if antenna is None or antenna.role == "muck":
        return table, unseen
    table, seat = without_stray(table, reading), antenna.seat
    cards = table.cards_at.get(seat, 0) if seat else 0
    return table, (CardRemoved(seat=seat, board=seat is None, cards=cards),)


def _over(table: Table) -> tuple[Warn, ...]:
    """Say when the cards are gathered: the hand is over, whatever was entered."""
    play = table.play
    if play is None or not play.device_keys or table.automatic or not gathered(table):
        return ()
    if play.hand.complete:
        return (Warn("HAND_OVER", f"hand {play.number} is over and its cards are gathered; put it away", "info"),)
    if not play.mucked and not play.hand.closed:
        return ()  # everybody lifts at once: a peek
    message = f"the cards are gathered, and hand {play.number} is not finished; enter what is missing"
    return (Warn("HAND_OVER", message),)


def _lies(table: Table, reading: Reading, *, moves: int) -> Table:
    """Keep what lies where. The public count moves with each reading by `moves`, whatever its tag is."""
    table = _present(table, reading, came=moves >= 0)
    antenna = table.antennas.get((reading.device, reading.antenna))
    if antenna is None or antenna.seat is None:
        return table
    count = max(0, table.cards_at.get(antenna.seat, 0) + moves)
    return replace(table, cards_at={**table.cards_at, antenna.seat: count})


def _present(table: Table, reading: Reading, *, came: bool) -> Table:
    key, tag = (reading.device, reading.antenna), reading.tag
    there = table.present.get(key, frozenset())
    return replace(table, present={**table.present, key: there | {tag} if came else there - {tag}})


FACTS: Final[tuple[Folded[Any], ...]] = (
    Folded(CARD_READ, _came),
    Folded(CARD_REMOVED, _removed),
    Folded(CARD_MOVED, _moved),
)
