"""Card latency: from the node's outbox, through broker, commit and fold, to an MQTT subscriber of the live topic.

Real firmware on MicroPython, real mosquitto, the log on this machine's disk with synchronous=FULL. Both ends read the
host's CLOCK_MONOTONIC. A hand is running with six hands dealt, so states carry cards and equities; the cards that come
and go are of the other deck, at all twelve antennas, a put and a removal every 20 ms. Before that, commands that are
refused are timed: each is an entry of the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from collector.broker.link import Address
from collector.cards import DECK
from collector.wire.topics import topic
from tools.bench.report import Figure, percentile
from tools.rehearsal import demo
from tools.rehearsal.console import Console, ConsoleError
from tools.rehearsal.felt import Felt
from tools.rehearsal.pace import Pace
from tools.rehearsal.rehearsal import rehearsal
from tools.virtual.node import VirtualNode

EVENTS: Final = 3200
WARM_UP: Final = 200
PER_SECOND: Final = 100
REFUSED: Final = 100
_REFUSED_EVERY_S: Final = 0.12
_LIES_S: Final = 0.25
_LATE_S: Final = 10.0
_PLAYERS: Final = 6


def run(progress: Callable[[str], None]) -> list[Figure]:
    """Return the figures: milliseconds, and how many events never came."""
    return asyncio.run(_run(progress))


async def _run(progress: Callable[[str], None]) -> list[Figure]:
    queued: dict[str, int] = {}

    def note(origin: str, seq: int, at_ns: int) -> None:
        queued[f"{demo.DEVICE}.{origin}.{seq}"] = at_ns

    with tempfile.TemporaryDirectory(prefix="ebs-bench-") as name:
        async with rehearsal(Path(name), say=progress, queued=note) as table:
            await deal(table.console, Felt(table.node, table.sees, Pace(0)))
            progress(f"{REFUSED} commands that are refused and put on record")
            refused = await _refused(table.console)
            for console in (table.console, table.sees):
                await console.link.pause()  # what they follow would only cost the time that is measured
            listener = Listener(table.stack.login("programme"), ("live", "event"), ("alert",))
            wanted = EVENTS + WARM_UP
            said = _said_at_times(lambda s: progress(f"{len(queued)} of {wanted} events in {s:.0f} s"))
            await load(table.node, lambda: len(queued) >= wanted, said)
            await all_seen(queued, listener)
            listener.close()
    return [*_figures(queued, listener.seen()), Figure.at_most("refused_reply_p99", percentile(refused, 99), "ms", 10)]


async def deal(console: Console, felt: Felt) -> None:
    """Seat six players and deal them in."""
    await console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in range(1, _PLAYERS + 1):
        await console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"Player {seat}", stack=10_000)
    await console.command("start_hand", button=1)
    await felt.next_deck()
    await console.command("change_deck", deck_id=demo.DECKS[1])  # else the board takes the first deck that it sees
    await felt.deal({seat: (DECK[2 * seat], DECK[2 * seat + 1]) for seat in range(1, _PLAYERS + 1)})
    await felt.gather()  # what was dealt stays dealt; the simulated chips have less to do, as real ones have no CPU


async def _refused(console: Console) -> list[float]:
    """Return the milliseconds from a command that is refused to its reply: its entry is committed before.

    Slower than the record would begin to count them (collector/access/refusals.py).
    """
    taken = []
    for _ in range(REFUSED):
        began = time.monotonic()
        with contextlib.suppress(ConsoleError):
            await console.command("end_hand")
        taken.append(1000 * (time.monotonic() - began))
        await asyncio.sleep(_REFUSED_EVERY_S)
    return taken


def _said_at_times(say: Callable[[float], None]) -> Callable[[int, float], None]:
    """Return what is told of each card, and says so at each 250th."""
    return lambda number, seconds: say(seconds) if number % (5 * PER_SECOND // 2) == 0 else None


async def load(
    node: VirtualNode,
    enough: Callable[[], bool],
    told: Callable[[int, float], None] = lambda _number, _seconds: None,
) -> None:
    """Put a card and take an earlier one, again and again, until there is enough. told: the cards, and the seconds."""
    await node.trace(on=True)
    loop = asyncio.get_running_loop()
    began, number = loop.time(), 0
    lies = int(_LIES_S * PER_SECOND / 2)
    while not enough():
        uid = demo.tag(0, DECK[number % len(DECK)])
        await node.put(f"a{number % 12 + 1:02d}", uid)
        if number >= lies:
            await node.remove(demo.tag(0, DECK[(number - lies) % len(DECK)]))
        number += 1
        told(number, loop.time() - began)
        await asyncio.sleep(began + number * 2 / PER_SECOND - loop.time())
    await node.trace(on=False)


class Listener:
    """A subscriber of the table, on a thread of its own: what it notes must not wait for what the loop does.

    told: levels below the table, of the topics that it subscribes to. transport: "tcp" or "websockets".
    """

    def __init__(self, login: Address, *told: tuple[str, ...], transport: Literal["tcp", "websockets"] = "tcp") -> None:
        self._heard: list[tuple[int, bytes]] = []
        self.there = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311, transport=transport)
        self._client.username_pw_set(login.username, login.password)
        topics = [topic("table", demo.TABLE, *levels) for levels in told]
        self._client.on_connect = lambda client, *_: client.subscribe([(each, 0) for each in topics])
        self._client.on_subscribe = lambda *_: self.there.set()
        self._client.on_message = lambda _client, _data, message: self._note(bytes(message.payload))
        self._client.connect(login.host, login.port)
        self._client.loop_start()

    def _note(self, payload: bytes) -> None:
        self._heard.append((time.monotonic_ns(), payload))

    def seen(self) -> dict[str, int]:
        """Return when the first live message of each reading arrived."""
        first: dict[str, int] = {}
        for at_ns, payload in self._heard:
            first.setdefault(str(json.loads(payload)["trace_id"]), at_ns)
        return first

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()


async def all_seen(queued: dict[str, int], listener: Listener) -> None:
    """Wait until the listener has seen everything that was queued, and for no more than `_LATE_S`."""
    deadline = asyncio.get_running_loop().time() + _LATE_S
    while asyncio.get_running_loop().time() < deadline and not set(queued) <= set(listener.seen()):  # noqa: ASYNC110
        await asyncio.sleep(0.2)


def _figures(queued: dict[str, int], seen: dict[str, int]) -> list[Figure]:
    counted = list(queued)[WARM_UP:]
    delays = [(seen[trace] - queued[trace]) / 1e6 for trace in counted if trace in seen]
    return [
        Figure.at_most("node_to_topic_p50", percentile(delays, 50), "ms", 3),
        Figure.at_most("node_to_topic_p99", percentile(delays, 99), "ms", 10),
        Figure.at_most("node_to_topic_max", max(delays), "ms", 500),
        Figure.at_most("lost", len(counted) - len(delays), "events", 0),
        Figure.at_least("events", len(counted), "events", EVENTS),
    ]
