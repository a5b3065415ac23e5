"""The web's side of the read model. Each method is one query; a page of hands is one index range."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Integer, and_, cast, exists, func, join, or_, outerjoin, select, tuple_
from sqlmodel import col

from collector.access.audit import COLLECTOR, Entry, Sought
from collector.access.live import LiveGrant, LivePlace
from collector.ports import Tables
from collector.readmodel.codec import decode, decode_counts
from collector.readmodel.store import Worker, open_engine
from collector.readmodel.tables import (
    AuditEntryRow,
    CursorRow,
    EventRow,
    HandCountsRow,
    HandRow,
    LiveRow,
    PlayerCountsRow,
    PlayerRow,
    ReleasedCardsRow,
    ReleasedStoryRow,
    TableRow,
    audit_of,
)
from collector.records.hands import HandPlace, HandRecord, ReleasedCards
from collector.records.players import EventFigures, PlayerRecord, TableRecord
from collector.records.statistics import Counts
from collector.system import ALONE, Sharing
from collector.texts import cleaned

_THREADS = 2


class ReadModelQueries:
    """Implements HandQueries. Open it once; it keeps its own connections."""

    def __init__(self, url: str, sharing: Sharing = ALONE) -> None:
        self._worker = Worker(open_engine(url, sharing), "readmodel-reader", threads=_THREADS)

    async def ping(self) -> None:
        """Return when the store answers."""
        await self.knows_event("")

    async def knows_event(self, event_id: str, within: Tables = None) -> bool:
        """Return whether the event was recorded or has hands; within tables: whether one of them has played in it."""
        if within is None:
            played, known = exists().where(col(HandRow.event_id) == event_id), col(EventRow.event_id) == event_id
        else:
            played = exists().where(col(HandRow.event_id) == event_id, col(HandRow.table_id).in_(within))
            known = and_(col(TableRow.event_id) == event_id, col(TableRow.table_id).in_(within))
        question = select(or_(exists().where(known), played))

        def work() -> bool:
            with self._worker.engine.connect() as connection:
                return bool(connection.execute(question).scalar())

        return await self._worker.run(work)

    async def hands(
        self,
        event_id: str,
        *,
        limit: int,
        newest_first: bool = True,
        after: HandPlace | None = None,
        within: Tables = None,
    ) -> list[HandRecord]:
        """Return up to `limit` hands behind `after`, in the order in which they ended or the reverse."""
        order = (col(HandRow.ended_at), col(HandRow.hand_number), col(HandRow.hand_id))
        question = select(col(HandRow.record)).where(col(HandRow.event_id) == event_id).limit(limit)
        if within is not None:
            question = question.where(_at(col(HandRow.table_id), within))
        if after is not None:
            # Row values ("keyset"): the index leads to the place, however deep the page is.
            here, there = tuple_(*order), tuple_(after.ended_at, after.hand_number, after.hand_id)
            question = question.where(here < there if newest_first else here > there)
        question = question.order_by(*(part.desc() if newest_first else part.asc() for part in order))

        def work() -> list[HandRecord]:
            with self._worker.engine.connect() as connection:
                return [decode(text) for text in connection.execute(question).scalars()]

        return await self._worker.run(work)

    async def hand(self, event_id: str, hand_id: str) -> HandRecord | None:
        """Return one hand, or None if the event holds no such hand."""
        question = select(col(HandRow.record)).where(col(HandRow.hand_id) == hand_id, col(HandRow.event_id) == event_id)

        def work() -> HandRecord | None:
            with self._worker.engine.connect() as connection:
                text = connection.execute(question).scalar()
                return None if text is None else decode(text)

        return await self._worker.run(work)

    async def story(self, event_id: str, hand_id: str, audience: str) -> str | None:
        """Return a hand's story as JSON as an audience knows it, or None if the event holds no such hand."""
        told = col(ReleasedStoryRow.hand_id) == col(HandRow.hand_id), col(ReleasedStoryRow.audience) == audience
        question = (
            select(func.coalesce(col(ReleasedStoryRow.story), col(HandRow.story)))
            .select_from(outerjoin(HandRow, ReleasedStoryRow, and_(*told)))
            .where(col(HandRow.hand_id) == hand_id, col(HandRow.event_id) == event_id)
        )

        def work() -> str | None:
            with self._worker.engine.connect() as connection:
                found: str | None = connection.execute(question).scalar()
                return found

        return await self._worker.run(work)

    async def released(self, hand_ids: Collection[str], audience: str) -> Mapping[str, Sequence[ReleasedCards]]:
        """Return the hidden cards that are released to an audience, by hand; a hand without any is not there."""
        row = ReleasedCardsRow
        columns = (col(row.hand_id), col(row.seat), col(row.cards), col(row.made))
        question = select(*columns).where(col(row.hand_id).in_(hand_ids), col(row.audience) == audience)

        def work() -> Mapping[str, Sequence[ReleasedCards]]:
            found: dict[str, list[ReleasedCards]] = {}
            with self._worker.engine.connect() as connection:
                for hand_id, seat, cards, made in connection.execute(question):
                    each = tuple(cards[at : at + 2] for at in range(0, len(cards), 2))
                    found.setdefault(hand_id, []).append(ReleasedCards(seat, each, made))
            return found

        return await self._worker.run(work)

    async def players(self, event_id: str, within: Tables = None) -> list[PlayerRecord]:
        """Return the players of an event, by id: within tables, those who sit or played there, with what was there."""
        question = _players().where(col(PlayerRow.event_id) == event_id).order_by(col(PlayerRow.player_id))

        def work() -> list[PlayerRecord]:
            with self._worker.engine.connect() as connection:
                found = [_player(*row) for row in connection.execute(question)]
                return found if within is None else _seen_from(connection, event_id, found, within)

        return await self._worker.run(work)

    async def player(self, event_id: str, player_id: str, within: Tables = None) -> PlayerRecord | None:
        """Return one player, or None."""
        question = _players().where(col(PlayerRow.event_id) == event_id, col(PlayerRow.player_id) == player_id)

        def work() -> PlayerRecord | None:
            with self._worker.engine.connect() as connection:
                found = [_player(*row) for row in connection.execute(question)]
                if within is not None:
                    found = _seen_from(connection, event_id, found, within)
                return found[0] if found else None

        return await self._worker.run(work)

    async def figures(self, event_id: str, within: Tables = None) -> EventFigures:
        """Return an event in figures; of the whole event, from indexes alone."""
        hands = select(
            func.count(),
            func.coalesce(func.sum(col(HandRow.total_pot)), 0),
            func.max(col(HandRow.total_pot)),
            func.coalesce(func.sum(cast(col(HandRow.showdown), Integer)), 0),
            func.min(col(HandRow.started_at)),
            func.max(col(HandRow.ended_at)),
        ).where(col(HandRow.event_id) == event_id, col(HandRow.void).is_(False))
        seats = select(func.count(), func.coalesce(func.sum(col(PlayerRow.stack)), 0)).where(
            col(PlayerRow.event_id) == event_id, col(PlayerRow.table_id).is_not(None), col(PlayerRow.stack) > 0
        )
        told = select(func.max(col(TableRow.remaining))).where(col(TableRow.event_id) == event_id)
        if within is not None:
            hands = hands.where(_at(col(HandRow.table_id), within))
            seats = seats.where(_at(col(PlayerRow.table_id), within))
            told = told.where(_at(col(TableRow.table_id), within))

        def work() -> EventFigures:
            with self._worker.engine.connect() as connection:
                played = connection.execute(hands).one()
                seated, stacks = connection.execute(seats).one()
                remaining = connection.execute(told).scalar()
                left = seated if remaining is None else remaining
                return EventFigures(*played, remaining=left, seated=seated, stacks=stacks)

        return await self._worker.run(work)

    async def tables(self) -> list[TableRecord]:
        """Return all tables, by id."""
        question = select(col(TableRow.table_id), col(TableRow.event_id), col(TableRow.name)).order_by(
            col(TableRow.table_id)
        )

        def work() -> list[TableRecord]:
            with self._worker.engine.connect() as connection:
                rows = connection.execute(question)
                return [TableRecord(table_id, event_id, cleaned(name)) for table_id, event_id, name in rows]

        return await self._worker.run(work)

    async def audit(self, sought: Sought) -> list[Entry]:
        """Return entries of the audit that come from the log, the newest first."""
        at, stream, number = (col(AuditEntryRow.at), col(AuditEntryRow.stream), col(AuditEntryRow.number))
        question = select(AuditEntryRow.__table__).where(at >= sought.since)  # type: ignore[attr-defined]
        for column, asked in (
            (col(AuditEntryRow.who), sought.who),
            (col(AuditEntryRow.what), sought.what),
            (col(AuditEntryRow.table_id), sought.table_id),
        ):
            question = question.where(column == asked) if asked else question
        if sought.until is not None:
            question = question.where(at < sought.until)
        if sought.within is not None:
            question = question.where(col(AuditEntryRow.table_id).in_(sought.within))
        if sought.before is not None:
            place = sought.before
            there = (place.at, place.stream, place.number) if place.source == COLLECTOR else (place.at + 1, "", 0)
            question = question.where(tuple_(at, stream, number) < tuple_(*there))
        return await self._entries(question.order_by(at.desc(), stream.desc(), number.desc()).limit(sought.limit))

    async def audit_of(self, stream: str, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries of one stream of the log behind a position, in order."""
        own, number = col(AuditEntryRow.stream) == stream, col(AuditEntryRow.number)
        question = select(AuditEntryRow.__table__).where(own, number > after)  # type: ignore[attr-defined]
        return await self._entries(question.order_by(number).limit(limit))

    async def audited(self, stream: str) -> int:
        """Return the position up to which a stream has been looked at for entries of the audit; 0 before the first."""
        question = select(col(CursorRow.position)).where(col(CursorRow.stream) == audit_of(stream))

        def work() -> int:
            with self._worker.engine.connect() as connection:
                return connection.execute(question).scalar() or 0

        return await self._worker.run(work)

    async def _entries(self, question: Any) -> list[Entry]:  # noqa: ANN401 - a select of these rows
        def work() -> list[Entry]:
            with self._worker.engine.connect() as connection:
                return [_entry(row) for row in connection.execute(question)]

        return await self._worker.run(work)

    async def live(self) -> list[LivePlace]:
        """Return the grants of live channels, those too that have ended."""
        question = select(LiveRow.__table__)  # type: ignore[attr-defined]

        def work() -> list[LivePlace]:
            with self._worker.engine.connect() as connection:
                rows = connection.execute(question).all()
                return [LivePlace(row.event_id, row.table_id, LiveGrant(row.to, row.until, row.by)) for row in rows]

        return await self._worker.run(work)

    def close(self) -> None:
        """Close the store."""
        self._worker.close()


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row of the database
    details = json.loads(row.details)
    return Entry(COLLECTOR, row.stream, row.number, row.at, row.who, row.what, row.about, row.table_id, details)


def _at(column: Any, within: frozenset[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    """Return the condition that a row is of some tables. One table is asked for by itself: it has an index."""
    return column == next(iter(within)) if len(within) == 1 else column.in_(within)


def _seen_from(
    connection: Connection, event_id: str, players: list[PlayerRecord], within: frozenset[str]
) -> list[PlayerRecord]:
    """Return players as some tables know them: where they sit now if it is there, and counts of hands played there."""
    question = (
        select(col(HandCountsRow.player_id), col(HandCountsRow.counts))
        .select_from(join(HandCountsRow, HandRow, col(HandCountsRow.hand_id) == col(HandRow.hand_id)))
        .where(
            col(HandCountsRow.event_id) == event_id,
            col(HandCountsRow.player_id).in_([player.player_id for player in players]),
            _at(col(HandRow.table_id), within),
        )
    )
    counted: dict[str, Counts] = {}
    for player_id, text in connection.execute(question):
        counted[player_id] = counted.get(player_id, Counts()) + decode_counts(text)
    found = []
    for player in players:
        sits, counts = player.table_id in within, counted.get(player.player_id)
        if sits:
            found.append(replace(player, counts=counts))
        elif counts is not None:
            found.append(replace(player, counts=counts, table_id=None, seat=None, stack=0))
    return found


def _players() -> Any:  # noqa: ANN401 - a select of seven columns
    """Every player with its counts, if it has any."""
    same = and_(
        col(PlayerCountsRow.event_id) == col(PlayerRow.event_id),
        col(PlayerCountsRow.player_id) == col(PlayerRow.player_id),
    )
    return select(
        col(PlayerRow.player_id),
        col(PlayerRow.name),
        col(PlayerRow.table_id),
        col(PlayerRow.seat),
        col(PlayerRow.stack),
        col(PlayerRow.starting_stack),
        col(PlayerCountsRow.counts),
    ).select_from(outerjoin(PlayerRow, PlayerCountsRow, same))


def _player(*row: Any) -> PlayerRecord:  # noqa: ANN401 - columns of the database
    player_id, name, table_id, seat, stack, starting_stack, counts = row
    found = decode_counts(counts) if counts else None
    return PlayerRecord(player_id, cleaned(name), table_id, seat, stack, starting_stack, found)
