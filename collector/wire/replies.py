"""The replies to commands, on `…/reply/{client}`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from collector.wire.base import (
    AtMost,
    CommandId,
    Line,
    Message,
    Name,
    Number,
    Seq,
    Word,
)


class Refusal(Message):
    """The reason why a command was not taken, and the commands that would be."""

    code: Word
    message: Line
    details: Annotated[dict[str, Any], AtMost(16)] = Field(default_factory=dict)


class Reply(Message):
    """The reply to a command, on `…/reply/{client}`. seq: its position in the log, if it was accepted."""

    v: Literal[1] = 1
    id: CommandId
    accepted: bool
    seq: Seq | None = None
    decision: Number | None = None
    hand_id: Name | None = None
    error: Refusal | None = None
