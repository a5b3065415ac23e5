"""The states and alerts of a table, as the collector publishes them. The events are in `feed_events`.

All channels have one shape. On `public` everything S0 is absent: `hole` and `equity` are null until a hand is shown. On
`delayed` `hole` is there for hands that the table's policy has released too, and `equity` never.
Amounts are integers, equities basis points (10000 = 100 %). Pages animate events and only draw states.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from collector.wire.base import (
    YOUNGER,
    AtMost,
    CardText,
    Chips,
    Line,
    Message,
    Name,
    Number,
    Seat,
    Sparse,
    Word,
)
from collector.wire.tournament import MOST_LEVELS, BountyRule, Level

Channel = Literal["public", "live", "delayed"]
"""`delayed` is as `public`, and shows the table as it was, with hidden cards that are known by now."""
MOST_ACTS: Final = 1000
"""Of a hand. `show/fitting` leaves them out long before, where the state is too large."""
Shown = Annotated[str, AtMost(200)]
"""A name as it was given, or a hand in words."""
Prize = Annotated[tuple[Chips, ...], AtMost(2000)]
FewSeats = Annotated[tuple[Seat, ...], AtMost(10)]
MayCome = Annotated[dict[Word, FewSeats], AtMost(100)]
BasisPoints = Annotated[int, Field(ge=0, le=10000)]


class Stamp(Message):
    """Fields of every feed message. Consumers order by (epoch, seq)."""

    v: Literal[1] = 1
    type: Word
    event_id: Name
    table_id: Name
    hand_id: Name | None
    epoch: Number
    seq: Annotated[Number, Field(description="Of an event: its number. Of a state: the last event it includes.")]
    timestamp: Word
    trace_id: Shown


class Blinds(Message):
    """The blinds and antes of the next hand."""

    small_blind: Chips
    big_blind: Chips
    ante: Chips
    big_blind_ante: Chips
    button_blind: Annotated[Chips, Field(description="Live, in place of both blinds; 0: none.")] = 0


class PotView(Message):
    """A pot as it would stand if the street ended now, and who can win it."""

    amount: Chips
    eligible: FewSeats


class ActionView(Message):
    """An act of the record."""

    street: Word
    seat: Seat
    player_id: Shown
    action: Word
    amount: Chips
    to: Chips
    all_in: bool


class BestView(Message):
    """What a hand makes on a board, for a half of the pot. An id, for which a page has its words, and the cards.

    kind: high_card, pair, two_pair, trips, straight, flush, full_house, quads, straight_flush, royal_flush, low,
    badugi, badugi_3, badugi_2, badugi_1. Of a lowball hand also what spoils it: half `low`, kind `pair`.
    """

    board: Annotated[Number, Field(description="Its number, from 1; 1 in a game without a board.")]
    half: Word  # high, low, badugi
    kind: Word
    ranks: Annotated[Word, Field(description="From the one that counts most: AK of aces full of kings.")]
    cards: Annotated[tuple[CardText, ...], AtMost(5), Field(description="The cards that play.")]


class RunView(Message):
    """The chances of a seat on one of several boards."""

    equity: BasisPoints
    win: BasisPoints
    tie: BasisPoints


class OutsView(Message):
    """The cards that put a seat in front if they come next, for the high half."""

    board: Annotated[Number, Field(description="The board that is dealt next, from 1.")]
    win: Annotated[tuple[CardText, ...], AtMost(52), Field(description="It alone leads then.")]
    tie: Annotated[tuple[CardText, ...], AtMost(52), Field(description="It shares the lead then.")]


class SeatView(Message):
    """A seat. status: empty, out (sitting out or not dealt in), in, folded, mucked, all_in."""

    seat: Seat
    player_id: Shown | None
    name: Shown | None
    stack: Chips
    status: Literal["empty", "out", "in", "folded", "mucked", "all_in"]
    position: Literal["BTN", "SB", "BB"] | None
    bet: Chips
    cards: Annotated[
        Number,
        Field(description="How many face-down cards lie before the seat or were typed; counted, never looked at."),
    ]
    hole: Annotated[
        Annotated[tuple[CardText, ...], AtMost(52)] | None,
        Field(description="S0 on live, in order read; public once shown."),
    ]
    shown: bool
    equity: Annotated[BasisPoints | None, Field(description="Live channel only.")] = None
    win: BasisPoints | None = None
    tie: BasisPoints | None = None
    equity_error: Annotated[BasisPoints | None, Field(description="Standard error of a sample; 0: counted.")] = None
    equity_unread: Annotated[bool, Field(description="An average over cards that were not read.")] = False
    equity_low: Annotated[BasisPoints | None, Field(description="Of such an average: the worst case.")] = None
    equity_high: Annotated[BasisPoints | None, Field(description="Of such an average: the best case.")] = None
    made: Annotated[Shown | None, Field(description="Hand in words once the board is out. S0 until shown.")]
    last_action: ActionView | None
    up: Annotated[tuple[CardText | None, ...], AtMost(52)] = ()  # face-up cards of stud; null: dealt, but not read
    exposed: Annotated[tuple[CardText, ...], AtMost(52)] = ()  # hole cards that were seen by accident
    won: Annotated[Chips | None, Field(description="Chips taken from the pots of the finished hand.")]
    awaited: Annotated[Number, Field(description="Cards of this seat that are neither read nor typed.")] = 0
    best: Annotated[
        tuple[BestView, ...],
        AtMost(6),
        YOUNGER,
        Field(description="What its hand makes, by board and half. S0 on live; public once shown."),
    ] = ()
    runs: Annotated[
        tuple[RunView, ...],
        AtMost(3),
        YOUNGER,
        Field(description="Its chances on each board, where there are several. Live channel only."),
    ] = ()
    outs: Annotated[
        OutsView | None,
        YOUNGER,
        Field(description="Of a seat that is behind, with at most three hands in. Live channel only."),
    ] = None
    drawn: Annotated[
        tuple[Number, ...], AtMost(5), YOUNGER, Field(description="Cards exchanged at each draw; 0: it stood pat.")
    ] = ()
    effective: Annotated[
        Chips, YOUNGER, Field(description="Of a bet that no other hand can match whole: the part that one can.")
    ] = 0


class ClockView(Message):
    """The clock that was called on the seat to act."""

    seat: Seat
    seconds: Number
    called_at: Annotated[Number, Field(description="When it was called, ms since 1970.")]


class LegalView(Message):
    """The options of the seat to act. A raise is a total on the street."""

    seat: Seat
    fold: bool
    check: bool
    call: Annotated[Chips, Field(description="Chips that a call takes; 0: nothing to call.")]
    opens: bool
    min_to: Chips | None
    max_to: Chips | None
    pot_to: Chips | None
    all_in_to: Annotated[
        Chips | None, Field(description="The bet that going all-in makes; null: more than allowed.")
    ] = None
    bring_in: Annotated[Chips | None, Field(description="Chips that bringing in takes; null: it need not.")] = None
    pot_odds: Annotated[
        BasisPoints, YOUNGER, Field(description="The share of the pot that a call has to win; absent: nothing to call.")
    ] = 0
    effective_to: Annotated[
        Chips, YOUNGER, Field(description="The largest bet that another hand can match; absent: no raise is allowed.")
    ] = 0


class PendingView(Message):
    """An act out of turn. It binds if the bet to the seat is still `bet_to` in its turn.

    condition: the seat said what it would do: if somebody bets, if nobody does (check), or whatever comes (any).
    """

    seat: Seat
    action: Literal["check", "call", "bet_to", "all_in", "fold"]
    to: Chips | None
    bet_to: Chips
    condition: Annotated[Word, YOUNGER] = ""


class WinView(Message):
    """The chips that a seat took."""

    seat: Seat
    player_id: Shown
    amount: Chips
    hand: Shown | None


class AwardView(Message):
    """A part of a pot, and who takes it: each seat's chips after the rake. They are told in the order of the reveal.

    The last side pot comes first, the main pot last. What the floor pushed itself is one part without a board.
    """

    pot: Annotated[Number, Field(description="Its place among `pots`, from 0, the main pot.")]
    board: Annotated[Number, Field(description="From 1; 0: nobody had to beat another hand for it.")]
    half: Word  # high, low, badugi, or empty
    won: Annotated[dict[Seat, Chips], AtMost(10)]


class HandView(Message):
    """The running or last hand."""

    hand_id: Name
    hand_number: Number
    game: Word
    street: Word  # preflop, flop, turn, river, showdown, complete
    button: Seat
    board: Annotated[tuple[CardText, ...], AtMost(5)]
    board_read: Annotated[Number, Field(description="Board cards read so far, also of a street that is not whole yet.")]
    pot: Annotated[Chips, Field(description="All chips of the hand that are not behind, bets included.")]
    pots: Annotated[tuple[PotView, ...], AtMost(10)]
    to_act: Seat | None
    legal: LegalView | None
    waiting_for: Literal["action", "board", "showdown", "next_hand", "draw", "up_cards"]
    showdown: Annotated[FewSeats, Field(description="Seats that still have to show or muck, in order.")]
    actions: Annotated[tuple[ActionView, ...], AtMost(MOST_ACTS)]
    winners: Annotated[tuple[WinView, ...], AtMost(10)]
    undo: Number
    redo: Number
    rulings: Annotated[tuple[Line, ...], AtMost(200)]
    betting: Word = "no_limit"
    boards: Annotated[
        tuple[Annotated[tuple[CardText, ...], AtMost(5)], ...],
        AtMost(3),
        Field(description="All boards, where there are several."),
    ] = ()
    awaited: Annotated[
        tuple[Number, ...],
        AtMost(3),
        Field(description="Cards that each board waits for. The betting waits for them too, or for `go_on`."),
    ] = ()
    dealt: Annotated[
        tuple[Number, Number],
        Field(description="Cards that a seat was dealt by now: face down, face up. Before any draw."),
    ] = (0, 0)
    drawing: Annotated[FewSeats, Field(description="Seats that have yet to draw or discard, in order.")] = ()
    rabbit: Annotated[tuple[CardText, ...], AtMost(52)] = ()
    rake: Chips = 0
    pending: Annotated[
        tuple[PendingView, ...], AtMost(10), Field(description="Acts out of turn that wait for their turn.")
    ] = ()
    scrap: Annotated[
        tuple[CardText, ...], AtMost(52), Field(description="Face up and out of play: boxed, or replaced.")
    ] = ()
    burns: Annotated[Number, Field(description="How many cards are burned.")] = 0
    clock: ClockView | None = None
    passive: Annotated[Seat | None, Field(description="The seat that may not raise this time.")] = None
    in_part: Annotated[
        FewSeats, YOUNGER, Field(description="Seats that showed a part of their hand, on which the floor may rule.")
    ] = ()
    unposted: Annotated[
        FewSeats, YOUNGER, Field(description="Seats dealt in without a blind that they owe, on which nobody has ruled.")
    ] = ()
    asleep: Annotated[
        dict[Seat, Chips], AtMost(10), YOUNGER, Field(description="Sleepers that are live if nobody acts before them.")
    ] = Field(default_factory=dict)
    to_table: Annotated[FewSeats, YOUNGER, Field(description="Seats whose whole hand the floor has tabled.")] = ()
    paid: Annotated[dict[Seat, Number], AtMost(10), Field(description="Bounties and the stand-up game, by seat.")] = (
        Field(default_factory=dict)
    )
    closed: Annotated[
        bool, YOUNGER, Field(description="The betting is over for good: the board runs out, and hands are shown.")
    ] = False
    bomb: Annotated[bool, YOUNGER, Field(description="A bomb pot: antes only, and no betting before the flop.")] = False
    spr: Annotated[
        Number,
        YOUNGER,
        Field(description="The most that two hands can still bet, in hundredths of the pot; absent: nothing."),
    ] = 0
    awards: Annotated[tuple[AwardView, ...], AtMost(60), YOUNGER] = ()
    may: Annotated[
        MayCome,
        Field(description="What may come next: each command, with the seats that it may name."),
    ] = Field(default_factory=dict)


class FlagView(Message):
    """A reading that did not fit, until `resolve_flag` answers it."""

    flag: Number
    code: Word
    device: Name
    antenna: Name
    seat: Seat | None
    message: Line


class Eliminated(Message):
    """A player who is out. Players who go out in one hand with equal stacks share a rank."""

    player_id: Shown
    name: Shown
    rank: Number
    tied: bool
    payout: Chips
    hand_id: Name


class Tournament(Sparse):
    """Facts of the tournament. The names are those of `set_tournament`. A fact that was never told is absent."""

    level: Number | None = None
    clock_ms: Annotated[Number | None, Field(description="Left of the level, or of the break, at `clock_at`.")] = None
    clock_running: bool | None = None
    clock_at: Annotated[Number | None, Field(description="When the clock was told, ms since 1970.")] = None
    on_break: bool | None = None
    entrants: Number | None = None
    remaining: Number | None = None
    payouts: Annotated[Prize | None, Field(strict=False)] = None
    source: Literal["console", "import", "sync"] | None = None
    eliminated: Annotated[Annotated[tuple[Eliminated, ...], AtMost(1000)] | None, Field(strict=False)] = None


class SideGames(Sparse):
    """Bounties and the stand-up game."""

    bounties: Annotated[tuple[BountyRule, ...], AtMost(50)] = ()
    stand_up: Annotated[Chips, Field(description="What the last one standing pays each of the others; 0: none.")] = 0
    standing: Annotated[
        Annotated[tuple[Shown, ...], AtMost(10)] | None,
        Field(description="Player ids of who stands; null: everybody, the game begins."),
    ] = None


class KillButton(Sparse):
    """The kill button, by player ids. leg: who won the last pot. due: who has to kill the next one."""

    leg: Shown | None = None
    due: Shown | None = None


class ReleaseView(Message):
    """When hidden cards of the next hand become known: which, to everybody and to the house, how long after its end."""

    public: Literal["never", "shown", "all_in_and_shown", "all"]
    house: Literal["never", "shown", "all_in_and_shown", "all"]
    delay_s: Number


class TableState(Stamp):
    """Everything about a table, on `…/state`. A repeated state is the same bytes."""

    type: Literal["state"] = "state"
    mode: Word
    event_name: Shown
    table_name: Shown
    decision: Number
    blinds: Blinds | None
    button: Seat | None
    seats: Annotated[tuple[SeatView, ...], AtMost(10)]  # always ten
    hand: HandView | None
    game: Annotated[Word, Field(description="Of the next hand.")] = "holdem"
    profile: Word = "cash"
    house_rules: Annotated[
        dict[Word, bool | Number | Word],
        AtMost(40),
        Field(
            description="Each rule of the house that `set_house_rules` sets, as it is now. Absent: a sleeper stays, "
            "nobody has time chips, a time chip is worth 30 seconds; `misdeal_until`, `early_check` and `card_for_all` "
            "are those of the profile."
        ),
    ] = Field(default_factory=dict)
    flow: Literal["operator", "automatic"] = "operator"
    decks: Annotated[tuple[Name, ...], AtMost(10), Field(description="The decks in rotation.")] = ()
    flags: Annotated[
        tuple[FlagView, ...], AtMost(1000), Field(description="Readings that wait for an answer; live only.")
    ] = ()
    owed: Annotated[
        dict[Seat, Annotated[tuple[Word, ...], AtMost(2)]], AtMost(10), Field(description="Missed blinds, by seat.")
    ] = Field(default_factory=dict)
    tournament: Tournament = Field(default_factory=Tournament)
    kill: Annotated[KillButton, Field(description="Empty: no kill game, or a neutral button.")] = Field(
        default_factory=KillButton
    )
    side_games: Annotated[SideGames, Field(description="Empty: none is played.")] = Field(default_factory=SideGames)
    behind: Annotated[
        dict[Seat, Chips], AtMost(10), Field(description="Chips of a stack that were bought and not paid yet, by seat.")
    ] = Field(default_factory=dict)
    penalties: Annotated[dict[Seat, Number], AtMost(10), Field(description="Hands to miss, by seat.")] = Field(
        default_factory=dict
    )
    levels: Annotated[tuple[Level, ...], AtMost(MOST_LEVELS)] = ()
    time_bank: Annotated[
        dict[Seat, Number], AtMost(10), YOUNGER, Field(description="Time chips by seat; absent: the house gives none.")
    ] = Field(default_factory=dict)
    release: Annotated[ReleaseView | None, YOUNGER, Field(description="Absent: a log of before there were delays.")] = (
        None
    )
    masked: Annotated[
        bool, YOUNGER, Field(description="Everything is hidden: no card is in the state, and a page draws nothing.")
    ] = False
    left_out: Annotated[
        tuple[Word, ...],
        AtMost(10),
        Field(description="What is empty here because the state would not fit; absent: nothing."),
    ] = ()
    may: Annotated[
        MayCome,
        Field(description="What may come beside `hand.may`: each command, with the seats that it may name."),
    ] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _said(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = whole(self)
        return said if self.left_out else {name: value for name, value in said.items() if name != "left_out"}


class Alert(Stamp):
    """For the floor, on `…/alert`: what is wrong, where, and what to do."""

    type: Literal["alert"] = "alert"
    code: Word
    severity: Literal["info", "warning", "error"]
    message: Line
    device: Name | None = None
    antenna: Name | None = None
    seat: Seat | None = None
    flag: Annotated[Number | None, Field(description="Answer it with resolve_flag; null: nothing is asked.")] = None


class CollectorStatus(Message):
    """On `collector/{instance}/status`, retained, also the will."""

    v: Literal[1] = 1
    state: Literal["online", "lost"]
    epoch: Number
    version: Shown
    unsealed: Annotated[tuple[Name, ...], AtMost(2000), Field(description="Nodes whose seal was taken off.")] = ()
