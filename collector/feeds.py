"""Broker out: what a committed batch changed goes to its topics. Public first, S0 work only behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from collector.canonical import canonical
from collector.desk import Batch, Change
from collector.metrics import Metrics
from collector.ports import HOUSE, DeviceKeys, Link
from collector.progress import Progress
from collector.table import view
from collector.table.state import Table
from collector.table.view import Channel
from collector.wire.commands import Reply
from collector.wire.device import sign
from collector.wire.topics import topic

LIVE_REPEAT_S = 1.0
PUBLIC_REPEATS_AFTER = 5


class Feeds:
    """Publishes for all tables of this collector."""

    def __init__(self, link: Link, keys: DeviceKeys, log_id: str, metrics: Metrics) -> None:
        self._link = link
        self._keys = keys
        self._log_id = log_id
        self._metrics = metrics

    async def committed(
        self, batch: Batch, tables: Mapping[str, Table], progress: Mapping[tuple[str, str], Progress], taken_at: float
    ) -> None:
        """Tell of a batch that is durable. `taken_at`: monotonic seconds when its first message was taken."""
        changed = {change.fact.stream: tables[change.fact.stream] for change in batch.changes}
        await self._channel(batch.changes, changed, "public")
        for stream, client, reply in batch.replies:
            await self._reply(stream, client, reply)
        await self._acknowledge(batch, progress)
        await self._alerts(batch.changes)
        await self._channel(batch.changes, changed, "live")
        for change in batch.changes:
            age = change.fact.body.get("age_ms")
            if isinstance(age, int) and change.fact.device_key:
                self._metrics.card_to_topic.observe(age / 1000 + time.monotonic() - taken_at)

    async def state(self, table: Table, channel: Channel) -> None:
        """Publish a full state. The live one is never retained: it holds hole cards."""
        payload = view.state(table, channel)
        await self._link.publish(topic("table", table.table_id, channel, "state"), payload, retain=channel == "public")

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

    async def _channel(self, changes: list[Change], changed: Mapping[str, Table], channel: Channel) -> None:
        for change in changes:
            where = topic("table", change.fact.stream, channel, "event")
            for payload in view.events(change.outcome, change.before, channel):
                await self._link.publish(where, payload)
                self._metrics.published.labels(channel).inc()
        for table in changed.values():
            await self.state(table, channel)

    async def _reply(self, stream: str, client: str, reply: Reply) -> None:
        self._metrics.commands.labels("accepted" if reply.accepted else "refused").inc()
        where = topic(HOUSE, "reply", client) if stream == HOUSE else topic("table", stream, "reply", client)
        await self._link.publish(where, canonical(reply.model_dump(mode="json")), qos=1)

    async def _acknowledge(self, batch: Batch, progress: Mapping[tuple[str, str], Progress]) -> None:
        for device, boot in batch.devices.items():
            key = self._keys.key(device)
            acks = [
                {"origin": origin, "through": progress[(device, origin)].through}
                for origin in sorted(batch.origins[device])
                if progress[(device, origin)].through
            ]
            if key and acks:
                unsigned = canonical({"v": 1, "boot": boot, "log_id": self._log_id, "acks": acks})
                await self._link.publish(topic("dev", device, "ack"), sign(unsigned, key), qos=1)

    async def _alerts(self, changes: list[Change]) -> None:
        for change in changes:
            for warning in change.outcome.warnings:
                payload = view.alert(change.outcome.table, warning, change.fact.position, change.fact.trace_id)
                await self.floor(change.outcome.table, payload, warning.code)
