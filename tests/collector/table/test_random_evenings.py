"""Two independent models of obligations on random evenings: `blind_book`, from the books alone, and the live table.

Players join, leave, sit out, come back, change seats, lose all chips and buy in again; deals are void; there are bomb
pots, straddles, posts by name, stud in a mixed game, bought buttons and buttons that are set.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from collector.hand import obligations
from tests.collector.hand.going import WITH_BLINDS
from tests.collector.table.nights import STUD_OF, Night

HANDS = 14
EVENINGS = 300


def night(seed: int, hands: int = HANDS, game: str | None = None) -> None:
    """Play an evening; a difference names the seed, and what was said at the table."""
    evening = Night(seed, game)
    try:
        for _ in range(hands):
            evening.hand()
            evening.changes()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}\n" + "\n".join(evening.told)) from error


def play(seeds: Iterable[int]) -> None:
    for seed in seeds:
        night(seed)


def test_two_independent_models_agree_on_random_evenings() -> None:
    play(range(EVENINGS))


@pytest.mark.parametrize("game", [*WITH_BLINDS, *STUD_OF])
def test_two_independent_models_agree_in_every_game_with_blinds(game: str) -> None:
    first = 1000 * (1 + [*WITH_BLINDS, *STUD_OF].index(game))  # other evenings than those of other games
    for seed in range(first, first + 9):
        night(seed, game=game)


@pytest.mark.soak
def test_two_independent_models_agree_on_very_many_random_evenings() -> None:
    play(range(EVENINGS, 100_000))


def test_a_debt_that_the_engine_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obligations, "_missed", lambda owes, last, now: owes)

    with pytest.raises(AssertionError, match="seed"):
        play(range(20))
