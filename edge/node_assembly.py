"""Puts a node together from its configuration, and runs it. Imports `node`; no module that stays loaded imports this.

Its code runs once. `run` lets go of it, and of other code that only a start needs.
"""

import asyncio
import sys

from edge import clock, forget
from edge.antenna_scan import Antenna
from edge.antenna_start import start
from edge.boot_name import next_boot
from edge.config import check
from edge.flash import exists
from edge.logs import Log
from edge.node import FIRMWARE, Node, run_all
from edge.node_supervisor import Supervisor
from edge.outbox import Outbox
from edge.outbox_flash import Store
from edge.outbox_reopen import fill

_TRIAL_MS = 60_000  # in which a trial has to reach the broker, one of a configuration the collector
_ONCE = (
    "edge.antenna_start",
    "edge.boot_name",
    "edge.config",
    "edge.config_keeper",
    "edge.update_slots",
    "edge.flash_files",
    "edge.outbox_reopen",
    "edge.rfid.mfrc522_setup",
    "edge.node_assembly",
)
"""Modules that only a start needs. Code that needs one of them later loads it again."""

_UNUSED = (("asyncio.event", "ThreadSafeFlag"), ("asyncio.stream", "Server"), ("asyncio.stream", "start_server"))
_MADE = (
    ("edge.antenna_presence", "Presence"),
    ("edge.antenna_scan", "Antenna"),
    ("edge.antenna_scan", "Scanner"),
    ("edge.clock", "Clock"),
    ("edge.link_mqtt", "Client"),
    ("edge.logs", "Log"),
    ("edge.node", "Node"),
    ("edge.node_supervisor", "Supervisor"),
    ("edge.outbox", "Outbox"),
    ("edge.outbox_flash", "Store"),
    ("edge.outbox_memory", "Memory"),
    ("edge.rfid.both", "Reader"),
    ("edge.rfid.iso14443a", "Reader"),
    ("edge.rfid.iso15693", "Reader"),
    ("edge.rfid.mfrc522", "MFRC522"),
    ("edge.rfid.spi", "Decoder"),
    ("edge.rfid.spi", "Port"),
    ("edge.rfid.spi", "SpiBus"),
    ("edge.rfid.st25r3911b", "ST25R3911B"),
    ("edge.seal_frames", "Frames"),
    ("edge.uplink", "Uplink"),
    ("firmware.main", "_Board"),
)
"""Classes of which a node makes no further object once it is put together."""
_RAN = (
    ("firmware.main", "run"),
    ("edge.rfid.mfrc522", "read_request"),
    ("edge.rfid.mfrc522_bus", "read_request"),
    ("edge.rfid.st25r3911b", "read_request"),
    ("edge.rfid.st25r3911b_bus", "read_request"),
)
_IN_CLEAR = (("edge.envelope", "snapshot_parts"),)
"""Functions that have run, and those that a node which seals never calls."""


def run(settings, readers, board, out=sys.stderr, pause=clock.sleep_ms, observer=None, keeper=None):
    """Return the coroutine that runs the node for ever. `readers` are (antenna name, reader) pairs, in coil order.

    `pause(ms)` passes the time that antennas need; `keeper` has a configuration to prove, or one that was given back.
    A coroutine that waits for ever keeps all its locals alive, so `run_all` gets only the parts that run (ADR 15).
    Raises ConfigError for settings that cannot work.
    """
    settings = check(settings)
    log = Log(out)
    antennas = [Antenna(name, reader) for name, reader in readers]
    made = node(settings, board, antennas, log, observer, pause, keeper)
    log.info("boot", {"boot": made.boot, "board": board.name, "firmware": FIRMWARE, "antennas": len(antennas)})
    start(made.scanner)
    for antenna in antennas:
        if not antenna.down and antenna.reader.chip.version not in antenna.reader.chip.known_versions:
            log.warning("chip_version", {"antenna": antenna.name, "version": antenna.reader.chip.version})
    parts = _parts(made, settings, board, log, keeper)
    _lighten(settings["sealed"])
    for module in _ONCE:
        forget(module)
    return run_all(parts)


def _lighten(sealed):
    """Let go of modules of MicroPython's asyncio that no node needs, and of what made objects that are made.

    What is deleted from a class or module leaves its value in the slot, so None is put there. On CPython the same
    classes make other nodes.
    """
    if sys.implementation.name != "micropython":
        return
    for module, name in _MADE:
        if module in sys.modules:
            getattr(sys.modules[module], name).__init__ = None
    for module, name in _RAN + (_IN_CLEAR if sealed else ()):
        if module in sys.modules:
            setattr(sys.modules[module], name, None)
    _ = asyncio.Event, asyncio.open_connection, asyncio.wait_for, asyncio.gather  # all that a node takes from there
    getattr(asyncio, "_attrs", {}).clear()  # so it needs no list of what could be loaded
    for module, name in _UNUSED:
        if module in sys.modules and hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)


def node(settings, board, antennas, log, observer, pause, keeper):
    """Return a node with its outbox and its link to the broker, as the checked settings ask for."""
    boot = next_boot(settings["state_folder"])
    frames = _frames(settings, boot)
    seal = frames.event if frames else None
    names = [antenna.name for antenna in antennas]
    outbox = Outbox(boot, names, settings["outbox_events"], _store(settings, log), seal)
    return Node(settings, board, antennas, log, observer, pause, keeper, boot, frames, outbox, _open_link)


def _frames(settings, boot):
    """Return the maker of sealed frames, None if the table does not ask for them."""
    if not settings["sealed"]:
        return None
    from edge.seal_frames import Frames

    return Frames(bytes.fromhex(settings["key"]), settings["device"], boot)


def _store(settings, log):
    """Return the store on the flash, None if it cannot be used: that costs what a power cut loses, not the node."""
    store = Store(settings["state_folder"] + "/outbox")
    try:
        damaged = fill(store)
    except OSError as error:
        log.error("flash_unusable", {"reason": str(error)})  # noqa: TRY400 - our own log
        return None
    if damaged:
        log.warning("flash_damaged", {"segments": damaged})
    return store


def _open_link(settings, handler, log):
    """Return the link to the broker that the configuration asks for."""
    if settings["uplink"] == "serial":
        from edge.link_serial import SerialLink

        log.out = link = SerialLink(handler, log, sys.stdin, sys.stdout)
        return link
    from edge.link_mqtt import Client

    return Client(settings["broker"], handler, log)


def _parts(made, settings, board, log, keeper):
    if (keeper and keeper.trying) or _on_trial(board.application_folder):
        asyncio.create_task(_give_back(made, made.restart))  # noqa: RUF006 - MicroPython keeps its tasks
    uplink = made.uplink
    running = [made.scanner.run(), uplink.client.run(), uplink.run()]
    running.append(uplink.keep_time(Supervisor(made, board, log)))
    if "time_host" in settings:
        from edge.clock_sntp import Sntp

        made.time = Sntp(settings["time_host"], made.now_ms)
        running.append(made.time.run())
    return running


async def _give_back(made, restart):
    """End a boot whose trial of a configuration or an application does not reach the broker."""
    await clock.sleep_ms(_TRIAL_MS)
    if not made.proven:
        await made.save()
        restart()


def _on_trial(folder):
    """Whether the application that runs has not proven itself yet."""
    if not folder or not exists(folder + "/active"):
        return False
    from edge import update_slots

    return not update_slots.read(folder).get("good", True)
