"""A table as a value: everything that the facts of its stream say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collector.cards import Card
from collector.equity import Answered
from collector.errors import IllegalAction, Refused
from collector.facts.fact import Fact
from collector.hand.blinds import ButtonRule, Owed, Places
from collector.hand.copying import replace
from collector.hand.events import Event
from collector.hand.model import Bounty, Hand
from collector.odds.asked import OddsRules
from collector.secrecy import Secret
from collector.table.play import Play, stepped
from collector.wire.tournament import Level

SEATS = range(1, 11)


@dataclass(frozen=True, slots=True)
class Antenna:
    """What a coil is for: role seat, board or muck."""

    role: str
    seat: int | None


@dataclass(frozen=True)  # no slots: see copying
class Seated:
    """A player in a seat, between hands."""

    player_id: str
    name: str
    stack: int
    out: bool = False
    penalty: int = 0  # hands to miss


@dataclass(frozen=True, slots=True)
class Rules:
    """Blinds and antes of the next hand."""

    small_blind: int
    big_blind: int
    ante: int
    big_blind_ante: int
    button_ante: int = 0
    third_blind: int = 0
    ante_first: bool = True  # False: a short big blind pays its blind before the ante
    ante_live: bool = False  # the ante of every player counts towards a call


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
    since: int = 0
    turn: int = 0  # how often the game was changed by command


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What this table allows. The profiles *tournament* and *cash* are sets of these."""

    profile: str = "cash"
    button_rule: ButtonRule = ButtonRule.MOVING
    missed_blinds: bool = True
    straddles: bool = True
    runs: int = 3  # how often a board may be run
    chop: bool = True
    rabbit: bool = True
    buy_button: bool = True
    all_in_tabled: bool = False  # with somebody all-in nobody mucks
    new_players_post: bool = False  # who sits down owes a big blind
    absent_dealt: bool = False  # tournaments deal absent players in, and take their blinds
    chip: int = 1
    rake_points: int = 0
    rake_cap: int = 0
    no_flop_no_drop: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """A reading that did not fit, until somebody says what it was. position: of its fact."""

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
    """Who went out of the tournament, in which place. tied: the place is shared. payout: this player's part."""

    player_id: str
    name: str
    rank: int
    tied: bool
    payout: int
    hand_id: str


@dataclass(frozen=True, slots=True)
class Tournament:
    """Facts of the tournament; None: nobody has said. clock_at: when clock_ms was, in ms since 1970."""

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
    """The last fact that a channel told of: what its repeated state is stamped with."""

    received_at: int
    trace_id: str


@dataclass(frozen=True)  # no slots: see copying
class Table:
    """A live table after some facts. Seat numbers are keys of `seated`, `cards_at` and hands."""

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
    amendable: bool = False  # a command was given that an amendment could replace
    rules: Rules | None = None
    seated: Mapping[int, Seated] = field(default_factory=dict)
    button: int | None = None
    button_stays: bool = False  # set by hand, or after a misdeal: the next hand has it where it is
    hands_dealt: int = 0
    devices: frozenset[str] = frozenset()
    antennas: Mapping[tuple[str, str], Antenna] = field(default_factory=dict)
    decks: Mapping[str, Secret[Mapping[str, Card]]] = field(default_factory=dict)
    deck: str | None = None  # the deck of the next hand, where it was chosen
    flags: tuple[Flag, ...] = ()
    controls: Mapping[Secret[str], Mapping[str, object]] = field(default_factory=dict)  # tag to command
    automatic: bool = False  # no operator: cards alone begin and end a hand
    present: Mapping[tuple[str, str], frozenset[Secret[str]]] = field(default_factory=dict)
    cards_at: Mapping[int, int] = field(default_factory=dict)  # cards before a seat: counted, never looked at
    play: Play | None = None
    variant: Variant = Variant()
    house: HouseRules = HouseRules()
    last: Places | None = None  # button and blinds of the last hand
    owed: Mapping[int, Owed] = field(default_factory=dict)  # missed blinds, by seat
    tournament: Tournament = Tournament()
    levels: tuple[Level, ...] = ()
    bounties: tuple[Bounty, ...] = ()
    stand_up: int = 0  # what the last one standing pays each of the others; 0: not played
    standing: frozenset[str] | None = None  # player ids; None: everybody, the game begins
    odds_rules: OddsRules = field(default_factory=OddsRules)
    answered: Secret[Answered] | None = None  # the last answer of a worker, to whatever was asked then

    def card_of(self, uid: str) -> tuple[str, Card] | None:
        """Return the deck and the card that a tag is, None for a tag of no deck in rotation."""
        for deck_id, deck in self.decks.items():
            card = deck.reveal().get(uid)
            if card:
                return deck_id, card
        return None

    @property
    def running(self) -> Hand | None:
        """The hand, while its pots are not awarded."""
        return self.play.hand if self.play and not self.play.hand.complete else None


def play_of(table: Table) -> Play:
    """Return the hand on the table; raise Refused where there is none."""
    if table.play is None:
        raise Refused("NO_HAND", "no hand is running; start one first")
    return table.play


def with_step(table: Table, fact: Fact, event: Event, *, by_command: bool) -> Table:
    """Return the table with `event` applied to its hand; raise IllegalAction where it cannot follow."""
    if table.play is None:
        raise IllegalAction("NO_HAND", "no hand is running; start one first")
    return replace(table, play=stepped(table.play, fact, event, by_command=by_command))
