"""Who stands for the collector, or for nodes, in these tests: says what a test says, keeps what the pages send."""

from __future__ import annotations

import json
import queue
from typing import Any

import paho.mqtt.client as paho

from collector.table.commands import COMMANDS
from collector.wire.command import TableCommand
from collector.wire.feeds import Alert
from tests.web.servers import Broker, wait_until
from tests.web.tables import TABLE

ROOT = "ebs/v1"
PLACE = f"table/{TABLE}"


class Speaker:
    """A client of the broker that says what a test wants, and keeps what it hears on one topic."""

    def __init__(self, broker: Broker, hears: str) -> None:
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self._client.on_message = lambda _c, _u, message: self.heard.put((message.topic, message.payload))
        self._client.on_connect = lambda client, *_: client.subscribe(hears, 1)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        wait_until(self._client.is_connected)

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def say(self, topic: str, payload: str | bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Publish on `ebs/v1/` and `topic`, and wait until it has left."""
        self._client.publish(f"{ROOT}/{topic}", payload, qos=qos, retain=retain).wait_for_publish(5)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Publisher(Speaker):
    """Stands for the collector: publishes what a test says, keeps what the pages send."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(broker, f"{ROOT}/{PLACE}/command/+")

    def publish(self, channel: str, message: Any, *, retain: bool = False) -> None:
        kind = "state" if message.type == "state" else "event"
        self.say(f"{PLACE}/{channel}/{kind}", message.model_dump_json(), retain=retain)

    def alert(self, message: Alert) -> None:
        self.say(f"{PLACE}/alert", message.model_dump_json(), qos=1)

    def reply(self, client: str, payload: dict[str, Any]) -> None:
        self.say(f"{PLACE}/reply/{client}", json.dumps(payload), qos=1)

    def clear(self, channel: str) -> None:
        self.say(f"{PLACE}/{channel}/state", b"", retain=True)
        while not self.heard.empty():
            self.heard.get()

    def command(self, seconds: float = 5) -> TableCommand:
        """The next command, as the collector would read it."""
        topic, payload = self.heard.get(timeout=seconds)
        assert topic == f"{ROOT}/{PLACE}/command/operator"
        return COMMANDS.decode(payload)
