"""The hands of `ebs bench session`: nine players, one raise, three calls, checks to a showdown. Knows no connection.

They are the same hands every time. Only the button moves, so every message is known beforehand, and needs no look at
the table. Nobody goes broke in ten thousand of them.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, Final

from collector.cards import DECK

EVENT: Final = "evt_bench"
SEATS: Final = 9
_AT_ONCE: Final = 3
_STACK: Final = 50_000_000
_CALLERS: Final = 3
_TO_THE_RIVER: Final = (3, 1, 1)

Commands = list[dict[str, Any]]


EVENT_BEGINS: Final[Mapping[str, Any]] = {"type": "create_event", "event_id": EVENT, "name": "Bench"}


def opening(table_id: str) -> dict[str, Any]:
    """Return what the house is told before a table plays."""
    return {"type": "open_table", "table_id": table_id, "event_id": EVENT, "name": table_id}


def seating(table_id: str) -> Commands:
    """Return what a table is told before its first hand."""
    seats: Commands = [
        {"type": "seat_player", "seat": seat, "player_id": f"p_{table_id}_{seat}", "name": f"P {seat}", "stack": _STACK}
        for seat in range(1, SEATS + 1)
    ]
    return [{"type": "set_blinds", "small_blind": 50, "big_blind": 100}, *seats]


def hands(seed: int) -> Iterator[list[Commands]]:
    """Yield hands for ever, each as what arrives together: three cards, three acts."""
    random = Random(seed)  # noqa: S311 - the same hands every time
    for number in itertools.count():
        deck = random.sample(DECK, 2 * SEATS + 5)
        commands = _hand(number % SEATS + 1, [str(card) for card in deck])
        yield [commands[begin : begin + _AT_ONCE] for begin in range(0, len(commands), _AT_ONCE)]


def _hand(button: int, deck: list[str]) -> Commands:
    order = [(button + place) % SEATS + 1 for place in range(SEATS)]  # from the small blind
    first = order[2:] + order[:2]
    raised = [{"type": "raise_to", "seat": first[0], "amount": 300}]
    called = [{"type": "call", "seat": seat} for seat in first[1 : 1 + _CALLERS]]
    folded = [{"type": "fold", "seat": seat} for seat in first[1 + _CALLERS :]]
    live = first[: 1 + _CALLERS]
    commands: Commands = [{"type": "start_hand", "button": button}]
    commands += [{"type": "deal_card", "seat": seat, "card": deck.pop()} for _ in range(2) for seat in order]
    commands += [*raised, *called, *folded]
    for cards in _TO_THE_RIVER:
        commands += [{"type": "deal_card", "card": deck.pop()} for _ in range(cards)]
        commands += [{"type": "check", "seat": seat} for seat in live]
    return [*commands, *({"type": "show", "seat": seat} for seat in live), {"type": "end_hand"}]


def payload(command: Mapping[str, Any], number: int) -> bytes:
    """Return a command as it is sent; `number` makes its id."""
    return json.dumps({"v": 1, "id": f"bench-{number}", **command}).encode()
