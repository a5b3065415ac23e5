"""From an operator's command to the hand's event. The fact in the log holds the command as it was taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.events import (
    AllIn,
    Award,
    BetTo,
    BoardCard,
    BoardCardTaken,
    Boxed,
    BringIn,
    Burn,
    Call,
    Check,
    Chop,
    CommunityCard,
    DeadHand,
    Draw,
    Event,
    Expose,
    Fold,
    HoleCard,
    HoleCardTaken,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Rabbit,
    ReplaceCard,
    Retrieve,
    RunTimes,
    Show,
    StringBet,
    UpCard,
    UpCardTaken,
)
from collector.secrecy import Secret

Command = Mapping[str, object]

ACTS: Final = ("fold", "check", "call", "bet", "raise_to", "all_in", "bring_in", "draw", "show", "muck")
RULINGS: Final = (
    *("dead_hand", "retrieve_hand", "expose_card", "rabbit_card", "chop", "award", "run_board"),
    *("out_of_turn", "string_bet", "burn_card", "boxed_card", "replace_card", "irregular_flop", "community_card"),
)
UNREAD: Final = "??"
CARDS: Final = ("deal_card", "clear_card")


def event_of(command: Command) -> Event:
    """Return the hand's event for an operator's act, ruling, show or card."""
    return _EVENTS[str(command["type"])](command)


def number(value: object) -> int:
    """Return an integer of the log."""
    if not isinstance(value, int):
        raise TypeError(f"{value!r} in the log is no integer")
    return value


def _seat(command: Command) -> int:
    return number(command.get("seat"))


def _over(command: Command) -> bool:
    return bool(command.get("override"))


def _card(command: Command) -> Card:
    return Card(str(command["card"]))


def _cards(command: Command) -> tuple[Card, ...]:
    return tuple(Card(card) for card in cast("list[str]", command.get("cards") or ()))


def _dealt(command: Command) -> Event:
    if command["card"] == UNREAD:
        return _unread(command)
    if command.get("seat") is None:
        return BoardCard(_card(command), number(command.get("board", 1)))
    if command.get("up"):
        return UpCard(_seat(command), _card(command))
    return HoleCard(_seat(command), Secret(_card(command)))


def _unread(command: Command) -> Event:
    if command.get("seat") is None:
        raise IllegalAction("BAD_CARD", "a board card lies face up; name it")
    return UpCard(_seat(command), None) if command.get("up") else HoleCard(_seat(command), None)


def _cleared(command: Command) -> Event:
    if command.get("seat") is None:
        return BoardCardTaken(_card(command), number(command.get("board", 1)))
    if command.get("up"):
        return UpCardTaken(_seat(command), _card(command))
    return HoleCardTaken(_seat(command), Secret(_card(command)))


def _draw(command: Command) -> Event:
    named = tuple(Secret(card) for card in _cards(command))
    return Draw(_seat(command), number(command["count"]), named, _over(command))


def _award(command: Command) -> Event:
    given = cast("list[Mapping[str, object]]", command["amounts"])
    amounts = tuple((number(entry["seat"]), number(entry["amount"])) for entry in given)
    return Award(amounts, str(command["reason"]))


def _out_of_turn(command: Command) -> Event:
    """The act itself carries no override: it has to be one that its turn would allow."""
    act = event_of({"type": command["action"], "seat": command["seat"], "amount": command["amount"]})
    return OutOfTurn(cast("Fold | Check | Call | BetTo | AllIn", act))


def _hidden(command: Command, name: str) -> Secret[Card] | None:
    card = command.get(name)
    return None if card is None else Secret(Card(str(card)))


def _flop(command: Command) -> Event:
    return IrregularFlop(_cards(command), _hidden(command, "burn"), str(command["reason"]))


_EVENTS: Final[Mapping[str, Callable[[Command], Event]]] = {
    "fold": lambda command: Fold(_seat(command), _over(command)),
    "check": lambda command: Check(_seat(command), _over(command)),
    "call": lambda command: Call(_seat(command), _over(command)),
    "bet": lambda command: BetTo(_seat(command), number(command["amount"]), _over(command)),
    "raise_to": lambda command: BetTo(_seat(command), number(command["amount"]), _over(command)),
    "all_in": lambda command: AllIn(_seat(command), _over(command)),
    "bring_in": lambda command: BringIn(_seat(command), _over(command)),
    "draw": _draw,
    "show": lambda command: Show(_seat(command), _cards(command)),
    "muck": lambda command: Muck(_seat(command), _over(command)),
    "deal_card": _dealt,
    "clear_card": _cleared,
    "run_board": lambda command: RunTimes(number(command["times"])),
    "dead_hand": lambda command: DeadHand(_seat(command), str(command["reason"])),
    "retrieve_hand": lambda command: Retrieve(_seat(command), str(command["reason"])),
    "expose_card": lambda command: Expose(_seat(command), _card(command)),
    "rabbit_card": lambda command: Rabbit(_card(command)),
    "chop": lambda command: Chop(),  # noqa: ARG005 - each takes the command
    "award": _award,
    "out_of_turn": _out_of_turn,
    "string_bet": lambda command: StringBet(_seat(command), number(command["amount"])),
    "burn_card": lambda command: Burn(_hidden(command, "card")),
    "boxed_card": lambda command: Boxed(_card(command)),
    "replace_card": lambda command: ReplaceCard(_seat(command), _card(command), str(command["reason"])),
    "irregular_flop": _flop,
    "community_card": lambda command: CommunityCard(_card(command), _over(command)),
}
