"""Runs inside MicroPython: the unmodified firmware with its standard input and output on a serial line."""

import asyncio
import sys

from tools.virtual import machine

sys.modules["machine"] = machine
from firmware import main  # noqa: E402
from firmware.boards import esp32_devkitc as board  # noqa: E402
from tools.virtual.chip_mfrc522 import ChipMfrc522  # noqa: E402
from tools.virtual.world import World  # noqa: E402


async def run() -> None:
    world = World(board.ANTENNAS)
    chips = [ChipMfrc522(world.airs[name], world) for name in world.antennas]
    machine.wire(board.PINS_ADDRESS, board.PIN_ENABLE, chips)
    world.put("a03", "04a1b2c3d4e5f6")
    for number in range(1, int(sys.argv[1])):
        world.put(board.ANTENNAS[number % 12], f"04a1b2c3d4{number:04x}")

    async def pause(duration_ms: int) -> None:
        world.advance(duration_ms * 1000)
        await asyncio.sleep_ms(duration_ms)

    await main.run(board, pause)


asyncio.run(run())
