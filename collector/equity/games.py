"""The games, as data. Knows rankings and how many cards a hand has; not cards.

Two shapes of game: with a board that everyone shares, and with cards of one's own to come (stud, draw).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from collector.equity.rankings import ACE_TO_FIVE, DEUCE_TO_SEVEN, HIGH, SHORT, SHORT_TRIPS, Ranking


@dataclass(frozen=True)
class BoardGame:
    """Each player makes the best five of his own cards and five board cards."""

    name: str
    title: str
    ranking: Ranking = HIGH
    hole: int = 2
    exactly_two: bool = False
    """Two own cards must play, with three of the board."""
    split: bool = False
    """Half of the pot goes to the best low of eight or better."""


@dataclass(frozen=True)
class OwnGame:
    """Each player makes the best five of `size` cards of his own; those that are missing are drawn."""

    name: str
    title: str
    ranking: Ranking
    size: int
    split: bool = False


Game = BoardGame | OwnGame

HOLDEM: Final = BoardGame("holdem", "Hold'em")
SHORT_DECK: Final = BoardGame("shortdeck", "Short deck", SHORT)
SHORT_DECK_TRIPS: Final = BoardGame("shortdeck", "Short deck, trips beat a straight", SHORT_TRIPS)
PINEAPPLE: Final = BoardGame("pineapple", "Pineapple after the discard")
LAZY_PINEAPPLE: Final = BoardGame("pineapple", "Lazy Pineapple", hole=3)
OMAHA_4: Final = BoardGame("omaha4", "Omaha", hole=4, exactly_two=True)
OMAHA_5: Final = BoardGame("omaha5", "Five-card Omaha", hole=5, exactly_two=True)
OMAHA_6: Final = BoardGame("omaha6", "Six-card Omaha", hole=6, exactly_two=True)
OMAHA_4_HL: Final = BoardGame("omaha4hl", "Omaha hi-lo", hole=4, exactly_two=True, split=True)
OMAHA_5_HL: Final = BoardGame("omaha5hl", "Five-card Omaha hi-lo", hole=5, exactly_two=True, split=True)
OMAHA_6_HL: Final = BoardGame("omaha6hl", "Six-card Omaha hi-lo", hole=6, exactly_two=True, split=True)
COURCHEVEL: Final = BoardGame("courchevel", "Courchevel", hole=5, exactly_two=True)
COURCHEVEL_HL: Final = BoardGame("courchevelhl", "Courchevel hi-lo", hole=5, exactly_two=True, split=True)
STUD_7: Final = OwnGame("stud7", "Seven-card stud", HIGH, 7)
STUD_7_HL: Final = OwnGame("stud7hl", "Seven-card stud hi-lo", HIGH, 7, split=True)
RAZZ: Final = OwnGame("razz", "Razz", ACE_TO_FIVE, 7)
DRAW_5: Final = OwnGame("draw5", "Five-card draw", HIGH, 5)
DRAW_27: Final = OwnGame("draw27", "Deuce-to-seven draw", DEUCE_TO_SEVEN, 5)

GAMES: Final[Mapping[str, Game]] = MappingProxyType(
    {
        game.name: game
        for game in (
            *(HOLDEM, SHORT_DECK, PINEAPPLE, OMAHA_4, OMAHA_5, OMAHA_6, OMAHA_4_HL, OMAHA_5_HL, OMAHA_6_HL),
            *(COURCHEVEL, COURCHEVEL_HL, STUD_7, STUD_7_HL, RAZZ, DRAW_5, DRAW_27),
        )
    }
)
"""By the name that people type."""

BY_TITLE: Final[Mapping[str, Game]] = MappingProxyType(
    {game.title: game for game in (*GAMES.values(), LAZY_PINEAPPLE, SHORT_DECK_TRIPS)}
)
"""Every game, by its title: two that share a name differ in it."""


def game_named(name: str, hole: int = 0, ranking: str = "") -> Game | None:
    """Return the game; `hole` cards of three make Pineapple lazy, `ranking` "trips" is the other short deck."""
    if name == "pineapple" and hole == LAZY_PINEAPPLE.hole:
        return LAZY_PINEAPPLE
    if name == "shortdeck" and ranking == "trips":
        return SHORT_DECK_TRIPS
    return GAMES.get(name)
