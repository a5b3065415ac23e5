"""Commands that take back or correct earlier commands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from collector.secrecy import Secret
from collector.wire.base import (
    Message,
)
from collector.wire.command import TableCommand


class AmendChange(Message):
    """A change of an earlier command: seq is its position in the log, command replaces it, null takes it out.

    more: commands that happened right after it and were not entered.
    """

    seq: Annotated[int, Field(ge=1)]
    command: Secret[dict[str, Any]] | None = None
    more: Secret[list[dict[str, Any]]] = Field(default_factory=lambda: Secret[list[dict[str, Any]]]([]))


class Amend(TableCommand):
    """Corrects earlier commands, also of finished hands. Without the digest of its differences it is a preview."""

    type: Literal["amend"] = "amend"
    changes: tuple[AmendChange, ...]
    digest: str | None = None


class Undo(TableCommand):
    """Takes the last command of this hand back."""

    type: Literal["undo"] = "undo"


class Redo(TableCommand):
    """Takes the last undo back."""

    type: Literal["redo"] = "redo"
