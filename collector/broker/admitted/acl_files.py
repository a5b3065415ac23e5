"""Logins by mosquitto's files of passwords and rules: for a broker that does not run the dynamic-security plugin.

Both files are written whole, and the broker is told to read them again. It ends the connections of whoever is gone.
The house's own logins and those that come and go are written by different processes: one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from collector.broker.admitted.admission import Login, is_name, password_line, require_name
from collector.errors import BrokerError, CollectorError, reason
from collector.system import alone_in, exchange, read_shared, write_private

PASSWORDS: Final = "passwords"
ACL: Final = "acl"
_ADVICE: Final = "look who has changed it; a backup, or mosquitto's files made anew, bring it back"


class LoginFiles:
    """Tells a mosquitto that reads its logins from files in `folder`.

    reload: has the broker read them again, and returns when it has; raises BrokerError where it may not have.
    """

    def __init__(self, folder: Path, reload: Callable[[], Awaitable[None]]) -> None:
        self._folder, self._reload = folder, reload
        self._one_at_a_time = asyncio.Lock()
        # An earlier run may have ended after it wrote, and before the broker read: who is out could be in still.
        self._behind = True
        self.connected = asyncio.Event()
        self.connected.set()  # there is no connection: the files are always there

    async def give(self, login: Login) -> None:
        """Let a login in: see `Admissions`."""
        line, block = f"{login.name}:{password_line(login.password)}", _block(login.name, login.rules)
        async with self._one_at_a_time:
            await self._write((login.name,), line, block)
            try:
                await self._catch_up()
            except BrokerError:
                await self._write((login.name,))  # whoever asked is told that there is none
                raise

    async def take(self, names: Sequence[str]) -> None:
        """Let logins in no more: see `Admissions`."""
        for name in names:
            require_name(name)
        async with self._one_at_a_time:
            await self._write(tuple(names))
            await self._catch_up()

    async def listed(self) -> Mapping[str, frozenset[str]]:
        """Return the logins that come and go: see `Admissions`."""
        async with self._one_at_a_time:
            await self._catch_up()
            passwords, acl = await asyncio.to_thread(both, self._folder)
        rules = _parted(acl)[1]
        return {name: frozenset(rules.get(name, ())) for name in map(_name, passwords.split("\n")) if is_name(name)}

    async def _catch_up(self) -> None:
        if self._behind:
            await self._reload()
            self._behind = False

    async def _write(self, gone: tuple[str, ...], line: str = "", block: str = "") -> None:
        try:
            self._behind |= await asyncio.to_thread(_write, self._folder, gone, line, block)
        except OSError as error:
            raise BrokerError(f"{error.filename or self._folder}: {reason(error)}; no login was changed") from error


def both(folder: Path) -> tuple[str, str]:
    """Return the files of passwords and of rules. Raises BrokerError with what to do where one is of no use."""
    return _read(folder / PASSWORDS), _read(folder / ACL)


def write_house(folder: Path, lines: str, blocks: str) -> None:
    """Write the house's own logins into both files. Those that come and go stay as they are."""
    passwords, acl = folder / PASSWORDS, folder / ACL
    with alone_in(folder):
        came = [line for line in _known(passwords).split("\n") if is_name(_name(line))]
        rules = [_block(name, of_it) for name, of_it in _parted(_known(acl))[1].items()]
        write_private(acl, _joined(blocks, rules))
        write_private(passwords, _lines([*lines.split("\n"), *came]))


def _write(folder: Path, gone: tuple[str, ...], line: str, block: str) -> bool:
    """Write both files without some logins, and with one; return whether that changed them."""
    with alone_in(folder):
        passwords, acl = folder / PASSWORDS, folder / ACL
        known, (rest, rules) = _read(passwords), _parted(_read(acl))
        kept = [_block(name, of_it) for name, of_it in rules.items() if name not in gone]
        stay = [each for each in known.split("\n") if _name(each) not in gone]
        if not line and len(kept) == len(rules) and _lines(stay) == _lines(known.split("\n")):
            return False
        # The rules come first: a login that is known without rules would hear nothing until the broker reads again.
        _exchange(acl, _joined(rest, [*kept, block] if block else kept))
        _exchange(passwords, _lines([*stay, line]))
        return True


def _parted(acl: str) -> tuple[str, dict[str, list[str]]]:
    """Return an ACL without the logins that come and go, and the rules of each of these.

    Line by line, as mosquitto reads it: whoever else writes the file may leave no empty line between two blocks.
    """
    rest: list[str] = []
    found: dict[str, list[str]] = {}
    name = ""
    for line in acl.split("\n"):
        if line.startswith("user "):
            name = line.removeprefix("user ").strip()
            name = name if is_name(name) else ""
            if name:
                found[name] = []
                continue
        if not name:
            rest.append(line)
        elif line.startswith("topic "):
            found[name].append(line.removeprefix("topic "))
        elif line.strip():
            rest.append(line)  # a comment, or what holds for everybody
    return "\n".join(rest), found


def _joined(rest: str, blocks: Sequence[str]) -> str:
    return "\n\n".join([rest.strip("\n"), *blocks]).strip("\n") + "\n"


def _block(name: str, rules: Sequence[str]) -> str:
    return "\n".join([f"user {name}", *(f"topic {rule}" for rule in rules)])


def _lines(some: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in some if line)


def _name(line: str) -> str:
    return line.partition(":")[0]


def _known(path: Path) -> str:
    return _read(path) if path.exists() else ""


def _exchange(path: Path, text: str) -> None:
    try:
        exchange(path, text)
    except CollectorError as error:
        raise BrokerError(str(error)) from error


def _read(path: Path) -> str:
    """Return a file's text. Raises BrokerError for whatever is wrong with it: tables go on without new pages."""
    try:
        return read_shared(path, _ADVICE)
    except (OSError, ValueError) as error:
        raise BrokerError(f"{path}: {reason(error)}; {_ADVICE}") from error
    except CollectorError as error:
        raise BrokerError(str(error)) from error
