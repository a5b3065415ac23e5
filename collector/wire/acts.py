"""Commands of play: betting, draws, showing and mucking, and cards that are entered by hand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.secrecy import Secret
from collector.wire.base import (
    YOUNGER,
    Amount,
    CardOrUnread,
    CardText,
    Seat,
)
from collector.wire.command import TableCommand


class Fold(TableCommand):
    """The seat folds."""

    type: Literal["fold"] = "fold"
    seat: Seat


class Check(TableCommand):
    """The seat checks."""

    type: Literal["check"] = "check"
    seat: Seat


class Call(TableCommand):
    """The seat calls."""

    type: Literal["call"] = "call"
    seat: Seat


class Bet(TableCommand):
    """The seat opens the betting. amount: the bet."""

    type: Literal["bet"] = "bet"
    seat: Seat
    amount: Amount


class RaiseTo(TableCommand):
    """The seat raises. amount: its whole bet on this street, never the increment."""

    type: Literal["raise_to"] = "raise_to"
    seat: Seat
    amount: Amount


class AllIn(TableCommand):
    """The seat puts in its whole stack."""

    type: Literal["all_in"] = "all_in"
    seat: Seat


class BringIn(TableCommand):
    """The seat opens a stud hand with the bring-in.

    onward: it was another seat's, and stands by an override since the next one has acted; set where that is so.
    """

    type: Literal["bring_in"] = "bring_in"
    seat: Seat
    onward: Annotated[bool, YOUNGER] = False


class Draw(TableCommand):
    """The seat exchanges cards, or throws them away. cards: the ones that are known."""

    type: Literal["draw"] = "draw"
    seat: Seat
    count: Annotated[int, Field(ge=0, le=5)]
    cards: Secret[Annotated[list[CardText], Field(max_length=5)]] = Field(default_factory=lambda: Secret[list[str]]([]))


class Show(TableCommand):
    """The seat tables its hand: the cards as read, or as typed here."""

    type: Literal["show"] = "show"
    seat: Seat
    cards: Annotated[tuple[CardText, ...], Field(max_length=7)] | None = None


class Muck(TableCommand):
    """The seat throws its hand away at the showdown."""

    type: Literal["muck"] = "muck"
    seat: Seat


class GoOn(TableCommand):
    """Play goes on without the cards of this street that nobody has read or typed."""

    type: Literal["go_on"] = "go_on"


class DealCard(TableCommand):
    """A card is entered by hand, at a seat or (seat null) on the board. `??` at a seat: dealt, but not read."""

    type: Literal["deal_card"] = "deal_card"
    seat: Seat | None = None
    up: bool = False
    board: Annotated[int, Field(ge=1, le=3)] = 1
    card: Secret[CardOrUnread]


class ClearCard(TableCommand):
    """A misread card is taken from a seat or (seat null) from the board.

    At a seat it is no fault if the card is not there: a refusal would tell the hidden cards.
    """

    type: Literal["clear_card"] = "clear_card"
    seat: Seat | None = None
    up: bool = False
    board: Annotated[int, Field(ge=1, le=3)] = 1
    card: Secret[CardText]
