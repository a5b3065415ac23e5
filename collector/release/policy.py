"""Policies of release: which seats of a hand that is over become known, to whom."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple


class Audience(StrEnum):
    """Whom a release is to: everybody, or the house (`read:holecards`)."""

    PUBLIC = "public"
    HOUSE = "house"


class Policy(StrEnum):
    """Which hidden hands become known, the strictest first. What was tabled is public by itself."""

    NEVER = "never"
    SHOWN = "shown"
    ALL_IN_AND_SHOWN = "all_in_and_shown"
    ALL = "all"

    @property
    def width(self) -> int:
        """How much it lets out: 0 is nothing."""
        return _ORDER.index(self)


_ORDER: Final = tuple(Policy)
PUBLIC_DEFAULT: Final = Policy.SHOWN
LONGEST_DELAY_MS: Final = 4 * 3_600_000
"""A show is over then."""


class Terms(NamedTuple):
    """What holds for a hand. delay_ms: from the fact that ends it to its release; that of the longest channel."""

    public: Policy = PUBLIC_DEFAULT
    house: Policy = Policy.ALL
    delay_ms: int = 0

    def policy(self, audience: Audience) -> Policy:
        """Return the policy for an audience."""
        return self.public if audience is Audience.PUBLIC else self.house


BY_DEFAULT: Final = Terms()


def narrower(one: Policy, other: Policy) -> Policy:
    """Return the policy of two that lets out less."""
    return min(one, other, key=lambda each: each.width)


def plain_terms(terms: Terms) -> dict[str, object]:
    """Return terms under the names that commands and states have for them."""
    return {"public": str(terms.public), "house": str(terms.house), "delay_s": terms.delay_ms // 1000}


def stricter(one: Terms, other: Terms) -> Terms:
    """Return the terms that let out no more than either, and no earlier.

    >>> stricter(Terms(Policy.ALL, delay_ms=5), Terms(house=Policy.SHOWN, delay_ms=9))
    Terms(public=<Policy.SHOWN: 'shown'>, house=<Policy.SHOWN: 'shown'>, delay_ms=9)
    """
    public, house = narrower(one.public, other.public), narrower(one.house, other.house)
    return Terms(public, house, max(one.delay_ms, other.delay_ms))


def weakens(old: Terms, new: Terms) -> bool:
    """Return whether new terms let out more than old ones, or earlier."""
    return stricter(old, new) != new


class Hands(NamedTuple):
    """The seats of a hand that is over, by what everybody saw of it. shown: tabled. void: a misdeal."""

    dealt: tuple[int, ...]
    all_in: tuple[int, ...]
    shown: tuple[int, ...]
    void: bool = False


def released_seats(policy: Policy, audience: Audience, hands: Hands) -> tuple[int, ...]:
    """Return the seats whose cards a release tells, in order. Only what everybody saw decides.

    A hand that was void follows the house's policy; for the public nothing of it is released.
    """
    if policy is Policy.NEVER or (hands.void and audience is Audience.PUBLIC):
        return ()
    found: Iterable[int] = hands.shown
    if policy is Policy.ALL:
        found = hands.dealt
    elif policy is Policy.ALL_IN_AND_SHOWN:
        found = {*hands.shown, *hands.all_in}
    return tuple(sorted(found))
