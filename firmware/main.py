"""Builds the machine's objects from a board's data and hands them to the application. No logic to test."""

import asyncio
import sys
import time

import machine
from machine import SPI, Pin, reset

from edge import app, clock
from edge.once import forget
from edge.rfid.select_line import Decoder
from edge.rfid.spi import SpiBus

_WATCHDOG_MS = 15_000


def readers(board, settings=None):
    """Return (antenna name, reader) pairs; `settings` may name other chips than the board's for some antennas."""
    Pin(board.PIN_RESET, Pin.OUT, value=1)
    clock_pin, mosi, miso = Pin(board.PIN_CLOCK), Pin(board.PIN_MOSI), Pin(board.PIN_MISO)
    bus = SpiBus(SPI(board.SPI_BUS, baudrate=board.SPI_HERTZ, polarity=0, phase=0, sck=clock_pin, mosi=mosi, miso=miso))
    address = [Pin(number, Pin.OUT, value=0) for number in board.PINS_ADDRESS]
    decoder = Decoder(address, Pin(board.PIN_ENABLE, Pin.OUT, value=1))
    lines = [decoder.line(output) for output in range(len(board.ANTENNAS))]
    from edge.rfid import build  # noqa: PLC0415 - forgotten when it is done

    made = build.readers(bus, lines, board.ANTENNAS, board.CHIP, settings or {})
    forget("edge.rfid.build")
    return made


class _Board(app.Board):
    """What this board can do beside reading cards."""

    def __init__(self, board):
        self.name = board.NAME
        self.application_folder = "."
        self._light = Pin(board.PIN_LIGHT, Pin.OUT, value=0)
        self.watchdog = machine.WDT(timeout=_WATCHDOG_MS) if hasattr(machine, "WDT") else None

    def identify(self):
        """Blink."""
        asyncio.create_task(_blink(self._light))  # noqa: RUF006 - MicroPython keeps its tasks

    def restart(self):
        """Begin a new boot."""
        machine.reset()


def _join(settings):
    """Bring up the network that the configuration names; the MQTT client tries until it is there."""
    if "ethernet" in settings:
        from firmware import ethernet  # noqa: PLC0415 - only boards with a network have `network`

        ethernet.join(settings["ethernet"])
    elif "wifi" in settings:
        from firmware import wifi  # noqa: PLC0415

        wifi.join(settings["wifi"])


async def run(board, pause=clock.sleep_ms, observer=None):
    """Run the node that `config.json` describes on `board`."""
    from edge.keeper import Keeper  # noqa: PLC0415 - gone from the heap when the node runs

    keeper = Keeper()
    settings = keeper.load()
    _join(settings)
    kept = keeper if keeper.trying or keeper.outcome else None
    del Keeper, keeper
    await app.run(settings, readers(board, settings), _Board(board), pause=pause, observer=observer, keeper=kept)


async def _blink(light):
    """Show for ten seconds which board is meant."""
    for _ in range(20):
        light.value(1)
        await clock.sleep_ms(250)
        light.value(0)
        await clock.sleep_ms(250)


def start(board):
    """Run on the board of that name until the power goes; begin again after any error."""
    try:
        name = "firmware.boards." + board
        asyncio.run(run(__import__(name, None, None, ("NAME",))))
    except Exception as error:  # a table must not wait for somebody to press a button
        sys.print_exception(error)
        time.sleep(5)  # long enough to be read, and to interrupt with Ctrl-C
        reset()
