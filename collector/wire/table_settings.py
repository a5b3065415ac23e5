"""Commands that set a table up between hands: blinds, game, house rules, tournament, chips and seats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from collector.hand.blinds import ButtonRule
from collector.hand.games import GAMES, ROTATIONS, Betting
from collector.wire.base import Amount, DisplayName, Message, Seat
from collector.wire.command import TableCommand


def _known_game(key: str) -> str:
    if key not in GAMES:
        raise ValueError(f"no game {key!r}; known: {', '.join(GAMES)}")
    return key


GameKey = Annotated[str, AfterValidator(_known_game)]


class SetBlinds(TableCommand):
    """Blinds and antes from the next hand on. ante: of every player; big_blind_ante: the big blind's, for all."""

    type: Literal["set_blinds"] = "set_blinds"
    small_blind: Amount
    big_blind: Annotated[int, Field(ge=1, le=10**15)]
    ante: Amount = 0
    big_blind_ante: Amount = 0
    button_ante: Amount = 0
    third_blind: Amount = 0
    ante_first: bool = True
    ante_live: Annotated[bool, Field(description="The ante of every player counts towards a call; not in stud.")] = (
        False
    )


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
    rotation: Annotated[str | None, Field(description="A mixed game: horse, eight_game.")] = None
    hands_each: Annotated[int, Field(ge=0, le=100, description="0: the game changes by `next_game` only.")] = 0

    @model_validator(mode="after")
    def _known(self) -> SetGame:
        if self.rotation is not None and self.rotation not in ROTATIONS:
            raise ValueError(f"no mixed game {self.rotation!r}; known: {', '.join(ROTATIONS)}")
        return self


class SetHouseRules(TableCommand):
    """What this table allows; a profile first, then what differs from it."""

    type: Literal["set_house_rules"] = "set_house_rules"
    profile: Literal["tournament", "cash"]
    chip: Annotated[int, Field(ge=1, le=10**12)] = 1
    rake_points: Annotated[int, Field(ge=0, le=10_000, description="Hundredths of a per cent.")] = 0
    rake_cap: Amount = 0
    no_flop_no_drop: bool = True
    button_rule: ButtonRule | None = Field(default=None, strict=False)
    straddles: bool | None = None
    runs: Annotated[int | None, Field(ge=1, le=3)] = None
    chop: bool | None = None
    rabbit: bool | None = None
    buy_button: bool | None = None
    all_in_tabled: bool | None = None
    new_players_post: bool | None = None


class SetOdds(TableCommand):
    """Which odds programme clients see.

    unread: also averages over what was not read; folded: folded cards that were read cannot come.
    """

    type: Literal["set_odds"] = "set_odds"
    unread: bool = False
    folded: bool = True


class SetTournament(TableCommand):
    """Facts of the tournament, from a console, an import or a sync. Absolute; what is not named stays."""

    type: Literal["set_tournament"] = "set_tournament"
    level: Annotated[int | None, Field(ge=0)] = None
    clock_ms: Annotated[int | None, Field(ge=0, description="Left of the level, or of the break.")] = None
    clock_running: bool | None = None
    on_break: bool | None = None
    entrants: Annotated[int | None, Field(ge=0)] = None
    remaining: Annotated[int | None, Field(ge=0)] = None
    payouts: tuple[Amount, ...] | None = None
    source: Literal["console", "import", "sync"] = "console"


class BountyRule(Message):
    """Whoever wins the pot with these ranks, and tables them, is paid by all who were dealt in."""

    name: DisplayName
    ranks: Annotated[str, StringConstraints(pattern=r"^[2-9TJQKA]{2,6}$")]
    amount: Annotated[int, Field(ge=1, le=10**15)]
    suited: bool | None = None


class SetSideGames(TableCommand):
    """Bounties and the stand-up game, from the next hand on; what is not named ends."""

    type: Literal["set_side_games"] = "set_side_games"
    bounties: tuple[BountyRule, ...] = ()
    stand_up: Annotated[Amount, Field(description="What the last one standing pays each of the others; 0: none.")] = 0


class Level(Message):
    """A level of a tournament: what `set_blinds` would say. A break has minutes only."""

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
    """The levels of a tournament, the first is level 1. `set_tournament` with a level then sets the blinds too."""

    type: Literal["set_levels"] = "set_levels"
    levels: tuple[Level, ...]


class TransferChips(TableCommand):
    """Chips go from one player to another between hands, with the reason."""

    type: Literal["transfer_chips"] = "transfer_chips"
    seat: Seat
    to_seat: Seat
    amount: Annotated[int, Field(ge=1, le=10**15)]
    reason: DisplayName


class MovePlayer(TableCommand):
    """A player changes seats between hands; what was missed is missed."""

    type: Literal["move_player"] = "move_player"
    seat: Seat
    to_seat: Seat
