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
    mode: Annotated[
        Literal["rehearsal", "programme"], Field(description="rehearsal: demo decks only; no other mode comes of it.")
    ] = "programme"


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


class EventCommand(HouseCommand):
    """A command about all tables of an event."""

    event_id: Name


class SetTablePlan(EventCommand):
    """How the tables of an event are kept: told before, so that nobody chooses when it matters (TDA 2024 rule 11-C).

    seats: at a full table. halt: so many players short, a table waits. order: the tables as they break, the first one
    first; tables that are not named break before these, the last name first.
    """

    type: Literal["set_table_plan"] = "set_table_plan"
    seats: Annotated[int, Field(ge=2, le=10)] = 9
    halt: Annotated[int, Field(ge=1, le=9)] = 3
    order: Annotated[tuple[Name, ...], Field(max_length=2000)] = ()


class BreakTable(EventCommand):
    """A table breaks, or does not after all. The seats of its players are drawn with this (TDA 2024 rule 10-B)."""

    type: Literal["break_table"] = "break_table"
    table_id: Name
    breaks: bool = True


class HandForHand(EventCommand):
    """A round of hand for hand begins, or hand for hand ends. remaining: players of the whole event who are in now."""

    type: Literal["hand_for_hand"] = "hand_for_hand"
    on: bool = True
    remaining: Annotated[int, Field(ge=2, le=10**6)] | None = None


class ProposeMoves(EventCommand):
    """Asks who moves where, which table breaks, which one waits. Nothing moves by it."""

    type: Literal["propose_moves"] = "propose_moves"


class ProposePlaces(EventCommand):
    """Asks which places the players have who went out in the last round of hand for hand. Nothing changes by it.

    elsewhere: players who went out in the same round at tables that EBS does not run.
    """

    type: Literal["propose_places"] = "propose_places"
    elsewhere: Annotated[int, Field(ge=0, le=1000)] = 0
