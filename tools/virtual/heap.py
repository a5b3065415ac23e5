"""Runs inside MicroPython: how much of its heap a node takes. Prints one JSON object.

`node LOOKS` starts the whole application on a virtual table of 31 cards and, once it is connected and has told of them,
takes the live heap at many moments, so many looks apart: `node` is the middle of them, `most` the most; `simulator` is
what the chips, the cards and the board take. `scan LOOKS` looks so often and tells by how much the heap has grown.
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
_CARDS = 31
_SEATED = 20  # of them, two at each of ten antennas
_MOMENTS = 31


class Table:
    """The table top, and what the scanner tells."""

    def __init__(self, config):
        self.world = World(board.ANTENNAS)
        self.chips = solder(self.world, board.CHIP, config, {})
        machine.wire(board.PINS_ADDRESS, board.PIN_ENABLE, self.chips)
        self.pauses = self.events = 0
        self.connected = False
        for number in range(_CARDS):
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

    def told(self, *_):
        """Stand for whoever is told."""

    cards = moved = fault = told

    def queued(self, _, seq):
        """An event is in the outbox."""
        self.events = seq

    def online(self, *_):
        """The broker has the birth."""
        self.connected = True


def in_use():
    """Return how many bytes are in use."""
    gc.collect()
    return gc.mem_alloc()


async def _node(table, looks):
    simulator = in_use()
    main = __import__("firmware.main", None, None, ("run",))
    running = asyncio.create_task(main.run(board, table.pause, table))
    while not table.connected or table.events < _CARDS:
        await go_on(running)
    live = []
    for _ in range(_MOMENTS):
        after = table.pauses + 2 * looks
        while table.pauses < after:
            await go_on(running)
        live.append(in_use() - simulator)
    live.sort()
    return {"simulator": simulator, "node": live[_MOMENTS // 2], "most": live[-1]}


async def go_on(running):
    """Let the node run on."""
    if running.done():
        await running  # raises what ended it
    await asyncio.sleep_ms(1)


def _scan(table, scans, config):
    clock = __import__("edge.clock", None, None, ("ticks_ms",))
    clock.ticks_ms = lambda: table.world.now_us // 1000  # a busy machine must not look like a dead chip
    wiring = __import__("firmware.wiring", None, None, ("readers",))
    scan = __import__("edge.antenna_scan", None, None, ("Antenna",))
    antennas = [scan.Antenna(*pair) for pair in wiring.readers(board, config)]
    for antenna in antennas:
        antenna.reader.chip.start()
    least = _WARM_UP * len(antennas)
    live = []
    for looks in (least, least, scans - scans % least + least):  # always at the same place in a reader's cycle
        for _ in range(looks // len(antennas)):
            _round(table, antennas)
        live.append(in_use())
    return {"growth": live[2] - live[1], "looks": looks}


def _round(table, antennas):
    world = table.world
    for antenna in antennas:
        world.advance(6000)
        antenna.reader.chip.field_on()
        world.advance(6000)
        for _ in antenna.reader.look(antenna.presence.known()):
            pass
        antenna.reader.chip.field_off()
        antenna.presence.look(antenna.reader.seen, True, 0, antenna.reader.unsure)
    elapsed = world.rebase()
    for chip in table.chips:
        chip.rebase(elapsed)


def _run(mode, scans):
    with open("config.json") as file:
        config = json.load(file)
    table = Table(config)
    print(json.dumps(asyncio.run(_node(table, scans)) if mode == "node" else _scan(table, scans, config)))


if sys.argv[1] != "modules":  # else `weights` has loaded this
    _run(sys.argv[1], int(sys.argv[2]))
