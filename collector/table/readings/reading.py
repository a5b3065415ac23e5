"""The effect of a reading on a table: the tags that lie there, the events, and the end of a hand by gathered cards.

Its public part depends on the antenna alone and, at the board, on the card that shows there. It never depends on the
tag at a seat: a count that left out unknown or doubled tags would tell something of the hidden cards.
"""

from __future__ import annotations

from typing import Any, Final

from collector.cards import Card
from collector.devices.readings import CARD_MOVED, CARD_READ, CARD_REMOVED, Reading
from collector.facts.fact import Fact
from collector.hand import boards
from collector.hand.clashes import clashes
from collector.hand.copying import replace
from collector.secrecy import Secret
from collector.table.effects import Effect, Warn
from collector.table.readings.decks import gathered_openly
from collector.table.readings.flags import without_stray
from collector.table.readings.placing import dealt, is_old, mucked
from collector.table.registration import Folded
from collector.table.state import Antenna, Table
from collector.wire.feed_events import CardDetected, CardRemoved, EventData, UnseenCardDetected, UnseenCardRemoved


def _came(table: Table, fact: Fact, reading: Reading) -> Effect:
    """Fold a card that came to rest on an antenna."""
    antenna = table.antennas.get((reading.device, reading.antenna))
    if reading.tag in table.controls:
        return Effect(_present(table, reading, came=True), (_unseen(reading),))
    old = is_old(table, fact, reading.age_ms)
    table = _lies(table, reading, moves=0 if reading.again else 1)  # again: an earlier boot of the node counted it
    table = table if old else _counted(table, fact, antenna)
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
        open_card = card if table.play and any(card in shown for shown in boards(table.play.hand)) else None
        return Effect(table, (CardDetected(seat=None, board=True, card=open_card),), tuple(warnings))
    count = table.cards_at.get(antenna.seat or 0, 0)
    seen = card if card is None or _lies_open(table, antenna, card) else Secret(str(card))
    if table.play and card in clashes(table.play.hand).seats.get(antenna.seat or 0, ()) and isinstance(seen, Secret):
        seen = None  # contested: nobody is shown it
    told = CardDetected(seat=antenna.seat, board=False, card=seen, cards=count)
    return Effect(table, (told,), tuple(warnings))


def _lies_open(table: Table, antenna: Antenna, card: Card) -> bool:
    """Return whether everybody may see a card at a seat: the hand has dealt it face up there, not the antenna alone."""
    players = table.play.hand.players if table.play and antenna.role == "up" else ()
    return any(player.seat == antenna.seat and card in player.up for player in players)


def _unseen(reading: Reading) -> EventData:
    """Return the event of a tag that the public does not hear of: a card on the muck, a control card."""
    return UnseenCardDetected(seat=None, antenna=reading.antenna)


def _moved(table: Table, fact: Fact, reading: Reading) -> Effect:
    """Fold a card that lies on another antenna than before. Consumers hear that it left one, then that it came."""
    table, left = _lifted(table, fact, reading._replace(antenna=reading.came_from or reading.antenna))
    came = _came(table, fact, reading)
    over = () if is_old(came.table, fact, reading.age_ms) else _over(came.table)
    return came._replace(happenings=(*left, *came.happenings), warnings=(*came.warnings, *over))


def _removed(table: Table, fact: Fact, reading: Reading) -> Effect:
    """Fold a card that left its antenna. The player does not fold by that: the hand keeps its cards."""
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
    """Return a warning if all cards are gathered: then the hand is over, whatever was entered."""
    play = table.play
    if play is None or not play.readings or table.automatic or not gathered_openly(table):
        return ()
    if play.hand.complete:
        return (Warn("HAND_OVER", f"hand {play.number} is over and its cards are gathered; put it away", "info"),)
    if not play.on_muck and not play.hand.closed:
        return ()  # everybody lifts at once: a peek
    message = f"the cards are gathered, and hand {play.number} is not finished; enter what is missing"
    return (Warn("HAND_OVER", message),)


def _lies(table: Table, reading: Reading, *, moves: int) -> Table:
    """Return the table with the tag at, or away from, its antenna, and the public count of the seat changed by `moves`.

    The count changes by the number of readings and not by the tags that lie there: it must say nothing of a tag.
    """
    table = _present(table, reading, came=moves >= 0)
    antenna = table.antennas.get((reading.device, reading.antenna))
    if antenna is None or antenna.role != "seat" or antenna.seat is None:
        return table
    count = max(0, table.cards_at.get(antenna.seat, 0) + moves)
    return replace(table, cards_at={**table.cards_at, antenna.seat: count})


def _counted(table: Table, fact: Fact, antenna: Antenna | None) -> Table:
    """Return the table with one more card seen in its hand: counted, whatever it is.

    So is the reading that a record names: those that dealt a card would tell which tags were cards.
    """
    play = table.play
    if play is None or antenna is None:
        return table
    if antenna.role == "muck":
        return replace(table, play=replace(play, on_muck=play.on_muck + 1))
    keys = (*play.device_keys, fact.device_key) if fact.device_key else play.device_keys
    return replace(table, play=replace(play, readings=play.readings + 1, device_keys=keys))


def _present(table: Table, reading: Reading, *, came: bool) -> Table:
    key, tag = (reading.device, reading.antenna), reading.tag
    there = table.present.get(key, frozenset())
    return replace(table, present={**table.present, key: there | {tag} if came else there - {tag}})


FACTS: Final[tuple[Folded[Any], ...]] = (
    Folded(CARD_READ, _came),
    Folded(CARD_REMOVED, _removed),
    Folded(CARD_MOVED, _moved),
)
