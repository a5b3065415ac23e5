"""Commands beside the betting: bring-ins and draws, run-outs, and what the floor rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from collector.secrecy import Secret
from collector.wire.base import Amount, CardText, DisplayName, Message, Seat
from collector.wire.command import TableCommand


class BringIn(TableCommand):
    """The seat opens a stud hand with the bring-in."""

    type: Literal["bring_in"] = "bring_in"
    seat: Seat


class Draw(TableCommand):
    """The seat exchanges cards, or throws them away. cards: which, where that is known."""

    type: Literal["draw"] = "draw"
    seat: Seat
    count: Annotated[int, Field(ge=0, le=5)]
    cards: Secret[list[CardText]] = Field(default_factory=lambda: Secret[list[str]]([]))


class AmendChange(Message):
    """An earlier command, by its position in the log, and the one that replaces it; null takes it out.

    more: commands that happened right after it and were not entered.
    """

    seq: Annotated[int, Field(ge=1)]
    command: Secret[dict[str, Any]] | None = None
    more: Secret[list[dict[str, Any]]] = Field(default_factory=lambda: Secret[list[dict[str, Any]]]([]))


class Amend(TableCommand):
    """Corrects earlier commands, also of finished hands. Without the digest of the differences it is a preview."""

    type: Literal["amend"] = "amend"
    changes: tuple[AmendChange, ...]
    digest: str | None = None


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
    """A hole card was seen by accident: it is public from here on."""

    type: Literal["expose_card"] = "expose_card"
    seat: Seat
    card: CardText


class RabbitCard(TableCommand):
    """A card that would have come."""

    type: Literal["rabbit_card"] = "rabbit_card"
    card: CardText


class Chop(TableCommand):
    """The blinds take their bets back."""

    type: Literal["chop"] = "chop"


class AwardShare(Message):
    """What a seat is given."""

    seat: Seat
    amount: Amount


class Award(TableCommand):
    """The floor pushes the pots itself."""

    type: Literal["award"] = "award"
    amounts: tuple[AwardShare, ...]
    reason: DisplayName
