"""What the core asks of the outside, and the values that cross. Adapters implement these; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from collector.equity import Answered
from collector.secrecy import Secrecy, Secret
from collector.statistics import Counts

HOUSE = "house"
UNASSIGNED = "_unassigned"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """Identity of a device event, unique in the log."""

    device: str
    origin: str
    seq: int


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact about to be logged. `body` holds plain JSON values; of an S0 fact they are secret.

    `trace_id`: of a reading `{device}.{origin}.{seq}`, of a command its id. `cause`: `{stream}:{position}` of the
    fact that led to this one, or None. `client` and `command_id` make a command's identity in its stream.
    """

    stream: str
    kind: str
    secrecy: Secrecy
    trace_id: str
    body: Mapping[str, object] = field(repr=False)
    cause: str | None = None
    device_key: DeviceKey | None = None
    client: str | None = None
    command_id: str | None = None
    schema: int = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the log. `position` counts from 1 in its stream, without gaps; `received_at` is in ms since 1970."""

    stream: str
    position: int
    kind: str
    schema: int
    secrecy: Secrecy
    key_id: str | None
    trace_id: str
    cause: str | None
    received_at: int
    prev_hash: str
    body: Mapping[str, object] = field(repr=False)
    device_key: DeviceKey | None = None
    client: str | None = None
    command_id: str | None = None


@dataclass(frozen=True, slots=True)
class FactRange:
    """Where a hand stands in the log."""

    stream: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DeviceRange:
    """Which events of a device went into a hand."""

    device: str
    origin: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class HandPlayer:
    """A player of a finished hand. `hole_cards` are released (S2): null where no card was read."""

    seat: int
    player_id: str
    name: str
    starting_stack: int
    final_stack: int
    hole_cards: tuple[str, ...] | None
    shown: bool


@dataclass(frozen=True, slots=True)
class FormerAction:
    """What stood in the place of an act before an amendment."""

    action: str
    amount: int
    to: int


@dataclass(frozen=True, slots=True)
class HandAction:
    """An act of a finished hand. `amount` as the specification has it: chips put in; a raise's total is `to`.

    seq: its number in the hand. fact: its position in the log. at: when that was received, in ms since 1970.
    source: operator, antenna or inference (posts follow from the rules). history: the oldest first.
    """

    street: str
    seat: int
    player_id: str
    action: str
    amount: int
    to: int
    all_in: bool
    seq: int = 0
    fact: int = 0
    at: int = 0
    source: str = ""
    history: tuple[FormerAction, ...] = ()


@dataclass(frozen=True, slots=True)
class HandPot:
    """A pot of a finished hand; `eligible` are player ids."""

    amount: int
    eligible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandWinner:
    """What a player took from the pots."""

    player_id: str
    seat: int
    amount: int
    hand: str | None


@dataclass(frozen=True, slots=True)
class HandRecord:
    """A finished hand as it leaves the fold: the row of the read model and the answer of the REST API."""

    hand_id: str
    event_id: str
    table_id: str
    hand_number: int
    revision: int
    game: str
    started_at: int  # ms since 1970
    ended_at: int
    button: int
    players: tuple[HandPlayer, ...]
    board: tuple[str, ...]
    actions: tuple[HandAction, ...]
    total_pot: int
    pots: tuple[HandPot, ...]
    uncalled_returned: Mapping[str, int]  # by player id
    winners: tuple[HandWinner, ...]
    reached_showdown: bool
    rulings: tuple[str, ...]
    facts: FactRange
    device_events: tuple[DeviceRange, ...]
    void: bool = False  # a misdeal


@dataclass(frozen=True, slots=True)
class HandDetails:
    """What goes with a finished hand: counts of its players by id, and its story as JSON, for exports."""

    counts: Mapping[str, Counts]
    story: str


@dataclass(frozen=True, slots=True)
class PlayerPlace:
    """A player where it sits."""

    player_id: str
    name: str
    seat: int
    stack: int


@dataclass(frozen=True, slots=True)
class PlayerRecord:
    """A player of an event. table_id, seat: None once it has left. counts: of its hands, None before the first."""

    player_id: str
    name: str
    table_id: str | None
    seat: int | None
    stack: int
    starting_stack: int
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class EventFigures:
    """An event in figures. Void hands do not count. remaining: as the tournament says, else who has chips here."""

    hands: int
    total_pots: int
    largest_pot: int | None
    showdowns: int
    first_at: int | None
    last_at: int | None
    remaining: int
    seated: int
    stacks: int


@dataclass(frozen=True, slots=True)
class Solved:
    """A worker's answer to what a table asked."""

    table_id: str
    answered: Secret[Answered] = field(repr=False)

    @property
    def topic(self) -> str:
        """Where it came from, as a message has a topic."""
        return f"table/{self.table_id}/equity"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a stream: what the next fact follows."""

    position: int = 0
    received_at: int = 0
    digest: str = "0" * 64


class Log(Protocol):
    """The append-only log. One writer; facts come with position and `prev_hash` from a Chain that began at `heads`."""

    log_id: str

    async def append(self, facts: Sequence[Fact]) -> None:
        """Commit `facts` in one transaction. Raises LogError: nothing of them is in the log then."""

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        """Return up to `limit` facts of a stream behind position `after`, in order."""

    async def heads(self) -> dict[str, Head]:
        """Return the end of every stream."""

    async def renew(self) -> None:
        """Give the log another name, so that nodes send again what they keep: it was restored from an older backup."""

    async def device_keys(self) -> list[DeviceKey]:
        """Return the identity of every device event in the log."""


class HandStore(Protocol):
    """Where finished hands go: the read model's writer."""

    async def put(
        self,
        records: Sequence[HandRecord],
        *,
        details: Mapping[str, HandDetails] | None = None,
        through: Mapping[str, int] | None = None,
    ) -> None:
        """Insert or replace by hand_id; a lower revision never replaces a higher one. One transaction.

        details: by hand_id. through: how far each stream is projected with this.
        """


class Projection(HandStore, Protocol):
    """All that is projected."""

    async def put_event(self, event_id: str, name: str) -> None:
        """Record an event, or its new name."""

    async def put_table(self, table_id: str, event_id: str, name: str) -> None:
        """Record a table, or its move to another event."""

    async def put_seats(
        self, table_id: str, event_id: str, seats: Sequence[PlayerPlace], *, remaining: int | None
    ) -> None:
        """Record who sits at a table now, and how many the tournament has left, where that is known."""


class DeviceKeys(Protocol):
    """Who may speak for which node."""

    def key(self, device: str) -> bytes | None:
        """Return the key of a device, None for an unknown one."""


class Link(Protocol):
    """The way out to the broker."""

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        """Publish; False when there is no connection. Nothing is queued."""


@dataclass(frozen=True, slots=True)
class HandPlace:
    """Where a hand stands in its event: by end, then number, then id. Pages of hands go on behind a place."""

    ended_at: int
    hand_number: int
    hand_id: str

    @classmethod
    def of(cls, record: HandRecord) -> HandPlace:
        """Return the place of `record`."""
        return cls(record.ended_at, record.hand_number, record.hand_id)


class HandQueries(Protocol):
    """What the REST API asks of the read model. Each call is one query."""

    async def ping(self) -> None:
        """Return when the store answers; raise ReadModelError when it does not."""

    async def knows_event(self, event_id: str) -> bool:
        """Return whether the event was recorded or has hands."""

    async def hands(
        self, event_id: str, *, limit: int, newest_first: bool, after: HandPlace | None, table_id: str | None
    ) -> list[HandRecord]:
        """Return up to `limit` hands behind `after` in the order asked for; of one table when `table_id` is given."""

    async def hand(self, event_id: str, hand_id: str) -> HandRecord | None:
        """Return one hand, or None if the event holds no such hand."""

    async def story(self, event_id: str, hand_id: str) -> str | None:
        """Return a hand's story as JSON, or None if the event holds no such hand."""

    async def players(self, event_id: str) -> list[PlayerRecord]:
        """Return the players of an event, by id."""

    async def player(self, event_id: str, player_id: str) -> PlayerRecord | None:
        """Return one player, or None."""

    async def figures(self, event_id: str) -> EventFigures:
        """Return an event in figures."""
