"""Cards that contradict each other: one card in two places, or a seat with more cards than it was dealt. S0.

Everybody sees the open cards, and each of them was refused where it clashed with another open one. So a clash has a
hidden card in it, and telling of the clash tells that card. What shows hidden cards leaves it out: see `withheld`
(ADR 19).

This is asked after most facts, and nearly always there is no clash. So a hand keeps the set of its cards while all of
them surely differ (`Hand.lying`): a card that is not among them is added, and nothing else is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Final, NamedTuple

from collector.cards import DECK, Card
from collector.hand.copying import completed, replace
from collector.hand.events import (
    AllIn,
    Award,
    BetTo,
    BoardCard,
    BringIn,
    Call,
    Check,
    Chop,
    Event,
    Fold,
    GoOn,
    HoleCard,
    OutOfTurn,
    Show,
    StringBet,
    UpCard,
)
from collector.hand.model import Hand, Player
from collector.secrecy import Secret


class Clashes(NamedTuple):
    """The contradictions of a hand.

    cards: each card that lies in several places, with the places in words. seats: the cards by seat that nobody is
    shown. crowded: seats with more cards than they were dealt. board: whether a card of the board is in question.
    """

    cards: Mapping[Card, tuple[str, ...]]
    seats: Mapping[int, frozenset[Card]]
    crowded: tuple[int, ...]
    board: bool

    def lines(self) -> list[str]:
        """Return each contradiction in words that name no card."""
        found = {f"one card is {' and '.join(places)}" for places in self.cards.values()}
        return sorted(found) + [f"seat {seat} has more cards than it was dealt" for seat in self.crowded]


NONE: Final = Clashes({}, {}, (), board=False)


def clashes(hand: Hand) -> Clashes:
    """Return the contradictions of a hand. `NONE` for a hand that began before cards could be contested."""
    if hand.lying is not None or not hand.setup.contests:
        return NONE
    crowded = tuple([player.seat for player in hand.players if player.extra and player.shown is None])
    where: dict[Card, list[tuple[str, int | None]]] = {}
    for card, place, seat in _lying(hand):
        where.setdefault(card, []).append((place, seat))
    doubled = {card: found for card, found in where.items() if len(found) > 1}
    hidden = {card: found for card, found in doubled.items() if any(seat for _, seat in found)}
    seats: dict[int, frozenset[Card]] = {}
    for card, found in hidden.items():
        for _, seat in found:
            if seat:
                seats[seat] = seats.get(seat, frozenset()) | {card}
    for player in hand.players:
        if player.seat in crowded:
            seats[player.seat] = frozenset(card.reveal() for card in (*player.hole, *player.extra) if card)
    if not hidden and not crowded:
        return NONE
    on_board = any(place.startswith("on ") for found in hidden.values() for place, _ in found)
    places = {card: tuple(place for place, _ in found) for card, found in hidden.items()}
    return Clashes(places, seats, crowded, board=on_board)


def contested(hand: Hand) -> bool:
    """Return whether a hand has contradictions."""
    return clashes(hand) is not NONE


_MOVES_NONE: Final = frozenset([Fold, Check, Call, BetTo, AllIn, BringIn, OutOfTurn, StringBet, GoOn, Chop, Award])
_LAY_ONE: Final = (HoleCard, BoardCard, UpCard)
_BIT: Final = {card: 1 << at for at, card in enumerate(DECK)}


def moves_cards(event: Event) -> bool:
    """Return whether an event may bring, move or turn a card."""
    return type(event) not in _MOVES_NONE


def laid(before: Hand, hand: Hand, event: Event) -> Hand:
    """Return the hand after `event`, which moved cards, with `lying` as it is now. before: the hand without the event.

    lying: the cards of the hand as bits, one for each card of DECK; it may have some that lie nowhere any more. None: a
    card may lie twice, or a seat may be crowded. Only hands that can be contested are asked of.
    """
    lying = _lying_with(hand, event)
    if lying is hand.lying:
        return hand
    return replace(hand, lying=lying) if hand is before else completed(hand, lying=lying)


def _lying_with(hand: Hand, event: Event) -> Secret[int] | None:
    known = hand.lying
    if known is not None and type(event) is Show and _tabled_as_read(hand, event):
        return known
    if known is None or not isinstance(event, _LAY_ONE):
        return _lying_bits(hand)
    card = event.card.reveal() if isinstance(event.card, Secret) else event.card
    if card is None:
        return known
    bits, bit = known.reveal(), _BIT[card]
    if bits & bit or (isinstance(event, HoleCard) and _is_crowded(hand, event.seat)):
        return _lying_bits(hand)
    return Secret(bits | bit)


def _tabled_as_read(hand: Hand, event: Show) -> bool:
    """Return whether a seat tabled the cards that were read there, all of them and no other."""
    for player in hand.players:
        if player.seat == event.seat:
            held = [card.reveal() for card in player.hole if card]
            return not player.extra and len(held) == len(event.cards) and set(held) == set(event.cards)
    return False


def _is_crowded(hand: Hand, seat: int) -> bool:
    for player in hand.players:
        if player.seat == seat:
            return bool(player.extra)
    return False


def without_withheld(hand: Hand) -> Hand:
    """Return the hand without the cards in question: as if nobody had read or typed them."""
    found = clashes(hand)
    if found is NONE:
        return hand
    return replace(hand, players=tuple(_without(player, found.seats.get(player.seat)) for player in hand.players))


def _without(player: Player, gone: frozenset[Card] | None) -> Player:
    if not gone:
        return player
    return replace(player, hole=tuple(card for card in player.hole if card and card.reveal() not in gone), extra=())


_held_of: Final = attrgetter("hole", "extra", "shown", "up", "exposed")


def _lying_bits(hand: Hand) -> Secret[int] | None:
    """Return the cards that lie somewhere, as `laid` has them. A card held and exposed counts twice."""
    cards = [*hand.board_read, *hand.community, *hand.scrap, *hand.rabbit]
    hidden = list(hand.burns)
    for further in hand.further:
        cards += further.read
    for hole, extra, shown, up, exposed in map(_held_of, hand.players):
        if shown:
            cards += shown
        elif extra:
            return None
        else:
            hidden += hole
        if up or exposed:
            cards += [card for card in (*up, *exposed) if card]
    cards += [card.reveal() for card in hidden if card]
    different = set(cards)
    return Secret(sum([_BIT[card] for card in different])) if len(different) == len(cards) else None


def _lying(hand: Hand) -> Iterator[tuple[Card, str, int | None]]:
    """Yield (card, place in words, seat if it is hidden there) of every card of the hand. S0.

    A tabled hand counts whatever was read at its seat, so what was read there is no place of a card any more. An
    exposed card is in its seat's hand.
    """
    for player in hand.players:
        yield from _at_seat(player)
    for card in hand.board_read:
        yield card, "on the board", None
    for number, further in enumerate(hand.further, 2):
        for card in further.read:
            yield card, f"on board {number}", None
    for card in (*hand.community, *hand.scrap, *hand.rabbit):
        yield card, "in the open", None
    for burned in hand.burns:
        if burned:
            yield burned.reveal(), "burned", None


def _at_seat(player: Player) -> Iterator[tuple[Card, str, int | None]]:
    seat = player.seat
    held = set() if player.shown else {card.reveal() for card in (*player.hole, *player.extra) if card}
    tabled, up = set(player.shown or ()), {card for card in player.up if card}
    yield from ((card, f"at seat {seat}", seat) for card in held)
    yield from ((card, f"shown by seat {seat}", None) for card in tabled)
    yield from ((card, f"face up at seat {seat}", None) for card in up - tabled)
    yield from ((card, f"exposed by seat {seat}", None) for card in set(player.exposed) - held - tabled - up)
