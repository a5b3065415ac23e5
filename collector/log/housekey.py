"""The house key: the file of the key that wraps all keys of the log, of the collector's user alone.

A key a line, 64 hex digits. The first wraps what is to come; the others open what is there already, until it is wrapped
anew. The file is in the data folder, made at the first start, or somebody gives it: as a credential of systemd, say.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from collector.errors import SettingsError
from collector.facts.seals import KEY_BYTES, HouseKeys, Sealer
from collector.logs import log_event, logger_of
from collector.system import read_private, read_shared, write_private

log = logger_of(__name__)
HOUSE_KEY: Final = "house-key"
"""The file in a data folder, and the name of the credential."""
NO_CREDENTIAL: Final = "none"
"""What the unit gives where there is no credential."""
_MODE: Final = 0o400


def place_of(named: Path | None, credentials: str | None, data: Path) -> Path:
    """Return where the house key is: as somebody named it, else the credential of the unit, else in the data folder.

    credentials: the folder of the unit's credentials, if it has any.
    """
    given = Path(credentials, HOUSE_KEY) if credentials else None
    return named or (given if given and _is_given(given) else data / HOUSE_KEY)


class HouseKeyFile:
    """House keys of a file. The keys that were read stay at hand when it changes: what was sealed can be opened.

    credentials: the folder of the unit's credentials: who may read a file there is the system's business.
    """

    def __init__(self, path: Path, credentials: str | None = None) -> None:
        self.path = path
        self._given = credentials is not None and path.is_relative_to(credentials)
        self._seen: tuple[int, ...] | None = None
        self._problem = ""
        self._keys: HouseKeys | None = None
        self._there: frozenset[str] = frozenset()

    def make(self) -> None:
        """Make the file with a new key, where there is none."""
        if not self.path.exists():
            write_keys(self.path, [secrets.token_bytes(KEY_BYTES)])

    @property
    def keys(self) -> HouseKeys:
        """All that can be had, those of the file first. Raises SettingsError where there never was one."""
        problem = self.problem()
        if self._keys is None:
            raise SettingsError(problem)
        return self._keys

    def lacks(self, needed: Mapping[str, int]) -> str:
        """Return what is wrong with the file, and what to do; "" for nothing. It is read again when it has changed.

        needed: how many keys each house key wraps, by its id. What is not in the file is lost when this process ends.
        """
        if problem := self.problem():
            return problem
        for each in sorted(needed.keys() - self._there):
            return f"{self.path} lacks house key {each}, which {needed[each]} keys of the log need; put its line there"
        return ""

    def problem(self) -> str:
        """Return why the file cannot be read, and what to do; "" if it can."""
        try:
            status = self.path.stat()
            stamp: tuple[int, ...] = (status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode)
        except OSError:
            stamp = ()
        if stamp != self._seen:
            self._seen = stamp
            self._read()
        return self._problem

    def _read(self) -> None:
        try:
            found = HouseKeys(read_keys(self.path, given=self._given))
        except SettingsError as error:
            self._problem, self._there = str(error), frozenset()
            return
        self._problem, self._there = "", frozenset(found.ids)
        self._keys = found.with_older(self._keys) if self._keys else found
        log_event(log, "INFO", "house_key_read", house_key=found.current, others=len(found.ids) - 1)


def sealer_of(file: HouseKeyFile) -> Sealer:
    """Return what seals a new run of the collector. Its chance is the machine's."""
    return Sealer(lambda: file.keys, secrets.token_bytes)


def read_keys(path: Path, *, given: bool = False) -> list[bytes]:
    """Return the keys of a file. Raises SettingsError, with what to do. given: its group may read it too."""
    advice = "seal the log under a new key: ebs log rekey"
    try:
        lines = (read_shared if given else read_private)(path, advice).split()
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no house key; put it back, it opens the log's hidden cards") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{path}: {reason}; the user of the collector must be able to read it") from error
    if not lines or any(len(line) != 2 * KEY_BYTES or not _is_hex(line) for line in lines):
        raise SettingsError(f"{path} is no house key, which is a line of {2 * KEY_BYTES} hex digits; put it back")
    return [bytes.fromhex(line) for line in lines]


def write_keys(path: Path, keys: Sequence[bytes]) -> None:
    """Write a file of house keys in one step, for its owner to read and nobody to write."""
    write_private(path, "".join(f"{key.hex()}\n" for key in keys))
    path.chmod(_MODE)


def _is_given(path: Path) -> bool:
    """Return whether a credential holds a key: the unit gives a word in its place where there is none."""
    try:
        return path.read_text(encoding="ascii").strip() not in ("", NO_CREDENTIAL)
    except (OSError, UnicodeDecodeError):
        return False


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdefABCDEF" for letter in text)
