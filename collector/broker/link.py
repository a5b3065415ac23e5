"""One connection to the broker, kept up for ever. The only module that knows aiomqtt.

Acknowledgement is manual, since aiomqtt acknowledges before anything is stored; TCP_NODELAY is set, since without it an
event waits for the next one (measured: 40 ms). Messages are taken where paho hands them over, and written when `flush`
says so: aiomqtt makes a task for each one that comes, and writes when the loop has nothing else to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.client import DISCONNECT
from paho.mqtt.enums import MQTTErrorCode

from collector.broker.logins import password_of
from collector.certificates.contexts import in_words, trusting
from collector.errors import SettingsError
from collector.logs import log_event, logger_of
from collector.system import Place, is_open_to_others, open_private, write_private
from collector.wire.base import MESSAGE_LIMIT

log = logger_of(__name__)
_RETRY_S = 0.5
CLIENT_ID: Final = "client-id"
"""The file in a data folder, mode 0600."""
AT_ONCE: Final = 64 * 1024
"""Bytes of packets that are written together."""
NUDGE_S = 0.002
"""Behind the last packet: long enough for the broker to have taken it, far below what anybody notices."""


@dataclass(frozen=True)
class Address:
    """Where the broker is, and who we are to it. tls: whom we believe about it; None: we speak in clear."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    @classmethod
    def of_login(cls, user: str, place: Place, credentials: Path) -> Address:
        """Return the address for a login whose password is in a file. Raises SettingsError where it is not."""
        return cls.at(place, user, password_of(user, credentials))

    @classmethod
    def at(cls, place: Place, user: str, password: str) -> Address:
        """Return the address for a login. Raises SettingsError for an authority that is none."""
        tls = trusting(place.authority) if place.authority else None
        return cls(place.host, place.port, user, password, tls)

    def trouble(self, error: BaseException) -> str:
        """Return what a failure to reach this broker means, and what to do."""
        return in_words(error, self.host, tls=self.tls is not None)


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


def client_id(folder: Path, name: str) -> str:
    """Return what a client calls itself at the broker: `name`, and a secret part that is kept in a data folder.

    The broker ends a connection when another client comes with its name, whatever the login of that client. So nobody
    else may know the name: a secret that others could read is exchanged. Raises SettingsError where it cannot be kept,
    and for a link.
    """
    kept = folder / CLIENT_ID
    try:
        secret = _kept_secret(kept)
        if not re.fullmatch(r"[0-9a-f]{32}", secret):
            secret = secrets.token_bytes(16).hex()
            write_private(kept, secret)
    except OSError as error:
        raise SettingsError(f"{kept}: {error.strerror}; the user of the collector must be able to write it") from error
    return f"{name}-{secret}"


def _kept_secret(path: Path) -> str:
    """Return the text of a file, or "" where there is none, or none that is secret."""
    with contextlib.suppress(FileNotFoundError), os.fdopen(open_private(path, os.O_RDONLY), "rb") as file:
        return "" if is_open_to_others(file.fileno()) else file.read(100).decode(errors="replace").strip()
    return ""


class MqttLink:
    """Receives into `received`, or wherever `on_message` puts it; publishes, acknowledges; comes back by itself.

    `on_connect` runs after every (re)connection: the place to publish what a broker without persistence has forgotten.
    `nudges` is the topic that `nudge` publishes to.
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
        nudges: str | None = None,
    ) -> None:
        self._address = address
        self._identifier = identifier
        self._subscriptions = subscriptions
        self._will = will
        self._clean_session = clean_session
        self._on_connect = on_connect
        self._client: aiomqtt.Client | None = None
        self._generation = 0
        self._nudges = nudges
        self._nudge: asyncio.TimerHandle | None = None
        self._write: Callable[[], None] = lambda: None  # of the connection
        self.received: asyncio.Queue[Incoming] = asyncio.Queue()
        self._on_message = on_message or self.received.put_nowait
        self._also: list[tuple[tuple[str, ...], Callable[[Incoming], None]]] = []
        self._take: Callable[[Incoming], None] = self._hand_on
        self._broken: Exception | None = None  # that whoever took a message ended with
        self.connected = asyncio.Event()
        self.trouble = ""  # why there is no connection, as far as that is known

    def hear_also(self, subscriptions: tuple[str, ...], on_message: Callable[[Incoming], None]) -> None:
        """Before `run`: hear other topics over the same connection, since a login has one. They go to `on_message`."""
        self._also.append((subscriptions, on_message))

    async def run(self) -> None:
        """Keep the connection up until cancelled."""
        while True:
            try:
                await self._serve_one_connection()
            except aiomqtt.MqttError as error:
                if self._broken:
                    raise self._broken from None
                where = f"{self._address.host}:{self._address.port}"
                self.trouble = self._address.trouble(error)
                log_event(log, "WARNING", "broker_lost", broker=where, problem=self.trouble, retry_s=_RETRY_S)
            finally:
                self._client = None
                self.connected.clear()
            await asyncio.sleep(_RETRY_S)

    async def _serve_one_connection(self) -> None:
        self._generation += 1
        early: list[Incoming] = []  # until we have said that we are there
        self._take = early.append
        async with self._new_client() as client:
            self._write_here(client._client)  # noqa: SLF001
            for subscription in (*self._subscriptions, *(each for others, _ in self._also for each in others)):
                await client.subscribe(subscription, qos=1)
            self._client = client
            self.trouble = ""
            self.connected.set()
            if self._on_connect:
                await self._on_connect()
            for message in early:
                self._hand_on(message)
            self._take = self._hand_on
            async for _ in client.messages:  # none comes this way: it ends, with an error, when the connection does
                pass

    def _hand_on(self, message: Incoming) -> None:
        for subscriptions, on_message in self._also:
            if any(paho.topic_matches_sub(each, message.topic) for each in subscriptions):
                on_message(message)
                return
        self._on_message(message)

    def _new_client(self) -> aiomqtt.Client:
        will = self._will
        client = aiomqtt.Client(
            self._address.host,
            self._address.port,
            username=self._address.username,
            password=self._address.password,
            tls_context=self._address.tls,
            identifier=self._identifier,
            clean_session=self._clean_session,
            keepalive=15,
            timeout=10,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True) if will else None,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        # aiomqtt has no options for these (its issue 345); paho has, and we pin both.
        inner = client._client  # noqa: SLF001
        inner.manual_ack_set(True)
        inner.on_message = self._heard
        inner.on_publish = None  # nobody here waits for it, and paho makes four objects to call it
        return client

    def _heard(self, inner: paho.Client, _userdata: object, message: paho.MQTTMessage) -> None:
        """Hand a message on. An error of whoever takes it ends the connection, and then `run`."""
        came = Incoming(
            message.topic, bytes(message.payload), message.retain, message.mid, message.qos, self._generation
        )
        try:
            self._take(came)
        except Exception as error:  # noqa: BLE001 - paho would take it for one of the connection
            self._broken = error
            inner.disconnect()

    def _write_here(self, inner: paho.Client) -> None:
        """Have what waits written by this loop at its next turn, without asking first whether the socket takes it.

        Only for a client that is connected: before, paho runs in another thread.
        """
        loop = asyncio.get_running_loop()

        def write() -> None:
            _join(inner._out_packet)  # noqa: SLF001
            inner.loop_write()
            connection = inner.socket()
            if inner.want_write() and connection:
                loop.add_writer(connection, write)  # aiomqtt takes it off when all is written

        def write_soon(*_: object) -> None:
            loop.call_soon(write)

        inner.on_socket_register_write = write_soon
        self._write = write

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

        False too for a payload over MESSAGE_LIMIT, which is not handed on: whoever makes payloads makes them fit.

        Does not wait for the PUBACK (aiomqtt would: a round trip each); the broker's word promises nothing anyway.
        """
        if len(payload) > MESSAGE_LIMIT:
            # The broker would end this connection, and with it everything else that the house says.
            log_event(log, "ERROR", "payload_too_large", topic=topic, bytes=len(payload), limit=MESSAGE_LIMIT)
            return False
        if self._client is None:
            return False
        return self._client._client.publish(topic, payload, qos, retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS  # noqa: SLF001

    def flush(self) -> None:
        """Write what was published so far, before anything else is done; never from within `on_message`."""
        if self._client:
            self._write()

    def nudge(self) -> None:
        """Send an empty packet to the topic `nudges`, a moment behind what was published last; without one, nothing.

        mosquitto 2.0 hands a message to its WebSockets when its loop turns the next time: with the next packet of
        anybody, else after 100 ms. A nudge that waits is put off, so that it stays behind the last packet.
        """
        if self._nudges is None:
            return
        if self._nudge:
            self._nudge.cancel()
        self._nudge = asyncio.get_running_loop().call_later(NUDGE_S, self._send_nudge, self._nudges)

    def _send_nudge(self, topic: str) -> None:
        self._nudge = None
        if self._client:
            self._client._client.publish(topic)  # noqa: SLF001


def _join(waiting: deque[Any]) -> None:
    """Make packets of paho that wait to be written into few: it writes each by a call of its own.

    Each call wakes the broker, so that a burst of eight packets cost as much as all the rest of a batch. What paho
    does behind a packet is for those who wait for it, and nobody does; but behind a DISCONNECT it closes the socket.
    """
    packets: list[Any] = []
    for packet in waiting:
        last = packets[-1] if packets else None
        small = last and last["pos"] == 0 and last["to_process"] + packet["to_process"] <= AT_ONCE
        if last and small and packet["command"] != DISCONNECT:
            last["packet"] += packet["packet"]
            last["to_process"] += packet["to_process"]
        else:
            packets.append(packet)
    waiting.clear()
    waiting.extend(packets)
