"""The games as data: deck, hole cards, streets, betting, ranking. Rules that every game shares are elsewhere.

To add a game, add a Game to GAMES; the engine reads nothing else about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from collector.cards import DECK, Card
from collector.hand.evaluation import describe, evaluate

SHOWDOWN: Final = "showdown"
COMPLETE: Final = "complete"


class Betting(StrEnum):
    """How much may be bet."""

    NO_LIMIT = "no_limit"


@dataclass(frozen=True, slots=True)
class Street:
    """A round of betting, and the cards that are turned on the board before it."""

    name: str
    board: int = 0


@dataclass(frozen=True, slots=True)
class Game:
    """A variant. strength, describe: of (hole cards, board); a higher strength wins."""

    key: str
    name: str
    phh: str  # the variant's code in a PHH file
    deck: tuple[Card, ...]
    hole: int
    streets: tuple[Street, ...]
    betting: Betting
    strength: Callable[[tuple[Card, ...], tuple[Card, ...]], int]
    describe: Callable[[tuple[Card, ...], tuple[Card, ...]], str]

    @property
    def board_size(self) -> int:
        """Cards on a complete board."""
        return sum(street.board for street in self.streets)

    def index(self, street: str) -> int:
        """Return the place of a street in the order of play; the showdown is after the last."""
        for at, known in enumerate(self.streets):
            if known.name == street:
                return at
        return len(self.streets)

    def board_through(self, street: str) -> int:
        """Return how many board cards are out once `street` is dealt."""
        return sum(known.board for known in self.streets[: self.index(street) + 1])


FLOP_GAME: Final = (Street("preflop"), Street("flop", 3), Street("turn", 1), Street("river", 1))

GAMES: Final[dict[str, Game]] = {
    game.key: game
    for game in (
        Game(
            key="holdem",
            name="No-Limit Hold'em",
            phh="NT",
            deck=DECK,
            hole=2,
            streets=FLOP_GAME,
            betting=Betting.NO_LIMIT,
            strength=lambda hole, board: evaluate((*hole, *board)),
            describe=lambda hole, board: describe((*hole, *board)),
        ),
    )
}
BY_PHH: Final[dict[str, Game]] = {game.phh: game for game in GAMES.values()}
