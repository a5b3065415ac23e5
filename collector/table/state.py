"""A table as a value: everything that the facts of its stream say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collector.cards import Card
from collector.hand.events import Event
from collector.hand.model import Hand, HandSetup
from collector.ports import DeviceKey
from collector.secrecy import Secret

SEATS = range(1, 11)


@dataclass(frozen=True, slots=True)
class Antenna:
    """What a coil is for: role seat, board or muck."""

    role: str
    seat: int | None


@dataclass(frozen=True, slots=True)
class Seated:
    """A player in a seat, between hands."""

    player_id: str
    name: str
    stack: int
    out: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Blinds and antes of the next hand."""

    small_blind: int
    big_blind: int
    ante: int
    big_blind_ante: int


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the running hand, and the fact it came by. `by_command`: an operator's, so undo may take it back."""

    position: int
    event: Event = field(repr=False)
    by_command: bool


@dataclass(frozen=True, slots=True)
class Play:
    """The running hand, with what it takes to fold it again after an undo."""

    hand_id: str
    number: int
    button: int
    first_position: int
    started_at: int
    last_position: int
    last_at: int
    setup: HandSetup
    hand: Hand
    steps: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    device_keys: tuple[DeviceKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """The last fact that a channel told of: what its repeated state is stamped with."""

    received_at: int
    trace_id: str


@dataclass(frozen=True, slots=True)
class Table:
    """A live table after some facts. Seat numbers are keys of `seated`, `lying` and hands."""

    table_id: str
    event_id: str
    event_name: str
    name: str
    mode: str
    position: int
    public_stamp: Stamp
    live_stamp: Stamp
    epoch: int = 1
    decision: int = 0
    public_seq: int = 0
    live_seq: int = 0
    rules: Rules | None = None
    seated: Mapping[int, Seated] = field(default_factory=dict)
    button: int | None = None
    button_stays: bool = False  # set by hand, or after a misdeal: the next hand has it where it is
    hands_dealt: int = 0
    devices: frozenset[str] = frozenset()
    antennas: Mapping[tuple[str, str], Antenna] = field(default_factory=dict)
    decks: Mapping[str, Secret[Mapping[str, Card]]] = field(default_factory=dict)
    present: Mapping[tuple[str, str], frozenset[Secret[str]]] = field(default_factory=dict)
    lying: Mapping[int, int] = field(default_factory=dict)  # cards before a seat: counted, never looked at
    play: Play | None = None

    def card_of(self, uid: str) -> Card | None:
        """Return the card that a tag is, None for a tag of no deck in play."""
        for deck in self.decks.values():
            card = deck.reveal().get(uid)
            if card:
                return card
        return None

    @property
    def running(self) -> Hand | None:
        """The hand, while its pots are not awarded."""
        return self.play.hand if self.play and not self.play.hand.complete else None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell. `public` is S1. `secret` holds what only the live channel may add."""

    kind: str
    public: Mapping[str, object] | None
    secret: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Warn:
    """Something for the floor: what is wrong, where, what to do. Names no hidden card."""

    code: str
    message: str
    severity: str = "warning"
    device: str | None = None
    antenna: str | None = None
    seat: int | None = None
