"""Forced bets that a text without pot and rake may have lost: no sum of it would show that their chips are gone.

A lost small blind looks like a smaller rake. So such a hand is asked who had to post, and whether he did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from collector.hand.events import PostKind
from collector.histories.roomtext.telling import Telling

_HEADS_UP: Final = 2


def lost_posts(told: Telling, order: Sequence[tuple[int, str]]) -> Iterator[str]:
    """Yield in words which blind or ante is not told.

    order: seat and name of those who are dealt in, from left of the button; heads-up the button is last.
    """
    if told.pot is not None or told.rake is not None:
        return
    small, big = (_poster(told, kind) for kind in (PostKind.SMALL_BLIND, PostKind.BIG_BLIND))
    if big is not None:
        yield from _blinds(told, order, small, big)
    paid = {post.seat for post in told.posts if post.kind is PostKind.ANTE}
    if paid and not (paid == {big} and len(order) > _HEADS_UP):  # the big blind may post it for all
        yield from (f"{name} posts no ante: a line may be missing" for seat, name in order if seat not in paid)


def _blinds(told: Telling, order: Sequence[tuple[int, str]], small: int | None, big: int) -> Iterator[str]:
    """The big blind sits left of the small one; without a small one its seat is empty, and nobody there is dealt in."""
    seats = [seat for seat, _ in order]
    if len(seats) == _HEADS_UP and seats[-1] == told.button:
        seats.reverse()  # heads-up the button posts the small blind
    due = seats.index(small) + 1 if small is not None else 0
    at = due % len(seats)
    if seats[at] != big:
        name = dict(order)[seats[at]]
        kind = "small" if small is None else "big"
        yield f"{name} sits where the {kind} blind is, and posts none: a line may be missing"


def _poster(told: Telling, kind: PostKind) -> int | None:
    return next((post.seat for post in told.posts if post.kind is kind), None)
