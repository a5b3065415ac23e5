"""The places of button and blinds by seat, and missed blinds as they are shown. Knows seats, no chips, no cards.

`first_places` is of now. How the places move on, and what is missed, is the first edition of the rules, for hands of
older logs; `obligations` has those of now (ADR 24).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from collector.hand.games import HEADS_UP

_SEATS = 10


class ButtonRule(StrEnum):
    """How the button moves."""

    MOVING = "moving"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Places:
    """Button, small and big blind of a hand. small None: a dead small blind, nobody posts it."""

    button: int
    small: int | None
    big: int


@dataclass(frozen=True, slots=True)
class Owed:
    """The blinds that a player has missed while away."""

    small: bool = False
    big: bool = False


def after(seat: int, seats: Sequence[int]) -> int:
    """Return the first of `seats` clockwise of a seat."""
    return min(seats, key=lambda other: (other <= seat, other))


def before(seat: int, seats: Sequence[int]) -> int:
    """Return the first of `seats` counter-clockwise of a seat."""
    return max(seats, key=lambda other: (other < seat, other))


def first_places(playing: Sequence[int], button: int) -> Places:
    """Return the places of a first hand, or of a hand whose button was set by hand."""
    if len(playing) == HEADS_UP:
        dealer = button if button in playing else before(button, playing)
        return Places(dealer, dealer, after(dealer, playing))
    small = after(button, playing)
    return Places(button, small, after(small, playing))


def next_places(playing: Sequence[int], last: Places, rule: ButtonRule) -> Places:
    """Return the places of the next hand. playing: the seats that are dealt in, in any order; two or more."""
    if len(playing) == HEADS_UP:  # the button is the small blind; nobody is the big blind twice running
        big = after(last.big, playing)
        small = after(big, playing)
        return Places(small, small, big)
    if rule is ButtonRule.MOVING:
        return first_places(playing, after(last.button, playing))
    big = after(last.big, playing)
    small_seat = last.big
    button = last.small if last.small is not None else last.button
    if last.button == last.small:  # it was heads-up: the small blind had the button
        button = before(small_seat, playing)
    return Places(button, small_seat if small_seat in playing else None, big)


def missed(away: Sequence[int], last: Places, now: Places, owed: dict[int, Owed]) -> dict[int, Owed]:
    """Return the missed blinds by seat, after the blinds have moved from `last` to `now`. owed: those of before."""
    found = dict(owed)
    was, small = last.button if last.small is None else last.small, last.big if now.small is None else now.small
    for seat in away:
        had = found.get(seat, Owed())
        big = had.big or _between(seat, last.big, now.big)
        found[seat] = Owed(small=had.small or seat == small or _between(seat, was, small), big=big)
    return {seat: what for seat, what in found.items() if what.small or what.big}


def _between(seat: int, last: int, now: int) -> bool:
    """Return whether a blind that moved from `last` to `now` passed over `seat`."""
    return 0 < (seat - last) % _SEATS < (now - last) % _SEATS


def comes_back(owed: Owed, small: int, big: int) -> tuple[int, int]:
    """Return the chips that a returning player posts: (live, dead). A missed big blind is live, a small one dead."""
    return (big if owed.big else 0), (small if owed.small else 0)
