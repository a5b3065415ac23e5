"""PokerStars, and the rooms and programs that write its text or nearly so.

Of its text are Zoom and home games, GGPoker, Run It Once, PokerNow's converter. Full Tilt and Winamax have first lines
of their own, and nearly the same words behind it.
"""

from __future__ import annotations

import re
from typing import Final

from collector.histories.roomtext.amounts import cards_of, money, rounding
from collector.histories.roomtext.dialect import Dialect, Found, LineRule, Words, act, line, nothing
from collector.histories.roomtext.heading import telling_of, time_in
from collector.histories.roomtext.telling import Telling
from collector.histories.roomtext.wording import ALL_IN, SUM, button


def _opened(found: Found) -> Telling:
    told = telling_of(found["id"], found["rest"], tournament="tournament" in found["rest"].lower())
    told.started = time_in(found["rest"])
    return told


_FULL_TILT_TABLE: Final = re.compile(r"\bTable (?P<table>.+?)(?: \([^()]*\))* -")


def _full_tilt(found: Found) -> Telling:
    """Full Tilt names the table in the first line: `$5 + $0.50 Sit & Go (77), Table 1 - 15/30 - ...`."""
    told = _opened(found)
    named = _FULL_TILT_TABLE.search(found["rest"])
    told.table = named["table"] if named else ""
    return told


def _table(told: Telling, found: Found) -> None:
    told.table = found["table"]
    if found.get("seat"):
        button(told, found)


def _winamax(found: Found) -> Telling:
    """Winamax names the ante first, where there is one: `(15/60/120)`."""
    told = telling_of(found["id"], found["rest"], tournament="CashGame" not in found["kind"])
    told.started = time_in(found["rest"])
    return told


def _won_in_all(told: Telling, found: Found) -> None:
    """Winamax calls the pot what was won: without the rake, and with the bet that nobody called."""
    told.in_all, told.in_all_rounding = told.amount(found["sum"]), rounding(found["sum"])
    rake = re.match(rf"Rake {money('rake')}", found["rest"])
    told.rake = told.amount(rake["rake"]) if rake else 0


def _board(told: Telling, found: Found) -> None:
    told.told_boards[told.board_told_next] = cards_of(found["cards"])


_TABLE: Final[LineRule] = line(r"Table:? '(?P<table>.*)'[^']*?(?:Seat #?(?P<seat>\d+) is the button)?", _table)
_PLAIN_TABLE: Final[LineRule] = line(r"Table '(?P<table>.*)' \d+-max.*", _table)

POKERSTARS: Final = Dialect(
    "PokerStars",
    re.compile(
        r"^(?:PokerStars|PokerBros|PokerMaster|Run It Once Poker|Full Tilt(?= (?:Rush )?Hand))(?: \w+)*? (?:Hand|Game) "
        r"#(?P<id>\w+): *(?P<rest>.*)$",
        re.MULTILINE | re.IGNORECASE,
    ),
    _opened,
    (_TABLE, _PLAIN_TABLE, line(r"\*+ # \d+ \*+|Hand #\d+", nothing)),
    (
        act(rf"cashed out the hand for {money('x')}.*", nothing),
        act(r"sits out", nothing),
    ),
)
GGPOKER: Final = Dialect(
    "GGPoker",
    re.compile(r"^Poker Hand #(?P<id>\w+): *(?P<rest>.*)$", re.MULTILINE),
    _opened,
    (_TABLE, _PLAIN_TABLE),
    (
        act(rf"bet & muck {SUM}{ALL_IN}", lambda t, s, f: t.put_in(s, t.amount(f["sum"]))),
        act(r"bet & muck folds", lambda t, s, _: t.mucks(s)),
        act(r"chooses to EV cashout", nothing),
    ),
)
FULL_TILT: Final = Dialect(
    "Full Tilt Poker",
    re.compile(r"^(?:Full Tilt Poker|FullTiltPoker)(?: Rush)? Game #(?P<id>\d+): *(?P<rest>.*)$", re.MULTILINE),
    _full_tilt,
    (
        _TABLE,
        line(r"Board: ?\[?(?P<cards>[^\]]*)\]?.*", _board),
        line(
            (
                r"Pot \d .*|Duration \d+s|Seats: \d+|\d+ seconds? left to act|\([\w,]+\)"
                r"|(?!Board|Uncalled|Total|Seat|Dealt)[^:*\[]+: .*"
            ),
            nothing,
        ),  # and what others say
    ),
    (
        act(r"is dealt \d cards?.*|stands up|sits down|draws \d cards?", nothing),
        (Words(r": .*"), nothing),  # what a player says: acts have no colon here
    ),
)
WINAMAX: Final = Dialect(
    "Winamax",
    re.compile(r"^Winamax Poker - (?P<kind>.*?) ?- HandId: #(?P<id>[\d-]+) - (?P<rest>.*)$", re.MULTILINE),
    _winamax,
    (
        _TABLE,
        line(rf"Total pot {money('sum')} ?\| ?(?P<rest>.*)", _won_in_all),
        line(r"\*\*\* (?:PRE-FLOP|FIRST-DRAW|SECOND-DRAW|THIRD-DRAW) \*\*\*", nothing),
    ),
    (act(r"discard (?P<count>\d) cards? \[(?P<cards>.*)\]", nothing),),
)
