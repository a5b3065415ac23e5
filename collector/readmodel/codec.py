"""HandRecord to and from the text of its column. One value, one run of bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace

from pydantic import TypeAdapter

from collector.canonical import canonical
from collector.records.hands import HandRecord
from collector.records.statistics import Counts
from collector.texts import cleaned

_ADAPTER = TypeAdapter(HandRecord)


def encode(record: HandRecord) -> str:
    """Return the record as canonical JSON."""
    return canonical(_ADAPTER.dump_python(record, mode="json")).decode()


def decode(text: str) -> HandRecord:
    """Return the record that `encode` wrote. Names that an older version took as they came are cleaned."""
    record = _ADAPTER.validate_json(text)
    players = tuple(replace(player, name=cleaned(player.name)) for player in record.players)
    return record if players == record.players else replace(record, players=players)


def encode_counts(counts: Counts) -> str:
    """Return counts as canonical JSON, without those that are 0."""
    return canonical({name: count for name, count in asdict(counts).items() if count}).decode()


def decode_counts(text: str) -> Counts:
    """Return the counts that `encode_counts` wrote, also an older version's."""
    known = {each.name for each in fields(Counts)}
    return Counts(**{name: count for name, count in json.loads(text).items() if name in known})
