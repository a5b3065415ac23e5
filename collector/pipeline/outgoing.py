"""Broker out: what a committed batch changed goes to its topics. Knows what goes where; `batch` knows the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collector.canonical import canonical
from collector.facts.fact import HOUSE
from collector.house.commands import order_to
from collector.metrics import Metrics
from collector.pipeline.desk import Batch, Desk
from collector.ports import DeviceKeys, Link, Log
from collector.table.airing import airs
from collector.table.fold import Outcome
from collector.table.show.renderer import Renderer
from collector.table.state import Table
from collector.wire import to_node
from collector.wire.base import MESSAGE_LIMIT, MOST_PROSE
from collector.wire.device import sign
from collector.wire.feeds import Channel
from collector.wire.replies import Reply
from collector.wire.topics import topic


@dataclass(frozen=True, slots=True)
class Message:
    """A feed message."""

    topic: str
    payload: bytes
    retain: bool = False


class Outgoing:
    """Publishes for all tables of this collector."""

    def __init__(self, link: Link, renderer: Renderer, keys: DeviceKeys, store: Log, metrics: Metrics) -> None:
        self._link = link
        self._renderer = renderer
        self._keys = keys
        self._store = store
        self._metrics = metrics

    async def feed(self, channel: Channel, batch: Batch, desk: Desk) -> None:
        """Publish on a channel: the events of each fact in order, then one state of each table that changed."""
        told = self._told(batch, desk, channel)
        if channel == "delayed" and not told:
            return  # most houses have no such channel, and no figure of it
        tables = desk.lagging if channel == "delayed" else desk.tables
        messages = self._messages(told, tables, channel)
        for message in messages:
            await self._link.publish(message.topic, message.payload, retain=message.retain)
        if channel == "public":  # how much is told live follows from hidden cards, and everybody may read figures
            self._metrics.published.labels(channel).inc(len(messages))

    async def replies(self, batch: Batch) -> None:
        """Answer those who sent commands."""
        for stream, login, reply in batch.replies:
            self._metrics.commands.labels("accepted" if reply.accepted else "refused").inc()
            where = topic(HOUSE, "reply", login) if stream == HOUSE else topic("table", stream, "reply", login)
            await self._link.publish(where, reply_payload(reply), qos=1)

    async def acknowledge(self, batch: Batch, desk: Desk) -> None:
        """Tell nodes, signed, up to where their events are in the log, and how the log is called."""
        progress = desk.nodes.progress
        for device, boot in batch.devices.items():
            key = self._keys.key(device)
            if key is None:
                continue
            known = [(origin, progress.get((device, origin))) for origin in sorted(batch.origins.get(device, ()))]
            through = [(origin, found.through) for origin, found in known if found and found.through]
            for unsigned in to_node.acks(device, boot, self._store.log_id, through):
                await self._link.publish(topic("dev", device, "ack"), sign(unsigned, key), qos=1)

    async def orders(self, batch: Batch) -> None:
        """Send nodes what they were told to do, signed. One that is away finds it at the broker, unless it restarts."""
        for device, fact in batch.orders:
            key = self._keys.key(device)
            if key:
                unsigned = order_to(fact)
                await self._link.publish(topic("dev", device, "command"), sign(unsigned, key), qos=1)

    def flush(self) -> None:
        """Have what was published leave this process now; else it does when the process waits the next time."""
        self._link.flush()

    @staticmethod
    def _told(batch: Batch, desk: Desk, channel: Channel) -> list[tuple[Outcome, Table]]:
        """Return what a channel hears of a batch. What stands beside its table is told on the live one alone."""
        if channel == "delayed":
            return [(each.outcome, each.before) for each in batch.played]
        aired = [change for change in batch.changes if airs(desk.tables[change.stream], channel)]
        return [(each.outcome, each.before) for each in aired if channel == "live" or not each.aside]

    def _messages(
        self, told: list[tuple[Outcome, Table]], tables: Mapping[str, Table], channel: Channel
    ) -> list[Message]:
        events = [
            Message(topic("table", before.table_id, channel, "event"), payload)
            for outcome, before in told
            for payload in self._renderer.events(outcome, before, channel)
        ]
        streams = dict.fromkeys(before.table_id for _, before in told)
        return events + [state_message(self._renderer, tables[stream], channel) for stream in streams]


def reply_payload(reply: Reply) -> bytes:
    """Return a reply as bytes: without the details of its refusal, where these are more than a message holds."""
    payload = canonical(reply.model_dump(mode="json"))
    if len(payload) <= MESSAGE_LIMIT or reply.error is None:
        return payload
    message = f"{reply.error.message[:MOST_PROSE]} (the details have {len(payload)} bytes, too many for a message)"
    error = reply.error.model_copy(update={"message": message, "details": {}})
    return canonical(reply.model_copy(update={"error": error}).model_dump(mode="json"))


def state_message(renderer: Renderer, table: Table, channel: Channel) -> Message:
    """Return the full state of a table. The live one is never retained: it holds hole cards."""
    where = topic("table", table.table_id, channel, "state")
    return Message(where, renderer.state(table, channel), retain=channel != "live")
