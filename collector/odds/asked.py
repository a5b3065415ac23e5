"""Equity of the running hand: the question that a hand asks, and the odds that an answer gives. Everything here is S0.

A question that takes at most two milliseconds by construction is counted here and now. Any other question is a
worker's: its answer comes back as a fact, and counts only while its question stands. Until then a seat has no odds.
Nothing is remembered here; see `chances`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from collector import equity
from collector.cards import DECK, Card
from collector.equity import BasisPoints
from collector.equity.games import DRAW_5, DRAW_27
from collector.equity.large_tables import BOARD
from collector.equity.outs import STREETS
from collector.hand import board, boards
from collector.hand.changing import game_of
from collector.hand.clashes import contested
from collector.hand.games import HEADS_UP, SHOWDOWN
from collector.hand.model import Hand, Player
from collector.odds.games import EQUITY_OF
from collector.secrecy import Secret

_DECKS: Final[Mapping[int, frozenset[Card]]] = {
    game.ranking.lowest: frozenset(DECK[4 * game.ranking.lowest :]) for game in EQUITY_OF.values()
}
"""The cards of a deck without the ranks below the lowest, which counts from the deuce."""
MOST_WITH_OUTS: Final = 3
"""Hands whose outs are counted: a picture shows no more. Three of six-card Omaha on the turn take about 2.4 ms."""
_NO_ODDS: Final[Mapping[int, Odds]] = {}

Cards = tuple[Card, ...]
Known = tuple[Card | None, ...]


@dataclass(frozen=True, slots=True)
class OddsRules:
    """What the table wants to see. unread: also averages over cards that were not read; folded: folded cards are dead.

    Without `folded` they are as if nobody had seen them, which is the equity that players could work out themselves.
    """

    unread: bool = False
    folded: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the seats that its players sit in, in dealing order."""

    seats: tuple[int, ...]
    question: equity.Question


@dataclass(frozen=True, slots=True)
class Odds:
    """A seat's chances in basis points: its share of the pot, sole wins, ties.

    error: the standard error of a sample, 0 when counted. unread: an average, from `lowest` to `highest` if those are
    known. runs: the same three figures on each board, where there are several.
    """

    equity: int
    win: int
    tie: int
    error: int = 0
    unread: bool = False
    lowest: int | None = None
    highest: int | None = None
    runs: tuple[BasisPoints, ...] = ()


def known(player: Player) -> Cards:
    """Return the cards of a seat that are face down or tabled: as tabled, else as read."""
    return player.shown or tuple([card.reveal() for card in player.hole if card])


Found = Secret[Asked] | None


def question(hand: Hand, rules: OddsRules = OddsRules()) -> Found:
    """Return what to ask, or None: hand over, one left, a live hand unread, a card in two places, or no such odds.

    Before a discard nobody knows what stays, so there is no question then.
    """
    game = EQUITY_OF.get(hand.setup.game)
    if hand.complete or game is None or hand.community:
        return None  # a stud hand that shares a card is no question yet
    if not rules.unread and isinstance(game, equity.BoardGame) and _short(hand, game.hole):
        return None
    live = [player for player in hand.players if not player.folded and not player.mucked]
    if len(live) < HEADS_UP:
        return None
    hands = _hands(hand, game, live, rules)
    if hands is None or contested(hand):
        return None  # a contested card tells nothing right
    shown = _different_boards(hand) if isinstance(game, equity.BoardGame) else [()]
    dead = _dead(hand, rules).difference(*hands, *shown)
    asked = equity.Question(game, hands, shown[0], tuple(sorted(dead)), tuple(shown[1:]))
    if not _can_be(hand, asked) or (asked.further and asked.unread):
        return None
    return Secret(Asked(tuple([player.seat for player in live]), asked))


def odds(asked: Secret[Asked], answered: Secret[equity.Answered] | None = None) -> Mapping[int, Odds]:
    """Return the odds by seat: counted now, or a worker's answer to this very question, else none."""
    found = asked.reveal()
    if found.question.inline:
        return _by_seat(found.seats, equity.answer(found.question))
    if answered is None or not answered.reveal().fits(found.question):
        return _NO_ODDS
    return _by_seat(found.seats, answered.reveal())


def for_a_worker(asked: Secret[Asked], answered: Secret[equity.Answered] | None) -> Secret[equity.Question] | None:
    """Return the question if it is one for a worker that is not answered yet."""
    found = asked.reveal().question
    if found.inline or (answered is not None and answered.reveal().fits(found)):
        return None
    return Secret(found)


def _by_seat(seats: tuple[int, ...], answered: equity.Answered) -> Mapping[int, Odds]:
    ranges = answered.ranges or ((None, None),) * len(seats)
    runs = list(zip(*answered.boards, strict=True)) or [()] * len(seats)
    return {
        seat: Odds(*points, error, answered.unread, *reach, runs=on_each)
        for seat, points, error, reach, on_each in zip(
            seats, answered.points, answered.errors, ranges, runs, strict=True
        )
    }


def outs(asked: Secret[Asked]) -> tuple[int, Mapping[int, equity.Outs]]:
    """Return the number of the board that is dealt next, from 1, and the outs on it by seat; (0, {}) where none count.

    They count for at most `MOST_WITH_OUTS` hands that are read, on the flop and the turn; in hi-lo for the high half.
    """
    found = asked.reveal()
    game, question = found.question.game, found.question
    if question.unread or not isinstance(game, equity.BoardGame) or len(found.seats) > MOST_WITH_OUTS:
        return 0, {}
    boards = (question.board, *question.further)
    number = next((at for at, cards in enumerate(boards) if len(cards) in STREETS), None)
    if number is None:
        return 0, {}
    elsewhere = {card for at, cards in enumerate(boards) if at != number for card in cards} - {*boards[number]}
    hands = [tuple(card for card in hand if card) for hand in question.hands]
    counted = equity.outs(game, hands, boards[number], sorted({*question.dead, *elsewhere}))
    return number + 1, dict(zip(found.seats, counted, strict=True))


def _hands(hand: Hand, game: equity.Game, live: Sequence[Player], rules: OddsRules) -> tuple[Known, ...] | None:
    """Return what each live player holds, None where that is not known well enough."""
    if isinstance(game, equity.BoardGame):
        return _board_hands(game.hole, live, rules)
    if game in (DRAW_5, DRAW_27):
        if hand.drawing or hand.street not in (game_of(hand).last, SHOWDOWN):
            return None
        hands = tuple(_drawn(player, game.size) for player in live)
    else:
        hands = tuple(_stud(hand, player) for player in live)
        if len(set(map(len, hands))) > 1:
            return None  # a card of this street is still to come
    return _if_known(hands, rules)


def _short(hand: Hand, size: int) -> bool:
    """Return whether a live hand lacks a card of a board game: so it is while cards are dealt."""
    for player in hand.players:
        if len(player.hole) < size and not (player.folded or player.mucked or player.shown):
            return True
    return False


def _board_hands(size: int, live: Sequence[Player], rules: OddsRules) -> tuple[Known, ...] | None:
    """Return the hands of a board game."""
    hands: list[Known] = []
    for player in live:
        cards = known(player)
        if len(cards) > size or (len(cards) < size and not rules.unread):
            return None
        hands.append(cards)
    return _if_known(tuple(_padded(cards, size) for cards in hands), rules) if rules.unread else tuple(hands)


def _if_known(hands: tuple[Known, ...], rules: OddsRules) -> tuple[Known, ...] | None:
    """Return hands that are read, or hands to average over their unread cards; some card has to be known."""
    if not any(None in cards for cards in hands):
        return hands
    return hands if rules.unread and any(card for cards in hands for card in cards) else None


def _different_boards(hand: Hand) -> list[Cards]:
    """Return what the boards show. Boards that all show the same are one: each is worth what the others are."""
    if not hand.further:
        return [board(hand)]
    shown = list(boards(hand))
    return shown if len(set(shown)) > 1 else shown[:1]


def _stud(hand: Hand, player: Player) -> Known:
    """Return what lies before a player, as much as was dealt by now; all-in on an early street, more may come."""
    if player.shown:
        return player.shown
    down, up = (0, 0) if hand.street == SHOWDOWN else game_of(hand).dealt_through(hand.street)
    return (*_padded(_face_down(player), down), *_padded(player.up, up))


def _face_down(player: Player) -> Known:
    return tuple(card.reveal() if card else None for card in player.hole)


def _padded(cards: Known, size: int) -> Known:
    return (*cards, *(None,) * (size - len(cards)))


def _drawn(player: Player, size: int) -> Known:
    """Return a hand after its draw. Cards that are still to come are no unread ones: they are drawn."""
    cards = player.shown or _face_down(player)
    return (*cards, *(None,) * (size - player.owed - len(cards)))


def _dead(hand: Hand, rules: OddsRules) -> set[Card]:
    """Return cards that cannot come: the open ones of folded hands, and hidden ones as far as they were read."""
    dead: list[Card | None] = [*hand.scrap]
    for player in hand.players:
        if player.folded or player.mucked:
            dead += player.up
            dead += player.exposed
            if rules.folded:
                dead += [card.reveal() for card in player.hole if card]
        if rules.folded and player.discarded:
            dead += [card.reveal() for card in player.discarded]
    if rules.folded:
        dead += [card.reveal() for card in hand.burns if card]
    return {card for card in dead if card}


def _can_be(hand: Hand, asked: equity.Question) -> bool:
    """Return whether no card lies twice, all are of this deck, and enough are left to come."""
    game = asked.game
    further = [cards[hand.shared :] for cards in asked.further]
    cards = [card for card in chain(*asked.hands, asked.board, *further) if card]
    deck = _DECKS[game.ranking.lowest]
    if len(set(cards)) != len(cards) or not deck.issuperset(cards) or not deck.issuperset(asked.dead):
        return False
    left = len(deck) - len(cards) - len(asked.dead)
    if isinstance(game, equity.BoardGame):
        return BOARD - min(map(len, (asked.board, *asked.further))) <= left
    return _to_come(game.size, asked.hands) <= left


def _to_come(size: int, hands: Iterable[Known]) -> int:
    return sum(size - sum(card is not None for card in cards) for cards in hands)
