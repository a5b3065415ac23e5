"""HandRecord to and from the text of its column. One value, one run of bytes."""

from __future__ import annotations

from pydantic import TypeAdapter

from collector.canonical import canonical
from collector.ports import HandRecord

_ADAPTER = TypeAdapter(HandRecord)


def encode(record: HandRecord) -> str:
    """Return the record as canonical JSON."""
    return canonical(_ADAPTER.dump_python(record, mode="json")).decode()


def decode(text: str) -> HandRecord:
    """Return the record that `encode` wrote."""
    return _ADAPTER.validate_json(text)
