"""Finished hands to test with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from collector.records.hands import (
    DeviceRange,
    FactRange,
    FormerAction,
    HandAction,
    HandPlayer,
    HandPot,
    HandRecord,
    HandWinner,
    ReleasedHand,
    released_cards,
)

T0 = 1_769_990_401_123

ROYAL = HandRecord(
    hand_id="h_table_01_7",
    event_id="evt_wsop2026_me",
    table_id="table_01",
    hand_number=42,
    revision=1,
    game="holdem",
    started_at=T0,
    ended_at=T0 + 90_000,
    button=1,
    players=(
        HandPlayer(1, "p_negreanu", "Daniel Negreanu", 1_245_000, 1_307_500, ("Ah", "Kh"), shown=True),
        HandPlayer(2, "p_ivey", "Phil Ivey", 900_000, 837_500, None, shown=False),
    ),
    board=("Qh", "Jh", "Th", "2c", "3d"),
    actions=(
        HandAction("preflop", 1, "p_negreanu", "raise", 25_000, 25_000, False, 1, 9, T0 + 2_000, "operator"),
        HandAction(
            *("preflop", 2, "p_ivey", "call", 25_000, 25_000, False, 2, 11, T0 + 9_000, "operator"),
            history=(FormerAction("fold", 0, 0),),
        ),
    ),
    total_pot=125_000,
    pots=(HandPot(125_000, ("p_negreanu", "p_ivey")),),
    uncalled_returned={"p_negreanu": 500},
    winners=(HandWinner("p_negreanu", 1, 125_000, "Royal Flush"),),
    reached_showdown=True,
    rulings=("seat 2 acted out of turn; stands",),
    facts=FactRange("table_01", 7, 31),
    device_events=(DeviceRange("node-a1", "3-00112233445566ff", 4, 11),),
)


def hand(number: int, table: str = "table_01", **changes: Any) -> HandRecord:
    """Return a hand like ROYAL: the `number`th of its table, a minute after the one before."""
    first = number * 100
    values: dict[str, Any] = {
        "hand_id": f"h_{table}_{first}",
        "table_id": table,
        "hand_number": number,
        "started_at": T0 + number * 60_000,
        "ended_at": T0 + number * 60_000 + 30_000,
        "facts": FactRange(table, first, first + 50),
    }
    return replace(ROYAL, **(values | changes))


def to_the_house(record: HandRecord, story: str = "{}") -> ReleasedHand:
    """Return the release of all hidden cards of a hand to the house."""
    seats = [player.seat for player in record.players]
    return ReleasedHand(record.hand_id, "house", record.revision, released_cards(record, seats), story)
