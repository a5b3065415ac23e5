"""Chips where books decide to whom they go, with two to ten seats in every game: worked out chip by chip.

"RRP" is Robert's Rules of Poker, "TDA" the rules of 2024.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from collector.hand import apply, legal, start
from collector.hand.changing import find
from collector.hand.events import AllIn, BetTo, Call, Check, Chop, DeadHand, Event, Fold, Post, PostKind
from collector.hand.games import GAMES, Betting
from collector.hand.limits import most_to
from collector.hand.model import Hand
from collector.hand.showdown import pots_so_far
from tests.collector.hand.going import (
    BIG,
    RICH,
    SEATS,
    SMALL,
    WITH_BLINDS,
    begun,
    behind,
    betting_on,
    on_each_street,
    put_in,
    quiet,
    quietly,
)
from tests.collector.hand.spoken import blinds, setup

# A bet of a dead hand that nobody called (TDA 65)


def folded_to(hand: Hand, winner: int) -> Hand:
    """Have everybody fold but one."""
    while not hand.complete:
        assert hand.to_act is not None
        hand = apply(hand, Call(winner) if hand.to_act == winner else Fold(hand.to_act))
    return hand


def next_seat(hand: Hand, seat: int) -> int:
    seats = [player.seat for player in hand.players]
    return seats[(seats.index(seat) + 1) % len(seats)]


def bet_and_killed(hand: Hand, *, called: bool) -> tuple[Hand, int]:
    """Return the hand after whoever opens the street has bet, the next has called, and the bettor's hand was killed."""
    options = legal(hand)
    assert options is not None
    assert options.min_to is not None
    hand = apply(hand, BetTo(options.seat, options.min_to))
    caller = next_seat(hand, options.seat)
    if called:
        may = legal(hand)
        assert may is not None
        hand = apply(hand, AllIn(caller) if may.call == find(hand, caller).stack else Call(caller))
    return hand, options.seat


def ended_by(hand: Hand, killed: int, winner: int) -> None:
    """Kill a hand and have all others fold to a winner: each chip goes where the book has it."""
    before, chips = behind(hand), put_in(hand)
    matched = max(amount for seat, amount in chips.items() if seat != killed)
    uncalled = max(0, chips[killed] - matched)

    hand = folded_to(apply(hand, DeadHand(killed, "fouled")), winner)

    assert hand.result is not None
    wanted = dict(before)
    wanted[killed] += uncalled
    wanted[winner] += sum(chips.values()) - uncalled
    assert hand.result.final_stacks == wanted
    assert hand.result.uncalled == ({killed: uncalled} if uncalled else {})


@pytest.mark.parametrize("game", GAMES)
def test_a_bet_of_a_dead_hand_goes_back_on_every_street_of_every_game_tda_65(game: str) -> None:
    for players in SEATS:
        for hand in on_each_street(game, players):
            bet, killed = bet_and_killed(hand, called=False)
            last = bet.players[bet.players.index(find(bet, killed)) - 1].seat
            ended_by(bet, killed, last)


@pytest.mark.parametrize("game", GAMES)
def test_what_was_called_of_the_bet_of_a_dead_hand_stays_in_every_game_tda_65(game: str) -> None:
    for players in SEATS[1:]:
        for at, hand in enumerate(on_each_street(game, players)):
            bet, killed = bet_and_killed(hand, called=True)
            caller = next_seat(bet, killed)
            ended_by(bet, killed, caller)

            stacks = [RICH] * players
            stacks[caller - 1] = put_in(hand)[caller] + hand.bet_to + 20  # calls 20 of the bet, or of the raise
            short = quietly(begun(game, stacks), betting_on(GAMES[game].streets[at].name))
            bet, killed = bet_and_killed(short, called=True)
            assert find(bet, caller).all_in
            ended_by(bet, killed, caller)


@pytest.mark.parametrize("game", WITH_BLINDS)
def test_the_blind_of_an_absent_player_stays_in_whatever_others_have_put_in(game: str) -> None:
    for players in SEATS:
        small, big = (2, 1) if players == 2 else (1, 2)
        hand = begun(game, [RICH] * players, killed=(big,))
        while not hand.complete:
            assert hand.to_act is not None
            hand = apply(hand, Fold(hand.to_act))
        assert hand.result is not None
        assert hand.result.uncalled == {}
        assert hand.result.final_stacks[big] == RICH - BIG
        assert hand.result.final_stacks[small] == RICH + BIG


# Chopped blinds


@pytest.mark.parametrize("game", WITH_BLINDS)
@pytest.mark.parametrize(("ante", "single"), [(0, 0), (7, 0), (0, 100), (7, 100)])
@pytest.mark.parametrize("payer", ["big blind", "button"])
def test_who_chops_takes_back_what_it_put_in_and_shares_the_antes_of_the_others(
    game: str, ante: int, single: int, payer: str
) -> None:
    for players in SEATS:
        small, big = (2, 1) if players == 2 else (1, 2)
        button = players
        own = dict.fromkeys(range(1, players + 1), ante)
        own[big if payer == "big blind" else button] += single
        posts = [Post(seat, PostKind.ANTE, ante) for seat in own if ante]
        posts += [Post(big if payer == "big blind" else button, PostKind.ANTE, single)] if single else []
        hand = start(setup([RICH] * players, (*posts, *blinds(players, SMALL, BIG)), BIG, game=game))
        for seat in range(3, players + 1):
            hand = apply(hand, Fold(seat))

        hand = apply(hand, Chop())

        others = sum(amount for seat, amount in own.items() if seat not in (small, big))
        first, second = min(small, big), max(small, big)  # seat 1 is the first left of the button
        wanted = {seat: RICH - amount for seat, amount in own.items()}
        wanted[first], wanted[second] = RICH + others - others // 2, RICH + others // 2
        assert hand.result is not None
        assert hand.result.final_stacks == wanted


# Short stacks and antes


def worth_chip_by_chip(matched: dict[int, int], dead: int, folded: set[int], ranking: Sequence[int]) -> dict[int, int]:
    """Return what each seat gets back and wins: each level of chips goes to the best hand that has paid it.

    ranking: the seats, the best hand first. A level that one seat alone has paid goes back to it.
    """
    got = dict.fromkeys(matched, 0)
    live = [seat for seat in ranking if seat not in folded]
    got[live[0]] += dead
    for level in range(1, max(matched.values()) + 1):
        paid = [seat for seat, amount in matched.items() if amount >= level]
        best = next((seat for seat in live if seat in paid), None)
        if best is None:  # chips of who folded, above all others
            best = next(seat for seat in live if matched[seat] == max(matched[each] for each in live))
        got[best] += len(paid)
    return got


def worth_by_pots(hand: Hand, ranking: Sequence[int]) -> dict[int, int]:
    got = {player.seat: player.returned for player in hand.players}
    for pot in pots_so_far(hand):
        got[next(seat for seat in ranking if seat in pot.eligible)] += pot.amount
    return got


def all_in_or_fold(hand: Hand, chance: Random) -> tuple[Hand, set[int]]:
    folded: set[int] = set()
    while hand.to_act is not None:
        seat = hand.to_act
        options = legal(hand)
        assert options is not None
        fold = not options.check and chance.random() < 0.25
        folded |= {seat} if fold else set()
        hand = apply(hand, Fold(seat) if fold else AllIn(seat))
    return hand, folded


@pytest.mark.parametrize("single", ["", "big blind", "button"])
@pytest.mark.parametrize("game", ["holdem", "omaha", "short_deck", "triple_draw_27", "badugi"])
def test_of_an_ante_for_all_each_wins_what_it_paid_and_an_ante_of_one_is_dead(game: str, single: str) -> None:
    chance = Random(f"{game} {single}")
    for players in SEATS:
        for _ in range(12):
            stacks = [chance.choice((1, 3, 5, 8, 13, 30, 70, 200)) for _ in range(players)]
            ante, alone = chance.choice((0, 4, 9)), chance.choice((6, 20)) if single else 0
            payer = (1 if players == 2 else 2) if single == "big blind" else players
            posts = [Post(seat, PostKind.ANTE, ante) for seat in range(1, players + 1) if ante]
            posts += [Post(payer, PostKind.ANTE, alone)] if alone else []
            posts += blinds(players, 2, 4)
            hand = start(setup(stacks, posts, 4, game=game, betting=Betting.NO_LIMIT))
            hand, folded = all_in_or_fold(hand, chance)
            if hand.complete:
                continue
            matched = {player.seat: player.contributed + player.returned for player in hand.players}
            beyond = max(0, min(alone, stacks[payer - 1] - min(ante, stacks[payer - 1])))
            matched[payer] -= beyond
            ranking = chance.sample(range(1, players + 1), players)

            assert worth_by_pots(hand, ranking) == worth_chip_by_chip(matched, beyond, folded, ranking)


# Fixed limit: the cap, and all-ins of half a bet


class Counted:
    """Fixed limit as the books have it, told by a list of bets: (level of the last full bet, bets so far)."""

    def __init__(self, *, cash: bool, half_is_full: bool, cap: int, blind: bool) -> None:
        self.cash, self.half_is_full, self.cap = cash, half_is_full, cap
        self.level, self.bets = (BIG, 1) if blind else (0, 0)
        self.bet_to = self.level
        self.two_at_the_cap = False

    def street(self) -> None:
        self.level = self.bets = self.bet_to = 0
        self.two_at_the_cap = False

    def raised(self, to: int, unit: int, left: int) -> None:
        """Take a bet or raise. left: the players who have not folded."""
        whole = to >= self.level + unit
        if whole or (self.half_is_full and 2 * (to - self.level) >= unit):
            self.level, self.bets = to, self.bets + 1
            if self.bets == self.cap:
                self.two_at_the_cap = left == 2
        self.bet_to = to

    def may_raise(self, left: int) -> bool:
        if self.bets < self.cap:
            return True
        return self.cash and left == 2 and self.two_at_the_cap


def raises_often(hand: Hand, chance: Random) -> Event:
    options = legal(hand)
    assert options is not None
    if options.bring_in is None and options.min_to is not None and chance.random() < 0.75:
        return BetTo(options.seat, options.min_to)
    if options.bring_in is None and not options.check and chance.random() < 0.25:
        return Fold(options.seat)
    return quiet(hand)


@pytest.mark.parametrize("cash", [True, False])
@pytest.mark.parametrize("game", GAMES)
def test_two_players_of_a_cash_game_are_capped_on_no_street_of_any_game_rrp_3(game: str, cash: bool) -> None:
    chance = Random(game)
    beyond = 0
    for players in SEATS:
        for _ in range(3):
            hand = begun(game, [RICH] * players, betting=Betting.FIXED_LIMIT, bets_cap=4, pair_uncapped=cash)
            book = Counted(cash=cash, half_is_full=False, cap=4, blind=not GAMES[game].up)
            street = hand.street
            while not hand.closed and len(hand.actions) < 150:
                if hand.street != street:
                    street = hand.street
                    book.street()
                options = legal(hand)
                if options is None or options.bring_in is not None or hand.drawing:
                    hand = apply(hand, quiet(hand))
                    continue
                left = sum(not player.folded for player in hand.players)
                assert (options.min_to is not None) is book.may_raise(left), (players, hand.actions)
                event = raises_often(hand, chance)
                if isinstance(event, BetTo):
                    book.raised(event.to, event.to - book.level, left)
                    beyond += book.bets > 4
                hand = apply(hand, event)
    assert bool(beyond) is cash, "some raised beyond the cap, where they may"


@pytest.mark.parametrize("half_is_full", [True, False])
@pytest.mark.parametrize("game", GAMES)
def test_what_follows_an_all_in_of_half_a_bet_in_every_game_rrp_3(game: str, half_is_full: bool) -> None:
    chance = Random(f"half {game}")
    odd = 0
    for players in SEATS:
        for _ in range(4):
            stacks = [chance.choice((RICH, 140, 190, 260, 310, 370, 430, 555, 690)) for _ in range(players)]
            options = {"betting": Betting.FIXED_LIMIT, "bets_cap": 4, "half_bets_full": half_is_full}
            hand = begun(game, stacks, **options)
            book = Counted(cash=False, half_is_full=half_is_full, cap=4, blind=not GAMES[game].up)
            street = hand.street
            while not hand.closed and len(hand.actions) < 150:
                if hand.street != street:
                    street = hand.street
                    book.street()
                may = legal(hand)
                if may is None or may.bring_in is not None or hand.drawing:
                    hand = apply(hand, quiet(hand))
                    continue
                unit = 2 * BIG if GAMES[game].street(street).big else BIG
                player = find(hand, may.seat)
                if may.min_to is not None:
                    all_in = player.bet + player.stack
                    assert book.bets < 4
                    assert may.min_to == min(book.level + unit, all_in)
                event = _all_in_or_raise(hand, chance)
                before = hand.bet_to
                hand = apply(hand, event)
                made = find(hand, may.seat) if hand.street == street else None
                to = event.to if isinstance(event, BetTo) else player.bet + player.stack
                if isinstance(event, BetTo | AllIn) and to > before and made is not None:
                    odd += book.level + unit > to
                    book.raised(to, unit, players)
    assert odd > 10, "all-ins that are no full bet"


def _all_in_or_raise(hand: Hand, chance: Random) -> Event:
    options = legal(hand)
    assert options is not None
    player = find(hand, options.seat)
    if options.min_to is not None and options.max_to is not None and chance.random() < 0.6:
        return (
            AllIn(options.seat) if options.min_to == player.bet + player.stack else BetTo(options.seat, options.min_to)
        )
    if options.call == player.stack:
        return AllIn(options.seat)
    return Check(options.seat) if options.check else Call(options.seat)


# Pot limit before the flop (TDA 54)


@pytest.mark.parametrize("game", WITH_BLINDS)
def test_a_pot_sized_raise_counts_short_blinds_whole_and_short_straddles_as_they_are_tda_54(game: str) -> None:
    chance = Random(f"pot {game}")
    for players in SEATS[1:]:
        for _ in range(8):
            stacks = [RICH] * players
            straddler = 3
            for seat in chance.sample((1, 2, 3), chance.randint(0, 3)):
                stacks[seat - 1] = {1: chance.randint(1, 60), 2: chance.randint(1, 120), 3: chance.randint(1, 250)}[
                    seat
                ]
            straddle = chance.choice((0, 200)) if players > 3 else 0
            posts = [
                *blinds(players, SMALL, BIG),
                *([Post(straddler, PostKind.STRADDLE, straddle)] if straddle else []),
            ]
            hand = start(setup(stacks, posts, BIG, game=game, betting=Betting.POT_LIMIT))
            seat = hand.to_act
            if seat is None or find(hand, seat).bet or find(hand, seat).stack < RICH:
                continue
            straddled = min(straddle, stacks[straddler - 1])
            call = max(BIG, straddled)
            pot = SMALL + BIG + straddled + call  # after the call, each blind counted whole

            least = call + max(BIG, straddled if straddled == straddle else 0)
            assert most_to(hand, find(hand, seat)) == max(least, call + pot)
