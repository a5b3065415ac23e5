"""Made hands, outs, pots, histories and several boards: what people ask beside the equity."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, product
from random import Random

import pytest

from collector.cards import DECK, Card, parse_cards
from collector.equity import (
    GAMES,
    BoardGame,
    Pot,
    equity_of,
    equity_over_boards,
    game_named,
    history,
    holdem,
    made,
    made_low,
    outs,
    share_pots,
)
from collector.errors import BadInput
from collector.hand.evaluation import describe

from .deals import dealt
from .rules import RULES, Spot, low_of, strength, winners


def board_game(name: str) -> BoardGame:
    game = GAMES[name]
    assert isinstance(game, BoardGame)
    return game


HOLDEM = board_game("holdem")


def test_a_hand_is_called_what_the_hand_engine_calls_it() -> None:
    random = Random(4)
    for _ in range(400):
        cards = random.sample(DECK, 2 + random.choice((0, 3, 4, 5)))

        assert made(HOLDEM, cards[:2], cards[2:]).words == describe(cards)


@pytest.mark.parametrize(
    ("game", "hand", "board", "words", "best"),
    [
        ("omaha4", "AsKs7d2c", "QsJsTs9s8s", "Royal Flush", "AsKsQsJsTs"),
        ("omaha4", "As7d8d2c", "QsJsTs9s3d", "Straight, Jack high", "JsTs9s8d7d"),  # two own cards play, not one
        ("omaha4", "AsAd7d2c", "", "Pair of Aces", "AsAd"),
        ("shortdeck", "As9d", "8h7c6dKdQd", "Straight, Nine high", "9d8h7c6dAs"),
        ("shortdeck", "AsAd", "AhKcKd6d7s", "Full House, Aces full of Kings", "AsAdAhKcKd"),
        ("stud7", "AsAhKd", "", "Pair of Aces", "AsAhKd"),
        ("razz", "As2d3c4h8s9dKd", "", "8-4-3-2-A low", "8s4h3c2dAs"),
        ("razz", "AsAd3c3h8s8dKd", "", "Pair of Aces", "AsAdKd8s3c"),
        ("draw27", "7s5d4c3h2s", "", "7-5-4-3-2 low", "7s5d4c3h2s"),
        ("draw27", "As5d4c3h2s", "", "A-5-4-3-2 low", "As5d4c3h2s"),  # no straight here
        ("draw27", "6s5d4c3h2s", "", "Straight, Six high", "6s5d4c3h2s"),
        ("draw5", "5d4c3h2sAs", "", "Straight, Five high", "5d4c3h2sAs"),
    ],
)
def test_the_dealers_words_and_the_five_cards(game: str, hand: str, board: str, words: str, best: str) -> None:
    found = made(GAMES[game], parse_cards(hand), parse_cards(board))

    assert found.words == words
    if words.startswith(("Pair", "Full")):
        assert sorted(found.cards) == sorted(parse_cards(best)) or found.cards[:2] == parse_cards(best)[:2]
    else:
        assert found.cards == parse_cards(best)


def test_a_low_is_the_best_of_eight_or_better_or_none() -> None:
    game = GAMES["omaha4hl"]

    low = made_low(game, parse_cards("As2dKcKd"), parse_cards("3c7h8sTdJd"))

    assert low is not None
    assert (low.words, low.cards) == ("8-7-3-2-A low", parse_cards("8s7h3c2dAs"))
    assert made_low(game, parse_cards("As9dKcKd"), parse_cards("3c7h8sTdJd")) is None


@pytest.mark.parametrize("name", ["holdem", "shortdeck", "lazy pineapple", "omaha4", "omaha6"])
def test_outs_are_what_plain_loops_find(name: str) -> None:
    rules, random = RULES[name], Random(9)
    game = game_named("pineapple", 3) if name.startswith("lazy") else GAMES[name]
    assert isinstance(game, BoardGame)
    for _ in range(6):
        deck = random.sample(DECK[4 * game.ranking.lowest :], 4 * game.ranking.ranks)
        hands = [[deck.pop() for _ in range(rules.own)] for _ in range(random.choice((2, 3)))]
        board = [deck.pop() for _ in range(random.choice((3, 4)))]

        found = outs(game, hands, board, deck[:5])

        for card in deck[5:]:
            best = _leaders(rules.played, hands, [*board, card], rules)
            for player, own in enumerate(found):
                assert (card in own.to_win) == (best == [player])
                assert (card in own.to_tie) == (player in best and len(best) > 1)
        assert [own.leads for own in found] == [
            player in _leaders(rules.played, hands, board, rules) for player in range(len(hands))
        ]
        assert not {card for own in found for card in (*own.to_win, *own.to_tie)} & {*deck[:5]}


def _leaders(played: tuple[int, ...], hands: list[list[Card]], board: list[Card], rules: object) -> list[int]:
    strengths = []
    for hand in hands:
        fives = (
            (*mine, *theirs)
            for own in played
            for mine, theirs in product(combinations(hand, own), combinations(board, 5 - own))
        )
        strengths.append(max(strength(five, rules) for five in fives))  # type: ignore[arg-type]
    return [player for player, own in enumerate(strengths) if own == max(strengths)]


def test_outs_to_tie_are_told_apart() -> None:
    first, second = outs(HOLDEM, [parse_cards("AsKd"), parse_cards("AdQc")], parse_cards("KhKcQdJs"))

    assert first.leads
    assert second.to_win == ()
    assert second.to_tie == parse_cards("TcTdThTs")
    shared = outs(HOLDEM, [parse_cards("As2d"), parse_cards("Ad3c")], parse_cards("KhKcQdQs"))
    assert "Kd" in shared[0].to_tie
    assert "Kd" in shared[1].to_tie


@pytest.mark.parametrize("board", ["", "2c3c", "2c3c4c5c6c"])
def test_outs_are_for_the_flop_and_the_turn(board: str) -> None:
    with pytest.raises(BadInput, match="outs are counted on the flop and the turn"):
        outs(HOLDEM, [parse_cards("AsAh"), parse_cards("KdKh")], parse_cards(board))


def test_each_pot_has_its_own_contenders() -> None:
    deal = dealt("AsAh KdKc 7h6h", "9h5h2c")
    main, side, alone = share_pots(
        HOLDEM, deal.hands, deal.board, [Pot(300, (0, 1, 2)), Pot(200, (1, 2)), Pot(50, (1,))]
    )

    three = holdem(deal.hands, deal.board)
    two = holdem(deal.hands[1:], deal.board, deal.hands[0])
    assert [main.chips(player) for player in range(3)] == [300 * three.equity(player) for player in range(3)]
    assert [side.chips(player) for player in range(3)] == [0, 200 * two.equity(0), 200 * two.equity(1)]
    assert [alone.chips(player) for player in range(3)] == [0, 50, 0]


@pytest.mark.parametrize("pot", [Pot(100, ()), Pot(100, (0, 3)), Pot(100, (1, 1)), Pot(-1, (0, 1))])
def test_a_pot_needs_contenders_who_exist(pot: Pot) -> None:
    deal = dealt("AsAh KdKc 7h6h")

    with pytest.raises(BadInput, match="pot 1"):
        share_pots(HOLDEM, deal.hands, (), [pot])


def test_a_history_follows_the_streets_and_drops_who_folds() -> None:
    deal = dealt("AsAh KdKc 7h6h", "KhQd2c7d7c")

    streets = history(HOLDEM, deal.hands, deal.board, {2: 3})

    assert [street.name for street in streets] == ["preflop", "flop", "turn", "river"]
    assert [street.live for street in streets] == [(0, 1, 2), (0, 1), (0, 1), (0, 1)]
    assert streets[1].equity(0) == holdem(deal.hands[:2], deal.board[:3], deal.hands[2]).equity(0)
    assert all(sum(street.equity(player) for player in range(3)) == 1 for street in streets)
    for before, after in pairwise(streets):
        assert after.swings == tuple(after.equity(player) - before.equity(player) for player in range(3))


def test_a_theoretical_history_leaves_folded_cards_in_the_deck() -> None:
    deal = dealt("AsAh KdKc 7h6h", "KhQd2c")

    true, theoretical = (
        history(HOLDEM, deal.hands, deal.board, {2: 3}, theoretical=switch)[1] for switch in (False, True)
    )

    assert true.result is not None
    assert theoretical.result is not None
    assert (true.result.runouts, theoretical.result.runouts) == (903, 990)


def test_the_last_one_in_has_all_of_it() -> None:
    deal = dealt("AsAh KdKc", "KhQd2c")

    assert history(HOLDEM, deal.hands, deal.board, {1: 3})[1].equity(0) == Fraction(1)


@pytest.mark.parametrize("name", ["holdem", "omaha4", "omaha4hl", "shortdeck"])
def test_two_boards_are_dealt_together_and_scoops_counted(name: str) -> None:
    game, random = board_game(name), Random(11)
    for _ in range(4):
        deck = random.sample(DECK[4 * game.ranking.lowest :], 4 * game.ranking.ranks)
        hands = tuple(tuple(deck.pop() for _ in range(game.hole)) for _ in range(2))
        flop = [deck.pop() for _ in range(3)]
        boards = (
            ([*flop, deck.pop()], [*flop, deck.pop()])
            if random.random() < 0.5
            else (
                [*flop, deck.pop()],
                [deck.pop() for _ in range(4)],
            )
        )
        dead = deck[9:]

        found = equity_over_boards(game, hands, boards, dead)

        left, scoops, shares, dealt_pairs = deck[:9], [0, 0], [Fraction(0), Fraction(0)], 0
        for first in left:
            for second in left:
                if first == second:
                    continue
                dealt_pairs += 1
                ends = [
                    winners(RULES[name], Spot(hands, (*board, card), ()))
                    for board, card in zip(boards, (first, second), strict=True)
                ]
                takers = [{mask for pair in end for mask in pair if mask} for end in ends]
                for player in (0, 1):
                    scoops[player] += all(masks == {1 << player} for masks in takers)
                    shares[player] += sum(_share(end, player) for end in ends) / 2
        assert [found.scoop(player) for player in (0, 1)] == [Fraction(number, dealt_pairs) for number in scoops]
        assert [found.equity(player) for player in (0, 1)] == [share / dealt_pairs for share in shares]


def _share(end: dict[tuple[int, int], int], player: int) -> Fraction:
    ((high, low),) = end
    halves = [high, low or high]
    return sum((Fraction(mask >> player & 1, mask.bit_count()) for mask in halves), Fraction(0)) / 2


def test_the_scoop_of_boards_that_miss_more_cards_is_a_sample_and_the_equity_is_exact() -> None:
    deal = dealt("AsAh KdKc")

    found = equity_over_boards(HOLDEM, deal.hands, [(), ()])

    assert found.equity(0) == holdem(deal.hands).equity(0)
    assert not found.joint_exact
    assert 0 < found.scoop_error(0) < 0.0071
    assert abs(float(found.scoop(0)) - 0.81**2) < 0.05  # nearly as if the boards knew nothing of each other


def test_a_sampled_scoop_is_near_the_counted_one(monkeypatch: pytest.MonkeyPatch) -> None:
    deal = dealt("AsAh2c3d KdKcQcJc", "9s5s2d")
    omaha = board_game("omaha4hl")
    counted = equity_over_boards(omaha, deal.hands, [deal.board, deal.board])

    monkeypatch.setattr("collector.equity.several_boards._JOINT_DRAW", 0)
    sampled = equity_over_boards(omaha, deal.hands, [deal.board, deal.board])

    assert counted.joint_exact
    assert not sampled.joint_exact
    assert abs(float(sampled.scoop(0) - counted.scoop(0))) < 4 * sampled.scoop_error(0)


def test_three_boards_are_a_third_of_the_pot_each() -> None:
    deal = dealt("AsAh KdKc")
    boards = [parse_cards(board) for board in ("9s5s2cJdTc", "9s5s2cKh3d", "9s5s2c7d7h")]

    found = equity_over_boards(HOLDEM, deal.hands, boards)

    assert found.equity(0) == Fraction(2, 3)
    assert found.scoop(0) == 0


@pytest.mark.parametrize(
    ("boards", "message"),
    [
        (["2c3c4c"], "boards: 1 given; give 2 to 4"),
        (["2c3c4c5c", "2c3c4c5cKd"], "Kd is already in"),
        (["2c3c4c", "3c2c5c"], "is already in"),
    ],
)
def test_boards_that_cannot_lie_like_that_are_refused(boards: list[str], message: str) -> None:
    deal = dealt("AsAh KdKc")

    with pytest.raises(BadInput, match=message):
        equity_over_boards(HOLDEM, deal.hands, [parse_cards(board) for board in boards])


def test_low_of_in_the_reference_knows_a_low() -> None:
    assert low_of(parse_cards("As2d3c4h8s")) == (-8, -4, -3, -2, -1)
    assert low_of(parse_cards("As2d3c4h9s")) == ()


def test_courchevel_before_the_flop_knows_one_board_card() -> None:
    courchevel = board_game("courchevel")
    hands = [parse_cards("AsAhKsKh2c"), parse_cards("JdTd9c8c3h")]

    result = equity_of(courchevel, hands, parse_cards("9s"))

    assert result.runouts == 101_270
    assert equity_of(board_game("omaha5"), hands, parse_cards("9s")) == result
