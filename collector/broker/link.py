"""One connection to the broker, kept up for ever. The only module that knows aiomqtt.

Acknowledgement is manual, since aiomqtt acknowledges before anything is stored; TCP_NODELAY is set, since without it an
event waits for the next one (measured: 40 ms).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
from paho.mqtt.enums import MQTTErrorCode

from collector.broker.logins import password_of
from collector.logs import log_event, logger_of

log = logger_of(__name__)
_RETRY_S = 0.5


@dataclass(frozen=True)
class Address:
    """Where the broker is, and who we are to it."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)

    @classmethod
    def of_login(cls, user: str, host: str, port: int, credentials: Path) -> Address:
        """Return the address for a login whose password is in a file. Raises SettingsError where it is not."""
        return cls(host, port, user, password_of(user, credentials))


@dataclass(frozen=True)
class Incoming:
    """A message that is not acknowledged yet."""

    topic: str
    payload: bytes = field(repr=False)
    retained: bool
    mid: int
    qos: int
    generation: int


@dataclass(frozen=True)
class Will:
    """What the broker says of us when we vanish. Retained, QoS 1."""

    topic: str
    payload: bytes


class MqttLink:
    """Receives into `received`, or wherever `on_message` puts it; publishes, acknowledges; comes back by itself.

    `on_connect` runs after every (re)connection: the place to publish what a broker without persistence has forgotten.
    """

    def __init__(
        self,
        address: Address,
        *,
        identifier: str,
        subscriptions: tuple[str, ...],
        will: Will | None = None,
        clean_session: bool = True,
        on_connect: Callable[[], Awaitable[None]] | None = None,
        on_message: Callable[[Incoming], None] | None = None,
    ) -> None:
        self._address = address
        self._identifier = identifier
        self._subscriptions = subscriptions
        self._will = will
        self._clean_session = clean_session
        self._on_connect = on_connect
        self._client: aiomqtt.Client | None = None
        self._generation = 0
        self.received: asyncio.Queue[Incoming] = asyncio.Queue()
        self._on_message = on_message or self.received.put_nowait
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Keep the connection up until cancelled."""
        while True:
            try:
                await self._serve_one_connection()
            except aiomqtt.MqttError as error:
                where = f"{self._address.host}:{self._address.port}"
                log_event(log, "WARNING", "broker_lost", broker=where, problem=str(error), retry_s=_RETRY_S)
            finally:
                self._client = None
                self.connected.clear()
            await asyncio.sleep(_RETRY_S)

    async def _serve_one_connection(self) -> None:
        async with self._new_client() as client:
            self._generation += 1
            generation = self._generation
            for subscription in self._subscriptions:
                await client.subscribe(subscription, qos=1)
            self._client = client
            self.connected.set()
            if self._on_connect:
                await self._on_connect()
            async for message in client.messages:
                payload = message.payload if isinstance(message.payload, bytes) else b""
                self._on_message(
                    Incoming(message.topic.value, payload, message.retain, message.mid, message.qos, generation)
                )

    def _new_client(self) -> aiomqtt.Client:
        will = self._will
        client = aiomqtt.Client(
            self._address.host,
            self._address.port,
            username=self._address.username,
            password=self._address.password,
            identifier=self._identifier,
            clean_session=self._clean_session,
            keepalive=15,
            timeout=10,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True) if will else None,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        # aiomqtt has no option for it (its issue 345); paho has, and we pin both.
        client._client.manual_ack_set(True)  # noqa: SLF001
        return client

    async def pause(self) -> None:
        """Stop receiving: give every subscription back, on this connection."""
        if self._client:
            for subscription in self._subscriptions:
                await self._client.unsubscribe(subscription)

    def acknowledge(self, message: Incoming) -> None:
        """Send the PUBACK. A message of an earlier connection is skipped: the broker sends it again."""
        if message.qos and self._client and message.generation == self._generation:
            self._client._client.ack(message.mid, message.qos)  # noqa: SLF001

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        """Hand a message to the connection. False: there is none; whoever must be sure repeats until answered.

        Does not wait for the PUBACK (aiomqtt would: a round trip each); the broker's word promises nothing anyway.
        """
        if self._client is None:
            return False
        return self._client._client.publish(topic, payload, qos, retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS  # noqa: SLF001
