"""Logins by mosquitto's files of passwords and rules: for a broker that does not run the dynamic-security plugin.

Both files are written whole, and the broker is told to read them again. It ends the connections of whoever is gone.
The house's own logins and those that come and go are written by different processes: one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from collector.broker.admitted.admission import Login, is_name, password_line, require_name
from collector.errors import BrokerError
from collector.system import alone_in, read_private, write_private

_ADVICE = "restore it from a backup, or make the broker's files anew"


class LoginFiles:
    """Tells a mosquitto that reads its logins from files. reload: has the broker read them again (SIGHUP)."""

    def __init__(self, passwords: Path, acl: Path, reload: Callable[[], Awaitable[None]]) -> None:
        self._passwords, self._acl, self._reload = passwords, acl, reload
        self._one_at_a_time = asyncio.Lock()

    async def give(self, login: Login) -> None:
        """Let a login in: see `Admissions`."""
        rules = [f"topic {rule}" for rule in login.rules]
        await self._change((login.name,), f"{login.name}:{password_line(login.password)}\n", _block(login.name, rules))

    async def take(self, names: Sequence[str]) -> None:
        """Let logins in no more: see `Admissions`."""
        for name in names:
            require_name(name)
        await self._change(tuple(names))

    async def listed(self) -> Mapping[str, frozenset[str]]:
        """Return the logins that come and go: see `Admissions`."""
        lines, acl = await asyncio.to_thread(lambda: (_read(self._passwords), _read(self._acl)))
        rules = {_user(block): _rules(block) for block in acl.split("\n\n")}
        names = (line.partition(":")[0] for line in lines.splitlines())
        return {name: rules.get(name, frozenset()) for name in names if is_name(name)}

    async def _change(self, gone: tuple[str, ...], password: str = "", block: str = "") -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._write, gone, password, block)
            await self._reload()

    def _write(self, gone: tuple[str, ...], password: str, block: str) -> None:
        with alone_in(self._passwords.parent):
            self._write_alone(gone, password, block)

    def _write_alone(self, gone: tuple[str, ...], password: str, block: str) -> None:
        lines = _read(self._passwords).splitlines(keepends=True)
        kept = [line for line in lines if line.partition(":")[0] not in gone]
        blocks = [part for part in _read(self._acl).split("\n\n") if _user(part) not in gone]
        rest = "\n\n".join(part.strip("\n") for part in blocks if part.strip())
        # The rules come first: a login that is known without rules would hear nothing until the broker reads again.
        write_private(self._acl, f"{rest}\n\n{block}" if block else f"{rest}\n")
        write_private(self._passwords, "".join(kept) + password)


def write_house(passwords: Path, acl: Path, lines: str, blocks: str) -> None:
    """Write the house's own logins into both files. Those that come and go stay as they are."""
    with alone_in(passwords.parent):
        came = [line for line in _known(passwords).splitlines(keepends=True) if is_name(line.partition(":")[0])]
        rules = [
            part.strip("\n")
            for part in _known(acl).split("\n\n")
            if is_name(part.partition("\n")[0].removeprefix("user "))
        ]
        write_private(acl, "\n\n".join([blocks.strip("\n"), *rules]) + "\n")
        write_private(passwords, lines + "".join(came))


def _known(path: Path) -> str:
    return _read(path) if path.exists() else ""


def _user(block: str) -> str:
    return block.strip("\n").partition("\n")[0].removeprefix("user ")


def _rules(block: str) -> frozenset[str]:
    lines = block.strip("\n").splitlines()[1:]
    return frozenset(line.removeprefix("topic ") for line in lines if line.startswith("topic "))


def _block(name: str, rules: Sequence[str]) -> str:
    return "\n".join([f"user {name}", *rules]) + "\n"


def _read(path: Path) -> str:
    try:
        return read_private(path, _ADVICE)
    except OSError as error:
        raise BrokerError(f"{path}: {error.strerror}; {_ADVICE}") from error
