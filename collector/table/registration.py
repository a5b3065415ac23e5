"""The registration of a command of a table: one value holds all that others need of it. No other list names commands.

Knows the form of a registration, not which commands there are: each subject registers its own, `registry` joins them.
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
    """When a command may come: at any time, or only without a running hand."""

    ANY_TIME = auto()
    BETWEEN_HANDS = auto()  # a finished hand is put away first; a running hand refuses the command
    AFTER_A_HAND = auto()  # the same, and refused if there is no finished hand


class Past(Enum):
    """What an amendment may do with an earlier command."""

    FREE = auto()  # replace it, take it out, insert it beside another
    ALONE = auto()  # replace it, take it out, not insert it: it begins a hand of its own
    NAMES_OTHERS = auto()  # take it out, not put it anywhere: it names other commands
    FIXED = auto()  # nothing: it decided where facts were logged, or what they mean


@dataclass(frozen=True, slots=True)
class Resolved:
    """The meaning of a command at this table.

    fields: replace fields of the command in the body of its fact. beside: further members of that body. cause: the fact
    that the command rests on. value: the typed content of the fact; None: the command as it came.
    """

    fields: Mapping[str, object] = field(default_factory=dict)
    beside: Mapping[str, object] = field(default_factory=dict)
    cause: str | None = None
    value: object = None


class Reader(Protocol):
    """The commands of a table, for commands that hold other commands. `registry.Commands` is one."""

    def parse(self, fields: Mapping[str, object]) -> TableCommand:
        """Return a command from plain values; raise ValueError if they are none."""

    def of_type(self, kind: str) -> Registration[Any] | None:
        """Return the registration of a type, None if there is no such command."""


class Asked(NamedTuple):
    """The surroundings that a command is checked against: the table before it, the house, the registry.

    client: who gives it. logged: the body of its fact, if an amendment folds it again; None: it comes now.
    """

    table: Table
    house: House
    commands: Reader
    client: str = ""
    logged: Body | None = None


def _nothing_to_check(asked: Asked, command: TableCommand) -> Resolved:
    return Resolved()


def always(table: Table) -> Seats:
    """Return (): a command without a seat that may come at any time."""
    return ()


@dataclass(frozen=True, slots=True)
class Act(Generic[C]):
    """The part of a registration that makes a command an event of the running hand.

    event: makes the event. option: the seats that the command may name by the rules of the game, None if it cannot
    come. allows: whether the house allows such commands at all; if not, `refuses` has code and words of the refusal.
    refused: raises Refused if the house does not allow this one. An override passes both. awaits_cards: whether
    it may not come before the cards of its street. waits: what has to come before it, in words, None if nothing.
    decided: fields of the command that the house decides as it comes.
    """

    event: Callable[[C], Event]
    option: Callable[[Hand], Seats | None]
    allows: Callable[[HouseRules], bool] | None = None
    refuses: tuple[str, str] = ("", "")
    refused: Callable[[HouseRules, C], None] | None = None
    awaits_cards: bool = False
    waits: Callable[[Hand], str | None] | None = None
    decided: Callable[[HouseRules, Hand, C], Mapping[str, object]] | None = None

    def require_allowed(self, house: HouseRules, command: C) -> None:
        """Raise Refused if the house does not allow the command. An override is always allowed."""
        if command.override:
            return
        if self.refused:
            self.refused(house, command)
        elif self.allows and not self.allows(house):
            code, words = self.refuses
            raise Refused(code, f"the {house.profile} profile of this table {words}")

    @property
    def rules_alone(self) -> bool:
        """Whether only the rules of the game decide: then folding the act again checks everything."""
        return self.allows is None and self.refused is None and self.decided is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Generic[C]):
    """A command of a table.

    model: its payload. label: its name in words. word: the permission that it takes. hides: whether it names tags or
    hidden cards, so that its fact is S0. does: folds its fact. may: returns its meaning; raises Refused or
    IllegalAction if it may not come. may_again: the same when an amendment folds its fact again; None: `may`. listed:
    the seats that it may name now, () for a command without a seat, None if it may not come. reads: its value from the
    body of its fact; None: the command as it came.
    """

    model: type[C]
    label: str
    word: str
    or_words: tuple[str, ...] = ()  # each of them does as well
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
    refused_when_large: bool = False  # the hand goes on without it: no byte of its state may be beyond the limit
    cardless: bool = False  # nothing of it rests on cards: an amendment may put it into the running hand, or before it
    live_only: bool = False  # its answer follows from hidden cards: it takes `read:live` too, and is listed live only
    in_the_past: Callable[[House, C], Mapping[str, object]] | None = None  # beside it, if an amendment puts it there

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
    """A kind of fact that is no command, with the function that folds it."""

    kind: Kind[L]
    does: Callable[[Table, Fact, L], Effect]
