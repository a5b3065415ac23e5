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
from tools.verbs.log import is_a_log

VERB: Final = (40, "Turn recorded hands into another format, from files or out of a log.")

_BROKEN = 2  # exit status when a hand could not be read or written


def main(
    files: Annotated[list[Path], typer.Argument(help="Hands in any format, or a collector's log.db.")],
    to: Annotated[str, typer.Option(help=f"Format: {', '.join(WRITERS)}.")] = "json",
    out: Annotated[Path | None, typer.Option(help="Folder for one file a hand; else all are printed.")] = None,
) -> None:
    """Convert FILES. Exits 2 if a hand cannot be read, or held by the format; the others are still written.

    A log holds all hole cards that were read, and so does what comes out of it. Stop its collector first.
    """
    if to not in WRITERS:
        typer.echo(f"--to {to}: no such format; give one of {', '.join(WRITERS)}", err=True)
        raise typer.Exit(_BROKEN)
    broken = False
    for story in _stories(files):
        try:
            if isinstance(story, BadHistory):
                raise story
            finished(story)  # what cannot be played is no hand
            _put(write(story, to), story, to, out)
        except BadHistory as error:
            typer.echo(error.message, err=True)
            broken = True
    if broken:
        raise typer.Exit(_BROKEN)


def _put(text: str, story: Story, to: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in story.id)
    (out / f"{name}.{SUFFIXES[to]}").write_text(text, encoding="utf-8")


def _stories(files: list[Path]) -> Iterator[Story | BadHistory]:
    for file in files:
        if file.suffix == ".db":
            yield from _logged(file)
        else:
            yield from stories_in(file)


def _logged(file: Path) -> Iterator[Story | BadHistory]:
    """Yield the finished hands of a log, table by table, as corrected; void ones are left out."""
    try:
        streams = asyncio.run(_streams(file))
    except CollectorError as error:
        yield BadHistory(str(file), str(error))
        return
    for facts in streams:
        evening = open_table(facts[0])
        for fact in facts[1:]:
            evening = fold(COMMANDS, evening, fact).evening
        yield from (story_of(play) for play in evening.closed if not play.void and play.hand.complete)


async def _streams(file: Path) -> list[list[Fact]]:
    is_a_log(file)
    log = await SqliteLog.open(file)
    try:
        return [facts for stream, facts in (await every_stream(log)).items() if opens_table(facts[0])]
    finally:
        await log.close()


if __name__ == "__main__":
    typer.run(main)
