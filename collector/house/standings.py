"""A table as the house has to know it, for rulings over several tables: seats, order of the blinds, who is out.

Of no cards, and of nothing that follows from hidden ones. The table room makes these (`table/standing.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from collector.errors import Refused
from collector.hand.games import HEADS_UP


@dataclass(frozen=True, slots=True)
class Sitting:
    """A player with chips. penalty: hands to miss. out: is away."""

    seat: int
    player_id: str
    name: str
    stack: int
    penalty: int = 0
    out: bool = False


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """A seat for a player who is moved in. hands: until the big blind comes there, 0: in the next hand.

    small: it would be the small blind. waits: it lies between button and small blind, and gets no hand yet. taken: a
    player without chips has to be removed first.
    """

    seat: int
    hands: int
    small: bool = False
    waits: bool = False
    taken: bool = False

    @property
    def kindness(self) -> tuple[bool, int]:
        """How good the position is: the worst one, where the big blind comes soonest, sorts first."""
        return self.waits, self.hands


@dataclass(frozen=True, slots=True)
class Gone:
    """A player who is out of the tournament, as the table has ranked it. began: position of the start of that hand."""

    player_id: str
    name: str
    rank: int
    tied: bool
    began: int | None  # None: no hand decided the place


@dataclass(frozen=True, slots=True)
class Standing:
    """A table of a tournament.

    decision: of its state. plays: a hand is being played. hands: that were dealt. position: the last one of its stream.
    players: those with chips, in the order in which the big blind comes to them. open: seats for others, clockwise from
    the next big blind. judge: works out what each of these is worth, which takes its time. flops: one game with a flop
    is played. by_position: stud alone is played. told: how many players are left in the event, as the table
    heard; None: not told.
    """

    table_id: str
    decision: int
    plays: bool
    hands: int
    position: int
    players: tuple[Sitting, ...]
    open: tuple[int, ...] = ()
    judge: Callable[[], tuple[OpenSeat, ...]] = field(default=tuple, compare=False, repr=False)
    gone: tuple[Gone, ...] = ()
    flops: bool = True
    by_position: bool = False
    redeal: bool = False
    told: int | None = None


def require_several(event_id: str, tables: Sequence[Standing]) -> None:
    """Raise Refused where fewer than two tables of an event can be compared."""
    playing = [table for table in tables if table.players]
    if len(playing) < HEADS_UP:
        message = f"event {event_id} has {len(playing)} tables of a tournament with players; this is about several: "
        message += "open them for the event, with the tournament profile, and seat the players"
        raise Refused("ONE_TABLE", message)
