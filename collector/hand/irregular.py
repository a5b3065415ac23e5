"""Irregular cards: boxed, exposed and replaced ones, a flop of four, a stud deck that runs out. Also: burns.

Only public cards decide. No hole card is looked at.
"""

from __future__ import annotations

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.awaiting import up_awaited
from collector.hand.changing import find, game_of, live, put, rule
from collector.hand.copying import replace
from collector.hand.drawing import without
from collector.hand.events import Boxed, Burn, CommunityCard, IrregularFlop, ReplaceCard
from collector.hand.holding import face_up, typed_less
from collector.hand.model import Hand
from collector.secrecy import Secret

_FLOP = 3
_DECK = 52


def burn(hand: Hand, event: Burn) -> Hand:
    """Burn a card, unseen. At most one card is burned for a street."""
    if not may_burn(hand):
        message = f"{len(hand.burns)} cards are burned already; one is burned before each street"
        raise IllegalAction("NO_BURN", message, {})
    if event.card is not None and event.card.reveal() not in game_of(hand).cards:
        raise IllegalAction("BAD_CARD", "the burn is no card of this deck", {})
    return replace(hand, burns=(*hand.burns, event.card))


def may_burn(hand: Hand) -> bool:
    """Return whether a street is left to burn for: one card a street, never more (TDA 2024 rule 38).

    A board that is run again has burns of its own, from the street on where it was run. What comes before the next burn
    is said by `burn_waits`.
    """
    game = game_of(hand)
    if hand.complete or len(hand.burns) >= len(game.streets) - 1 + sum(_burns_of_runs(hand)):
        return False
    if not hand.setup.edition:
        return True
    if not game.board_size:
        return len(hand.burns) <= game.index(hand.reached)
    return len(hand.burns) <= _board_streets(hand, 0)


def burn_waits(hand: Hand) -> str | None:
    """Return in words what comes before the next burn; None if nothing does.

    A street has its cards before a card is burned for the next one. No card is burned for the first street, nor for the
    card that lies there from the beginning in Courchevel, which comes with the deal.
    """
    game = game_of(hand)
    if game.board_size:
        come = len(hand.board_read) >= game.streets[0].board and len(hand.burns) <= _board_streets(hand, 1)
        return None if come else "the board"
    if hand.closed or len(hand.burns) < game.index(hand.reached):
        return None
    if hand.drawing:
        return f"the draw of seat {hand.drawing[0]}"
    seats = sorted(up_awaited(hand)) if hand.went_on != hand.street else []
    return f"the card face up at seat {seats[0]}" if seats else None


def _board_streets(hand: Hand, first: int) -> int:
    """Return how many streets lie on the boards, from the street with this number on; those of further runs too."""
    ends = [game_of(hand).board_through(street.name) for street in game_of(hand).streets[first:] if street.board]
    again = [run for run in hand.further if _runs_again(hand)]
    lie = sum(end <= len(hand.board_read) for end in ends)
    return lie + sum(hand.shared < end <= hand.shared + len(run.read) for run in again for end in ends)


def _burns_of_runs(hand: Hand) -> list[int]:
    """Return how many cards are burned for each board that is run again."""
    ends = [game_of(hand).board_through(street.name) for street in game_of(hand).streets if street.board]
    return [sum(end > hand.shared for end in ends) for _ in hand.further if _runs_again(hand)]


def _runs_again(hand: Hand) -> bool:
    """Return whether the boards are runs of one: hands that begin with several burn once for all of them."""
    return hand.setup.boards == 1


def boxed(hand: Hand, event: Boxed) -> Hand:
    """Take a card that lay face up in the deck out of play. Two in the first deal are a misdeal (TDA 2024 rule 35)."""
    _require_unseen(hand, event.card)
    hand = rule(hand, f"{event.card} was boxed: it is out of play, and the next card takes its place")
    return replace(hand, scrap=(*hand.scrap, event.card))


def replace_card(hand: Hand, event: ReplaceCard) -> Hand:
    """Replace an exposed hole card. The card is public; whether an antenna read it before plays no part."""
    player = find(hand, event.seat)
    if hand.closed or not player.live:
        message = f"seat {event.seat} gets no other card now; what it holds plays on"
        raise IllegalAction("NO_REPLACEMENT", message, {"seat": event.seat})
    if event.card not in player.exposed:
        _require_unseen(hand, event.card)
    hand = rule(hand, f"seat {event.seat} gets another card for {event.card}: {event.reason}")
    hole = without(player.hole, (Secret(event.card),), 1) if player.hole else ()
    exposed = tuple(card for card in player.exposed if card != event.card)
    typed = typed_less(player.typed, (Secret(event.card),), 1)
    hand = put(hand, replace(player, hole=hole, exposed=exposed, owed=player.owed + 1, typed=typed))
    return replace(hand, scrap=(*hand.scrap, event.card))


def irregular_flop(hand: Hand, event: IrregularFlop) -> Hand:
    """Mend a flop (TDA 2024 rule 39): the floor draws one of its cards as the burn, the others are the flop."""
    game = game_of(hand)
    named = [*event.cards, *([event.burn.reveal()] if event.burn else [])]
    if not may_mend_flop(hand):
        message = "a flop is mended while it is the board, before anybody acts on it; else play goes on as it lies"
        raise IllegalAction("NO_FLOP", message, {})
    if len(event.cards) != game.board_through("flop") or len(set(named)) != len(named):
        message = f"a flop is {_FLOP} different cards, and the burn another; name them so"
        raise IllegalAction("BAD_FLOP", message, {})
    bare = replace(hand, board_read=(), board_gaps=())
    for card in event.cards:
        _require_unseen(bare, card)
    hand = rule(hand, f"the flop is {' '.join(event.cards)}: {event.reason}")
    burns = (*hand.burns, event.burn) if event.burn else hand.burns
    return replace(hand, board_read=event.cards, board_gaps=(), burns=burns)


def may_mend_flop(hand: Hand) -> bool:
    """Return whether the flop lies on the board, and nobody has acted on it. A fourth card may show as the turn.

    With several boards it is the first of them. What is thrown away before the flop is no act on it.
    """
    acted = any(act.street == "flop" and act.action != "discard" for act in hand.actions)
    if not hand.setup.edition:
        return hand.street == "flop" and not (hand.further or acted or hand.complete)
    runs_out = hand.closed and hand.board_read != () and len(hand.board_read) <= _FLOP + 1 and not hand.shared
    named = any(street.name == "flop" for street in game_of(hand).streets)
    return named and (hand.street == "flop" or runs_out) and not (acted or hand.complete)


def community_card(hand: Hand, event: CommunityCard) -> Hand:
    """Deal one card for all on the last street of a stud game, if the deck is too short (TDA 2024 RP-10)."""
    if not may_be_for_all(hand):
        message = "a card for all comes on the last street of a stud game, once"
        raise IllegalAction("NO_COMMUNITY_CARD", message, {})
    _require_unseen(hand, event.card)
    left, wanted = stub(hand)
    reason = f"the deck has {left} cards with the burns, and {wanted} are wanted"
    if left >= wanted and not event.override:
        raise IllegalAction("NO_COMMUNITY_CARD", f"{reason}: it reaches; deal a card to each", {})
    hand = rule(hand, f"{event.card} is a card for all: {reason}")
    return replace(hand, community=(event.card,), high_with_card=event.high)


def may_be_for_all(hand: Hand) -> bool:
    """Return whether the last street of a stud game is still to be dealt."""
    game = game_of(hand)
    return game.up > 0 and not hand.complete and not hand.community and (hand.closed or hand.street == game.last)


def stub(hand: Hand) -> tuple[int, int]:
    """Return (cards left, burns included; cards that the last street of stud takes).

    The street takes a card for each player, the burn, and the last card of the deck, which is never dealt.
    """
    first = game_of(hand).streets[0].down
    return _DECK - sum(len(player.up) + first for player in hand.players) - len(hand.scrap), len(live(hand)) + 2


def _require_unseen(hand: Hand, card: Card) -> None:
    if card not in game_of(hand).cards:
        raise IllegalAction("BAD_CARD", f"{card!r} is no card of this deck; write rank then suit, as in As", {})
    seen = face_up(hand).get(card)
    if seen:
        raise IllegalAction("CARD_FACE_UP", f"{card} is {seen}; correct one of them", {})
