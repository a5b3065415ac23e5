"""What a fact does: the table after it, what there is to tell, what the floor should hear, which hands it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collector.table.play import Play
from collector.table.state import Table


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell. `public` is S1. `secret` holds what only the live channel may add."""

    kind: str
    public: Mapping[str, object] | None
    secret: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Warn:
    """Something for the floor: what is wrong, where, what to do. Names no hidden card."""

    code: str
    message: str
    severity: str = "warning"
    device: str | None = None
    antenna: str | None = None
    seat: int | None = None
    flagged: bool = False  # waits for an answer, by the position of its fact


class Effect(NamedTuple):
    """What a fact did to a table. closed: hands that it put away."""

    table: Table
    happenings: tuple[Happening, ...] = ()
    warnings: tuple[Warn, ...] = ()
    closed: tuple[Play, ...] = ()


UPDATED = (Happening("table_update", {}),)
"""The table is another one; its state says how."""
