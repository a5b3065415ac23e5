"""Which cards play, and the ids of what they make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.cards import Card, Shape, parse_cards
from collector.hand.best import best
from collector.hand.games import GAMES, Game


def made(game: str, hole: str, board: str = "") -> list[tuple[str, str, str, str]]:
    found = best(GAMES[game], parse_cards(hole), [parse_cards(board)])
    return [(each.half, each.kind, each.ranks, "".join(sorted(each.cards))) for each in found]


@pytest.mark.parametrize(
    ("game", "hole", "board", "wanted"),
    [
        ("holdem", "AsAh", "AdKcKd7h2c", ("high", "full_house", "AK", "AdAhAsKcKd")),
        ("holdem", "7s2h", "AsKsQsJsTs", ("high", "royal_flush", "A", "AsJsKsQsTs")),
        ("holdem", "AsKd", "5h4c3d", ("high", "high_card", "AK543", "3d4c5hAsKd")),
        ("omaha", "AsKs7d2c", "QsJsTs9s8s", ("high", "royal_flush", "A", "AsJsKsQsTs")),
        ("omaha", "As7d6c2c", "KsQsJsTs3d", ("high", "high_card", "AKQJ7", "7dAsJsKsQs")),
        ("short_deck", "As6h", "7d8c9sKdKh", ("high", "straight", "9", "6h7d8c9sAs")),
        ("short_deck", "AsKs", "9s8s6sKdKh", ("high", "flush", "AK986", "6s8s9sAsKs")),
        ("razz", "As2d3h4c8sKdKh", "", ("low", "low", "8432A", "2d3h4c8sAs")),
        ("single_draw_27", "7s5h4d3c2s", "", ("low", "low", "75432", "2s3c4d5h7s")),
        ("single_draw_27", "6s5h4d3c2s", "", ("low", "straight", "6", "2s3c4d5h6s")),
        ("badugi", "As2d3h3c", "", ("badugi", "badugi_3", "32A", "2d3hAs")),
        ("badugi", "As2d3h4c", "", ("badugi", "badugi", "432A", "2d3h4cAs")),
    ],
)
def test_the_cards_that_play_and_what_they_are_called(
    game: str, hole: str, board: str, wanted: tuple[str, str, str, str]
) -> None:
    assert made(game, hole, board) == [wanted]


def test_a_low_is_named_only_where_it_qualifies() -> None:
    assert [half for half, *_ in made("omaha_hi_lo", "As2sKdKh", "3h4d5cKsQc")] == ["high", "low"]
    assert [half for half, *_ in made("omaha_hi_lo", "As2sKdKh", "3h9dTcKsQc")] == ["high"]


def test_each_board_has_its_own_and_one_of_two_cards_has_none() -> None:
    found = best(
        GAMES["holdem"], parse_cards("AsAh"), [parse_cards("AdKcKd"), parse_cards("7h2c"), parse_cards("Qc5d3h")]
    )

    assert [(each.board, each.kind) for each in found] == [(1, "full_house"), (3, "pair")]


def test_of_equal_choices_the_cards_of_the_hand_play() -> None:
    assert made("holdem", "QsJd", "AhAcKdKsQd") == [("high", "two_pair", "AKQ", "AcAhKdKsQs")]


Deal = tuple[Game, tuple[Card, ...], tuple[Card, ...]]


@st.composite
def dealt(draw: st.DrawFn) -> Deal:
    game = draw(st.sampled_from(list(GAMES.values())))
    size = draw(st.sampled_from([3, 4, 5])) if game.board_size else 0
    cards = draw(st.permutations(game.deck))
    return game, tuple(cards[: game.hole]), tuple(cards[game.hole : game.hole + size])


@given(dealt())
def test_the_cards_that_play_are_worth_what_the_whole_hand_is(
    deal: Deal,
) -> None:
    game, hole, board = deal

    found = {each.half: each for each in best(game, hole, [board])}

    for half in game.halves:
        strength = half.strength(hole, board)
        assert (half.name in found) == bool(strength)
        if strength:
            cards = found[half.name].cards
            own, common = tuple(c for c in cards if c in hole), tuple(c for c in cards if c in board)
            assert half.strength(own, common) == strength
            assert half.from_hand in (None, len(own))
            assert half.describe(own, common) == half.describe(hole, board)


WORDS = {shape.name.lower(): shape.value for shape in Shape} | {"royal_flush": "Royal Flush", "low": "low"}


@given(dealt())
def test_an_id_says_what_the_words_say(deal: Deal) -> None:
    game, hole, board = deal

    for each in best(game, hole, [board]):
        half = next(half for half in game.halves if half.name == each.half)
        words = half.describe(hole, board)
        if each.kind == "high_card":
            assert words.endswith(" High")
        elif each.half == "badugi":
            assert words.startswith(("Badugi", "One card", "Two cards", "Three cards"))
            assert words.startswith("Badugi") == (each.kind == "badugi")
        else:
            assert WORDS[each.kind] in words
