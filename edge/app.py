"""The node: antennas in, messages out. Builds the parts and runs them; knows no pin and no network interface."""

import asyncio
import sys

from edge import boot, clock, config, envelope
from edge.logs import Log
from edge.outbox import Outbox
from edge.presence import READ, REMOVED
from edge.scan import Antenna, Scanner
from edge.uplink import Uplink

FIRMWARE = "0.1.0"


class Observer:
    """Is told what happens inside; a board has none, the virtual table's trace is one."""

    def queued(self, origin, seq):
        """An event entered the outbox."""

    def online(self, origin, link):
        """The birth of a connection is with the broker."""


class Node:
    """What the uplink asks about the node, and what the scanner reports to it."""

    firmware = FIRMWARE

    def __init__(self, settings, board, antennas, log, observer, pause, identify):
        self.boot = boot.next_boot(settings.get("state_folder", "."))
        self.board = board
        self.antennas = antennas
        self.identify = identify
        self.now_ms = clock.Clock().now_ms
        names = [antenna.name for antenna in antennas]
        self._outbox = Outbox(self.boot, names, settings.get("outbox_events", 2048))
        self._log = log
        self._observer = observer
        self.scanner = Scanner(antennas, self, self.now_ms, pause)
        self.uplink = Uplink(settings, self, self._outbox, self.now_ms, log, observer)

    def cards(self, index, changes, now):
        """Cards came or left."""
        for kind, uid in changes:
            self._queued(self._outbox.add_card(kind, index, uid, now), "card_read" if kind == READ else "card_removed")

    def moved(self, index, left, uid, now):
        """A card lies on another antenna than before: both halves leave in one message."""
        self.cards(left, ((REMOVED, uid),), now)
        self.cards(index, ((READ, uid),), now)

    def fault(self, index, code, message, now):
        """An antenna fails, or works again."""
        event = envelope.fault_event(self.antennas[index].name, code, message)
        self._queued(self._outbox.add_text(event, now), "fault", {"code": code, "message": message})

    def report(self, event):
        """Any other event."""
        self._queued(self._outbox.add_text(event, self.now_ms()), "command_result")

    def _queued(self, seq, kind, data=None):
        self._observer.queued(self.boot, seq)
        self._log.info(kind, data, self.uplink.trace_id(seq))
        self.uplink.wake()

    def lying(self):
        """Return (name, uids) of every antenna that has been looked at; one that never could be is left out."""
        return [(antenna.name, antenna.presence.present()) for antenna in self.antennas if antenna.seen_ok]

    def chips(self):
        """Return (name, chip) of every antenna."""
        return [(antenna.name, describe(antenna.chip)) for antenna in self.antennas]

    def longest_ms(self):
        """Return how long the scan held the loop at most since the last time this was asked."""
        longest, self.scanner.longest_ms = self.scanner.longest_ms, 0
        return longest

    def rounds(self):
        """Return how often all antennas were visited."""
        return self.scanner.rounds


def describe(chip):
    """Return a chip's name and version. An unknown version is said, never refused."""
    if not chip.version or chip.version == 0xFF:  # noqa: PLR2004
        return chip.chip + " silent"
    known = "" if chip.version in chip.known_versions else " unknown"
    return "%s %02x%s" % (chip.chip, chip.version, known)


async def run(settings, readers, board, out=sys.stderr, pause=clock.sleep_ms, observer=None, identify=None):
    """Run the node for ever. `readers` are (antenna name, reader) pairs in the order of the coils on the table.

    `pause(ms)` passes the time that antennas need; `identify()` makes the board show itself.
    """
    settings = config.check(settings)
    log = Log(out)
    antennas = [Antenna(name, reader) for name, reader in readers]
    node = Node(settings, board, antennas, log, observer or Observer(), pause, identify or _nothing)
    log.info("boot", {"boot": node.boot, "board": board, "firmware": FIRMWARE, "antennas": len(antennas)})
    node.scanner.start()
    _warn_of_versions(antennas, log)
    uplink = node.uplink
    await asyncio.gather(node.scanner.run(), uplink.client.run(), uplink.run(), uplink.keep_time())


def _warn_of_versions(antennas, log):
    for antenna in antennas:
        if antenna.started and antenna.chip.version not in antenna.chip.known_versions:
            log.warning("chip_version", {"antenna": antenna.name, "version": antenna.chip.version})


def _nothing():
    """A board without a light."""
