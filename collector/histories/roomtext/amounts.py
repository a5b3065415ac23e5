"""Amounts and cards as card rooms write them.

An amount is a whole number of the finest unit that is known here, so that nothing is rounded before the whole hand is
read. The unit of the hand follows from the amounts that stand in it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from collector.cards import Card, parse_cards
from collector.errors import BadCard, BadHistory

FINE: Final = 10**8
"""Units of one dollar, euro or chip while a hand is read."""
_PLACES: Final = 8
_NUMBER: Final = r"[1-9]\d{0,2}(?:[, \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?|\.\d+"
_POINTED: Final = r"[1-9]\d{0,2}(?:(?:\.\d{3})+(?:,\d+)? ?[€$£]|(?:\.\d{3}){2,}(?:,\d+)?(?!\d))"
"""Thousands parted by points: where the sign stands behind, since no currency has three decimals, or where two do."""
_SIGN: Final = r"[^\d\s\[(.,*+-]{0,3} ?"
_TIMES: Final = {"K": 10**3, "M": 10**6, "B": 10**9}
_WORDS: Final = {"Kreuz": "c", "Karo": "d", "Herz": "h", "Pik": "s"}
"""Suits that are written out, in German: their words are no other language's, as single letters would be."""
_SUITS: Final = str.maketrans({"♣": "c", "♦": "d", "♥": "h", "♠": "s", "\ufe0f": None})


def money(name: str) -> str:
    """Return the pattern of an amount: a currency may stand before it, or behind it."""
    return rf"{_SIGN}(?P<{name}>{_POINTED}|(?:{_NUMBER})(?:[KMB](?![A-Za-z]))?)(?: ?[€£$₹¥]| [A-Z]{{3}}\b| chips\b)?"


def units(text: str) -> int:
    """Return an amount in fine units. A comma before three digits parts thousands, else decimals."""
    if re.fullmatch(_POINTED, text):
        text = text.rstrip(" €$£").replace(".", "")
    times = _TIMES.get(text[-1:].upper(), 1)
    plain = re.sub(r"[ \u00a0\u202f]", "", text.rstrip("KMBkmb"))
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    number = Decimal(plain.replace(",", ".")) * times
    if number.as_tuple().exponent < -_PLACES:  # type: ignore[operator]
        raise BadHistory("text", f"{text!r} has more than {_PLACES} decimals; no room has so small a unit")
    return int(number * FINE)


def written_places(text: str) -> int:
    """Return how many decimals an amount is written with, behind a point; none where the point parts thousands."""
    return 0 if re.fullmatch(_POINTED, text) or text[-1:].upper() in _TIMES else len(text.partition(".")[2])


def rounding(text: str) -> int:
    """Return by how many fine units an amount may be rounded: `1.25k` by less than ten chips, `1250` by none."""
    times = _TIMES.get(text[-1:].upper(), 0)
    decimals = len(text[:-1].partition(".")[2])
    return units(f"{times}") // int(10**decimals)


def places(amount: int) -> int:
    """Return how many decimals an amount needs."""
    return next(count for count in range(_PLACES + 1) if amount * 10**count % FINE == 0)


def cards_of(text: str) -> tuple[Card, ...]:
    """Return the cards of a bracket, as `As Kd`, `As, Kd` or with signs of suits; raise BadCard for anything else.

    Cards that nobody saw (`XX`, `??`) are left out.
    """
    for word, suit in _WORDS.items():
        text = text.replace(word, suit)
    plain = text.translate(_SUITS).replace("[", " ").replace("]", " ").strip()
    found = [card for card in plain.replace(",", " ").split() if not re.fullmatch(r"[Xx?*-]{1,2}", card)]
    if any(len(card.replace("10", "T")) != len("As") for card in found):
        raise BadCard(text.strip())
    return parse_cards("".join(found))
