"""Runs inside MicroPython: scans three cards many times and prints the live heap before and after."""

import gc
import sys

from tools.virtual import machine

sys.modules["machine"] = machine
main = __import__("firmware.main", None, None, ("run",))
board = __import__("firmware.boards.esp32_devkitc", None, None, ("NAME",))

from edge.presence import Presence  # noqa: E402
from tools.virtual.chips import solder  # noqa: E402
from tools.virtual.world import World  # noqa: E402

world = World(board.ANTENNAS)
chips = solder(world, board.CHIP, {}, {})
machine.wire(board.PINS_ADDRESS, board.PIN_ENABLE, chips)
reader = main.readers(board)[0][1]
presence = Presence()
reader.chip.start()
for uid in ("04a1b2c3d4e5f6", "11223344", "04112233445566778899"):
    world.put("a01", uid)


def scan(rounds: int) -> int:
    for number in range(rounds):
        world.now_us &= 0xFFFFFFF  # a long modelled time is a larger integer, which is no leak
        if number % 10 == 0:
            reader.chip.field_off()
            reader.chip.field_on()
        world.advance(6000)
        for _ in reader.look(presence.known()):
            pass
        presence.look(reader.seen, reader.clean, number)
    gc.collect()
    return gc.mem_alloc()


scan(50)
print(scan(50), scan(int(sys.argv[1])), len(presence.present()))  # noqa: T201 - its result
