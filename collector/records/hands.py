"""Values of finished hands. The fold makes them, the read model keeps them, REST answers with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from collector.records.statistics import Counts


@dataclass(frozen=True, slots=True)
class FactRange:
    """The place of a hand in the log: stream, and the positions of its first and last fact."""

    stream: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DeviceRange:
    """A run of events of a device that went into a hand: its first and last number, in one boot (`origin`)."""

    device: str
    origin: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class HandPlayer:
    """A player of a finished hand. hole_cards: None if no card was read, or none that is known to whoever asks."""

    seat: int
    player_id: str
    name: str
    starting_stack: int
    final_stack: int
    hole_cards: tuple[str, ...] | None
    shown: bool


@dataclass(frozen=True, slots=True)
class FormerAction:
    """An act that stood in the place of another one before an amendment."""

    action: str
    amount: int
    to: int


@dataclass(frozen=True, slots=True)
class HandAction:
    """An act of a finished hand. amount: chips put in, as the specification has it. to: the total of a bet or raise.

    seq: its number in the hand, from 1. fact: the position of its fact in the log. at: the time at which the fact was
    received, in ms since 1970. source: operator, antenna or inference (posts follow from the rules). history: former
    acts, the oldest first.
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
    """A pot of a finished hand. eligible: player ids."""

    amount: int
    eligible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandWinner:
    """The chips that a player took from the pots."""

    player_id: str
    seat: int
    amount: int
    hand: str | None


@dataclass(frozen=True, slots=True)
class HandRecord:
    """A finished hand as the fold makes it: the row of the read model, and the answer of the REST API."""

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
    boards: tuple[tuple[str, ...], ...] = ()  # all boards, where there are several: `board` is the first


@dataclass(frozen=True, slots=True)
class HandDetails:
    """Further data of a finished hand: the counts of its players by id, and its story as JSON, for exports."""

    counts: Mapping[str, Counts]
    story: str


@dataclass(frozen=True, slots=True)
class ReleasedCards:
    """Hidden cards of a seat after their release (S2). made: the hand in words, of a winner."""

    seat: int
    cards: tuple[str, ...]
    made: str | None


@dataclass(frozen=True, slots=True)
class ReleasedHand:
    """What a release tells to its audience: cards by seat, and the story of the hand as JSON, for exports."""

    hand_id: str
    audience: str
    revision: int
    cards: tuple[ReleasedCards, ...]
    story: str


@dataclass(frozen=True, slots=True)
class HandPlace:
    """The place of a hand in its event: by end, then number, then id. A page of hands begins behind a place."""

    ended_at: int
    hand_number: int
    hand_id: str

    @classmethod
    def of(cls, record: HandRecord) -> HandPlace:
        """Return the place of `record`."""
        return cls(record.ended_at, record.hand_number, record.hand_id)


def tabled_only(record: HandRecord) -> HandRecord:
    """Return a record with the cards that were tabled, and the hands of winners that they make: S1."""
    players = tuple(each if each.shown else replace(each, hole_cards=None) for each in record.players)
    tabled = {each.seat for each in players if each.shown}
    winners = tuple(each if each.seat in tabled else replace(each, hand=None) for each in record.winners)
    return replace(record, players=players, winners=winners)


def released_cards(record: HandRecord, seats: Collection[int]) -> tuple[ReleasedCards, ...]:
    """Return the cards of these seats, where any was read, and what a winner among them made of them."""
    made = {win.seat: win.hand for win in record.winners}
    return tuple(
        ReleasedCards(each.seat, each.hole_cards, made.get(each.seat))
        for each in record.players
        if each.seat in seats and each.hole_cards
    )
