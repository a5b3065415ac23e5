"""What the floor decides, and rules of the house: dead hands, awards, rake, chops, bounties, bomb pots, the button."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, board, legal, start
from collector.hand.blinds import ButtonRule, Owed, Places, comes_back, first_places, missed, next_places
from collector.hand.events import Award, Chop, DeadHand, Event, Expose, Post, PostKind, Rabbit, Retrieve
from collector.hand.model import Hand, Rake
from collector.hand.rulings import misawarded
from collector.hand.sidegames import Bounty, StandUp, due, stood
from tests.collector.hand.spoken import all_in, chips, deal, play, setup, stacks, stud

BOARD = "board 2c 7d 9h Js 4c"


def ruled(hand: Hand, *events: Event) -> Hand:
    for event in events:
        hand = apply(hand, event)
    return hand


def test_a_dead_hand_loses_its_chips_and_its_turn() -> None:
    hand = ruled(play(deal(1000, 1000, 1000), "3 raises to 300"), DeadHand(1, "a third card"))

    assert hand.to_act == 2
    assert hand.rulings == ("preflop: the hand of seat 1 is dead: a third card",)
    hand = play(hand, "2 folds")
    assert stacks(hand) == [950, 900, 1150]


def test_a_hand_is_killed_out_of_turn_and_the_turn_stays() -> None:
    hand = ruled(deal(1000, 1000, 1000), DeadHand(2, "away from the table"))

    assert hand.to_act == 3


def test_a_hand_retrieved_from_the_muck_acts_again() -> None:
    hand = ruled(play(deal(1000, 1000, 1000), "3 folds"), Retrieve(3, "mucked by the dealer"))

    hand = play(hand, "1 calls", "2 checks")

    assert (hand.to_act, hand.street) == (3, "preflop")


def test_a_hand_mucked_at_the_showdown_may_be_retrieved_before_the_award() -> None:
    hand = play(all_in("holdem", [60, 60, 60]), BOARD, "1 mucks")

    hand = play(ruled(hand, Retrieve(1, "identified")), "1 shows AhAd", "2 shows KhKd", "3 shows QhQd")

    assert stacks(hand) == [180, 0, 0]


def test_an_exposed_card_is_public_and_plays_on() -> None:
    hand = ruled(deal(1000, 1000), Expose(1, Card("As")))

    assert hand.players[0].exposed == ("As",)
    with pytest.raises(IllegalAction, match="face up already"):
        ruled(hand, Expose(1, Card("As")))


def test_rabbit_cards_count_for_nothing() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d 9h", "1 bets 100", "2 folds")

    after = ruled(hand, Rabbit(Card("Js")), Rabbit(Card("4c")))

    assert (after.rabbit, board(after), stacks(after)) == (("Js", "4c"), ("2c", "7d", "9h"), stacks(hand))
    with pytest.raises(IllegalAction, match="ended before its last board card"):
        ruled(after, Rabbit(Card("5c")))


def test_the_blinds_take_their_bets_back_when_all_others_fold() -> None:
    hand = ruled(play(deal(1000, 1000, 1000), "3 folds"), Chop())

    assert stacks(hand) == [1000, 1000, 1000]


def test_the_blinds_do_not_chop_after_a_raise() -> None:
    with pytest.raises(IllegalAction, match="only the blinds may chop"):
        ruled(play(deal(1000, 1000, 1000), "3 folds", "1 raises to 300"), Chop())


def test_the_floor_awards_the_whole_pot_or_nothing() -> None:
    hand = play(all_in("holdem", [60, 60]), BOARD)

    with pytest.raises(IllegalAction, match="must be the whole 120"):
        ruled(hand, Award(((1, 60),), "dispute"))
    hand = ruled(hand, Award(((1, 60), (2, 60)), "dispute"))
    assert stacks(hand) == [60, 60]
    assert hand.rulings[-1].endswith("awarded by the floor (dispute): seat 1 60, seat 2 60")


def test_a_wrong_award_is_told_in_words() -> None:
    hand = play(all_in("holdem", [60, 60]), BOARD, "1 shows AhAd", "2 shows KhKd")
    assert misawarded(hand) is None

    text = misawarded(ruled(hand, Award(((2, 120),), "misread")))

    assert text is not None
    assert "seat 1 was given 0, its tabled hand (Pair of Aces) takes 120" in text
    assert "seat 2 was given 120, its tabled hand (Pair of Kings) takes 0" in text


def test_a_mucked_hand_raises_no_alert_whatever_it_held() -> None:
    hand = play(all_in("holdem", [60, 60]), "1 reads Ah Ad", BOARD, "1 mucks")

    assert misawarded(ruled(hand, Award(((2, 120),), "mucked"))) is None


@pytest.mark.parametrize(
    ("rake", "lines", "taken"),
    [
        (Rake(500), ("2 calls", "1 checks", "board 2c 7d 9h", "1 bets 100", "2 folds"), 10),
        (Rake(500, cap=3), ("2 calls", "1 checks", "board 2c 7d 9h", "1 bets 100", "2 folds"), 3),
        (Rake(500), ("2 raises to 300", "1 folds"), 0),  # no flop, no drop
        (Rake(500, no_flop_no_drop=False), ("2 raises to 300", "1 folds"), 10),
    ],
)
def test_rake(rake: Rake, lines: Sequence[str], taken: int) -> None:
    hand = play(deal(1000, 1000, rake=rake), *lines)

    assert hand.result is not None
    assert (hand.result.rake, sum(stacks(hand))) == (taken, 2000 - taken)


def test_a_bomb_pot_starts_on_the_flop() -> None:
    posts = [Post(seat, PostKind.ANTE, 50) for seat in (1, 2, 3)]
    hand = start(setup([1000, 1000, 1000], posts, bomb=True, boards=2))

    assert (hand.street, hand.to_act, hand.bet_to) == ("flop", 1, 0)
    hand = play(hand, "1 checks", "2 bets 150", "3 folds", "1 folds")
    assert stacks(hand) == [950, 1100, 950]


def test_chips_beyond_the_cap_of_the_hand_are_not_in_play() -> None:
    hand = play(deal(1000, 400, hand_cap=300), "2 all-in", "1 all-in", BOARD, "1 shows AhAd", "2 shows KhKd")

    assert hand.result is not None
    assert hand.result.final_stacks == {1: 1300, 2: 100}


def test_a_button_straddle_acts_last_and_the_small_blind_first() -> None:
    hand = deal(1000, 1000, 1000, extra=[Post(3, PostKind.STRADDLE, 200)])
    assert (hand.to_act, legal(hand) and legal(hand).min_to) == (1, 400)  # type: ignore[union-attr]

    assert play(hand, "1 calls", "2 calls").to_act == 3


def test_a_sleeper_straddle_moves_no_turn() -> None:
    hand = deal(1000, 1000, 1000, 1000, extra=[Post(4, PostKind.SLEEPER, 200)])

    assert (hand.to_act, hand.bet_to) == (3, 200)
    hand = play(hand, "3 calls")
    assert (hand.to_act, legal(hand) and legal(hand).check) == (4, True)  # type: ignore[union-attr]


def test_a_live_ante_counts_towards_the_call() -> None:
    hand = deal(1000, 1000, 1000, extra=[Post(3, PostKind.LIVE_ANTE, 20)])

    assert legal(hand) is not None
    assert legal(hand).call == 80  # type: ignore[union-attr]


def test_spread_limit_bounds_each_bet() -> None:
    hand = deal(1000, 1000, betting="spread_limit", spread=400)

    assert (legal(hand).min_to, legal(hand).max_to) == (200, 500)  # type: ignore[union-attr]


SEVEN_DEUCE = Bounty("7-2", "72", 10)


def test_seven_deuce_pays_whoever_wins_and_tables_it() -> None:
    hand = play(all_in("holdem", [60, 60, 60]), "board 7d 7h 2s 9c 3c", "1 shows 7c2d", "2 mucks", "3 shows AhAd")
    assert due(hand, SEVEN_DEUCE) == {}  # 7-2 wins the hand, but nobody has chips left
    rich = play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 folds", "3 shows 7c2d")

    assert due(rich, SEVEN_DEUCE) == {1: -10, 2: -10, 3: 20}


def test_the_last_one_standing_pays() -> None:
    hand = play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 folds")

    game, paid = stood(StandUp(20, frozenset({1, 3})), hand)

    assert (paid, game.standing) == ({1: -40, 2: 20, 3: 20}, {1, 2, 3})


@pytest.mark.parametrize(
    ("playing", "last", "rule", "now"),
    [
        ((1, 2, 3, 4), Places(1, 2, 3), ButtonRule.DEAD, Places(2, 3, 4)),
        ((1, 2, 4, 5), Places(1, 2, 3), ButtonRule.DEAD, Places(2, None, 4)),  # the big blind left: a dead small blind
        ((1, 3, 4, 5), Places(1, 2, 3), ButtonRule.DEAD, Places(2, 3, 4)),  # the small blind left: a dead button
        ((1, 2, 4, 5), Places(1, 2, 3), ButtonRule.MOVING, Places(2, 4, 5)),
        ((1, 2), Places(3, 1, 2), ButtonRule.DEAD, Places(2, 2, 1)),  # down to two: nobody is big blind twice
        ((2, 3), Places(3, 1, 2), ButtonRule.DEAD, Places(2, 2, 3)),
        ((1, 2, 5), Places(1, 1, 2), ButtonRule.DEAD, Places(1, 2, 5)),  # a third joins a heads-up game
    ],
)
def test_the_button_moved_so_by_the_first_edition_of_the_rules(
    playing: tuple[int, ...], last: Places, rule: ButtonRule, now: Places
) -> None:
    assert next_places(playing, last, rule) == now


def test_heads_up_the_button_posts_the_small_blind() -> None:
    assert first_places((4, 7), 7) == Places(7, 7, 4)


def test_who_is_away_when_the_blinds_pass_owes_them() -> None:
    owed = missed([4], Places(1, 2, 3), Places(2, 3, 5), {})
    assert owed == {4: Owed(big=True)}

    owed = missed([4], Places(2, 3, 5), Places(3, 5, 6), owed)

    assert owed == {4: Owed(small=True, big=True)}
    assert comes_back(owed[4], 50, 100) == (100, 50)


def test_no_ruling_makes_or_loses_a_chip() -> None:
    hand = ruled(play(deal(1000, 1000, 1000), "3 raises to 300"), DeadHand(3, "x"), Retrieve(3, "y"))

    assert chips(hand) == 3000


def test_the_same_card_does_not_lie_face_up_before_two_seats_of_stud() -> None:
    hand = play(stud(1000, 1000), "1 up As")

    with pytest.raises(IllegalAction, match="As is before seat 1") as caught:
        play(hand, "2 up As")
    assert caught.value.code == "CARD_FACE_UP"
    with pytest.raises(IllegalAction, match="As is before seat 1"):
        play(hand, "1 up As")


def test_an_exposed_card_may_be_an_up_card_of_its_own_seat_only() -> None:
    hand = ruled(stud(1000, 1000), Expose(1, Card("Kd")))

    with pytest.raises(IllegalAction, match="Kd is exposed by seat 1") as caught:
        play(hand, "2 up Kd")
    assert caught.value.code == "CARD_FACE_UP"
    assert play(hand, "1 up Kd").players[0].up == (Card("Kd"),)
