"""Spots small enough to check by eye, for the games that few engines know. docs/equity.md tells them in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from collector.cards import DECK, parse_cards
from collector.equity import GAMES, Equity, equity_of, game_named
from collector.errors import BadInput


def spot(game: str, hands: str, board: str, coming: str = "") -> Equity:
    """Count a spot in which only the cards of `coming` are left in the deck."""
    named = game_named("pineapple", 3) if game == "lazy pineapple" else GAMES[game]
    assert named is not None
    read, lying, left = [parse_cards(hand) for hand in hands.split()], parse_cards(board), parse_cards(coming)
    used = {*lying, *left, *(card for hand in read for card in hand)}
    deck = DECK[4 * named.ranking.lowest :]
    dead = [card for card in deck if card not in used] if coming else ()
    return equity_of(named, read, lying, dead)


@pytest.mark.parametrize(
    ("hands", "board", "winner"),
    [
        ("AsKsQs 2c2h7d", "Js9s2d3h4c", 2),  # three spades in the hand, but only two may play: no flush, trips win
        ("AsKsQs 2c2h7d", "Js9s5s2d3h", 1),  # three on the board: ace and king make the flush
        ("AsKsJd 9c9h7d", "QsTs4d5h6c", 2),  # two spades and two on the board are four; the pair of nines wins
        ("AsKd2c Th3h7c", "QsJdTs4h5c", 1),  # ace and king make the straight
        ("2c3d4h 5c6d8h", "9sTsJsQsKs", 3),  # the board plays for both: no own card has to
    ],
)
def test_lazy_pineapple_plays_two_of_three_at_most(hands: str, board: str, winner: int) -> None:
    assert spot("lazy pineapple", hands, board).counts == {winner: 1}


def test_texts_are_read_as_cards() -> None:
    cards = equity_of(GAMES["holdem"], [parse_cards("AsAh"), parse_cards("KdKc")], parse_cards("9s5s2c"))

    assert equity_of("holdem", ["AsAh", "KdKc"], "9s5s2c") == cards
    assert equity_of("pineapple", ["AsAh2d", "KdKc3d"], "9s5s2cJdTh").counts == {1: 1}
    with pytest.raises(BadInput, match="'stud' is not known here; choose one of: holdem"):
        equity_of("stud", ["AsAh", "KdKc"])


def test_pineapple_after_the_discard_is_holdem_without_the_discards() -> None:
    hands = [parse_cards("AsAh"), parse_cards("KdKc")]
    discards = parse_cards("2c7h")

    assert equity_of(GAMES["pineapple"], hands, (), discards) == equity_of(GAMES["holdem"], hands, (), discards)


@pytest.mark.parametrize(
    ("hands", "board", "winner"),
    [
        ("AsKhQd7d2c JdTd9c8c3h", "KsKdQcQh4d", 1),  # king and queen: kings full of queens
        ("AsAhAdAc2c 9h8h3d4d6c", "7h5h2h5dJc", 2),  # four aces are two aces here, and lose to the flush
        ("AsQhJd7d2c 9h8c3d4d6c", "KsTs8s5s2h", 2),  # one spade makes no flush; a pair of eights beats deuces
    ],
)
def test_courchevel_plays_exactly_two_of_five(hands: str, board: str, winner: int) -> None:
    assert spot("courchevel", hands, board).counts == {winner: 1}


def test_courchevel_with_two_cards_that_can_come() -> None:
    # First has the nut flush draw in spades, second a set of kings; 2s and 9c are all that is left.
    result = spot("courchevel", "AsQs7d3h2c KhKd9h8d4d", "KsTs5h6c", "2s9c")

    assert result.counts == {1: 1, 2: 1}


def test_courchevel_hi_lo_quarters_a_pot() -> None:
    # Board 8-7-6-K-K. Both play A-2 for 8-7-6-2-A; first has kings full as well, so he takes half and a quarter.
    result = spot("courchevelhl", "AsAd2cKhQh AhQd2dJcTc", "8s7d6hKsKd")

    assert result.halves == {(1, 3): 1}
    assert [result.equity(player) for player in (0, 1)] == [Fraction(3, 4), Fraction(1, 4)]
    assert result.hi_lo(0)._asdict() == {"winhi": 1, "tiehi": 0, "winlo": 0, "tielo": 1, "scoop": 0}


def test_a_pot_without_a_low_goes_to_the_high() -> None:
    result = spot("courchevelhl", "AsAd2cKhQh Ah3d2dJcTc", "8s9d6hKsKd")

    assert result.halves == {(1, 0): 1}
    assert result.hi_lo(0).scoop == 1


@pytest.mark.parametrize(
    ("game", "hands", "winner"),
    [
        ("razz", "As2d3c4h6sKdKh 2s3d4c5h7sQdQh", 1),  # 6-4-3-2-A beats 7-5-4-3-2
        ("razz", "As2d3c4h5s6d7h 2s3h4c5hAhKdQh", 3),  # straights count for nothing: two wheels
        ("razz", "AsAd3c3h8s8dKd KsKhQsQh7s7h2d", 1),  # a pair of aces beats a pair of sevens
        ("draw27", "7s5d4c3h2s 6h5c4d3s2d", 1),  # 6-5-4-3-2 is a straight
        ("draw27", "As5d4c3h2s Kh5c4d3s2d", 2),  # an ace is high: king-five beats ace-five
        ("draw27", "9s5s4s3s2s Th5c4d3s2d", 2),  # a flush loses to ten-five
        ("draw27", "KsQdJcTh8s 2s2d3c4h5s", 1),  # king high beats the smallest pair
        ("draw5", "7s5d4c3h2s 6h5c4d3s2d", 2),
    ],
)
def test_lows_are_read_as_their_game_reads_them(game: str, hands: str, winner: int) -> None:
    assert spot(game, *hands_apart(hands)).counts == {winner: 1}


def hands_apart(hands: str) -> tuple[str, str]:
    """Return the hands with every card once: a card that both name is another suit's in the second."""
    first, second = hands.split()
    cards = list(parse_cards(first))
    for card in parse_cards(second):
        cards.append(next(other for other in (card, *(card[0] + suit for suit in "cdhs")) if other not in cards))
    return f"{''.join(cards[: len(first) // 2])} {''.join(cards[len(first) // 2 :])}", ""


def test_stud_with_two_cards_left_for_two_players() -> None:
    # First holds aces up, second a flush draw with one card to come each: of 2h and 9c, he needs the heart.
    result = spot("stud7", "AsAdKcKd7h8c QhJh5h4h3cTs", "", "2h9c")

    assert result.counts == {1: 1, 2: 1}
    assert result.runouts == 2


def test_stud_hi_lo_splits_and_scoops() -> None:
    result = spot("stud7hl", "As2d3c4h5s9d9c KsKhKdKcQsQh2h", "")

    assert result.halves == {(2, 1): 1}
    assert spot("stud7hl", "As2s3s4s5s9d9c KsKhKdKcQsQh2h", "").hi_lo(0).scoop == 1  # a straight flush is both


def test_a_draw_counts_the_cards_that_can_come() -> None:
    # Drawing one to 2-3-4-7 against a made 9-8: a five, a six and a nine (9-7) win, a king and a pair lose.
    result = spot("draw27", "2s3h4c7d 9s8d6c4h3s", "", "5c6dKh2d9c")

    assert result.counts == {1: 3, 2: 2}


def test_short_deck_in_its_two_rankings() -> None:
    hands, board = [parse_cards("9s9h"), parse_cards("AsTd")], parse_cards("9d8h7cJcKd")
    flush_hands, flush_board = [parse_cards("AhTh"), parse_cards("9s9h")], parse_cards("9d8h8dKhQh")
    trips = game_named("shortdeck", 2, "trips")
    assert trips is not None

    assert equity_of(GAMES["shortdeck"], hands, board).counts == {2: 1}  # a straight beats three nines
    assert equity_of(trips, hands, board).counts == {1: 1}
    for game in (GAMES["shortdeck"], trips):
        assert equity_of(game, flush_hands, flush_board).counts == {1: 1}  # a flush beats a full house
