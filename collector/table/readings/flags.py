"""Flags: readings that did not fit. Each is kept and asked about until somebody answers it."""

from __future__ import annotations

from typing import Any, Final

from collector.access.rights import RULINGS
from collector.cards import Card
from collector.devices.readings import Reading
from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand import apply, next_board
from collector.hand.copying import replace
from collector.hand.events import BoardCard, BoardCardTaken, Event, HoleCard, HoleCardTaken, UpCard, UpCardTaken
from collector.secrecy import Secret
from collector.table.effects import UPDATED, Effect, Warn
from collector.table.play import Play
from collector.table.readings.decks import BOARD, places
from collector.table.registration import Asked, Registration, Resolved, Seats
from collector.table.state import Antenna, Flag, Table, with_step
from collector.wire import readings as wire

STRAYS: Final = ("UNKNOWN_TAG", "RESTING_DECK")
"""Flags of tags that are no card of the hand. Taking the tag away answers them."""

_OF_HIDDEN_CARDS: Final = ("DUPLICATE_CARD",)
"""Flags that follow from a hidden card elsewhere, whatever antenna they are about."""


_WHEN_OVER: Final = {
    "UNKNOWN_TAG": "a tag of no deck lay at seat {}; look at the cards before the next hand",
    "RESTING_DECK": "a card of another deck lay at seat {}; take it out before the next hand",
    "DUPLICATE_CARD": "a card was read at seat {} that lay elsewhere too; look at the deck before the next hand",
}
"""What tags at the seats were, in words for everybody on the floor: told when the hand is over."""


def strays_told(play: Play) -> tuple[Warn, ...]:
    """Return the floor's word on the tags that lay at the seats of a hand that is over. No card is named.

    While a hand is played everybody hears how many tags lie at a seat, and nobody what they are (ADR 19).
    """
    found = []
    for code, what in _WHEN_OVER.items():
        seats = sorted(seat for each, seat in play.strays if each == code)
        if seats:
            message = f"hand {play.number} is over: {what.format(' and at seat '.join(map(str, seats)))}"
            found.append(Warn(code, message))
    return tuple(found)


def flagged(  # noqa: PLR0917 - each is another thing
    table: Table, fact: Fact, reading: Reading, antenna: Antenna, problem: tuple[str, str], card: Card | None = None
) -> tuple[Table, list[Warn]]:
    """Return the table with a flag for a reading that did not fit, and the warning for the floor.

    problem: (code, message); the message names no card. card: the card of the tag, if a deck says so. The same reading
    is flagged once: when it comes again, its warning asks nothing.
    """
    code, message = problem
    device, name, tag = reading.device, reading.antenna, reading.tag
    flag = Flag(fact.position, code, message, antenna, device, name, tag, Secret(card) if card else None)
    same = (code, device, name, tag, antenna)
    if antenna.role == "seat" and antenna.seat and table.running and table.play and code in _WHEN_OVER:
        table = replace(table, play=replace(table.play, strays=table.play.strays | {(code, antenna.seat)}))
    known = any((each.code, each.device, each.name, each.tag, each.antenna) == same for each in table.flags)
    after = table if known else replace(table, flags=(*table.flags, flag))
    hidden = antenna.role == "seat" or code in _OF_HIDDEN_CARDS
    warning = Warn(code, message, device=device, antenna=name, seat=antenna.seat, flagged=not known, hidden=hidden)
    return after, [warning]


def still_asked(table: Table) -> tuple[Flag, ...]:
    """Return the flags that outlive a hand: strays may still lie there. The others were about the hand."""
    return tuple(flag for flag in table.flags if flag.code in STRAYS)


def without_stray(table: Table, reading: Reading) -> Table:
    """Return the table after a tag was lifted: a flag that called the tag a stray is answered by that."""
    if not table.flags:
        return table
    where = (reading.device, reading.antenna, reading.tag)
    flags = tuple(f for f in table.flags if f.code not in STRAYS or (f.device, f.name, f.tag) != where)
    return replace(table, flags=flags)


def dealt_at(play: Play, antenna: Antenna, card: Card) -> Event:
    """Return the event of a card at an antenna, by its role: on the board that waits, face up, or face down."""
    if antenna.role == "board":
        return BoardCard(card, next_board(play.hand))
    if antenna.role == "up":
        return UpCard(antenna.seat or 0, card)
    return HoleCard(antenna.seat or 0, Secret(card))


def _flag_of(table: Table, command: wire.ResolveFlag) -> Flag:
    found = next((flag for flag in table.flags if flag.position == command.flag), None)
    if found is None:
        raise Refused("NO_FLAG", f"nothing is asked under {command.flag}: it was answered, or its hand is over")
    return found


def _events(table: Table, command: wire.ResolveFlag) -> list[Event]:
    """Return the events of the hand that answer a flagged reading, in order.

    `here`: the card goes from every other place to the one that was flagged. `nowhere`: it goes from every place.
    `there`: it goes from the flagged place, if it lies somewhere else too: at the board it counted at once (ADR 6).
    """
    flag, play, take = _flag_of(table, command), table.play, command.take
    card = Card(command.card.reveal()) if command.card else flag.card.reveal() if flag.card else None
    if card is None or play is None:
        return []
    here = flag.antenna.seat or BOARD
    lies = [(place, how) for found, place, how in places(play.hand) if found == card]
    keep = here if take == "here" else None
    if take == "there":
        return [_taken(card, place, how) for place, how in lies if place == here and len(lies) > 1]
    events = [_taken(card, place, how) for place, how in lies if place != keep]
    there = any(place == here for place, _ in lies)
    return [*events, dealt_at(play, flag.antenna, card)] if take == "here" and not there else events


def _taken(card: Card, place: int, how: str) -> Event:
    if place == BOARD:
        return BoardCardTaken(card)
    return UpCardTaken(place, card) if how == "up" else HoleCardTaken(place, Secret(card))


def _may_answer(asked: Asked, command: wire.ResolveFlag) -> Resolved:
    """Take an answer whose events the hand can follow."""
    table = asked.table
    flag = _flag_of(table, command)
    if command.take == "here" and flag.card is None and command.card is None:
        raise Refused("CARD_WANTED", f"no deck says which card lies on antenna {flag.name}; name it, or take it away")
    hand = table.play.hand if table.play else None
    for event in _events(table, command):
        hand = apply(hand, event) if hand else None
    return Resolved()


def _answer(table: Table, fact: Fact, command: wire.ResolveFlag) -> Effect:
    """Fold the answer to a flagged reading. Its events are steps of the answer, so undo takes them back with it."""
    flag = _flag_of(table, command)
    for event in _events(table, command):
        table = with_step(table, fact, event, by_command=True)
    return Effect(replace(table, flags=tuple(each for each in table.flags if each is not flag)), UPDATED)


def _is_asked(table: Table) -> Seats | None:
    return () if table.flags else None


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.ResolveFlag,
        label="Answer",
        word=RULINGS,
        hides=True,
        may=_may_answer,
        does=_answer,
        by_card=False,  # whether anything was asked is nothing that the floor hears of a card
        listed=_is_asked,
        live_only=True,
    ),
)
