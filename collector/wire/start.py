"""Commands that begin a hand, and set its button."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.hand.events import PostKind
from collector.wire.base import (
    YOUNGER,
    Amount,
    Message,
    Seat,
)
from collector.wire.command import TableCommand


class WirePost(Message):
    """A forced bet that is named rather than taken from the blinds."""

    seat: Seat
    kind: PostKind = Field(strict=False)
    amount: Amount


class StartHand(TableCommand):
    """A hand begins. Without `posts`, the rules of the table say who posts. Without `button`, the button moves on."""

    type: Literal["start_hand"] = "start_hand"
    button: Seat | None = None
    posts: Annotated[tuple[WirePost, ...], Field(max_length=32)] | None = None
    straddles: Annotated[tuple[WirePost, ...], Field(max_length=32)] = ()
    bomb: Annotated[Amount, Field(description="A bomb pot: what everybody antes; the betting begins on the flop.")] = 0
    boards: Annotated[int | None, Field(ge=1, le=3)] = None
    acts_last: Annotated[Seat | None, Field(description="A straddler who waits for all others.")] = None
    buy_button: Annotated[
        bool, Field(description="Who waits left of the button posts both blinds and has it next.")
    ] = False
    unposted: Annotated[
        tuple[Seat, ...], Field(max_length=10, description="Owe blinds, and were dealt in without them."), YOUNGER
    ] = ()


class SetButton(TableCommand):
    """The button of the next hand is set. Without this command it moves to the next player."""

    type: Literal["set_button"] = "set_button"
    seat: Seat
