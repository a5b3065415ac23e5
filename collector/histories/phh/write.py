"""Writes a hand as PHH. A hand that the format cannot hold is a BadHistory, and its message says why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from collector.errors import BadHistory
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
    PostKind,
    Rabbit,
    Show,
    StringBet,
    UpCard,
)
from collector.hand.games import GAMES, HEADS_UP, Betting
from collector.hand.model import Hand, Recorded
from collector.histories.phh.fields import BY_PHH
from collector.histories.story import Story, moments

_CODES: Final = {(game.key, betting): code for code, (game, betting) in BY_PHH.items()}
_PRINTABLE: Final = 0x20
_DEAD: Final = (PostKind.ANTE, PostKind.DEAD)


def write_phh(story: Story) -> str:
    """Return the text of a .phh file; reading it gives the same hand."""
    setup = story.setup
    code = _CODES.get((setup.game, setup.betting or GAMES[setup.game].betting))
    if code is None:
        raise BadHistory(story.id, f"PHH has no variant for {setup.game}; export it in another format")
    if setup.boards > 1 or setup.bomb:
        raise BadHistory(story.id, "PHH holds no double boards and no bomb pots; export it in another format")
    lines = [f"variant = '{code}'", "ante_trimming_status = false", *_forced(story), *_stakes(story, code)]
    lines.append(f"starting_stacks = {_list(story, [seat.stack for seat in setup.seats])}")
    actions = ", ".join(f"'{line}'" for line in _actions(story))
    lines += [f"actions = [{actions}]", f"seats = {[seat.seat for seat in setup.seats]}"]
    names = ", ".join(_text(seat.name) for seat in setup.seats)
    lines += [f"players = [{names}]", f"_id = {_text(story.id)}"]
    late = [_number(story, post.seat) for post in setup.posts if post.kind is PostKind.LATE]
    return "\n".join([*lines, *([f"_late_posts = {late}"] if late else [])]) + "\n"


def _text(text: str) -> str:
    """Return a TOML string."""
    return '"' + "".join(f"\\u{ord(c):04x}" if c in '"\\' or ord(c) < _PRINTABLE else c for c in text) + '"'


def _forced(story: Story) -> list[str]:
    antes = [_posted(story, seat.seat, dead=True) for seat in story.setup.seats]
    blinds = [_posted(story, seat.seat, dead=False) for seat in story.setup.seats]
    if len(antes) == HEADS_UP:  # then they are listed the other way round
        antes, blinds = antes[::-1], blinds[::-1]
    stud = GAMES[story.setup.game].up > 0
    rest = [] if stud else [f"blinds_or_straddles = {_list(story, blinds)}"]
    return [f"antes = {_list(story, antes)}", *rest]


def _posted(story: Story, seat: int, *, dead: bool) -> int:
    return sum(post.amount for post in story.setup.posts if post.seat == seat and (post.kind in _DEAD) is dead)


def _stakes(story: Story, code: str) -> list[str]:
    setup = story.setup
    fixed = BY_PHH[code][1] is Betting.FIXED_LIMIT
    lines = [f"bring_in = {_amount(story, setup.bring_in)}"] if GAMES[setup.game].up else []
    if not fixed:
        return [*lines, f"min_bet = {_amount(story, setup.min_bet)}"]
    big = setup.big_bet or 2 * setup.min_bet
    return [*lines, f"small_bet = {_amount(story, setup.min_bet)}", f"big_bet = {_amount(story, big)}"]


def _actions(story: Story) -> list[str]:
    """Return the action lines: cards that come together in one line, acts as they were."""
    lines = [f"p{_number(story, seat)} f" for seat in story.setup.killed]
    dealing: tuple[str, list[str]] | None = None
    before: Hand | None = None
    for event, hand in moments(story):
        line = _dealt(story, event)
        if dealing and (line is None or line[0] != dealing[0] or _street_is_full(dealing, before)):
            lines.append(" ".join((dealing[0], "".join(dealing[1]))))
            dealing = None
        if line is not None:
            dealing = (line[0], [*(dealing[1] if dealing else []), line[1]])
        elif event is not None and before is not None:
            lines += _lines(story, event, before, hand)
        before = hand
    return lines if dealing is None else [*lines, " ".join((dealing[0], "".join(dealing[1])))]


def _street_is_full(dealing: tuple[str, list[str]], hand: Hand | None) -> bool:
    """A board line holds one street."""
    if dealing[0] != "d db" or hand is None:
        return False
    ends = [GAMES[hand.setup.game].board_through(street.name) for street in GAMES[hand.setup.game].streets]
    return len(hand.board_read) in ends


def _dealt(story: Story, event: Event | None) -> tuple[str, str] | None:
    match event:
        case HoleCard():
            return f"d dh p{_number(story, event.seat)}", event.card.reveal() if event.card else "??"
        case UpCard():
            return f"d dh p{_number(story, event.seat)}", event.card or "??"
        case BoardCard(board=1):
            return "d db", event.card
        case _:
            return None


_UNTOLD: Final = (Burn, Boxed, Expose, Rabbit)
"""What the format has no words for, and nothing follows from."""
_CODES_OF: Final = {"fold": "f", "dead": "f", "check": "cc", "call": "cc", "bring_in": "pb"}


def _lines(story: Story, event: Event, before: Hand, hand: Hand) -> list[str]:
    """Return what an event put into the record; more than one line where an act out of turn came to bind."""
    match event:
        case Draw():
            cards = "".join(card.reveal() for card in event.cards) + "??" * (event.count - len(event.cards))
            return [f"p{_number(story, event.seat)} sd {cards}".rstrip()]
        case Show():
            return [f"p{_number(story, event.seat)} sm {''.join(event.cards)}"]
        case Muck():
            return [f"p{_number(story, event.seat)} sm"]
        case Fold() | Check() | Call() | BetTo() | AllIn() | BringIn() | OutOfTurn() | StringBet() | DeadHand():
            asked = event.to if isinstance(event, BetTo) else None
            entries = hand.actions[len(before.actions) :]
            return [_line(story, entry, asked if at == 0 else None) for at, entry in enumerate(entries)]
        case _ if isinstance(event, _UNTOLD):
            return []
        case _:
            raise BadHistory(story.id, f"PHH cannot hold {type(event).__name__}; export it in another format")


def _line(story: Story, entry: Recorded, asked: int | None) -> str:
    """asked: the amount as it was entered, which a record may have taken for another."""
    code = _CODES_OF.get(entry.action) or f"cbr {_amount(story, entry.to if asked is None else asked)}"
    return f"p{_number(story, entry.seat)} {code}"


def _number(story: Story, seat: int) -> int:
    return next(at for at, known in enumerate(story.setup.seats, 1) if known.seat == seat)


def _list(story: Story, amounts: Sequence[int]) -> str:
    return f"[{', '.join(_amount(story, amount) for amount in amounts)}]"


def _amount(story: Story, units: int) -> str:
    whole, part = divmod(units, story.scale)
    return str(Decimal(units) / story.scale) if part else str(whole)
