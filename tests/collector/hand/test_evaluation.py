"""Which hand beats which, and what it is called."""

from __future__ import annotations

import random

import pytest
from pokerkit import Card as JudgeCard
from pokerkit import StandardHighHand

from collector.cards import DECK, parse_cards
from collector.hand.evaluation import describe, evaluate

LADDER = (
    ("7h5d4c3s2d", "Seven High"),
    ("AhQd9c7s2d", "Ace High"),
    ("2c2dAhKsQd", "Pair of Deuces"),
    ("TcTdAhKsQd", "Pair of Tens"),
    ("3c3d2h2sAd", "Two Pair, Threes and Deuces"),
    ("JcJd4h4sAd", "Two Pair, Jacks and Fours"),
    ("6c6d6hAsKd", "Three of a Kind, Sixes"),
    ("Ac2d3h4s5d", "Straight, Five high"),
    ("5c6d7h8s9d", "Straight, Nine high"),
    ("AcKdQhJsTd", "Straight, Ace high"),
    ("7h5h4h3h2h", "Flush, Seven high"),
    ("AhQh9h7h2h", "Flush, Ace high"),
    ("2c2d2hAsAd", "Full House, Deuces full of Aces"),
    ("AcAdAhKsKd", "Full House, Aces full of Kings"),
    ("2c2d2h2sAd", "Four of a Kind, Deuces"),
    ("Ac2c3c4c5c", "Straight Flush, Five high"),
    ("5h6h7h8h9h", "Straight Flush, Nine high"),
    ("AsKsQsJsTs", "Royal Flush"),
)


def test_each_hand_of_the_ladder_beats_the_one_before() -> None:
    ranks = [evaluate(parse_cards(text)) for text, _ in LADDER]

    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(("text", "words"), LADDER)
def test_a_hand_is_named_in_the_dealers_words(text: str, words: str) -> None:
    assert describe(parse_cards(text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AcAdAhKsKdKh2c", "Full House, Aces full of Kings"),
        ("AcAdKsKdQhQc2c", "Two Pair, Aces and Kings"),
        ("2h3h4h5h6hAh9c", "Straight Flush, Six high"),
        ("AhKhQhJh9hTc8h", "Flush, Ace high"),
        ("2c3d4h5s6d7hAc", "Straight, Seven high"),
        ("AcAdAhAsKdKhKc", "Four of a Kind, Aces"),
        ("AcKd", "Ace High"),
        ("TcTd", "Pair of Tens"),
    ],
)
def test_the_best_five_count(text: str, words: str) -> None:
    assert describe(parse_cards(text)) == words


def test_suits_and_sixth_cards_break_no_tie() -> None:
    assert evaluate(parse_cards("AcKdQhJs9d3c2c")) == evaluate(parse_cards("AdKcQsJh9c5c4h"))


def test_the_kicker_of_quads_and_of_two_pair_is_the_best_card_left() -> None:
    board = "KcKdKhKsQ"

    assert evaluate(parse_cards(f"{board}dQc2c")) < evaluate(parse_cards(f"{board}dQcAc"))
    assert evaluate(parse_cards("JcJd4h4s3d3hAc")) > evaluate(parse_cards("JcJd4h4s3d3hKc"))


def test_a_card_read_twice_does_not_crash_the_ranking() -> None:
    ace = DECK[-1]

    assert evaluate((ace,) * 7) > 0
    assert evaluate(()) == 0
    assert describe(()) == "No cards"


@pytest.mark.parametrize("size", [5, 6, 7])
def test_random_hands_rank_as_an_outside_judge_ranks_them(size: int) -> None:
    rng = random.Random(size)

    def judged(cards: list[str]) -> StandardHighHand:
        return StandardHighHand.from_game(tuple(JudgeCard.parse("".join(cards))))

    for _ in range(150):
        drawn = rng.sample(DECK, 2 * size - 3)  # two hands that share three cards
        one, two = drawn[:size], drawn[size - 3 :]
        ours = (evaluate(one) > evaluate(two)) - (evaluate(one) < evaluate(two))
        a, b = judged(one), judged(two)
        assert ours == (a > b) - (a < b), (one, two)
