"""What the collector knows of its nodes: which events are in, which boot runs, what lies where. No tables, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from collector.devices.progress import Claims, Progress, Standing, Transmissions
from collector.facts.fact import DeviceKey, Fact, NewFact
from collector.secrecy import Secrecy, Secret, reveal_all
from collector.wire.device import CardRead, DeviceEvents, DeviceFact, Gone, Snapshot, UnknownEvent

Tags = frozenset[Secret[str]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a node's message: how many of its events were new, and whether it came when it should.

    `refused`: it is not even acknowledged.
    """

    new: int
    standing: Standing
    counts_back: bool = False
    missing: int = 0  # events before it that will not come any more
    refused: bool = False


class Nodes:
    """All nodes that this collector has heard of."""

    def __init__(self) -> None:
        self.progress: dict[tuple[str, str], Progress] = {}
        self._transmissions: dict[str, Transmissions] = {}
        self._claims: dict[str, Claims] = {}
        self._readings: dict[tuple[str, str, Secret[str]], str] = {}  # what lies where, and the boot that read it

    @property
    def boots(self) -> dict[str, str]:
        """Of every node that was heard, the boot it runs."""
        return {device: sent.boot for device, sent in self._transmissions.items() if sent.boot}

    def heard(self, device: str, boot: str) -> bool:
        """Note that a node runs a boot, from its birth; a boot that is over does not come back.

        Return whether it counts its boots anew.
        """
        sent = self._sent(device)
        counts_back = sent.counts_back(boot)
        sent.note(boot)
        return counts_back

    def is_over(self, device: str, boot: str) -> bool:
        """Tell whether a node runs a later boot than this one."""
        return self._sent(device).is_over(boot)

    def next_events(self, device: str) -> dict[str, int]:
        """Return by boot the first number of a node that is not in yet."""
        return {
            origin: progress.through + 1 for (name, origin), progress in sorted(self.progress.items()) if name == device
        }

    def take(
        self, message: DeviceEvents, log: Callable[[int, DeviceFact, Standing], None], miss: Callable[[int, int], None]
    ) -> Taken:
        """Have the events of a message logged that are not in: `log(seq, event, standing)`, one after the other.

        `miss(first, last)` has it logged that these will not come.

        A message that comes behind a later one of the same boot is refused: its node sends it anew. So is one beyond
        a gap, of its boot or of one before that this log has lost, but for what it declares gone, so that the log has
        everything in order; not for ever.
        """
        progress = self._progress(message.device, message.origin)
        sent = self._sent(message.device)
        standing, counts_back = sent.standing(message.boot, message.tx), sent.counts_back(message.boot)
        if standing == "again" and not all(progress.holds(message.seq + n) for n in range(len(message.events))):
            return Taken(0, standing, refused=True)

        def take(kinds: tuple[type, ...]) -> int:
            new = 0
            for seq, event in enumerate(message.events, message.seq):
                if isinstance(event, kinds) and progress.add(seq):
                    new += 1
                    log(seq, event, standing)
            return new

        new, claims = take((Gone,)), self._claimed(message.device)
        missing = progress.lacks(message.seq) + self._lacks_before(message, claims)
        if missing and not progress.has_waited(message.seq, message.tx, in_step=claims.in_step):
            return Taken(new, "ahead", counts_back)
        if missing:
            claims.drop()
            for first, last in progress.gaps(message.seq):
                miss(first, last)
        sent.note(message.boot, message.tx)
        new += take((object,))
        return Taken(new, standing, counts_back, missing)

    def told(self, device: str, origin: str, acked: int) -> bool:
        """Note that a node was told to have its events in the log up to there; tell whether they are."""
        self._claimed(device).note(origin, acked)
        return acked <= self.progress.get((device, origin), Progress()).through

    def in_step(self, device: str, *, yes: bool) -> None:
        """Note whether a node knows this log, and was told of nothing that is not in it."""
        self._claimed(device).in_step = yes

    def log_renewed(self) -> None:
        """No node knows this log any more."""
        for claims in self._claims.values():
            claims.in_step = False

    def _lacks_before(self, message: DeviceEvents, claims: Claims) -> int:
        """Return how many events of earlier boots were in the log once, and are not."""
        told = claims.before(message.origin)
        known = [(self.progress.get((message.device, boot), Progress()), acked) for boot, acked in told]
        return sum(progress.lacks(acked + 1) for progress, acked in known)

    def _claimed(self, device: str) -> Claims:
        return self._claims.setdefault(device, Claims())

    def fact(self, message: DeviceEvents, seq: int, event: DeviceFact, standing: Standing, stream: str) -> NewFact:
        """Return an event as a fact of `stream`."""
        known_age = message.origin == message.boot and standing == "new"
        body = {"device": message.device, "origin": message.origin, "seq": seq, **reveal_all(event)}
        body |= {"age_ms": message.age_ms if known_age else None, "boot": message.boot, "tx": message.tx}
        if isinstance(event, CardRead) and self._read_before(message, event):
            body["again"] = True
        if isinstance(event, Gone):
            body["missing"] = self._progress(message.device, event.origin).cover(event.first, event.last)
        secrecy = Secrecy.S0 if "uid" in body else Secrecy.S1
        key = DeviceKey(message.device, message.origin, seq)
        trace = f"{message.device}.{message.origin}.{seq}"
        kind = "unknown_event" if isinstance(event, UnknownEvent) else event.kind
        return NewFact(stream, kind, secrecy, trace, body, device_key=key)

    def gap(self, message: DeviceEvents, first: int, last: int, stream: str) -> NewFact:
        """Return as a fact of `stream` that events will not come. Their node does not say so: it goes on after them.

        They are accounted for from then on, so that what comes after them can be acknowledged; should they come, they
        are welcome.
        """
        body = {"device": message.device, "origin": message.origin, "first": first, "last": last}
        body |= {"missing": last - first + 1, "source": "collector"}
        return NewFact(stream, "gone", Secrecy.S1, f"{message.device}.{message.origin}.{first}", body)

    def differences(self, message: Snapshot, present: Mapping[tuple[str, str], Tags], stream: str) -> Iterator[NewFact]:
        """Yield how a snapshot differs from what is `present`, by node and antenna, as facts of `stream`.

        It holds only when it is of the boot that the node runs, and speaks of exactly the events that are in: neither
        older nor ahead of them.
        """
        progress = self.progress.get((message.device, message.boot), Progress())
        if self.boots.get(message.device) != message.boot or progress.through != message.as_of or progress.ahead:
            return
        trace = f"{message.device}.{message.boot}.s{message.as_of}"
        for antenna, uids in sorted(message.antennas.items()):
            there, seen = present.get((message.device, antenna), frozenset()), frozenset(uids)
            for kind, tags in (("card_removed", there - seen), ("card_read", seen - there)):
                for tag in sorted(tags, key=lambda tag: tag.reveal()):
                    where = {"device": message.device, "kind": kind, "antenna": antenna, "uid": tag.reveal()}
                    body: dict[str, object] = {**where, "age_ms": 0, "source": "snapshot"}
                    yield NewFact(stream, kind, Secrecy.S0, trace, body)

    def remember(self, fact: Fact) -> None:
        """Keep what a fact in the log says of its node."""
        if fact.device_key:
            key = fact.device_key
            self._progress(key.device, key.origin).add(key.seq)
            if "tx" in fact.body:
                self._sent(key.device).note(str(fact.body["boot"]), int(str(fact.body["tx"])))
        if fact.kind in {"card_read", "card_removed", "card_moved"}:
            self._remember_reading(fact)
        if fact.kind == "gone":
            first, last = int(str(fact.body["first"])), int(str(fact.body["last"]))
            self._progress(str(fact.body["device"]), str(fact.body["origin"])).cover(first, last)

    def _remember_reading(self, fact: Fact) -> None:
        device, uid = str(fact.body["device"]), Secret(str(fact.body["uid"]))
        where = (device, str(fact.body["antenna"]), uid)
        self._readings.pop((device, str(fact.body.get("came_from", fact.body["antenna"])), uid), None)
        if fact.kind != "card_removed":
            self._readings[where] = str(fact.body.get("origin"))

    def _read_before(self, message: DeviceEvents, event: CardRead) -> bool:
        """Tell whether an earlier boot read this card where it lies: a restarted node says so of all it finds."""
        before = self._readings.get((message.device, event.antenna, event.uid))
        return before is not None and before != message.origin

    def _progress(self, device: str, origin: str) -> Progress:
        return self.progress.setdefault((device, origin), Progress())

    def _sent(self, device: str) -> Transmissions:
        return self._transmissions.setdefault(device, Transmissions())
