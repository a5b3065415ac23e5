"""A digest of each day's entries of the app store's audit, for the log: a changed entry shows by it.

The web and the verbs write the app store, and whoever may write a file can change it past all triggers. The log is
another file, of the collector alone where it runs as a user of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Final, Protocol

from collector.access.audit import AUDIT_DAY, AuditDay, Digest, Entry
from collector.canonical import timestamp
from collector.errors import AppStoreError
from collector.facts.fact import HOUSE, NewFact
from collector.logs import log_event, logger_of

log = logger_of(__name__)
LOOK_S: Final = 60.0
PAGE: Final = 1000
"""Entries that are read at once."""
DAY_MS: Final = 86_400_000


class Written(Protocol):
    """The part of the app store that is read here."""

    def audit_after(self, number: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries of the audit behind a number, in order."""


class AuditDays:
    """Run `run` as a task. known: up to where the log has a digest. note: puts a fact on record."""

    def __init__(
        self,
        store: Written,
        now_ms: Callable[[], int],
        *,
        known: Callable[[], AuditDay | None],
        note: Callable[[NewFact], None],
    ) -> None:
        self._store, self._now_ms, self._known, self._note = store, now_ms, known, note

    async def run(self) -> None:
        """Look for days that are over, for ever: whenever a day has begun, and at the start."""
        looked = -1
        while True:
            now = self._now_ms()
            try:
                if looked != now // DAY_MS:
                    if day := await asyncio.to_thread(over, self._store, self._known(), now):
                        self._note(AUDIT_DAY.fact(HOUSE, f"audit.{day.day}", day._asdict(), day))
                    looked = now // DAY_MS
            except AppStoreError as error:
                log_event(log, "WARNING", "audit_unread", error=error)
            await asyncio.sleep(LOOK_S)


def over(store: Written, known: AuditDay | None, now: int) -> AuditDay | None:
    """Return the digest up to the last entry of before this day (UTC), behind the digest that the log has.

    None where there is no such entry. Numbers are in the order of the commits and have no gaps. So each entry is in one
    digest, whatever its clock said: one of tomorrow, which a wrong clock wrote, holds nothing up.
    """
    today, after = now - now % DAY_MS, known.through if known else 0
    digest, found = Digest(known.digest if known else ""), None
    for entry in _behind(store, after):
        digest.add(entry)
        if entry.at < today:
            found = AuditDay(timestamp(entry.at)[:10], after + 1, entry.number, digest.hex())
    return found


def differing(store: Written, days: Iterable[AuditDay]) -> list[AuditDay]:
    """Return the days whose entries are not what the log has of them, or not all there any more."""
    found, before, last = [], "", 0
    for day in days:
        digest, at = Digest(before), day.first - 1
        for entry in takewhile(lambda each, end=day.through: each.number <= end, _behind(store, at)):  # type: ignore[misc]
            if entry.number != at + 1:
                break
            digest.add(entry)
            at = entry.number
        if (day.first, at, digest.hex()) != (last + 1, day.through, day.digest):
            found.append(day)
        before, last = day.digest, day.through
    return found


def _behind(store: Written, number: int) -> Iterator[Entry]:
    while page := store.audit_after(number, PAGE):
        yield from page
        number = page[-1].number
