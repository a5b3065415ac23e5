"""Broker out: what a committed batch changed goes to its topics. Public first, S0 work only behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from collector.canonical import canonical
from collector.devices.progress import Progress
from collector.facts.fact import HOUSE
from collector.metrics import Metrics
from collector.pipeline.desk import Batch, Change
from collector.ports import DeviceKeys, Link, Log
from collector.table.effects import Warn
from collector.table.show.renderer import Renderer
from collector.table.state import Table
from collector.wire import to_node
from collector.wire.device import sign
from collector.wire.feeds import Channel
from collector.wire.replies import Reply
from collector.wire.topics import topic

LIVE_REPEAT_S = 1.0
PUBLIC_REPEATS_AFTER = 5
ALERT_AGAIN_MS = 2000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A feed message."""

    topic: str
    payload: bytes
    retain: bool = False


class Feeds:
    """Publishes for all tables of this collector."""

    def __init__(self, link: Link, keys: DeviceKeys, store: Log, metrics: Metrics, renderer: Renderer) -> None:
        self._link = link
        self._renderer = renderer
        self._keys = keys
        self._store = store
        self._metrics = metrics
        self._told: dict[tuple[str | int | None, ...], int] = {}

    async def committed(
        self, batch: Batch, tables: Mapping[str, Table], progress: Mapping[tuple[str, str], Progress]
    ) -> None:
        """Tell of a batch that is durable: the public first, then whoever asked, then programme clients, then nodes."""
        await self._send(self._messages(batch.changes, tables, "public"), "public")
        for stream, client, reply in batch.replies:
            await self._reply(stream, client, reply)
        await self._send(self._messages(batch.changes, tables, "live"), "live")
        await self._acknowledge(batch, progress)
        await self._order(batch)
        await self._alerts(batch.changes)

    def observe(self, batch: Batch, taken_at: float) -> None:
        """Measure a batch that was just told of. `taken_at`: monotonic seconds when its first message was taken."""
        for change in batch.changes:
            age = change.fact.body.get("age_ms")
            if isinstance(age, int) and change.fact.device_key:
                self._metrics.card_to_topic.observe(age / 1000 + time.monotonic() - taken_at)

    async def state(self, table: Table, channel: Channel) -> None:
        """Publish a full state. The live one is never retained: it holds hole cards."""
        message = self._state(table, channel)
        await self._link.publish(message.topic, message.payload, retain=message.retain)

    async def repeat(self, tables: Callable[[], Mapping[str, Table]]) -> None:
        """Repeat all states for ever, so that whoever comes late is right within a second."""
        rounds = 0
        while True:
            await asyncio.sleep(LIVE_REPEAT_S)
            rounds += 1
            for table in list(tables().values()):
                await self.state(table, "live")
                if rounds % PUBLIC_REPEATS_AFTER == 0:
                    await self.state(table, "public")

    async def all_states(self, tables: Mapping[str, Table]) -> None:
        """Publish every state once: after each connection, since the broker keeps nothing."""
        for table in list(tables.values()):
            await self.state(table, "public")
            await self.state(table, "live")

    async def floor(self, table: Table, payload: bytes, code: str) -> None:
        """Publish an alert."""
        self._metrics.alerts.labels(code).inc()
        await self._link.publish(topic("table", table.table_id, "alert"), payload, qos=1)

    def _messages(self, changes: list[Change], tables: Mapping[str, Table], channel: Channel) -> list[Outgoing]:
        """Return the events of each fact in order, then one state of each table that changed."""
        messages = [
            Outgoing(topic("table", change.fact.stream, channel, "event"), payload)
            for change in changes
            for payload in self._renderer.events(change.outcome, change.before, channel)
        ]
        streams = dict.fromkeys(change.fact.stream for change in changes)
        return messages + [self._state(tables[stream], channel) for stream in streams]

    async def _send(self, messages: list[Outgoing], channel: Channel) -> None:
        for message in messages:
            await self._link.publish(message.topic, message.payload, retain=message.retain)
        self._metrics.published.labels(channel).inc(len(messages))

    def _told_just_now(self, change: Change, warning: Warn) -> bool:
        """A card that lies wrong is read again and again; the floor hears of it once in a while, not each time."""
        what = (change.fact.stream, warning.code, warning.device, warning.antenna, warning.seat)
        now, before = change.fact.received_at, self._told.get(what)
        if before is not None and now - before < ALERT_AGAIN_MS:
            return True
        self._told[what] = now
        return False

    async def _reply(self, stream: str, client: str, reply: Reply) -> None:
        self._metrics.commands.labels("accepted" if reply.accepted else "refused").inc()
        where = topic(HOUSE, "reply", client) if stream == HOUSE else topic("table", stream, "reply", client)
        await self._link.publish(where, canonical(reply.model_dump(mode="json")), qos=1)

    async def _acknowledge(self, batch: Batch, progress: Mapping[tuple[str, str], Progress]) -> None:
        for device, boot in batch.devices.items():
            key = self._keys.key(device)
            if key is None:
                continue
            known = [(origin, progress.get((device, origin))) for origin in sorted(batch.origins.get(device, ()))]
            through = [(origin, found.through) for origin, found in known if found and found.through]
            for unsigned in to_node.acks(device, boot, self._store.log_id, through):
                await self._link.publish(topic("dev", device, "ack"), sign(unsigned, key), qos=1)

    async def _order(self, batch: Batch) -> None:
        """Send nodes what they were told to do, signed. One that is away finds it at the broker, unless it restarts."""
        for device, fact in batch.orders:
            key, command = self._keys.key(device), cast("Mapping[str, object]", fact.body["command"])
            if key:
                fields = {name: command[name] for name in ("version", "config") if command[name] is not None}
                where = str(fact.command_id), str(fact.body["boot"]), str(command["action"])
                unsigned = to_node.command(device, *where, fields)
                await self._link.publish(topic("dev", device, "command"), sign(unsigned, key), qos=1)

    async def _alerts(self, changes: list[Change]) -> None:
        for change in changes:
            for warning in change.outcome.warnings:
                if self._told_just_now(change, warning):
                    self._metrics.alerts.labels(warning.code).inc()
                    continue
                payload = self._renderer.alert(
                    change.outcome.table, warning, change.fact.position, change.fact.trace_id
                )
                await self.floor(change.outcome.table, payload, warning.code)

    def _state(self, table: Table, channel: Channel) -> Outgoing:
        where = topic("table", table.table_id, channel, "state")
        return Outgoing(where, self._renderer.state(table, channel), retain=channel == "public")
