"""The base model and the common field types of all payloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from types import UnionType
from typing import Annotated, Any, ClassVar, Self, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

from collector.secrecy import Secret

VERSION = 1
MESSAGE_LIMIT = 65_536
"""Bytes. The broker refuses larger payloads."""
MAX_AMOUNT = 10**15
"""The largest amount. Every sum at a table still fits the integers of a browser (2**53)."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A topic level: device, table, client, event, deck."""
PlayerId = Annotated[str, StringConstraints(pattern=r"^p_[a-z0-9_]{1,62}$")]
DisplayName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
CommandId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,80}$")]
CardOrUnread = Annotated[str, StringConstraints(pattern=r"^(?:[2-9TJQKA][cdhs]|\?\?)$")]
CardText = Annotated[str, StringConstraints(pattern=r"^[2-9TJQKA][cdhs]$")]
Uid = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{16}|[0-9a-f]{20})$")]
Boot = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,10}-[0-9a-f]{16}$"),
    Field(description="Counter in flash, 64 random bits."),
]
Seat = Annotated[int, Field(ge=1, le=10)]
Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT, description="In the table's smallest unit.")]
Seq = Annotated[int, Field(ge=1, le=2**53)]


Converter = Callable[[Any], Any]
AsLogged = tuple[Mapping[str, Any], tuple[tuple[str, Converter], ...], set[str]]
"""Of a model's fields: the defaults by name, the (name, converter) pairs, all names."""
_new = object.__new__
_set = object.__setattr__  # payloads are frozen


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
        found = {name: _converter(field.annotation) for name, field in fields.items()}
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
        _set(made, "__dict__", values)
        _set(made, "__pydantic_fields_set__", names)  # shared by all: a copy of a model makes its own set
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made


def _converter(annotation: Any) -> Converter | None:  # noqa: ANN401 - annotations have no type of their own
    """Return a function from JSON to a value of `annotation`; None if the JSON value is the value."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _converter(arguments[0])
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


def _optional(convert: Converter, value: Any) -> Any:  # noqa: ANN401
    return None if value is None else convert(value)


def _secret(convert: Converter | None, value: Any) -> Secret[Any]:  # noqa: ANN401
    return Secret(convert(value) if convert else value)


def _tuple(convert: Converter | None, values: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(map(convert, values)) if convert else tuple(values)


class Sparse(Message):
    """Base of payloads that leave a field out, instead of null, if it was never told."""

    @model_serializer(mode="wrap")
    def _said(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in whole(self).items() if name in self.model_fields_set}
