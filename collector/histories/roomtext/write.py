"""Writes a hand in the card rooms' text, as `read` reads it. A hand that this text cannot hold is a BadHistory."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.board import boards
from collector.hand.changing import game_of
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    Boxed,
    BringIn,
    Burn,
    Call,
    Check,
    DeadHand,
    Draw,
    Event,
    Expose,
    Fold,
    HoleCard,
    Muck,
    OutOfTurn,
    Post,
    PostKind,
    Rabbit,
    RunTimes,
    Show,
    StringBet,
    UpCard,
)
from collector.hand.games import GAMES, Betting
from collector.hand.limits import pot_total
from collector.hand.model import Hand, Recorded
from collector.histories.story import Story, moments

_TITLES: Final = {
    "holdem": "Hold'em",
    "short_deck": "Short Deck",
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
_POSTS: Final = {
    PostKind.ANTE: "posts the ante",
    PostKind.SMALL_BLIND: "posts small blind",
    PostKind.BIG_BLIND: "posts big blind",
    PostKind.STRADDLE: "straddle",
    PostKind.DEAD: "posts a dead small blind",
    PostKind.LATE: "posts",
}
_RUNS: Final = ("FIRST", "SECOND", "THIRD")


def write_room_text(story: Story, started: str = "2000/01/01 0:00:00 ET") -> str:
    """Return the text of a hand; reading it gives the same hand."""
    setup = story.setup
    betting = setup.betting or GAMES[setup.game].betting
    if setup.game not in _TITLES or betting not in _LIMITS or setup.boards > 1 or setup.bomb:
        raise BadHistory(
            story.id, f"this text has no way to write {setup.game} as it was played; choose another format"
        )
    big = (setup.big_bet or 2 * setup.min_bet) if betting is Betting.FIXED_LIMIT else setup.min_bet
    small = setup.min_bet if betting is Betting.FIXED_LIMIT else setup.min_bet // 2
    stakes = f"{_money(story, small)}/{_money(story, big)}"
    number = "".join(letter for letter in story.id if letter.isalnum())
    lines = [f"PokerStars Hand #{number}:  {_TITLES[setup.game]} {_LIMITS[betting]} ({stakes}) - {started}"]
    lines.append(f"Table 'EBS' 10-max Seat #{story.button} is the button")
    by_seat = sorted(setup.seats, key=lambda entry: entry.seat)
    lines += [f"Seat {s.seat}: {_name(story, s.seat)} ({_money(story, s.stack)} in chips)" for s in by_seat]
    lines += [f"{_name(story, post.seat)}: {_post(story, post)}" for post in setup.posts if post.amount]
    return "\n".join([*lines, *_told(story)]) + "\n"


def _told(story: Story) -> list[str]:
    lines = ["*** HOLE CARDS ***", *(f"{_name(story, seat)}: folds" for seat in story.setup.killed)]
    held: dict[int, list[Card]] = {}
    before: Hand | None = None
    hand: Hand | None = None
    for event, now in moments(story):
        hand = now
        if before is not None and event is not None:
            lines += _line(story, event, before, now, held)
        before = now
    if hand is None or hand.result is None:
        raise BadHistory(story.id, "is not finished")
    for win in hand.result.wins:
        lines.append(f"{_name(story, win.seat)} collected {_money(story, win.amount)} from pot")
    total = f"Total pot {_money(story, pot_total(hand))} | Rake {_money(story, hand.result.rake)}"
    shown = [f"Board [{' '.join(board)}]" for board in boards(hand) if board]
    return [*lines, "*** SUMMARY ***", total, *shown]


def _line(story: Story, event: Event, before: Hand, now: Hand, held: dict[int, list[Card]]) -> list[str]:
    match event:
        case HoleCard() | UpCard():
            return _card(story, event, held)
        case BoardCard():
            return _board(event, now)
        case RunTimes() | Burn() | Boxed() | Expose() | Rabbit():
            return []  # nothing that these lines have words for follows from them
        case Draw():
            named = f" [{' '.join(card.reveal() for card in event.cards)}]" if event.cards else ""
            words = f"discards {event.count} cards{named}" if event.count else "stands pat"
        case Show():
            words = f"shows [{' '.join(event.cards)}]"
        case Muck():
            words = "mucks hand"
        case Fold() | Check() | Call() | BetTo() | AllIn() | BringIn() | OutOfTurn() | StringBet() | DeadHand():
            return _acts(story, before, now)
        case _:
            raise BadHistory(story.id, f"this text cannot hold {type(event).__name__}; choose another format")
    return [f"{_name(story, event.seat)}: {words}"]


def _acts(story: Story, before: Hand, now: Hand) -> list[str]:
    """Tell what came into the record; more than one act where one out of turn came to bind."""
    bet_to, lines = before.bet_to, []
    for entry in now.actions[len(before.actions) :]:
        lines.append(f"{_name(story, entry.seat)}: {_act(story, entry, bet_to, before.setup.bring_in)}")
        bet_to = max(bet_to, entry.to)
    return lines


def _card(story: Story, event: HoleCard | UpCard, held: dict[int, list[Card]]) -> list[str]:
    """Tell a known card; in stud an up card of a hand whose down cards are not known stands alone."""
    card = event.card if isinstance(event, UpCard) else event.card.reveal() if event.card else None
    if card is None:
        return []
    told = held.setdefault(event.seat, [])
    groups = f"[{' '.join(told)}] [{card}]" if told else f"[{card}]"
    told.append(card)
    return [f"Dealt to {_name(story, event.seat)} {groups}"]


def _board(event: BoardCard, now: Hand) -> list[str]:
    """Tell a street once it is whole."""
    at = event.board - 1
    read = (now.board_read, *(further.read for further in now.further))[at]
    shared = now.board_read[: now.shared] if at else ()
    ends = {game_of(now).board_through(street.name): street.name for street in game_of(now).streets if street.board}
    whole = (*shared, *read)
    if len(whole) not in ends:
        return []
    name = {"preflop": "PRE-FLOP"}.get(ends[len(whole)], ends[len(whole)].upper())
    run = f"{_RUNS[at]} " if now.further else ""
    return [f"*** {run}{name} *** [{' '.join(whole)}]"]


def _act(story: Story, entry: Recorded, bet_to: int, bring_in: int) -> str:
    all_in = " and is all-in" if entry.all_in else ""
    match entry.action:
        case "fold" | "dead":
            return "folds"
        case "check":
            return "checks"
        case "call":
            return f"calls {_money(story, entry.amount)}{all_in}"
        case "bet":
            return f"bets {_money(story, entry.to)}{all_in}"
        case "bring_in":
            return f"brings in for {_money(story, max(entry.to, bring_in))}{all_in}"
        case _:
            return f"raises {_money(story, entry.to - bet_to)} to {_money(story, entry.to)}{all_in}"


def _post(story: Story, post: Post) -> str:
    if post.kind not in _POSTS:
        raise BadHistory(story.id, f"this text cannot hold a {post.kind.value}; choose another format")
    return f"{_POSTS[post.kind]} {_money(story, post.amount)}"


def _name(story: Story, seat: int) -> str:
    return next(known.name for known in story.setup.seats if known.seat == seat)


def _money(story: Story, units: int) -> str:
    whole, part = divmod(units, story.scale)
    return f"${Decimal(units) / story.scale:.2f}" if part else f"${whole}"
