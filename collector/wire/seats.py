"""Commands about players, seats and stacks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.wire.base import (
    Amount,
    DisplayName,
    PlayerId,
    Seat,
)
from collector.wire.command import TableCommand


class SeatPlayer(TableCommand):
    """A player takes a seat. The console chooses the player's id, which is unique in the house."""

    type: Literal["seat_player"] = "seat_player"
    seat: Seat
    player_id: PlayerId
    name: DisplayName
    stack: Amount = 0


class RemovePlayer(TableCommand):
    """A seat is empty from now on."""

    type: Literal["remove_player"] = "remove_player"
    seat: Seat


class SitOut(TableCommand):
    """A player is not dealt in until back."""

    type: Literal["sit_out"] = "sit_out"
    seat: Seat
    out: bool = True


class SetStack(TableCommand):
    """A stack was counted, between hands. The amount is absolute."""

    type: Literal["set_stack"] = "set_stack"
    seat: Seat
    stack: Amount


class MovePlayer(TableCommand):
    """A player changes seats between hands. Missed blinds move along."""

    type: Literal["move_player"] = "move_player"
    seat: Seat
    to_seat: Seat


class TransferChips(TableCommand):
    """Chips go from one player to another between hands, with the reason."""

    type: Literal["transfer_chips"] = "transfer_chips"
    seat: Seat
    to_seat: Seat
    amount: Annotated[int, Field(ge=1, le=10**15)]
    reason: DisplayName


class Penalty(TableCommand):
    """A player misses hands: dealt in and posted for, but dead. hands: how many; 0 lifts the penalty."""

    type: Literal["penalty"] = "penalty"
    seat: Seat
    hands: Annotated[int, Field(ge=0, le=200)]
    reason: DisplayName
