"""The device protocol: the messages of a node, and its answers to the collector. Knows no chip and no pin.

Events leave in order and stay in the outbox until the collector acknowledges them. Events that are not acknowledged are
sent again after a reconnection, after a `resend`, and when the collector is silent for too long, each time with their
age at that moment. After a change of `log_id` the node sends all that it keeps.
"""

import asyncio
import gc

from micropython import const

from edge import clock, envelope, forget
from edge.envelope_health import health_body
from edge.errors import LinkLost
from edge.seal import Seal

_PREFIX = const("ebs/v1/dev/")
_UNANSWERED_MS = const(2000)
_PATIENCE_MS = const(16_000)  # a collector that stays away is not flooded
_TICK_MS = const(250)
_SNAPSHOT_MS = const(2000)
_HEALTH_MS = const(10_000)
_REASSERT_MS = const(1000)  # two nodes of one name would fight without end


class Uplink:
    """Ties outbox, seal and client together. The client calls `will`, `subscriptions`, `up`, `down`, `message`."""

    def __init__(self, config, node, outbox, log_path, now_ms, log, open_link):
        from edge.flash_files import read_text

        self.link = 0
        self.client = open_link(config, self, log)
        self._device = config["device"]
        self._boot = node.boot
        self._node = node
        self._seal = Seal(bytes.fromhex(config["key"]))
        self._outbox = outbox
        self._log_path = log_path  # of a file with the name of the collector's log: a change is noticed across boots
        self.log_id = read_text(log_path) or None
        self._now_ms = now_ms
        self._log = log
        self._tx = 0
        self._patience = _UNANSWERED_MS
        self._waiting_since: int | None = None
        self._reasserted = -_REASSERT_MS
        self._contradicted = False
        self._work = asyncio.Event()
        self._say_birth = False
        self._say_snapshot = False
        self._progress = None

    # --- what the client asks ---

    def will(self):
        """Return the message that the broker sends when this connection breaks. Each connection is a new link."""
        self.link += 1
        return self.last_words()

    def last_words(self):
        """Return topic and payload that tell that this link is lost."""
        from edge.envelope_birth import will_body

        body = will_body(self._device, self._boot, self.link)
        forget("edge.envelope_birth")
        return self._topic("status"), self._seal.close(body)

    def subscriptions(self):
        """Return the subscriptions of the node: its own status too, to correct a will that comes late."""
        return [(self._topic("command"), 1), (self._topic("ack"), 1), (self._topic("status"), 1)]

    def up(self):
        """Begin a connection: birth, snapshot, then everything that is held."""
        self._log.info("link_up", {"link": self.link, "outbox": self._outbox.depth()})
        self._say_birth = True
        self._say_snapshot = True
        self.send_again()

    def down(self):
        """Note that the connection is gone."""
        self._waiting_since = None

    def unheard(self, for_ms):
        """Have somebody look after the network: nothing was heard from the broker for so long."""
        from edge.node_unheard import act

        act(self._node, for_ms, self._log)

    def message(self, topic, payload):
        """Take a message in."""
        if topic == self._topic("ack"):
            self._acknowledged(payload)
        elif topic == self._topic("command"):
            self._commanded(payload)
        elif topic == self._topic("status"):
            self._status_seen(payload)

    def _topic(self, name):
        return _PREFIX + self._device + "/" + name

    # --- outgoing ---

    def trace_id(self, seq):
        """Return the name under which an event is followed through the whole system."""
        return "%s.%s.%d" % (self._device, self._boot, seq)

    def wake(self):
        """Wake the sender: there is something to send."""
        self._work.set()

    def ask_snapshot(self):
        """Send a snapshot of the antennas soon."""
        self._say_snapshot = True
        self._work.set()

    def say_progress(self, command_id, offset):
        """Tell how much of an update is here."""
        from edge.update import progress_body

        body = progress_body(self._device, self._boot, command_id, offset)
        self._progress = self._seal.parts(body)
        self._work.set()

    def send_again(self):
        """Send everything that is not acknowledged once more."""
        self._outbox.rewind()
        self._waiting_since = None
        self._work.set()

    async def run(self):
        """Send whatever waits, for ever."""
        while True:
            try:
                await self._send_next()
            except LinkLost:
                await self._sleep()
            except MemoryError as error:  # the half-built message is garbage now; the event is still in the outbox
                self._short(error)
                await clock.sleep_ms(_TICK_MS)
                self._outbox.rewind()

    def _short(self, error):
        gc.collect()
        free = gc.mem_free() if hasattr(gc, "mem_free") else 0
        self._log.warning("memory_short", {"free": free, "reason": str(error)})

    async def _send_next(self):
        if not self.client.up:
            await self._sleep()
        elif self._say_birth:
            self._say_birth = False
            await self.client.publish(self._topic("status"), self._birth(), 1, True, confirmed=self._born)
        elif self._node.trial:
            await self._sleep()
        elif self._say_snapshot:
            self._say_snapshot = False
            await self._send_snapshot()
        elif self._progress:
            payload, self._progress = self._progress, None
            await self.client.publish(self._topic("progress"), payload, 1)
        elif self._outbox.pending():
            await self._send_events()
        else:
            await self._sleep()

    async def _sleep(self):
        self._work.clear()
        await self._work.wait()

    async def _send_events(self):
        await self.client.room()  # before `take`: the age in a message is that at the moment of sending
        if not self._outbox.pending():
            return
        now = self._now_ms()
        origin, seq, age, events, frames = self._outbox.take(now)
        self._tx += 1
        if self._waiting_since is None:
            self._waiting_since = now
        body = envelope.events_body(self._device, self._boot, self._tx, origin, seq, age, events, frames)
        await self.client.publish(self._topic("event"), self._seal.parts(body), 1, mark=(origin, seq))

    async def _send_snapshot(self):
        """Send the cards that lie on the antennas, in one message or several. Each holds for its own antennas."""
        sealed, as_of, told = self._node.frames, self._outbox.last, self._told()
        backlog = self._outbox.backlog()  # of an earlier boot: the snapshot would be taken for later than those events
        lying = [] if backlog else self._node.lying()
        for part in sealed.antennas(as_of, lying) if sealed else envelope.snapshot_parts(lying):
            body = envelope.snapshot_body(self._device, self._boot, as_of, told, part, sealed)
            await self.client.publish(self._topic("snapshot"), self._seal.parts(body))

    def _told(self):
        return envelope.told_of(self.log_id, *self._outbox.acknowledged())

    def _birth(self):
        from edge.envelope_birth import status_body

        node = self._node
        told = self._told()
        body = status_body(self._device, self._boot, self.link, told, node.firmware, node.board, node.antennas)
        forget("edge.envelope_birth")
        return self._seal.parts(body)

    def _born(self):
        self._node.born(self.link)

    async def keep_time(self, supervisor):
        """Do the work that is due: resend, snapshots, health, events to the flash, a look of the supervisor."""
        snapshot_at = health_at = 0
        while True:
            now = self._now_ms()
            supervisor.look(now)
            try:
                if self._outbox.due(now):
                    await self._outbox.save(now)
                self._check_answers(now)
                if self._contradicted:
                    self._contradict(now)
                if self.client.up and now >= snapshot_at:
                    snapshot_at = now + _SNAPSHOT_MS
                    self._say_snapshot = True
                    self._work.set()
                if self.client.up and now >= health_at:
                    health_at = now + _HEALTH_MS
                    await self._send_health()
            except MemoryError as error:  # the next time will do
                self._short(error)
            await clock.sleep_ms(_TICK_MS)

    def _check_answers(self, now):
        waiting = self._waiting_since
        if waiting is None or self._outbox.depth() == 0 or now - waiting < self._patience:
            return
        self._log.warning("unacknowledged", {"events": self._outbox.depth(), "for_ms": now - waiting})
        self._patience = min(2 * self._patience, _PATIENCE_MS)
        self.send_again()

    async def _send_health(self):
        body = health_body(self._device, self._boot, self.link, self._node, self._outbox)
        await self.client.publish(self._topic("health"), self._seal.parts(body), 0, True)

    # --- incoming ---

    def _opened(self, payload):
        """Return a signed message for this boot, None for any other."""
        content = self._seal.open(payload)
        if content is None:
            self._log.warning("mac_wrong", {"bytes": len(payload)})
        elif content.get("boot") == self._boot and content.get("v") == envelope.VERSION:
            self._node.spoken_to()
            return content
        return None

    def _acknowledged(self, payload):
        content = self._opened(payload)
        if content is None:
            return
        if content["log_id"] != self.log_id:
            from edge.uplink_new_log import begin

            begin(self, self._outbox, self._log_path, content["log_id"], self._log)
            forget("edge.uplink_new_log")
            forget("edge.flash_files")
        for ack in content.get("acks", []):
            if self._outbox.acknowledge(ack["origin"], ack["through"]):
                self._patience = _UNANSWERED_MS
                self._waiting_since = self._now_ms() if self._outbox.depth() else None
        if not self._outbox.depth():
            self._waiting_since = None

    def _commanded(self, payload):
        content = self._opened(payload)
        if content is not None:
            self._node.command(content)

    def _status_seen(self, payload):
        """Contradict a status that came from another node, or from the broker for an older connection."""
        from edge.envelope_birth import says_online

        mine = says_online(payload, self._boot, self.link)
        forget("edge.envelope_birth")
        if not mine:
            self._contradict(self._now_ms())

    def _contradict(self, now):
        """Send the birth again, now or once it is not too soon after the last time."""
        self._contradicted = now - self._reasserted < _REASSERT_MS
        if not self._contradicted:
            self._reasserted = now
            self._say_birth = True
            self._work.set()
