"""The base model and the common field types of all payloads."""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_serializer,
)
from pydantic_core import CoreSchema, PydanticCustomError

from collector.canonical import fault_of_json
from collector.secrecy import Secret
from collector.texts import POINTS, cleaned, said

VERSION = 1
MESSAGE_LIMIT = 65_536
"""Bytes. The broker refuses larger payloads."""
LARGEST_INTEGER = 2**53 - 1
"""The largest integer that a browser holds exactly. No payload has a larger one."""
MAX_AMOUNT = 10**15
"""The largest amount that a command may name."""
MAX_CHIPS = 2 * 10**15
"""The chips that one table may hold. So every sum of them that a state shows stays under LARGEST_INTEGER."""

YOUNGER: Final = Field(exclude_if=operator.not_)
"""Of a field that payloads in logs do not have: it is left out where it says nothing, so that their bytes stay."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A topic level: device, table, client, event, deck."""
PlayerId = Annotated[str, StringConstraints(pattern=r"^p_[a-z0-9_]{1,62}$")]
DisplayName = Annotated[str, StringConstraints(min_length=1, max_length=POINTS), AfterValidator(said)]
"""Text from people: a name, a title, a reason. collector/texts.py has the rule; read from a log it is `cleaned`."""
CommandId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
CardOrUnread = Annotated[str, StringConstraints(pattern=r"^(?:[2-9TJQKA][cdhs]|\?\?)$"), AfterValidator(sys.intern)]
"""An evening keeps all cards that were typed: one text for each card, not one for each time."""
CardText = Annotated[str, StringConstraints(pattern=r"^[2-9TJQKA][cdhs]$")]
Uid = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{16}|[0-9a-f]{20})$")]
Boot = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,10}-[0-9a-f]{16}$"),
    Field(description="Counter in flash, 64 random bits."),
]
Seat = Annotated[int, Field(ge=1, le=10)]
Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT, description="In the table's smallest unit.")]
Seq = Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
Count = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Mac = Annotated[str, StringConstraints(max_length=64)]
"""64 hexadecimal digits: `verify` has compared them before anything is read."""

_LONGEST_TEXT = 1000
_MOST_MEMBERS = 100


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Refuse what a free object may not hold: its members are no fields, so no model bounds them."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise ValueError(f"a text in it has {len(value)} characters; at most {_LONGEST_TEXT}")
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise ValueError(f"an integer in it is beyond {LARGEST_INTEGER}")
    if isinstance(value, dict | list):
        if len(value) > _MOST_MEMBERS:
            raise ValueError(f"an object or a list in it has {len(value)} members; at most {_MOST_MEMBERS}")
        for each in (*value, *value.values()) if isinstance(value, dict) else value:
            _plain(each)
    return value


FreeObject = Annotated[dict[str, Any], Field(max_length=_MOST_MEMBERS), AfterValidator(_plain)]
"""An object whose members are read elsewhere: settings of a node, a command within a command."""


class AtMost:
    """The bound of a value that the collector makes: characters, members, or the largest integer.

    Nothing is checked when such a value is made. A state that says too much is better than none, and `show/fitting`
    makes it fit. A test holds every payload to these bounds.
    """

    __slots__ = ("bound",)

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema of the value with this bound."""
        found = handler(schema)
        names = {"string": "maxLength", "array": "maxItems", "object": "maxProperties", "integer": "maximum"}
        for each in (found, *found.get("anyOf", ())):
            name = names.get(each.get("type", ""))
            if name:
                each[name] = self.bound
        return found


Word = Annotated[str, AtMost(32)]
"""A word of ours: a street, a game, an act."""
MOST_PROSE = 2000
Line = Annotated[str, AtMost(MOST_PROSE)]
"""Prose of ours."""
Chips = Annotated[int, AtMost(LARGEST_INTEGER)]
"""Chips that were counted together."""
Number = Annotated[int, AtMost(LARGEST_INTEGER)]
"""What the collector counted."""


Converter = Callable[[Any], Any]
AsLogged = tuple[Mapping[str, Any], tuple[tuple[str, Converter], ...], set[str]]
"""Of a model's fields: the defaults by name, the (name, converter) pairs, all names."""
_new = object.__new__
# Payloads are frozen; so are set, by their slots, the four things that a pydantic model is made of.
_set_values, _set_names, _set_extra, _set_private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


class Message(BaseModel):
    """Base of all payloads. Unknown fields are ignored: a node may run newer firmware than the collector."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        ser_json_inf_nan="constants",  # a NaN stays a NaN, and is refused like any fraction
    )
    _as_logged: ClassVar[AsLogged] = ({}, (), set())

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Prepare the tables of `logged` when the class is made."""
        super().__pydantic_init_subclass__(**kwargs)
        fields = cls.model_fields
        found = {
            name: cleaned if _is_said(field.metadata) else _converter(field.annotation)
            for name, field in fields.items()
        }
        converters = tuple((name, convert) for name, convert in found.items() if convert)
        optional = {name: field for name, field in fields.items() if not field.is_required()}
        defaults = {name: field.get_default(call_default_factory=True) for name, field in optional.items()}
        cls._as_logged = defaults, converters, set(fields)

    @classmethod
    def logged(cls, held: Mapping[str, Any]) -> Self:
        """Return a payload from the log, made from its plain JSON values.

        Nothing is checked here. The payload was checked when it was taken, and later bounds do not hold for it. A field
        that is missing is newer than the log: it has its default. A name that is no field is kept and not read.
        """
        # As model_construct does, in a tenth of the time: the start of a collector reads every fact of the log.
        defaults, converters, names = cls._as_logged
        values = {**defaults, **held}
        for name, convert in converters:
            if name in held:
                values[name] = convert(values[name])
        made = _new(cls)
        _set_values(made, values)
        _set_names(made, names)  # shared by all: a copy of a model makes its own set
        _set_extra(made, None)
        _set_private(made, None)
        return made


T = TypeVar("T")


def once(adapter: TypeAdapter[T]) -> Callable[[bytes], T]:
    """Return what reads a payload by `adapter`, and raises ValidationError for what `fault_of_json` finds too."""

    def decode(payload: bytes) -> T:
        fault = fault_of_json(payload)
        if fault:
            problem = PydanticCustomError("json_fault", fault)
            raise ValidationError.from_exception_data("payload", [{"type": problem, "input": None}])
        return adapter.validate_json(payload)

    return decode


def _converter(annotation: Any) -> Converter | None:  # noqa: ANN401 - annotations have no type of their own
    """Return a function from JSON to a value of `annotation`; None if the JSON value is the value."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return cleaned if _is_said(arguments[1:]) else _converter(arguments[0])
    if origin in (Union, UnionType):
        inner = next((found for each in arguments if (found := _converter(each))), None)
        return inner and partial(_optional, inner)
    if origin is Secret:
        return partial(_secret, _converter(arguments[0]))
    if origin is tuple:
        return partial(_tuple, _converter(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, Message):
        return annotation.logged
    return annotation if isinstance(annotation, type) and issubclass(annotation, Enum) else None


def _is_said(metadata: Iterable[object]) -> bool:
    """Return whether a field holds text from people: an older version wrote it down as it came."""
    return any(isinstance(each, AfterValidator) and each.func is said for each in metadata)


def _optional(convert: Converter, value: Any) -> Any:  # noqa: ANN401
    return None if value is None else convert(value)


def _secret(convert: Converter | None, value: Any) -> Secret[Any]:  # noqa: ANN401
    return Secret(convert(value) if convert else value)


def _tuple(convert: Converter | None, values: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(map(convert, values)) if convert else tuple(values)


class Sparse(Message):
    """Base of payloads that leave a field out, instead of null, if it was never told."""

    @classmethod
    def of(cls, **told: Any) -> Self:  # noqa: ANN401 - the model's own fields
        """Return a payload of values that were checked before: every fact is folded, and most are told of.

        All fields without a default have to be told. Nothing is checked here, the names neither.
        """
        made, (defaults, _, names) = _new(cls), cls._as_logged
        whole = len(told) == len(names)
        _set_values(made, told if whole else {**defaults, **told})
        _set_names(made, names if whole else set(told))  # shared, as in `logged`
        _set_extra(made, None)
        _set_private(made, None)
        return made

    @model_serializer(mode="wrap")
    def _said(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in whole(self).items() if name in self.model_fields_set}
