"""The node: antennas in, messages out. Knows no pin and no network interface. `node_assembly` makes its parts."""

import asyncio

from micropython import const

from edge import clock, envelope
from edge.antenna_presence import MOVED
from edge.antenna_scan import Scanner
from edge.flash import exists
from edge.uplink import Uplink

FIRMWARE = "0.1.0"
_LOOK_MS = const(500)
_SAVING_MS = const(20)


class Node:
    """The node as the uplink asks about it, and as the scanner reports to it.

    `board` has `name`, `identify()`, `restart()`, perhaps `rejoin()`, `watchdog` (with `feed()`, or None),
    `config_folder`, where `config.json` is, and `application_folder`, where updates are kept; None: this node takes
    none.

    `observer` hears of steps inside: `queued(origin, seq)` when an event is in the outbox, `online(origin, link)` when
    the birth of a connection is with the broker. A board has none, the virtual table's trace is one.
    """

    firmware = FIRMWARE

    def __init__(self, settings, board, antennas, log, observer, pause, keeper, boot, frames, outbox, open_link):
        self.boot = boot
        self.board = board.name
        self.antennas = antennas
        self.identify = board.identify
        self.application_folder = board.application_folder
        self.config_folder = board.config_folder
        self.key = bytes.fromhex(settings["key"])
        self.now_ms = clock.Clock().now_ms
        self.time = None  # the `Sntp` that measures the error of the clock; None: no time server is set
        self.outbox = outbox
        self._log = log
        self._observer = observer
        self._keeper = keeper
        self.proven = False
        self.trial = bool(keeper and keeper.trying)  # of a configuration: nothing that was read leaves meanwhile
        self.frames = frames  # makes sealed frames; None: the table does not ask for them
        self._orders = None
        self._restart = board.restart
        self.rejoin = getattr(board, "rejoin", None)  # joins the network again; None: there is nothing to join
        self.scanner = Scanner(antennas, self, self.now_ms, pause)
        log_path = settings["state_folder"] + "/log_id"
        self.uplink = Uplink(settings, self, outbox, log_path, self.now_ms, log, open_link)

    def cards(self, index, changes, now):
        """Cards came or left."""
        for kind, uid in changes:
            self._queued(self.outbox.add_card(kind, index, uid, now), envelope.CARDS[kind])

    def moved(self, index, left, uid, now):
        """A card lies on another antenna than before: one event."""
        self._queued(self.outbox.add_card(MOVED, index, uid, now, left), envelope.CARDS[MOVED])

    def fault(self, index, code, message, now):
        """An antenna fails, or works again."""
        from edge.envelope_notices import fault_event

        event = fault_event(self.antennas[index].name, code, message)
        self._queued(self.outbox.add_text(event, now), "fault", {"code": code, "message": message})

    def command(self, content):
        """A signed command of this boot."""
        if self._orders is None:
            from edge.node_orders import Orders

            self._orders = Orders(self, self.restart, self._log)
        self._orders.take(content)

    def answer(self, command_id, ok, message):
        """The result of a command."""
        from edge.envelope_notices import result_event

        event = result_event(command_id, ok, message)
        self._queued(self.outbox.add_text(event, self.now_ms()), "command_result")

    def _queued(self, seq, kind, data=None):
        if self._observer:
            self._observer.queued(self.boot, seq)
        self._log.info(kind, data, self.uplink.trace_id(seq))
        self.uplink.wake()

    def born(self, link):
        """Note that the broker took the birth. That proves the boot, but for a configuration on trial."""
        if self._observer:
            self._observer.online(self.boot, link)
        if not self.trial:
            self._prove()

    def spoken_to(self):
        """The collector signed a word for this boot. No other broker has its key, so that proves a configuration."""
        if self.trial:
            self._prove()

    def _prove(self):
        self.proven, self.trial = True, False
        if self._keeper or (self.application_folder and exists(self.application_folder + "/active")):
            from edge.node_proof import prove

            prove(self, self._keeper)

    def restart(self):
        """Begin a new boot, and say so before."""
        if hasattr(self.uplink.client, "confirm"):  # MQTT; the bridge of a serial line notices by itself
            from edge.link_mqtt_leave import leave

            leave(self.uplink.client, *self.uplink.last_words())
        self._restart()

    async def save(self):
        """Put every event that the collector may not have on the flash, after the writing that is under way."""
        while self.outbox.saving:
            await clock.sleep_ms(_SAVING_MS)
        await self.outbox.save(self.now_ms(), everything=True)

    def lying(self):
        """Return (name, uids) of every antenna that has been looked at. One that never could be is left out."""
        lying = []
        for antenna in self.antennas:
            if antenna.seen_ok:
                lying.append((antenna.name, antenna.presence.present()))
        return lying


async def run_all(parts):
    """Run all parts; the end of one ends all. A plain loop: `gather` would keep 300 bytes as long as they run."""
    tasks = list(map(asyncio.create_task, parts))
    try:
        while True:
            for task in tasks:
                if task.done():
                    await task  # raises what ended it
            await clock.sleep_ms(_LOOK_MS)
    finally:
        for task in tasks:
            task.cancel()
