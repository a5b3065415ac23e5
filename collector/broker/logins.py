"""Who may log in at the broker, and say and hear what there: passwords and the ACL. Starts no broker."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collector.access.rights import TODAY
from collector.broker.admitted.admission import password_line
from collector.canonical import read_json
from collector.errors import SettingsError
from collector.system import read_private, write_private

INSTALLER = "installer"
WEB = "web-main"
"""The web process: it sends on behalf of people, and asks the gatekeeper to let their pages in. It hears no feed."""
FLOOR = "floor"
MONITOR = "monitor"
"""Whoever looks on while somebody sets a table up (`ebs monitor`, `ebs doctor`, docs/diagnose.md). It says nothing."""
UPDATER = "updater"
"""`ebs update`. What it says a node believes only with the node's own key."""


_COMMANDS = (
    "write table/+/command/{user}",
    "read table/+/reply/{user}",
    "write house/command/{user}",
    "read house/reply/{user}",
)
"""Of a login that holds a permission word: the collector looks which one, command by command (`collector/access/`)."""

_ROLES: Mapping[str, tuple[str, ...]] = {
    "collector": (
        "read dev/+/event",
        "read dev/+/snapshot",
        "read dev/+/status",
        "read dev/+/health",
        "read dev/+/progress",
        "write dev/+/ack",
        "write dev/+/command",
        "read table/+/command/+",
        "read house/command/+",
        "write table/+/reply/+",
        "write house/reply/+",
        "write table/+/public/+",
        "write table/+/delayed/+",
        "write table/+/live/+",
        "write table/+/alert",
        "write collector/+/status",
        "write collector/+/nudge",
    ),
    WEB: (*_COMMANDS, "read collector/+/status"),
    "programme": (
        "read table/+/live/+",
        "read table/+/delayed/+",
        "read table/+/public/+",
        "read table/+/alert",
        "read collector/+/status",
    ),
    "public": ("read table/+/public/+", "read table/+/delayed/+", "read collector/+/status"),
    UPDATER: ("write dev/+/command", "read dev/+/status", "read dev/+/progress", "read dev/+/event"),
}


_CONSOLE = (
    "read table/+/public/+",
    "read table/+/alert",
    "read collector/+/status",
    "read dev/+/status",
    "read dev/+/health",
)


_INSTALLER = (*_CONSOLE, "read dev/+/event")
"""Sets tables and decks up, so it hears tags. Not for whoever runs a table."""


_MONITOR = (
    *_CONSOLE,
    "read dev/+/event",
    "read dev/+/snapshot",
    "read dev/+/progress",
    "read dev/+/ack",
    "read dev/+/command",
    "read table/+/reply/+",
    "read house/reply/+",
)
"""Hears tags, as the installer does."""


_NODE = (
    "write dev/{user}/status",
    "write dev/{user}/event",
    "write dev/{user}/snapshot",
    "write dev/{user}/health",
    "write dev/{user}/progress",
    "read dev/{user}/status",
    "read dev/{user}/ack",
    "read dev/{user}/command",
)


@dataclass(frozen=True)
class Logins:
    """User names and passwords. `consoles` may command tables, `nodes` are devices.

    `further`: names that have the rights of a login of the house, by that login.
    """

    passwords: dict[str, str] = field(repr=False)
    consoles: tuple[str, ...]
    nodes: tuple[str, ...]
    further: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def kept_in(
        cls,
        path: Path,
        *,
        consoles: tuple[str, ...],
        nodes: tuple[str, ...],
        further: Mapping[str, str] | None = None,
    ) -> Logins:
        """Return the logins of a data folder; whoever is missing gets a password, made once. Mode 0600."""
        known = known_logins(path)
        further = further or {}
        users = (*HOUSE_LOGINS, *further, *consoles, *nodes)
        made = {user: secrets.token_urlsafe(24) for user in users if user not in known}
        if made:
            write_private(path, json.dumps({**known, **made}, indent=1))
        return cls({user: {**known, **made}[user] for user in users}, consoles, nodes, further)

    def acl(self) -> str:
        """Return mosquitto's ACL: deny by default, one block a user. No `pattern` lines: they hold for everybody."""
        house = {**_ROLES, INSTALLER: _INSTALLER, FLOOR: _CONSOLE, MONITOR: _MONITOR}
        rules = [*house.items(), *((user, _CONSOLE) for user in self.consoles)]
        rules += [(user, house[like]) for user, like in self.further.items()]
        rules = [(user, (*lines, *(_COMMANDS if TODAY.words(user) else ()))) for user, lines in rules]
        rules += [(user, _NODE) for user in self.nodes]
        return "\n\n".join(_block(user, lines) for user, lines in rules) + "\n"


HOUSE_LOGINS = (*_ROLES, INSTALLER, FLOOR, MONITOR)
"""Users that are no node and no console."""


def node_block(device: str) -> str:
    """Return the ACL block of a node: it may speak under its own name only."""
    return _block(device, _NODE)


def _block(user: str, lines: tuple[str, ...]) -> str:
    allowed = [line.format(user=user).split(" ") for line in lines]
    return "\n".join([f"user {user}", *(f"topic {way} ebs/v1/{name}" for way, name in allowed)])


def new_login(path: Path, user: str, password: str) -> None:
    """Give `user` this password in a file of logins."""
    write_private(path, json.dumps({**known_logins(path), user: password}, indent=1))


def hashed_passwords(passwords: Mapping[str, str]) -> str:
    """Return mosquitto's password file for these logins."""
    return "".join(f"{user}:{password_line(word)}\n" for user, word in passwords.items())


def password_of(user: str, credentials: Path) -> str:
    """Return the password of a login from a file of logins. Raises SettingsError with what to do."""
    known = known_logins(credentials)
    if user not in known:
        raise SettingsError(
            f"{credentials} holds no password for {user}; give EBS_CREDENTIALS, a JSON object of user and password"
        )
    return known[user]


def known_logins(path: Path) -> dict[str, str]:
    """Return the passwords of a file of logins, by user; {} where there is none.

    Raises SettingsError for a file that others can read, a link, and for what is no JSON object of user and password.
    """
    try:
        found = read_json(read_private(path, "exchange the passwords in it"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; the user of EBS must be able to read it") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is no JSON object of user and password; restore it from a backup") from error
    if not isinstance(found, dict) or not all(isinstance(word, str) for word in found.values()):
        raise SettingsError(f"{path} is no JSON object of user and password; restore it from a backup")
    return found
