"""A login that is made while the broker runs, and the port of whatever makes it there. Starts nothing."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

_NAME: Final = re.compile(r"[co]-[A-Za-z0-9_-]{1,62}")
_TOPIC: Final = re.compile(r"(read|write) ebs/v1/[A-Za-z0-9_+/-]{1,200}")
_PASSWORD: Final = re.compile(r"[A-Za-z0-9_-]{40,64}")
MOST_RULES: Final = 512
MOST_LOGINS: Final = 300
"""mosquitto writes all of them anew at each change, inside its loop: 1.2 ms at 300, 6 ms at 2,000."""
_ROUNDS: Final = 101
"""As mosquitto itself counts. It is few, so a password is 32 random bytes and never one that a person chose."""


@dataclass(frozen=True, slots=True)
class Login:
    """A login, and what it may hear and say.

    name: begins with `c-` for a person's page and with `o-` for an output, so it is no name of the house or of a node.
    rules: `read TOPIC` or `write TOPIC`, where a topic may hold `+`. Raises ValueError for anything else, since names
    and rules are written into files that the broker reads line by line.
    """

    name: str
    password: str = field(repr=False)
    rules: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse what could be read as something else by the broker."""
        require_name(self.name)
        if not _PASSWORD.fullmatch(self.password):
            raise ValueError(f"the password of {self.name} is not one that was made for it")
        if not self.rules or len(self.rules) > MOST_RULES:
            raise ValueError(f"{self.name} has {len(self.rules)} rules; a login has 1 to {MOST_RULES}")
        if wrong := [rule for rule in self.rules if not _TOPIC.fullmatch(rule)]:
            raise ValueError(f"{wrong[0]!r} of {self.name} is no rule; write read or write, and a topic of ebs/v1/")


def require_name(name: str) -> None:
    """Raise ValueError if `name` is no name of such a login."""
    if not is_name(name):
        raise ValueError(f"{name!r} is no login of a page or an output; its name begins with c- or o-")


def is_name(name: str) -> bool:
    """Return whether `name` is one of a login that comes and goes."""
    return _NAME.fullmatch(name) is not None


def new_password() -> str:
    """Return a password of 32 random bytes, as text."""
    return secrets.token_urlsafe(32)


def hashed(password: str) -> tuple[str, str, int]:
    """Return (hash, salt, rounds) as mosquitto keeps them: PBKDF2 of SHA-512, both in base 64."""
    salt = secrets.token_bytes(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, 64)
    return base64.b64encode(key).decode(), base64.b64encode(salt).decode(), _ROUNDS


def password_line(password: str) -> str:
    """Return what stands behind the name in mosquitto's password file, as `mosquitto_passwd` writes it."""
    key, salt, rounds = hashed(password)
    return f"$7${rounds}${salt}${key}"


class Admissions(Protocol):
    """Whatever tells the broker of logins. Every call raises BrokerError where the broker did not take it."""

    async def give(self, login: Login) -> None:
        """Let a login in from now on. One of this name that is there already is replaced, and loses its connection."""

    async def take(self, names: Sequence[str]) -> None:
        """Let logins in no more, and end their connections. A name that is not there is no fault."""

    async def listed(self) -> Mapping[str, frozenset[str]]:
        """Return the rules of all logins that come and go by their names, as the broker has them."""
