"""Cards that cannot lie like that are refused, with what, where and what to do."""

from __future__ import annotations

import pytest

from collector.cards import DECK, Card
from collector.equity import holdem
from collector.errors import BadCard, BadInput

from .deals import dealt

TEN = "2c7d 3h8s 4d9c 5sTh 6cJd 7hQs 8dKc 9sAh TcJs QdKh"


def refusal(hands: list[str], board: str = "", dead: str = "") -> BadInput:
    def cards(text: str) -> list[Card]:
        return [Card(text[at : at + 2]) for at in range(0, len(text), 2)]

    with pytest.raises(BadInput) as refused:
        holdem([cards(hand) for hand in hands], cards(board), cards(dead))
    return refused.value


@pytest.mark.parametrize(
    ("hands", "board", "dead", "message"),
    [
        (["AsAs", "KdKc"], "", "", "hand 1: As is already in hand 1; every card exists once"),
        (["AsAh", "KdAs"], "", "", "hand 2: As is already in hand 1"),
        (["AsAh", "KdKc"], "2c3cKd", "", "the board: Kd is already in hand 2"),
        (["AsAh", "KdKc"], "2c3c4c", "4c", "the dead cards: 4c is already in the board"),
        (["AsAh", "KdKc"], "", "9c9c", "the dead cards: 9c is already in the dead cards"),
    ],
)
def test_a_card_in_two_places_is_refused_naming_both(hands: list[str], board: str, dead: str, message: str) -> None:
    error = refusal(hands, board, dead)

    assert error.code == "DUPLICATE_CARD"
    assert message in error.message


def test_a_card_that_does_not_exist_is_refused() -> None:
    error = refusal(["AsAh", "Kd1c"])

    assert isinstance(error, BadCard)
    assert "'1c' is not a card; write rank then suit" in error.message


@pytest.mark.parametrize(("hand", "said"), [("", "no cards"), ("As", "As"), ("AsAhAd", "AsAhAd")])
def test_a_hand_needs_two_cards(hand: str, said: str) -> None:
    error = refusal(["KdKc", hand])

    assert error.code == "HOLE_CARD_COUNT"
    assert error.message == f"hand 2: {said}; Hold'em needs 2 cards for each player"


@pytest.mark.parametrize("hands", [[], ["AsAh"], [*TEN.split(), "AcAd"]])
def test_fewer_than_two_and_more_than_ten_players_are_refused(hands: list[str]) -> None:
    error = refusal(hands)

    assert error.code == "PLAYER_COUNT"
    assert f"hands: {len(hands)} given; an equity needs 2 to 10 hands" in error.message


def test_a_sixth_board_card_is_refused() -> None:
    error = refusal(["AsAh", "KdKc"], "2c3c4c5c6c7c")

    assert error.code == "BOARD_CARD_COUNT"
    assert error.message == "board: 6 cards (2c3c4c5c6c7c); give at most 5"


def test_dead_cards_must_leave_enough_to_complete_the_board() -> None:
    deal = dealt("AsAh KdKc")
    rest = [card for card in DECK if card not in {*deal.hands[0], *deal.hands[1]}]

    with pytest.raises(BadInput, match="44 cards leave 4 in the deck, but the board needs 5 more; take out") as refused:
        holdem(deal.hands, (), rest[4:])

    assert refused.value.code == "TOO_FEW_CARDS"
    assert holdem(deal.hands, (), rest[5:]).runouts == 1
    assert holdem(deal.hands, rest[:5], rest[5:]).runouts == 1
