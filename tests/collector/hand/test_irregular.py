"""What goes wrong at a table: acts out of turn, string bets, boxed and exposed cards, irregular flops, a short deck."""

from __future__ import annotations

import pytest

from collector.cards import Card, parse_cards
from collector.errors import IllegalAction
from collector.hand import apply, board, boards, legal, start, to_show
from collector.hand.events import (
    AllIn,
    BetTo,
    Boxed,
    Burn,
    Call,
    Check,
    CommunityCard,
    Event,
    Fold,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Post,
    PostKind,
    ReplaceCard,
    StringBet,
)
from collector.hand.games import Betting
from collector.hand.model import Bounty, Hand, Legal, Rake, StandUp
from collector.hand.rulings import substantial
from collector.hand.showdown import rake
from collector.secrecy import Secret
from tests.collector.hand.choices import options
from tests.collector.hand.spoken import all_in, blinds, chips, deal, play, setup, stacks, stud

BOARD = "board 2c 7d 9h Js 4c"


def ruled(hand: Hand, *events: Event) -> Hand:
    for event in events:
        hand = apply(hand, event)
    return hand


def options_of(hand: Hand) -> Legal:
    found = legal(hand)
    assert found is not None
    return found


# Out of turn: four players, seat 3 is first


def test_an_act_out_of_turn_binds_when_the_bet_has_not_changed_tda_53() -> None:
    hand = ruled(deal(1000, 1000, 1000, 1000), OutOfTurn(BetTo(1, 300)))
    assert (hand.to_act, hand.bet_to, stacks(hand)[0]) == (3, 100, 950)  # it waits: no chips have moved

    hand = play(hand, "3 calls", "4 folds")  # a call and a fold change nothing

    assert (hand.to_act, hand.bet_to) == (2, 300)
    assert hand.rulings[-1] == "preflop: seat 1 is bound to bet to 300"


def test_an_act_out_of_turn_is_free_when_somebody_has_raised_tda_53() -> None:
    hand = ruled(deal(1000, 1000, 1000, 1000), OutOfTurn(Call(1)))

    hand = play(hand, "3 raises to 200", "4 folds")

    assert (hand.to_act, hand.pending, stacks(hand)[0]) == (1, (), 950)
    assert hand.rulings[-1] == "preflop: the action to seat 1 has changed: it is free to act"
    assert play(hand, "1 raises to 400").bet_to == 400


def test_a_fold_out_of_turn_binds_at_once_tda_53() -> None:
    hand = ruled(deal(1000, 1000, 1000, 1000), OutOfTurn(Fold(1)))

    assert (hand.to_act, hand.players[0].folded) == (3, True)
    assert hand.rulings == ("preflop: seat 1 folds out of turn, which binds",)


def test_the_last_fold_out_of_turn_ends_the_hand() -> None:
    hand = ruled(deal(1000, 1000), OutOfTurn(Fold(1)))

    assert stacks(hand) == [900, 1100]


def test_two_acts_out_of_turn_bind_one_after_the_other() -> None:
    hand = play(deal(1000, 1000, 1000, 1000), "3 calls", "4 calls", "1 calls", "2 checks", "board 2c 7d 9h")
    hand = ruled(hand, OutOfTurn(Check(2)), OutOfTurn(Check(3)))

    hand = play(hand, "1 checks")

    assert hand.to_act == 4
    assert [act.action for act in hand.actions[-3:]] == ["check"] * 3


def test_an_act_out_of_turn_that_cannot_stand_any_more_leaves_the_seat_free() -> None:
    hand = ruled(deal(1000, 1000, 100), OutOfTurn(BetTo(2, 400)))  # seat 2 raises its own big blind too early

    hand = play(hand, "3 calls", "1 folds")  # all-in for what it faces: nobody is left who could answer the raise

    assert not any("bound" in line for line in hand.rulings)
    assert hand.closed


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (Fold(3), "it is seat 3's turn"),
        (BetTo(1, 150), "the least is 200"),
        (Check(1), "50 to call"),
        (BetTo(1, 3000), "its stack reaches 1000"),
    ],
)
def test_what_the_turn_would_not_allow_is_refused_out_of_turn_too(act: Fold | Check | BetTo, words: str) -> None:
    with pytest.raises(IllegalAction, match=words):
        ruled(deal(1000, 1000, 1000), OutOfTurn(act))


def test_a_seat_acts_out_of_turn_once() -> None:
    hand = ruled(deal(1000, 1000, 1000), OutOfTurn(Call(1)))

    with pytest.raises(IllegalAction, match="nothing to act on out of turn"):
        ruled(hand, OutOfTurn(AllIn(1)))


# String bets


@pytest.mark.parametrize(
    ("amount", "bet_to", "action"),
    [
        (100, 300, "call"),  # less than the bet
        (300, 300, "call"),
        (399, 300, "call"),  # less than half of a raise of 200
        (400, 500, "raise"),  # half of it: a whole raise
        (700, 700, "raise"),
    ],
)
def test_the_first_motion_of_a_string_bet_counts_tda_43(amount: int, bet_to: int, action: str) -> None:
    hand = play(deal(2000, 2000, 2000), "3 raises to 300")

    hand = ruled(hand, StringBet(1, amount))

    assert (hand.bet_to, hand.actions[-1].action) == (bet_to, action)
    assert f"its first motion of {amount} stands as" in hand.rulings[-1]


def test_a_string_bet_opens_with_at_least_the_big_blind_tda_52() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d 9h")

    assert ruled(hand, StringBet(1, 30)).bet_to == 100
    assert ruled(hand, StringBet(1, 0)).actions[-1].action == "check"


def test_a_string_bet_is_ruled_in_turn() -> None:
    with pytest.raises(IllegalAction, match="out of turn"):
        ruled(deal(1000, 1000, 1000), StringBet(1, 300))


# Pot limit, straddles


def test_a_short_or_dead_blind_counts_as_a_whole_one_in_pot_limit_tda_54() -> None:
    short = deal(2000, 60, 2000, betting=Betting.POT_LIMIT)
    assert options_of(short).max_to == 350

    dead = start(setup([2000] * 3, [Post(2, PostKind.BIG_BLIND, 100)], betting=Betting.POT_LIMIT, dead_blind=50))
    assert (dead.to_act, options_of(dead).max_to) == (3, 350)


def test_after_the_flop_pot_limit_counts_the_pot_as_it_is_tda_54() -> None:
    hand = play(deal(2000, 60, 2000, betting=Betting.POT_LIMIT), "3 calls", "1 calls", "board 2c 7d 9h")

    assert options_of(hand).max_to == 260


def test_a_straddler_may_act_last_until_somebody_raises() -> None:
    extra = [Post(4, PostKind.SLEEPER, 200)]
    hand = deal(1000, 1000, 1000, 1000, extra=extra, acts_last=4)

    hand = play(hand, "3 calls", "1 calls", "2 calls")
    assert hand.to_act == 4  # after the blinds, though it sits before them
    assert play(hand, "4 checks").street == "flop"
    raised = play(deal(1000, 1000, 1000, 1000, extra=extra, acts_last=4), "3 raises to 400")
    assert raised.to_act == 4


# Cards


def test_a_boxed_card_is_out_of_play_rrp_3() -> None:
    hand = ruled(play(deal(1000, 1000), "2 calls", "1 checks"), Boxed(Card("As")))

    assert hand.scrap == ("As",)
    for line in ("board As", "2 up As", "1 shows AsKd"):
        with pytest.raises(IllegalAction):
            play(hand, line)
    hand = play(hand, "board 2c 7d 9h")
    with pytest.raises(IllegalAction, match="9h is on the board"):
        ruled(hand, Boxed(Card("9h")))


def test_an_exposed_card_is_replaced_and_out_of_play() -> None:
    hand = play(deal(1000, 1000), "1 reads As Kd")

    hand = play(ruled(hand, ReplaceCard(1, Card("As"), "the dealer turned it up")), "1 reads Qh")

    assert [card.reveal() for card in hand.players[0].hole if card] == ["Kd", "Qh"]
    assert hand.scrap == ("As",)
    assert hand.rulings == ("preflop: seat 1 gets another card for As: the dealer turned it up",)


def test_a_replaced_card_tells_nothing_of_what_was_read() -> None:
    outcomes = set()
    for line in ("1 reads As Kd", "1 reads 2c 2d", "1 reads ??"):
        hand = ruled(play(deal(1000, 1000), line), ReplaceCard(1, Card("As"), "exposed"))
        outcomes.add((hand.scrap, hand.rulings, hand.players[0].owed))

    assert len(outcomes) == 1


def test_no_card_is_replaced_once_the_betting_is_over() -> None:
    with pytest.raises(IllegalAction, match="gets no other card now"):
        ruled(all_in("holdem", [60, 60]), ReplaceCard(1, Card("As"), "exposed"))


def test_one_card_is_burned_before_each_street() -> None:
    hand = deal(1000, 1000)
    for burn, street in ((Burn(Secret(Card("Ah"))), "board 2c 7d 9h"), (Burn(), "board Js"), (Burn(), "board 4c")):
        hand = ruled(hand, burn)
        with pytest.raises(IllegalAction, match="one is burned before each street"):
            ruled(hand, Burn())
        hand = play(hand, street)

    assert len(hand.burns) == 3
    assert "Ah" not in repr(hand)


def four_on_the_flop() -> Hand:
    return play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d 9h Js")


def test_a_flop_of_four_is_mended_by_the_floor_tda_39() -> None:
    hand = four_on_the_flop()
    assert board(hand) == ("2c", "7d", "9h")

    hand = ruled(hand, IrregularFlop(parse_cards("7d9hJs"), Secret(Card("2c")), "four cards"))

    assert (board(hand), hand.burns) == (("7d", "9h", "Js"), (Secret(Card("2c")),))
    assert play(hand, "1 checks", "2 checks", "board 4c").board_read[3] == "4c"


def test_a_flop_stands_once_somebody_has_acted_on_it_tda_39() -> None:
    with pytest.raises(IllegalAction, match="else play goes on as it lies"):
        ruled(play(four_on_the_flop(), "1 checks"), IrregularFlop(parse_cards("7d9hJs"), None, "no burn"))


def test_a_flop_has_three_cards_and_another_as_burn() -> None:
    for cards, burn in (("7d9h", "2c"), ("7d9hJs", "Js")):
        with pytest.raises(IllegalAction, match="three|3 different cards"):
            ruled(four_on_the_flop(), IrregularFlop(parse_cards(cards), Secret(Card(burn)), "x"))


def test_a_premature_card_goes_back_and_another_comes() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d 9h", "board Js", "clear Js")

    assert play(hand, "1 checks", "2 checks", "board Qd").board_read == ("2c", "7d", "9h", "Qd")


def to_the_river(players: int) -> Hand:
    """Stud with everybody in to the sixth street: two down and four up each."""
    hand = stud(*[9000] * players)
    ranks = "23456789"[:players]
    for street, suit in enumerate("cdhs"):
        if street:
            while hand.to_act is not None:
                hand = apply(hand, Check(hand.to_act))
        hand = play(hand, *(f"{seat} up {rank}{suit}" for seat, rank in enumerate(ranks, 1)))
        if not street:
            hand = play(hand, "1 brings-in", *(f"{seat} calls" for seat in range(2, players + 1)))
    while hand.street == "sixth" and hand.to_act is not None:
        hand = apply(hand, Check(hand.to_act))
    return hand


def test_a_stud_deck_that_runs_out_gives_one_card_for_all_tda_rp_10() -> None:
    hand = to_the_river(8)  # 48 of 52 cards are dealt
    assert (hand.street, hand.to_act) == ("seventh", 8)  # who would act first on sixth street

    hand = ruled(hand, CommunityCard(Card("As")))
    while hand.to_act is not None:
        hand = apply(hand, Check(hand.to_act))

    assert boards(hand) == (("As",),)
    assert to_show(hand)[0] == 8
    rest = [f"{seat} mucks" for seat in range(2, 8)]
    hand = play(hand, "1 shows AhAd2c2d2h2s", *rest, "8 shows KsKd9c9d9h9s")  # six cards, and the ace for all
    assert [win.seat for win in hand.result.wins] == [8]  # type: ignore[union-attr]


def test_a_deck_that_reaches_deals_a_card_to_each() -> None:
    with pytest.raises(IllegalAction, match="it reaches; deal a card to each"):
        ruled(to_the_river(7), CommunityCard(Card("As")))


# Dead from the start, misdeals, tabled all-ins, side games


def test_an_absent_player_posts_and_its_hand_is_dead_tda_30() -> None:
    hand = start(setup([1000] * 4, blinds(4), killed=(2, 4)))

    hand = play(hand, "3 calls", "1 folds")

    assert stacks(hand) == [950, 900, 1150, 1000]
    assert "preflop: seat 2 is not there: its hand is dead" in hand.rulings


def test_with_one_player_there_the_hand_is_over_at_once() -> None:
    hand = start(setup([1000, 1000], blinds(2), killed=(2,)))

    assert (hand.complete, stacks(hand)) == (True, [1050, 950])
    with pytest.raises(IllegalAction, match="nobody who is dealt in is there"):
        start(setup([1000, 1000], blinds(2), killed=(1, 2)))


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((), False),
        (("3 folds", "1 folds"), False),
        (("3 calls",), False),
        (("3 calls", "1 folds"), True),
        (("3 folds", "1 calls", "2 checks"), True),
    ],
)
def test_substantial_action_is_two_acts_with_chips_or_three_tda_36(lines: tuple[str, ...], found: bool) -> None:
    assert substantial(play(deal(1000, 1000, 1000), *lines)) is found


def test_with_somebody_all_in_every_hand_is_tabled_tda_16() -> None:
    hand = play(
        deal(300, 1000, 1000, all_in_tabled=True), "3 calls", "1 all-in", "2 calls", "3 calls", "board 2c 7d 9h"
    )
    hand = play(hand, "2 checks", "3 checks", "board Js", "2 checks", "3 checks", "board 4c", "2 checks", "3 checks")

    with pytest.raises(IllegalAction, match="every hand is tabled"):
        play(hand, "3 mucks")
    assert "cannot muck" in ruled(hand, Muck(3, override=True)).rulings[-1]
    assert "muck" not in options(hand)


def test_a_hand_that_nobody_is_all_in_for_may_be_mucked() -> None:
    hand = play(deal(1000, 1000, all_in_tabled=True), "2 calls", "1 checks", "board 2c 7d 9h", "1 checks", "2 checks")
    hand = play(hand, "board Js", "1 checks", "2 checks", "board 4c", "1 checks", "2 checks")

    assert play(hand, "1 mucks", "2 shows AsAd").complete


def test_a_bounty_is_part_of_the_hand_and_follows_a_late_show() -> None:
    hand = deal(1000, 1000, 1000, bounties=(Bounty("7-2", "72", 10),))
    hand = play(hand, "3 raises to 300", "1 folds", "2 folds")
    assert stacks(hand) == [950, 900, 1150]

    hand = play(hand, "3 shows 7c2d")

    assert (stacks(hand), chips(hand)) == ([940, 890, 1170], 3000)
    assert hand.result is not None
    assert (hand.result.paid, hand.result.final_stacks[3]) == ({1: -10, 2: -10, 3: 20}, 1170)


def test_a_corrected_board_pays_the_bounty_anew() -> None:
    hand = all_in("holdem", [100, 60, 60], bounties=(Bounty("7-2", "72", 10),))
    hand = play(hand, "board 7d 7h 2s 9c 3c", "1 shows 7c2d", "2 shows AhAd", "3 shows KhKd")
    assert stacks(hand) == [220, 0, 0]  # nobody has chips left to pay with

    hand = play(hand, "clear 7d", "board Ac", "clear 7h", "board As")

    assert (stacks(hand)[1], chips(hand)) == (180, 220)


def test_the_stand_up_game_is_paid_with_the_hand() -> None:
    hand = deal(1000, 1000, 1000, stand_up=StandUp(20, frozenset({1, 3})))

    hand = play(hand, "3 raises to 300", "1 folds", "2 folds")

    assert stacks(hand) == [910, 920, 1170]
    assert stacks(play(hand, "3 shows AsAd")) == [910, 920, 1170]  # a late show pays nothing twice


def test_the_best_board_of_stud_shows_first_when_nobody_bet_the_last_street_tda_17() -> None:
    hand = to_the_river(3)
    while hand.to_act is not None:
        hand = apply(hand, Check(hand.to_act))

    assert to_show(hand) == (3, 1, 2)  # three pairs of fours are the best board


def test_the_aggressor_of_an_earlier_street_does_not_show_first_tda_17() -> None:
    hand = play(deal(1000, 1000), "2 raises to 300", "1 calls", "board 2c 7d 9h", "1 checks", "2 bets 300", "1 calls")
    hand = play(hand, "board Js", "1 checks", "2 checks", "board 4c", "1 checks", "2 checks")

    assert to_show(hand) == (1, 2)


def test_who_stands_in_for_an_all_in_bring_in_may_fold_tda_rp_10() -> None:
    hand = play(stud(10, 1000, 1000), "1 up 2c", "2 up 9d", "3 up Kh")  # the low card is all-in for its ante
    assert (hand.to_act, options_of(hand).bring_in, options(hand)["fold"]) == (2, 25, (2,))
    with pytest.raises(IllegalAction, match="must bring in 25"):
        play(hand, "2 checks")

    hand = play(hand, "2 folds")

    assert hand.closed  # one player with chips is left, against the ante


def test_several_short_all_ins_leave_the_least_raise_that_of_the_last_full_bet_tda_47() -> None:
    hand = deal(5000, 5000, 600, 750, 900, 5000)
    hand = play(hand, "3 calls", "4 calls", "5 calls", "6 calls", "1 calls", "2 checks", "board 2c 7d 9h", "1 checks")

    hand = play(hand, "2 bets 300", "3 all-in", "4 all-in", "5 all-in", "6 calls")  # 500, 650, 800: each short

    assert (hand.to_act, hand.bet_to, options_of(hand).min_to) == (1, 800, 1100)
    hand = play(hand, "1 calls")
    assert (hand.to_act, options_of(hand).min_to) == (2, 1100)  # 500 more than its bet: a full raise reopens


def test_only_a_card_of_the_deck_is_burned() -> None:
    hand = deal(1000, 1000, game="short_deck")

    with pytest.raises(IllegalAction, match="the burn is no card of this deck"):
        apply(hand, Burn(Secret(Card("2c"))))
    assert apply(hand, Burn(Secret(Card("9c")))).burns == (Secret(Card("9c")),)


def test_the_rake_is_taken_in_whole_chips() -> None:
    hand = deal(1000, 1000, rake=Rake(500, no_flop_no_drop=False), chip=25)

    assert [rake(hand, pot) for pot in (499, 500, 1400)] == [0, 25, 50], "5 % of 1400 are 70: two chips of 25"
