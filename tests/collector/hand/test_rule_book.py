"""Rulings within a hand, each with the number of its rule. RRP: Robert's Rules of Poker; TDA: the rules of 2024."""

from __future__ import annotations

import pytest

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, start
from collector.hand.betting import legal
from collector.hand.changing import find
from collector.hand.events import (
    Chop,
    DeadHand,
    Event,
    Fold,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Post,
    PostKind,
    Retrieve,
    UpCard,
    UpCardTaken,
)
from collector.hand.games import Betting
from collector.hand.limits import most_to
from collector.hand.model import Bounty, Hand
from collector.hand.rulings import substantial
from tests.collector.hand.spoken import blinds, deal, play, setup


def ruled(hand: Hand, event: Event) -> Hand:
    return apply(hand, event)


def stacks(hand: Hand) -> list[int]:
    assert hand.result is not None
    return [hand.result.final_stacks[seat] for seat in sorted(hand.result.final_stacks)]


# Chips of killed, absent and chopped hands


def killed(players: int, edition: int = 1) -> Hand:
    hand = deal(*(2000,) * players, edition=edition)
    for seat in range(3, players + 1):
        hand = play(hand, f"{seat} folds")
    first, second = (2, 1) if players == 2 else (1, 2)
    hand = play(hand, f"{first} calls", f"{second} checks", "board 2c 7d 9h")
    return ruled(play(hand, "1 bets 500"), DeadHand(1, "fouled"))


@pytest.mark.parametrize("players", [2, 3, 6, 10])
def test_a_bet_of_a_dead_hand_that_nobody_called_goes_back_tda_65(players: int) -> None:
    hand = killed(players)

    assert stacks(hand)[:2] == [1900, 2100]
    assert hand.result is not None
    assert hand.result.uncalled == {1: 500}


def test_a_dead_hand_of_an_older_log_left_its_bet_there() -> None:
    assert stacks(killed(2, edition=0)) == [1400, 2600]


def test_what_was_called_of_the_bet_of_a_dead_hand_stays_tda_65() -> None:
    hand = play(deal(2000, 300, 2000), "3 calls", "1 calls", "2 checks", "board 2c 7d 9h", "1 bets 500")
    hand = play(ruled(hand, DeadHand(1, "fouled")), "2 calls", "3 folds")

    assert stacks(hand) == [1700, 700, 1900], "of 500 seat 2 called 200; the pot is 700"


def test_who_folds_leaves_its_bet_there() -> None:
    hand = play(deal(2000, 2000, 2000), "3 raises to 300", "1 calls")
    hand = play(hand, "2 raises to 900", "3 all-in", "1 folds", "2 folds")

    assert stacks(hand) == [1700, 1100, 3200]


def absent_low(low: int, *, ante: int = 10, own: int = 1000, edition: int = 1) -> Hand:
    posts = [Post(seat, PostKind.ANTE, ante) for seat in (1, 2, 3)]
    hand = start(
        setup((1000, own, 1000), posts, 100, game="stud", big_bet=200, bring_in=25, killed=(low,), edition=edition)
    )
    for seat, card in ((1, "Kh"), (2, "2c"), (3, "5h")):
        hand = apply(hand, UpCard(seat, Card(card)))
    return hand


def test_an_absent_player_with_the_low_card_brings_in_tda_30_71() -> None:
    hand = absent_low(2)

    assert (find(hand, 2).contributed, hand.bet_to, hand.to_act) == (35, 25, 3)
    assert [act.action for act in hand.actions[-1:]] == ["bring_in"]
    assert absent_low(2, edition=0).bringing_in, "in older logs the next low card brought it in"


def test_an_absent_player_who_would_open_a_hand_with_blinds_brings_nothing_in() -> None:
    hand = deal(1000, 1000, 1000, killed=(3,))

    assert (hand.bet_to, hand.to_act) == (100, 1)
    assert [act.action for act in hand.actions] == ["small_blind", "big_blind", "dead"]


def test_a_misread_card_takes_the_bring_in_of_an_absent_player_back() -> None:
    hand = apply(absent_low(2), UpCardTaken(2, Card("2c")))
    assert (find(hand, 2).contributed, hand.bet_to, hand.to_act) == (10, 0, None)

    hand = apply(hand, UpCard(2, Card("Qc")))

    assert (hand.bringing_in, hand.to_act) == (True, 3)


def test_an_absent_player_who_is_all_in_for_the_ante_brings_nothing_in_tda_rp_10() -> None:
    hand = absent_low(2, own=10)

    assert (hand.bringing_in, hand.stands_in, hand.to_act) == (True, True, 3)


def test_the_big_blind_that_posted_the_ante_takes_it_back_when_the_blinds_chop() -> None:
    extra = Post(2, PostKind.ANTE, 100)
    hand = start(setup((10_000,) * 4, (extra, *blinds(4))))
    hand = apply(play(hand, "3 folds", "4 folds"), Chop())

    assert stacks(hand) == [10_000] * 4


def test_the_blinds_share_the_antes_of_the_others_when_they_chop() -> None:
    hand = apply(play(deal(1000, 1000, 1000, 1000, antes=(10, 10, 10, 10)), "3 folds", "4 folds"), Chop())

    assert stacks(hand) == [1010, 1010, 990, 990]


def test_a_short_ante_wins_of_each_what_it_paid_and_of_an_ante_for_the_table_all() -> None:
    posts = [*(Post(seat, PostKind.ANTE, 20) for seat in (1, 2, 3)), Post(3, PostKind.ANTE, 100)]
    hand = start(setup((1000, 10, 1000), posts))

    assert find(hand, 3).dead == 100
    hand = play(hand, "1 checks", "3 checks", "board 2c 7d 9h", "1 checks", "3 checks", "board Js", "1 checks")
    hand = play(hand, "3 checks", "board 4c", "1 checks", "3 checks")
    assert hand.result is None
    hand = play(hand, "1 shows KhQh", "2 shows AhAd", "3 shows 8h8s")
    assert stacks(hand) == [980, 130, 900], "30 of the three antes and the 100; 20 are beside for seats 1 and 3"


# Refusals and permissions


def test_who_has_acted_may_fold_out_of_turn_and_it_binds_tda_58() -> None:
    hand = play(deal(5000, 5000, 5000), "3 calls", "1 calls", "2 checks", "board 2c 7d 9h", "1 checks")

    hand = apply(hand, OutOfTurn(Fold(1)))

    assert (find(hand, 1).folded, hand.to_act) == (True, 2)


def test_folds_out_of_turn_are_no_substantial_action_tda_36() -> None:
    hand = play(deal(*(5000,) * 6), "3 folds", "4 folds")
    for seat in (6, 1):
        hand = apply(hand, OutOfTurn(Fold(seat)))

    assert not substantial(hand)
    assert substantial(play(hand, "5 folds"))


@pytest.mark.parametrize(("lines", "may"), [(("2 raises to 200", "1 raises to 300", "2 raises to 400"), True)])
def test_two_players_of_a_cash_game_raise_without_a_cap_rrp(lines: tuple[str, ...], may: bool) -> None:
    options = {"betting": Betting.FIXED_LIMIT, "bets_cap": 4}

    hand = play(deal(5000, 5000, pair_uncapped=True, **options), *lines)
    house = play(deal(5000, 5000, **options), *lines)

    assert legal(hand) is not None
    assert (legal(hand).min_to is not None) is may  # type: ignore[union-attr]
    assert legal(house).min_to is None  # type: ignore[union-attr]


def test_a_cap_that_three_players_reached_holds_for_two_rrp() -> None:
    hand = deal(5000, 5000, 5000, betting=Betting.FIXED_LIMIT, bets_cap=4, pair_uncapped=True)
    hand = play(hand, "3 raises to 200", "1 raises to 300", "2 raises to 400", "3 folds")

    assert legal(hand).min_to is None  # type: ignore[union-attr]


def test_two_before_the_cap_is_reached_are_not_capped_rrp() -> None:
    hand = deal(5000, 5000, 5000, betting=Betting.FIXED_LIMIT, bets_cap=4, pair_uncapped=True)
    hand = play(hand, "3 folds", "1 raises to 200", "2 raises to 300", "1 raises to 400", "2 raises to 500")

    assert legal(hand).min_to == 600  # type: ignore[union-attr]


@pytest.mark.parametrize("boards", [1, 2])
def test_a_flop_of_four_is_mended_when_all_are_all_in_tda_39(boards: int) -> None:
    hand = play(deal(500, 500, 500, boards=boards), "3 all-in", "1 all-in", "2 all-in", "board 2c 7d 9h Js")

    cards = tuple(map(Card, ("2c", "9h", "Js")))
    hand = ruled(hand, IrregularFlop(cards, None, "the floor drew the seven"))

    assert hand.board_read == cards


def test_a_turn_that_was_dealt_is_no_flop_of_four_any_more() -> None:
    hand = play(deal(500, 500), "2 all-in", "1 all-in", "board 2c 7d 9h", "board Js", "board 4c")

    with pytest.raises(IllegalAction, match="play goes on as it lies"):
        ruled(hand, IrregularFlop(tuple(map(Card, ("2c", "9h", "Js"))), None, "late"))


def test_pot_limit_counts_a_short_straddle_as_it_is_tda_54() -> None:
    stack = [10_000] * 6
    stack[2] = 300
    straddle = Post(3, PostKind.STRADDLE, 400)
    hand = start(setup(stack, (*blinds(6, 100, 200), straddle), 200, game="omaha", betting=Betting.POT_LIMIT))

    assert most_to(hand, find(hand, 4)) == 1200


def test_a_hand_mucked_heads_up_is_retrieved_tda_14() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d 9h", "1 checks", "2 checks", "board Js")
    hand = play(hand, "1 checks", "2 checks", "board 4c", "1 checks", "2 checks")
    hand = apply(hand, Muck(1))
    assert hand.complete

    hand = apply(hand, Retrieve(1, "it lay apart"))

    assert not hand.complete
    hand = play(hand, "1 shows AhAd", "2 shows KhKd")
    assert stacks(hand) == [1100, 900]


# Side games


def test_a_bounty_is_due_to_who_wins_a_whole_pot_whoever_takes_the_others() -> None:
    bounty = Bounty("seven deuce", "72", 10)
    hand = deal(100, 1000, 1000, bounties=(bounty,))
    hand = play(hand, "3 raises to 300", "1 all-in", "2 calls", "board 2h 2s 9h", "2 checks", "3 checks", "board Js")
    hand = play(hand, "2 checks", "3 checks", "board 4c", "2 checks", "3 checks")
    hand = play(hand, "1 shows 7c2d", "2 shows AhAd", "3 shows KhKd")

    assert hand.result is not None
    assert hand.result.paid == {1: 20, 2: -10, 3: -10}
