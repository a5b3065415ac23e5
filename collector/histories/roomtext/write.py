"""Writes a hand as PokerStars does, so that the programs that read PokerStars text read it. `lines` has what happened.

A hand that this text cannot hold is a BadHistory. Misread cards that were corrected leave no trace.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.errors import BadHistory
from collector.hand.board import boards
from collector.hand.events import PostKind
from collector.hand.games import GAMES, Betting
from collector.hand.limits import pot_total
from collector.hand.model import Hand, SeatSetup
from collector.histories.corrected import corrected
from collector.histories.roomtext.happened import RUNS, Happened
from collector.histories.roomtext.names import in_a_line
from collector.histories.story import Story
from collector.texts import cleaned

_TITLES: Final = {
    "holdem": "Hold'em",
    "short_deck": "6+ Hold'em",
    "omaha": "Omaha",
    "omaha_hi_lo": "Omaha Hi/Lo",
    "omaha5": "5 Card Omaha",
    "omaha5_hi_lo": "5 Card Omaha Hi/Lo",
    "omaha6": "6 Card Omaha",
    "omaha6_hi_lo": "6 Card Omaha Hi/Lo",
    "courchevel": "Courchevel",
    "courchevel_hi_lo": "Courchevel Hi/Lo",
    "stud": "7 Card Stud",
    "stud_hi_lo": "7 Card Stud Hi/Lo",
    "razz": "Razz",
    "five_card_draw": "5 Card Draw",
    "single_draw_27": "Single Draw 2-7 Lowball",
    "triple_draw_27": "Triple Draw 2-7 Lowball",
    "triple_draw_a5": "Triple Draw A-5 Lowball",
    "badugi": "Badugi",
}
_LIMITS: Final = {Betting.NO_LIMIT: "No Limit", Betting.POT_LIMIT: "Pot Limit", Betting.FIXED_LIMIT: "Limit"}
_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£"}
_MOST_DIGITS: Final = 15
_PLACES: Final = 8
_AFTER: Final = "\n\n\n"
"""Behind a hand: readers part the hands of a session where lines are empty."""


def write_room_text(story: Story) -> str:
    """Return the text of a hand; reading it gives the same hand."""
    story = _named(corrected(story))
    setup = story.setup
    betting = setup.betting or GAMES[setup.game].betting
    if setup.game not in _TITLES or betting not in _LIMITS or setup.boards > 1 or setup.bomb or setup.cards_only:
        raise BadHistory(
            story.id, f"this text has no way to write {setup.game} as it was played; choose another format"
        )
    happened = Happened(story, lambda units: money(story, units))
    told = happened.lines()
    if happened.hand is None or happened.hand.result is None:
        raise BadHistory(story.id, "is not finished")
    title = f"{_TITLES[setup.game]} {_LIMITS[betting]}"
    table = _clean(story.about.table).replace("'", "_") or "EBS"  # the quote ends the name
    lines = [f"PokerStars Hand #{_number(story.id)}:  {title} ({_stakes(story, betting)}){_time(story)}"]
    lines.append(f"Table '{table}' 10-max Seat #{story.button} is the button")
    by_seat = sorted(setup.seats, key=lambda entry: entry.seat)
    lines += [f"Seat {s.seat}: {s.name} ({money(story, s.stack)} in chips)" for s in by_seat]
    return "\n".join([*lines, *told, *_summary(story, happened.hand)]) + _AFTER


def _summary(story: Story, hand: Hand) -> list[str]:
    result = hand.result
    if result is None:
        return []
    names = {seat.seat: seat.name for seat in story.setup.seats}
    won = [f"{names[win.seat]} collected {money(story, win.amount)} from pot" for win in result.wins]
    main, *side = [money(story, pot.amount) for pot in result.pots] or ["0"]
    pots = f" Main pot {main}." + "".join(f" Side pot{_which(side, at)} {pot}." for at, pot in enumerate(side, 1))
    total = f"Total pot {money(story, pot_total(hand))}{pots if side else ''} | Rake {money(story, result.rake)}"
    shown = [board for board in boards(hand) if board]
    runs = [f"{RUNS[at]} " if len(shown) > 1 else "" for at in range(len(shown))]
    return [
        *won,
        "*** SUMMARY ***",
        total,
        *(f"{run}Board [{' '.join(board)}]" for run, board in zip(runs, shown, strict=True)),
    ]


def _which(side: list[str], at: int) -> str:
    return f"-{at}" if len(side) > 1 else ""


def _stakes(story: Story, betting: Betting) -> str:
    """Return the stakes: blinds of the level, or bets of a fixed limit; the cap of the hand where it has one."""
    setup = story.setup
    if betting is Betting.FIXED_LIMIT:
        small, big = setup.min_bet, setup.big_bet or 2 * setup.min_bet
    else:
        posted = [post.amount for post in setup.posts if post.kind is PostKind.SMALL_BLIND and post.amount]
        small, big = posted[0] if posted else setup.min_bet // 2, setup.min_bet
    cap = f" - {money(story, setup.hand_cap)} Cap -" if setup.hand_cap else ""
    currency = f" {story.about.currency}" if story.about.currency else ""
    return f"{money(story, small)}/{money(story, big)}{cap}{currency}"


def _number(hand_id: str) -> str:
    """Return the id as a number, as readers want one: the same for the same id."""
    if hand_id.isascii() and hand_id.isdigit():
        return hand_id
    return str(int.from_bytes(hashlib.sha256(hand_id.encode()).digest()[:8]) % 10**_MOST_DIGITS)


def _time(story: Story) -> str:
    """Return the time of the hand, in UTC and in the Eastern time that this text is known for; nothing if not known."""
    if story.about.started is None:
        return ""
    at = datetime.fromtimestamp(story.about.started // 1000, UTC)
    try:
        eastern = at.astimezone(ZoneInfo("America/New_York"))
    except ZoneInfoNotFoundError:
        return f" - {_clock(at)} UTC"
    return f" - {_clock(at)} UTC [{_clock(eastern)} ET]"


def _clock(at: datetime) -> str:
    return f"{at.year}/{at.month:02d}/{at.day:02d} {at.hour}:{at.minute:02d}:{at.second:02d}"


def _named(story: Story) -> Story:
    """Return the story with names that are told apart, and that make no lines of their own."""
    taken: set[str] = set()
    seats: list[SeatSetup] = []
    for seat in story.setup.seats:
        name = _clean(seat.name) or f"Seat {seat.seat}"
        names = (name, *(f"{name} ({count})" for count in range(2, len(story.setup.seats) + 2)))
        name = next(each for each in names if each not in taken)
        taken.add(name)
        seats.append(replace(seat, name=name))
    return replace(story, setup=replace(story.setup, seats=tuple(seats)))


def _clean(name: str) -> str:
    """Return a name as it stands in a line: by the rule for text from people, and saying nothing that a line says."""
    return in_a_line(cleaned(name, otherwise="")) if name else ""


def money(story: Story, units: int) -> str:
    """Return an amount with the sign of the hand's currency, exactly; raise BadHistory where no decimal holds it."""
    sign = _SIGNS.get(story.about.currency, "")
    whole, part = divmod(units, story.scale)
    if not part:
        return f"{sign}{whole}"
    exact = Decimal(units) / story.scale
    rounded = exact.quantize(Decimal(1).scaleb(-_PLACES))
    if rounded * story.scale != units:
        raise BadHistory(story.id, f"this text cannot hold {units}/{story.scale}; choose another format")
    text = f"{rounded:f}".rstrip("0")
    return f"{sign}{text}" if len(text.partition(".")[2]) > 1 else f"{sign}{rounded:.2f}"
