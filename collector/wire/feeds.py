"""The states and alerts of a table, as the collector publishes them. The events are in `feed_events`.

Both channels have one shape. On `public` everything S0 is absent: `hole` and `equity` are null until a hand is shown.
Amounts are integers, equities basis points (10000 = 100 %). Pages animate events and only draw states.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.wire.base import CardText, Message, Name, Seat, Sparse
from collector.wire.tournament import BountyRule, Level

Channel = Literal["public", "live"]
BasisPoints = Annotated[int, Field(ge=0, le=10000)]


class Stamp(Message):
    """Fields of every feed message. Consumers order by (epoch, seq)."""

    v: Literal[1] = 1
    type: str
    event_id: Name
    table_id: Name
    hand_id: Name | None
    epoch: int
    seq: Annotated[int, Field(description="Of an event: its number. Of a state: the last event it includes.")]
    timestamp: str
    trace_id: str


class Blinds(Message):
    """The blinds and antes of the next hand."""

    small_blind: int
    big_blind: int
    ante: int
    big_blind_ante: int


class PotView(Message):
    """A pot as it would stand if the street ended now, and who can win it."""

    amount: int
    eligible: tuple[Seat, ...]


class ActionView(Message):
    """An act of the record."""

    street: str
    seat: Seat
    player_id: str
    action: str
    amount: int
    to: int
    all_in: bool


class SeatView(Message):
    """A seat. status: empty, out (sitting out or not dealt in), in, folded, mucked, all_in."""

    seat: Seat
    player_id: str | None
    name: str | None
    stack: int
    status: Literal["empty", "out", "in", "folded", "mucked", "all_in"]
    position: Literal["BTN", "SB", "BB"] | None
    bet: int
    cards: Annotated[int, Field(description="How many cards lie before the seat; counted, never looked at.")]
    hole: Annotated[tuple[CardText, ...] | None, Field(description="S0 on live, in order read; public once shown.")]
    shown: bool
    equity: Annotated[BasisPoints | None, Field(description="Live channel only.")] = None
    win: BasisPoints | None = None
    tie: BasisPoints | None = None
    equity_error: Annotated[BasisPoints | None, Field(description="Standard error of a sample; 0: counted.")] = None
    equity_unread: Annotated[bool, Field(description="An average over cards that were not read.")] = False
    equity_low: Annotated[BasisPoints | None, Field(description="Of such an average: the worst case.")] = None
    equity_high: Annotated[BasisPoints | None, Field(description="Of such an average: the best case.")] = None
    made: Annotated[str | None, Field(description="Hand in words once the board is out. S0 until shown.")]
    last_action: ActionView | None
    up: tuple[CardText | None, ...] = ()  # face-up cards of stud; null: dealt, but not read
    exposed: tuple[CardText, ...] = ()  # hole cards that were seen by accident
    won: Annotated[int | None, Field(description="Chips taken from the pots of the finished hand.")]


class LegalView(Message):
    """The options of the seat to act. A raise is a total on the street."""

    seat: Seat
    fold: bool
    check: bool
    call: Annotated[int, Field(description="Chips that a call takes; 0: nothing to call.")]
    opens: bool
    min_to: int | None
    max_to: int | None
    pot_to: int | None
    all_in_to: Annotated[int | None, Field(description="The bet that going all-in makes; null: more than allowed.")] = (
        None
    )
    bring_in: Annotated[int | None, Field(description="Chips that bringing in takes; null: it need not.")] = None


class PendingView(Message):
    """An act out of turn. It binds if the bet to the seat is still `bet_to` in its turn."""

    seat: Seat
    action: Literal["check", "call", "bet_to", "all_in"]
    to: int | None
    bet_to: int


class WinView(Message):
    """The chips that a seat took."""

    seat: Seat
    player_id: str
    amount: int
    hand: str | None


class HandView(Message):
    """The running or last hand."""

    hand_id: Name
    hand_number: int
    game: str
    street: str  # preflop, flop, turn, river, showdown, complete
    button: Seat
    board: tuple[CardText, ...]
    board_read: Annotated[int, Field(description="Board cards read so far, also of a street that is not whole yet.")]
    pot: Annotated[int, Field(description="All chips of the hand that are not behind, bets included.")]
    pots: tuple[PotView, ...]
    to_act: Seat | None
    legal: LegalView | None
    waiting_for: Literal["action", "board", "showdown", "next_hand", "draw", "up_cards"]
    showdown: Annotated[tuple[Seat, ...], Field(description="Seats that still have to show or muck, in order.")]
    actions: tuple[ActionView, ...]
    winners: tuple[WinView, ...]
    undo: int
    redo: int
    rulings: tuple[str, ...]
    betting: str = "no_limit"
    boards: Annotated[tuple[tuple[CardText, ...], ...], Field(description="All boards, where there are several.")] = ()
    drawing: Annotated[tuple[Seat, ...], Field(description="Seats that have yet to draw or discard, in order.")] = ()
    rabbit: tuple[CardText, ...] = ()
    rake: int = 0
    pending: Annotated[tuple[PendingView, ...], Field(description="Acts out of turn that wait for their turn.")] = ()
    scrap: Annotated[tuple[CardText, ...], Field(description="Face up and out of play: boxed, or replaced.")] = ()
    burns: Annotated[int, Field(description="How many cards are burned.")] = 0
    paid: Annotated[dict[int, int], Field(description="Bounties and the stand-up game, by seat.")] = Field(
        default_factory=dict
    )
    may: Annotated[
        dict[str, tuple[Seat, ...]],
        Field(description="What may come next: each command, with the seats that it may name."),
    ] = Field(default_factory=dict)


class FlagView(Message):
    """A reading that did not fit, until `resolve_flag` answers it."""

    flag: int
    code: str
    device: Name
    antenna: Name
    seat: Seat | None
    message: str


class Eliminated(Message):
    """A player who is out. Players who go out in one hand with equal stacks share a rank."""

    player_id: str
    name: str
    rank: int
    tied: bool
    payout: int
    hand_id: Name


class Tournament(Sparse):
    """Facts of the tournament. The names are those of `set_tournament`. A fact that was never told is absent."""

    level: int | None = None
    clock_ms: Annotated[int | None, Field(description="Left of the level, or of the break, at `clock_at`.")] = None
    clock_running: bool | None = None
    clock_at: Annotated[int | None, Field(description="When the clock was told, ms since 1970.")] = None
    on_break: bool | None = None
    entrants: int | None = None
    remaining: int | None = None
    payouts: Annotated[tuple[int, ...] | None, Field(strict=False)] = None
    source: Literal["console", "import", "sync"] | None = None
    eliminated: Annotated[tuple[Eliminated, ...] | None, Field(strict=False)] = None


class SideGames(Sparse):
    """Bounties and the stand-up game."""

    bounties: tuple[BountyRule, ...] = ()
    stand_up: Annotated[int, Field(description="What the last one standing pays each of the others; 0: none.")] = 0
    standing: Annotated[
        tuple[str, ...] | None, Field(description="Player ids of who stands; null: everybody, the game begins.")
    ] = None


class TableState(Stamp):
    """Everything about a table, on `…/state`. A repeated state is the same bytes."""

    type: Literal["state"] = "state"
    mode: str
    event_name: str
    table_name: str
    decision: int
    blinds: Blinds | None
    button: Seat | None
    seats: tuple[SeatView, ...]  # always ten
    hand: HandView | None
    game: Annotated[str, Field(description="Of the next hand.")] = "holdem"
    profile: str = "cash"
    flow: Literal["operator", "automatic"] = "operator"
    decks: Annotated[tuple[Name, ...], Field(description="The decks in rotation.")] = ()
    flags: Annotated[tuple[FlagView, ...], Field(description="Readings that wait for an answer; live only.")] = ()
    owed: Annotated[dict[int, tuple[str, ...]], Field(description="Missed blinds, by seat.")] = Field(
        default_factory=dict
    )
    tournament: Tournament = Field(default_factory=Tournament)
    side_games: Annotated[SideGames, Field(description="Empty: none is played.")] = Field(default_factory=SideGames)
    penalties: Annotated[dict[int, int], Field(description="Hands to miss, by seat.")] = Field(default_factory=dict)
    levels: tuple[Level, ...] = ()
    may: Annotated[
        dict[str, tuple[Seat, ...]],
        Field(description="What may come beside `hand.may`: each command, with the seats that it may name."),
    ] = Field(default_factory=dict)


class Alert(Stamp):
    """For the floor, on `…/alert`: what is wrong, where, and what to do."""

    type: Literal["alert"] = "alert"
    code: str
    severity: Literal["info", "warning", "error"]
    message: str
    device: Name | None = None
    antenna: Name | None = None
    seat: Seat | None = None
    flag: Annotated[int | None, Field(description="Answer it with resolve_flag; null: nothing is asked.")] = None


class CollectorStatus(Message):
    """On `collector/{instance}/status`, retained, also the will."""

    v: Literal[1] = 1
    state: Literal["online", "lost"]
    epoch: int
    version: str
