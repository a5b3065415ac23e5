"""Rules within a hand where books and rooms differ: each choice with its source, over the seats where it can occur."""

from __future__ import annotations

from typing import Any

import pytest

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, legal, start
from collector.hand.events import Post, PostKind, UpCard
from collector.hand.games import Betting
from collector.hand.model import EqualBoards, Hand, OddChip
from tests.collector.hand.spoken import blinds, deal, play, setup, stud


def limit(*stacks: int, **options: Any) -> Hand:
    return deal(*stacks, betting=Betting.FIXED_LIMIT, **options)


def up(hand: Hand, *cards: str) -> Hand:
    for seat, card in enumerate(cards, 1):
        hand = apply(hand, UpCard(seat, Card(card))) if card else hand
    return hand


def down(hand: Hand, players: int) -> Hand:
    for seat in range(1, players + 1):
        hand = play(hand, f"{seat} reads ?? ??")
    return hand


# Fixed limit: an all-in of half a bet or more


@pytest.mark.parametrize(
    ("full", "all_in", "least"),
    [(True, 150, 250), (False, 150, 200), (True, 149, 200), (False, 149, 200), (True, 199, 299), (True, 200, 300)],
)
def test_an_all_in_of_half_a_bet_is_a_bet_and_less_is_completed_rrp_3(full: bool, all_in: int, least: int) -> None:
    hand = play(limit(5000, 5000, all_in, 5000, half_bets_full=full), "3 all-in")

    options = legal(hand)
    assert options is not None
    assert (options.call, options.min_to, options.max_to) == (all_in, least, least)


def test_the_example_of_the_book_a_raise_of_an_all_in_of_15_is_to_35_rrp_3() -> None:
    hand = play(limit(500, 500, 500, big=20, half_bets_full=True), "3 calls", "1 calls", "2 checks", "board 2c 7d 9h")
    hand = play(hand, "1 checks")
    short = play(limit(35, 500, 500, big=20, half_bets_full=True), "3 calls", "1 calls", "2 checks", "board 2c 7d 9h")
    short = play(short, "1 all-in", "2 raises to 35")

    assert (short.bet_to, short.bets) == (35, 2)
    assert hand.bet_to == 0


@pytest.mark.parametrize(("full", "may"), [(True, False), (False, True)])
def test_an_all_in_of_half_a_bet_counts_for_the_cap_where_it_is_a_bet(full: bool, may: bool) -> None:
    hand = play(limit(5000, 5000, 150, 5000, 5000, half_bets_full=full, bets_cap=3), "3 all-in")
    hand = play(hand, f"4 raises to {250 if full else 200}")

    options = legal(hand)
    assert options is not None
    assert (options.min_to is not None) is may, "blind, all-in and raise are three"


def test_several_small_all_ins_that_make_half_a_bet_together_are_one_rrp_3() -> None:
    hand = play(limit(5000, 5000, 130, 160, 5000, half_bets_full=True), "3 all-in", "4 all-in")

    options = legal(hand)
    assert options is not None
    assert options.min_to == 260, "130 is less than half a bet above 100; 160 is more"


def test_no_limit_knows_no_half_bets() -> None:
    hand = play(deal(5000, 5000, 175, 5000, half_bets_full=True), "3 all-in")

    options = legal(hand)
    assert options is not None
    assert options.min_to == 275


# Stud: equal boards, open pairs, odd chips


def equal(game: str, boards: EqualBoards, cards: tuple[str, str, str], edition: int = 2) -> int | None:
    """Return who opens fourth street. cards: both up cards of each seat."""
    first, second, third = cards
    hand = stud(1000, 1000, 1000, game=game, edition=edition, equal_boards=boards)
    hand = up(hand, first[:2], second[:2], third[:2])
    bring = hand.to_act
    assert bring is not None
    hand = play(hand, f"{bring} brings-in")
    while hand.street == "third" and hand.to_act is not None:
        hand = play(hand, f"{hand.to_act} calls")
    return up(hand, first[2:], second[2:], third[2:]).to_act


@pytest.mark.parametrize(
    ("game", "boards", "opens"),
    [
        ("stud", EqualBoards.SUIT, 2),
        ("stud", EqualBoards.SEAT, 1),
        ("stud_hi_lo", EqualBoards.SUIT, 2),
        ("stud_hi_lo", EqualBoards.SEAT, 1),
    ],
)
def test_of_equal_boards_the_high_suit_or_the_first_seat_opens_tda_rp_10(
    game: str, boards: EqualBoards, opens: int
) -> None:
    assert equal(game, boards, ("Kd5c", "Ks5h", "2c6h")) == opens


@pytest.mark.parametrize(("boards", "opens"), [(EqualBoards.SUIT, 2), (EqualBoards.SEAT, 1)])
def test_of_equal_low_boards_in_razz_the_high_card_by_suit_opens_tda_rp_10(boards: EqualBoards, opens: int) -> None:
    assert equal("razz", boards, ("4dAs", "4sAc", "KcQh")) == opens, "aces are low: the four decides"


def test_a_hand_of_an_older_log_opens_by_seat() -> None:
    assert equal("stud", EqualBoards.SEAT, ("Kd5c", "Ks5h", "2c6h"), edition=1) == 1


def paired(*, doubles: bool, game: str = "stud") -> Hand:
    hand = stud(5000, 5000, 5000, game=game, pair_doubles=doubles)
    hand = play(up(hand, "Kd", "9s", "2c"), "3 brings-in", "1 calls", "2 calls")
    return up(hand, "Ks", "5h", "6h")


def sizes(hand: Hand) -> tuple[int | None, int | None]:
    options = legal(hand)
    assert options is not None
    return options.min_to, options.max_to


def test_an_open_pair_on_fourth_street_gives_the_choice_of_the_big_bet_rrp_8() -> None:
    hand = paired(doubles=True)
    assert (hand.to_act, sizes(hand)) == (1, (100, 200))

    small = play(hand, "1 bets 100")
    assert sizes(small) == (200, 300), "a raise of 100 or of 200"
    assert sizes(play(small, "2 raises to 300")) == (500, 500), "the big bet was made"
    assert sizes(play(hand, "1 checks")) == (100, 200), "who follows has the same choice"
    assert sizes(play(hand, "1 bets 200")) == (400, 400)
    assert sizes(play(hand, "1 folds")) == (100, 200), "the pair was open on this street"
    with pytest.raises(IllegalAction) as refused:
        play(hand, "1 bets 150")
    assert refused.value.code == "BAD_BET_SIZE"
    assert "it is 100 or 200" in str(refused.value)


@pytest.mark.parametrize(("doubles", "game"), [(False, "stud"), (True, "stud_hi_lo"), (True, "razz")])
def test_bets_are_not_doubled_for_a_pair_in_tournaments_and_low_games_tda_rp_10(doubles: bool, game: str) -> None:
    hand = stud(5000, 5000, 5000, game=game, pair_doubles=doubles)
    hand = up(hand, "Kd", "9s", "2c")
    hand = play(hand, f"{hand.to_act} brings-in")
    while hand.street == "third":
        hand = play(hand, f"{hand.to_act} calls")
    hand = up(hand, "Ks", "5h", "6h")

    assert sizes(hand) == (100, 100)


def odd(game: str, rule: OddChip | None, first: str, second: str) -> list[int]:
    """Return the stacks after two players share an odd pot; each tables seven cards."""
    posts = [Post(1, PostKind.ANTE, 10), Post(2, PostKind.ANTE, 10), Post(3, PostKind.ANTE, 5)]
    hand = start(
        setup((10, 10, 5), posts, 100, game=game, bring_in=25, real_chips=True, odd_chip=rule, antes_dead=True)
    )
    hand = play(hand, f"1 shows {first}", f"2 shows {second}", "3 mucks")
    assert hand.result is not None
    return [hand.result.final_stacks[seat] for seat in (1, 2)]


WHEELS = ("As 2c 3c 4c 5d Kd Kh", "Ah 2d 3d 4d 5s Ks Kc")


@pytest.mark.parametrize(
    ("rule", "stacks"),
    [
        (None, [13, 12]),  # as editions 0 and 1: the ace of spades
        (OddChip.FIVE, [12, 13]),  # the five of spades: aces are low
        (OddChip.ALL, [13, 12]),  # of the lowest cards, the aces, hearts are below spades: see below
    ],
)
def test_the_odd_chip_between_equal_wheels_tda_20_rrp_3(rule: OddChip | None, stacks: list[int]) -> None:
    first, second = WHEELS if rule is not OddChip.ALL else WHEELS[::-1]

    assert odd("razz", rule, first, second) == stacks


@pytest.mark.parametrize(("rule", "stacks"), [(OddChip.FIVE, [13, 12]), (OddChip.ALL, [12, 13])])
def test_the_odd_chip_of_stud_looks_at_five_cards_or_at_all_tda_20_rrp_3(rule: OddChip, stacks: list[int]) -> None:
    assert odd("stud", rule, "Ts 9c 8c 7c 6d 2h 3d", "Td 9d 8d 7d 6s 2c Ac") == stacks


# Straddles


@pytest.mark.parametrize(("raises", "least"), [(True, 400), (False, 300)])
def test_the_least_raise_on_a_straddle_is_the_straddle_or_a_big_blind_wsop_11(raises: bool, least: int) -> None:
    straddle = Post(3, PostKind.STRADDLE, 200)
    posts = (*blinds(4), straddle)
    options = legal(start(setup((5000,) * 4, posts, straddle_raises=raises)))

    assert options is not None
    assert (options.seat, options.call, options.min_to) == (4, 200, least)
