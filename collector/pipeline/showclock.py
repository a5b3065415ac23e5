"""The show clock: the one place where the time of facts enters. Steps of the wall clock do not move it.

Wall time is taken once per boot of the machine, and carried on by the machine's own clock, which nobody can set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

from collector.pipeline.deciding import Tick
from collector.pipeline.desk import Desk
from collector.release import Anchor
from collector.release.showtime import UNKNOWN_BOOT
from collector.system import boot_id, boottime_ms, now_ms
from collector.table.effects import Warn

LOOK_S: Final = 0.1
"""Between two looks for what is due."""
STEPPED_MS: Final = 2000
"""Between wall clock and show clock, from which on the floor hears of it."""


class Machine(NamedTuple):
    """The clocks of this machine, in ms: of the wall, since 1970; since its start; and which boot it is."""

    wall: Callable[[], int]
    boottime: Callable[[], int]
    boot_id: str


class ShowClock:
    """The time of facts. Until `resume` it begins with the wall clock."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._boot_id = machine.boot_id or UNKNOWN_BOOT
        self._wall, self._boottime = machine.wall(), machine.boottime()
        self._told = 0

    @classmethod
    def of_machine(cls) -> ShowClock:
        """Return the show clock of this machine."""
        return cls(Machine(now_ms, boottime_ms, boot_id()))

    def now_ms(self) -> int:
        """Return the time of a fact that comes now, in ms since 1970."""
        return self._wall + self._machine.boottime() - self._boottime

    def resume(self, last: Anchor | None, latest: int) -> Anchor:
        """Go on from the last anchor of the log, if it is of this boot; return the anchor of this start.

        latest: the time of the newest fact: a clock that was set back does not begin before it.
        """
        if last and last.boot_id == self._boot_id != UNKNOWN_BOOT and self._machine.boottime() >= last.boottime:
            self._wall, self._boottime = last.wall, last.boottime
        else:
            self._wall, self._boottime = max(self._machine.wall(), latest), self._machine.boottime()
        return Anchor(self.now_ms(), self._boot_id, self._machine.boottime(), "start")

    def stepped(self) -> Warn | None:
        """Return the floor's word on a wall clock that was set; None where it was not, or was told already."""
        apart = self._machine.wall() - self.now_ms()
        if abs(apart - self._told) < STEPPED_MS:
            return None
        self._told = apart
        seconds = f"{abs(apart) / 1000:.1f} s {'ahead of' if apart > 0 else 'behind'}"
        message = f"the clock of the collector's machine is {seconds} the time of this show, which goes on as it was: "
        return Warn("CLOCK_STEPPED", message + "no delay is shorter or longer; set the clock between two shows")


class Timekeeper:
    """Run `run` as a task: it says when something is due, and when somebody has set the clock.

    desk: the one with all tables. take: takes a tick. told: takes a word for the floor.
    """

    def __init__(
        self,
        clock: ShowClock,
        desk: Callable[[], Desk],
        take: Callable[[Tick], None],
        told: Callable[[Warn], None],
    ) -> None:
        self._clock, self._desk, self._take, self._told = clock, desk, take, told

    async def run(self) -> None:
        """Look, for ever."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._desk().due(self._clock.now_ms()):
                self._take(Tick())
            if warning := self._clock.stepped():
                self._told(warning)
