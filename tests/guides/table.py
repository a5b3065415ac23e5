"""The table of this evening: the board that the guide has set up, its cards, and one hand. Knows no line."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

from tests.guides.places import fetched
from tools.virtual.node import VirtualNode

NODE = "node-1"
CARDS = [f"04ff{number:02x}a1b2c3d4" for number in range(52)]
"""UIDs of a deck, in the order in which it is learnt: the ace of spades first."""


class Table:
    """What lies on `flash`, a board's, is switched on and off; `data` is the folder of the EBS that it speaks to."""

    def __init__(self, flash: Path, data: Path, interpreter: list[str]) -> None:
        self.hand = ""
        self.data = data
        self._flash = flash
        self._interpreter = interpreter
        self._node: VirtualNode | None = None

    def ports(self) -> dict[str, int]:
        """Return the ports `http` and `mqtt` of this evening."""
        return dict(json.loads((self.data / "ports.json").read_text()))

    def password(self, user: str) -> str:
        """Return the password of a login."""
        return str(json.loads((self.data / "credentials.json").read_text())[user])

    async def awake(self) -> VirtualNode:
        """Switch the board on that the guide has set up."""
        if self._node is None or self._node.died.done():
            self._node = await VirtualNode.from_flash(self._flash, NODE, self._interpreter, report=lambda _: None)
        return self._node

    async def asleep(self) -> None:
        if self._node:
            await self._node.stop()
        self._node = None

    async def read_cards(self) -> str:
        """Return how many cards are in the log, as the metrics say it."""
        metrics = await asyncio.to_thread(fetched, f"http://127.0.0.1:{self.ports()['health']}/metrics")
        return (re.search(r'ebs_facts_total\{kind="card_read"\} (\S+)', metrics) or ["", "0"])[1]

    async def another_card(self, before: str) -> None:
        """Wait until one more card is in the log than `before`."""
        async with asyncio.timeout(60):
            while await self.read_cards() == before:  # noqa: ASYNC110 - another process is asked
                await asyncio.sleep(0.1)

    async def first_card(self) -> None:
        """Do as the page says under this heading: seat two, start, lay the ace; then the hand ends."""
        node = await self.awake()
        orders: list[dict[str, object]] = [
            {"type": "set_blinds", "small_blind": 5, "big_blind": 10},
            {"type": "seat_player", "seat": 1, "player_id": "p_ann", "name": "Ann", "stack": 1000},
            {"type": "seat_player", "seat": 2, "player_id": "p_bob", "name": "Bob", "stack": 1000},
            {"type": "start_hand"},
        ]
        for order in orders:
            await self._command(order)
        await asyncio.sleep(1)  # a card that was read before the hand began deals nothing
        before = await self.read_cards()
        await node.put("a01", CARDS[0])
        await self.another_card(before)
        await self._command({"type": "fold", "seat": 1})
        await self._command({"type": "end_hand"})
        await node.clear()
        address = f"http://127.0.0.1:{self.ports()['http']}/api/v1/events/evt_demo/hands"
        async with asyncio.timeout(60):
            while not (hands := json.loads(await asyncio.to_thread(fetched, address))["hands"]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        self.hand = str(hands[0]["hand_id"])

    async def _command(self, order: dict[str, object]) -> None:
        message = json.dumps({"v": 1, "id": f"evening-{id(order)}-{order['type']}", **order})
        login = ("-p", str(self.ports()["mqtt"]), "-u", "operator", "-P", self.password("operator"), "-q", "1")
        process = await asyncio.create_subprocess_exec(
            "mosquitto_pub", *login, "-t", "ebs/v1/table/table_01/command/operator", "-m", message
        )
        assert await process.wait() == 0
        await asyncio.sleep(0.1)
