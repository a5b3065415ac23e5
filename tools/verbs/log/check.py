"""Check a log and print what it folds to, without a broker. Two logs with the same digests give the same picture."""

from __future__ import annotations

import asyncio
import hashlib
import json as jsonlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import typer

from collector.canonical import canonical
from collector.errors import CollectorError, LogError
from collector.facts.chain import digest, verify
from collector.facts.fact import Fact
from collector.facts.seals import Sealer
from collector.facts.streams import every_stream
from collector.log.sqlite import LogReader, SqliteLog
from collector.pipeline.trailing import Trailing
from collector.table.commands import COMMANDS
from collector.table.fold import fold, open_table, opens_table
from collector.table.show.renderer import Renderer
from collector.wire.feeds import Channel
from tools.opener import HouseKey, opener_of

CHANNELS: Final[tuple[Channel, ...]] = ("public", "delayed", "live")


def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The log, as data/log.db.")],
    out: Annotated[Path | None, typer.Option(help="Folder for every message, one file a table and channel.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
    restored: Annotated[
        bool, typer.Option(help="This log is a backup: give it a new name, and nodes send again what they keep.")
    ] = False,
    house_key: HouseKey = None,
) -> None:
    """Check the chain of FILE and digest everything that it makes the collector publish. Stop the collector first.

    `head` is that of the chain, over what is on the disk. `content`, `public` and `live` are the same for a log in
    clear and for a sealed one. Messages of a live channel hold hole cards: keep --out where the log itself may lie.
    """
    try:
        report = asyncio.run(checked(file, out, opener_of(file, house_key)))
        if restored:
            asyncio.run(renew(file))
    except CollectorError as error:
        typer.echo(f"ebs log: {error}", err=True)
        raise typer.Exit(2) from error
    if not report:
        typer.echo(f"{file}: a log without facts; nothing was written to it yet", err=True)
    if json:
        typer.echo(jsonlib.dumps(report))
        return
    for stream, lines in report.items():
        typer.echo(f"{stream}: " + ", ".join(f"{name} {value}" for name, value in lines.items()))


async def checked(file: Path, out: Path | None, opener: Sealer) -> dict[str, dict[str, object]]:
    """Return facts and digests by stream; raise LogError where the chain is broken, or a body cannot be read."""
    is_a_log(file)
    log = await SqliteLog.open(file, opener)
    try:
        with LogReader(file) as chains:
            for stream in chains.streams:
                verify(chains.facts(stream, bodies=False))
        streams = await every_stream(log)
    finally:
        await log.close()
    return {stream: _report(stream, facts, out) for stream, facts in streams.items()}


async def renew(file: Path) -> None:
    """Give a log another name."""
    log = await SqliteLog.open(file)
    try:
        await log.renew()
    finally:
        await log.close()


def is_a_log(file: Path) -> None:
    """Look before opening: the log would make its tables in whatever database it is given."""
    if not file.is_file():
        raise LogError(f"{file}: there is no such file; give a log of EBS, as data/log.db")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise LogError(f"{file}: {error}; give a log, as data/log.db") from error
    if not {"facts", "meta"} <= tables:
        raise LogError(f"{file} is no log of EBS; give a log, as data/log.db")


def _report(stream: str, facts: list[Fact], out: Path | None) -> dict[str, object]:
    report: dict[str, object] = {"facts": len(facts)}
    if sealed := sum(fact.key_id is not None for fact in facts):
        report["sealed"] = sealed
    report |= {"head": digest(facts[-1]), "content": content(facts)}
    if opens_table(facts[0]):
        for channel in CHANNELS:
            messages = outputs(facts, channel)
            if not messages:
                continue  # a table without a delay has no delayed channel
            report[channel] = hashlib.sha256(b"\n".join(messages)).hexdigest()
            if out:
                out.mkdir(mode=0o700, parents=True, exist_ok=True)
                (out / f"{stream}.{channel}.jsonl").write_bytes(b"\n".join(messages) + b"\n")
    return report


def content(facts: Iterable[Fact]) -> str:
    """Return the SHA-256 of what facts say, in hex: the same one however they are kept on the disk."""
    found = hashlib.sha256()
    for fact in facts:
        key = fact.device_key
        said = [fact.kind, fact.schema, fact.secrecy.value, fact.trace_id, fact.cause, fact.received_at, fact.body]
        who = [[key.device, key.origin, key.seq] if key else None, fact.client, fact.command_id]
        found.update(canonical([fact.stream, fact.position, *said, *who]) + b"\n")
    return found.hexdigest()


def outputs(facts: list[Fact], channel: Channel) -> list[bytes]:
    """Return every event of a table's stream on a channel, and the state after each fact that it tells of.

    On `delayed` that is what was old enough by the last fact. Raises LogError, with the place, for a fact that cannot
    be folded.
    """
    renderer, last = Renderer(COMMANDS), facts[0]
    try:
        evening, trailing = open_table(last), Trailing(COMMANDS)
        messages = [] if channel == "delayed" else [renderer.state(evening.table, channel)]
        for last in facts[1:]:
            if channel == "delayed":
                trailing.before(last, evening.table)
            outcome = fold(COMMANDS, evening, last)
            told = [(outcome, evening.table)]
            if channel == "delayed":
                trailing.behind(last, outcome, evening)
                told = [(step.outcome, step.before) for step in trailing.taken()[0]]
            for each, before in told:
                messages += renderer.events(each, before, channel)
                messages.append(renderer.state(each.table, channel))
            evening = outcome.evening
    except Exception as error:  # a fact whose content was changed may fail anywhere in the fold
        raise LogError(
            f"{last.stream}: the fact at position {last.position} ({last.kind}) cannot be folded "
            f"({type(error).__name__}: {error}); restore the log from a backup, or use the version that wrote it"
        ) from error
    return messages
