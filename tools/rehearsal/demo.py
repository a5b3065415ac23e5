"""What `ebs run` and `ebs play` set up, by commands like anyone: an event, a table, two demo decks, twelve antennas."""

from __future__ import annotations

from typing import Final

from collector.cards import DECK, Card
from tools.hardware.shared_options import DEFAULT_TABLE
from tools.rehearsal.console import Console

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


async def set_up(console: Console, *, event_name: str, table_name: str) -> None:
    """Create the demo event and table. Every command has an id of its own, so a second start changes nothing."""
    await console.house("create_event", id="demo-event", event_id=EVENT, name=event_name)
    await console.house("open_table", id="demo-table", table_id=TABLE, event_id=EVENT, name=table_name)
    for number, deck in enumerate(DECKS):
        cards = {tag(number, card): card for card in DECK}
        await console.house("register_deck", id=f"demo-{deck}", deck_id=deck, demo=True, cards=cards)
    await console.command("assign_device", id="demo-device", device=DEVICE)
    roles = [(seat_antenna(seat), "seat", seat) for seat in range(1, 11)]
    for antenna, role, seat in (*roles, (BOARD, "board", None), (MUCK, "muck", None)):
        where = {"device": DEVICE, "antenna": antenna}
        await console.command("assign_antenna", id=f"demo-{antenna}", **where, role=role, seat=seat)
    for deck in DECKS:
        await console.command("use_deck", id=f"demo-use-{deck}", deck_id=deck)
