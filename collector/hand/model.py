"""A hand as a value: everything known of it after some events. Behaviour is in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from collector.cards import Card
from collector.hand.events import Act, Post
from collector.hand.games import Betting
from collector.secrecy import Secret

EDITION: Final = 3
"""The edition of the rules that a hand is started by now (ADR 24). A hand that says none was started by the first.

1: who owes which blind is one model. 2: the house rules where books differ go with the start (ADR 28).
3: a new game has a first round (Robert's Rules 4); it stands in a start that is another one by it.
"""


class EqualBoards(StrEnum):
    """Who opens a later street of stud when the boards that decide are equal."""

    SEAT = "seat"  # who is dealt to first (Robert's Rules 8)
    SUIT = "suit"  # the high card by suit, in razz too (TDA 2024 RP-10)


class ShortAllIn(StrEnum):
    """Which raise follows an all-in of fixed limit of half a bet or more that is no full one."""

    FULL = "full"  # on top of it: it counts as a bet, for the cap too
    COMPLETED = "completed"  # to the next full bet


class OddChip(StrEnum):
    """Which card takes the odd chip among equal hands of stud."""

    FIVE = "five"  # the highest by suit of the five that win (TDA 2024 rule 20)
    ALL = "all"  # of all cards: the highest by suit for high, the lowest for low (Robert's Rules 3)


class MisdealRule(StrEnum):
    """How long a misdeal may be declared."""

    TWO = "two"  # until two players after the forced bets have acted (Robert's Rules 3)
    SUBSTANTIAL = "substantial"  # until there was substantial action (TDA 2024 rule 36)


class EarlyCheck(StrEnum):
    """The next turn of a seat that checked out of turn, where somebody has bet since."""

    PASSIVE = "passive"  # it may not raise (Robert's Rules 3)
    FREE = "free"  # it may do as it likes (TDA 2024 rule 53)


class CardForAll(StrEnum):
    """Who opens the last street of stud, where one card is dealt for all."""

    HIGH = "high"  # the best board with this card (Robert's Rules 8)
    SIXTH = "sixth"  # who opened sixth street (TDA 2024 RP-10)


class SleeperRule(StrEnum):
    """What becomes of a sleeper, a straddle that moves no turn, when somebody puts chips in before it."""

    STAYS = "stays"  # nothing: it is a bet from the start
    LAPSES = "lapses"  # it is off, and its player keeps it


@dataclass(frozen=True, slots=True)
class SeatSetup:
    """A player who is dealt in."""

    seat: int
    player_id: str
    name: str
    stack: int


@dataclass(frozen=True, slots=True)
class Rake:
    """The share of the house in a pot, in whole chips. points: hundredths of a per cent of the pot."""

    points: int
    cap: int = 0  # 0: none
    no_flop_no_drop: bool = True
    fixed: int = 0  # the amount that a record states, in place of the share; 0: none
    jackpot: int = 0  # beside the share, from pots of at least `jackpot_from`
    jackpot_from: int = 0


@dataclass(frozen=True, slots=True)
class Bounty:
    """A bounty: all others who were dealt in pay the player who wins the pot and tables these ranks."""

    name: str
    ranks: str  # as in "72": those of a whole hand of as many cards
    amount: int
    suited: bool | None = None  # None: either


@dataclass(frozen=True, slots=True)
class StandUp:
    """The stand-up game: everybody stands, the winner of a pot sits, the last one standing pays each of the others."""

    amount: int
    standing: frozenset[int]


@dataclass(frozen=True, slots=True)
class HandSetup:
    """The start of a hand. seats: in dealing order, clockwise from the first one left of the button.

    Heads-up the button is the small blind and comes last. posts: in the order in which they go in. min_bet: the big
    blind of the level, also if the blind itself is short; in fixed limit the small bet.
    """

    seats: tuple[SeatSetup, ...]
    posts: tuple[Post, ...]
    min_bet: int
    game: str = "holdem"
    betting: Betting | None = None  # None: as the game is usually played
    big_bet: int = 0  # fixed limit: the bet of the later streets; 0: twice the small bet
    bring_in: int = 0  # stud games
    bets_cap: int = 4  # fixed limit: bets and raises of a street, the blind counting as a bet; 0: no cap
    spread: int = 0  # spread limit: the most that one bet or raise may add
    hand_cap: int = 0  # the most that a seat can lose in this hand; 0: its stack
    boards: int = 1  # two or three boards, each for a share of every pot
    chip: int = 1  # the smallest chip in play: odd chips break to it
    bomb: bool = False  # a bomb pot: antes only, and no betting before the second street
    rake: Rake | None = None
    cards_only: bool = False  # nobody enters bets: no posts, no betting, no pot; the board runs as it is read
    real_chips: bool = False  # odd chips go one by one, in stud by suit; else in one piece, by seat
    acts_last: int | None = None  # a straddler who waits for all others, until somebody raises
    dead_blind: int = 0  # a small blind that nobody posts: pot limit counts it before the flop
    killed: tuple[int, ...] = ()  # absent or on a penalty: dealt in and posted for, then dead
    all_in_tabled: bool = False  # if somebody is all-in, nobody may muck (TDA 2024 rule 16)
    contests: bool = False  # a hidden card that lies elsewhere too is shown to nobody: see `clashes`
    departures: tuple[str, ...] = ()  # against the house rules, by an override: the first rulings
    bounties: tuple[Bounty, ...] = ()
    stand_up: StandUp | None = None
    antes_dead: bool = False  # equal antes too are dead money: who could not pay the whole ante may win all of them
    edition: int = 0  # of the rules (ADR 24); 0: the first, which recorded hands and older logs are played by
    pair_uncapped: bool = False  # fixed limit: two players raise without a cap, as in cash games
    killer: int | None = None  # the seat that kills this pot: its kill blind sets the limits
    stand_away: int = 0  # players who stand in the stand-up game and are not dealt in
    equal_boards: EqualBoards = EqualBoards.SEAT
    half_bets_full: bool = False  # fixed limit: an all-in of half a bet or more is a bet, for the cap too
    odd_chip: OddChip | None = None  # stud games; None: as editions 0 and 1 had it
    pair_doubles: bool = False  # seven-card stud: an open pair on fourth street gives the choice of the big bet
    straddle_raises: bool = True  # the least raise is that of the straddle; False: of the big blind
    sleepers_lapse: bool = False  # see `sleepers`
    unposted: tuple[int, ...] = ()  # owe a blind, and were dealt in without it
    time_bank: tuple[tuple[int, int], ...] = ()  # (seat, time chips) at the start, where the house has them
    time_chip_seconds: int = 0  # what each is worth


class Typed(NamedTuple):
    """A face-down card that a console typed. card: None if nobody knows which one it is by now."""

    by: str
    card: Secret[Card] | None


@dataclass(frozen=True)  # no slots: see copying
class Player:
    """A player in the hand. bet: chips on this street; contributed: all chips put in, antes and dead money included.

    A bet that nobody called is given back: it goes from `contributed` into `returned`.
    """

    seat: int
    player_id: str
    name: str
    starting_stack: int
    stack: int
    bet: int = 0
    contributed: int = 0
    ante: int = 0
    hole: tuple[Secret[Card] | None, ...] = ()
    folded: bool = False
    mucked: bool = False
    shown: tuple[Card, ...] | None = None
    dead: int = 0  # of `contributed`: dead blinds and unequal antes, which nobody has to match
    returned: int = 0  # an uncalled bet, given back when the betting ended
    up: tuple[Card | None, ...] = ()  # face-up cards, public; None: dealt, but not read
    exchanged: tuple[int, ...] = ()  # cards given up at each draw so far
    discarded: tuple[Secret[Card], ...] = ()  # those of the exchanged cards that are known
    owed: int = 0  # cards of the last draw that are still to come
    exposed: tuple[Card, ...] = ()  # hole cards seen by accident, public
    aside: int = 0  # chips beyond the cap of the hand: not in play
    typed: tuple[Typed, ...] = ()  # face-down cards that consoles typed; their number is public
    extra: tuple[Secret[Card], ...] = ()  # typed beside a full hand of other cards
    killed: bool = False  # folded by a ruling: a bet of it that nobody calls goes back
    found: int = 0  # of `aside`: chips that were found behind it once it was all-in

    @property
    def live(self) -> bool:
        """True while the seat can win."""
        return not self.folded and not self.mucked

    @property
    def all_in(self) -> bool:
        """True when the seat is live and has no chips behind."""
        return self.live and self.stack == 0


@dataclass(frozen=True)  # no slots: see copying
class Recorded:
    """An act in the record. amount: chips put in; to: the bet of the seat on this street after the act.

    action: post kinds, bring_in, fold, check, call, bet, raise, draw, discard, show, muck, dead.
    all_in marks the act that took the last chip. The fields from `fact` on are its Evidence.
    """

    street: str
    seat: int
    action: str
    amount: int = 0
    to: int = 0
    all_in: bool = False
    cards: int = 0  # of a draw or discard: how many
    fact: int = 0
    at: int = 0
    source: str = ""
    history: tuple[Recorded, ...] = ()


_FRESH: Final = vars(Recorded("", 0, ""))


def recorded(street: str, seat: int, action: str, amount: int = 0, to: int = 0, *, all_in: bool = False) -> Recorded:
    """Return an act for the record, in a third of the time of a frozen dataclass: every bet makes one."""
    entry = object.__new__(Recorded)
    fields = {"street": street, "seat": seat, "action": action, "amount": amount, "to": to, "all_in": all_in}
    object.__setattr__(entry, "__dict__", _FRESH | fields)
    return entry


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of an event: position and time of its fact (ms since 1970), and the source.

    source: operator, antenna or inference. history: the acts that stood there before amendments, the oldest first.
    """

    fact: int
    at: int
    source: str
    history: tuple[Recorded, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """An act out of turn that waits for the turn of its seat. bet_to: the bet that the seat faced when it acted.

    condition, passive: see `OutOfTurn`.
    """

    act: Act
    bet_to: int
    condition: str = ""
    passive: bool = False


@dataclass(frozen=True, slots=True)
class Runout:
    """A further board. read: the cards that it does not share with the first; gaps: places with a card taken back."""

    read: tuple[Card, ...] = ()
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pot:
    """A pot. eligible: the seats that have put enough in to win it, and have not folded."""

    amount: int
    eligible: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Win:
    """The chips that a seat took from the pots, without the bet that it got back."""

    seat: int
    amount: int
    hand: str | None = None  # the made hand in words, of a tabled hand


@dataclass(frozen=True, slots=True)
class Result:
    """The end of a hand. uncalled: seat to the bet that it got back."""

    total_pot: int
    pots: tuple[Pot, ...]
    uncalled: dict[int, int]
    wins: tuple[Win, ...]
    final_stacks: dict[int, int]
    reached_showdown: bool
    rake: int = 0
    awarded: str | None = None  # why the floor pushed the pots itself
    paid: dict[int, int] = field(default_factory=dict)  # bounties and the stand-up game, in `final_stacks`


@dataclass(frozen=True, slots=True)
class Legal:
    """The options of the seat to act. call: the chips that a call takes. Bets and raises are totals on the street."""

    seat: int
    check: bool
    call: int  # 0: nothing to call
    min_to: int | None  # None: may not bet or raise
    max_to: int | None  # all-in, or the most that the betting structure allows
    opens: bool = False  # True: a bet, not a raise
    pot_to: int | None = None  # a pot-sized bet or raise, capped by the stack
    bring_in: int | None = None  # the chips of the bring-in; None: the seat need not bring in


@dataclass(frozen=True)  # no slots: see copying
class Hand:
    """A hand after some events. Built by `start`, changed by `apply` only."""

    setup: HandSetup
    players: tuple[Player, ...]  # in dealing order
    street: str
    to_act: int | None
    bet_to: int  # the bet to match on this street
    min_raise: int  # the smallest full raise from here, as an increment: to at least bet_to + min_raise
    board_read: tuple[Card, ...] = ()  # as read, incomplete streets included
    acted: frozenset[int] = frozenset()  # seats that acted since the last full bet or raise
    aggressor: int | None = None  # last to bet or raise on this street
    actions: tuple[Recorded, ...] = ()
    rulings: tuple[str, ...] = ()
    result: Result | None = None
    full_bet: int = field(default=0)  # level of the last full bet, for all-in raises that do not reopen
    settled: frozenset[int] = frozenset()  # seats that have answered bet_to as it stands
    closed: bool = False  # the betting is over for good: the board runs out, hands are shown
    reached: str = "preflop"  # the last street whose board cards may show; stays when the hand is complete
    board_gaps: tuple[int, ...] = ()  # places on the board whose card was taken back, lowest first
    bets: int = 0  # full bets and raises of this street, the big blind included
    drawing: tuple[int, ...] = ()  # seats that have yet to draw or discard, in order
    bringing_in: bool = False  # the seat to act must bring in, or complete
    stands_in: bool = False  # for an all-in bring-in: the seat to act may fold (TDA 2024 RP-10)
    shared: int = 0  # board cards that all boards have in common
    rabbit: tuple[Card, ...] = ()  # cards that would have come
    further: tuple[Runout, ...] = ()  # the boards beside the first
    pending: tuple[Pending, ...] = ()  # acts out of turn
    burns: tuple[Secret[Card] | None, ...] = ()
    scrap: tuple[Card, ...] = ()  # face up and out of play: boxed, or exposed and replaced
    community: tuple[Card, ...] = ()  # stud with a deck too short: one card for all
    high_with_card: bool = False  # that card counts for who opens
    early: frozenset[int] = frozenset()  # seats that folded out of turn
    passive: int | None = None  # the seat that may not raise this time
    clock: tuple[int, int] | None = None  # seat and seconds; it ends with the next act
    in_part: tuple[int, ...] = ()  # seats that showed a part of their hand, until the floor rules or the rest is shown
    banked: tuple[tuple[int, int], ...] = ()  # (seat, time chips that it used in this hand)
    unposted: tuple[int, ...] = ()  # of those of the setup: on which nobody has ruled
    asleep: tuple[Post, ...] = ()  # sleepers that may lapse: no chips of theirs are in
    to_table: tuple[int, ...] = ()  # seats whose whole hand the floor has tabled, until it is
    went_on: str = ""  # the street whose missing cards play does not wait for
    lying: Secret[int] | None = field(default=Secret(0), compare=False)  # see `clashes.laid`; None: look closely

    @property
    def complete(self) -> bool:
        """True when the pots are awarded."""
        return self.result is not None
