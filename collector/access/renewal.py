"""Refresh tokens: each is used once, and who uses one twice ends the whole family. Pure.

A client whose answer was lost on the way may ask again for ten seconds and gets the same answer, as long as nobody has
used what that answer brought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

AGAIN_MS: Final = 10_000
FAMILY_MS: Final = 30 * 86_400_000
Verdict = Literal["new", "again", "reused", "over", "unknown"]


@dataclass(frozen=True, slots=True)
class Family:
    """The refresh tokens that follow from one sign-in. generation: the person's, then. Times in ms since 1970."""

    id: str
    user: str
    generation: int
    created_at: int
    expires_at: int
    revoked_at: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A refresh token as it stands. used_at: 0 for not yet. successor_used: the one that came of it was used too."""

    family: Family
    used_at: int = 0
    successor_used: bool = False


@dataclass(frozen=True, slots=True)
class Renewal:
    """What comes of a refresh token. at: when the answer was, or is, made; the same for `again`."""

    verdict: Verdict
    family: Family
    at: int = 0


NO_FAMILY: Final = Family("", "", 0, 0, 0)


def judge(found: Standing | None, now: int) -> Renewal:
    """Return what a refresh token gets: a new one, the same answer again, or nothing."""
    if found is None:
        return Renewal("unknown", NO_FAMILY)
    if found.family.revoked_at or found.family.expires_at <= now:
        return Renewal("over", found.family)
    if not found.used_at:
        return Renewal("new", found.family, now)
    if now - found.used_at <= AGAIN_MS and not found.successor_used:
        return Renewal("again", found.family, found.used_at)
    return Renewal("reused", found.family)
