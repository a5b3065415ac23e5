"""Other engines, asked the same in the same run. How many times as long they take, in CPU time of the whole process.

poker-equity counts every board, as we do. eval7, phevaluator and treys rank hands; what is measured is the loop over
the boards of a flop that their users write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import combinations
from statistics import median
from typing import Final

from collector.cards import DECK, Card, parse_cards
from collector.equity import GAMES, equity_of
from tools.bench.report import Figure, Progress

ROUNDS: Final = 5
OURS_PER_ROUND: Final = 20
LIMIT: Final = 100.0

Ask = Callable[[], object]
Ranker = tuple[Callable[[Card], object], Callable[..., float]]
"""How a peer writes a card, and how it ranks a list of them: lower is better."""


def peer_figures(progress: Progress) -> list[Figure]:
    """Return how many times as long each peer takes; a peer that is not installed is a missed figure that says so."""
    asked: list[tuple[str, str, float, Ask, Ask]] = [
        ("vs_poker_equity_aa_kk", "poker_equity", LIMIT, *_counted("holdem", "holdem", ("AsAh", "KdKc"))),
        ("vs_poker_equity_plo", "poker_equity", LIMIT, *_counted("omaha4", "omaha", ("AsAhKsKh", "JdTd9c8c"))),
        ("vs_eval7_flop", "eval7", 1.0, *_looped(_eval7)),
        ("vs_phevaluator_flop", "phevaluator", 1.0, *_looped(_phevaluator)),
        ("vs_treys_flop", "treys", 1.0, *_looped(_treys)),
    ]
    figures = []
    for name, module, limit, ours, theirs in asked:
        if find_spec(module) is None:
            progress(f"{module} is not installed, so {name} was NOT measured; `make setup` installs it")
            figures.append(Figure(name, 0.0, "x NOT INSTALLED", f">= {limit:g}", met=False))
            continue
        progress(f"{name}: in turns with {module}")
        figures.append(Figure.at_least(name, round(_ratio(ours, theirs), 1), "x", limit))
    return figures


def _counted(ours: str, theirs: str, hands: tuple[str, str]) -> tuple[Ask, Ask]:
    def ask_them() -> object:
        return import_module("poker_equity").exact_from_text(theirs, list(hands))

    return lambda: equity_of(GAMES[ours], [parse_cards(hand) for hand in hands]), ask_them


def _looped(ranker: Callable[[], Ranker]) -> tuple[Ask, Ask]:
    """Return our question and theirs: AhKh against QsQd on JhTh2c."""
    hands, flop = [parse_cards("AhKh"), parse_cards("QsQd")], parse_cards("JhTh2c")

    def ask_them() -> object:
        card, rank = ranker()
        first, second, board = ([card(text) for text in cards] for cards in (*hands, flop))
        left = [card(text) for text in DECK if text not in {*hands[0], *hands[1], *flop}]
        wins = 0
        for two in combinations(left, 2):
            wins += rank([*first, *board, *two]) < rank([*second, *board, *two])
        return wins

    return lambda: equity_of(GAMES["holdem"], hands, flop), ask_them


def _eval7() -> Ranker:
    eval7 = import_module("eval7")
    return eval7.Card, lambda cards: -eval7.evaluate(cards)


def _phevaluator() -> Ranker:
    evaluate = import_module("phevaluator").evaluate_cards
    return DECK.index, lambda cards: evaluate(*cards)  # cards by the same index as ours


def _treys() -> Ranker:
    treys = import_module("treys")
    evaluator = treys.Evaluator()
    return treys.Card.new, lambda cards: evaluator.evaluate(cards[:2], cards[2:])


def _ratio(ours: Ask, theirs: Ask) -> float:
    """Return their CPU time over ours, medians of calls that take turns."""
    theirs()
    ours()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        taken[0].append(_cpu(theirs))
        taken[1].append(median(_cpu(ours) for _ in range(OURS_PER_ROUND)))
    return median(taken[0]) / median(taken[1])


def _cpu(call: Ask) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start
