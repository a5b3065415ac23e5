"""The closed lists of the Open Hand History specification, version 1.4.7, and what their words mean here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from collector.hand.events import PostKind
from collector.hand.games import Betting

VERSION: Final = "1.4.7"
LIMITS: Final[Mapping[str, Betting]] = {
    "NL": Betting.NO_LIMIT,
    "PL": Betting.POT_LIMIT,
    "FL": Betting.FIXED_LIMIT,
}
GAMES: Final = ("Holdem", "Omaha", "OmahaHiLo", "Stud", "StudHiLo", "Draw")
STREETS: Final = ("Preflop", "Flop", "Turn", "River", "Showdown")
FLAGS: Final = ("Run_It_Twice", "Anonymous", "Observed", "Fast", "Cap", "Bomb_Pot")
POSTS: Final[Mapping[str, PostKind]] = {
    "Post Ante": PostKind.ANTE,
    "Post SB": PostKind.SMALL_BLIND,
    "Post BB": PostKind.BIG_BLIND,
    "Straddle": PostKind.STRADDLE,
    "Post Dead": PostKind.DEAD,
    "Post Extra Blind": PostKind.LATE,
}
BETS: Final = ("Fold", "Check", "Call", "Bet", "Raise")
BESIDE: Final = ("Added Chips", "Sits Down", "Stands Up", "Player Adjustment")
"""Acts that move no chips of the hand: they come at its beginning or end, or outside of the pot."""
ADDED: Final = "Add to Pot"
ACTS: Final = ("Dealt Cards", "Mucks Cards", "Shows Cards", *POSTS, *BETS, *BESIDE, ADDED)

FAMILIES: Final[Mapping[str, str]] = {
    "holdem": "Holdem",
    "short_deck": "Holdem",
    "short_deck_trips": "Holdem",
    "pineapple": "Holdem",
    "crazy_pineapple": "Holdem",
    "omaha": "Omaha",
    "omaha5": "Omaha",
    "omaha6": "Omaha",
    "courchevel": "Omaha",
    "omaha_hi_lo": "OmahaHiLo",
    "omaha5_hi_lo": "OmahaHiLo",
    "omaha6_hi_lo": "OmahaHiLo",
    "courchevel_hi_lo": "OmahaHiLo",
    "stud": "Stud",
    "razz": "Stud",
    "stud_hi_lo": "StudHiLo",
}
"""By our games: the specification's word, or that of the family. `_game` of a document has the game itself."""
