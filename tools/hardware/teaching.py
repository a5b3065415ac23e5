"""Teaching a table: a card laid on each antenna in turn says which antenna is which place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.hardware.ear import Reading
from tools.hardware.session import Session
from tools.rehearsal.console import Console


@dataclass(frozen=True)
class Place:
    """What an antenna can be for."""

    role: str
    seat: int | None = None
    number: int = 1

    def __str__(self) -> str:
        """Return it as a dealer would point at it."""
        if self.role == "seat":
            return f"seat {self.seat}"
        if self.role == "up":
            return f"the up cards of seat {self.seat}"
        return f"the {self.role}" + (f", antenna {self.number}" if self.number > 1 else "")


def places(seats: int, board: int, muck: int, *, up: bool) -> list[Place]:
    """Return the places of a table in the order in which one walks round it."""
    round_table = [Place("seat", seat) for seat in range(1, seats + 1)]
    round_table += [Place("up", seat) for seat in range(1, seats + 1)] if up else []
    return [
        *round_table,
        *(Place("board", number=number) for number in range(1, board + 1)),
        *(Place("muck", number=number) for number in range(1, muck + 1)),
    ]


class Teaching:
    """One walk round the table. `taught` is what came of it."""

    def __init__(self, wanted: list[Place], say: Callable[[str], None]) -> None:
        self.taught: dict[tuple[str, str], Place] = {}
        self._wanted = wanted
        self._say = say

    async def run(self, session: Session) -> bool:
        """Ask for each place in turn; return whether the walk was finished. Each is assigned at once."""
        at = 0
        while at < len(self._wanted):
            place = self._wanted[at]
            self._say(f"[{at + 1}/{len(self._wanted)}] Lay one card on {place}.   (s: there is none, b: back, q: stop)")
            step = await self._one(session, place)
            if step is None:
                return False
            at = max(0, at + step)
        return True

    async def _one(self, session: Session, place: Place) -> int | None:
        """Return how far to go on: 1, or -1 for back; None to stop."""
        while True:
            item = await session.next()
            if isinstance(item, Reading):
                if item.came and await self._assign(session.console, item, place):
                    return 1
            elif item in {"s", "b", "q"}:
                return {"s": 1, "b": -1, "q": None}[item]
            elif item:
                self._say(f"    {item}: type s, b or q, or lay a card")

    async def _assign(self, console: Console, reading: Reading, place: Place) -> bool:
        where = (reading.device, reading.antenna)
        already = self.taught.get(where)
        if already and already != place:
            self._say(f"    antenna {reading.antenna} of {reading.device} is {already} already; lay it on {place}")
            return False
        if reading.device not in {device for device, _ in self.taught}:
            await console.command("assign_device", device=reading.device)
        seat = {"seat": place.seat} if place.seat else {}
        await console.command("assign_antenna", device=reading.device, antenna=reading.antenna, role=place.role, **seat)
        self.taught = {there: known for there, known in self.taught.items() if known != place}
        self.taught[where] = place
        self._say(f"    {place} is antenna {reading.antenna} of {reading.device}")
        return True
