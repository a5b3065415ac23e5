"""Turn recorded hands into another format: from files of any format, or out of a collector's log."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.errors import BadHistory, CollectorError
from collector.facts.fact import Fact
from collector.facts.streams import every_stream
from collector.histories.formats import SUFFIXES, WRITERS, stories_in, write
from collector.histories.story import Story, finished
from collector.log.sqlite import SqliteLog
from collector.table.commands import COMMANDS
from collector.table.finished.story import story_of
from collector.table.fold import fold, open_table, opens_table
from tools.choices import unknown
from tools.opener import HouseKey, opener_of
from tools.verbs.log.check import is_a_log

VERB: Final = (40, "Turn recorded hands into another format, from files or out of a log.")

_BROKEN = 2  # exit status when a hand could not be read or written


def main(
    files: Annotated[list[Path], typer.Argument(help="Hands in any format, or a collector's log.db.")],
    to: Annotated[str, typer.Option(help=f"Format: {', '.join(WRITERS)}.")] = "json",
    out: Annotated[Path | None, typer.Option(help="Folder for one file a hand; else all are printed.")] = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Take hands whose source has other sums.")] = False,
    house_key: HouseKey = None,
) -> None:
    """Convert FILES. Exits 2 if a hand cannot be read, or held by the format; the others are still written.

    A hand whose source states other pots, winnings or stacks than the rules give is refused; with --lenient it is
    written, and the differences are listed. A log holds all hole cards that were read, and so does what comes out of
    it. Stop its collector first.
    """
    if to not in WRITERS:
        typer.echo(f"ebs convert: --to: {unknown(to, WRITERS)}", err=True)
        raise typer.Exit(_BROKEN)
    written: set[str] = set()
    refused = [error for story in _stories(files, lenient, house_key) if (error := _converted(story, to, out, written))]
    if refused:
        raise typer.Exit(_BROKEN)


def _converted(story: Story | BadHistory, to: str, out: Path | None, written: set[str]) -> BadHistory | None:
    """Write a hand, and say what is to be said of it; return the error where it could not be written."""
    if isinstance(story, BadHistory):
        typer.echo(story.message, err=True)
        return story
    for line in story.differences:
        typer.echo(f"{story.id}: {line}; taken as it is", err=True)
    try:
        finished(story)  # what cannot be played is no hand
        _put(write(story, to), story, to, out, written)
    except BadHistory as error:
        typer.echo(error.message, err=True)
        return error
    except Exception as error:  # noqa: BLE001 - a fault of ours in one hand is no reason to lose the others
        told = BadHistory(story.id, f"was not written, by a fault of this program ({type(error).__name__} {error})")
        typer.echo(f"{told.message}; report it with its file", err=True)
        return told
    return None


def _put(text: str, story: Story, to: str, out: Path | None, written: set[str]) -> None:
    """Print a hand, or write it to a file of its own; one id twice gets a number behind it."""
    if out is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in story.id)
    names = (name, *(f"{name}-{count}" for count in range(2, len(written) + 3)))
    name = next(each for each in names if each not in written)
    written.add(name)
    file = out / f"{name}.{SUFFIXES[to]}"
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadHistory(str(file), f"cannot be written: {error.strerror}; check the folder and its rights") from error


def _stories(files: list[Path], lenient: bool, house_key: Path | None) -> Iterator[Story | BadHistory]:
    for file in files:
        if file.suffix.lower() == ".db":
            yield from _logged(file, house_key)
        else:
            yield from stories_in(file, lenient=lenient)


def _logged(file: Path, house_key: Path | None) -> Iterator[Story | BadHistory]:
    """Yield the finished hands of a log, table by table, as corrected; void ones are left out."""
    try:
        streams = asyncio.run(_streams(file, house_key))
    except CollectorError as error:
        yield BadHistory(str(file), str(error).removeprefix(f"{file}: "))
        return
    for facts in streams:
        evening = open_table(facts[0])
        for fact in facts[1:]:
            evening = fold(COMMANDS, evening, fact).evening
        yield from (
            story_of(play, evening.table.table_id) for play in evening.closed if not play.void and play.hand.complete
        )


async def _streams(file: Path, house_key: Path | None) -> list[list[Fact]]:
    is_a_log(file)
    log = await SqliteLog.open(file, opener_of(file, house_key))
    try:
        return [facts for stream, facts in (await every_stream(log)).items() if opens_table(facts[0])]
    finally:
        await log.close()


if __name__ == "__main__":
    typer.run(main)
