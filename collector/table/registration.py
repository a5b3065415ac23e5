"""What one command of a table is to everybody else: one value says it all, and nothing else lists command names.

Knows what can be said of a command, not which commands there are: the subjects say that, and `registry` joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from collector.errors import Refused
from collector.facts.fact import Body, Fact
from collector.facts.kinds import Kind, Upcaster
from collector.hand.events import Event
from collector.hand.model import Hand
from collector.house.house import House
from collector.table.effects import Effect
from collector.table.state import HouseRules, Table
from collector.wire.command import TableCommand, type_of

C = TypeVar("C", bound=TableCommand)
L = TypeVar("L")
Seats = tuple[int, ...]


class When(Enum):
    """When a command may come, as far as hands are concerned."""

    ANY_TIME = auto()
    BETWEEN_HANDS = auto()  # it puts a finished hand away first, and waits for the end of a running one
    AFTER_A_HAND = auto()  # it is about the hand that it puts away


class Past(Enum):
    """What an amendment may do with a command."""

    FREE = auto()  # replace it, take it out, put it beside another
    ALONE = auto()  # replace it by its like: it begins a hand of its own
    NAMES_OTHERS = auto()  # take it out; it is about other commands, so it is not put where it was not
    FIXED = auto()  # nothing: it decided where facts were logged, or what they mean


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a command means here.

    fields: replace fields of the command in its fact. beside: stands beside it there. cause: the fact that it rests
    on. value: what the fact says, where that is not the command as it came.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    beside: Mapping[str, object] = field(default_factory=dict)
    cause: str | None = None
    value: object = None


class Reader(Protocol):
    """The commands of a table, for those that hold others."""

    def parse(self, fields: Mapping[str, object]) -> TableCommand:
        """Return a command from plain values; raise ValueError where it is none."""

    def of_type(self, kind: str) -> Registration[Any] | None:
        """Return the registration of a type, None where there is no such command."""


class Asked(NamedTuple):
    """Where a command is asked for: the table before it, the house, and the commands that there are."""

    table: Table
    house: House
    commands: Reader


def _nothing_to_check(asked: Asked, command: TableCommand) -> Resolved:
    return Resolved()


def always(table: Table) -> Seats:
    """Say that a command may come at any time, and names no seat."""
    return ()


@dataclass(frozen=True, slots=True)
class Act(Generic[C]):
    """What makes a command an event of the running hand.

    event: what it does there. option: the seats that it may name now by the rules of the game, None: it cannot come.
    allows: whether the house allows it; if not, it is refused with the code and the words of `refuses`. refused: raises
    where the house does not allow this very command. An override passes both.
    """

    event: Callable[[C], Event]
    option: Callable[[Hand], Seats | None]
    allows: Callable[[HouseRules], bool] | None = None
    refuses: tuple[str, str] = ("", "")
    refused: Callable[[HouseRules, C], None] | None = None

    def require_allowed(self, house: HouseRules, command: C) -> None:
        """Raise Refused where the house does not allow the command."""
        if command.override:
            return
        if self.refused:
            self.refused(house, command)
        elif self.allows and not self.allows(house):
            code, words = self.refuses
            raise Refused(code, f"the {house.profile} profile of this table {words}")

    @property
    def rules_alone(self) -> bool:
        """Whether only the rules of the game decide: folding such an act again checks all that there is to check."""
        return self.allows is None and self.refused is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Generic[C]):
    """A command of a table.

    model: its payload. label: its name in words. word: the permission that it takes. hides: whether it names tags or
    hidden cards, so that its fact is S0. does: folds its fact. may: raises Refused or IllegalAction where it may not
    come. may_again: the same when its fact is folded again. listed: the seats that it may name now, () for a command
    without a seat, None where it may not come. reads: its value from the log, where that is not the command as it came.
    """

    model: type[C]
    label: str
    word: str
    hides: bool | Callable[[C], bool]
    does: Callable[[Table, Fact, Any], Effect]
    may: Callable[[Asked, C], Resolved] = _nothing_to_check
    may_again: Callable[[Asked, C], Resolved] | None = None
    listed: Callable[[Table], Seats | None] = always
    when: When = When.ANY_TIME
    past: Past = Past.FREE
    by_card: bool = True  # a control card may give it
    seat_from_antenna: bool = False  # a control card leaves its seat to the antenna that reads it
    act: Act[C] | None = None
    reads: Callable[[Body], object] | None = None
    schema: int = 1  # of the body of its fact
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)
    amends: bool = False  # it is folded over the evening, not over the table
    live_only: bool = False  # that it may come can follow from hidden cards: the public is not told
    in_the_past: Callable[[House, C], Mapping[str, object]] | None = None  # beside it, where an amendment puts it

    @property
    def type(self) -> str:
        """The command's type, which is the kind of its fact."""
        return type_of(self.model)

    def hidden(self, command: C) -> bool:
        """Return whether this very command names tags or hidden cards."""
        return self.hides if isinstance(self.hides, bool) else self.hides(command)

    def kind(self) -> Kind[Any]:
        """Return the kind of its facts."""
        if self.reads and not isinstance(self.hides, bool):
            raise AssertionError(f"{self.type}: its fact says something else than the command; `hides` cannot ask that")
        logged = self.model.logged
        read = self.reads or (lambda body: logged(body["command"]))
        return Kind(self.type, read, self.hidden, self.schema, self.upcasters)


@dataclass(frozen=True, slots=True)
class Folded(Generic[L]):
    """A kind of fact that is no command, and what it does to a table."""

    kind: Kind[L]
    does: Callable[[Table, Fact, L], Effect]
