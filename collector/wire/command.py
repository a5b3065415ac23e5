"""What every command has: its version and id, and for a table what it was decided on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.wire.base import CommandId, Message, Name


class Command(Message):
    """Fields of every command. The console makes `id`; sending it again gives the same reply."""

    v: Literal[1] = 1
    id: CommandId


class HouseCommand(Command):
    """A command of no one table."""


class TableCommand(Command):
    """A command to a table. With `decision`, it is refused when the table has moved on since."""

    hand_id: Name | None = None
    decision: Annotated[int | None, Field(ge=0)] = None
    override: bool = False
