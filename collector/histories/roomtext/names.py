"""Names in lines of card-room text: a name may not say what a line of this text says."""

from __future__ import annotations

import re
from typing import Final

_SAYS: Final = re.compile(
    r"\*{3}"  # *** FLOP ***
    r"|\[(?=(?:[2-9TJQKA][cdhs]\s?)+\])"  # [As Kd]
    r"|(?<=\d) (?=in chips)"  # (900 in chips)
    r"|\s(?=(?:collected|cashed|wins|won|ties|posts|straddle|folds|checks|calls|bets|raises|shows|mucks|brings"
    r"|discards|stands|said|leaves|joins)\b)"  # Ann: folds; Ann collected $5
    r"|(?<=^Dealt)\s(?=to\b)|(?<=^Total)\s(?=pot\b)|(?<=^Uncalled)\s(?=bet\b)"
)


def in_a_line(name: str) -> str:
    """Return a name as it stands in a line: with an underscore where it would say that somebody acted.

    >>> in_a_line("Kim: folds"), in_a_line("Kim"), in_a_line("[Kim]")
    ('Kim:_folds', 'Kim', '[Kim]')
    """
    return _SAYS.sub(_marked, name)


def _marked(found: re.Match[str]) -> str:
    return "_" * len(found[0])
