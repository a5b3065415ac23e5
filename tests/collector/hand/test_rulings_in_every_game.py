"""Turns, openings and rulings with two to ten seats in every game: what the books say, worked out by plain loops.

"RRP" is Robert's Rules of Poker, "TDA" the rules of 2024.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from collector.cards import ACE, DECK, RANKS, SUITS, Card
from collector.errors import IllegalAction
from collector.hand import apply, board, board_wanted, legal, start, to_show
from collector.hand.changing import find
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    Burn,
    Call,
    DeadHand,
    Expose,
    Fold,
    HoleCard,
    IrregularFlop,
    Muck,
    OutOfTurn,
    Post,
    PostKind,
    Retrieve,
    RunTimes,
    Show,
    UpCard,
)
from collector.hand.games import GAMES, Betting
from collector.hand.model import EqualBoards, Hand, MisdealRule, Rake
from collector.hand.rulings import substantial
from tests.collector.hand.choices import options
from tests.collector.hand.going import (
    ANTE,
    BIG,
    BRING_IN,
    RICH,
    SEATS,
    STUD,
    WITH_A_BOARD,
    begun,
    betting_on,
    on_each_street,
    put_in,
    quiet,
    quietly,
    rich,
)
from tests.collector.hand.randomly import unused
from tests.collector.hand.spoken import setup

# Folds out of turn: of who has acted (TDA 58), and as no substantial action (TDA 36)


@pytest.mark.parametrize("game", GAMES)
def test_who_has_acted_may_fold_out_of_turn_on_every_street_of_every_game_tda_58(game: str) -> None:
    for players in SEATS:
        for begun_street in on_each_street(game, players):
            hand, acted, street = begun_street, list[int](), begun_street.street
            while hand.to_act is not None:
                acted.append(hand.to_act)
                hand = apply(hand, quiet(hand))
                if hand.street != street:
                    break
                for seat in acted:
                    after = apply(hand, OutOfTurn(Fold(seat)))
                    assert find(after, seat).folded
                    assert put_in(after)[seat] == put_in(hand)[seat]
                    assert after.to_act == (hand.to_act if players > 2 else None)
                    assert after.complete is (players == 2)


def ranks(cards: list[Card]) -> list[int]:
    return [RANKS.index(card[0]) + 2 for card in cards]


@pytest.mark.parametrize("game", GAMES)
def test_folds_out_of_turn_count_for_no_misdeal_rule_of_any_game_tda_36(game: str) -> None:
    chance = Random(f"folds {game}")
    early = Counter[bool]()
    for players in SEATS[1:]:
        for _ in range(6):
            hand = quietly(rich(game, players), lambda hand: hand.to_act is not None and not board_wanted(hand))
            in_turn: list[bool] = []  # whether each act put chips in
            forced = 0
            street = hand.street
            while not hand.complete and hand.street == street:
                assert hand.to_act is not None
                others = [p.seat for p in hand.players if p.live and p.seat != hand.to_act]
                if not hand.bringing_in and len(others) > 1 and chance.random() < 0.5:
                    hand = apply(hand, OutOfTurn(Fold(chance.choice(others))))
                    early[substantial(hand)] += 1
                elif not hand.bringing_in and chance.random() < 0.5:
                    hand = apply(hand, Fold(hand.to_act))
                    in_turn.append(False)
                else:
                    forced += hand.bringing_in
                    before = sum(put_in(hand).values())
                    hand = apply(hand, quiet(hand))
                    in_turn.append(sum(put_in(hand).values()) > before)
                if hand.complete:
                    break
                assert substantial(hand) is (len(in_turn) >= 3 or (len(in_turn) == 2 and any(in_turn)))
                assert substantial(hand, MisdealRule.TWO) is (len(in_turn) - forced >= 2)
    assert early[False], "a fold out of turn that makes it no substantial action"


# The bring-in of who is not there (TDA 30, 71)


def claim(game: str, card: Card) -> tuple[int, int]:
    """Return how strongly a door card has to bring in: low in stud, clubs lowest; high in razz, aces low."""
    rank, suit = ranks([card])[0], SUITS.index(card[1])
    if game == "razz":
        return (1 if card[0] == "A" else rank), suit
    return -rank, -suit


@pytest.mark.parametrize("game", STUD)
def test_whoever_has_the_low_card_brings_in_there_or_not_tda_30_71(game: str) -> None:
    chance = Random(game)
    brought = Counter[str]()
    for players in SEATS:
        for _ in range(40):
            absent = tuple(sorted(chance.sample(range(1, players + 1), chance.randint(0, players - 1))))
            stacks = [chance.choice((RICH, RICH, ANTE, ANTE + 15, ANTE + 25)) for _ in range(players)]
            doors = dict(enumerate(chance.sample(DECK, players), 1))
            hand = begun(game, stacks, killed=absent)
            if hand.complete:
                assert len(absent) == players - 1
                continue
            for seat, card in doors.items():
                hand = apply(hand, UpCard(seat, card))
            there = [seat for seat in doors if seat not in absent and stacks[seat - 1] > ANTE]
            if len(there) < 2:
                continue  # nobody is left to bet with
            low = max(doors, key=lambda seat: claim(game, doors[seat]))
            chips = min(BRING_IN, stacks[low - 1] - ANTE)
            around = [(low - 1 + step) % players + 1 for step in range(players)]
            first = next(seat for seat in around if seat in there and seat != low)
            if low in absent and chips:
                brought["absent"] += 1
                assert put_in(hand)[low] == ANTE + chips
                assert (hand.bet_to, hand.to_act, hand.bringing_in) == (BRING_IN, first, False)
            elif not chips:
                brought["nobody"] += 1
                assert (hand.to_act, hand.bringing_in, hand.stands_in) == (first, True, True)
                assert put_in(hand)[low] == ANTE
            else:
                brought["there"] += 1
                assert (hand.to_act, hand.bringing_in, hand.stands_in) == (low, True, False)
    assert min(brought["absent"], brought["nobody"], brought["there"]) > 20


# Who opens a later street of stud (RRP 8, 10; TDA RP-10-D)


Order = tuple[list[int], list[int]]


def high_board(cards: list[Card]) -> Order:
    """Order an open board for high: more of a kind first, then higher. Four cards make no straight and no flush."""
    groups = sorted(((count, rank) for rank, count in Counter(ranks(cards)).items()), reverse=True)
    return [count for count, _ in groups], [rank for _, rank in groups]


def low_board(cards: list[Card]) -> Order:
    """Order an open board for low, aces low: the higher of two results is the lower board."""
    aces_low = Counter(1 if rank == ACE else rank for rank in ranks(cards))
    groups = sorted(((count, rank) for rank, count in aces_low.items()), reverse=True)
    return [-count for count, _ in groups], [-rank for _, rank in groups]


def highest(game: str, cards: list[Card]) -> tuple[int, int]:
    low_aces = game == "razz"
    found = [(1 if low_aces and card[0] == "A" else ranks([card])[0], SUITS.index(card[1])) for card in cards]
    return max(found)


@pytest.mark.parametrize("boards", EqualBoards)
@pytest.mark.parametrize("game", STUD)
def test_the_best_board_opens_every_later_street_and_the_house_says_which_of_equals_tda_rp_10(
    game: str, boards: EqualBoards
) -> None:
    chance = Random(game)
    equal = 0
    for players in range(2, 9):
        for _ in range(15):
            kinds = chance.sample(RANKS, players + chance.randint(0, 2))  # few, so that boards are equal
            deal = iter(chance.sample([card for card in DECK if card[0] in kinds], 4 * players))
            hand = rich(game, players, equal_boards=boards)
            open_cards: dict[int, list[Card]] = {seat: [] for seat in range(1, players + 1)}
            for street in GAMES[game].streets:
                if street.up:
                    for seat, cards in open_cards.items():
                        cards.append(next(deal))
                        hand = apply(hand, UpCard(seat, cards[-1]))
                if street.name != "third":
                    order = high_board if game != "razz" else low_board
                    best = max(order(cards) for cards in open_cards.values())
                    equals = [seat for seat, cards in open_cards.items() if order(cards) == best]
                    equal += len(equals) > 1
                    suit = max(equals, key=lambda seat: highest(game, open_cards[seat]))
                    assert hand.street == street.name
                    assert hand.to_act == (equals[0] if boards is EqualBoards.SEAT else suit)
                while hand.street == street.name and hand.to_act is not None:
                    hand = apply(hand, quiet(hand))
    assert equal > 20


# A flop of four (TDA 39)


def seats_of(game: str) -> range:
    """Return the numbers of seats for which the deck has cards, with two boards and burns."""
    return range(2, min(10, (len(GAMES[game].deck) - 2 * GAMES[game].board_size - 3) // GAMES[game].hole) + 1)


def flop_comes(hand: Hand) -> bool:
    return board_wanted(hand) > 0 and (hand.closed or hand.street == "flop") and not hand.drawing


@pytest.mark.parametrize("way", ["betting", "all-in", "two boards", "run twice", "bomb pot"])
@pytest.mark.parametrize("game", WITH_A_BOARD)
def test_of_a_flop_of_four_any_card_may_be_drawn_in_every_game_tda_39(game: str, way: str) -> None:
    for players in seats_of(game):
        with_: dict[str, Any] = {"boards": 2 if way == "two boards" else 1, "betting": Betting.NO_LIMIT}
        if way == "bomb pot":
            antes = [Post(seat, PostKind.ANTE, ANTE) for seat in range(1, players + 1)]
            hand = start(setup([RICH] * players, antes, BIG, game=game, bomb=True, **with_))
        else:
            hand = rich(game, players, **with_)
        while way in ("all-in", "run twice") and hand.to_act is not None:
            hand = apply(hand, AllIn(hand.to_act) if not board_wanted(hand) else quiet(hand))
        hand = quietly(hand, flop_comes)
        if way == "run twice":
            hand = apply(hand, RunTimes(2))
            if hand.shared:
                continue  # courchevel: the card that lies there is of both boards
        known = list(hand.board_read)
        four = unused(hand)[: 4 - len(known)]
        for card in four:
            hand = apply(hand, BoardCard(card))
        for drawn in four:
            flop = tuple(card for card in (*known, *four) if card != drawn)
            after = apply(hand, IrregularFlop(flop, None, "drawn"))
            assert after.board_read == flop
            after = quietly(after, lambda hand: hand.complete or len(board(hand)) > 3)
            assert board(after)[:3] == flop
        after = quietly(after, lambda hand: hand.complete)
        assert after.result is not None
        assert sum(after.result.final_stacks.values()) == RICH * players


@pytest.mark.parametrize("game", WITH_A_BOARD)
def test_a_flop_on_which_somebody_has_acted_stands_in_every_game_tda_39(game: str) -> None:
    for players in SEATS:
        hand = quietly(rich(game, players), betting_on("flop"))
        flop = hand.board_read
        hand = apply(hand, quiet(hand))
        with pytest.raises(IllegalAction, match="play goes on as it lies"):
            apply(hand, IrregularFlop((*flop[:2], unused(hand)[0]), None, "late"))


# Burns (TDA 38)


def burned(hand: Hand) -> Hand:
    """Burn as long as it is listed."""
    while "burn_card" in options(hand):
        hand = apply(hand, Burn())
    return hand


@pytest.mark.parametrize("game", GAMES)
def test_one_card_is_burned_for_each_street_and_never_more_in_every_game_tda_38(game: str) -> None:
    streets = GAMES[game].streets
    for players in SEATS:
        hand = rich(game, players)
        for at, street in enumerate(streets):
            hand = quietly(hand, lambda hand: hand.street == street.name)  # noqa: B023 - used at once
            assert len(burned(hand).burns) == max(at, 1 if hand.to_act and not board_wanted(hand) else 0)
            hand = quietly(hand, betting_on(street.name))
            hand = burned(hand)
            assert len(hand.burns) == min(at + 1, len(streets) - 1)
        hand = quietly(hand, lambda hand: hand.closed)
        assert "burn_card" not in options(hand)
        with pytest.raises(IllegalAction, match="one is burned before each street"):
            apply(hand, Burn())


@pytest.mark.parametrize("game", [*STUD, "triple_draw_27", "courchevel"])
def test_a_burn_of_an_older_log_that_came_before_the_cards_of_its_street_folds_as_before(game: str) -> None:
    hand = rich(game, 3)
    if GAMES[game].board_size:
        hand = quietly(hand, betting_on("preflop"))
    else:
        hand = quietly(hand, lambda hand: hand.reached == GAMES[game].streets[1].name)

    hand = apply(apply(hand, Burn()), Burn())

    assert len(hand.burns) == 2
    assert "burn_card" not in options(hand)


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("game", WITH_A_BOARD)
def test_each_run_of_a_board_has_a_burn_for_each_of_its_streets(game: str, times: int) -> None:
    sizes = [street.board for street in GAMES[game].streets if street.board][-3:]
    for players in seats_of(game):
        for lie in range(3):  # how many of flop, turn and river lie there when all are all-in
            hand = rich(game, players, betting=Betting.NO_LIMIT)
            hand = quietly(hand, betting_on(GAMES[game].streets[lie].name))
            hand = burned(hand)
            while hand.to_act is not None:
                hand = apply(hand, AllIn(hand.to_act))
            hand = apply(quietly(hand, lambda hand: not hand.drawing), RunTimes(times))
            burns = lie + 1
            for run in range(times):
                for at, size in enumerate(sizes):
                    if at < lie:
                        continue
                    if (run, at) != (0, lie):
                        hand = burned(hand)
                        burns += 1
                    assert len(hand.burns) == burns
                    assert "burn_card" not in options(hand)
                    for _ in range(size):
                        hand = apply(hand, BoardCard(unused(hand)[0], run + 1))
            assert "burn_card" not in options(hand)


# A hand that was mucked (TDA 14)


def tabled(hand: Hand, holds: Mapping[int, tuple[Card, ...]], muck: int | None = None) -> Hand:
    """Have all show what they hold, in turn; one of them mucks instead."""
    while not hand.complete:
        seat = to_show(hand)[0]
        hand, muck = (apply(hand, Muck(seat)), None) if seat == muck else (apply(hand, Show(seat, holds[seat])), muck)
    return hand


@pytest.mark.parametrize("game", GAMES)
def test_a_hand_that_was_mucked_and_retrieved_wins_what_it_had_won_in_every_game_tda_14(game: str) -> None:
    chance = Random(f"muck {game}")
    for players in seats_of(game):
        hand = rich(game, players, rake=Rake(500, cap=30))
        hand = quietly(hand, lambda hand: hand.closed and not board_wanted(hand))
        free = iter(chance.sample(unused(hand), len(unused(hand))))
        holds = {}
        for player in hand.players:
            own = [card for card in player.up if card]
            holds[player.seat] = (*own, *(next(free) for _ in range(GAMES[game].hole - len(own))))
        never = tabled(hand, holds)
        assert never.result is not None
        for seat in holds:
            mucked = tabled(hand, holds, seat)
            assert mucked.result is not None
            assert seat not in {win.seat for win in mucked.result.wins}

            back = apply(mucked, Retrieve(seat, "it lay apart"))

            assert not back.complete
            back = tabled(back, holds)
            assert back.result is not None
            assert (back.result.wins, back.result.final_stacks) == (never.result.wins, never.result.final_stacks)


# The last hand, which is not folded


@pytest.mark.parametrize("game", [key for key, each in GAMES.items() if any(s.draw or s.discard for s in each.streets)])
def test_the_last_hand_of_a_bomb_pot_with_draws_is_not_folded_nor_killed(game: str) -> None:
    for players in SEATS:
        antes = [Post(seat, PostKind.ANTE, ANTE) for seat in range(1, players + 1)]
        absent = tuple(range(2, players + 1))
        hand = start(setup([RICH] * players, antes, BIG, game=game, bomb=True, killed=absent))
        for event in (Fold(1, override=True), DeadHand(1, "fouled")) if hand.drawing else ():
            with pytest.raises(IllegalAction) as refused:
                apply(hand, event)
            assert refused.value.code == "LAST_HAND"
        assert not options(hand).get("dead_hand")
        hand = quietly(hand, lambda hand: hand.complete)
        assert hand.result is not None
        assert hand.result.final_stacks[1] == RICH + ANTE * (players - 1)


# Stud: seats that folded without a bet, a last card that lies face up (RRP 8)


@pytest.mark.parametrize("game", STUD)
def test_a_seat_that_folded_without_a_bet_goes_on_getting_cards_that_play_no_part_rrp_8(game: str) -> None:
    for players in range(3, 9):
        for at, street in enumerate(("fourth", "fifth", "sixth")):
            with_, without = (quietly(rich(game, players), betting_on(street)) for _ in range(2))
            seat = with_.to_act
            assert seat is not None
            with_, without = apply(with_, Fold(seat)), apply(without, Fold(seat))
            following = GAMES[game].streets[at + 2].name
            with_, without = (quietly(hand, lambda hand: hand.street == following) for hand in (with_, without))  # noqa: B023
            if following != "seventh":
                with_ = apply(with_, UpCard(seat, unused(with_)[-1]))
                assert len(find(with_, seat).up) == at + 3
            with_ = apply(with_, HoleCard(seat, None))
            with_, without = (quietly(hand, betting_on(following)) for hand in (with_, without))
            assert (with_.to_act, legal(with_)) == (without.to_act, legal(without)), (
                "nobody waits for it, nor opens by it"
            )
            assert find(with_, seat).folded


@pytest.mark.parametrize("game", STUD)
def test_who_is_high_with_a_last_card_that_lies_face_up_acts_first_by_the_floor_rrp_8(game: str) -> None:
    for players in range(2, 8):
        hand = quietly(rich(game, players), betting_on("seventh"))
        high = next(player.seat for player in hand.players if player.seat != hand.to_act)
        opener = hand.to_act

        hand = apply(hand, Expose(high, unused(hand)[-1]))
        hand = apply(hand, BetTo(high, 2 * BIG, override=True))

        assert hand.rulings[-1].endswith("it stands as recorded")
        assert (hand.to_act, hand.bet_to) == (opener, 2 * BIG)
        asked = []
        while hand.to_act is not None:
            asked.append(hand.to_act)
            hand = apply(hand, Call(hand.to_act))
        assert sorted([*asked, high]) == list(range(1, players + 1)), "everybody answers it once"
