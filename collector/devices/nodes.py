"""What the collector knows of its nodes: which events are in, which boot runs, which cards lie where.

Knows no tables, does no I/O. The state is that of the log and of the message that is being taken: after a restart
`remember` makes it again from the facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from collector.devices.progress import MOST_BOOTS, Claims, Progress, Range, Standing, Transmissions
from collector.devices.readings import CARD_READ, CARD_REMOVED, GONE, KINDS, READINGS, UNKNOWN_EVENT, Reading
from collector.facts.fact import DeviceKey, Fact, NewFact
from collector.secrecy import Secret, reveal_all
from collector.wire.device import CardRead, DeviceEvents, DeviceFact, Gone, Snapshot, UnknownEvent

Tags = frozenset[Secret[str]]
_BY_NAME: Final = {kind.name: kind for kind in KINDS}
_READINGS: Final = frozenset(kind.name for kind in READINGS)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is not in the log. `missing`: of a `Gone`, how many of the events it declares are not in."""

    seq: int
    event: DeviceFact
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be logged of a message of a node, in this order: `gone`, `gaps`, `new`.

    `gone` are events that declare others gone, `gaps` ranges that will not come and that the node does not explain,
    `new` all other events. `ahead`: the message is beyond a gap and waits. `lacking` counts the events that the node
    goes on without. `refused`: the message is not even acknowledged.
    """

    standing: Standing
    gone: tuple[NewEvent, ...] = ()
    gaps: tuple[Range, ...] = ()
    new: tuple[NewEvent, ...] = ()
    counts_back: bool = False
    ahead: bool = False
    lacking: int = 0
    refused: bool = False

    @property
    def count(self) -> int:
        """How many events of the message were not in the log."""
        return len(self.gone) + len(self.new)


class Nodes:
    """All nodes that this collector has heard of."""

    def __init__(self) -> None:
        self.progress: dict[tuple[str, str], Progress] = {}
        self._origins: dict[str, int] = {}  # how many boots of each node `progress` knows
        self._transmissions: dict[str, Transmissions] = {}
        self._claims: dict[str, Claims] = {}
        self._readings: dict[tuple[str, str, Secret[str]], str | None] = {}  # by device, antenna, tag: its boot

    @property
    def boots(self) -> dict[str, str]:
        """The boot that each node runs, of the nodes that were heard."""
        return {device: sent.boot for device, sent in self._transmissions.items() if sent.boot}

    def heard(self, device: str, boot: str) -> bool:
        """Note which boot a node runs, from its birth. A boot that is over does not come back.

        Return whether the node counts its boots anew.
        """
        sent = self._sent(device)
        if sent.is_one_too_many(boot):
            return True
        counts_back = sent.counts_back(boot)
        sent.note(boot)
        return counts_back

    def is_over(self, device: str, boot: str) -> bool:
        """Tell whether a node runs a later boot than this one."""
        return self._sent(device).is_over(boot)

    def next_events(self, device: str) -> dict[str, int]:
        """Return for each boot of a node the number of the first event that is not in yet."""
        return {
            origin: progress.through + 1 for (name, origin), progress in sorted(self.progress.items()) if name == device
        }

    def take(self, message: DeviceEvents) -> Taken:
        """Account for a message; return what of it is to be logged.

        A message that comes behind a later one of the same boot is refused: its node sends it anew.

        A message beyond a gap waits, so that the log has everything in order. The gap may be in its own boot, or in an
        earlier one that this log has lost. Only what such a message declares gone is taken at once, since that may
        close the gap. The node sends the rest again. After some times the gap is accepted (`Progress.has_waited`).
        """
        sent = self._sent(message.device)
        if sent.is_one_too_many(message.boot) or self._is_one_too_many(message.device, message.origin):
            return Taken("again", counts_back=True, refused=True)
        progress = self._progress(message.device, message.origin)
        standing, counts_back = sent.standing(message.boot, message.tx), sent.counts_back(message.boot)
        if standing == "again" and not all(progress.holds(message.seq + n) for n in range(len(message.events))):
            return Taken(standing, refused=True)
        claims = self._claimed(message.device)
        gone = self._account(message, progress, (Gone,))
        lacking = progress.lacks(message.seq) + self._lacks_before(message, claims)
        if lacking and not progress.has_waited(message.seq, message.tx, in_step=claims.in_step):
            return Taken(standing, gone, counts_back=counts_back, ahead=True)
        gaps: tuple[Range, ...] = ()
        if lacking:
            claims.drop()
            gaps = tuple(progress.gaps(message.seq))
            for first, last in gaps:
                progress.cover(first, last)
        sent.note(message.boot, message.tx)
        new = self._account(message, progress, (object,))
        return Taken(standing, gone, gaps, new, counts_back, lacking=lacking)

    def _account(self, message: DeviceEvents, progress: Progress, kinds: tuple[type, ...]) -> tuple[NewEvent, ...]:
        """Account for the events of these kinds; return those that were not in."""
        new = []
        for seq, event in enumerate(message.events, message.seq):
            if not isinstance(event, kinds) or not progress.add(seq):
                continue
            missing = 0
            if isinstance(event, Gone):
                missing = self._progress(message.device, event.origin).cover(event.first, event.last)
            new.append(NewEvent(seq, event, missing))
        return tuple(new)

    def claim(self, device: str, origin: str, acked: int) -> bool:
        """Note up to where a node says that its events are in the log; return whether the log holds them."""
        self._claimed(device).note(origin, acked)
        return acked <= self.progress.get((device, origin), Progress()).through

    def in_step(self, device: str, *, yes: bool) -> None:
        """Note whether a node knows this log by its name, and was told of no event that the log lacks."""
        self._claimed(device).in_step = yes

    def log_renewed(self) -> None:
        """Note that the log has another name, which no node knows yet."""
        for claims in self._claims.values():
            claims.in_step = False

    def _lacks_before(self, message: DeviceEvents, claims: Claims) -> int:
        """Return how many events of earlier boots the log has lost: their node was told that they are in it."""
        claimed = claims.before(message.origin)
        known = [(self.progress.get((message.device, boot), Progress()), acked) for boot, acked in claimed]
        return sum(progress.lacks(acked + 1) for progress, acked in known)

    def _claimed(self, device: str) -> Claims:
        return self._claims.setdefault(device, Claims())

    def fact(self, message: DeviceEvents, new: NewEvent, standing: Standing, stream: str) -> NewFact:
        """Return an event as a fact of `stream`. Changes nothing.

        Make the facts of a message one by one, each after `remember` of the one before: whether a reading is `again`
        depends on what lies there by then.
        """
        event = new.event
        known_age = message.origin == message.boot and standing == "new"
        body = {"device": message.device, "origin": message.origin, "seq": new.seq, **reveal_all(event)}
        body |= {"age_ms": message.age_ms if known_age else None, "boot": message.boot, "tx": message.tx}
        if isinstance(event, CardRead) and self._read_before(message, event):
            body["again"] = True
        if isinstance(event, Gone):
            body["missing"] = new.missing
        key = DeviceKey(message.device, message.origin, new.seq)
        trace = f"{message.device}.{message.origin}.{new.seq}"
        kind = UNKNOWN_EVENT if isinstance(event, UnknownEvent) else _BY_NAME[event.kind]
        return kind.fact(stream, trace, body, device_key=key)

    def gap(self, message: DeviceEvents, first: int, last: int, stream: str) -> NewFact:
        """Return as a fact of `stream` that a range of events will not come, although no node declared it gone.

        `take` has accounted for the range, so that later events can be acknowledged. Should one of the range come
        after all, it is taken.
        """
        body = {"device": message.device, "origin": message.origin, "first": first, "last": last}
        body |= {"missing": last - first + 1, "source": "collector"}
        return GONE.fact(stream, f"{message.device}.{message.origin}.{first}", body)

    def differences(self, message: Snapshot, present: Mapping[tuple[str, str], Tags], stream: str) -> Iterator[NewFact]:
        """Yield how a snapshot differs from what is `present`, by node and antenna, as facts of `stream`.

        A snapshot counts only if it is of the boot that the node runs, and if its `as_of` is the last event that is in.
        An older one, and one ahead of the log, yields nothing.
        """
        progress = self.progress.get((message.device, message.boot), Progress())
        if self.boots.get(message.device) != message.boot or progress.through != message.as_of or progress.ahead:
            return
        trace = f"{message.device}.{message.boot}.s{message.as_of}"
        for antenna, uids in sorted(message.antennas.items()):
            there, seen = present.get((message.device, antenna), frozenset()), frozenset(uids)
            for kind, tags in ((CARD_REMOVED, there - seen), (CARD_READ, seen - there)):
                for tag in sorted(tags, key=lambda tag: tag.reveal()):
                    where = {"device": message.device, "kind": kind.name, "antenna": antenna, "uid": tag.reveal()}
                    body: dict[str, object] = {**where, "age_ms": 0, "source": "snapshot"}
                    yield kind.fact(stream, trace, body)

    def remember(self, fact: Fact) -> None:
        """Take in what a fact in the log says of its node. A fact that `take` made changes no count again."""
        if fact.device_key:
            key = fact.device_key
            self._progress(key.device, key.origin).add(key.seq)
            if "tx" in fact.body:
                self._sent(key.device).note(fact.body["boot"], fact.body["tx"])
        if fact.kind in _READINGS:
            self._remember_reading(_BY_NAME[fact.kind].value(fact), lies=fact.kind != CARD_REMOVED.name)
        if fact.kind == GONE.name:
            lost = GONE.value(fact)
            self._progress(lost.device, lost.origin).cover(lost.first, lost.last)

    def _remember_reading(self, reading: Reading, *, lies: bool) -> None:
        device, antenna, tag = reading.device, reading.antenna, reading.tag
        self._readings.pop((device, reading.came_from or antenna, tag), None)
        if lies:
            self._readings[device, antenna, tag] = reading.origin

    def _read_before(self, message: DeviceEvents, event: CardRead) -> bool:
        """Tell whether an earlier boot read this card where it lies now: a restarted node reads all its cards again."""
        where = (message.device, event.antenna, event.uid)
        return where in self._readings and self._readings[where] != message.origin

    def _progress(self, device: str, origin: str) -> Progress:
        known = self.progress.get((device, origin))
        if known is None:
            known = self.progress[device, origin] = Progress()
            self._origins[device] = self._origins.get(device, 0) + 1
        return known

    def _is_one_too_many(self, device: str, origin: str) -> bool:
        """Tell whether a boot whose events come is new, and the node has had as many as are told apart."""
        return (device, origin) not in self.progress and self._origins.get(device, 0) >= MOST_BOOTS

    def _sent(self, device: str) -> Transmissions:
        return self._transmissions.setdefault(device, Transmissions())
