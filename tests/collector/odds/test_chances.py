"""What a renderer remembers of odds: it changes no answer, and does not grow."""

from __future__ import annotations

import pytest

from collector import equity
from collector.equity import BoardGame
from collector.hand.games import GAMES
from collector.hand.model import Hand
from collector.odds import asked as pure
from collector.odds.asked import OddsRules
from collector.odds.chances import Chances
from collector.odds.games import EQUITY_OF
from tests.collector.hand.spoken import deal, play

RULES = OddsRules()


def hand_of(*hands: str) -> Hand:
    """Return a hand in which these cards are read, seat by seat."""
    return play(deal(*(1000 for _ in hands)), *(f"{seat} reads {cards}" for seat, cards in enumerate(hands, 1)))


def test_a_hand_is_asked_about_once_and_other_rules_ask_again() -> None:
    hand, chances = hand_of("As Ah", "Kd Kc"), Chances()

    asked = chances.question(hand, RULES)

    assert asked == pure.question(hand, RULES) is not None
    assert chances.question(hand, RULES) is asked
    assert chances.question(hand, OddsRules(folded=False)) is not asked
    assert chances.question(hand, RULES) == asked


def test_a_question_that_stands_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[equity.Question] = []

    def count(question: equity.Question) -> equity.Answered:
        counted.append(question)
        return equity.questions.answer(question)

    monkeypatch.setattr(equity, "answer", count)
    chances = Chances()
    asked, again = (pure.question(hand_of("As Ah", "Kd Kc"), RULES) for _ in range(2))
    assert asked
    assert again

    told = chances.odds(asked)

    assert told == chances.odds(again) == pure.odds(asked)
    assert [each.digest for each in counted] == [asked.reveal().question.digest] * 2  # ours, and the one without memory


def test_the_oldest_is_forgotten_and_asked_again_alike() -> None:
    chances, hands = Chances(), [hand_of("As Ah", "Kd Kc") for _ in range(100)]

    first = chances.question(hands[0], RULES)
    for hand in hands[1:]:
        chances.question(hand, RULES)

    assert len(chances._asked) == 4, "what a table looks at, however long its evening is"
    assert chances.question(hands[0], RULES) == first


def test_every_game_has_its_equity_game_unless_it_draws_more_than_once() -> None:
    draws = {key: sum(street.draw > 0 for street in game.streets) for key, game in GAMES.items()}

    assert EQUITY_OF.keys() == {key for key, count in draws.items() if count <= 1}
    for key, counted in EQUITY_OF.items():
        game = GAMES[key]
        assert (counted.hole if isinstance(counted, BoardGame) else counted.size) == game.hole
        assert isinstance(counted, BoardGame) is (game.board_size > 0)
        assert counted.split is (len(game.halves) == 2)
        assert 4 * counted.ranking.ranks == len(game.deck)
