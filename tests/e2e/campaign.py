"""One seed of the fault campaign: cards move, everything between them and the log goes wrong, nothing may be lost.

A real mosquitto, a real collector and the real firmware, with a bad network in between. The order of events comes from
the seed; how they fall in time does not, so a seed that failed is a place to look, not a recording.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from collector.cards import DECK
from edge.outbox_flash import HEAD
from tests.e2e.logged import facts
from tests.e2e.waiting import eventually
from tools.rehearsal import demo, micropython
from tools.rehearsal.console import Console
from tools.rehearsal.stack import DEALER, Stack
from tools.virtual.network import BadNetwork
from tools.virtual.node import VirtualNode

STEPS = 24
ANTENNAS = ("a01", "a02", "a05", "a06", "a11", "a12")
CARDS = 9
SEEN_S = 15.0
SETTLED_S = 60.0
QUIET_S = 0.45  # a card that left is missed for 300 ms before it counts
DEAD, ALIVE = 0x00, 0x92
FAULTS = ("network", "network", "network", "broker", "collector", "node", "restore", "flash", "antenna", "clock")
"""What may go wrong at a step, as often as it stands here."""


@dataclass
class Report:
    """What a seed did. `wrong` is empty when every placement is in the log once, in order."""

    seed: int
    placements: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def count(self, fault: str) -> None:
        """Count a fault."""
        self.faults[fault] = self.faults.get(fault, 0) + 1


async def run(seed: int, folder: Path, steps: int = STEPS) -> Report:
    """Run one seed in `folder`, which must be empty."""
    report = Report(seed)
    async with _house(seed, folder) as campaign:
        for _ in range(steps):
            await campaign.step(report)
        await campaign.settle()
        report.placements = sum(map(len, campaign.laid.values()))
        report.wrong = campaign.differences()
    return report


@contextlib.asynccontextmanager
async def _house(seed: int, folder: Path) -> AsyncIterator[Campaign]:
    stack = Stack(folder, say=lambda _: None)
    await stack.start()
    console = Console(stack.login(DEALER), demo.TABLE)
    listening = asyncio.create_task(console.run())
    try:
        await demo.set_up(stack.login("installer"), event_name="Campaign", table_name="Table 1")
        async with BadNetwork("127.0.0.1", stack.broker.port, Random(seed)) as network:
            campaign = Campaign(seed, stack, network)
            await campaign.start_node()
            try:
                yield campaign
            finally:
                await campaign.node.stop()
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await stack.stop()


class Campaign:
    """A table top, its faults, and what was truly laid where: `laid`, tags by antenna in order."""

    def __init__(self, seed: int, stack: Stack, network: BadNetwork) -> None:
        self.laid: dict[str, list[str]] = {name: [] for name in ANTENNAS}
        self.node: VirtualNode
        self._stack = stack
        self._net = network
        self._chance = Random(seed)
        self._tags = [demo.tag(0, card) for card in DECK[:CARDS]]
        self._lying: dict[str, str] = {}
        self._queued: list[tuple[str, int]] = []
        self._backup: dict[str, bytes] | None = None
        self._full = False
        self._restored = False

    async def start_node(self) -> None:
        """Start the node, on the flash that it had."""
        lying: dict[str, list[str]] = {}
        for tag, where in self._lying.items():
            lying.setdefault(where, []).append(tag)
        login = self._stack.login(demo.DEVICE)
        self.node = await VirtualNode.start(
            self._stack.folder / "node", demo.DEVICE, self._stack.device_key(), "127.0.0.1", self._net.port,
            login.username, login.password, await asyncio.to_thread(micropython.ensure),
            lying=lying, report=lambda _: None, queued=lambda origin, seq, _: self._queued.append((origin, seq)),
        )  # fmt: skip
        await self.node.trace(True)
        await self._quiet()

    async def step(self, report: Report) -> None:
        """Let something go wrong, perhaps, and touch a card."""
        if self._chance.random() < 0.6:
            fault = self._chance.choice(FAULTS)
            report.count(fault)
            await getattr(self, f"_{fault}")()
        await self._touch()
        await asyncio.sleep(self._chance.uniform(0, 0.2))

    async def _touch(self) -> None:
        """Lay, move or lift a card; return when the node has seen it."""
        tag = self._chance.choice(self._tags)
        where = self._lying.get(tag)
        elsewhere = self._chance.choice([name for name in ANTENNAS if name != where])
        async with self._seen():
            if where is None:
                await self.node.put(elsewhere, tag)
            elif self._chance.random() < 0.5:
                await self.node.remove(tag)
                del self._lying[tag]
                return
            else:
                await self.node.move(elsewhere, tag)
            self._lying[tag] = elsewhere
            self.laid[elsewhere].append(tag)

    @contextlib.asynccontextmanager
    async def _seen(self) -> AsyncIterator[None]:
        """Wait until what is done inside has made an event, and no more follow."""
        before = len(self._queued)
        yield
        deadline = asyncio.get_running_loop().time() + SEEN_S
        while len(self._queued) == before:
            assert asyncio.get_running_loop().time() < deadline, "the node saw nothing"
            await asyncio.sleep(0.01)
        await self._quiet()

    async def _quiet(self) -> None:
        """Wait until the node tells of nothing new."""
        known = -1
        while known != len(self._queued):
            known = len(self._queued)
            await asyncio.sleep(QUIET_S)

    async def _network(self) -> None:
        self._net.trouble()

    async def _broker(self) -> None:
        await self._stack.restart_broker()

    async def _collector(self) -> None:
        await self._stack.restart_collector()

    async def _node(self) -> None:
        """Power fails, once what the node saw is safe: its last seconds are in memory alone. The cards still lie."""
        await self._on_flash()
        await self.node.kill()
        self._net.heal()  # its birth has to come through for the campaign to go on
        await self.start_node()

    async def _on_flash(self) -> None:
        """Wait until what the node has seen is on its flash, or in a log that no older one will replace."""
        if self._full:
            await self._flash()
        seen = max((seq for origin, seq in self._queued if origin == self.node.boot), default=0)
        await eventually(lambda: self._saved() >= seen or (self._logged() >= seen and not self._backup), SETTLED_S)

    def _saved(self) -> int:
        """Return the number of the last event of this boot on the flash."""
        return max(map(self._last_in, (self._stack.folder / "node" / "outbox").glob("*[ua]")), default=0)

    def _logged(self) -> int:
        """Return the number of the last event of this boot in the log."""
        with self._log() as log:
            (last,) = log.execute("SELECT max(seq) FROM facts WHERE origin = ?", (self.node.boot,)).fetchone()
        return int(last or 0)

    def _last_in(self, segment: Path) -> int:
        """Return the number of a segment's last event, 0 if that is of another boot or the file is gone by now."""
        try:
            content = segment.read_bytes()
        except FileNotFoundError:
            return 0
        _, first, count, length, _ = struct.unpack_from(HEAD, content)
        origin = content[struct.calcsize(HEAD) :][:length].decode()
        return int(first + count - 1) if origin == self.node.boot else 0

    async def _restore(self) -> None:
        """The collector comes back with an older log; the first time there is none to come back with."""
        await self._stack.restart_collector(self._swap_log)

    def _swap_log(self) -> None:
        folder = self._stack.folder
        if self._backup is None:
            self._backup = {file.name: file.read_bytes() for file in folder.glob("log.db*")}
            return
        for file in folder.glob("log.db*"):
            file.unlink()
        for name, content in self._backup.items():
            (folder / name).write_bytes(content)
        self._backup = None
        self._restored = True

    async def _flash(self) -> None:
        """Fill the flash, or make room. A full one lets go of what is acknowledged, so no older log may come back.

        Nor may it fill before what an older log lacked is in it.
        """
        if self._restored:
            self._net.heal()
            self._net.cut()
            await eventually(lambda: not self.differences(), SETTLED_S)
            self._restored = False
        self._full = not self._full
        self._backup = None
        await self.node.flash(full=self._full)

    async def _antenna(self) -> None:
        """A reader dies, and works again before a card is touched: what lies on it stays laid."""
        name = self._chance.choice(ANTENNAS)
        await self.node.chip(name, DEAD)
        await asyncio.sleep(self._chance.uniform(0.1, 0.6))
        await self.node.chip(name, ALIVE)
        await asyncio.sleep(1.0)

    async def _clock(self) -> None:
        await self.node.clock(self._chance.choice((-86_400, -5, 0, 5, 3_600, 400 * 86_400)))

    async def settle(self) -> None:
        """Make everything well, and wait until the log holds what was laid, or no more comes."""
        await self.node.flash(full=False)
        self._net.heal()
        self._net.cut()
        with contextlib.suppress(AssertionError):
            await eventually(lambda: not self.differences(), SETTLED_S)
        await asyncio.sleep(1.0)  # whatever comes twice comes now

    def differences(self) -> list[str]:
        """Return, by antenna, where the log does not hold what was laid, once and in order."""
        found: dict[str, list[str]] = {name: [] for name in ANTENNAS}
        for body in self._facts("card_read", "card_moved"):
            if not body.get("again") and body["antenna"] in found:
                found[str(body["antenna"])].append(str(body["uid"]))
        return [f"{name}: laid {laid}, logged {found[name]}" for name, laid in self.laid.items() if found[name] != laid]

    def _facts(self, *kinds: str) -> list[dict[str, Any]]:
        return facts(self._stack.folder / "log.db", *kinds)

    def _log(self) -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(sqlite3.connect(f"file:{self._stack.folder / 'log.db'}?mode=ro", uri=True))
