"""Whether the audit is what it was: its entries against the digests and facts in the log. REST shows the entries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import typer

from collector.access.audit import AUDIT_DAY, Entry, entry_of
from collector.appstore import AppStore
from collector.facts.chain import verify as verify_chain
from collector.facts.fact import HOUSE
from collector.log.housekey import sealer_of
from collector.log.sqlite import LogReader, path_of
from collector.readmodel import ReadModelQueries
from collector.settings import load_settings
from collector.signin.days import differing
from tools.accounts import AsJson, Data, house, telling

VERB: Final = (29, "Check that the audit is what it was, by its digests in the log: `verify`.")
_PAGE: Final = 1000

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def group() -> None:
    """Who did what is under /api/v1/audit. Its entries have digests in the log, and its log has a chain."""


@app.command()
def verify(as_json: AsJson = False, data: Data = None) -> None:
    """Compare every entry with the log. Exits 1 where one was changed, added or taken away. EBS may run meanwhile."""
    with telling("audit verify"):
        settings = load_settings(data=data)
        with (
            house(data, changes=False) as here,
            LogReader(path_of(settings.log_url), sealer_of(settings.house_key_file)) as log,
        ):
            readmodel = ReadModelQueries(settings.readmodel_url, settings.sharing("collector"))
            with closing(readmodel):
                faults, told = _compared(here.store, log, readmodel)
    if as_json:
        typer.echo(json.dumps({"faults": faults, "checked": told}))
    else:
        for line in (*told, *faults):
            typer.echo(line)
    if faults:
        typer.echo("ebs audit verify: the audit is not what it was; find out who could write there", err=True)
        raise typer.Exit(1)


def _compared(store: AppStore, log: LogReader, readmodel: ReadModelQueries) -> tuple[list[str], list[str]]:
    """Return what differs, and what was compared. Raises LogError where the chain of the log itself is broken."""
    for stream in log.streams:
        verify_chain(log.facts(stream, bodies=False))
    days = [AUDIT_DAY.value(fact) for fact in log.facts(HOUSE) if fact.kind == AUDIT_DAY.name]
    wrong = set(differing(store, days))
    faults, told = [], []
    for day in days:
        what = f"{day.day}: entries {day.first} to {day.through} of the app store"
        if day in wrong:
            faults.append(f"{what} are not those that the log has the digest of")
        else:
            told.append(f"{what} are as the log has them")
    since = days[-1].through if days else 0
    faults += _newer(store, since, told)
    asyncio.run(_projected(log, readmodel, faults, told))
    return faults, told


def _newer(store: AppStore, since: int, told: list[str]) -> Iterator[str]:
    """Yield what is wrong with entries that have no digest yet: their numbers have no gap."""
    at, last = since, store.last_audit()
    while page := store.audit_after(at, _PAGE):
        for entry in page:
            if entry.number != at + 1:
                yield f"entries {at + 1} to {entry.number - 1} of the app store are missing"
            at = entry.number
    if at < last:
        yield f"entries {at + 1} to {last} of the app store are missing"
    elif at > since:
        told.append(f"entries {since + 1} to {at} of the app store have no digest yet: it comes when their day is over")


async def _projected(log: LogReader, readmodel: ReadModelQueries, faults: list[str], told: list[str]) -> None:
    """Compare the entries of the read model with the facts that they come from."""
    for stream in log.streams:
        through = await readmodel.audited(stream)
        facts = (fact for fact in log.facts(stream) if fact.position <= through)
        expected = {entry.number: entry for entry in map(entry_of, facts) if entry}
        found = await _all(readmodel, stream, through)
        wrong = sorted(n for n in expected.keys() | found.keys() if expected.get(n) != found.get(n))
        if wrong:
            faults.append(f"{stream}: the read model has other entries than the log, the first at {wrong[0]}")
        elif expected:
            told.append(f"{stream}: {len(expected)} entries of the read model are as the log has them")


async def _all(readmodel: ReadModelQueries, stream: str, through: int) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    at = 0
    while page := await readmodel.audit_of(stream, at, _PAGE):
        found |= {entry.number: entry for entry in page if entry.number <= through}
        at = page[-1].number
    return found
