"""The floor's word on contested cards: where a card lies that is in two places, now or in a hand that is over.

A card goes from the places where it does not lie. In a hand that was put away only hidden places change: its board and
its result stand, and an amendment corrects them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from collector.access.rights import RULINGS
from collector.cards import Card
from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand import apply
from collector.hand.clashes import clashes, contested
from collector.hand.copying import replace
from collector.hand.events import BoardCardTaken, HoleCardTaken, UpCardTaken
from collector.hand.model import Hand
from collector.secrecy import Secret
from collector.table.effects import UPDATED, Effect
from collector.table.play import Play, stepped
from collector.table.registration import Asked, Registration, Resolved
from collector.table.state import Table, play_of
from collector.wire import rulings as wire
from collector.wire.feed_events import UnseenHandCorrected

Taken = HoleCardTaken | UpCardTaken | BoardCardTaken


class _Place(NamedTuple):
    """A place of a card. seat None: a board, by its number."""

    seat: int | None
    up: bool
    board: int


def _held(table: Table, command: wire.SettleCard) -> Play | None:
    """Return the hand that a command names, if it was put away with contested cards."""
    return next((play for play in table.held if play.hand_id == command.of), None)


def _play(table: Table, command: wire.SettleCard) -> Play:
    """Return the hand that a command is about; raise Refused if there is none, or if it is not known."""
    if command.of is None or (table.play and table.play.hand_id == command.of):
        return play_of(table)
    held = _held(table, command)
    if held is None:
        raise Refused(
            "NOT_CONTESTED", f"hand {command.of} does not wait for the floor; the alert HAND_HELD names those"
        )
    return held


def _places(hand: Hand, card: Card) -> list[_Place]:
    """Return the places where a card lies and may be taken from."""
    found = []
    for player in hand.players:
        if not player.shown and Secret(card) in (*player.hole, *player.extra):
            found.append(_Place(player.seat, up=False, board=1))
        if card in player.up:
            found.append(_Place(player.seat, up=True, board=1))
    boards = (hand.board_read, *(further.read for further in hand.further))
    return found + [_Place(None, up=False, board=at) for at, read in enumerate(boards, 1) if card in read]


def _events(play: Play, command: wire.SettleCard, client: str) -> Sequence[Taken]:
    """Return the events that take the card from where it does not lie; raise Refused if nothing is contested there."""
    card, found = Card(command.card.reveal()), clashes(play.hand)
    at_seat = command.seat is not None
    said = _Place(command.seat, up=command.up and at_seat, board=1 if at_seat else command.board)
    here = _places(play.hand, card)
    if said not in here or (card not in found.cards and said.seat not in found.crowded):
        raise Refused("NOT_CONTESTED", "that card is not contested there; the alert says which places are")
    return [_taken(card, place, client) for place in here if (place != said) is command.lies]


def _taken(card: Card, place: _Place, client: str) -> Taken:
    if place.seat is None:
        return BoardCardTaken(card, place.board)
    return UpCardTaken(place.seat, card) if place.up else HoleCardTaken(place.seat, Secret(card), client)


def _may_settle(asked: Asked, command: wire.SettleCard) -> Resolved:
    """Take a word whose events the hand can follow."""
    play = _play(asked.table, command)
    events = _events(play, command, asked.client)
    if _held(asked.table, command) and not all(isinstance(event, HoleCardTaken) for event in events):
        message = f"hand {play.number} was put away and its open cards stand; correct them with amend"
        raise Refused("HAND_COMPLETE", message)
    hand = play.hand
    for event in events:
        hand = apply(hand, event)
    return Resolved()


def _settle(table: Table, fact: Fact, command: wire.SettleCard) -> Effect:
    """Fold the floor's word. A hand that was put away gets a new revision of its record."""
    play = was = _play(table, command)
    for event in _events(play, command, fact.client or ""):
        play = stepped(play, fact, event, by_command=True)
    if _held(table, command) is None:
        return Effect(replace(table, play=play), UPDATED)
    play = replace(play, last_position=was.last_position, last_at=was.last_at, revision=was.revision + 1)
    left = tuple(play if each is was else each for each in table.held)
    table = replace(table, held=tuple(each for each in left if contested(each.hand)))
    told = UnseenHandCorrected(reason="settle", corrected=play.hand_id, revision=play.revision)
    return Effect(table, (told,), closed=(play,))


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.SettleCard,
        label="Where a card lies",
        word=RULINGS,
        hides=True,
        may=_may_settle,
        does=_settle,
        by_card=False,
        live_only=True,
        listed=lambda table: () if table.held or (table.play and contested(table.play.hand)) else None,
    ),
)
