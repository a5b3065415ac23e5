"""The game of equity behind each game of the rules. Whoever has to know which odds a hand has looks here.

Games that are not listed have no odds: in games of several draws nobody can say which cards will be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from collector.equity.games import (
    COURCHEVEL,
    COURCHEVEL_HL,
    DRAW_5,
    DRAW_27,
    HOLDEM,
    OMAHA_4,
    OMAHA_4_HL,
    OMAHA_5,
    OMAHA_5_HL,
    OMAHA_6,
    OMAHA_6_HL,
    PINEAPPLE,
    RAZZ,
    SHORT_DECK,
    SHORT_DECK_TRIPS,
    STUD_7,
    STUD_7_HL,
    Game,
)

EQUITY_OF: Final[Mapping[str, Game]] = {
    "holdem": HOLDEM,
    "short_deck": SHORT_DECK,
    "short_deck_trips": SHORT_DECK_TRIPS,
    "pineapple": PINEAPPLE,
    "crazy_pineapple": PINEAPPLE,
    "omaha": OMAHA_4,
    "omaha_hi_lo": OMAHA_4_HL,
    "omaha5": OMAHA_5,
    "omaha5_hi_lo": OMAHA_5_HL,
    "omaha6": OMAHA_6,
    "omaha6_hi_lo": OMAHA_6_HL,
    "courchevel": COURCHEVEL,
    "courchevel_hi_lo": COURCHEVEL_HL,
    "stud": STUD_7,
    "stud_hi_lo": STUD_7_HL,
    "razz": RAZZ,
    "five_card_draw": DRAW_5,
    "single_draw_27": DRAW_27,
}
"""By key of `collector.hand.games`. The odds of a Pineapple are those after its discard, of a draw game after its
only draw."""
