"""CPU time of exact equities, parsing the cards included, and the same questions put to other engines.

Each deal is counted three times and the middle time kept, so that an interrupt or a neighbour that empties the caches
in one of the three is not taken for a slow deal. Percentiles are over deals. CPU time of this thread, since other
programs share the machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Final

import numpy as np

from collector import equity
from collector.cards import DECK, parse_cards
from collector.equity import GAMES, BoardGame, Game
from collector.equity.lookup import forget, tables
from collector.equity.strengths import own_tables
from tools.bench.equity_peers import peer_figures
from tools.bench.report import Figure, Progress, percentile

DEALS: Final = 1500
DEALS_OMAHA: Final = 300
BATCH: Final = 1_000
SEED: Final = 20_261
UNMEASURED: Final = 20
"""Calls before the clock counts, so that caches hold what they hold in a running service."""
_PEAK: Final = """
import resource
from collector import equity
from collector.cards import parse_cards
for game, hands in (
    ("holdem", "AsAh KdKc"), ("omaha6", "AsAhKsKh2c2d JdTd9c8c3h4h"), ("omaha5hl", "AsAh2s3h4c JdTd9c8c5d"),
    ("stud7", "AsAhKd QsQdJh"), ("stud7hl", "As2h3d 4s5d6h"),
):
    equity.equity_of(equity.GAMES[game], [parse_cards(hand) for hand in hands.split()])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def run(progress: Progress) -> list[Figure]:
    """Measure every figure."""
    progress("loading the tables of every game")
    figures = [
        Figure.at_most("tables_ms", max(map(_load_ms, GAMES.values())), "ms", 15),
        Figure.at_most("core_peak_mb", _peak_mb(), "MB", 60),
    ]
    figures += _holdem(progress)
    figures += _omaha(progress)
    figures += _many(progress)
    figures += _longer(progress)
    return figures + peer_figures(progress)


def _load_ms(game: Game) -> float:
    load: Callable[[], object] = (lambda: tables(game)) if isinstance(game, BoardGame) else (lambda: own_tables(game))
    taken = []
    for _ in range(3):
        forget()
        own_tables.cache_clear()
        taken.append(milliseconds(load))
    return median(taken)


def _peak_mb() -> float:
    """Return the peak memory of a process that counts one deal each of the heaviest games, NumPy included."""
    done = subprocess.run([sys.executable, "-c", _PEAK], capture_output=True, text=True, check=True)
    return round(int(done.stdout) / 1024, 1)


def _holdem(progress: Progress) -> list[Figure]:
    streets = {}
    for name, on_board in (("preflop", 0), ("flop", 3), ("turn", 4), ("river", 5)):
        progress(f"hold'em {name}: {DEALS} deals of 2 to 10 players")
        streets[name] = _over_deals(GAMES["holdem"], on_board, DEALS)
    return [
        Figure.at_most("holdem_preflop_p50", percentile(streets["preflop"], 50), "ms", 0.7),
        Figure.at_most("holdem_preflop_p99", percentile(streets["preflop"], 99), "ms", 1.3),
        *(
            Figure.at_most(f"holdem_{name}_p99", percentile(streets[name], 99), "ms", 0.2)
            for name in ("flop", "turn", "river")
        ),
    ]


def _omaha(progress: Progress) -> list[Figure]:
    preflop, flop = [], []
    for name in ("omaha4", "omaha5", "omaha6"):
        progress(f"{name}: {DEALS_OMAHA} deals of as many players as the deck allows, pre-flop and on the flop")
        preflop.append(percentile(_over_deals(GAMES[name], 0, DEALS_OMAHA), 99))
        flop.append(percentile(_over_deals(GAMES[name], 3, DEALS_OMAHA), 99))
    progress("hi-lo against high, the same deals in turns")
    return [
        Figure.at_most("omaha_preflop_p99", max(preflop), "ms", 1.5),  # the slowest of the three games
        Figure.at_most("omaha_flop_p99", max(flop), "ms", 0.35),
        Figure.at_most("hilo_over_high", max(_hilo_over_high("omaha4"), _hilo_over_high("omaha5")), "x", 1.6),
    ]


def _hilo_over_high(name: str) -> float:
    """Return how much longer hi-lo takes over the same deals, before the flop."""
    random = Random(SEED)  # noqa: S311 - the same deals every time
    taken = [0.0, 0.0]
    for number in range(UNMEASURED + DEALS_OMAHA):
        hands, board = deal(GAMES[name], 0, random)
        rounds: tuple[list[float], list[float]] = ([], [])
        for _ in range(3):
            for side, game in enumerate((GAMES[name], GAMES[f"{name}hl"])):
                rounds[side].append(ask(game, hands, board))
        if number >= UNMEASURED:
            taken = [total + median(times) for total, times in zip(taken, rounds, strict=True)]
    return round(taken[1] / taken[0], 3)


def _many(progress: Progress) -> list[Figure]:
    progress(f"flops in batches of {BATCH}, 2 to 9 players")
    holdem = GAMES["holdem"]
    assert isinstance(holdem, BoardGame)
    generator = np.random.default_rng(SEED)
    slowest = float("inf")
    for players in range(2, 10):
        cards = generator.permuted(np.tile(np.arange(52), (BATCH, 1)), axis=1)
        hands = cards[:, : 2 * players].reshape(BATCH, players, 2)
        boards = cards[:, 2 * players : 2 * players + 3]
        taken = median(milliseconds(lambda: equity.count_many(holdem, hands, boards).equity()) for _ in range(3))  # noqa: B023
        slowest = min(slowest, 1000 * BATCH / taken)
    return [Figure.at_least("flop_deals_per_s", round(slowest), "/s", 20_000)]


def _longer(progress: Progress) -> list[Figure]:
    progress("stud on third street, and hands that were not read")
    stud, random = [], Random(SEED)  # noqa: S311
    for _ in range(5):
        cards = random.sample(DECK, 6)
        stud.append(milliseconds(lambda: equity.equity_of(GAMES["stud7"], [cards[:3], cards[3:]])))  # noqa: B023
    unread = {}
    for name, board in (("flop", "9s5s2c"), ("preflop", "")):
        hands = [parse_cards("AsAh"), parse_cards("KdQd"), (None, None)]
        ask_unread = lambda: equity.unread_equity(GAMES["holdem"], hands, parse_cards(board))  # noqa: B023, E731
        unread[name] = median(milliseconds(ask_unread) for _ in range(3))
    return [
        Figure.at_most("stud_third_street_ms", median(stud), "ms", 500),
        Figure.at_most("unread_hand_flop_ms", unread["flop"], "ms", 100),
        Figure.at_most("unread_hand_preflop_ms", unread["preflop"], "ms", 1000),
    ]


def _over_deals(game: Game, on_board: int, deals: int) -> list[float]:
    random = Random(SEED + on_board)  # noqa: S311
    taken = []
    for _ in range(UNMEASURED + deals):
        hands, board = deal(game, on_board, random)
        taken.append(round(median(ask(game, hands, board) for _ in range(3)), 4))
    return taken[UNMEASURED:]


def deal(game: Game, on_board: int, random: Random) -> tuple[list[str], str]:
    """Return the hands of 2 to 10 players, or as many as the deck allows, and a board, as text."""
    assert isinstance(game, BoardGame)
    players = random.randint(2, min(10, (len(DECK) - 8) // game.hole))
    cards = random.sample(DECK, game.hole * players + on_board)
    hands = ["".join(cards.pop() for _ in range(game.hole)) for _ in range(players)]
    return hands, "".join(cards)


def ask(game: Game, hands: list[str], board: str) -> float:
    """Return how long one equity takes, from text to counts."""
    return milliseconds(lambda: equity.equity_of(game, [parse_cards(hand) for hand in hands], parse_cards(board)))


def milliseconds(call: Callable[[], object]) -> float:
    """Return the CPU time of one call in this thread."""
    start = time.thread_time()
    call()
    return 1000 * (time.thread_time() - start)
