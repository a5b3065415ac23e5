"""The events of a hand, in the dealer's words. Frozen values, no behaviour, no clock.

A seat is its number at the table, 1 to 10. Amounts are integers in the table's smallest unit.
`override` on an act says that the record stands although the rules refuse it; the hand lists it in its rulings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from collector.cards import Card
from collector.secrecy import Secret


class PostKind(StrEnum):
    """Why chips go in before the cards are dealt."""

    ANTE = "ante"  # dead: no part of the poster's bet
    SMALL_BLIND = "small_blind"
    BIG_BLIND = "big_blind"
    STRADDLE = "straddle"
    SLEEPER = "sleeper"  # a straddle that does not move the first turn: its poster acts in the normal order
    LIVE_ANTE = "live_ante"  # an ante that counts towards a call
    LATE = "late"  # live, out of turn: the poster still acts in the normal order
    DEAD = "dead"  # a missed small blind: dead money


@dataclass(frozen=True, slots=True)
class Post:
    """A forced bet. A shorter stack posts all it has."""

    seat: int
    kind: PostKind
    amount: int


@dataclass(frozen=True, slots=True)
class HoleCard:
    """A card came to a seat, face down. card: None if it was dealt, but not read. by: who typed it; "": it was read."""

    seat: int
    card: Secret[Card] | None
    by: str = ""


@dataclass(frozen=True, slots=True)
class UpCard:
    """A card came to a seat, face up. card: None if it was dealt, but not read."""

    seat: int
    card: Card | None


@dataclass(frozen=True, slots=True)
class UpCardTaken:
    """A face-up card was a misread: its place waits for the right one."""

    seat: int
    card: Card


@dataclass(frozen=True, slots=True)
class Draw:
    """A seat exchanges `count` cards, or throws them away in a discard. cards: the ones among them that are known."""

    seat: int
    count: int
    cards: tuple[Secret[Card], ...] = ()
    override: bool = False


@dataclass(frozen=True, slots=True)
class HoleCardTaken:
    """A hole card was a misread: it leaves the seat's hand. by: who typed that; the seat may not hold the card then."""

    seat: int
    card: Secret[Card]
    by: str = ""


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A card came to the board. It shows only with the rest of its street (three for the flop)."""

    card: Card
    board: int = 1  # the second and third board, where there are several


@dataclass(frozen=True, slots=True)
class BoardCardTaken:
    """A board card was a misread."""

    card: Card
    board: int = 1


@dataclass(frozen=True, slots=True)
class GoOn:
    """Play does not wait for the cards of this street that nobody has read or typed."""


@dataclass(frozen=True, slots=True)
class RunTimes:
    """With the betting over, the rest of the board is dealt this many times, each for a share of every pot."""

    times: int


@dataclass(frozen=True, slots=True)
class Fold:
    """The seat gives up its hand."""

    seat: int
    override: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """The seat bets nothing, with nothing to call."""

    seat: int
    override: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """The seat matches the bet, or goes all-in for less."""

    seat: int
    override: bool = False


@dataclass(frozen=True, slots=True)
class BetTo:
    """The seat bets or raises so that its bet on this street is `to` in total, never the increment."""

    seat: int
    to: int
    override: bool = False


@dataclass(frozen=True, slots=True)
class AllIn:
    """The seat puts in its whole stack. The bet to the seat decides whether that is a bet, a raise or a call."""

    seat: int
    override: bool = False


@dataclass(frozen=True, slots=True)
class BringIn:
    """The seat opens a stud hand with the bring-in. onward: it was another seat's, and the next one is to act."""

    seat: int
    override: bool = False
    onward: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """The seat tables its hand. From here on these cards are public. `cards`: the whole hand, face up."""

    seat: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Muck:
    """The seat throws its hand away at the showdown: it wins nothing, whatever it held."""

    seat: int
    override: bool = False


@dataclass(frozen=True, slots=True)
class OutOfTurn:
    """A seat acted before its turn: the act waits, and binds if the bet to it has not changed (TDA 2024 rule 53).

    condition: it only said what it would do (rule 59): if somebody bets, if nobody does, or whatever comes. free: the
    floor rules that this does not bind. passive: after a check that does not bind it may not raise (Robert's Rules 3).
    """

    act: Fold | Check | Call | BetTo | AllIn
    condition: Literal["", "bet", "check", "any"] = ""
    free: bool = False
    passive: bool = False


@dataclass(frozen=True, slots=True)
class StringBet:
    """The floor rules on a bet made in several motions: the first counts. amount: the bet that it would have made."""

    seat: int
    amount: int


@dataclass(frozen=True)  # no slots: see copying
class ChipsIn:
    """A seat put chips in, or said an amount: the rules say which act that is (TDA 2024 rules 43 to 46, 55, 57).

    chips: each chip that it put in. declared: the word that it said first. prior: whether the chips of its prior bet
    were left there, pulled back in part or altogether; if not left, `chips` are all that lie there at last. amount: a
    bet that it said in words. unclear: a number that it said, of unknown size.
    """

    seat: int
    chips: tuple[int, ...] = ()
    declared: Literal["", "call", "raise", "all_in"] = ""
    prior: Literal["left", "part", "back"] = "left"
    amount: int = 0
    unclear: int = 0


@dataclass(frozen=True, slots=True)
class Passive:
    """The floor limits a seat to passive action this time: it may check, call or fold (TDA 2024 rules 53-B, 55)."""

    seat: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClockCalled:
    """The floor puts the clock on the seat to act (TDA 2024 rule 29)."""

    seat: int
    seconds: int


@dataclass(frozen=True, slots=True)
class TimeBankUsed:
    """The seat to act gives time chips away for more time."""

    seat: int
    chips: int = 1


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The time of the clock is over: facing a bet the hand is dead, else it is checked (TDA 2024 rule 29).

    forced: its bring-in goes in first, and is lost (Robert's Rules 8).
    """

    seat: int
    forced: bool = False


@dataclass(frozen=True, slots=True)
class ChipsFound:
    """Chips were found behind a seat that is all-in and called (TDA 2024 rule 62): they are no part of the bet."""

    seat: int
    amount: int


@dataclass(frozen=True, slots=True)
class Burn:
    """A card was burned before a street: it is out of the hand, unseen. card: None if it was not read."""

    card: Secret[Card] | None = None


@dataclass(frozen=True, slots=True)
class Boxed:
    """A card lay face up in the deck: it is a scrap of paper, and the next one takes its place."""

    card: Card


@dataclass(frozen=True, slots=True)
class ReplaceCard:
    """A card that was exposed in the deal is taken away, and another one comes in its place."""

    seat: int
    card: Card
    reason: str


@dataclass(frozen=True, slots=True)
class IrregularFlop:
    """The floor mends a flop of too many cards, or without a burn: three stay, one is the burn."""

    cards: tuple[Card, ...]
    burn: Secret[Card] | None
    reason: str


@dataclass(frozen=True, slots=True)
class CommunityCard:
    """The deck is too short for the last street of a stud game, so one card is dealt for all (TDA 2024 RP-10).

    high: the best board with this card opens the street (Robert's Rules 8), else who opened sixth street.
    """

    card: Card
    override: bool = False
    high: bool = False


@dataclass(frozen=True, slots=True)
class DeadHand:
    """The floor kills a hand: fouled, exposed, abandoned, a penalty. Its chips stay in."""

    seat: int
    reason: str


@dataclass(frozen=True, slots=True)
class Retrieve:
    """The floor gives back a folded or mucked hand that was identified for certain (TDA 2024 rule 14)."""

    seat: int
    reason: str


@dataclass(frozen=True, slots=True)
class Expose:
    """A hole card is seen: from here on it is public. It stays in the hand.

    by_choice: its player showed it; else it was an accident. to_seat: who saw it; None: everybody.
    """

    seat: int
    card: Card
    by_choice: bool = False
    to_seat: int | None = None


@dataclass(frozen=True, slots=True)
class RestRuled:
    """The floor rules on a hand of which a part was shown. rest: the whole hand is tabled; else no more is shown."""

    seat: int
    rest: bool


@dataclass(frozen=True, slots=True)
class UnpostedFound:
    """It is found that a seat which owes a blind was dealt in without it, and has looked at its cards."""

    seat: int


@dataclass(frozen=True, slots=True)
class Rabbit:
    """A card that would have come is shown after the hand. It counts for nothing."""

    card: Card


@dataclass(frozen=True, slots=True)
class Chop:
    """The blinds are left alone and take their bets back."""


@dataclass(frozen=True, slots=True)
class Award:
    """The floor pushes the pots. amounts: (seat, chips) pairs, together the whole pot less the rake."""

    amounts: tuple[tuple[int, int], ...]
    reason: str


Ruling = DeadHand | Retrieve | Expose | Rabbit | Chop | Award
Irregular = Burn | Boxed | ReplaceCard | IrregularFlop | CommunityCard
Floor = Passive | ClockCalled | TimeBankUsed | TimeUp | ChipsFound
Question = RestRuled | UnpostedFound
Act = Fold | Check | Call | BetTo | AllIn | BringIn
CardEvent = HoleCard | HoleCardTaken | UpCard | UpCardTaken | BoardCard | BoardCardTaken
Turn = Act | OutOfTurn | StringBet | ChipsIn | Draw
Event = CardEvent | GoOn | Turn | Floor | Question | RunTimes | Show | Muck | Ruling | Irregular
