"""Counts of players, kept up hand by hand: a hand's own counts go in, those of its earlier revision come out.

A batch of hands asks for all that it needs in three questions, and writes in four statements, however many they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_
from sqlmodel import col

from collector.readmodel.codec import decode_counts, encode_counts
from collector.readmodel.tables import HandCountsRow, HandRow, PlayerCountsRow
from collector.records.hands import HandRecord
from collector.records.statistics import Counts

Key = tuple[str, str]
"""Event and player."""
T = TypeVar("T")
AT_ONCE: Final = 400
"""Values in one statement: SQLite before 3.32 takes 999 of them, and a key has two."""


def count(connection: Connection, hands: Iterable[tuple[HandRecord, Mapping[str, Counts]]]) -> None:
    """Count hands in, before they are written; a revision that is older than the one that is there changes nothing."""
    given = list(hands)
    revisions = _revisions(connection, [record.hand_id for record, _ in given])
    newest: dict[str, tuple[HandRecord, Mapping[str, Counts]]] = {}
    for record, counts in given:
        if revisions.get(record.hand_id, 0) <= record.revision:
            revisions[record.hand_id] = record.revision
            newest[record.hand_id] = record, counts
    before = _counted(connection, list(newest))
    changes = [_change(*hand, before.get(hand_id, {})) for hand_id, hand in newest.items()]
    totals = _totals(connection, list(dict.fromkeys(key for change in changes for key in change)))
    for change in changes:
        for key, (added, taken) in change.items():
            totals[key] = totals.get(key, Counts()) + added - taken
    _keep(connection, list(newest.values()))
    _write(connection, totals)


def _change(
    record: HandRecord, counts: Mapping[str, Counts], before: Mapping[str, Counts]
) -> dict[Key, tuple[Counts, Counts]]:
    """Return what a hand adds to each player's counts, and what its earlier revision had added."""
    return {
        (record.event_id, player_id): (counts.get(player_id, Counts()), before.get(player_id, Counts()))
        for player_id in sorted({*before, *counts})
    }


def _revisions(connection: Connection, hand_ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _parts(hand_ids):
        rows = connection.execute(
            select(col(HandRow.hand_id), col(HandRow.revision)).where(col(HandRow.hand_id).in_(some))
        )
        found.update((hand_id, revision) for hand_id, revision in rows)
    return found


def _counted(connection: Connection, hand_ids: Sequence[str]) -> dict[str, dict[str, Counts]]:
    """Return what each hand counted for its players until now."""
    found: dict[str, dict[str, Counts]] = {}
    question = select(col(HandCountsRow.hand_id), col(HandCountsRow.player_id), col(HandCountsRow.counts))
    for some in _parts(hand_ids):
        for hand_id, player_id, text in connection.execute(question.where(col(HandCountsRow.hand_id).in_(some))):
            found.setdefault(hand_id, {})[player_id] = decode_counts(text)
    return found


def _totals(connection: Connection, keys: Sequence[Key]) -> dict[Key, Counts]:
    found: dict[Key, Counts] = {}
    question = select(col(PlayerCountsRow.event_id), col(PlayerCountsRow.player_id), col(PlayerCountsRow.counts))
    for some in _parts(keys):
        for event_id, player_id, text in connection.execute(question.where(_these(some))):
            found[event_id, player_id] = decode_counts(text)
    return found


def _keep(connection: Connection, hands: Sequence[tuple[HandRecord, Mapping[str, Counts]]]) -> None:
    for some in _parts([record.hand_id for record, _ in hands]):
        connection.execute(delete(HandCountsRow).where(col(HandCountsRow.hand_id).in_(some)))
    rows = [
        {"hand_id": record.hand_id, "event_id": record.event_id, "player_id": who, "counts": encode_counts(what)}
        for record, counts in hands
        for who, what in counts.items()
    ]
    if rows:
        connection.execute(insert(HandCountsRow), rows)


def _write(connection: Connection, totals: Mapping[Key, Counts]) -> None:
    for some in _parts(list(totals)):
        connection.execute(delete(PlayerCountsRow).where(_these(some)))
    rows = [
        {"event_id": event_id, "player_id": player_id, "counts": encode_counts(total)}
        for (event_id, player_id), total in totals.items()
    ]
    if rows:
        connection.execute(insert(PlayerCountsRow), rows)


def _these(keys: Sequence[Key]) -> ColumnElement[bool]:
    return tuple_(col(PlayerCountsRow.event_id), col(PlayerCountsRow.player_id)).in_(keys)


def _parts(values: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def recounted(connection: Connection, event_id: str) -> dict[str, Counts]:
    """Return what the counts of an event must be, from its hands alone."""
    found: dict[str, Counts] = {}
    question = select(col(HandCountsRow.player_id), col(HandCountsRow.counts))
    for player_id, text in connection.execute(question.where(col(HandCountsRow.event_id) == event_id)):
        found[player_id] = found.get(player_id, Counts()) + decode_counts(text)
    return found
