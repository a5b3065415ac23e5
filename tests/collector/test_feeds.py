"""What goes out to nodes behind a commit."""

from __future__ import annotations

import json
from typing import Any

from collector.feeds import Feeds
from collector.metrics import Metrics
from tests.collector.table.dealer import BOOT
from tests.collector.test_ingest import Floor, Keys, read, snapshot


class Link:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        del qos, retain
        self.sent.append((topic, json.loads(payload)))
        return True

    def acknowledged(self) -> list[dict[str, Any]]:
        return [content for topic, content in self.sent if topic.endswith("/ack")]


async def told(floor: Floor, batch: Any) -> list[dict[str, Any]]:
    link = Link()
    feeds = Feeds(link, Keys(), floor.store, Metrics())  # type: ignore[arg-type]
    desk = floor.ingest.desk
    await feeds.committed(batch, desk.tables, desk.progress)
    return link.acknowledged()


async def test_what_is_in_the_log_is_acknowledged_by_boot() -> None:
    floor = Floor()

    (ack,) = await told(floor, await floor.event(1, read("As")))

    assert (ack["boot"], ack["acks"]) == (BOOT, [{"origin": BOOT, "through": 1}])


async def test_a_node_that_knows_another_log_hears_of_this_one_before_it_has_sent_anything() -> None:
    floor = Floor()

    (ack,) = await told(floor, await floor.take("snapshot", snapshot(0, 0, "log-0")))

    assert (ack["log_id"], ack["acks"]) == ("log-1", [])
