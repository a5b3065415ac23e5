"""A table as a value: everything that the facts of its stream say. `show/` draws it, `fold` changes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from collector.access.live import LiveGrant
from collector.cards import Card
from collector.equity import Answered
from collector.errors import IllegalAction, Refused
from collector.facts.fact import Fact
from collector.hand.blinds import ButtonRule, Owed, Places
from collector.hand.copying import replace
from collector.hand.events import Event
from collector.hand.model import (
    Bounty,
    CardForAll,
    EarlyCheck,
    EqualBoards,
    Hand,
    MisdealRule,
    OddChip,
    ShortAllIn,
    SleeperRule,
)
from collector.hand.obligations import Obligation, Positions
from collector.odds.asked import OddsRules
from collector.release import ShowTime, Terms, Waiting
from collector.release.policy import BY_DEFAULT
from collector.release.showtime import NEVER_ANCHORED
from collector.secrecy import Secret
from collector.table.play import Play, stepped
from collector.wire.tournament import Level

SEATS = range(1, 11)
SECURE: Final = "secure"
"""The mode in which hidden cards go nowhere before their release."""


@dataclass(frozen=True, slots=True)
class Antenna:
    """The purpose of a coil. role: seat (cards face down), up (face up), board, muck. seat: None for board and muck."""

    role: str
    seat: int | None


@dataclass(frozen=True)  # no slots: see copying
class Seated:
    """A player in a seat, between hands."""

    player_id: str
    name: str
    stack: int
    out: bool = False  # sits out: not dealt in, or in a tournament dealt in and dead
    penalty: int = 0  # hands to miss
    behind: int = 0  # of the stack: bought and not paid yet
    time_chips: int | None = None  # left between hands; None: as many as the house gives


@dataclass(frozen=True, slots=True)
class Rules:
    """Blinds and antes of the next hand."""

    small_blind: int
    big_blind: int
    ante: int
    big_blind_ante: int
    button_ante: int = 0
    third_blind: int = 0
    button_blind: int = 0  # live, in place of both blinds
    ante_first: bool | None = None  # False: a short big blind pays its blind before the ante; None: as the house says
    ante_live: bool = False  # the ante of every player counts towards a call


@dataclass(frozen=True, slots=True)
class Redeal:
    """The table before a hand, should the deal be void: the players, the blinds, what was owed (TDA 2024 rule 35).

    rules: None once blinds were set anew by hand. button: where it was set, or drawn for; None: it moves on as it did.
    """

    players: frozenset[str]
    rules: Rules | None
    obligations: Mapping[str, Obligation] | None
    positions: Positions | None
    button: int | None


@dataclass(frozen=True, slots=True)
class Stakes:
    """The stakes of one game of a mixed game. betting: None is any."""

    game: str
    betting: str | None
    rules: Rules
    big_bet: int = 0
    bring_in: int = 0


@dataclass(frozen=True, slots=True)
class Kill:
    """The kill button, by player ids (Robert's Rules 13). leg: who won the last pot. due: who has to kill the next."""

    leg: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """The game of the next hands. rotation: a mixed game, which changes every `hands_each` hands or by command."""

    game: str = "holdem"
    betting: str | None = None
    big_bet: int = 0
    bring_in: int = 0
    bets_cap: int = 4
    spread: int = 0
    hand_cap: int = 0
    boards: int = 1
    rotation: str | None = None
    hands_each: int = 0  # 0: by command only
    since: int = 0  # how many hands had been dealt when this game began
    turn: int = 0  # how often the game was changed by command
    stud_antes: bool = False  # the ante of all goes in in stud only
    stakes: tuple[Stakes, ...] = ()
    kill: str = "none"  # half, full: who wins two pots running kills the next one


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The rules of the house at this table, where books and rooms differ. A profile is a set of them (`setup`)."""

    profile: str = "cash"
    button_rule: ButtonRule = ButtonRule.MOVING
    missed_blinds: bool = True
    straddles: bool = True
    runs: int = 3  # how often a board may be run
    chop: bool = True
    rabbit: bool = True
    buy_button: bool = True
    all_in_tabled: bool = False  # if somebody is all-in, nobody mucks (TDA 2024 rule 16)
    new_players_post: bool = False  # a new player owes a big blind
    ante_first: bool = True  # a short stack pays its ante before its blind, where the blinds do not say
    equal_boards: EqualBoards = EqualBoards.SEAT
    short_all_in: ShortAllIn = ShortAllIn.FULL
    odd_chip: OddChip = OddChip.ALL
    straddle_raises: bool = True
    pair_doubles: bool = True
    sleeper: SleeperRule = SleeperRule.STAYS
    misdeal_until: MisdealRule = MisdealRule.TWO
    early_check: EarlyCheck = EarlyCheck.PASSIVE
    card_for_all: CardForAll = CardForAll.HIGH
    time_chips: int = 0  # of each player; 0: nobody has a time bank
    time_chip_seconds: int = 30  # what one is worth; 1: the bank is counted in seconds
    absent_dealt: bool = False  # absent players are dealt in and posted for (TDA 2024 rule 30)
    chip: int = 1
    rake_points: int = 0
    rake_cap: int = 0
    no_flop_no_drop: bool = True
    jackpot: int = 0  # dropped from a pot for the jackpot, beside the rake
    jackpot_from: int = 0  # the least pot that it is dropped from


@dataclass(frozen=True, slots=True)
class Flag:
    """A reading that did not fit, until somebody answers it. position: of its fact, by which `resolve_flag` names it.

    device, name: the node and its coil. S0: `tag` and `card` stay out of `message`, which the floor reads.
    """

    position: int
    code: str
    message: str
    antenna: Antenna
    device: str
    name: str
    tag: Secret[str]
    card: Secret[Card] | None = None


@dataclass(frozen=True, slots=True)
class Eliminated:
    """A player who is out of the tournament. rank: the place. tied: the place is shared. payout: this player's part."""

    player_id: str
    name: str
    rank: int
    tied: bool
    payout: int
    hand_id: str


@dataclass(frozen=True, slots=True)
class Tournament:
    """Facts of the tournament; None: not told. clock_at: the time at which `clock_ms` was left, in ms since 1970."""

    level: int | None = None
    clock_ms: int | None = None
    clock_running: bool | None = None
    clock_at: int | None = None
    on_break: bool | None = None
    entrants: int | None = None
    remaining: int | None = None
    payouts: tuple[int, ...] | None = None
    source: str | None = None
    eliminated: tuple[Eliminated, ...] | None = None


class Stamp(NamedTuple):
    """The last fact that a channel told of. Its repeated state carries this stamp, so that its bytes stay the same."""

    received_at: int
    trace_id: str


@dataclass(frozen=True)  # no slots: see copying
class Table:
    """A live table after some facts. The keys of `seated`, `cards_at` and `owed` are seat numbers."""

    table_id: str
    event_id: str
    event_name: str
    name: str
    mode: str
    position: int
    public_stamp: Stamp
    live_stamp: Stamp
    epoch: int = 1
    decision: int = 0
    public_seq: int = 0
    live_seq: int = 0
    amendable: bool = False  # an amendment has a command to replace
    rules: Rules | None = None
    seated: Mapping[int, Seated] = field(default_factory=dict)
    button: int | None = None
    button_stays: bool = False  # set by hand, or after a misdeal: the next start does not move it
    hands_dealt: int = 0
    devices: frozenset[str] = frozenset()
    antennas: Mapping[tuple[str, str], Antenna] = field(default_factory=dict)
    decks: Mapping[str, Secret[Mapping[str, Card]]] = field(default_factory=dict)
    deck: str | None = None  # the deck of the next hand, if it was chosen
    flags: tuple[Flag, ...] = ()
    controls: Mapping[Secret[str], Mapping[str, object]] = field(default_factory=dict)  # tag to command
    automatic: bool = False  # no operator: cards alone begin and end a hand
    present: Mapping[tuple[str, str], frozenset[Secret[str]]] = field(default_factory=dict)
    cards_at: Mapping[int, int] = field(default_factory=dict)  # cards at a seat: counted, never looked at
    play: Play | None = None
    held: tuple[Play, ...] = ()  # hands that are over and have contested cards, until the floor settles them
    variant: Variant = Variant()
    house: HouseRules = HouseRules()
    last: Places | None = None  # button and blinds of the last hand
    owed: Mapping[int, Owed] = field(default_factory=dict)  # missed blinds, by seat
    obligations: Mapping[str, Obligation] | None = None  # by player id, at the last start; None: not known yet
    positions: Positions | None = None  # that button and blinds move on from
    before_hand: Redeal | None = None  # what a misdeal of the last hand goes back to
    redeal: Redeal | None = None  # the last deal was void: the next start repeats it
    tournament: Tournament = Tournament()
    levels: tuple[Level, ...] = ()
    kill: Kill = Kill()
    bounties: tuple[Bounty, ...] = ()
    stand_up: int = 0  # the last one standing pays this to each of the others; 0: not played
    standing: frozenset[str] | None = None  # player ids; None: the game begins, everybody stands
    odds_rules: OddsRules = field(default_factory=OddsRules)
    answered: Secret[Answered] | None = None  # the last answer of a worker, to the question of that time
    live: Mapping[str, LiveGrant] = field(default_factory=dict)  # who may hear the live channel, by whom it is to
    masked: bool = False  # no card goes on air
    time: ShowTime = NEVER_ANCHORED  # how the time of the stream counts towards delays
    terms: Terms = BY_DEFAULT  # what holds for the release of the next hand
    waiting: tuple[Waiting, ...] = ()  # hands that are over, and not released to everybody that they may be
    released: frozenset[int] = frozenset()  # seats whose hidden cards all may see: of a lagging table alone

    def card_of(self, uid: str) -> tuple[str, Card] | None:
        """Return (deck id, card) of a tag, None for a tag of no deck in rotation."""
        for deck_id, deck in self.decks.items():
            card = deck.reveal().get(uid)
            if card:
                return deck_id, card
        return None

    def time_bank(self, seat: int) -> int:
        """Return how many time chips the player in `seat` has between hands; 0 where the house gives none."""
        own = self.seated[seat].time_chips
        return self.house.time_chips if own is None or not self.house.time_chips else own

    @property
    def running(self) -> Hand | None:
        """The hand until its pots are awarded, then None."""
        return self.play.hand if self.play and not self.play.hand.complete else None


def require_clock(table: Table) -> None:
    """Raise Refused where the time of a table does not count: its log is of before there were delays."""
    if not table.time.counts:
        message = "the time of this table does not count yet; start the collector again, which ties it to its clock"
        raise Refused("NO_CLOCK", message)


def play_of(table: Table) -> Play:
    """Return the hand on the table, over or not; raise Refused if there is none."""
    if table.play is None:
        raise Refused("NO_HAND", "no hand is running; start one first")
    return table.play


def with_step(table: Table, fact: Fact, event: Event, *, by_command: bool) -> Table:
    """Return the table with `event` applied to its hand; raise IllegalAction if it cannot follow, or without a hand."""
    if table.play is None:
        raise IllegalAction("NO_HAND", "no hand is running; start one first")
    return replace(table, play=stepped(table.play, fact, event, by_command=by_command))
