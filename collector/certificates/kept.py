"""The certificates of a data folder: `certs/` with the authority and what it signed. Keys 0600, certificates 0644.

A certificate that is renewed keeps its key: one file changes, in one step, so that a key never lies beside a
certificate of another key, whenever the power goes.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from collector.certificates.authority import (
    Key,
    Signed,
    check_constraints,
    is_signed_by,
    issue,
    new_authority,
    new_key,
    spoken_for,
)
from collector.certificates.speakers import Speaker, of_this_machine, speaker, speakers
from collector.errors import SettingsError, reason
from collector.files import read_at_most
from collector.system import read_private, write_plain, write_private

FOLDER: Final = "certs"
"""In a data folder."""
AUTHORITY: Final = "ca"
BROKER: Final = "broker"
"""What nodes, collector and tools meet."""
PAGES: Final = "pages"
"""What browsers meet: pages, REST, and the broker's WebSocket."""
SERVERS: Final = (BROKER, PAGES)
RENEW: Final = timedelta(days=30)
"""Before its end a certificate is renewed."""
_LARGEST: Final = 64 * 1024


@dataclass(frozen=True)
class Kept:
    """What lies in `certs/` of a data folder."""

    folder: Path

    @classmethod
    def of(cls, data: Path) -> Kept:
        """Return the certificates of a data folder; there may be none."""
        return cls(data / FOLDER)

    def certificate(self, name: str) -> Path:
        """Return the file of a certificate: `ca`, `broker` or `pages`."""
        return self.folder / f"{name}.crt"

    def key(self, name: str) -> Path:
        """Return the file of its key."""
        return self.folder / f"{name}.key"

    def there(self) -> list[Path]:
        """Return the files that are there already."""
        names = (AUTHORITY, *SERVERS)
        files = [path for name in names for path in (self.certificate(name), self.key(name))]
        return [path for path in files if path.is_symlink() or path.exists()]

    def make(
        self, house: str, wanted: Sequence[Speaker], now: datetime, *, replace: bool = False, anew: bool = False
    ) -> list[Path]:
        """Make what is not there for these names, and return the files that were written.

        replace: also put new keys and certificates of broker and pages in the place of those that are there.
        anew: a new authority too, in the place of one that is there. Without these two nothing is overwritten: raises
        SettingsError where it would be.
        """
        there = self.there()
        authority_there = any(path.stem == AUTHORITY for path in there)
        servers_there = [path for path in there if path.stem != AUTHORITY]
        in_the_way = there if anew else servers_there
        if in_the_way and not replace:
            raise SettingsError(
                f"{in_the_way[0]} is there already, and nothing was overwritten; ebs certs renew gives it more time, "
                "--replace makes new keys and certificates"
            )
        if authority_there and not anew:
            authority = self.authority()
            check_constraints(authority.certificate, wanted)
            written = []
        else:
            authority = new_authority(house, wanted, now)
            written = self._write(AUTHORITY, authority)
        for name in SERVERS:
            written += self._write(name, self._issued(name, authority, wanted, now, new_key()))
        return written

    def for_this_machine(self, listen: str | None, now: datetime) -> None:
        """Have certificates for this machine, and for its address `listen`: made, if there are none at all.

        Raises SettingsError where there are some that do not speak for the address.
        """
        asked = [*of_this_machine(), *([listen] if listen else [])]
        if not self.there():
            self.make(socket.gethostname(), speakers(asked), now)
        for name in SERVERS:
            held = spoken_for(load(self.certificate(name)))
            missing = [each for each in ("127.0.0.1", listen) if each and speaker(each) not in held]
            if missing:
                path = self.certificate(name)
                raise SettingsError(
                    f"{path} does not speak for {missing[0]}; ebs certs make --replace --name {missing[0]}"
                )

    def renew(self, now: datetime, within: timedelta = RENEW) -> list[Path]:
        """Give certificates that end `within` a time more of it; return the files that were written.

        Names and keys stay. Raises SettingsError where the authority cannot sign.
        """
        due = [name for name in SERVERS if self._ends(name) - now <= within]
        if not due:
            return []
        authority = self.authority()
        written = []
        for name in due:
            held = load(self.certificate(name))
            if not is_signed_by(held, authority.certificate):
                raise SettingsError(
                    f"{self.certificate(name)} is not of this house's authority; ebs certs make --replace"
                )
            made = self._issued(name, authority, spoken_for(held), now, self._private(name))
            if made.certificate.public_key() != held.public_key():
                raise SettingsError(f"{self.key(name)} does not belong to its certificate; ebs certs make --replace")
            if made.certificate.not_valid_after_utc > held.not_valid_after_utc:  # the authority's own end may be near
                write_plain(self.certificate(name), made.pem)
                written.append(self.certificate(name))
        return written

    def authority(self) -> Signed:
        """Return the house's authority. Raises SettingsError where it, or its key, is not there."""
        return Signed(load(self.certificate(AUTHORITY)), self._private(AUTHORITY))

    def can_sign(self) -> bool:
        """Tell whether the authority's key is here: a house may keep it elsewhere."""
        return self.key(AUTHORITY).exists()

    def _ends(self, name: str) -> datetime:
        return load(self.certificate(name)).not_valid_after_utc

    @staticmethod
    def _issued(name: str, authority: Signed, wanted: Sequence[Speaker], now: datetime, key: Key) -> Signed:
        return issue(authority, wanted, name, now, key=key, since=name == BROKER)

    def _private(self, name: str) -> Key:
        path = self.key(name)
        text = _read(path, lambda: read_private(path, "make new keys: ebs certs make --replace"))
        try:
            key = serialization.load_pem_private_key(text.encode(), None)
        except (ValueError, TypeError) as error:
            raise SettingsError(f"{path} holds no key that can be read; restore it from a backup") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise SettingsError(f"{path} is no key that EBS makes; restore it from a backup")
        return key

    def _write(self, name: str, made: Signed) -> list[Path]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.key(name), made.key_pem)
        write_plain(self.certificate(name), made.pem)
        return [self.certificate(name), self.key(name)]


def load(path: Path) -> x509.Certificate:
    """Return the first certificate of a PEM file. Raises SettingsError that says what is wrong with it."""
    text = _read(path, lambda: read_at_most(path, _LARGEST).decode())
    try:
        return x509.load_pem_x509_certificate(text.encode())
    except ValueError as error:
        raise SettingsError(f"{path} holds no certificate; it begins with -----BEGIN CERTIFICATE-----") from error


def _read(path: Path, read: Callable[[], str]) -> str:
    try:
        return read()
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{path}: {reason(error)}; ebs certs make makes a house's own certificates") from error
