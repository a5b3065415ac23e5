"""CPU time of one exact equity, parsing the cards included, over random deals of 2 to 10 players.

Each deal is counted three times and the middle time kept, so that an interrupt or a neighbour that empties the caches
in one of the three is not taken for a slow deal. Percentiles are over deals.
"""

from __future__ import annotations

import time
from random import Random
from typing import Final

from collector.cards import DECK, parse_cards
from collector.equity import holdem, warm
from collector.equity.tables import tables
from tools.bench.report import Figure, Progress, percentile

DEALS: Final = 1500
SEED: Final = 20_261
UNMEASURED: Final = 20
"""Calls before the clock counts, so that caches hold what they hold in a running service."""


def run(progress: Progress) -> list[Figure]:
    """Measure every street; CPU time of this thread, since other programs share the machine."""
    progress("building the tables")
    tables.cache_clear()
    start = time.thread_time()
    warm()
    build = 1000 * (time.thread_time() - start)
    streets = {}
    for name, on_board in (("preflop", 0), ("flop", 3), ("turn", 4), ("river", 5)):
        progress(f"{name}: {DEALS} deals of 2 to 10 players")
        streets[name] = _milliseconds(on_board)
    return [
        Figure.at_most("holdem_preflop_p50", percentile(streets["preflop"], 50), "ms", 0.8),
        Figure.at_most("holdem_preflop_p99", percentile(streets["preflop"], 99), "ms", 1.5),
        Figure.at_most("holdem_flop_p99", percentile(streets["flop"], 99), "ms", 0.2),
        Figure.at_most("holdem_turn_p99", percentile(streets["turn"], 99), "ms", 0.2),
        Figure.at_most("holdem_river_p99", percentile(streets["river"], 99), "ms", 0.2),
        Figure.at_most("holdem_tables_build", round(build, 4), "ms", 130),
    ]


def _milliseconds(on_board: int) -> list[float]:
    random = Random(SEED + on_board)  # noqa: S311 - the same deals every time
    taken = []
    for _ in range(UNMEASURED + DEALS):
        players = random.randint(2, 10)
        cards = random.sample(DECK, 2 * players + on_board)
        hands = [cards.pop() + cards.pop() for _ in range(players)]
        board = "".join(cards)
        times = sorted(_once(hands, board) for _ in range(3))
        taken.append(round(times[1], 4))
    return taken[UNMEASURED:]


def _once(hands: list[str], board: str) -> float:
    start = time.thread_time()
    holdem([parse_cards(hand) for hand in hands], parse_cards(board))
    return 1000 * (time.thread_time() - start)
