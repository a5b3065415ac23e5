"""Values of people, their keys and their sessions, and the rules on what they may be called. Pure: no store, no clock.

Times are milliseconds since 1970. No value here holds a secret that opens a door, but for the seed of the second
factor: passwords, keys, sessions and codes are kept as hashes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from collector.access.grants import Grant, Identity
from collector.access.outputs import OutputKey
from collector.errors import BadInput

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_RESERVED: Final = frozenset({"anonymous", "everybody", "key", "output", "web", "system", "me"})
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
"""Characters. A longer one would be work for whoever hashes it."""
ADMIN: Final = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """A person. generation: rises whenever what they may do changes; whatever was given out before is void then.

    password: its argon2id hash. seed: of the second factor, in base 32, "" without one. last_step: the half minute of
    the last code that was taken. recovery: hashes of the recovery codes that are left.
    """

    name: str
    role: str
    grants: tuple[Grant, ...]
    password: str = field(repr=False)
    created_at: int
    generation: int = 1
    disabled: bool = False
    seed: str = field(default="", repr=False)
    last_step: int = 0
    recovery: tuple[str, ...] = field(default=(), repr=False)

    @property
    def identity(self) -> Identity:
        """Return what the person may do; nothing once disabled."""
        return Identity(self.name, () if self.disabled else self.grants, user=self.name)

    @property
    def is_admin(self) -> bool:
        """Whether some grant makes them an admin."""
        return not self.disabled and any(grant.role == ADMIN for grant in self.grants)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of another system. digest: SHA-256 of its text, in hex. revoked_at, last_used: 0 for never."""

    id: str
    name: str
    owner: str
    digest: str = field(repr=False)
    scopes: frozenset[str]
    created_at: int
    expires_at: int
    last_used: int = 0
    revoked_at: int = 0

    def identity(self, owner: User) -> Identity:
        """Return what the key may do: its scopes, as far as its owner holds them now."""
        return Identity(f"key:{self.id}", owner.identity.grants, self.scopes, user=owner.name)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that has signed in. digest: SHA-256 of its cookie. generation: the person's, when it began."""

    id: str
    digest: str = field(repr=False)
    user: str
    generation: int
    created_at: int
    seen_at: int
    expires_at: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What is kept of a request with an Idempotency-Key. digest: of the request. status: 0 while it is being done.

    answer: sealed.
    """

    digest: str
    status: int
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class News:
    """What changed in the app store. cursor: the number of the last change. whole: this is everything.

    gone: kind and name of everything that changed; what is not among `users`, `keys`, `sessions` or `outputs` has
    ended.
    revoked: ids of refresh families that have ended before their time.
    """

    cursor: int
    whole: bool
    users: Mapping[str, User] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, ApiKey] = field(default_factory=lambda: MappingProxyType({}))
    sessions: Mapping[str, Session] = field(default_factory=lambda: MappingProxyType({}))
    outputs: Mapping[str, OutputKey] = field(default_factory=lambda: MappingProxyType({}))
    gone: frozenset[tuple[str, str]] = frozenset()
    revoked: frozenset[str] = frozenset()


def check_name(name: str) -> str:
    """Return a name that a person may have. Raises BadInput, code BAD_NAME."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise BadInput(
            "BAD_NAME",
            f"{name[:80]!r} cannot be a name here; use 1 to 40 of a-z 0-9 _ -, beginning with a letter or digit, "
            f"and none of {', '.join(sorted(_RESERVED))}",
        )
    return name


def check_password(password: str, name: str) -> str:
    """Return a password that is worth one. Raises BadInput, code WEAK_PASSWORD, which does not repeat it."""
    told = password.casefold()
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        why = f"has {len(password)} characters; use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}"
    elif len(set(told)) < 5:  # noqa: PLR2004 - aaaaaaaaaaaa, abababababab
        why = "repeats a few characters; use more of them"
    elif name.casefold() in told and len(told) - len(name) < SHORTEST_PASSWORD:
        why = "is made of the name; use another"
    elif any(run in told for run in ("password", "1234567", "qwerty")) and len(told) < 2 * SHORTEST_PASSWORD:
        why = "is among the first that anybody tries; use another"
    else:
        return password
    raise BadInput("WEAK_PASSWORD", f"the password {why}; a few words that have nothing to do with each other are good")
