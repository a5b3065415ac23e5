"""Commands for what goes wrong at a table: acts out of turn, string bets, boxed and exposed cards, irregular flops."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from collector.secrecy import Secret
from collector.wire.base import Amount, CardText, DisplayName, Seat
from collector.wire.command import TableCommand


class OutOfTurn(TableCommand):
    """The seat acted before its turn. The act waits; it binds if the bet to the seat is the same in its turn."""

    type: Literal["out_of_turn"] = "out_of_turn"
    seat: Seat
    action: Literal["fold", "check", "call", "bet", "raise_to", "all_in"]
    amount: Amount = 0

    @model_validator(mode="after")
    def _sized(self) -> OutOfTurn:
        if (self.action in ("bet", "raise_to")) != (self.amount > 0):
            raise ValueError(f"{self.action}: give the whole bet of the street with bet and raise_to, and only there")
        return self


class StringBet(TableCommand):
    """The floor rules on a bet in several motions. amount: what the first of them made the seat's bet."""

    type: Literal["string_bet"] = "string_bet"
    seat: Seat
    amount: Amount


class BurnCard(TableCommand):
    """A card was burned. card: where it was read."""

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
    """The last street of a stud game is one card for all: the deck does not reach."""

    type: Literal["community_card"] = "community_card"
    card: CardText


class NextGame(TableCommand):
    """A mixed game goes on to its next game, from the next hand on."""

    type: Literal["next_game"] = "next_game"


class Penalty(TableCommand):
    """A player misses hands: dealt in and posted for, but dead. hands: how many; 0 lifts the penalty."""

    type: Literal["penalty"] = "penalty"
    seat: Seat
    hands: Annotated[int, Field(ge=0, le=200)]
    reason: DisplayName
