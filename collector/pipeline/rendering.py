"""What draws the messages of a table: the pipeline knows when and where they go, not how they look."""

from __future__ import annotations

from typing import Protocol

from collector.table.fold import Outcome
from collector.table.state import Table, Warn
from collector.table.view import Channel


class Renderer(Protocol):
    """Draws messages as bytes. One renderer draws all messages of a process, so that it may keep what stays alike."""

    def state(self, table: Table, channel: Channel) -> bytes:
        """Return the full state of a table for a channel."""

    def events(self, outcome: Outcome, before: Table, channel: Channel) -> list[bytes]:
        """Return the events of a change for a channel, in order; `before` is the table before the change."""

    def alert(self, table: Table, warning: Warn, seq: int, trace_id: str) -> bytes:
        """Return an alert. `seq`: position of the fact behind it, or the table's last."""
