"""Where each card of a recorded hand lies: no card lies in two places, and nobody throws or shows a card of others.

The live table takes a hidden card twice, and flags it (ADR 6). A record has its cards in the open: there a card in two
places is a mistake of the record. It refuses the hand where it can decide it; a folded hand decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.games import GAMES
from collector.histories.phh.actions import Action, BetAction, BoardAction, DealAction, DrawAction, History, ShowAction

_BOARD = 0


@dataclass(frozen=True, slots=True)
class _Twice:
    """A card that came to a place although it lay at another one. Places: the number of a player; 0 is the board."""

    at: int
    card: Card
    places: tuple[int, int]


class Lying:
    """The known cards of a hand, each with its place, while the actions of its record are followed."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._where: dict[Card, int] = {}
        self._unknown: dict[int, int] = {}  # by player: cards that nobody recorded
        self._twice: list[_Twice] = []
        self._folded: set[int] = set()
        self._reshuffled = any(street.draw for street in GAMES[history.setup.game].streets)

    def after(self, at: int, action: Action) -> str | None:
        """Follow the action at index `at` of the record. Return a departure that decides nothing, in words.

        Raises BadHistory, naming the action, for cards that cannot be so.
        """
        match action:
            case DealAction(player, cards):
                self._unknown[player] = self._unknown.get(player, 0) + cards.count(None)
                return self._laid(at, tuple(card for card in cards if card), player)
            case BoardAction(cards):
                return self._laid(at, cards, _BOARD)
            case DrawAction(player, cards):
                return self._thrown(cards, player)
            case ShowAction(player, cards):
                self._shown(at, cards, player)
            case BetAction(player, "fold"):
                self._folded.add(player)
                if self._reshuffled:  # when the deck runs out, folded cards come again
                    self._where = {card: place for card, place in self._where.items() if place != player}
            case _:
                pass
        return None

    def require_possible(self) -> None:
        """Raise BadHistory for a card that lay in two places, unless one of them was a hand that folded."""
        for each in self._twice:
            if not self._folded.intersection(each.places):
                raise BadHistory(self._history.where(each.at), f"{_told(each)}; correct one of them")

    def _laid(self, at: int, cards: tuple[Card, ...], place: int) -> str | None:
        twice = [_Twice(at, card, (self._where[card], place)) for card in cards if card in self._where]
        self._twice += twice
        self._where |= dict.fromkeys(cards, place)
        return f"{_told(twice[0])}; it stands as recorded" if twice else None

    def _thrown(self, cards: tuple[Card | None, ...], player: int) -> str | None:
        departure = None
        for card in cards:
            if card is not None and self._where.get(card) == player:
                del self._where[card]
            elif self._unknown.get(player, 0):
                self._unknown[player] -= 1
            else:
                departure = f"p{player} throws {card or 'a card'} away, which it does not hold; it stands as recorded"
        return departure

    def _shown(self, at: int, cards: tuple[Card, ...], player: int) -> None:
        strange = [card for card in cards if self._where.get(card) != player]
        twice = [_Twice(at, card, (self._where[card], player)) for card in strange if card in self._where]
        for each in twice:
            if each.places[0] not in self._folded:
                raise BadHistory(self._history.where(at), f"{_told(each)}; correct one of them")
        self._twice += twice
        if len(strange) > self._unknown.get(player, 0):
            reason = f"p{player} shows {strange[0]}, which it was not dealt; correct the cards"
            raise BadHistory(self._history.where(at), reason)
        self._unknown[player] = self._unknown.get(player, 0) - len(strange)
        self._where |= dict.fromkeys(strange, player)


def _told(twice: _Twice) -> str:
    first, second = ("on the board" if place == _BOARD else f"with p{place}" for place in twice.places)
    return f"{twice.card} is {second}, and {first} already"
