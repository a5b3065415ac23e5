"""Runs inside MicroPython: how much of its heap a node takes. Prints one JSON object.

`node` starts the whole application on a virtual table of 31 cards, with a broker that does not answer; `simulator` is
what was taken before the first line of it was loaded. `scan` scans that table so often and compares the live heap.
"""
# mypy: ignore-errors
# MicroPython's asyncio and gc are not CPython's.

import asyncio
import gc
import json
import sys

from tools.virtual import machine
from tools.virtual.chips import solder
from tools.virtual.world import World

sys.modules["machine"] = machine  # before the firmware asks for it
board = __import__("firmware.boards.esp32_devkitc", None, None, ("NAME",))

_LATEST_US = 1 << 28
_WARM_UP = 32  # rounds: twice what a reader takes to come back to the same point of its cycle
_SEATED = 20  # cards, two at each of ten antennas


class Table:
    """The table top, and what the scanner tells."""

    def __init__(self, config):
        self.world = World(board.ANTENNAS)
        self.chips = solder(self.world, board.CHIP, config, {})
        machine.wire(board.PINS_ADDRESS, board.PIN_ENABLE, self.chips)
        self.pauses = 0
        for number in range(31):
            antenna = number // 2 if number < _SEATED else 10 + number // 26
            self.world.put(board.ANTENNAS[antenna], "04%012x" % (number * 40503 + 7))

    async def pause(self, duration):
        """Let the world's time pass, and as little of ours as can be."""
        self.pauses += 1
        self.world.advance(duration * 1000)
        if self.world.now_us > _LATEST_US:
            elapsed = self.world.rebase()
            for chip in self.chips:
                chip.rebase(elapsed)
        await asyncio.sleep_ms(0)

    def cards(self, *_):
        """Stand for whoever is told."""

    moved = fault = queued = online = cards


def _live():
    gc.collect()
    return gc.mem_alloc()


async def _node(table, scans):
    simulator = _live()
    main = __import__("firmware.main", None, None, ("run",))
    running = asyncio.create_task(main.run(board, table.pause, table))
    while table.pauses < 2 * scans:
        if running.done():
            await running  # raises what ended it
        await asyncio.sleep_ms(5)
    return {"simulator": simulator, "node": _live() - simulator}


def _scan(table, scans, config):
    clock = __import__("edge.clock", None, None, ("ticks_ms",))
    clock.ticks_ms = lambda: table.world.now_us // 1000  # a busy machine must not look like a dead chip
    wiring = __import__("firmware.wiring", None, None, ("readers",))
    scan = __import__("edge.scan", None, None, ("Antenna",))
    antennas = [scan.Antenna(*pair) for pair in wiring.readers(board, config)]
    for antenna in antennas:
        antenna.chip.start()
    least = _WARM_UP * len(antennas)
    live = []
    for looks in (least, least, scans - scans % least + least):  # always at the same place in a reader's cycle
        for _ in range(looks // len(antennas)):
            _round(table, antennas)
        live.append(_live())
    return {"growth": live[2] - live[1], "looks": looks}


def _round(table, antennas):
    world = table.world
    for antenna in antennas:
        world.advance(6000)
        antenna.chip.field_on()
        world.advance(6000)
        for _ in antenna.reader.look(antenna.presence.known()):
            pass
        antenna.chip.field_off()
        antenna.presence.look(antenna.reader.seen, antenna.reader.clean, 0)
    elapsed = world.rebase()
    for chip in table.chips:
        chip.rebase(elapsed)


def _run(mode, scans):
    with open("config.json") as file:
        config = json.load(file)
    table = Table(config)
    print(json.dumps(asyncio.run(_node(table, scans)) if mode == "node" else _scan(table, scans, config)))


_run(sys.argv[1], int(sys.argv[2]))
