"""Which questions are answered at once, and which answers fit which questions."""

from __future__ import annotations

import pytest

from collector.cards import Card, parse_cards
from collector.equity import GAMES, Answered, BasisPoints, Cancelled, Question, answer, game_named, holdem
from collector.errors import BadInput


def asked(game: str, hands: str, board: str = "", dead: str = "", further: str = "") -> Question:
    read = tuple(
        tuple(None if text[at] == "?" else Card(text[at : at + 2]) for at in range(0, len(text), 2))
        for text in hands.split()
    )
    boards = tuple(parse_cards(text) for text in further.split())
    return Question(GAMES[game], read, parse_cards(board), parse_cards(dead), boards)


@pytest.mark.parametrize(
    ("question", "inline"),
    [
        (asked("holdem", "AsAh KdKc"), True),
        (asked("omaha5hl", "AsAh2s3h4c JdTd9c8c5d"), True),
        (asked("holdem", "AsAh Kd??", "9s5s2cJdTc"), False),
        (asked("holdem", "AsAh KdKc", "9s5s2c", further="9s5s2c"), True),
        (asked("omaha6", "AsAhKs2h3h4h QdQcJdJcTdTc", "2c2d", further="9s5s2c"), False),
        (asked("stud7", "AsAhKd QsQdJh"), False),
        (asked("stud7", "AsAhKd2c QsQdJhTh"), False),
        (asked("stud7", "AsAhKd2c3c QsQdJhTh9h"), True),
        (asked("stud7", "AsAhKd2c3c4d QsQdJhTh9h2s 5c5d6c6d7c7d"), False),
        (asked("stud7", "AsAhKd2c3c4d7s QsQdJhTh9h2s 5c5d6c6d7c7d"), True),
        (asked("draw27", "2s3h4c5d 2d3d4d7h"), True),
    ],
)
def test_what_is_answered_at_once_is_fixed_by_the_question(question: Question, inline: bool) -> None:
    assert question.inline is inline


def test_the_digest_names_the_question_not_the_order_of_its_cards() -> None:
    question = asked("holdem", "AsAh KdKc", "9s5s2c", "7c8c")

    assert question.digest == asked("holdem", "AhAs KcKd", "9s5s2c", "8c7c").digest
    others = [
        asked("holdem", "KdKc AsAh", "9s5s2c", "7c8c"),
        asked("holdem", "AsAh KdKc", "9s5s2c", "7c"),
        asked("holdem", "AsAh KdKc", "9s5s2c3d", "7c8c"),
        asked("holdem", "AsAh Kd??", "9s5s2c", "7c8c"),
        asked("pineapple", "AsAh KdKc", "9s5s2c", "7c8c"),
        asked("holdem", "AsAh KdKc", "9s5s2c", "7c8c", "9s5s2c"),
    ]
    assert len({question.digest, *(other.digest for other in others)}) == 7


def test_the_two_rankings_of_short_deck_are_two_questions() -> None:
    hands = (parse_cards("AsAh"), parse_cards("KdKc"))
    trips = game_named("shortdeck", 2, "trips")
    assert trips is not None

    assert Question(trips, hands).digest != Question(GAMES["shortdeck"], hands).digest


def test_an_answer_fits_only_its_question() -> None:
    before, after = asked("holdem", "AsAh KdKc", "9s5s2c"), asked("holdem", "AsAh KdKc", "9s5s2cKh")

    answered = answer(before)

    assert answered.fits(before)
    assert not answered.fits(after)
    assert answered.points == holdem([parse_cards("AsAh"), parse_cards("KdKc")], before.board).basis_points()
    assert answered.errors == (0, 0)


def test_an_answer_is_the_same_every_time_it_is_asked() -> None:
    question = asked("stud7", "AsAhKd QsQdJh 2c2d2h")

    assert answer(question) == answer(question)
    assert all(0 < error <= 16 for error in answer(question).errors)


def test_an_answer_is_made_of_integers() -> None:
    answered = answer(asked("holdem", "AsAh Kd??", "9s5s2c"))

    assert isinstance(answered, Answered)
    assert all(isinstance(part, int) for points in answered.points for part in points)
    assert isinstance(answered.points[0], BasisPoints)


def test_an_average_over_unread_cards_says_so_and_how_far_it_reaches() -> None:
    answered = answer(asked("holdem", "AsAh Kd??", "9s5s2cJdTc"))

    assert answered.unread
    assert answered.errors == (0, 0)
    assert answered.ranges == ((0, 10_000), (0, 10_000))  # Qs makes a straight; most cards make nothing
    assert answered.ranges[0][0] < answered.points[0].equity < answered.ranges[0][1]


def test_boards_are_worth_equal_parts() -> None:
    """On the first board the aces have won, on the second the kings: half the pot each, whoever looks."""
    answered = answer(asked("holdem", "AsAh KdKc", "9s5s2cJdTc", further="9s5s2cKhQs"))

    assert answered.points == (BasisPoints(5000, 5000, 0), BasisPoints(5000, 5000, 0))


def test_what_lies_on_another_board_cannot_come_on_this_one() -> None:
    """The kings have one king left for the second board, were there one: it lies on the first."""
    answered = answer(asked("holdem", "AsAh KdKc", "9s5s2cKhKs", further="9s5s2cJd"))

    assert answered.points[1].win == 5000  # the first board, nothing of the second


def test_unread_cards_over_several_boards_are_refused() -> None:
    with pytest.raises(BadInput, match="several boards"):
        answer(asked("holdem", "AsAh Kd??", "9s5s2c", further="9s5s2c"))


def test_a_question_that_nobody_waits_for_is_dropped() -> None:
    with pytest.raises(Cancelled):
        answer(asked("holdem", "AsAh ????"), cancelled=lambda: True)
