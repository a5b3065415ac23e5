"""Commands that take back or correct earlier commands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from collector.secrecy import Secret
from collector.wire.base import (
    FreeObject,
    Message,
    Seq,
)
from collector.wire.command import TableCommand


class AmendChange(Message):
    """A change of an earlier command: seq is its position in the log, command replaces it, null takes it out.

    more: commands that happened right after it and were not entered.
    """

    seq: Seq
    command: Secret[FreeObject] | None = None
    more: Secret[Annotated[list[FreeObject], Field(max_length=100)]] = Field(
        default_factory=lambda: Secret[list[dict[str, Any]]]([])
    )


class Amend(TableCommand):
    """Corrects earlier commands, also of finished hands. Without the digest of its differences it is a preview."""

    type: Literal["amend"] = "amend"
    changes: Annotated[tuple[AmendChange, ...], Field(max_length=100)]
    digest: Annotated[str, StringConstraints(max_length=64)] | None = None


class Undo(TableCommand):
    """Takes the last command of this hand back."""

    type: Literal["undo"] = "undo"


class Redo(TableCommand):
    """Takes the last undo back."""

    type: Literal["redo"] = "redo"
