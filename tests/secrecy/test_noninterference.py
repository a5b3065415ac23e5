"""Two runs that differ in hidden cards alone are the same, byte for byte, to whoever may not see hidden cards.

What is compared is in docs/security.md. `python -m tests.secrecy.pairs 1 1 KIND` plays one pair and prints where its
runs part.
"""

from __future__ import annotations

from collections import Counter

import pytest

from collector.hand.games import GAMES
from collector.table.commands import COMMANDS
from tests.secrecy.leaks import LEAKS
from tests.secrecy.pairs import MOST, SLICE, Pair, played
from tests.secrecy.scripts import BY_FIELDS_OF_ITS_OWN, KINDS, SEATS

pytestmark = pytest.mark.timeout(300)
LEAST_LEAKS = 20


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """The pairs of `make test`."""
    return [played(kind, seed) for kind, seed in SLICE]


def test_pairs_that_differ_in_hidden_cards_alone_are_the_same_to_everybody_else(pairs: list[Pair]) -> None:
    assert len(pairs) >= 60
    assert [pair.difference for pair in pairs if pair.difference] == []


def test_the_pairs_have_every_command_for_every_seat_and_every_game(pairs: list[Pair]) -> None:
    sent = sum((pair.sent for pair in pairs), Counter())
    named = {each.type for each in COMMANDS if "seat" in each.model.model_fields} - BY_FIELDS_OF_ITS_OWN

    assert {each.type for each in COMMANDS} - {kind for kind, _ in sent} == set()
    assert {(kind, seat) for kind in named for seat in SEATS} - sent.keys() == set()
    assert set(GAMES) - {game for pair in pairs for game in pair.games} == set()


def test_the_pairs_do_differ_and_say_something(pairs: list[Pair]) -> None:
    """Else the test above would hold for runs in which nothing happens."""
    assert [pair.kind for pair in pairs if not pair.changed] == []
    assert all(len(pair.first) > 100 for pair in pairs)
    assert sum(pair.hidden_alerts for pair in pairs) > 200
    assert sum(pair.answers for pair in pairs) > 10


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_that_is_planted_is_found(name: str) -> None:
    leak, kinds = LEAKS[name]
    with leak():
        found = any(played(kind, seed).difference for seed, kind in enumerate(kinds, 1))

    assert found, f"{name}: no pair of {kinds} parts"


def test_there_are_leaks_enough() -> None:
    assert len(LEAKS) >= LEAST_LEAKS


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_many_more_pairs(kind: str) -> None:
    for seed in range(2, 2 + MOST // len(KINDS) + 1):
        assert played(kind, seed).difference is None
