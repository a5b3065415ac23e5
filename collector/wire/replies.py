"""What comes back for a command, on `…/reply/{client}`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from collector.wire.base import (
    CommandId,
    Message,
    Name,
    Seq,
)


class Refusal(Message):
    """Why a command was not taken, and what would be."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)


class Reply(Message):
    """Answer to a command, on `…/reply/{client}`. Accepted: `seq` is its position in the log."""

    v: Literal[1] = 1
    id: CommandId
    accepted: bool
    seq: Seq | None = None
    decision: int | None = None
    hand_id: Name | None = None
    error: Refusal | None = None
