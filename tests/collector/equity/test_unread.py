"""What is said of cards that were not read, held against every way to fill them in."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from collector.cards import DECK, Card, parse_cards
from collector.equity import GAMES, Cancelled, Game, equity_of, game_named, unread_equity
from collector.equity.unread import Known, Partial, completed_exactly
from collector.errors import BadInput


def hand(text: str) -> list[Card | None]:
    return [None if text[at] == "?" else Card(text[at : at + 2]) for at in range(0, len(text), 2)]


def asked(game: Game, hands: str, board: str = "", dead: str = "") -> Partial:
    return unread_equity(game, [hand(text) for text in hands.split()], parse_cards(board), parse_cards(dead))


def filled_in(game: Game, hands: list[Known], board: str) -> list[list[Fraction]]:
    """Return the equities of each completion, one equity at a time."""
    known = {card for cards in hands for card in cards} | {*parse_cards(board)}
    left = [card for card in DECK[4 * game.ranking.lowest :] if card not in known]
    found = []
    for completion in combinations(left, sum(card is None for cards in hands for card in cards)):
        coming = iter(completion)
        full = [[next(coming) if card is None else card for card in cards] for cards in hands]
        result = equity_of(game, full, parse_cards(board))
        found.append([result.equity(player) for player in range(len(hands))])
    return found


@pytest.mark.parametrize(
    ("game", "hands", "board"),
    [
        ("holdem", "AsAh ????", "9s5s2cJd"),
        ("holdem", "AsAh Kd?? QhJh", "9s5s2c"),
        ("holdem", "AsAh Kd?? QhJh", ""),
        ("shortdeck", "AsAh ????", "9s7s6c"),
        ("omaha4", "AsAhKsKh JdTd9c??", "9s7d2s"),
        ("omaha4", "AsAhKsKh JdTd????", "9s7d2s4h"),
        ("omaha4hl", "As2hKsKh JdTd9c??", "9s7d2s"),
        ("stud7", "AsAhKd2c7d9c QsQdJhTh8h??", ""),
        ("razz", "As3hKd2c7d QsQdJhTh??", ""),
    ],
)
def test_the_average_and_the_extremes_are_over_every_completion(game: str, hands: str, board: str) -> None:
    partial = asked(GAMES[game], hands, board)

    every = filled_in(GAMES[game], [hand(text) for text in hands.split()], board)
    assert partial.average.exact
    assert partial.completions == len(every)
    for player, equities in enumerate(zip(*every, strict=True)):
        assert partial.average.equity(player) == sum(equities, Fraction(0)) / len(every)
        assert partial.lowest[player].equity == min(equities)
        assert partial.highest[player].equity == max(equities)


@pytest.mark.parametrize(
    ("game", "hands", "board"),
    [
        ("holdem", "AsAh ???? ????", "9s5s2cJd"),
        ("omaha4", "AsAhKsKh ????????", "9s7d2s"),
        ("holdem", "AsAh ??Kd Qh??", ""),
    ],
)
def test_more_than_one_unread_hand_is_a_sample_with_its_error(game: str, hands: str, board: str) -> None:
    partial = asked(GAMES[game], hands, board)

    assert not partial.average.exact
    assert partial.lowest == ()
    assert all(0 < partial.average.standard_error(player) < 0.005 for player in range(partial.average.players))
    assert sum(partial.average.equity(player) for player in range(partial.average.players)) == 1


def test_a_sample_is_near_what_is_exact() -> None:
    game = GAMES["holdem"]
    sample = asked(game, "AsAh ??Kd Qh??", "9s5s2cJd").average

    exact = filled_in(game, [hand("AsAh"), hand("??Kd"), hand("Qh??")], "9s5s2cJd")
    both_ways = filled_in(game, [hand("AsAh"), hand("Kd??"), hand("??Qh")], "9s5s2cJd")
    for player in range(3):
        mean = sum(float(equities[player]) for equities in exact) / len(exact)
        assert len(exact) == len(both_ways)
        assert abs(float(sample.equity(player)) - mean) < 0.02


def test_the_same_question_has_the_same_answer() -> None:
    assert asked(GAMES["holdem"], "AsAh ???? ????") == asked(GAMES["holdem"], "AsAh ???? ????")


def test_an_unread_stud_card_is_one_more_to_come() -> None:
    partial = asked(GAMES["stud7"], "AsAhKd2c QsQdJhTh??9h")

    assert partial.average.equity(0) == equity_of(
        GAMES["stud7"], [parse_cards("AsAhKd2c"), parse_cards("QsQdJhTh9h")]
    ).equity(0)


def test_a_question_can_be_withdrawn() -> None:
    looks = []

    def withdrawn() -> bool:
        looks.append(1)
        return len(looks) == 3

    with pytest.raises(Cancelled, match="withdrawn"):
        unread_equity(GAMES["holdem"], [hand("AsAh"), hand("????")], cancelled=withdrawn)
    assert len(looks) == 3


def test_what_is_exact_is_fixed_by_the_question() -> None:
    lazy = game_named("pineapple", 3)
    assert lazy is not None
    assert completed_exactly(GAMES["holdem"], [0, 2], 50)
    assert not completed_exactly(GAMES["holdem"], [1, 1], 48)
    assert not completed_exactly(lazy, [0, 3], 46)
    assert completed_exactly(GAMES["omaha6"], [1, 0], 41)


def test_a_card_in_two_places_is_refused_also_beside_unread_ones() -> None:
    with pytest.raises(BadInput, match="As is already in hand 1"):
        asked(GAMES["holdem"], "AsAh ??As")
