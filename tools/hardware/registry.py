"""Makes a node known on this side: its key to the collector, its login and rights to the broker. Knows no board.

Two kinds of broker: the one that `ebs run` starts, whose logins are in the data folder, and a venue's mosquitto, whose
password file and ACL are files that an administrator owns.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collector.broker import hashed_passwords, new_login, node_block, write_private
from collector.errors import CollectorError
from collector.keys import read_keys
from tools.hardware import HardwareError
from tools.stack import KEYS, keep_key


@dataclass(frozen=True)
class VenueBroker:
    """The files of a mosquitto that is a service."""

    passwords: Path
    acl: Path

    def check(self) -> None:
        """Raise HardwareError unless both are there and may be written."""
        for path in (self.passwords, self.acl):
            if not path.is_file():
                raise HardwareError(f"{path}: there is no such file; copy mosquitto/ as docs/run.md says, then again")
            if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK):
                raise HardwareError(f"{path}: you may not write it; run this with sudo, or give your own copy")


def is_known(data: Path, device: str) -> bool:
    """Whether the device has a key already. Raises HardwareError where the key file is of no use."""
    try:
        return device in read_keys(data / KEYS)
    except CollectorError as error:
        raise HardwareError(str(error)) from error


def register(data: Path, device: str, key: bytes, password: str, venue: VenueBroker | None) -> list[str]:
    """Register a node; return the files that changed. The key comes last: with it the broker is told."""
    changed = []
    with _complaints():
        if venue:
            scratch = venue.passwords.with_name(venue.passwords.name + ".plain")
            try:
                line = hashed_passwords({device: password}, scratch)
            finally:
                scratch.unlink(missing_ok=True)
            _replace(venue.passwords, _without_line(venue.passwords.read_text(), device) + line)
            _replace(venue.acl, _without_block(venue.acl.read_text(), device) + "\n" + node_block(device) + "\n")
            changed += [str(venue.passwords), str(venue.acl)]
        else:
            new_login(data / "credentials.json", device, password)
            changed.append(str(data / "credentials.json"))
        keep_key(data / KEYS, device, key)
    return [*changed, str(data / KEYS)]


def new_password() -> str:
    """Return a password that is long and random, as the broker's weak hashes need."""
    return secrets.token_urlsafe(24)


@contextmanager
def _complaints() -> Iterator[None]:
    try:
        yield
    except (OSError, CollectorError) as error:
        raise HardwareError(f"registering failed: {error}; put that right and provision again") from error


def _without_line(text: str, user: str) -> str:
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(f"{user}:")]
    return "".join(kept)


def _without_block(text: str, user: str) -> str:
    """Return an ACL without one user's block; comments and other blocks stay as they are."""
    return re.sub(rf"^user {re.escape(user)}\n(?:topic .*\n)*\n?", "", text, flags=re.MULTILINE).rstrip("\n") + "\n"


def _replace(path: Path, text: str) -> None:
    """Exchange a file in one step; its mode and owner stay, since mosquitto reads it as another user."""
    status = path.stat()
    write_private(path, text)
    os.chown(path, status.st_uid, status.st_gid)
    path.chmod(status.st_mode & 0o7777)
