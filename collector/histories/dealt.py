"""The cards that each street brought to each seat, as they are known at the end of a hand. Knows no format.

A card that was read late, or corrected, stands where it was dealt. None is a card that nobody read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from collector.cards import Card
from collector.hand.changing import game_of
from collector.hand.events import Draw, Event, PostKind, Show
from collector.hand.games import Street
from collector.hand.model import Hand, Player, Recorded

Cards = tuple[Card | None, ...]
Played = Sequence[tuple[Event | None, Hand]]
_POSTS = frozenset(kind.value for kind in PostKind)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A draw: the cards that were thrown, and those that came for them."""

    thrown: Cards
    came: Cards


def is_post(entry: Recorded) -> bool:
    """Return whether an act in a record is a post. A dead blind has the word of a dead hand, and chips."""
    return entry.action in _POSTS and (entry.action != PostKind.DEAD or entry.amount > 0)


def dealt(played: Played, street: Street) -> Iterator[tuple[int, Cards]]:
    """Yield each seat that got cards when a street began, and the cards. played: the moments of the hand."""
    hand = played[-1][1]
    if (street.down or street.up) and _was_dealt(hand, street):
        for player in hand.players:
            if _is_in(hand, player, street):
                yield player.seat, _cards(played, player, street)


def _was_dealt(hand: Hand, street: Street) -> bool:
    """Return whether a street was dealt: the first one, one with an act, or one after the betting."""
    game = game_of(hand)
    if game.index(street.name) == 0 or any(entry.street == street.name for entry in hand.actions):
        return True
    down, up = game.dealt_through(street.name)
    there = [each for each in hand.players if not each.folded]
    read = any(len(each.hole) >= down and len(each.up) >= up for each in there)
    return read or any(len(each.shown or ()) >= down + up for each in there)


def _is_in(hand: Hand, player: Player, street: Street) -> bool:
    """Return whether a player got the cards of a street: it had not folded before."""
    game = game_of(hand)
    at = game.index(street.name)
    left = [each for each in hand.actions if each.seat == player.seat and _leaves(each)]
    return at == 0 or all(game.index(each.street) >= at for each in left)


def _leaves(entry: Recorded) -> bool:
    return entry.action == "fold" or (entry.action == "dead" and not is_post(entry))


def _cards(played: Played, player: Player, street: Street) -> Cards:
    game = game_of(played[-1][1])
    if any(each.draw for each in game.streets):
        return _before_draws(played, player.seat, game.streets[0].down)
    down, up = game.dealt_through(street.name)
    hole = tuple(card.reveal() if card else None for card in player.hole)
    return (*_places(hole, down - street.down, down), *_places(player.up, up - street.up, up))


def _before_draws(played: Played, seat: int, count: int) -> Cards:
    at = next((at for at, (event, _) in enumerate(played) if _draws(event, seat)), len(played))
    return _places(_hole(played[at - 1][1], seat), 0, count)


def exchanges(played: Played, seat: int) -> Iterator[Exchange]:
    """Yield the draws of a seat, in order. The cards that came are those that it did not keep."""
    places = [at for at, (event, _) in enumerate(played) if _draws(event, seat)]
    for at, following in zip(places, [*places[1:], len(played)], strict=False):
        event = cast("Draw", played[at][0])
        kept = Counter(card for card in _hole(played[at][1], seat) if card)
        came = tuple(card for card in _hole(played[following - 1][1], seat) if card and not kept[card])
        thrown = tuple(card.reveal() for card in event.cards)
        yield Exchange(_places(thrown, 0, event.count), _places(came, 0, event.count))


def shows(played: Played, seat: int) -> Iterator[tuple[Card, ...]]:
    """Yield the hands that a seat tabled, in order; a show that was passed over is none."""
    for (_, before), (event, after) in pairwise(played):
        if isinstance(event, Show) and event.seat == seat and len(after.actions) > len(before.actions):
            yield event.cards


def _draws(event: Event | None, seat: int) -> bool:
    return isinstance(event, Draw) and event.seat == seat


def _hole(hand: Hand, seat: int) -> Cards:
    (player,) = (each for each in hand.players if each.seat == seat)
    return tuple(card.reveal() if card else None for card in player.hole)


def _places(cards: Cards, begin: int, end: int) -> Cards:
    """Return the cards of some places, with None for each that is not there."""
    known = cards[begin:end]
    return (*known, *[None] * (end - begin - len(known)))
