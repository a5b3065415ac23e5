"""The first lines of a hand: game, limit, stakes, time. Each is read where it stands; else it is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.errors import BadHistory
from collector.hand.games import GAMES, Betting, Game
from collector.histories.roomtext.amounts import money
from collector.histories.roomtext.telling import Telling

_Kind = TypeVar("_Kind")
_FIVE: Final = r"(?:5|five)[ -]?card"
_SIX: Final = r"(?:6|six)[ -]?card"
_HI_LO: Final = r"(?:hi[/ -]?lo(?:w)?|h/l|hl\b|8 or better|8\b(?!-))"
_STUD: Final = r"(?:(?:7|seven)[ _-]?card[ _-]?)?stud(?:[ _-]?(?:hi|high)\b(?![/ -]?lo))?|7[ -]?stud"
_GAMES: Final[tuple[tuple[str, str | None], ...]] = (
    (
        (
            r"(?:split|double|swap|fusion|unfold|tempest|deep water|showtime|mixed|dd)(?: board)? hold'?em|irish"
            r"|telesina|5[ _-]card[ _-]stud|chowaha|badeucy|badacey|drawmaha|pineapple"
            r"|pot limit pre-flop, no limit post-flop"
        ),
        None,
    ),
    (r"(?:2-7|27|deuce to seven) triple draw|triple draw 2-7|lowball27", "triple_draw_27"),
    (r"2-7 single draw|single draw 2-7", "single_draw_27"),
    (r"a-5 triple draw|triple draw a-5", "triple_draw_a5"),
    (r"badugi", "badugi"),
    (r"(?:5|five)[ _-]?card[ _-]?draw", "five_card_draw"),
    (rf"courchevel {_HI_LO}", "courchevel_hi_lo"),
    (r"courchevel", "courchevel"),
    (rf"(?:{_FIVE} (?:omaha|plo)|plo-?5|omaha ?5\b)[ _-]?{_HI_LO}", "omaha5_hi_lo"),
    (rf"{_FIVE} (?:omaha|plo)\b|plo-?5\b|omaha ?5\b", "omaha5"),
    (rf"(?:{_SIX} (?:omaha|plo)|plo-?6)[ _-]?{_HI_LO}", "omaha6_hi_lo"),
    (rf"{_SIX} (?:omaha|plo)\b|plo-?6\b", "omaha6"),
    (rf"(?:omaha|plo)[ _-]?{_HI_LO}", "omaha_hi_lo"),
    (r"omaha(?:[ _]hi\b(?!/))?|\bplo\b", "omaha"),
    (rf"(?:{_STUD})[ _-]?{_HI_LO}", "stud_hi_lo"),
    (_STUD, "stud"),
    (r"razz", "razz"),
    (r"(?:short ?deck|(?<![\d.])6\+|six plus)(?: hold'?em)?", "short_deck"),
    (r"hold'?em", "holdem"),
)
"""How rooms name a game. Of a heading counts what stands last in it: a tournament's title may name games too."""
_LIMITS: Final = (
    (r"no[ _]?limit|\bnl\b", Betting.NO_LIMIT),
    (r"pot[ _]?limit|\bpl\b", Betting.POT_LIMIT),
    (r"(?:fixed|fix)?[ _]?limit|\bfl\b", Betting.FIXED_LIMIT),
)
_DATE: Final = r"\d{4}[/-]\d{1,2}[/-]\d{1,2}"
_BOTH: Final = re.compile(rf"(?<![\w.]){money('small')} ?[/|] ?{money('big')}")
_ONE: Final = re.compile(rf"\({money('big')}\)")
_BUTTON_BLIND: Final = re.compile(rf"Button Blind[ \u00a0]*{money('big')}", re.IGNORECASE)
_CAP: Final = re.compile(rf"{money('cap')} Cap\b|- {money('most')} (?=(?:No|Pot) Limit)", re.IGNORECASE)
_CURRENCIES: Final = {"$": "USD", "€": "EUR", "£": "GBP"}
_EASTERN: Final = "America/New_York"


def telling_of(hand_id: str, heading: str, *, tournament: bool = False) -> Telling:
    """Return the beginning of a hand; raise BadHistory for a game or a limit that is not known here.

    heading: where game, limit and stakes stand. Stakes may be missing; then the blinds say them.
    """
    inner = re.findall(r"\(([^()]*(?:limit|hold)[^()]*)\)", heading, re.IGNORECASE)
    named = inner[-1] if inner else heading  # of mixed games, the one of this hand
    game = _game(named)
    told = Telling(hand_id, game, _limit(named, game), tournament=tournament)
    _stakes(told, heading)
    return told


def _last(text: str, patterns: Sequence[tuple[str, _Kind]]) -> tuple[_Kind, str] | None:
    """Return what the pattern stands for that ends last in a text, and its words; of several, the first of the list."""
    found = [
        (match.end(), -at, kind, match[0])
        for at, (pattern, kind) in enumerate(patterns)
        for match in re.finditer(pattern, text, re.IGNORECASE)
    ]
    return max(found, key=lambda each: each[:2])[2:] if found else None


def _game(text: str) -> Game:
    found = _last(text, _GAMES)
    if found is None:
        raise BadHistory("text", f"game or stakes are not known: {text.strip()[:80]!r}; the first line names both")
    if found[0] is None:
        raise BadHistory("text", f"the game {found[1].strip()!r} is not one that this program plays")
    return GAMES[found[0]]


def _limit(text: str, game: Game) -> Betting:
    found = _last(text, _LIMITS)
    return found[0] if found else game.betting


def _stakes(told: Telling, heading: str) -> None:
    """Read the stakes: the last pair in the heading, dates left out. An ante of the level may stand inside."""
    plain = re.sub(rf"{_DATE}.*", "", heading) if not re.match(_DATE, heading) else heading
    cap = _CAP.search(plain)
    told.cap = told.amount(cap["cap"] or cap["most"]) if cap else 0
    if not told.tournament:
        code = re.search(r"\b(USD|EUR|GBP|INR|CAD|SEK|PLN|CNY)\b", plain)
        sign = re.search("[$€£]", plain)
        told.currency = code[1] if code else _CURRENCIES[sign[0]] if sign else ""
    pairs = list(_BOTH.finditer(re.sub(_DATE, "", heading)))
    single = _BUTTON_BLIND.search(plain) or _ONE.search(plain)
    if pairs:
        told.small, told.big = told.amount(pairs[-1]["small"]), told.amount(pairs[-1]["big"])
    elif single:
        told.small = told.big = told.amount(single["big"])


def time_in(text: str) -> int | None:
    """Return the time of a heading, in ms since 1970, where its zone is sure: UTC, or Eastern; else None."""
    found = re.findall(rf"({_DATE}) (?:- )?(\d{{1,2}}:\d{{2}}(?::\d{{2}})?)\s*\(?(UTC|GMT|ET|EST|EDT)\b", text) or [
        (date, clock, zone)
        for clock, zone, date in re.findall(rf"(\d{{1,2}}:\d{{2}}:\d{{2}}) (UTC|GMT|ET) - ({_DATE})", text)
    ]
    if not found:
        return None
    date, clock, zone = found[-1]
    year, month, day = (int(part) for part in re.split("[/-]", date))
    hour, minute, second = (int(part) for part in f"{clock}:0".split(":")[:3])
    try:
        where = UTC if zone in ("UTC", "GMT") else ZoneInfo(_EASTERN)
        return int(datetime(year, month, day, hour, minute, second, tzinfo=where).timestamp() * 1000)
    except (ValueError, ZoneInfoNotFoundError):
        return None
