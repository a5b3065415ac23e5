"""What all payloads share: the base model and the common field types."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

VERSION = 1
MESSAGE_LIMIT = 65_536
"""Bytes; the broker refuses larger payloads."""
MAX_AMOUNT = 10**15
"""No amount is larger: every sum at a table still fits a browser's integers (2**53)."""

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


class Message(BaseModel):
    """Base of all payloads. Unknown fields are ignored: a node may run newer firmware than the collector."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        ser_json_inf_nan="constants",  # a NaN stays one, and is refused where fractions are
    )
