"""Values of finished hands: what the fold hands on, the read model keeps and REST answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collector.records.statistics import Counts


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
class HandPlace:
    """Where a hand stands in its event: by end, then number, then id. Pages of hands go on behind a place."""

    ended_at: int
    hand_number: int
    hand_id: str

    @classmethod
    def of(cls, record: HandRecord) -> HandPlace:
        """Return the place of `record`."""
        return cls(record.ended_at, record.hand_number, record.hand_id)
