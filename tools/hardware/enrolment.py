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

from collector.broker.admitted.admission import is_name
from collector.broker.admitted.dynsec import ADMIN
from collector.broker.keyfile import KEYS, keep_key, read_keys
from collector.broker.logins import HOUSE_LOGINS, hashed_passwords, new_login, node_block
from collector.errors import CollectorError
from collector.system import alone_in, exchange
from tools.hardware import HardwareError
from tools.hardware.given_files import text_of
from tools.rehearsal.stack import DEALER, OPERATOR


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


def check_name(device: str, venue: VenueBroker | None) -> None:
    """Raise HardwareError where the name is another user's: the node would take its password, and its rights.

    A console of a venue may have any name; it is known by what the ACL gives it.
    """
    taken = device in {*HOUSE_LOGINS, OPERATOR, DEALER, ADMIN} or is_name(device)
    if venue and not taken:
        lines = [
            line
            for block in _blocks(text_of(venue.acl, "it must be mosquitto's ACL"), device)
            for line in block.splitlines()[1:]
            if line
        ]
        taken = any(f" ebs/v1/dev/{device}/" not in line for line in lines)
    if taken:
        raise HardwareError(f"--device {device}: that is a login of the house already; call the node otherwise")


def register(data: Path, device: str, key: bytes, password: str, venue: VenueBroker | None) -> list[str]:
    """Register a node; return the files that changed. The key comes last: with it the broker is told."""
    changed = []
    with _complaints():
        if venue:
            with alone_in(venue.passwords.parent):  # the collector may write logins of pages there
                others = _without_line(text_of(venue.passwords, "it must be mosquitto's password file"), device)
                exchange(venue.passwords, others + hashed_passwords({device: password}))
                exchange(venue.acl, _without_block(venue.acl.read_text(), device) + "\n" + node_block(device) + "\n")
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
    # Whoever writes it by hand may leave the end of the last line out.
    return "".join(f"{line}\n" for line in text.split("\n") if line and not line.startswith(f"{user}:"))


def _without_block(text: str, user: str) -> str:
    """Return an ACL without one user's block; comments and other blocks stay as they are."""
    return _block_of(user).sub("", text).rstrip("\n") + "\n"


def _blocks(text: str, user: str) -> list[str]:
    return _block_of(user).findall(text)


def _block_of(user: str) -> re.Pattern[str]:
    return re.compile(rf"^user {re.escape(user)}\n(?:topic .*\n)*\n?", re.MULTILINE)
