"""Finished hands and seats to the read model, off the commit path. A slow read model never holds up a table."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from collector.errors import ReadModelError
from collector.facts.fact import HOUSE
from collector.histories.hiding import without_hidden
from collector.histories.storyjson import story_out
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.auditing import Auditing
from collector.pipeline.desk import Batch, Change, Desk
from collector.ports import Log, Projection
from collector.records.hands import HandDetails, HandRecord, ReleasedHand, released_cards, tabled_only
from collector.records.players import PlayerPlace
from collector.records.statistics import of_hand
from collector.table.finished.record import record_of
from collector.table.finished.story import story_of
from collector.table.fold import opens_table
from collector.table.play import Play
from collector.table.releasing import Freed
from collector.table.state import Table

log = logger_of(__name__)
_RETRY_S = 1.0
AT_ONCE: Final = 64
"""Hands of one transaction. Making their rows takes a thread's turn of Python, and a table wants its own meanwhile."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A hand that was put away or corrected, and the position of the fact that did it."""

    table: Table
    play: Play
    through: int


@dataclass(frozen=True, slots=True)
class Released:
    """Hidden cards of a hand that become known, and the position of the fact that did it."""

    table: Table
    freed: Freed
    through: int


_Hand = Ended | Released


@dataclass(frozen=True, slots=True)
class _Live:
    """Who may hear a table live has changed, or is not known to the read model yet."""

    table: Table


_Item = _Hand | Table | _Live | tuple[str, ...]


class Projector:
    """Writes what it is given in order, again and again until the store takes it. source: the log, for its audit."""

    def __init__(self, store: Projection, metrics: Metrics, source: Log | None = None) -> None:
        self._store = store
        self._metrics = metrics
        self._waiting: asyncio.Queue[_Item] = asyncio.Queue()
        self.audit = Auditing(store, source)

    def loaded(self, desk: Desk, ended: Iterable[_Hand], done: Mapping[str, int]) -> None:
        """Queue what the log holds and the read model does not. `done`: how far each table's stream is projected."""
        self.hands(each for each in ended if each.through > done[each.table.table_id])
        self.house(desk)
        self.audit.loaded(desk.positions)
        for table in desk.tables.values():
            self.seats(table)
            self._waiting.put_nowait(_Live(table))

    def committed(self, batch: Batch, desk: Desk) -> None:
        """Queue what a committed batch changed: finished hands, names, seats; and who did what."""
        self.audit.committed(batch.facts)
        self.hands(each for change in batch.changes for each in hands_of(change))
        if any(fact.stream == HOUSE or opens_table(fact) for fact in batch.facts):
            self.house(desk)
        for table_id in _seats_changed(batch):
            self.seats(desk.tables[table_id])
        for change in batch.changes:
            if change.before.live is not change.outcome.table.live:
                self._waiting.put_nowait(_Live(change.outcome.table))

    def hands(self, ended: Iterable[_Hand]) -> None:
        """Queue finished hands, and what becomes known of them."""
        for each in ended:
            self._waiting.put_nowait(each)

    def seats(self, table: Table) -> None:
        """Queue who sits at a table now."""
        self._waiting.put_nowait(table)

    def house(self, desk: Desk) -> None:
        """Queue names of events and tables."""
        for event_id, name in desk.house.events.items():
            self._waiting.put_nowait(("event", event_id, name))
        for table_id, event_id in desk.house.tables.items():
            table = desk.tables.get(table_id)
            self._waiting.put_nowait(("table", table_id, event_id, table.name if table else table_id))

    async def run(self) -> None:
        """Write for ever."""
        while True:
            items = [await self._waiting.get()]
            while len(items) < AT_ONCE and not self._waiting.empty():
                items.append(self._waiting.get_nowait())
            self._metrics.records.set(len(items) + self._waiting.qsize())
            while not await self._written(items):  # noqa: ASYNC110 - there is nothing to be told by
                await asyncio.sleep(_RETRY_S)
            self._metrics.records.set(self._waiting.qsize())

    async def _written(self, items: list[_Item]) -> bool:
        try:
            await self._hands([item for item in items if isinstance(item, Ended | Released)])
            for item in items:
                if isinstance(item, tuple) and item[0] == "event":
                    await self._store.put_event(item[1], item[2])
                elif isinstance(item, tuple):
                    await self._store.put_table(item[1], item[2], item[3])
            for each in {item.table.table_id: item.table for item in items if isinstance(item, _Live)}.values():
                await self._store.put_live(each.table_id, each.event_id, each.live.values())
            for table in {item.table_id: item for item in items if isinstance(item, Table)}.values():
                await self._seats(table)
        except ReadModelError as error:
            log_event(log, "ERROR", "projection_failed", error=error, waiting=len(items), retry_s=_RETRY_S)
            return False
        return True

    async def _hands(self, hands: list[_Hand]) -> None:
        """Write finished hands and releases in one transaction: the cursor is of both."""
        if not hands:
            return
        ended = [each for each in hands if isinstance(each, Ended)]
        released = [each for each in hands if isinstance(each, Released)]
        rows = await asyncio.to_thread(lambda: [_rows(each) for each in ended])
        freed = await asyncio.to_thread(lambda: [_freed(each) for each in released])
        through: dict[str, int] = {}
        for each in hands:
            stream = each.table.table_id
            through[stream] = max(each.through, through.get(stream, 0))
        details = {record.hand_id: found for record, found in rows}
        await self._store.put([record for record, _ in rows], details=details, released=freed, through=through)

    async def _seats(self, table: Table) -> None:
        seats = [PlayerPlace(who.player_id, who.name, seat, who.stack) for seat, who in sorted(table.seated.items())]
        remaining = table.tournament.remaining
        await self._store.put_seats(table.table_id, table.event_id, seats, remaining=remaining)


def hands_of(change: Change) -> list[_Hand]:
    """Return the hands that a fact put away or corrected, and then what became known by it."""
    outcome, through = change.outcome, change.fact.position
    ended = [Ended(outcome.table, play, through) for play in outcome.ended]
    return [*ended, *(Released(outcome.table, freed, through) for freed in outcome.released)]


def _seats_changed(batch: Batch) -> list[str]:
    """Return the tables where somebody sits elsewhere, or with other chips, than before."""
    found = [
        change.stream
        for change in batch.changes
        if change.before.seated is not change.outcome.table.seated
        or change.before.tournament is not change.outcome.table.tournament
    ]
    return list(dict.fromkeys(found))


def _rows(ended: Ended) -> tuple[HandRecord, HandDetails]:
    """Return the record of a hand, what it adds to its players' counts, and its story: with tabled cards only."""
    play = ended.play
    record = record_of(ended.table, play)
    counts = {} if play.void else of_hand(play.hand)
    return tabled_only(record), HandDetails(counts, _story(play, record, ()))


def _freed(each: Released) -> ReleasedHand:
    """Return what a release tells: the cards of its seats, and the story as its audience may read it."""
    play, due = each.freed
    record, seats = record_of(each.table, play), due.seats
    return ReleasedHand(
        due.hand_id, str(due.audience), play.revision, released_cards(record, seats), _story(play, record, seats)
    )


def _story(play: Play, record: HandRecord, seats: Collection[int]) -> str:
    """Return the story of a hand as JSON with the cards that were tabled, and those of `seats`."""
    whole = story_out(story_of(play))
    if len(seats) < len(record.players):
        whole = without_hidden(whole, seats)
    return json.dumps(whole, separators=(",", ":"))
