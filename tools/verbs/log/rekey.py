"""Exchange the house key of a log, while its collector runs too: keys are wrapped anew, facts stay as they are."""

from __future__ import annotations

import asyncio
import secrets
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.errors import CollectorError, LogError
from collector.facts.seals import KEY_BYTES, HouseKeys
from collector.log.housekey import HouseKeyFile, read_keys, sealer_of, write_keys
from collector.log.keeping import rewrapped
from collector.log.sqlite import LogReader, SqliteLog
from tools.opener import HouseKey, house_key_of
from tools.verbs.log.check import is_a_log

_WAITS_S: Final = 60.0
_LOOK_S: Final = 0.2


def rekey(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The log, as data/log.db.")],
    house_key: HouseKey = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Make no new key: take out of the file what this log needs no more.")
    ] = False,
) -> None:
    """Put a new house key first into its file, and have all keys of FILE wrapped under it.

    The old key stays in the file, behind the new one: older backups of the log need it. A collector that runs does the
    work. A credential of systemd is not written: put a new line first yourself, and restart the unit.
    """
    try:
        is_a_log(file)
        key = house_key_of(file, house_key)
        typer.echo(_forgotten(file, key) if forget else asyncio.run(_exchanged(file, key)))
    except CollectorError as error:
        typer.echo(f"ebs log rekey: {error}", err=True)
        raise typer.Exit(2) from error


async def _exchanged(file: Path, key: HouseKeyFile) -> str:
    known = read_keys(key.path)
    new = secrets.token_bytes(KEY_BYTES)
    write_keys(key.path, [new, *known])
    house_key = HouseKeys([new]).current
    try:
        log = await SqliteLog.open(file, sealer_of(key))
    except LogError:  # a collector has it
        _wait(file, house_key)
    else:
        try:
            await rewrapped(log)
        finally:
            await log.close()
    return f"{file} has the house key {house_key}. Back {key.path} up now, and not beside the log"


def _wait(file: Path, house_key: str) -> None:
    """Wait until the collector has wrapped all keys. Raises LogError where it does not."""
    ends = time.monotonic() + _WAITS_S
    while True:
        with LogReader(file) as log:
            if not log.house_keys().keys() - {house_key}:
                return
        if time.monotonic() > ends:
            raise LogError(f"{file}: its collector has not taken the new house key; look into its log, nothing is lost")
        time.sleep(_LOOK_S)


def _forgotten(file: Path, key: HouseKeyFile) -> str:
    known = read_keys(key.path)
    with LogReader(file) as log:
        needed = log.house_keys().keys()
    kept = [each for place, each in enumerate(known) if place == 0 or HouseKeys([each]).current in needed]
    write_keys(key.path, kept)
    return f"{len(known) - len(kept)} keys taken out of {key.path}, {len(kept)} left"
