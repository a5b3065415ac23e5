"""Commands of the floor about the running hand: dead hands, acts out of turn, irregular cards, run-outs, awards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from collector.secrecy import Secret
from collector.wire.base import (
    YOUNGER,
    Amount,
    CardText,
    DisplayName,
    Message,
    Name,
    Seat,
)
from collector.wire.command import TableCommand


class RunBoard(TableCommand):
    """The rest of the board is dealt this many times."""

    type: Literal["run_board"] = "run_board"
    times: Annotated[int, Field(ge=2, le=3)]


class DeadHand(TableCommand):
    """The floor kills a hand."""

    type: Literal["dead_hand"] = "dead_hand"
    seat: Seat
    reason: DisplayName


class RetrieveHand(TableCommand):
    """The floor gives a hand back from the muck."""

    type: Literal["retrieve_hand"] = "retrieve_hand"
    seat: Seat
    reason: DisplayName


class ExposeCard(TableCommand):
    """A hole card was seen: it is public from here on.

    by_choice: its player showed it; else it was an accident. to_seat: who saw it, if not everybody did.
    """

    type: Literal["expose_card"] = "expose_card"
    seat: Seat
    card: CardText
    by_choice: Annotated[bool, YOUNGER] = False
    to_seat: Annotated[Seat | None, YOUNGER] = None

    @model_validator(mode="after")
    def _shown_to_another(self) -> ExposeCard:
        if self.to_seat is not None and (not self.by_choice or self.to_seat == self.seat):
            raise ValueError("to_seat is another seat, to which the card was shown by choice")
        return self


class ShowRest(TableCommand):
    """The floor rules on a hand that was shown in part. rest: it has the whole hand tabled; false: no more is shown."""

    type: Literal["show_rest"] = "show_rest"
    seat: Seat
    rest: bool = True


class UnpostedFound(TableCommand):
    """The seat owes a blind, was dealt in without it, and has looked: dead before it has put chips in, else live."""

    type: Literal["unposted_found"] = "unposted_found"
    seat: Seat


class RabbitCard(TableCommand):
    """A card that would have come."""

    type: Literal["rabbit_card"] = "rabbit_card"
    card: CardText


class Chop(TableCommand):
    """The blinds take their bets back."""

    type: Literal["chop"] = "chop"


class AwardShare(Message):
    """The chips that the floor gives to a seat."""

    seat: Seat
    amount: Amount


class Award(TableCommand):
    """The floor pushes the pots."""

    type: Literal["award"] = "award"
    amounts: Annotated[tuple[AwardShare, ...], Field(max_length=32)]
    reason: DisplayName


class OutOfTurn(TableCommand):
    """The seat acted before its turn. The act waits; it binds if the bet to the seat is the same in its turn.

    condition: it only said what it would do, if somebody bets, if nobody does, or whatever comes; an amount of 0 is
    then the least raise. free: the floor rules that this does not bind. passive, of a check: if somebody bets, the seat
    may not raise in its next turn; the house rule `early_check` sets it.
    """

    type: Literal["out_of_turn"] = "out_of_turn"
    seat: Seat
    action: Literal["fold", "check", "call", "bet", "raise_to", "all_in"]
    amount: Amount = 0
    condition: Annotated[Literal["", "bet", "check", "any"], YOUNGER] = ""
    free: Annotated[bool, YOUNGER] = False
    passive: Annotated[bool, YOUNGER] = False

    @model_validator(mode="after")
    def _sized(self) -> OutOfTurn:
        if self.condition and not self.amount:
            return self
        if (self.action in ("bet", "raise_to")) != (self.amount > 0):
            raise ValueError(f"{self.action}: give the whole bet of the street with bet and raise_to, and only there")
        return self


class StringBet(TableCommand):
    """The floor rules on a bet in several motions. amount: the bet of the seat after the first motion."""

    type: Literal["string_bet"] = "string_bet"
    seat: Seat
    amount: Amount


class PutIn(TableCommand):
    """A seat put chips in or said an amount; the rules say which act it is. The ruling of the hand says which, and why.

    chips: each chip. declared: the word that was said first. prior: of a prior bet that was not pulled in yet: its
    chips are left, pulled back in part or altogether; if not left, `chips` are all that lie there at last. amount: the
    whole bet that was said in words. unclear: a number that was said, as five for 500 or 5,000.
    """

    type: Literal["put_in"] = "put_in"
    seat: Seat
    chips: Annotated[tuple[Annotated[int, Field(ge=1, le=10**15)], ...], Field(max_length=100)] = ()
    declared: Literal["", "call", "raise", "all_in"] = ""
    prior: Literal["left", "part", "back"] = "left"
    amount: Amount = 0
    unclear: Annotated[int, Field(ge=0, le=10**6)] = 0

    @model_validator(mode="after")
    def _says_something(self) -> PutIn:
        if not (self.chips or self.amount or self.unclear or self.declared in ("call", "all_in")):
            raise ValueError("name the chips, the amount that was said, or the word call or all_in")
        return self


class LimitSeat(TableCommand):
    """The seat to act may check, call or fold this time, and not raise."""

    type: Literal["limit_seat"] = "limit_seat"
    seat: Seat
    reason: DisplayName


class CallClock(TableCommand):
    """The clock is called on the seat to act. It ends with the act of the seat."""

    type: Literal["call_clock"] = "call_clock"
    seat: Seat
    seconds: Annotated[int, Field(ge=1, le=600)] = 30


class UseTimeBank(TableCommand):
    """The seat to act gives time chips away: its clock runs so much longer, or begins with that."""

    type: Literal["use_time_bank"] = "use_time_bank"
    seat: Seat
    chips: Annotated[int, Field(ge=1, le=10_000)] = 1


class TimeUp(TableCommand):
    """The time of the clock is over: facing a bet the hand is dead, else it is checked.

    bring_in: the forced bet of the seat goes in first, and is lost; set where it has to bring in.
    """

    type: Literal["time_up"] = "time_up"
    seat: Seat
    bring_in: Annotated[bool, YOUNGER] = False


class ChipsFound(TableCommand):
    """Chips were found behind a seat that is all-in: nobody pays for them, and they do not save it."""

    type: Literal["chips_found"] = "chips_found"
    seat: Seat
    amount: Annotated[int, Field(ge=1, le=10**12)]


class BurnCard(TableCommand):
    """A card was burned. card: null if it was not read."""

    type: Literal["burn_card"] = "burn_card"
    card: Secret[CardText] | None = None


class BoxedCard(TableCommand):
    """A card lay face up in the deck: it is out of play."""

    type: Literal["boxed_card"] = "boxed_card"
    card: CardText


class ReplaceCard(TableCommand):
    """An exposed hole card is taken away, and another is dealt."""

    type: Literal["replace_card"] = "replace_card"
    seat: Seat
    card: CardText
    reason: DisplayName


class IrregularFlop(TableCommand):
    """The floor mends a flop of four cards, or without a burn. cards: the flop; burn: the card drawn among them."""

    type: Literal["irregular_flop"] = "irregular_flop"
    cards: tuple[CardText, CardText, CardText]
    burn: Secret[CardText] | None = None
    reason: DisplayName


class CommunityCard(TableCommand):
    """The last street of a stud game is one card for all, since the deck is too short.

    high: the best board with this card opens; the house rule `card_for_all` sets it, where that is another seat.
    """

    type: Literal["community_card"] = "community_card"
    card: CardText
    high: Annotated[bool, YOUNGER] = False


class SettleCard(TableCommand):
    """The floor says where a contested card lies. of: the hand; null: the running one. seat null: the board.

    lies: true: the card lies there, and at no other seat or board. false: it does not lie there.
    """

    type: Literal["settle_card"] = "settle_card"
    of: Name | None = None
    card: Secret[CardText]
    seat: Seat | None = None
    up: bool = False
    board: Annotated[int, Field(ge=1, le=3)] = 1
    lies: bool = True
