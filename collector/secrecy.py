"""Secrecy as a type: what is S0 is wrapped, and the wrapper does not print, log or serialise by accident.

S0: hole cards, UIDs and anything computed from them. S1: public now. S2: S0 after its release.
Knows nothing of cards, tables or topics.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, Generic, NoReturn, TypeVar, get_args

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
)
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")
_HIDDEN = "***"


class Secrecy(StrEnum):
    """Class of a fact or of a message."""

    S0 = "S0"
    S1 = "S1"


class Secret(Generic[T]):
    """Holds an S0 value. `reveal()` is the only way to it, so every use can be found by name.

    >>> Secret("As")
    Secret(***)
    >>> f"{Secret('As')}"
    '***'
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the value. The caller answers for where it goes."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({_HIDDEN})"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return _HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled; reveal it where it may leave")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Validate the inner type, then wrap it. Serialising gives `***`, unless its context is REVEALED."""
        bare = handler.generate_schema(get_args(source)[0])
        inner = core_schema.no_info_before_validator_function(_bare, bare)
        return core_schema.no_info_after_validator_function(
            cls,
            inner,
            serialization=core_schema.wrap_serializer_function_ser_schema(_serialised, info_arg=True, schema=bare),
        )


REVEALED: Final = object()
"""The context of a serialisation that reveals: `dump_python(value, mode="json", context=REVEALED)`."""


def _bare(value: object) -> object:
    return value.reveal() if isinstance(value, Secret) else value


def _serialised(value: Secret[Any], inner: SerializerFunctionWrapHandler, info: SerializationInfo[Any]) -> object:
    return inner(value.reveal()) if info.context is REVEALED else _HIDDEN


def reveal_all(model: BaseModel) -> dict[str, Any]:
    """Return a model as plain JSON values, revealed. For the bodies of facts, and nothing else."""
    return model.model_dump(mode="json", context=REVEALED)


_TOLD: Final = 10
"""Faults of one payload that are told. A list of two hundred may have as many."""
_LONGEST: Final = 200


def describe(error: ValidationError) -> str:
    """Return what is wrong with a payload, field by field, without repeating its values: they may be secret."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    places = [".".join(_place(part) for part in fault["loc"]) or "payload" for fault in faults[:_TOLD]]
    told = [f"{place}: {fault['msg']}"[:_LONGEST] for place, fault in zip(places, faults, strict=False)]
    return "; ".join([*told, f"{len(faults) - _TOLD} more"] if len(faults) > _TOLD else told)


def _place(part: int | str) -> str:
    """Return a part of the way to a fault, cut: it may be a name from the payload, and as long as that one likes."""
    return str(part)[:40]
