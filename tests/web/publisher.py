"""Who stands for the collector in these tests: publishes what a test says, keeps what the pages send."""

from __future__ import annotations

import json
import queue
from typing import Any

import paho.mqtt.client as paho

from collector.wire.commands import TableCommand, decode_table_command
from tests.web.servers import Broker, wait_until
from tests.web.tables import TABLE

PREFIX = f"ebs/v1/table/{TABLE}"


class Publisher:
    """Stands for the collector: publishes what a test says, keeps what the pages send."""

    def __init__(self, broker: Broker) -> None:
        self.commands: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self._client.on_message = lambda _c, _u, message: self.commands.put((message.topic, message.payload))
        self._client.on_connect = lambda client, *_: client.subscribe(f"{PREFIX}/command/+", 1)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        wait_until(self._client.is_connected)

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, channel: str, message: Any, *, retain: bool = False) -> None:
        kind = "state" if message.type == "state" else "event"
        sent = self._client.publish(f"{PREFIX}/{channel}/{kind}", message.model_dump_json(), retain=retain)
        sent.wait_for_publish(5)

    def reply(self, client: str, payload: dict[str, Any]) -> None:
        self._client.publish(f"{PREFIX}/reply/{client}", json.dumps(payload), qos=1).wait_for_publish(5)

    def clear(self, channel: str) -> None:
        self._client.publish(f"{PREFIX}/{channel}/state", b"", retain=True).wait_for_publish(5)
        while not self.commands.empty():
            self.commands.get()

    def command(self, seconds: float = 5) -> TableCommand:
        """The next command, as the collector would read it."""
        topic, payload = self.commands.get(timeout=seconds)
        assert topic == f"{PREFIX}/command/operator"
        return decode_table_command(payload)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
