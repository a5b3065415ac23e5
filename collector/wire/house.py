"""Commands of no one table: events, tables, decks, nodes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from collector.cards import DECK
from collector.secrecy import Secret
from collector.wire.base import (
    CardText,
    DisplayName,
    FreeObject,
    Name,
    Uid,
)
from collector.wire.command import HouseCommand


class CreateEvent(HouseCommand):
    """A tournament or session is created."""

    type: Literal["create_event"] = "create_event"
    event_id: Name
    name: DisplayName


class OpenTable(HouseCommand):
    """A table opens for an event."""

    type: Literal["open_table"] = "open_table"
    table_id: Name
    event_id: Name
    name: DisplayName
    mode: Literal["programme"] = "programme"


class RegisterDeck(HouseCommand):
    """A deck of 52 tagged cards: UID to card. A UID belongs to one deck."""

    type: Literal["register_deck"] = "register_deck"
    deck_id: Name
    demo: bool = False
    replace: Annotated[bool, Field(description="The deck is registered, and gets these tags from now on.")] = False
    cards: Secret[Annotated[dict[Uid, CardText], Field(max_length=416)]]

    @field_validator("cards")
    @classmethod
    def _whole(cls, cards: Secret[dict[str, str]]) -> Secret[dict[str, str]]:
        found = cards.reveal()
        if len(found) != len(DECK) or len(set(found.values())) != len(DECK):
            raise ValueError(f"a deck has 52 tags and 52 different cards, this has {len(found)} tags")
        return cards


class CommandDevice(HouseCommand):
    """A command for a node. Its answer is a `command_result` fact."""

    type: Literal["command_device"] = "command_device"
    device: Name
    action: Literal["identify", "snapshot", "resend", "restart", "configure"]
    version: Annotated[int | None, Field(ge=1, le=2**30, description="Of `configure`: above the one the node has.")] = (
        None
    )
    config: Annotated[
        Secret[FreeObject] | None, Field(description="Of `configure`: what is to change; may hold passwords.")
    ] = None


class SealDevice(HouseCommand):
    """From now on the readings of this node are taken only if they are sealed, or in clear again."""

    type: Literal["seal_device"] = "seal_device"
    device: Name
    sealed: bool = True
