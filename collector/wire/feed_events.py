"""The events of a table on `public/event`, `delayed/event` and `live/event`: one model per type.

A new type is a subclass of `EventData`; the subject of the table that knows the event makes it. A field that is S0 is a
`Secret`: its value is on the live channel, and null on the others, but for what the renderer knows to be released.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar, Union

from pydantic import Discriminator, Field, InstanceOf, Tag, TypeAdapter
from pydantic_core import to_jsonable_python

from collector.records.hands import HandRecord
from collector.secrecy import Secret
from collector.wire.base import (
    YOUNGER,
    AtMost,
    CardOrUnread,
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
from collector.wire.feeds import BasisPoints, Channel, RunView, Shown, Stamp, Tournament

_AS_THEY_ARE: Final = frozenset((str, int, bool, type(None)))


class EventData(Sparse):
    """The content of an event beside its stamp. A field that was not set is absent.

    type: that of the message. hidden: the live channel alone tells the event.
    """

    type: ClassVar[str]
    hidden: ClassVar[bool] = False

    def for_channel(self, channel: Channel) -> dict[str, Any]:
        """Return the fields that were set as plain values; a secret is null but on the live channel."""
        values = self.__dict__
        return {name: _plain(values[name], channel) for name in self.model_fields_set}


class SeatEvent(EventData):
    """An event of one seat. The player who sits there after the fact comes with it."""

    seat: Seat | None = None
    player_id: Annotated[Shown | None, Field(description="Absent: nobody sits there.")] = None


class TableUpdate(EventData):
    """The table has changed in another way: read the next state."""

    type: ClassVar[str] = "table_update"


class PlayerUpdate(SeatEvent):
    """A seat was taken, left or changed."""

    type: ClassVar[str] = "player_update"
    player_id: Annotated[Shown | None, Field(description="Null: the seat is empty.")] = None
    name: Shown | None = None
    stack: Chips | None = None
    out: bool | None = None


class HandStarted(EventData):
    """A hand begins."""

    type: ClassVar[str] = "hand_started"
    hand_number: Number
    button: Seat


class CardDetected(SeatEvent):
    """A card came to rest on an antenna. At the board, only a card that shows is named."""

    type: ClassVar[str] = "card_detected"
    board: bool = False
    card: Annotated[
        CardText | InstanceOf[Secret[CardText]] | None,
        Field(union_mode="left_to_right", description="At a seat null on public, unless it lies face up."),
    ] = None
    cards: Annotated[Number, Field(description="How many lie before the seat; absent for the board.")] = 0
    antenna: Annotated[Name | None, Field(description="Of the muck, or of a control card; live only.")] = None


class UnseenCardDetected(CardDetected):
    """A card on the muck, or a control card."""

    hidden: ClassVar[bool] = True


class CardRemoved(SeatEvent):
    """A card left an antenna. Never a fold."""

    type: ClassVar[str] = "card_removed"
    board: bool = False
    cards: Annotated[Number, Field(description="How many still lie before the seat; 0 for the board.")] = 0
    antenna: Annotated[Name | None, Field(description="Of the muck, or of a control card; live only.")] = None


class UnseenCardRemoved(CardRemoved):
    """A card left the muck or an antenna without a role, or a control card was taken away."""

    hidden: ClassVar[bool] = True


class CardEntered(SeatEvent):
    """A card was entered or cleared by hand; the board, too, is told by `street_dealt` only."""

    type: ClassVar[str] = "card_entered"
    board: bool
    card: InstanceOf[Secret[CardOrUnread]] | None


class StreetDealt(EventData):
    """The board shows other cards. If the betting ended before the river, the last such event says `showdown`."""

    type: ClassVar[str] = "street_dealt"
    street: Word
    board: Annotated[tuple[CardText, ...], AtMost(5)]
    boards: Annotated[
        tuple[Annotated[tuple[CardText, ...], AtMost(5)], ...],
        AtMost(3),
        Field(description="All boards; absent where there is one."),
    ] = ()


class ActionRecorded(SeatEvent):
    """An act of the record. amount: chips put in. to: the bet of the street."""

    type: ClassVar[str] = "action_recorded"
    street: Word
    action: Word
    amount: Chips
    to: Chips
    all_in: bool


class PotUpdate(EventData):
    """All chips in, bets included."""

    type: ClassVar[str] = "pot_update"
    pot: Chips


class SeatOdds(Message):
    """A seat's chances."""

    seat: Seat
    equity: BasisPoints
    win: BasisPoints
    tie: BasisPoints
    equity_error: BasisPoints
    equity_unread: bool
    equity_low: BasisPoints | None
    equity_high: BasisPoints | None
    runs: Annotated[tuple[RunView, ...], AtMost(3), YOUNGER] = ()


class EquityUpdate(EventData):
    """The odds have changed. The whole event is S0. The renderer counts the odds after everything public is sent."""

    type: ClassVar[str] = "equity_update"
    hidden: ClassVar[bool] = True
    street: Word
    equities: Annotated[
        tuple[SeatOdds, ...], AtMost(10), Field(description="Empty while the answer is being counted.")
    ] = ()


class HandShown(SeatEvent):
    """A seat tabled its hand."""

    type: ClassVar[str] = "hand_shown"
    cards: Annotated[tuple[CardText, ...], AtMost(52), Field(strict=False)]


class ReleasedHand(Message):
    """The hidden cards of a seat, as far as they are read."""

    seat: Seat
    cards: Annotated[tuple[CardText, ...], AtMost(52)] = ()


class CardsReleased(EventData):
    """Hidden cards have become known, on `delayed` alone: the hand is over, and the table's policy lets them out."""

    type: ClassVar[str] = "cards_released"
    hands: Annotated[tuple[ReleasedHand, ...], AtMost(10)]


class PotWon(Message):
    """The chips that a seat took, and its hand in words."""

    seat: Seat
    amount: Chips
    hand: Shown | None


class HandComplete(EventData):
    """The pots are awarded."""

    type: ClassVar[str] = "hand_complete"
    winners: Annotated[tuple[PotWon, ...], AtMost(10)]
    total_pot: Chips


class HandCorrected(EventData):
    """The hand was corrected: drop its earlier events, and read the state. A misdeal and an amendment name the hand."""

    type: ClassVar[str] = "hand_corrected"
    reason: Literal["undo", "redo", "misdeal", "amend", "settle"]
    hand_id: Annotated[Name | None, Field(description="Of a misdeal: the hand that is void.")] = None
    corrected: Annotated[Name | None, Field(description="Of an amendment: the hand that came out otherwise.")] = None
    revision: Number = 0
    record: Annotated[
        HandRecord | None,
        Field(description="Of a corrected hand that is over; but on live without cards that were not tabled."),
    ] = None


class UnseenHandCorrected(HandCorrected):
    """A hand that is over had contested cards, and the floor has said where they lie."""

    hidden: ClassVar[bool] = True


class ChipsTransferred(SeatEvent):
    """Chips went from one seat to another."""

    type: ClassVar[str] = "chips_transferred"
    to_seat: Seat
    amount: Chips
    reason: Line


class TournamentUpdate(Tournament, EventData):
    """Everything that is known of the tournament."""

    type: ClassVar[str] = "tournament_update"


Data = TypeVar("Data", bound=EventData)


class FeedEvent(Stamp, Generic[Data]):
    """One event, on `…/event`. `type` decides the model of `data`."""

    data: Data


def _declared(base: type[EventData]) -> Iterator[type[EventData]]:
    for model in base.__subclasses__():
        if "type" in vars(model):
            yield model
        yield from _declared(model)


EVENTS: Final = tuple(_declared(EventData))
"""The model of every type of event."""


def _type_of(message: object) -> object:
    return message.get("type") if isinstance(message, dict) else getattr(message, "type", None)


def reader() -> TypeAdapter[FeedEvent[Any]]:
    """Return what parses a message of `…/event` by its type, and has the schema of all types.

    It is made when it is asked for: the collector only writes events, and its start would be later by 40 ms.
    """
    messages: Any = Union[tuple(Annotated[FeedEvent[model], Tag(model.type)] for model in EVENTS)]  # type: ignore[valid-type]  # noqa: UP007
    return TypeAdapter(Annotated[messages, Discriminator(_type_of)])


def _plain(value: object, channel: Channel) -> object:
    if isinstance(value, Secret):
        return value.reveal() if channel == "live" else None
    return value if type(value) in _AS_THEY_ARE else to_jsonable_python(value)
