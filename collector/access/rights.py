"""The one table of rights: role to permission words, and the roles that today's broker logins play. Pure.

It names no command, no route and no topic: these name words. The collector asks here whether the login behind a topic
holds the word of a command, REST whether a person or a key holds the word of a route, and the broker's rules are made
from the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from collector.access.senders import Sender, Where
from collector.access.vocabulary import PROPOSE, READ_LIVE, expand
from collector.errors import Refused

RULINGS: Final = "write:rulings"
"""The permission word of commands that only the floor may give."""
_CONSOLE: Final = ("read:*", "write:actions", "write:tables", "write:players", "write:alerts", "write:tags")
HOLDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "viewer": ("read:hands", "read:statistics"),
        "commentator": (
            "read:hands",
            "read:players",
            "read:statistics",
            "read:tables",
            "read:graphics",
            "read:delayed",
            "write:tags",
        ),
        "analyst": ("read:*", "read:holecards", "read:delayed", "write:tags"),
        "operator": _CONSOLE,
        "floor": (*_CONSOLE, RULINGS, PROPOSE),
        "installer": ("read:tables", "read:devices", "write:devices", "write:decks", "write:alerts"),
        "programme": (
            "read:hands",
            "read:players",
            "read:statistics",
            "read:tables",
            "read:graphics",
            "read:delayed",
            "write:graphics",
            "write:tags",
            "manage:outputs",
        ),
        "admin": ("read:*", "write:*", "manage:*", PROPOSE),
    }
)
"""What each role holds, as it is written: with wildcards. No role holds `read:live`."""
ROLES: Final[Mapping[str, frozenset[str]]] = MappingProxyType({role: expand(held) for role, held in HOLDS.items()})
"""Permission words by role."""
LOGINS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "floor": ("floor",),
        "installer": ("installer",),
        "programme": (),
        "public": (),
        "collector": (),
        "web-main": (),
        "monitor": (),
        "updater": (),
        "felt": (),
    }
)
"""Roles by login at the broker, for logins with a fixed name. Who only looks, or only serves, plays none."""
CONSOLE: Final = ("operator",)
"""Roles of every other login that may speak to the collector: a venue names its consoles as it likes."""

FLOOR: Final = ("floor",)
"""Roles of a login whose name begins with `floor-`: a venue may have several people on the floor."""
BESIDE: Final = frozenset({"manage:events"})
"""What a login with a role holds beside it. A house's people have admins for that; its broker has none yet."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what at the broker. `logins`: roles by login. `others`: roles of a login that is not listed."""

    logins: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: LOGINS)
    others: tuple[str, ...] = CONSOLE

    def words(self, login: str) -> frozenset[str]:
        """Return the permission words that a login holds."""
        roles = self._roles(login)
        return frozenset().union(*(ROLES[role] for role in roles), BESIDE if roles else ())

    def require(self, sender: Sender, word: str, what: str, where: Where | None = None) -> None:
        """Raise Refused, code NOT_PERMITTED, if a sender does not hold a word. what: the type of the command.

        where: no matter, since a login of the house reaches all its tables.
        """
        del where
        login = sender.login
        if sender.person is None and word in self.words(login):
            return
        who = self.roles_with(word)
        message = f"{what} takes the permission {word}, which the login {login} does not hold; "
        message += f"send it with the login of the {' or '.join(who)}" if who else how_to_get(word, "login of today")
        raise Refused("NOT_PERMITTED", message, {"permission": word, "roles": list(who)})

    def _roles(self, login: str) -> tuple[str, ...]:
        """Return the roles that a login plays. One with a number behind its name plays what the first one does."""
        name, _, number = login.rpartition("-")
        first = name if number.isascii() and number.isdigit() and name in self.logins else login
        return self.logins.get(first, FLOOR if login.startswith("floor-") else self.others)

    def roles_with(self, word: str) -> tuple[str, ...]:
        """Return the roles of logins that hold a word, in the order of the table."""
        played = {*self.others, *FLOOR}.union(*self.logins.values())
        return tuple(role for role, words in ROLES.items() if role in played and word in words | BESIDE)


def how_to_get(word: str, holder: str) -> str:
    """Return what to tell somebody of a word that comes by no role. holder: what does not hold it."""
    return f"no {holder} holds it" + (
        ": a person gets it for a table on the collector's machine, with `ebs live grant`" if word == READ_LIVE else ""
    )


def roles_with(word: str) -> tuple[str, ...]:
    """Return the roles that hold a permission word, in the order of the table."""
    return tuple(role for role, words in ROLES.items() if word in words)


TODAY: Final = Access()
"""The house's broker as this version knows it."""
