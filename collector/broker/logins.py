"""Who may log in at the broker, and say and hear what there: passwords and the ACL. Starts no broker."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collector.errors import SettingsError
from collector.system import program, write_private

INSTALLER = "installer"


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
        "write table/+/live/+",
        "write table/+/alert",
        "write collector/+/status",
    ),
    "programme": ("read table/+/live/+", "read table/+/public/+", "read table/+/alert", "read collector/+/status"),
    "public": ("read table/+/public/+", "read collector/+/status"),
}


_CONSOLE = (
    "read table/+/public/+",
    "read table/+/alert",
    "read collector/+/status",
    "read dev/+/status",
    "read dev/+/health",
    "write table/+/command/{user}",
    "read table/+/reply/{user}",
    "write house/command/{user}",
    "read house/reply/{user}",
)


_INSTALLER = (*_CONSOLE, "read dev/+/event")
"""Sets tables and decks up, so it hears tags. Not for whoever runs a table."""


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
    """User names and passwords. `consoles` may command tables, `nodes` are devices."""

    passwords: dict[str, str] = field(repr=False)
    consoles: tuple[str, ...]
    nodes: tuple[str, ...]

    @classmethod
    def kept_in(cls, path: Path, *, consoles: tuple[str, ...], nodes: tuple[str, ...]) -> Logins:
        """Return the logins of a data folder; whoever is missing gets a password, made once. Mode 0600."""
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        users = (*_ROLES, INSTALLER, *consoles, *nodes)
        made = {user: secrets.token_urlsafe(24) for user in users if user not in known}
        if made:
            write_private(path, json.dumps({**known, **made}, indent=1))
        return cls({user: {**known, **made}[user] for user in users}, consoles, nodes)

    def acl(self) -> str:
        """Return mosquitto's ACL: deny by default, one block a user. No `pattern` lines: they hold for everybody."""
        rules = [(role, _ROLES[role]) for role in _ROLES] + [(INSTALLER, _INSTALLER)]
        rules += [(user, _CONSOLE) for user in self.consoles] + [(user, _NODE) for user in self.nodes]
        return "\n\n".join(_block(user, lines) for user, lines in rules) + "\n"


HOUSE_LOGINS = (*_ROLES, INSTALLER)
"""Users that are no node and no console."""


def node_block(device: str) -> str:
    """Return the ACL block of a node: it may speak under its own name only."""
    return _block(device, _NODE)


def _block(user: str, lines: tuple[str, ...]) -> str:
    allowed = [line.format(user=user).split(" ") for line in lines]
    return "\n".join([f"user {user}", *(f"topic {way} ebs/v1/{name}" for way, name in allowed)])


def new_login(path: Path, user: str, password: str) -> None:
    """Give `user` this password in a file of logins."""
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    write_private(path, json.dumps({**known, user: password}, indent=1))


def hashed_passwords(passwords: Mapping[str, str], scratch: Path) -> str:
    """Return mosquitto's password file for these logins; `scratch` holds the plain words for a moment."""
    write_private(scratch, "".join(f"{user}:{word}\n" for user, word in passwords.items()))
    subprocess.run([program("mosquitto_passwd"), "-U", str(scratch)], check=True, capture_output=True)  # noqa: S603
    return scratch.read_text()


def password_of(user: str, credentials: Path) -> str:
    """Return the password of a login from a file of logins. Raises SettingsError with what to do."""
    try:
        return str(json.loads(credentials.read_text())[user])
    except (OSError, ValueError, KeyError) as error:
        message = (
            f"{credentials} holds no password for {user}; give EBS_CREDENTIALS, a JSON object of user and password"
        )
        raise SettingsError(message) from error
