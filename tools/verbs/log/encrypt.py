"""Seal a log that is in clear: another one is written beside it, compared with it, and takes its place."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.access.audit import LOG_SEALED, SYSTEM
from collector.devices.readings import READINGS
from collector.errors import CollectorError, LogError
from collector.facts.chain import Chain, digest, verify
from collector.facts.fact import RECORD, Fact, Head
from collector.facts.seals import Sealer
from collector.facts.streams import house_first
from collector.log.housekey import sealer_of
from collector.log.lock import Lock
from collector.log.sqlite import LogReader, SqliteLog
from collector.pipeline.desk import Desk
from collector.pipeline.scopes import scope_of
from collector.secrecy import Secrecy
from collector.system import now_ms, sync_folder
from collector.table.commands import COMMANDS
from tools.opener import HouseKey, house_key_of
from tools.verbs.log.check import content, is_a_log

_CLEAR: Final = {kind.name: kind.clear for kind in READINGS}
_AT_ONCE: Final = 1000


def encrypt(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The log, as data/log.db.")],
    house_key: HouseKey = None,
) -> None:
    """Write FILE anew with what is secret in it sealed. Stop the collector first.

    The log as it was stays beside it as FILE with `.clear`, in clear: remove it once you need it no more. The new one
    names the heads of its chains. The house key is made where there is none.
    """
    try:
        kept = asyncio.run(sealed_anew(file, house_key))
    except CollectorError as error:
        typer.echo(f"ebs log encrypt: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{file} is sealed; as it was, in clear, it is {kept}: remove it once you need it no more")


async def sealed_anew(file: Path, named: Path | None) -> Path:
    """Put a sealed log in the place of one that is not; return where that one is. Raises LogError: it is as it was."""
    is_a_log(file)
    kept, new = file.with_name(f"{file.name}.clear"), file.with_name(f".{file.name}.sealed.new")
    key = house_key_of(file, named)
    with Lock(file):
        _settled(file)
        if kept.exists() and not kept.samefile(file):
            raise LogError(f"{kept} is there already; move it away, it may be the only log of another time")
        with LogReader(file, sealer_of(key)) as old:
            if not old.house_keys():
                key.make()
            _discard(new)
            try:
                await _write(old, new, sealer_of(key))
                _settled(new)
                _compare(old, new, sealer_of(key))
            except BaseException:
                _discard(new)
                raise
        _settled(file)
        if not kept.exists():
            os.link(file, kept)
        new.replace(file)
        _discard(new)
        sync_folder(file.parent)
    return kept


async def _write(old: LogReader, new: Path, sealer: Sealer) -> None:
    log = await SqliteLog.open(new, sealer)
    try:
        await log.rename(old.log_id)
        heads = {}
        for stream in house_first(old.streams):
            verify(old.facts(stream, bodies=False))
            batch: list[Fact] = []
            for was, fact in _sealed(old, stream, sealer):
                batch.append(fact)
                heads[stream] = Head(was.position, was.received_at, digest(was))
                if len(batch) >= _AT_ONCE:
                    await log.append(batch)
                    batch = []
            await log.append(batch)
        await log.append([_told(await log.heads(), heads, old.log_id)])
    finally:
        await log.close()


def _sealed(old: LogReader, stream: str, sealer: Sealer) -> Iterator[tuple[Fact, Fact]]:
    """Yield each fact of a stream as it was, and as it stands in the new chain."""
    desk, before = Desk(Chain({}, lambda: 0), COMMANDS), Head()
    for was in old.facts(stream):
        fact = replace(was, prev_hash=before.digest, key_id=None, sealed=b"")
        if fact.secrecy is Secrecy.S0:
            scope = scope_of(fact, desk.evenings)
            fact = sealer.seal(fact, _CLEAR.get(fact.kind, ()), scope)
        before = Head(fact.position, fact.received_at, digest(fact))
        desk.load([replace(was, sealed=b"")])
        yield was, fact


def _told(now: dict[str, Head], was: dict[str, Head], log_id: str) -> Fact:
    """Return the fact that names the heads of the log as it was."""
    heads = {stream: [head.position, head.digest] for stream, head in sorted(was.items())}
    body = {"log_id": log_id, "heads": heads}
    return Chain(now, now_ms).place(LOG_SEALED.fact(RECORD, "log_sealed", body, client=SYSTEM))


def _compare(old: LogReader, new: Path, sealer: Sealer) -> None:
    """Raise LogError where the new log does not say what the old one says."""
    with LogReader(new, sealer) as found:
        for stream in {*found.streams, *old.streams}:
            if _said(found, stream) != _said(old, stream):
                raise LogError(f"{new}: {stream}: it was not written as it was read; the log is as it was, try again")


def _said(log: LogReader, stream: str) -> str:
    """Return the digest of what a stream says, without what tells of its sealing; "" where its chain breaks."""
    try:
        verify(log.facts(stream, bodies=False))
    except LogError:
        return ""
    return content(fact for fact in log.facts(stream) if fact.kind != LOG_SEALED.name)


def _settled(file: Path) -> None:
    """Carry over what waits beside a log, so that its file is whole by itself. Raises LogError."""
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        raise LogError(f"{file}: {error}; check disk and file") from error
    beside = file.with_name(f"{file.name}-wal")
    if beside.exists() and beside.stat().st_size:
        raise LogError(f"{beside} is in use: a program reads the log; end it, and try again")


def _discard(file: Path) -> None:
    for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm")), file.with_suffix(".lock")):
        each.unlink(missing_ok=True)
