"""The firmware's scanner over a virtual board, on CPython and in the world's own time: for tests and `ebs bench edge`.

    with VirtualTable({"a01": {"chip": "ST25R3911B"}}) as table:
        table.world.put("a01", "04a1b2c3d4e5f6")
        await table.scan(2)
        table.told   # [("a01", "card_read", "04a1b2c3d4e5f6")]

The node's clock is the world's while the table is open, so that only one may be open at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Mapping
from importlib import import_module
from statistics import fmean
from types import ModuleType
from typing import Any, Self

from tools.virtual import machine
from tools.virtual.chips import solder
from tools.virtual.world import World

# By name: the type checker of the tools does not read the chip's code, which has a checker of its own.
clock: Any = import_module("edge.clock")
presence: Any = import_module("edge.antenna_presence")
scan: Any = import_module("edge.antenna_scan")
starting: Any = import_module("edge.antenna_start")
near: Any = import_module("edge.rfid.iso14443a")


class VirtualTable:
    """Board, chips and cards, and what the scanner tells: `told` in order, `lying` as it stands by that.

    `antennas` is as in `config.json`; `soldered` names chips of which the configuration does not know.
    """

    def __init__(
        self, antennas: Mapping[str, Mapping[str, object]] | None = None, soldered: Mapping[str, str] | None = None
    ) -> None:
        sys.modules["machine"] = ModuleType("machine")
        sys.modules["machine"].__dict__.update(machine.__dict__)
        self._board: Any = import_module("firmware.boards.esp32_devkitc")
        wiring: Any = import_module("firmware.wiring")
        config = {"antennas": dict(antennas or {})}
        near.Reader.made = 0  # as in a node that starts: a table knows nothing of those before it
        self.world = World(self._board.ANTENNAS)
        self.chips = solder(self.world, self._board.CHIP, config, {"antennas": dict(soldered or {})})
        self.wiring = machine.wire(self._board.PINS_ADDRESS, self._board.PIN_ENABLE, self.chips)
        self.antennas = [scan.Antenna(name, reader) for name, reader in wiring.readers(self._board, config)]
        self.scanner = scan.Scanner(self.antennas, self, self._now_ms, self._pause)
        self.told: list[tuple[str, str, str]] = []
        self.faults: list[tuple[str, str]] = []
        self.lying: set[tuple[str, str]] = set()
        self.held_us = 0  # the longest time between two moments at which other tasks of the node may run
        self._since = 0

    def __enter__(self) -> Self:
        self._clock = (clock.ticks_ms, clock.ticks_diff)
        clock.ticks_ms = lambda: self.world.now_us // 1000
        clock.ticks_diff = lambda later, earlier: later - earlier
        starting.start(self.scanner)
        return self

    def __exit__(self, *_: object) -> None:
        clock.ticks_ms, clock.ticks_diff = self._clock

    def _now_ms(self) -> int:
        return self.world.now_us // 1000

    async def _pause(self, duration: int) -> None:
        self.breathe()
        self.world.advance(duration * 1000)
        self._since = self.world.now_us
        await asyncio.sleep(0)

    def breathe(self) -> None:
        """The loop of the node may run now."""
        self.held_us = max(self.held_us, self.world.now_us - self._since)
        self._since = self.world.now_us

    def cards(self, index: int, changes: list[tuple[int, bytes]], _now: int) -> None:
        """Cards came or left."""
        for kind, uid in changes:
            self._tell(self.antennas[index].name, kind == presence.READ, uid)

    def moved(self, index: int, left: int, uid: bytes, _now: int) -> None:
        """A card lies elsewhere."""
        self._lies(self.antennas[left].name, False, uid)
        self._lies(self.antennas[index].name, True, uid)
        self.told.append((self.antennas[index].name, "card_moved", uid.hex()))

    def _tell(self, antenna: str, came: bool, uid: bytes) -> None:
        self._lies(antenna, came, uid)
        self.told.append((antenna, "card_read" if came else "card_removed", uid.hex()))

    def _lies(self, antenna: str, came: bool, uid: bytes) -> None:
        place = (antenna, uid.hex())
        if (place in self.lying) == came:
            raise AssertionError(f"told twice: {place}")
        (self.lying.add if came else self.lying.remove)(place)

    def fault(self, index: int, code: str, _message: str, _now: int) -> None:
        """An antenna fails, or works again."""
        self.faults.append((self.antennas[index].name, code))

    def truth(self) -> set[tuple[str, str]]:
        """Return what really lies where, as `lying` should say."""
        return {(name, uid) for name, uids in self.world.look().items() for uid in uids}

    async def scan(self, rounds: int = 1) -> float:
        """Visit every antenna so often; return the mean modelled milliseconds of a round."""
        return fmean(await self.round_times(rounds))

    async def round_times(self, rounds: int) -> list[float]:
        """Visit every antenna so often; return the modelled milliseconds of each round."""
        times: list[float] = []
        begun, finished = self.world.now_us, self.scanner.rounds
        task = asyncio.create_task(self.scanner.run())
        self._since = self.world.now_us
        while len(times) < rounds and not task.done():
            await asyncio.sleep(0)
            self.breathe()
            if self.scanner.rounds > finished:
                times.append((self.world.now_us - begun) / 1000)
                begun, finished = self.world.now_us, self.scanner.rounds
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return times


def deal(table: VirtualTable) -> None:
    """Lay two cards at each of ten seats, five on the board, six in the muck: 31."""
    places = [f"a{seat:02}" for seat in range(1, 11)] * 2 + ["a11"] * 5 + ["a12"] * 6
    for number, antenna in enumerate(places):
        table.world.put(antenna, f"04{number * 2654435761 % 2**48:012x}")
