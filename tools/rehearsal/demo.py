"""What `ebs run` and `ebs play` set up, by commands like anyone: an event, a table, two demo decks, twelve antennas."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, Final

from collector.broker.link import Address
from collector.cards import DECK, Card
from tools.hardware.shared_options import DEFAULT_TABLE
from tools.rehearsal.console import Console, ConsoleError

EVENT: Final = "evt_demo"
TABLE: Final = DEFAULT_TABLE
DEVICE: Final = "node-01"
DECKS: Final = ("demo_red", "demo_blue")
BOARD: Final = "a11"
MUCK: Final = "a12"


def seat_antenna(seat: int) -> str:
    """Return the antenna before a seat."""
    return f"a{seat:02d}"


def tag(deck: int, card: Card) -> str:
    """Return the UID of a card of demo deck 0 or 1. Seven bytes, and 04 first, as NXP's are."""
    index = DECK.index(card)
    # Spread over the bytes, so that cards on one antenna collide early, late and in both cascade levels.
    mixed = (index * 2654435761 + deck * 40503 + 12345) & 0xFFFFFFFF
    return f"04{deck + 1:02x}{index:02x}{mixed:08x}"


async def set_up(installer: Address, *, event_name: str, table_name: str) -> None:
    """Create the demo event and table, with the installer's login.

    Every command has an id of its own, so a second start changes nothing. Where another login has set the same up, as
    the one of the dealer before version 0.2, that holds.
    """
    console = Console(installer, TABLE)
    connection = asyncio.create_task(console.run())
    try:
        await _house(console, "create_event", id="demo-event", event_id=EVENT, name=event_name)
        await _house(console, "open_table", id="demo-table", table_id=TABLE, event_id=EVENT, name=table_name)
        for number, deck in enumerate(DECKS):
            cards = {tag(number, card): card for card in DECK}
            await _house(console, "register_deck", id=f"demo-{deck}", deck_id=deck, demo=True, cards=cards)
        await console.command("assign_device", id="demo-device", device=DEVICE)
        roles = [(seat_antenna(seat), "seat", seat) for seat in range(1, 11)]
        for antenna, role, seat in (*roles, (BOARD, "board", None), (MUCK, "muck", None)):
            with _already("HAND_RUNNING"):
                where = {"device": DEVICE, "antenna": antenna}
                await console.command("assign_antenna", id=f"demo-{antenna}", **where, role=role, seat=seat)
        for deck in DECKS:
            await console.command("use_deck", id=f"demo-use-{deck}", deck_id=deck)
    finally:
        connection.cancel()
        await asyncio.gather(connection, return_exceptions=True)


async def _house(console: Console, kind: str, **fields: Any) -> None:
    with _already("EVENT_EXISTS", "TABLE_EXISTS", "DECK_EXISTS"):
        await console.house(kind, **fields)


@contextlib.contextmanager
def _already(*codes: str) -> Iterator[None]:
    """Pass over refusals that say that it is there already."""
    try:
        yield
    except ConsoleError as error:
        if error.code not in codes:
            raise
