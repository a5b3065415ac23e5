"""The fields that every command has, and the one type by which the commands of a room are parsed.

Consoles send commands on `table/{table}/command/{client}` and `house/command/{client}`. The topic says who sent a
command and to which table; the payload never does. One model per type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import Field, TypeAdapter, ValidationError

from collector.wire.base import CommandId, Count, Message, Name, Word

C = TypeVar("C", bound="Command")


class Command(Message):
    """Fields of every command. The console makes `id`; sending it again gives the same reply."""

    v: Literal[1] = 1
    type: Word
    id: CommandId


class HouseCommand(Command):
    """A command of no one table."""


class TableCommand(Command):
    """A command to a table. With `decision`, it is refused if the table has moved on since that decision."""

    hand_id: Name | None = None
    decision: Count | None = None
    override: bool = False


def type_of(model: type[Command]) -> str:
    """Return the `type` of a command model."""
    return str(model.model_fields["type"].default)


@cache
def names_a_list(model: type[Command]) -> bool:
    """Tell whether payloads of a model hold a list or an object, so that one of them can say very much."""
    return any(_holds_many(field.annotation) for field in model.model_fields.values())


def _holds_many(annotation: Any) -> bool:  # noqa: ANN401 - annotations have no type of their own
    return get_origin(annotation) in (tuple, list, dict) or any(map(_holds_many, get_args(annotation)))


def union_of(base: type[C], models: Iterable[type[C]]) -> TypeAdapter[C]:
    """Return the adapter that parses payloads of any of `models`, by their `type`. base: for the type checker only."""
    del base
    union: Any = Annotated[reduce(or_, models), Field(discriminator="type")]
    return TypeAdapter(union)


def either(first: Callable[[bytes], C], second: Callable[[bytes], C]) -> Callable[[bytes], C]:
    """Return what reads a payload by `first`, or by `second` where only that one knows its type.

    A type that neither knows is told in the words of `first`.
    """

    def read(payload: bytes) -> C:
        try:
            return first(payload)
        except ValidationError as error:
            if not _is_unknown(error):
                raise
            unknown = error
        try:
            return second(payload)
        except ValidationError as error:
            raise (unknown if _is_unknown(error) else error) from None

    return read


def _is_unknown(error: ValidationError) -> bool:
    return error.errors(include_url=False, include_input=False)[0]["type"] == "union_tag_invalid"
