"""The web's side of the read model. Each method is one query; a page of hands is one index range."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, and_, cast, exists, func, or_, outerjoin, select, tuple_
from sqlmodel import col

from collector.readmodel.codec import decode, decode_counts
from collector.readmodel.store import Worker, open_engine
from collector.readmodel.tables import EventRow, HandRow, PlayerCountsRow, PlayerRow, TableRow
from collector.records.hands import HandPlace, HandRecord
from collector.records.players import EventFigures, PlayerRecord, TableRecord

_THREADS = 2


class ReadModelQueries:
    """Implements HandQueries. Open it once; it keeps its own connections."""

    def __init__(self, url: str) -> None:
        self._worker = Worker(open_engine(url), "readmodel-reader", threads=_THREADS)

    async def ping(self) -> None:
        """Return when the store answers."""
        await self.knows_event("")

    async def knows_event(self, event_id: str) -> bool:
        """Return whether the event was recorded or has hands."""
        question = select(
            or_(
                exists().where(col(EventRow.event_id) == event_id),
                exists().where(col(HandRow.event_id) == event_id),
            )
        )

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
        table_id: str | None = None,
    ) -> list[HandRecord]:
        """Return up to `limit` hands behind `after`, in the order in which they ended or the reverse."""
        order = (col(HandRow.ended_at), col(HandRow.hand_number), col(HandRow.hand_id))
        question = select(col(HandRow.record)).where(col(HandRow.event_id) == event_id).limit(limit)
        if table_id is not None:
            question = question.where(col(HandRow.table_id) == table_id)
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

    async def story(self, event_id: str, hand_id: str) -> str | None:
        """Return a hand's story as JSON, or None if the event holds no such hand."""
        question = select(col(HandRow.story)).where(col(HandRow.hand_id) == hand_id, col(HandRow.event_id) == event_id)

        def work() -> str | None:
            with self._worker.engine.connect() as connection:
                found: str | None = connection.execute(question).scalar()
                return found

        return await self._worker.run(work)

    async def players(self, event_id: str) -> list[PlayerRecord]:
        """Return the players of an event, by id."""
        question = _players().where(col(PlayerRow.event_id) == event_id).order_by(col(PlayerRow.player_id))

        def work() -> list[PlayerRecord]:
            with self._worker.engine.connect() as connection:
                return [_player(*row) for row in connection.execute(question)]

        return await self._worker.run(work)

    async def player(self, event_id: str, player_id: str) -> PlayerRecord | None:
        """Return one player, or None."""
        question = _players().where(col(PlayerRow.event_id) == event_id, col(PlayerRow.player_id) == player_id)

        def work() -> PlayerRecord | None:
            with self._worker.engine.connect() as connection:
                row = connection.execute(question).first()
                return _player(*row) if row else None

        return await self._worker.run(work)

    async def figures(self, event_id: str) -> EventFigures:
        """Return an event in figures, from indexes alone."""
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
                return [TableRecord(*row) for row in connection.execute(question)]

        return await self._worker.run(work)

    def close(self) -> None:
        """Close the store."""
        self._worker.close()


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
    return PlayerRecord(player_id, name, table_id, seat, stack, starting_stack, found)
