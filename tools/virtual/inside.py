"""Runs inside MicroPython: the unmodified firmware on a virtual board, and the table top at its standard input.

Each antenna has the chip that `config.json` names for it. `board.json` beside it, {"antennas": {"a01":
"ST25R3911B"}, "lying": {"a02": ["04a1b2c3d4e5f6"]}}, solders another one, and has cards on the table at power-up.

One JSON object a line comes in (`put`, `remove`, `move`, `clear`, `look`, `chip`, `metal`, `flash`, `clock`,
`trace`), and one answer goes out for each. Besides, `hello` comes first, `online` after each birth, and, with the trace
on, `queued` for each event as it enters the outbox. `ticks_us` there is the machine's CLOCK_MONOTONIC in microseconds,
modulo `ticks_period` of `hello`. Logs go to standard error.

With the argument `flash`, what runs is not this repository's firmware but the one in the current folder, which stands
for a board's flash: its `boot.py`, which may choose the folder of an update, then its `main.py`.
"""
# mypy: ignore-errors
# MicroPython's asyncio, time and streams are not CPython's.

import asyncio
import json
import sys
import time

from tools.virtual import machine, radio, trouble
from tools.virtual.chips import solder
from tools.virtual.world import World

wrong_time = trouble.WrongTime()
flash = trouble.Flash()
sys.modules["machine"] = machine  # before the firmware asks for it
sys.modules["time"] = wrong_time
sys.modules["network"] = radio

_HURRY_ROUNDS = 3
_SOON_SEEN = ("put", "move", "chip", "metal")  # that a card has gone takes 300 ms of looking anyway
_LATEST_US = 1 << 29


class Pace:
    """Lets the world's time pass as the firmware waits.

    When nothing changes on the table, a pause takes as long as on a board, and the process sleeps. When somebody has
    touched the table, time runs as fast as it can for a few rounds: what the firmware does is the same, only sooner.
    """

    def __init__(self, world, chips):
        self._world = world
        self._chips = chips
        self._pauses = _HURRY_ROUNDS * 2 * len(chips)
        self._hurry = 0

    def touched(self):
        """The table has changed."""
        self._hurry = self._pauses

    async def pause(self, duration_ms):
        """Stand for `asyncio.sleep_ms`."""
        self._world.advance(duration_ms * 1000)
        if self._world.now_us > _LATEST_US:
            elapsed = self._world.rebase()
            for chip in self._chips:
                chip.rebase(elapsed)
        for _ in range(duration_ms):
            if self._hurry:
                break
            await asyncio.sleep_ms(1)
        if self._hurry:
            self._hurry -= 1
            await asyncio.sleep_ms(0)


class Controls:
    """Answers the lines at standard input, and is the application's observer."""

    def __init__(self, world, chips, pace, out):
        self._world = world
        self._chips = chips
        self._pace = pace
        self._out = out
        self._trace = False

    def queued(self, origin, seq):
        """Trace an event."""
        if self._trace:
            self._say({"queued": {"origin": origin, "seq": seq, "ticks_us": time.ticks_us()}})

    def online(self, origin, link):
        """Tell that the node is there."""
        self._say({"online": {"boot": origin, "link": link}})

    def hello(self):
        """Tell how to read `ticks_us`."""
        self._say({"hello": {"ticks_period": time.ticks_add(0, -1) + 1, "antennas": self._world.antennas}})

    async def run(self, reader):
        """Obey until standard input ends, which is how a node's owner stops it."""
        while True:
            line = await reader.readline()
            if not line:
                raise SystemExit(0)
            try:
                answer = self._obey(json.loads(line))
            except (ValueError, KeyError) as error:
                answer = {"error": str(error)}
            self._say(answer)

    def _obey(self, order):
        operation = order["op"]
        if operation == "look":
            return {"ok": True, "antennas": self._world.look()}
        if not self._on_table(operation, order) and not self._on_board(operation, order):
            raise ValueError("no operation " + str(operation))
        if operation in _SOON_SEEN:
            self._pace.touched()
        return {"ok": True}

    def _on_table(self, operation, order):
        world = self._world
        if operation == "put":
            world.put(order["antenna"], order["uid"], order.get("coupling", 100), order.get("flicker", 0))
        elif operation == "remove":
            world.remove(order["uid"])
        elif operation == "move":
            world.move(order["antenna"], order["uid"])
        elif operation == "clear":
            world.clear()
        elif operation == "metal":
            world.metal(order["antenna"], order["percent"])
        else:
            return False
        return True

    def _on_board(self, operation, order):
        if operation == "chip":
            self._chips[self._world.antennas.index(order["antenna"])].version = order["version"]
        elif operation == "flash":
            flash.full = bool(order["full"])
        elif operation == "clock":
            wrong_time.offset_s = order["offset_s"]
        elif operation == "trace":
            self._trace = bool(order["on"])
        else:
            return False
        return True

    def _say(self, content):
        self._out.write(json.dumps(content) + "\n")  # unbuffered in MicroPython


def _json(path):
    try:
        with open(path) as file:
            return json.load(file)
    except OSError:
        return {}


def _firmware():
    """Return the module that starts a node. By name: the type checker of the tools does not read the chip's code."""
    return __import__("firmware.main", None, None, ("run",))


async def _run(board, run):
    world = World(board.ANTENNAS)
    before = _json("board.json")
    chips = solder(world, board.CHIP, _json("config.json"), before)
    for antenna, uids in before.get("lying", {}).items():
        for uid in uids:
            world.put(antenna, uid)
    machine.wire(board.PINS_ADDRESS, board.PIN_ENABLE, chips)
    pace = Pace(world, chips)
    controls = Controls(world, chips, pace, sys.stdout)
    controls.hello()
    obey = asyncio.create_task(controls.run(asyncio.StreamReader(sys.stdin)))
    await asyncio.gather(obey, run(board, pace.pause, controls))


def _boot():
    """Start what lies on the flash, as the chip does."""
    _execute("boot.py")
    main = _firmware()  # of the folder that boot.py chose
    firmware_run = main.run
    main.run = lambda board: _run(board, firmware_run)
    _execute("main.py")


def _execute(name):
    with open(name) as file:
        exec(file.read(), {"__name__": "__main__"})  # noqa: S102 - as the chip does


if __name__ == "__main__":
    if sys.argv[1:] == ["flash"]:
        _boot()
    else:
        devkit = __import__("firmware.boards.esp32_devkitc", None, None, ("NAME",))
        asyncio.run(_run(devkit, _firmware().run))
