"""What a text says of the end of a hand, against what the rules give.

A text has its own sums: the pot, who collected what, the rake, bets that came back, boards. If they differ, chips
were misread or the record is wrong; nobody is to find that out later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from collector.hand.board import boards
from collector.hand.changing import game_of
from collector.hand.model import Hand
from collector.histories.stated import Gap, Stated, gaps
from collector.histories.story import Story

_TAKEN: Final = ("the least is", "the most is", "cannot fold out of turn", "nobody is left to call")


@dataclass(frozen=True, slots=True)
class Claims:
    """What the text says of the hand beside its acts. None or empty: not said.

    Amounts by player's name, in units. called: seat and chips of each call, in order. amiss: what differs already
    within the text, in words.
    """

    total_pot: int | None = None
    rake: int | None = None
    collected: tuple[tuple[str, int], ...] = ()
    boards: tuple[tuple[str, ...], ...] = ()
    returned: tuple[tuple[str, int], ...] = ()
    stacks: tuple[tuple[str, int], ...] = ()
    called: tuple[tuple[int, int], ...] = ()
    amiss: tuple[str, ...] = ()


def differences(story: Story, room: Claims, hand: Hand) -> tuple[str, ...]:
    """Return in words where the text says something else than the rules give, for a finished hand."""
    result = hand.result
    if result is None:
        return ()
    names = {seat.name: seat.seat for seat in story.setup.seats}
    strangers = [(name, amount) for name, amount in room.collected if name not in names]
    stated = Stated(
        room.total_pot,
        room.rake,
        _by_seat(room.collected, names) if room.collected else None,
        {**result.final_stacks, **_by_seat(room.stacks, names)},  # who is not named is not compared
        returned=_by_seat(room.returned, names) if room.returned else None,
        apart=bool(room.returned),
    )
    return (
        *room.amiss,
        *(_worded(story, gap) for gap in gaps(result, stated)),
        *(f"{name} collected {_amount(amount, story.scale)}, and has no seat" for name, amount in strangers),
        *_called(story, room, hand),
        *_boards(room, hand),
        *_against_the_rules(hand),
    )


def _by_seat(told: tuple[tuple[str, int], ...], names: Mapping[str, int]) -> Counter[int]:
    said: Counter[int] = Counter()
    for name, amount in told:
        if name in names:
            said[names[name]] += amount
    return said


_WORDS: Final = {"pot": "the total pot is", "rake": "the rake is", "wins": "collected", "gets back": "got back"}


def _worded(story: Story, gap: Gap) -> str:
    names = {seat.seat: seat.name for seat in story.setup.seats}
    who = "" if gap.seat is None else f"{names[gap.seat]} "
    said, played = _amount(gap.said, story.scale), _amount(gap.played, story.scale)
    return f"{who}{_WORDS.get(gap.what, gap.what)} {said} in the text, the rules give {played}"


def _called(story: Story, room: Claims, hand: Hand) -> tuple[str, ...]:
    """Compare the chips of each call, in order."""
    found = [(entry.seat, entry.amount) for entry in hand.actions if entry.action == "call"]
    names = {seat.seat: seat.name for seat in story.setup.seats}
    back = hand.result.uncalled if hand.result else {}
    for (seat, said), (caller, amount) in zip(room.called, found, strict=False):
        # a call that only short stacks face may be told without the chips that come back
        if seat != caller or said not in (amount, amount - back.get(seat, 0)):
            played = _amount(amount if seat == caller else 0, story.scale)
            return (f"{names[seat]} calls {_amount(said, story.scale)} in the text, the rules give {played}",)
    return ()


def _boards(room: Claims, hand: Hand) -> tuple[str, ...]:
    """Compare the cards of each board, in whatever order; a source may name only those that a further one has alone."""
    found = boards(hand)
    return tuple(
        f"board {at} is {' '.join(said)} in the text, the hand has {' '.join(cards)}"
        for at, (said, cards) in enumerate(zip(room.boards, found, strict=False), 1)
        if said and set(said) != set(cards[len(cards) - len(said) :])
    )


def _against_the_rules(hand: Hand) -> tuple[str, ...]:
    """Return acts that no card room would have taken: a line before them is missing, or was misread.

    Sizes of bets are the room's business, and hands die out of turn: who leaves, or is ruled out, folds at once. In a
    hand of stud whose up cards are not told, who is first cannot be judged.
    """
    hidden = bool(game_of(hand).up) and not any(player.up for player in hand.players)
    taken = (*_TAKEN, " out of turn") if hidden else _TAKEN
    return tuple(
        f"{ruling.removesuffix('; it stands as recorded')}; a line before it may be missing"
        for ruling in hand.rulings
        if ruling.endswith("; it stands as recorded") and not any(words in ruling for words in taken)
    )


def _amount(units: int, scale: int) -> str:
    whole, part = divmod(units, scale)
    places = len(str(scale)) - 1
    return f"{whole}.{part:0{places}d}" if part else str(whole)
