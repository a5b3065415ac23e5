"""Reads the text that card rooms write, PokerStars' and its relatives', as a Story.

The rake is the one that the text states, since each room has its own formula. Runs of the board, straddles, late and
dead blinds are read; chat and summaries are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from collector.cards import Card, parse_cards
from collector.errors import BadCard, BadHistory
from collector.hand.events import (
    BetTo,
    BoardCard,
    BringIn,
    Call,
    Check,
    Draw,
    Event,
    Fold,
    HoleCard,
    Muck,
    Post,
    PostKind,
    RunTimes,
    Show,
    UpCard,
)
from collector.hand.games import GAMES, Betting, Game
from collector.hand.model import HandSetup, Rake, SeatSetup
from collector.histories.story import Room, Story
from collector.secrecy import Secret

_SCALE: Final = 100


def _money(name: str) -> str:
    """Return the pattern of an amount, with or without a currency before it."""
    return rf"[^\d\s\[(]{{0,3}}(?P<{name}>[\d,]+(?:\.\d+)?)"


_GAMES: Final = (
    (r"triple draw 2-7|2-7 triple draw", "triple_draw_27"),
    (r"single draw 2-7|2-7 single draw", "single_draw_27"),
    (r"triple draw a-5|a-5 triple draw", "triple_draw_a5"),
    (r"badugi", "badugi"),
    (r"5 card draw|five.card draw", "five_card_draw"),
    (r"courchevel hi/lo", "courchevel_hi_lo"),
    (r"courchevel", "courchevel"),
    (r"(5 card omaha|plo-?5) hi/lo", "omaha5_hi_lo"),
    (r"5 card omaha|plo-?5", "omaha5"),
    (r"(6 card omaha|plo-?6) hi/lo", "omaha6_hi_lo"),
    (r"6 card omaha|plo-?6", "omaha6"),
    (r"omaha hi/lo", "omaha_hi_lo"),
    (r"omaha|plo", "omaha"),
    (r"(7 card stud|seven.card stud) hi/lo", "stud_hi_lo"),
    (r"7 card stud|seven.card stud", "stud"),
    (r"razz", "razz"),
    (r"short ?deck|6\+", "short_deck"),
    (r"hold'?em", "holdem"),
)
_HEADER: Final = re.compile(r"^(?P<room>[\w ]*?Poker\w*|Poker) (?:Hand|Game) #(?P<id>\w+): *(?P<rest>.*)$")
_STAKES: Final = re.compile(
    r"[^\d\s(]{0,3}(\d[\d,]*(?:\.\d+)?)(?:/[^\d\s(]{0,3}(\d[\d,]*(?:\.\d+)?))?(?= *(?:[A-Z]{3})?\)| - )"
)
_SEAT: Final = re.compile(rf"^Seat (?P<seat>\d+): (?P<name>.+) \({_money('stack')}(?: in chips)?\)(?P<out>.*)$")
_BUTTON: Final = re.compile(r"(?:Seat #(\d+) is the button|button is in seat #(\d+))")
_BOARD: Final = re.compile(
    r"^\*\*\* (?:(?P<run>FIRST|SECOND|THIRD) )?(?:PRE-FLOP|FLOP|TURN|RIVER) \*\*\* *(?P<cards>\[.*\])$"
)
_TOTAL: Final = re.compile(rf"^Total pot {_money('pot')}.*\| Rake {_money('rake')}")
_TOOK: Final = re.compile(rf"^(?P<name>.+?) (?:collected {_money('a')} from|wins the pot \({_money('b')}\))")
_RUNS: Final = {None: 1, "FIRST": 1, "SECOND": 2, "THIRD": 3}
_STUD_UP: Final = range(2, 6)
"""Places of a stud hand whose cards lie face up, as they are dealt."""


@dataclass(slots=True)
class _Reading:
    """What is known of a hand while its lines are read."""

    id: str
    game: Game
    betting: Betting
    small: int
    big: int
    seats: dict[str, tuple[int, int]] = field(default_factory=dict)  # name to seat and stack
    button: int = 0
    posts: list[Post] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    boards: dict[int, list[Card]] = field(default_factory=lambda: {1: []})
    runs: int = 1
    dealt: dict[int, int] = field(default_factory=dict)  # cards that are told of each seat
    over: set[int] = field(default_factory=set)  # seats that have shown, mucked or folded
    bring_in: int = 0
    pot: int = 0
    rake: int = 0
    chip: int = _SCALE  # a text without cents has no odd cents
    took: list[tuple[str, int]] = field(default_factory=list)


def read_room_text(text: str, source: str = "text") -> Story:
    """Return the story of one hand; raise BadHistory for text that is none."""
    lines = [line.strip().lstrip("\ufeff") for line in text.splitlines() if line.strip()]
    found = _HEADER.match(lines[0]) if lines else None
    if found is None:
        raise BadHistory(
            source, "does not begin with a room's line, as in `PokerStars Hand #1: Hold'em No Limit (...)`"
        )
    reading = _opened(found["id"], found["rest"], source)
    if re.search(r"\d\.\d", "".join(line for line in lines[1:] if "***" not in line)):
        reading.chip = 1
    for line in lines[1:]:
        if line.startswith("*** SUMMARY"):
            break
        _take(reading, line)
    for line in lines:
        if total := _TOTAL.match(line):
            reading.pot, reading.rake = _units(total["pot"]), _units(total["rake"])
    return _story(reading)


def split_hands(text: str) -> Iterator[str]:
    """Yield each hand of a session's text."""
    starts = [found.start() for found in re.finditer(r"^\ufeff?[\w ]*Poker\w* (?:Hand|Game) #", text, re.MULTILINE)]
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[begin:end]


def _opened(hand_id: str, rest: str, source: str) -> _Reading:
    lowered = rest.lower()
    key = next((key for pattern, key in _GAMES if re.search(pattern, lowered)), None)
    stakes = _STAKES.search(rest)
    if key is None or stakes is None:
        raise BadHistory(source, f"game or stakes are not known: {rest[:80]!r}; the first line names both")
    game = GAMES[key]
    limits = (("no limit", Betting.NO_LIMIT), ("pot limit", Betting.POT_LIMIT), ("limit", Betting.FIXED_LIMIT))
    betting = next((limit for words, limit in limits if words in lowered), game.betting)
    small = _units(stakes[1])
    return _Reading(hand_id, game, betting, small, _units(stakes[2]) if stakes[2] else small)


def _units(text: str) -> int:
    try:
        return int((Decimal(text.replace(",", "")) * _SCALE).to_integral_value())
    except InvalidOperation as error:
        raise BadHistory("text", f"{text!r} is no amount") from error


def _take(reading: _Reading, line: str) -> None:
    """Read one line; what is no fact of the hand is passed over."""
    if button := _BUTTON.search(line):
        reading.button = int(button[1] or button[2])
    elif seat := _SEAT.match(line):
        if "sitting out" not in seat["out"]:
            reading.seats[seat["name"]] = (int(seat["seat"]), _units(seat["stack"]))
    elif street := _BOARD.match(line):
        _board(reading, street["run"], street["cards"])
    elif took := _TOOK.match(line):
        reading.took.append((took["name"], _units(took["a"] or took["b"])))
    elif line.startswith("Dealt to "):
        _dealt(reading, line)
    else:
        _did(reading, line)


def _board(reading: _Reading, run: str | None, text: str) -> None:
    number = _RUNS[run]
    if run and reading.runs == 1:
        reading.runs = 2
        reading.events.append(RunTimes(2))
    if number > reading.runs:
        reading.runs = number
        at = next(i for i, event in enumerate(reading.events) if isinstance(event, RunTimes))
        reading.events[at] = RunTimes(number)
    known = reading.boards.setdefault(number, [])
    for card in parse_cards(re.sub(r"[\[\] ]", "", text)):
        if card not in known and card not in reading.boards[1]:
            known.append(card)
            reading.events.append(BoardCard(card, number))


def _dealt(reading: _Reading, line: str) -> None:
    """Read cards that are told of a player; the last bracket holds the new ones."""
    found = re.match(r"^Dealt to (?P<name>.+?) \[(?P<cards>.*)\]$", line)
    if not found or found["name"] not in reading.seats:
        return
    seat = reading.seats[found["name"]][0]
    groups = found["cards"].split("] [")
    cards = parse_cards(groups[-1])
    if not reading.game.up:
        reading.events += [HoleCard(seat, Secret(card)) for card in cards]
        return
    told = reading.dealt.get(seat, 0)
    hidden = 2 if told == 0 and len(cards) == 1 else 0
    reading.events += [HoleCard(seat, None)] * hidden
    for card in cards:
        place = reading.dealt.get(seat, hidden)
        reading.events.append(UpCard(seat, card) if place in _STUD_UP else HoleCard(seat, Secret(card)))
        reading.dealt[seat] = place + 1


def _did(reading: _Reading, line: str) -> None:
    """Read what a player did: `name: verb ...`, or without the colon in some rooms."""
    for name in sorted(reading.seats, key=len, reverse=True):
        if line.startswith(name):
            words = line[len(name) :].lstrip(":").strip()
            seat = reading.seats[name][0]
            if not _posted(reading, seat, words):
                reading.events += _acts(reading, seat, words)
            return


_POSTS: Final = (
    (r"posts (?:the |an? )?ante(?: of)? ", PostKind.ANTE),
    (r"posts (?:the |a )?dead small blind(?: of)? ", PostKind.DEAD),
    (r"posts (?:the )?small blind(?: of)? ", PostKind.SMALL_BLIND),
    (r"posts (?:the )?(?:big|button) blind(?: of)? ", PostKind.BIG_BLIND),
    (r"(?:posts (?:a )?)?straddles?(?: of)? ", PostKind.STRADDLE),
)


def _posted(reading: _Reading, seat: int, words: str) -> bool:
    both = re.match(rf"posts small & big blinds {_money('both')}", words)
    if both:
        reading.posts += [
            Post(seat, PostKind.DEAD, _units(both["both"]) - reading.big),
            Post(seat, PostKind.LATE, reading.big),
        ]
        return True
    for pattern, kind in _POSTS:
        found = re.match(pattern + _money("sum"), words)
        if found:
            again = kind is PostKind.BIG_BLIND and any(post.kind is kind for post in reading.posts)
            reading.posts.append(Post(seat, PostKind.LATE if again else kind, _units(found["sum"])))
            return True
    late = re.match(rf"posts {_money('sum')}", words)
    if late:
        reading.posts.append(Post(seat, PostKind.LATE, _units(late["sum"])))
    return late is not None


def _acts(reading: _Reading, seat: int, words: str) -> Iterator[Event]:  # noqa: C901 - one verb a case
    verb = words.split(" ", maxsplit=1)[0]
    amount = re.findall(r"\d[\d,]*(?:\.\d+)?", re.sub(r"\[.*", "", words))
    match verb:
        case "folds":
            reading.over.add(seat)
            yield Fold(seat, override=True)
        case "checks":
            yield Check(seat, override=True)
        case "calls":
            yield Call(seat, override=True)
        case "brings":
            reading.bring_in = max(reading.bring_in, _units(amount[-1]))
            yield BringIn(seat, override=True)
        case "bets" | "raises" | "completes":
            yield BetTo(seat, _units(amount[-1]), override=True)
        case "stands":
            yield Draw(seat, 0, override=True)
        case "discards":
            named = re.search(r"\[(.*)\]", words)
            cards = parse_cards(named[1]) if named else ()
            yield Draw(seat, int(amount[0]), tuple(Secret(card) for card in cards), override=True)
        case "shows" | "showed" if seat not in reading.over:
            cards = _shown(words)
            whole = len(cards) == reading.game.hole
            if whole or (reading.game.up and cards):  # an all-in stud hand may be tabled before its last card
                reading.over |= {seat} if whole else set()
                yield Show(seat, cards)
        case "mucks" if seat not in reading.over:
            reading.over.add(seat)
            yield Muck(seat)


def _shown(words: str) -> tuple[Card, ...]:
    named = re.search(r"\[(.*?)\]", words)
    try:
        return parse_cards(named[1]) if named else ()
    except BadCard:
        return ()


def _story(reading: _Reading) -> Story:
    order = _order(reading)
    fixed = reading.betting is Betting.FIXED_LIMIT
    rake = Rake(0, fixed=reading.rake, no_flop_no_drop=False) if reading.rake else None
    least = reading.small if fixed else reading.big  # fixed limit names its bets, the others their blinds
    setup = HandSetup(
        tuple(SeatSetup(seat, name, name, stack) for seat, name, stack in order),
        tuple(reading.posts),
        least,
        reading.game.key,
        reading.betting,
        big_bet=reading.big if fixed else 0,
        bring_in=reading.bring_in,
        rake=rake,
        chip=reading.chip,
    )
    room = Room(reading.pot, reading.rake, tuple(reading.took), _told_boards(reading))
    return Story(reading.id, setup, tuple(reading.events), reading.button, _SCALE, room)


def _told_boards(reading: _Reading) -> tuple[tuple[str, ...], ...]:
    first = tuple(reading.boards[1])
    size = reading.game.board_size
    more = (tuple(own) for number, own in sorted(reading.boards.items()) if number > 1)
    return (first, *((*first[: size - len(own)], *own) for own in more)) if first else ()


def _order(reading: _Reading) -> Sequence[tuple[int, str, int]]:
    """Return seat, name and stack in dealing order, from left of the button; heads-up the button is last."""
    seated = sorted((seat, name, stack) for name, (seat, stack) in reading.seats.items())
    return [entry for entry in seated if entry[0] > reading.button] + [e for e in seated if e[0] <= reading.button]
