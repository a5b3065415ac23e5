"""Commands about players, seats and stacks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.wire.base import (
    Amount,
    DisplayName,
    Message,
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
    """A player misses hands: dealt in and posted for, but dead.

    hands: how many; 0 lifts the penalty. rounds: in place of them, so many hands for each player at the table now.
    """

    type: Literal["penalty"] = "penalty"
    seat: Seat
    hands: Annotated[int, Field(ge=0, le=200)] = 0
    rounds: Annotated[int, Field(ge=0, le=20)] = 0
    reason: DisplayName


class Disqualify(TableCommand):
    """A player is out of the tournament with the place of now, without a prize; the chips leave play."""

    type: Literal["disqualify"] = "disqualify"
    seat: Seat
    reason: DisplayName


class Rebuy(TableCommand):
    """Chips are bought between hands. behind: declared before they are there; they play, and have to be paid."""

    type: Literal["rebuy"] = "rebuy"
    seat: Seat
    amount: Annotated[int, Field(ge=1, le=10**15)]
    behind: bool = False


class RebuyPaid(TableCommand):
    """What a player bought and plays behind was paid."""

    type: Literal["rebuy_paid"] = "rebuy_paid"
    seat: Seat


class CollectTime(TableCommand):
    """The house collects seat time: each seat pays the amount between hands. seats: null is everybody who is seated."""

    type: Literal["collect_time"] = "collect_time"
    amount: Annotated[int, Field(ge=1, le=10**15)]
    seats: Annotated[tuple[Seat, ...], Field(min_length=1, max_length=10)] | None = None


class SetTimeBank(TableCommand):
    """Players have so many time chips from the next hand on. seats: null is everybody who is seated."""

    type: Literal["set_time_bank"] = "set_time_bank"
    chips: Annotated[int, Field(ge=0, le=10_000)]
    seats: Annotated[tuple[Seat, ...], Field(min_length=1, max_length=10)] | None = None


class OddChips(Message):
    """The chips of a player that are too small to be changed up."""

    seat: Seat
    amount: Annotated[int, Field(ge=1, le=10**12)]


class ChipRace(TableCommand):
    """The smallest chip goes out of play. odd: what each player has left of it; won: who gets a new chip for it."""

    type: Literal["chip_race"] = "chip_race"
    chip: Annotated[int, Field(ge=2, le=10**12, description="The smallest chip from now on.")]
    odd: Annotated[tuple[OddChips, ...], Field(min_length=1, max_length=10)]
    won: Annotated[tuple[Seat, ...], Field(max_length=10)] = ()
