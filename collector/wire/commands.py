"""What consoles send, on `table/{table}/command/{client}` and `house/command/{client}`, and what comes back.

The topic says who sent a command and to which table; the payload never does. One model per type.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, field_validator

from collector.hand.events import PostKind
from collector.secrecy import Secret
from collector.wire.base import (
    Amount,
    CardOrUnread,
    CardText,
    CommandId,
    DisplayName,
    Message,
    Name,
    PlayerId,
    Seat,
    Seq,
    Uid,
)
from collector.wire.card_commands import (
    ChangeDeck,
    RegisterControl,
    RemoveControl,
    ResolveFlag,
    RetireDeck,
    SetFlow,
)
from collector.wire.command import Command, HouseCommand, TableCommand
from collector.wire.floor import (
    Amend,
    AmendChange,
    Award,
    AwardShare,
    BringIn,
    Chop,
    DeadHand,
    Draw,
    ExposeCard,
    RabbitCard,
    RetrieveHand,
    RunBoard,
)
from collector.wire.rulings import (
    BoxedCard,
    BurnCard,
    CommunityCard,
    IrregularFlop,
    NextGame,
    OutOfTurn,
    Penalty,
    ReplaceCard,
    StringBet,
)
from collector.wire.table_settings import (
    MovePlayer,
    SetBlinds,
    SetGame,
    SetHouseRules,
    SetLevels,
    SetOdds,
    SetSideGames,
    SetTournament,
    TransferChips,
)

__all__ = [
    "AllIn",
    "Amend",
    "AmendChange",
    "AnyHouseCommand",
    "AnyTableCommand",
    "AssignAntenna",
    "AssignDevice",
    "Award",
    "AwardShare",
    "Bet",
    "BoxedCard",
    "BringIn",
    "BurnCard",
    "Call",
    "ChangeDeck",
    "Check",
    "Chop",
    "ClearCard",
    "Command",
    "CommandDevice",
    "CommunityCard",
    "CreateEvent",
    "DeadHand",
    "DealCard",
    "Draw",
    "EndHand",
    "ExposeCard",
    "Fold",
    "HouseCommand",
    "IrregularFlop",
    "Misdeal",
    "MovePlayer",
    "Muck",
    "NextGame",
    "OpenTable",
    "OutOfTurn",
    "Penalty",
    "RabbitCard",
    "RaiseTo",
    "Redo",
    "Refusal",
    "RegisterControl",
    "RegisterDeck",
    "RemoveControl",
    "RemovePlayer",
    "ReplaceCard",
    "Reply",
    "ResolveFlag",
    "RetireDeck",
    "RetrieveHand",
    "RunBoard",
    "SealDevice",
    "SeatPlayer",
    "SetBlinds",
    "SetButton",
    "SetFlow",
    "SetGame",
    "SetHouseRules",
    "SetLevels",
    "SetOdds",
    "SetSideGames",
    "SetStack",
    "SetTournament",
    "Show",
    "SitOut",
    "StartHand",
    "StringBet",
    "TableCommand",
    "TransferChips",
    "Undo",
    "UseDeck",
    "WirePost",
    "decode_house_command",
    "decode_table_command",
    "read_table_command",
]


class CreateEvent(HouseCommand):
    """A tournament or session begins to exist."""

    type: Literal["create_event"] = "create_event"
    event_id: Name
    name: DisplayName


class OpenTable(HouseCommand):
    """A table opens for an event."""

    type: Literal["open_table"] = "open_table"
    table_id: Name
    event_id: Name
    name: DisplayName
    mode: Literal["programme"] = "programme"


class RegisterDeck(HouseCommand):
    """A deck of 52 tagged cards: UID to card. A UID belongs to one deck."""

    type: Literal["register_deck"] = "register_deck"
    deck_id: Name
    demo: bool = False
    replace: Annotated[bool, Field(description="The deck is registered, and gets these tags from now on.")] = False
    cards: Secret[dict[Uid, CardText]]

    @field_validator("cards")
    @classmethod
    def _whole(cls, cards: Secret[dict[str, str]]) -> Secret[dict[str, str]]:
        found = cards.reveal()
        if len(found) != 52 or len(set(found.values())) != 52:  # noqa: PLR2004 - a deck
            raise ValueError(f"a deck has 52 tags and 52 different cards, this has {len(found)} tags")
        return cards


class CommandDevice(HouseCommand):
    """A node is told to do something; its answer is a `command_result` fact."""

    type: Literal["command_device"] = "command_device"
    device: Name
    action: Literal["identify", "snapshot", "resend", "restart", "configure"]
    version: Annotated[int | None, Field(ge=1, description="Of `configure`: above the one the node has.")] = None
    config: Annotated[
        Secret[dict[str, Any]] | None, Field(description="Of `configure`: what is to change; may hold passwords.")
    ] = None


class SealDevice(HouseCommand):
    """From now on this node's readings are taken sealed only, or in clear again."""

    type: Literal["seal_device"] = "seal_device"
    device: Name
    sealed: bool = True


class AssignDevice(TableCommand):
    """A node belongs to this table from its next event on; the fact says which that is, by boot."""

    type: Literal["assign_device"] = "assign_device"
    device: Name


class AssignAntenna(TableCommand):
    """What a coil is for."""

    type: Literal["assign_antenna"] = "assign_antenna"
    device: Name
    antenna: Name
    role: Literal["seat", "up", "board", "muck"]
    seat: Seat | None = None


class UseDeck(TableCommand):
    """A registered deck comes into play at this table; two may rotate."""

    type: Literal["use_deck"] = "use_deck"
    deck_id: Name


class SeatPlayer(TableCommand):
    """A player takes a seat. Whoever seats a player chooses its id, unique in the house."""

    type: Literal["seat_player"] = "seat_player"
    seat: Seat
    player_id: PlayerId
    name: DisplayName
    stack: Amount = 0


class RemovePlayer(TableCommand):
    """A seat is empty from now on."""

    type: Literal["remove_player"] = "remove_player"
    seat: Seat


class SitOut(TableCommand):
    """A player is not dealt in until back."""

    type: Literal["sit_out"] = "sit_out"
    seat: Seat
    out: bool = True


class SetStack(TableCommand):
    """A counted stack: absolute, between hands."""

    type: Literal["set_stack"] = "set_stack"
    seat: Seat
    stack: Amount


class SetButton(TableCommand):
    """Where the button is for the next hand; otherwise it moves to the next player."""

    type: Literal["set_button"] = "set_button"
    seat: Seat


class WirePost(Message):
    """A forced bet that is named rather than taken from the blinds."""

    seat: Seat
    kind: PostKind = Field(strict=False)
    amount: Amount


class StartHand(TableCommand):
    """A hand begins. Without `posts` blinds and antes follow from the table's rules, without `button` it moves on."""

    type: Literal["start_hand"] = "start_hand"
    button: Seat | None = None
    posts: tuple[WirePost, ...] | None = None
    straddles: tuple[WirePost, ...] = ()
    bomb: Annotated[Amount, Field(description="A bomb pot: what everybody antes; the betting begins on the flop.")] = 0
    boards: Annotated[int | None, Field(ge=1, le=3)] = None
    acts_last: Annotated[Seat | None, Field(description="A straddler who waits for all others.")] = None
    buy_button: Annotated[bool, Field(description="The small blind posts both blinds and has the button next.")] = False


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
    """The seat puts in everything."""

    type: Literal["all_in"] = "all_in"
    seat: Seat


class Show(TableCommand):
    """The seat tables its hand: the cards as read, or as typed here."""

    type: Literal["show"] = "show"
    seat: Seat
    cards: tuple[CardText, ...] | None = None


class Muck(TableCommand):
    """The seat throws its hand away at the showdown."""

    type: Literal["muck"] = "muck"
    seat: Seat


class DealCard(TableCommand):
    """A card entered by hand, to a seat or (seat null) to the board. `??` at a seat: dealt, and not read."""

    type: Literal["deal_card"] = "deal_card"
    seat: Seat | None = None
    up: bool = False
    board: Annotated[int, Field(ge=1, le=3)] = 1
    card: Secret[CardOrUnread]


class ClearCard(TableCommand):
    """A card that was misread is taken from a seat or (seat null) from the board."""

    type: Literal["clear_card"] = "clear_card"
    seat: Seat | None = None
    up: bool = False
    board: Annotated[int, Field(ge=1, le=3)] = 1
    card: Secret[CardText]


class EndHand(TableCommand):
    """The finished hand is put away."""

    type: Literal["end_hand"] = "end_hand"


class Misdeal(TableCommand):
    """The hand is void: every stack is as it was before. After substantial action only a fouled deck voids it."""

    type: Literal["misdeal"] = "misdeal"
    reason: DisplayName | None = None
    fouled_deck: bool = False


class Undo(TableCommand):
    """Takes the last command of this hand back."""

    type: Literal["undo"] = "undo"


class Redo(TableCommand):
    """Takes the last undo back."""

    type: Literal["redo"] = "redo"


AnyHouseCommand = Annotated[
    CreateEvent | OpenTable | RegisterDeck | CommandDevice | SealDevice, Field(discriminator="type")
]
AnyTableCommand = Annotated[
    AssignDevice
    | AssignAntenna
    | UseDeck
    | ChangeDeck
    | RetireDeck
    | ResolveFlag
    | RegisterControl
    | RemoveControl
    | SetFlow
    | SetBlinds
    | SetGame
    | SetHouseRules
    | SetOdds
    | SetTournament
    | TransferChips
    | MovePlayer
    | BringIn
    | Draw
    | RunBoard
    | DeadHand
    | RetrieveHand
    | ExposeCard
    | RabbitCard
    | Chop
    | Award
    | OutOfTurn
    | StringBet
    | BurnCard
    | BoxedCard
    | ReplaceCard
    | IrregularFlop
    | CommunityCard
    | NextGame
    | Penalty
    | SetSideGames
    | SetLevels
    | Amend
    | SeatPlayer
    | RemovePlayer
    | SitOut
    | SetStack
    | SetButton
    | StartHand
    | Fold
    | Check
    | Call
    | Bet
    | RaiseTo
    | AllIn
    | Show
    | Muck
    | DealCard
    | ClearCard
    | EndHand
    | Misdeal
    | Undo
    | Redo,
    Field(discriminator="type"),
]
decode_house_command = TypeAdapter[HouseCommand](AnyHouseCommand).validate_json
decode_table_command = TypeAdapter[TableCommand](AnyTableCommand).validate_json
read_table_command = TypeAdapter[TableCommand](AnyTableCommand).validate_python


class Refusal(Message):
    """Why a command was not taken, and what would be."""

    code: str
    message: str
    details: dict[str, Any] = Field(default_factory=dict)


class Reply(Message):
    """Answer to a command, on `…/reply/{client}`. Accepted: `seq` is its position in the log."""

    v: Literal[1] = 1
    id: CommandId
    accepted: bool
    seq: Seq | None = None
    decision: int | None = None
    hand_id: Name | None = None
    error: Refusal | None = None
