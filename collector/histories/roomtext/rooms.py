"""The rooms whose text is read, and those that are known and refused, with the reason."""

from __future__ import annotations

import re
from typing import Final

from collector.histories.roomtext.dialect import Dialect
from collector.histories.roomtext.pacific import PACIFIC, PARTY
from collector.histories.roomtext.stars import FULL_TILT, GGPOKER, POKERSTARS, WINAMAX

DIALECTS: Final[tuple[Dialect, ...]] = (POKERSTARS, GGPOKER, FULL_TILT, WINAMAX, PACIFIC, PARTY)
READ: Final = ", ".join(dialect.room for dialect in DIALECTS)

_XML: Final = "whose XML is not read; export the session as PokerStars text with a tracker"
_OWN_TEXT: Final = "whose text is not read; export the session as PokerStars text with a tracker"
REFUSED: Final[tuple[tuple[re.Pattern[str], str, str], ...]] = tuple(
    (re.compile(pattern, re.MULTILINE), room, why)
    for pattern, room, why in (
        (r"^(?:<\?xml[^>]*\?>\s*)?<session\b", "iPoker", _XML),
        (r"^<description\b|^<game id=", "Merge", _XML),
        (r"^<Game hhversion", "MicroGaming", _XML),
        (r"^<HISTORY ID=", "Boss Media", _XML),
        (r"^Game # \d+ - ", "Entraction", _OWN_TEXT),
        (r"^BetOnline Poker Game #", "BetOnline", _OWN_TEXT),
        (r"^Merge Game #|^GAME #\d+ Version|^EverestPoker Game #", "a tracker's export", _OWN_TEXT),
        (r"^\*{5} History for hand \S+ \*{5}", "OnGame", _OWN_TEXT),
        (r"^(?:Bovada|Bodog|Ignition)\b.* Hand #", "Bovada and Ignition", _OWN_TEXT),
        (r"^Game started at: ", "Winning Poker (Americas Cardroom)", _OWN_TEXT),
        (r"^Hand #\d+(?:-\d+)? - ", "Winning Poker (Americas Cardroom)", _OWN_TEXT),
        (r"^Stage #\w+", "Absolute Poker", _OWN_TEXT),
        (r"^\*\* Game ID \d+", "PokerTracker", _OWN_TEXT),
        (r'^"?-- starting hand #', "PokerNow", "whose table log is not read; use its converter to PokerStars text"),
        (r"^entry,at,order", "PokerNow", "whose table log is not read; use its converter to PokerStars text"),
    )
)
