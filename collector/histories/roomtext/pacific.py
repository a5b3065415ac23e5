"""888poker and its skins (Pacific Poker), and PartyPoker: cards and amounts stand in brackets with blanks and commas.

A raise names the chips put in. Neither tells the rake, nor a bet that came back: it may be in what is collected.
"""

from __future__ import annotations

import re
from typing import Final

from collector.hand.games import Betting
from collector.histories.roomtext.amounts import cards_of, money
from collector.histories.roomtext.dialect import ActRule, Dialect, Found, LineRule, Words, act, line, nothing
from collector.histories.roomtext.heading import telling_of
from collector.histories.roomtext.telling import Telling
from collector.histories.roomtext.wording import betting_round, seated

_SIZES: Final = {"flop": 3, "turn": 4, "river": 5}


def _street(told: Telling, found: Found) -> None:
    told.street()
    told.board(cards_of(found["cards"]), _SIZES[found["street"].lower()])


def _table(told: Telling, found: Found) -> None:
    told.table = found["table"]


_LINES: Final[tuple[LineRule, ...]] = (
    line(r"\*\* Dealing (?P<street>flop|turn|river) \*\* ?:? *\[ ?(?P<cards>[^\]]*)\]", _street),
    line(r"\*\* Dealing (?:fourth street|fifth street|sixth street|river) \*\*", betting_round),
    line(r"\*\* (?:Dealing down cards|Dealing|Summary|Dealing card to .*) \*\*.*|Total number of players.*", nothing),
    line(rf"Seat ?(?P<seat>\d+): (?P<name>.+?) \( ?{money('stack')} *\)(?: - VPIP.*)?", seated),
    line(r"Table (?P<table>.*?)(?: \d+ Max)? ?\((?:Real Money|Practice Play)\).*|Table (?P<other>.*)", _table),
    line(r"Tournament #\d+ .*|#?Game (?:No|#).*|\*+ .*Hand History.*|\((?:Hi|Lo): .*\)", nothing),
    line(r"\*{2,}.*End of.*|Your time bank .*|\[.*: .*", nothing),
)
_CHAT: Final[ActRule] = (Words(r": .*"), nothing)
"""What a player says: acts have no colon here."""


def _wins(told: Telling, seat: int, found: Found) -> None:
    told.collects(next(name for name, at in told.names.items() if at == seat), told.amount(found["sum"]))


def _pacific(found: Found) -> Telling:
    """888poker names blinds in some fixed limit games, and bets in others: there the posted big blind says which."""
    told = telling_of(found["id"], found["rest"].replace("OmahaHL", "Omaha Hi/Lo"))
    if told.betting is Betting.FIXED_LIMIT:
        told.either = told.small, told.big
        told.small = told.big = 0
    return told


PACIFIC: Final = Dialect(
    "888poker",
    re.compile(
        r"^(?:#Game No : \d+\s+)?\*{5} (?:.* )?Hand History for Game (?P<id>\d+) \*{5}[ \t]*\n"
        r"(?P<rest>.* Blinds (?:No|Fix|Pot) Limit .*?) ?- \*\*\*.*$",
        re.MULTILINE,
    ),
    _pacific,
    (line(r"\*\* Dealing down cards \*\*.*", lambda told, _: told.deal()), *_LINES),
    (_CHAT,),
)

_OWN: Final[tuple[ActRule, ...]] = (
    _CHAT,
    act(r"(?:could not|did not) respond in time.*|balance .*|finished in .*", nothing),
    act(rf"wins {money('sum')}(?: USD| EUR| chips)?(?: from .*)?", _wins),
)


def _level(told: Telling, found: Found) -> None:
    told.small, told.big = told.amount(found["small"]), told.amount(found["big"])


def _party(found: Found) -> Telling:
    return telling_of(found["id"], found["rest"], tournament="Trny" in found["rest"] or "Buy-in" in found["rest"])


PARTY: Final = Dialect(
    "PartyPoker",
    re.compile(
        r"^(?:Game #\w+ starts\.?\s+)?(?:#Game No : \w+\s+)?\*{5} Hand History (?:for|For) Game (?P<id>\w+) \*{5}\s+"
        r"(?P<rest>.* - \w+, .*)$",
        re.MULTILINE,
    ),
    _party,
    (
        line(rf"Blinds(?:-Antes)? ?\({money('small')} ?/ ?{money('big')}(?: - ?[\d,]+)?\)(?: - .*)?", _level),
        line(r"Trny: ?\d+ Level: ?\d+|Player .* finished in .*", nothing),
        *_LINES,
    ),
    _OWN,
)
