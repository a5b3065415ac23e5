"""Commands with facts of the tournament: clock, levels, side games."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from collector.wire.base import (
    Amount,
    DisplayName,
    Message,
    PlayerId,
)
from collector.wire.command import TableCommand

MOST_LEVELS: Final = 200


class SetTournament(TableCommand):
    """Facts of the tournament, from a console, an import or a sync. Values are absolute. A field not named stays."""

    type: Literal["set_tournament"] = "set_tournament"
    level: Annotated[int | None, Field(ge=0, le=MOST_LEVELS)] = None
    clock_ms: Annotated[int | None, Field(ge=0, le=10**9, description="Left of the level, or of the break.")] = None
    clock_running: bool | None = None
    on_break: bool | None = None
    entrants: Annotated[int | None, Field(ge=0, le=10**6)] = None
    remaining: Annotated[int | None, Field(ge=0, le=10**6)] = None
    payouts: Annotated[tuple[Amount, ...], Field(max_length=2000)] | None = None
    source: Literal["console", "import", "sync"] = "console"


class SetPlace(TableCommand):
    """The place of a player who is out, where more than one table decides it. shared: how many players share it.

    Who busts in the same hand of a hand-for-hand round shares the places, over all tables (TDA 2024 RP-8).
    """

    type: Literal["set_place"] = "set_place"
    player_id: PlayerId
    rank: Annotated[int, Field(ge=1, le=10**6)]
    shared: Annotated[int, Field(ge=1, le=1000)] = 1


class BountyRule(Message):
    """A bounty: all others who were dealt in pay the player who wins the pot and tables these ranks."""

    name: DisplayName
    ranks: Annotated[str, StringConstraints(pattern=r"^[2-9TJQKA]{2,6}$")]
    amount: Annotated[int, Field(ge=1, le=10**15)]
    suited: bool | None = None


class SetSideGames(TableCommand):
    """Bounties and the stand-up game, from the next hand on. A game that is not named ends."""

    type: Literal["set_side_games"] = "set_side_games"
    bounties: Annotated[tuple[BountyRule, ...], Field(max_length=50)] = ()
    stand_up: Annotated[Amount, Field(description="What the last one standing pays each of the others; 0: none.")] = 0


class Level(Message):
    """A level of a tournament, with the fields of `set_blinds`. A break has minutes only."""

    small_blind: Amount = 0
    big_blind: Amount = 0
    ante: Amount = 0
    big_blind_ante: Amount = 0
    button_ante: Amount = 0
    minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    on_break: bool = False

    @model_validator(mode="after")
    def _playable(self) -> Level:
        if not self.on_break and not 0 < self.big_blind >= self.small_blind:
            raise ValueError("a level has a big blind, and a small blind that is not above it; or it is a break")
        return self


class SetLevels(TableCommand):
    """The levels of a tournament, from level 1. After this, `set_tournament` with a level sets the blinds too."""

    type: Literal["set_levels"] = "set_levels"
    levels: Annotated[tuple[Level, ...], Field(max_length=MOST_LEVELS)]
