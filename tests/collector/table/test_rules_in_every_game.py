"""Rules of a table with two to ten seats, by both profiles, in every game where they can matter: by plain arithmetics.

"RRP" is Robert's Rules of Poker, "TDA" the rules of 2024.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from collector.hand.games import GAMES, ROTATIONS
from tests.collector.hand.going import SEATS, STUD, WITH_A_BOARD, WITH_BLINDS
from tests.collector.table.nights import Floor

PROFILES = ("cash", "tournament")
RICH = 100_000


def floor(players: int, profile: str = "cash", stacks: dict[int, int] | None = None, **game: Any) -> Floor:
    """A table with blinds of 50 and 100, or in stud antes of 10, and players in seats 1, 2, ..."""
    found = Floor()
    found.do(type="set_house_rules", profile=profile)
    found.do(type="set_blinds", small_blind=50, big_blind=100, ante=10 if game.get("game") in STUD else 0)
    if game:
        found.do(type="set_game", **({"bring_in": 25} if game.get("game") in STUD else {}), **game)
    for seat in range(1, players + 1):
        sits(found, seat, (stacks or {}).get(seat, RICH))
    return found


def sits(table: Floor, seat: int, stack: int = RICH) -> None:
    table.do(type="seat_player", seat=seat, player_id=f"p_{seat}", name=f"Player {seat}", stack=stack)


def posts(table: Floor) -> list[tuple[int, str, int]]:
    return [(post.seat, post.kind.value, post.amount) for post in table.table.play.setup.posts]


def dealt(table: Floor) -> list[int]:
    return sorted(seat.seat for seat in table.table.play.setup.seats)


# A big-blind ante beside a short stack (TDA RP-11)


Told = Callable[[Floor, dict[str, int], bool | None], None]


def by_levels(table: Floor, blinds: dict[str, int], _: bool | None) -> None:
    table.do(type="set_levels", levels=[blinds])
    table.do(type="set_tournament", level=1)


def by_hand(table: Floor, blinds: dict[str, int], first: bool | None) -> None:
    table.do(type="set_blinds", **blinds, **({} if first is None else {"ante_first": first}))


@pytest.mark.parametrize(
    ("profile", "said", "told", "ante_first"),
    [
        ("cash", None, by_hand, True),
        ("cash", False, by_hand, False),
        ("cash", None, by_levels, True),
        ("tournament", None, by_hand, False),
        ("tournament", True, by_hand, True),
        ("tournament", None, by_levels, False),
    ],
)
@pytest.mark.parametrize("game", WITH_BLINDS)
def test_what_a_short_big_blind_pays_first_in_every_game_tda_rp_11(
    game: str,
    profile: str,
    said: bool | None,
    told: Callable[[Floor, dict[str, int], bool | None], None],
    ante_first: bool,
) -> None:
    chance = Random(f"{game} {profile} {said}")
    for players in SEATS:
        big = 1 if players == 2 else 2  # left of the button, or behind the small blind
        stack = chance.choice((1, 300, 1000, 1001, 1300, 1999, 2000, 5000))
        table = floor(players, profile, {big: stack}, game=game)
        told(table, {"small_blind": 500, "big_blind": 1000, "big_blind_ante": 1000}, said)
        table.do(type="start_hand", button=players)

        first = min(stack, 1000)
        second = min(stack - first, 1000)
        ante, blind = (first, second) if ante_first else (second, first)
        paid = {act.action: act.amount for act in table.table.play.hand.actions if act.seat == big}
        assert (paid.get("ante", 0), paid.get("big_blind", 0)) == (ante, blind)


# A deal that is void (TDA 35)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("game", WITH_BLINDS)
def test_a_void_deal_keeps_players_and_level_in_every_game_tda_35(game: str, profile: str) -> None:
    for players in range(2, 10):
        table = floor(players, profile, game=game)
        levels = [{"small_blind": small, "big_blind": 2 * small} for small in (50, 100)]
        table.do(type="set_levels", levels=levels)
        table.do(type="set_tournament", level=1)
        table.do(type="start_hand")
        table.fold_out()
        table.do(type="start_hand")
        first, seats = posts(table), dealt(table)
        assert sum(amount for _, _, amount in first) == 150
        for _ in range(2):
            table.do(type="misdeal")
            table.do(type="set_tournament", level=2)
            if players + 1 not in table.table.seated:
                sits(table, players + 1)
            table.do(type="start_hand")
            assert (posts(table), dealt(table)) == (first, seats)
        table.fold_out()
        table.do(type="start_hand")
        assert {amount for _, kind, amount in posts(table) if kind == "big_blind"} == {200}


# Stud hands of a mix (TDA 11)


@pytest.mark.parametrize("hands_each", [1, 2, 3])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rotation", ROTATIONS)
def test_the_button_waits_while_a_mix_plays_stud_tda_11(rotation: str, profile: str, hands_each: int) -> None:
    in_turn = {"horse": "boxxx", "eight_game": "dboxxxbo"}[rotation]  # x: stud
    for players in SEATS:
        table = floor(players, profile, rotation=rotation, hands_each=hands_each, bring_in=25)
        due = 1
        for hand in range(2 * len(in_turn) * hands_each):
            table.do(type="start_hand")
            play = table.table.play
            in_stud = in_turn[hand // hands_each % len(in_turn)] == "x"
            assert (GAMES[play.setup.game].up > 0) is in_stud
            assert play.button == due
            assert bool(play.setup.posts) is not in_stud
            table.fold_out()
            due = due if in_stud else due % players + 1


# Fixed limit in a tournament of two (TDA 48)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("game", GAMES)
def test_the_last_two_of_a_tournament_have_no_cap_in_any_game_tda_48(game: str, profile: str) -> None:
    for players in SEATS:
        for told in (None, 2, 3, 40):
            table = floor(players, profile, game=game, betting="fixed_limit")
            if told is not None:
                table.do(type="set_tournament", remaining=told)
            table.do(type="start_hand")
            left = players if told is None else told
            assert table.table.play.setup.bets_cap == (0 if profile == "tournament" and left == 2 else 4)


# Exposed cards of the first deal (TDA 35, RP-10-A)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("game", GAMES)
def test_which_exposed_cards_may_be_a_misdeal_in_every_game_tda_35_rp_10(game: str, profile: str) -> None:
    chance = Random(f"{game} {profile}")
    for players in SEATS:
        order = [seat % players + 1 for seat in range(players, 2 * players)]  # from left of the button
        for how in ("boxed_card", "replace_card"):
            table = floor(players, profile, game=game)
            table.do(type="start_hand", button=players)
            cards = iter(chance.sample(list(GAMES[game].deck), 3))
            told = 0
            first_two = False
            for number in (1, 2, 3):
                seat = chance.choice(order)
                first_two = first_two or (how == "replace_card" and seat in order[:2])
                given = {"card": next(cards)}
                given |= {} if how == "boxed_card" else {"seat": seat, "reason": "exposed"}
                table.do(type=how, **given)
                if game in STUD:
                    due = how == "boxed_card" and number >= 2
                else:
                    due = number >= 2 or (first_two and game in WITH_A_BOARD)
                told += due
                assert table.warned.count("MISDEAL_DUE") == told, (players, how, number, seat)


# Straddles (RRP 14)


@pytest.mark.parametrize("game", GAMES)
def test_a_straddle_is_twice_the_bet_before_it_and_not_from_a_blind_in_every_game(game: str) -> None:
    chance = Random(f"straddle {game}")
    for players in SEATS:
        table = floor(players, game=game)
        blinds = {players, 1} if players == 2 else {1, 2}  # the button is in the last seat
        for _ in range(14):
            named, before, known = [], 100, game not in STUD
            for _ in range(chance.randint(1, 3)):
                seat = chance.randint(1, players)
                amount = chance.choice((2 * before, 2 * before, before, 2 * before + 1, 3 * before))
                kind = chance.choice(("straddle", "straddle", "sleeper", "late"))
                named.append({"seat": seat, "kind": kind, "amount": amount})
                known = known and kind != "late" and seat not in blinds and amount == 2 * before
                before = max(before, amount)
            start = {"type": "start_hand", "button": players, "straddles": named}
            assert table.refused(**start) == (None if known else "BAD_STRADDLE"), start
            if table.table.play is not None and not table.table.play.hand.complete:
                put = [post for post in posts(table) if post[1] in ("straddle", "sleeper")]
                assert put == [(each["seat"], each["kind"], each["amount"]) for each in named]
                table.do(type="misdeal", fouled_deck=True)


@pytest.mark.parametrize(
    "start",
    [
        {"bomb": 200},
        {"posts": [{"seat": 1, "kind": "small_blind", "amount": 50}, {"seat": 2, "kind": "big_blind", "amount": 100}]},
    ],
)
@pytest.mark.parametrize("override", [False, True])
def test_a_straddle_that_would_not_be_posted_is_refused(start: dict[str, Any], override: bool) -> None:
    straddle = {"seat": 3, "kind": "straddle", "amount": 200}
    table = floor(4)

    code = table.refused(type="start_hand", button=4, straddles=[straddle], override=override, **start)

    assert code == "BAD_STRADDLE"
    table.do(type="start_hand", button=4, **start)


@pytest.mark.parametrize(("blinds", "bet"), [({"button_blind": 300}, 300), ({"third_blind": 200}, 200)])
@pytest.mark.parametrize("game", ["holdem", "omaha", "short_deck", "triple_draw_27"])
def test_a_straddle_is_twice_the_blind_of_the_button_or_the_third_one(
    game: str, blinds: dict[str, int], bet: int
) -> None:
    for players in SEATS[2:]:
        table = floor(players, game=game)
        table.do(type="set_blinds", small_blind=50, big_blind=100, **blinds)
        posters = {players} if "button_blind" in blinds else {1, 2, 3}
        for seat in range(1, players + 1):
            for amount in (2 * bet, bet, 2 * bet + 1, 200):
                named = [{"seat": seat, "kind": "straddle", "amount": amount}]
                code = table.refused(type="start_hand", button=players, straddles=named)
                assert code == (None if amount == 2 * bet and seat not in posters else "BAD_STRADDLE"), (seat, amount)
                if code is None:
                    table.do(type="misdeal", fouled_deck=True)


# The stand-up game


class StandUp:
    """Everybody stands; who wins a pot sits; the last one standing pays each of the others who are dealt in."""

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.standing: set[int] | None = None
        self.chips: dict[int, int] = {}

    def hand(self, dealt_in: list[int], winner: int) -> dict[int, int]:
        """Play a hand; return what each seat gains or loses beside the pot."""
        if self.standing is None or not self.standing & set(dealt_in):
            self.standing = set(dealt_in) | (self.standing or set())
        self.standing -= {winner}
        here = self.standing & set(dealt_in)
        if len(self.standing) == 1 and here:
            loser = here.pop()
            others = [seat for seat in dealt_in if seat != loser]
            self.standing = set(dealt_in)
            return {**dict.fromkeys(others, self.amount), loser: -self.amount * len(others)}
        if not self.standing:
            self.standing = set(dealt_in)
        return {}


@pytest.mark.parametrize("game", ["holdem", "omaha_hi_lo", "stud", "razz", "five_card_draw", "badugi"])
def test_who_stands_and_is_away_stands_on_whoever_wins_and_with_any_number_of_seats(game: str) -> None:
    chance = Random(f"stand up {game}")
    paid = away = 0
    for players in SEATS[1:]:
        table = floor(players, game=game)
        table.do(type="set_side_games", stand_up=100)
        book = StandUp(100)
        for _ in range(3 * players):
            for seat in range(1, players + 1):
                out = table.table.seated[seat].out
                left = sum(not each.out for each in table.table.seated.values())
                if chance.random() < (0.4 if out else 0.2) and (out or left > 2):
                    table.do(type="sit_out", seat=seat, out=not out)
            before = {seat: each.stack for seat, each in table.table.seated.items()}
            table.do(type="start_hand")
            inside = dealt(table)
            winner = chance.choice(inside)
            table.fold_out(winner)
            put = {player.seat: player.contributed for player in table.table.play.hand.players}
            table.do(type="end_hand")
            moved = book.hand(inside, winner)
            paid += bool(moved)
            away += bool((book.standing or set()) - set(inside))
            for seat, each in table.table.seated.items():
                pot = sum(put.values()) if seat == winner else 0
                assert each.stack == before[seat] - put.get(seat, 0) + pot + moved.get(seat, 0), (players, moved)
            assert table.table.standing == {f"p_{seat}" for seat in book.standing or ()}
    assert min(paid, away) > 5


# Burns wait for the cards of their street (TDA 38)


@pytest.mark.parametrize("game", STUD)
def test_a_burn_before_the_cards_of_its_street_is_refused_at_the_table_tda_38(game: str) -> None:
    table = floor(3, game=game)
    table.do(type="start_hand", button=3)

    assert table.refused(type="burn_card") == "CARDS_AWAITED"
    for seat, card in ((1, "2c"), (2, "3d"), (3, "4h")):
        table.do(type="deal_card", seat=seat, card=card, up=True)
    table.do(type="burn_card")
    assert table.refused(type="burn_card") == "NO_BURN"


# The bring-in of an absent player that a misread card moves (TDA 30)


def test_a_misread_card_moves_the_bring_in_from_one_absent_player_to_another_and_each_is_told_once() -> None:
    table = floor(4, "tournament", game="stud")
    for seat in (2, 3):
        table.do(type="sit_out", seat=seat)
    table.do(type="start_hand", button=4)
    for seat, card in ((1, "Kh"), (2, "2c"), (3, "3d"), (4, "9s")):
        table.do(type="deal_card", seat=seat, card=card, up=True)
    table.do(type="deal_card", seat=4, card="Qh", up=True)  # too early: it is of the next street
    assert table.told == [("bring_in", 2)]

    table.do(type="clear_card", seat=2, card="2c", up=True)
    table.do(type="deal_card", seat=2, card="Jh", up=True)

    assert table.told == [("bring_in", 2), ("bring_in", 3)]
    acts = table.table.play.hand.actions
    assert [(act.action, act.seat) for act in acts if act.action == "bring_in"] == [("bring_in", 3)]
