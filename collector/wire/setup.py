"""Commands that set a table up: nodes and antennas, blinds, game, house rules, odds, who runs the hands."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from collector.hand.blinds import ButtonRule
from collector.hand.games import GAMES, ROTATIONS, Betting
from collector.hand.model import (
    CardForAll,
    EarlyCheck,
    EqualBoards,
    MisdealRule,
    OddChip,
    ShortAllIn,
    SleeperRule,
)
from collector.wire.base import (
    YOUNGER,
    Amount,
    Message,
    Name,
    Seat,
)
from collector.wire.command import TableCommand


class AssignDevice(TableCommand):
    """A node belongs to this table from its next event on. The fact names that event, by boot."""

    type: Literal["assign_device"] = "assign_device"
    device: Name


class AssignAntenna(TableCommand):
    """A coil gets its role, and a seat if the role has one."""

    type: Literal["assign_antenna"] = "assign_antenna"
    device: Name
    antenna: Name
    role: Literal["seat", "up", "board", "muck"]
    seat: Seat | None = None


class SetBlinds(TableCommand):
    """Blinds and antes from the next hand on. ante: of every player; big_blind_ante: the big blind's, for all."""

    type: Literal["set_blinds"] = "set_blinds"
    small_blind: Amount
    big_blind: Annotated[int, Field(ge=1, le=10**15)]
    ante: Amount = 0
    big_blind_ante: Amount = 0
    button_ante: Amount = 0
    third_blind: Amount = 0
    button_blind: Annotated[Amount, Field(description="Live, of the button, in place of both blinds.")] = 0
    ante_first: Annotated[bool | None, Field(description="A short stack pays its ante first; null: as the house.")] = (
        None
    )
    ante_live: Annotated[bool, Field(description="The ante of every player counts towards a call; not in stud.")] = (
        False
    )


def _known_game(key: str) -> str:
    if key not in GAMES:
        raise ValueError(f"no game {key!r}; known: {', '.join(GAMES)}")
    return key


Key = Annotated[str, StringConstraints(max_length=40)]
"""The key of a game, before it is looked up: what is refused is named, so it has to be short."""
GameKey = Annotated[Key, AfterValidator(_known_game)]


class Stakes(Message):
    """The stakes of one game of a mixed game, with the fields of `set_blinds` and `set_game`."""

    game: GameKey
    betting: Betting | None = Field(default=None, strict=False)
    small_blind: Amount = 0
    big_blind: Annotated[int, Field(ge=1, le=10**15)]
    ante: Amount = 0
    big_blind_ante: Amount = 0
    big_bet: Amount = 0
    bring_in: Amount = 0

    @model_validator(mode="after")
    def _playable(self) -> Stakes:
        if self.small_blind > self.big_blind:
            raise ValueError(f"small blind {self.small_blind} is above big blind {self.big_blind}")
        return self


class SetGame(TableCommand):
    """The game of the next hands: one game, or a mixed game that changes every `hands_each` hands."""

    type: Literal["set_game"] = "set_game"
    game: GameKey = "holdem"
    betting: Betting | None = Field(default=None, strict=False)
    big_bet: Amount = 0
    bring_in: Amount = 0
    bets_cap: Annotated[int, Field(ge=0, le=10)] = 4
    spread: Amount = 0
    hand_cap: Amount = 0
    boards: Annotated[int, Field(ge=1, le=3)] = 1
    rotation: Annotated[Key | None, Field(description="A mixed game: horse, eight_game.")] = None
    hands_each: Annotated[int, Field(ge=0, le=100, description="0: the game changes by `next_game` only.")] = 0
    stud_antes: Annotated[bool, Field(description="The ante of every player goes in in stud only.")] = False
    stakes: Annotated[
        tuple[Stakes, ...], Field(max_length=16, description="Of single games of a mix, in place of the blinds.")
    ] = ()
    kill: Annotated[
        Literal["none", "half", "full"], Field(description="Who wins two pots running kills the next one.")
    ] = "none"

    @model_validator(mode="after")
    def _known(self) -> SetGame:
        if self.rotation is not None and self.rotation not in ROTATIONS:
            raise ValueError(f"no mixed game {self.rotation!r}; known: {', '.join(ROTATIONS)}")
        return self


class NextGame(TableCommand):
    """A mixed game goes on to its next game, from the next hand on."""

    type: Literal["next_game"] = "next_game"


class SetHouseRules(TableCommand):
    """The house rules of this table: a profile, and the rules that differ from it."""

    type: Literal["set_house_rules"] = "set_house_rules"
    profile: Literal["tournament", "cash", "wsop", "california"]
    chip: Annotated[int, Field(ge=1, le=10**12)] = 1
    rake_points: Annotated[int, Field(ge=0, le=10_000, description="Hundredths of a per cent.")] = 0
    rake_cap: Amount = 0
    no_flop_no_drop: bool = True
    jackpot: Annotated[Amount, Field(description="Dropped from a pot for the jackpot, beside the rake.")] = 0
    jackpot_from: Annotated[Amount, Field(description="The least pot that the jackpot is dropped from.")] = 0
    button_rule: ButtonRule | None = Field(default=None, strict=False)
    straddles: bool | None = None
    runs: Annotated[int | None, Field(ge=1, le=3)] = None
    chop: bool | None = None
    rabbit: bool | None = None
    buy_button: bool | None = None
    all_in_tabled: bool | None = None
    new_players_post: bool | None = None
    ante_first: bool | None = None
    equal_boards: EqualBoards | None = Field(default=None, strict=False)
    short_all_in: ShortAllIn | None = Field(default=None, strict=False)
    odd_chip: OddChip | None = Field(default=None, strict=False)
    straddle_raises: bool | None = None
    pair_doubles: bool | None = None
    time_chips: Annotated[
        int | None, Field(ge=0, le=10_000, description="Time chips of each player; 0: no time bank."), YOUNGER
    ] = None
    time_chip_seconds: Annotated[
        int | None, Field(ge=1, le=600, description="What a time chip is worth; 1: the bank is in seconds."), YOUNGER
    ] = None
    sleeper: Annotated[SleeperRule | None, YOUNGER] = Field(default=None, strict=False)
    misdeal_until: Annotated[MisdealRule | None, YOUNGER] = Field(default=None, strict=False)
    early_check: Annotated[EarlyCheck | None, YOUNGER] = Field(default=None, strict=False)
    card_for_all: Annotated[CardForAll | None, YOUNGER] = Field(default=None, strict=False)


class SetOdds(TableCommand):
    """The choice of odds that programme clients see.

    unread: averages over unread cards are shown too; folded: folded cards that were read cannot come.
    """

    type: Literal["set_odds"] = "set_odds"
    unread: bool = False
    folded: bool = True


class SetFlow(TableCommand):
    """An operator runs the hands, or nobody: then cards alone begin and end a hand, and there is no betting."""

    type: Literal["set_flow"] = "set_flow"
    flow: Literal["operator", "automatic"]
