"""The stored tables are what the code makes, and many deals at once are what one at a time are."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from collector.cards import DECK, INDEX
from collector.equity import BoardGame, count_many, equity_of
from collector.equity.disjoint import count_pairs, draws
from collector.equity.large_tables import FILE, STORED, stored
from collector.equity.split import count_splits
from tests.collector.equity.games import game_of

from .rules import RULES


@pytest.mark.parametrize("name", STORED)
def test_a_stored_table_is_what_the_code_makes(name: str) -> None:
    with np.load(FILE) as file:
        kept = file[name]

    made = STORED[name]()

    assert kept.dtype == made.dtype
    assert np.array_equal(kept, made), "run: python -m tools.dev.equity_tables"


def test_the_file_holds_nothing_else() -> None:
    with np.load(FILE) as file:
        assert set(file.files) == set(STORED)


def test_a_table_is_made_where_the_file_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.equity.large_tables.FILE", FILE.with_name("no such file"))

    assert np.array_equal(stored("high_flush"), STORED["high_flush"]())


@pytest.mark.parametrize("name", [name for name, rules in RULES.items() if rules.shared])
@pytest.mark.parametrize("on_board", [0, 2, 3, 4, 5])
def test_many_deals_at_once_are_each_counted_as_one(name: str, on_board: int) -> None:
    game, random = game_of(name), Random(on_board)
    assert isinstance(game, BoardGame)
    deck = DECK[4 * game.ranking.lowest :]
    players, dead, deals = random.choice((2, 3)), random.choice((0, 3)), 2 if on_board < 3 else 12
    dealt = [random.sample(deck, players * game.hole + on_board + dead) for _ in range(deals)]
    cards = np.array([[INDEX[card] for card in cards] for cards in dealt])
    hands, boards, gone = np.split(cards, [players * game.hole, players * game.hole + on_board], axis=1)

    counts = count_many(game, hands.reshape(deals, players, game.hole), boards, gone)

    for number, known in enumerate(dealt):
        one = equity_of(
            game,
            [known[at * game.hole :][: game.hole] for at in range(players)],
            known[players * game.hole :][:on_board],
            known[players * game.hole + on_board :],
        )
        assert counts.deal(number) == one
        assert counts.runouts[number] == one.runouts
        assert counts.equity()[number] == pytest.approx([float(one.equity(player)) for player in range(players)])


@pytest.mark.parametrize(("cards", "sizes"), [(8, (3, 3)), (9, (2, 4)), (7, (0, 3)), (8, (4, 4)), (6, (1, 1))])
def test_pairs_of_draws_that_share_no_card_are_counted(cards: int, sizes: tuple[int, int]) -> None:
    generator = np.random.default_rng(cards)
    sets = [[frozenset(draw) for draw in draws(cards, size).T.tolist()] for size in sizes]
    highs = [generator.integers(0, 6, len(own)).astype(np.uint16) for own in sets]
    lows = [generator.integers(0, 4, len(own)).astype(np.uint8) for own in sets]
    expected: dict[tuple[int, int], int] = {}
    for one, first in enumerate(sets[0]):
        for other, second in enumerate(sets[1]):
            if not first & second:
                high = _winner(highs[0][one], highs[1][other])
                low = _winner(lows[0][one], lows[1][other]) if lows[0][one] or lows[1][other] else 0
                expected[high, low] = expected.get((high, low), 0) + 1

    assert count_splits(cards, sizes, (highs[0], highs[1]), (lows[0], lows[1])) == expected
    pairs = count_pairs(cards, sizes, highs[0], highs[1])
    assert pairs == {high: sum(number for (mask, _), number in expected.items() if mask == high) for high in (1, 2, 3)}


@pytest.mark.parametrize("pairs_per_bin", [0, 10**9])
def test_both_ways_to_count_splits_agree(pairs_per_bin: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.equity.split._PAIRS_PER_BIN", pairs_per_bin)

    test_pairs_of_draws_that_share_no_card_are_counted(9, (3, 3))


def _winner(first: int, second: int) -> int:
    return 1 if first > second else 2 if first < second else 3


def test_draws_are_numbered_as_they_are_promised() -> None:
    table = draws(6, 3)

    assert table.shape == (3, 20)
    assert table.T.tolist() == sorted(table.T.tolist(), key=lambda draw: draw[::-1])
