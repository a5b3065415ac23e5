"""Counts of players, kept up hand by hand: a hand's own counts go in, those of its earlier revision come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import col

from collector.readmodel.codec import decode_counts, encode_counts
from collector.readmodel.tables import HandCountsRow, HandRow, PlayerCountsRow
from collector.records.hands import HandRecord
from collector.records.statistics import Counts

Key = tuple[str, str]
"""Event and player."""


def count(connection: Connection, hands: Iterable[tuple[HandRecord, Mapping[str, Counts]]]) -> None:
    """Count hands in, before they are written; a revision that is older than the one that is there changes nothing."""
    totals: dict[Key, Counts] = {}
    for record, counts in hands:
        if _revision(connection, record.hand_id) > record.revision:
            continue
        before = _counted(connection, record.hand_id)
        for player_id in sorted({*before, *counts}):
            key = (record.event_id, player_id)
            total = totals.get(key) or _total(connection, key)
            totals[key] = total + counts.get(player_id, Counts()) - before.get(player_id, Counts())
        _keep(connection, record, counts)
    for key, total in totals.items():
        _write(connection, key, total)


def _revision(connection: Connection, hand_id: str) -> int:
    return connection.execute(select(col(HandRow.revision)).where(col(HandRow.hand_id) == hand_id)).scalar() or 0


def _counted(connection: Connection, hand_id: str) -> dict[str, Counts]:
    question = select(col(HandCountsRow.player_id), col(HandCountsRow.counts))
    rows = connection.execute(question.where(col(HandCountsRow.hand_id) == hand_id))
    return {player_id: decode_counts(text) for player_id, text in rows}


def _keep(connection: Connection, record: HandRecord, counts: Mapping[str, Counts]) -> None:
    connection.execute(delete(HandCountsRow).where(col(HandCountsRow.hand_id) == record.hand_id))
    here = {"hand_id": record.hand_id, "event_id": record.event_id}
    rows = [{**here, "player_id": who, "counts": encode_counts(what)} for who, what in counts.items()]
    if rows:
        connection.execute(insert(HandCountsRow), rows)


def _total(connection: Connection, key: Key) -> Counts:
    question = select(col(PlayerCountsRow.counts))
    event, player = col(PlayerCountsRow.event_id) == key[0], col(PlayerCountsRow.player_id) == key[1]
    text = connection.execute(question.where(event, player)).scalar()
    return decode_counts(text) if text else Counts()


def _write(connection: Connection, key: Key, total: Counts) -> None:
    event, player = col(PlayerCountsRow.event_id) == key[0], col(PlayerCountsRow.player_id) == key[1]
    connection.execute(delete(PlayerCountsRow).where(event, player))
    row = {"event_id": key[0], "player_id": key[1], "counts": encode_counts(total)}
    connection.execute(insert(PlayerCountsRow), [row])


def recounted(connection: Connection, event_id: str) -> dict[str, Counts]:
    """Return what the counts of an event must be, from its hands alone."""
    found: dict[str, Counts] = {}
    question = select(col(HandCountsRow.player_id), col(HandCountsRow.counts))
    for player_id, text in connection.execute(question.where(col(HandCountsRow.event_id) == event_id)):
        found[player_id] = found.get(player_id, Counts()) + decode_counts(text)
    return found
