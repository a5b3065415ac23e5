"""Makes the inputs of the corpus: `python -m tests.corpus.make` writes them anew, `… NAME` one of them.

Whoever does so takes the corpus away: what was recorded holds for the inputs that are there. To add an evening, add it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from tests.corpus import by_chance, by_hand, by_hand_more, event_tables, files, floor, refusals
from tests.corpus.evening import Evening
from tests.corpus.wiring import GAMES, log_names, playing

_KEYS = list(GAMES)
EVENINGS: dict[str, Callable[[Evening], Awaitable[None]]] = {
    "tables": by_hand_more.tables,
    "nodes": by_hand_more.nodes,
    "cards": by_hand.cards,
    "hands": by_hand.hands,
    "rules": refusals.rules,
    "floor": floor.floor,
    "event_tables": event_tables.event_tables,
    "restored": by_hand_more.restored,
    "mixed": by_hand_more.mixed,
    "limits": by_hand_more.limits,
    "games_board": partial(by_chance.games, keys=_KEYS[:7], seed=1),
    "games_omaha": partial(by_chance.games, keys=_KEYS[7:13], seed=2),
    "games_stud": partial(by_chance.games, keys=_KEYS[13:18], seed=3),
    "games_draw": partial(by_chance.games, keys=_KEYS[18:], seed=4),
    "chance_cash": partial(by_chance.anything, seed=5, profile="cash", moves=420),
    "chance_tournament": partial(by_chance.anything, seed=6, profile="tournament", moves=420),
}


async def made(name: str) -> list[dict[str, object]]:
    """Return the inputs of an evening."""
    with tempfile.TemporaryDirectory() as folder, log_names():
        async with playing(Path(folder)) as stage:
            evening = Evening(stage)
            await evening.do("connect")
            await EVENINGS[name](evening)
            await evening.wait(1_000)
            return evening.inputs


def main(wanted: list[str]) -> None:
    """Write the inputs of the evenings that are named, or of all."""
    for name in wanted or EVENINGS:
        inputs = asyncio.run(made(name))
        files.write(name, "input", inputs)
        print(f"{name}: {len(inputs)} inputs")  # noqa: T201 - a command


if __name__ == "__main__":
    main(sys.argv[1:])
