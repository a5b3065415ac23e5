"""What must hold of every equity, and the deals in which counting goes wrong first."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest

from collector.cards import Card
from collector.equity import Equity, holdem, warm
from collector.equity.rankings import ACE_TO_FIVE, DEUCE_TO_SEVEN, HIGH, SHORT, SHORT_TRIPS, Ranking, classes

from .deals import Dealt, dealt, random_deal

TEN = "2c7d 3h8s 4d9c 5sTh 6cJd 7hQs 8dKc 9sAh TcJs QdKh"


def equity(hands: str, board: str = "", dead: str = "") -> Equity:
    deal = dealt(hands, board, dead)
    return holdem(deal.hands, deal.board, deal.dead)


@pytest.mark.parametrize(
    ("ranking", "hands"),
    [(HIGH, 7462), (SHORT, 1404), (SHORT_TRIPS, 1404), (ACE_TO_FIVE, 6175), (DEUCE_TO_SEVEN, 7462)],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_ranking_tells_as_many_hands_apart_as_there_are(ranking: Ranking, hands: int) -> None:
    assert classes(ranking).total == hands


def test_every_board_is_counted_once_and_the_shares_make_one_pot() -> None:
    for seed in range(60):
        deal = random_deal(seed, seed % 6, 52)

        result = holdem(deal.hands, deal.board, deal.dead)

        assert sum(result.counts.values()) == result.runouts
        assert sum(result.equity(player) for player in range(result.players)) == 1
        assert all(boards > 0 for boards in result.counts.values())


def test_a_royal_flush_on_the_board_is_shared_by_all_ten() -> None:
    result = equity("2c7d 3h8s 4d9c 5s4h 6c5d 7h6s 8d7c 9s8h 3c2s 2d3d", "AhKhQhJhTh")

    assert result.counts == {1023: 1}
    assert {result.equity(player) for player in range(10)} == {Fraction(1, 10)}
    assert [result.win(9), result.tie(9)] == [0, 1]


def test_ten_players_and_their_neighbours_share_no_bits() -> None:
    result = equity(TEN)

    assert result.runouts == 201_376
    assert sum(result.counts.values()) == 201_376
    assert max(result.counts).bit_length() == 10


def test_on_the_river_one_board_is_left() -> None:
    assert equity("AsAh KdKc", "2c3c4d5d9h").counts == {1: 1}
    assert equity("AsAh KdKc", "2c3c4d9dKh").counts == {2: 1}
    assert equity("AsAh AdAc", "2c3c4d5dKh").counts == {3: 1}


@pytest.mark.parametrize(
    ("hands", "board", "winners"),
    [
        ("AhKh 2s2c", "QhJhTh2d2h", 1),  # royal flush over quads
        ("Ah9h KsKc", "KhQh2h2d2c", 2),  # a full house over a flush
        ("Ah9h QsQd", "Kh8h2h2d2c", 2),  # the full house does not need the flush's suit
        ("Ah9h QsJd", "Kh8h2h2d3c", 1),  # a flush over two pair
        ("6h2c AhAs", "7h8h9hThKc", 1),  # the low end of a straight flush over the nut flush
        ("5h4h AhKd", "2h3h6h9hTh", 1),  # a straight flush from the middle of six suited cards
        ("Ah2h KhKd", "3h4h5h9sKs", 1),  # the wheel as a straight flush
        ("AsKd AdKc", "2h3h4h5h6h", 3),  # everyone plays the board
        ("7hKd AdKc", "2h3h4h5h6h", 1),  # one more card beats the board
        ("As2d 6c2s", "3h4h5s9h9d", 2),  # a six-high straight over the wheel
        ("KsKd QsQd", "AhKh2c2s2d", 1),  # the better of two full houses
        ("KsJd Kd2c", "KhAdAcQs7d", 3),  # a kicker that does not play
        ("8s8d 7s7c", "9h9d9cThTs", 3),  # pairs below the board's full house
    ],
)
def test_the_right_hand_wins(hands: str, board: str, winners: int) -> None:
    assert equity(hands, board).counts == {winners: 1}


def test_hands_alike_but_for_the_suit_have_the_same_chance() -> None:
    result = equity("AcKc AdKd AhKh AsKs")

    assert len({result.equity(player) for player in range(4)}) == 1
    assert result.equity(0) == Fraction(1, 4)


def test_the_names_of_the_suits_do_not_matter() -> None:
    for seed in (1, 6, 9):
        deal = random_deal(seed, seed % 4, 30)
        plain = holdem(deal.hands, deal.board, deal.dead)
        for suits in permutations("cdhs"):
            named = str.maketrans("cdhs", "".join(suits))
            other = Dealt(
                tuple(tuple(Card(card.translate(named)) for card in hand) for hand in deal.hands),
                tuple(Card(card.translate(named)) for card in deal.board),
                tuple(Card(card.translate(named)) for card in deal.dead),
            )

            assert holdem(other.hands, other.board, other.dead) == plain


def test_the_order_of_cards_and_players_does_not_matter() -> None:
    deal = dealt("AhKd QsQc 7h6h", "9h8s2c", "4d3d")
    plain = holdem(deal.hands, deal.board, deal.dead)

    turned = holdem([hand[::-1] for hand in reversed(deal.hands)], deal.board[::-1], deal.dead[::-1])

    assert turned.basis_points() == plain.basis_points()[::-1]
    assert turned.runouts == plain.runouts


def test_a_dead_card_cannot_come() -> None:
    assert equity("AsAh KdKc", "2c7s9hJd", "KhKs").counts == {1: 42}
    assert equity("AsAh KdKc", "2c7s9hJd").counts == {1: 42, 2: 2}


def test_basis_points_round_a_half_up() -> None:
    result = Equity(players=2, runouts=20_000, counts={1: 1, 2: 19_998, 3: 1})

    assert result.basis_points() == ((1, 1, 1), (9999, 9999, 1))  # 0.75, 0.5, 0.5; 9999.25, 9999, 0.5


def test_a_pot_shared_by_three_is_exact() -> None:
    result = Equity(players=3, runouts=1, counts={7: 1})

    assert result.equity(1) == Fraction(1, 3)
    assert result.basis_points() == ((3333, 0, 10000),) * 3


def test_a_result_cannot_be_changed() -> None:
    result = Equity(players=2, runouts=1, counts={1: 1})

    with pytest.raises(AttributeError):
        result.runouts = 2  # type: ignore[misc]


def test_warming_up_changes_no_answer() -> None:
    hands = ((Card("As"), Card("Kd")), (Card("7c"), Card("7h")))
    cold = holdem(hands, ())

    warm()
    warm()

    assert holdem(hands, ()) == cold
