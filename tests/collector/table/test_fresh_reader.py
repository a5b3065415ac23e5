"""Sixty hands of a reader of the books who did not build the program: each outcome was written down before it was run.

Each docstring names the rule. RRP: Robert's Rules 11, by section; TDA: 2024, by number. All goes in by commands.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.collector.table.dealer import Dealer

_VERBS = {"folds": "fold", "checks": "check", "calls": "call", "brings-in": "bring_in", "all-in": "all_in"}


class Floor:
    """A table that is told what a dealer says: `plays("4 calls, 5 raises 400")`."""

    def __init__(self, *stacks: int, profile: str = "cash", rules: Any = None, level: Any = None, **game: Any) -> None:
        self.dealer = Dealer(stacks)
        if profile != "cash" or rules:
            self.does("set_house_rules", profile=profile, **(rules or {}))
        if level:
            self.does("set_blinds", **level)
        if game:
            self.does("set_game", **game)

    def does(self, command: str, **fields: Any) -> None:
        self.dealer.command(type=command, **fields)

    def refuses(self, command: str, **fields: Any) -> str:
        error = self.dealer.send(type=command, **fields).error
        assert error is not None, f"{command} was taken"
        return error.code

    def plays(self, line: str) -> None:
        for said in line.split(", "):
            seat, verb, *amount = said.split()
            if amount:
                verb = "bet" if verb == "bets" else "raise_to"
            self.dealer.act(int(seat), _VERBS.get(verb, verb), *map(int, amount))

    def deals(self, button: int | None = None, **fields: Any) -> list[tuple[int, str, int]]:
        """Start a hand; return its posts."""
        self.does("start_hand", **({"button": button} if button else {}), **fields)
        return [(post.seat, post.kind.value, post.amount) for post in self.dealer.table.play.setup.posts]

    def folded_round(self, button: int | None = None, **fields: Any) -> list[tuple[int, str, int]]:
        """Start a hand that all fold to the last; return its posts."""
        posts = self.deals(button, **fields)
        while self.dealer.table.running:
            self.dealer.act(self.turn, "fold")
        return posts

    def board(self, cards: str, board: int = 1) -> None:
        for card in cards.split():
            self.does("deal_card", card=card, board=board)

    def up(self, **cards: str) -> None:
        """Deal up cards: `up(s1="2c", s2="Kd")`."""
        for seat, card in cards.items():
            self.does("deal_card", seat=int(seat[1:]), card=card, up=True)

    def shows(self, **hands: str) -> None:
        for seat, cards in hands.items():
            self.does("show", seat=int(seat[1:]), cards=cards.split())

    def checked(self) -> None:
        """Everybody checks, or calls, until the street is over."""
        street = self.hand["street"]
        while self.hand["street"] == street and self.turn is not None:
            self.dealer.act(self.turn, "check" if self.legal["check"] else "call")

    @property
    def hand(self) -> dict[str, Any]:
        found: dict[str, Any] = self.dealer.state()["hand"]
        return found

    @property
    def turn(self) -> Any:
        return self.hand["to_act"]

    @property
    def legal(self) -> dict[str, Any]:
        found: dict[str, Any] = self.hand["legal"]
        return found

    @property
    def button(self) -> Any:
        return self.dealer.table.play.button

    @property
    def dealt(self) -> list[int]:
        return sorted(each.seat for each in self.dealer.table.play.setup.seats)

    @property
    def stacks(self) -> list[int]:
        """The chips of everybody at the table, by seat; those of a hand that is over included."""
        return [each["stack"] for each in self.dealer.state()["seats"] if each["player_id"]]

    @property
    def raises(self) -> Any:
        """(seat to act, chips to call, least raise), None where it may not raise."""
        return self.legal["seat"], self.legal["call"], self.legal["min_to"]

    @property
    def last(self) -> tuple[int, str, int]:
        """(seat, action, bet of the street) of the last act."""
        act = self.hand["actions"][-1]
        return act["seat"], act["action"], act["to"]


TEN = 10_000
LIMIT = {"small_blind": 5, "big_blind": 10}
STUD = {"small_blind": 0, "big_blind": 10, "ante": 1}


def away_until_the_button_passed(**game: Any) -> Floor:
    """Seat 4 is away for its big and its small blind; the button has passed it since."""
    floor = Floor(TEN, TEN, TEN, TEN, **game)
    floor.folded_round(1)
    floor.does("sit_out", seat=4)
    floor.folded_round()  # the big blind is seat 1, not 4
    floor.folded_round()  # nor is 4 the small one
    return floor


# Blinds and debts


def test_01_a_returner_posts_both_and_may_raise() -> None:
    """RRP 4: who missed both blinds posts them once the button has passed, the small one dead, and has an option."""
    floor = away_until_the_button_passed()
    floor.does("sit_out", seat=4, out=False)
    posts = floor.deals()
    assert sorted(posts) == [(2, "small_blind", 50), (3, "big_blind", 100), (4, "dead", 50), (4, "late", 100)]
    assert floor.raises == (4, 0, 200)
    floor.plays("4 check, 1 calls, 2 calls, 3 checks")
    assert (floor.hand["street"], floor.hand["pot"]) == ("flop", 450)


def test_02_a_returner_who_waits_for_the_big_blind_posts_that_alone() -> None:
    """RRP 4: or it waits for the big blind."""
    floor = away_until_the_button_passed()
    floor.folded_round()
    floor.does("sit_out", seat=4, out=False)
    assert sorted(floor.deals()) == [(3, "small_blind", 50), (4, "big_blind", 100)]


def test_03_who_lost_all_makes_up_the_blinds_that_passed() -> None:
    """RRP 4: a player who went broke is no new player when it buys in again."""
    floor = Floor(TEN, TEN, TEN, 1000)
    floor.deals(1)
    floor.plays("4 all-in, 1 calls, 2 folds, 3 folds")
    floor.board("2c 7d 9h Jc 4s")
    floor.shows(s4="Kc Qd", s1="As Ad")
    assert floor.stacks == [11_150, 9950, 9900, 0]
    floor.folded_round()
    floor.folded_round()
    floor.does("rebuy", seat=4, amount=TEN)
    assert sorted(floor.deals()) == [(2, "small_blind", 50), (3, "big_blind", 100), (4, "dead", 50), (4, "late", 100)]


def test_04_nobody_comes_in_between_the_button_and_the_big_blind() -> None:
    """RRP 4: a newcomer waits there for the button to pass, and posts the big blind only."""
    floor = Floor(TEN, TEN, TEN, TEN, TEN, rules={"new_players_post": True})
    floor.does("remove_player", seat=3)
    floor.folded_round(1)
    floor.does("seat_player", seat=3, player_id="p_9", name="New", stack=TEN)
    assert (floor.folded_round(), floor.dealt) == ([(4, "small_blind", 50), (5, "big_blind", 100)], [1, 2, 4, 5])
    assert sorted(floor.deals()) == [(1, "big_blind", 100), (3, "late", 100), (5, "small_blind", 50)]


def test_05_a_newcomer_of_a_new_game_posts_nothing_before_a_blind_has_passed_its_seat() -> None:
    """RRP 4: in a newly started game, until the button has gone round once."""
    floor = Floor(TEN, TEN, TEN, TEN, rules={"new_players_post": True})
    floor.folded_round(1)
    floor.does("seat_player", seat=5, player_id="p_9", name="New", stack=TEN)
    wanted = [(3, "small_blind", 50), (4, "big_blind", 100)]
    assert (sorted(floor.folded_round()), floor.dealt) == (wanted, [1, 2, 3, 4, 5])
    floor.does("seat_player", seat=7, player_id="p_8", name="Newer", stack=TEN)
    floor.does("move_player", seat=5, to_seat=6)
    wanted = [(4, "small_blind", 50), (6, "big_blind", 100)]
    assert (sorted(floor.folded_round()), floor.dealt) == (wanted, [1, 2, 3, 4, 6, 7]), "nor does who changes seats"
    for big in (7, 1, 2):
        assert floor.folded_round()[-1] == (big, "big_blind", 100)
    floor.does("seat_player", seat=5, player_id="p_7", name="Late", stack=TEN)
    assert sorted(floor.deals()) == [(2, "small_blind", 50), (3, "big_blind", 100), (5, "late", 100)]


def test_06_the_button_is_dead_when_the_big_blind_has_left() -> None:
    """TDA 32."""
    floor = Floor(TEN, TEN, TEN, TEN, profile="tournament")
    floor.folded_round(1)
    floor.does("remove_player", seat=3)
    assert (floor.folded_round(), floor.button) == ([(4, "big_blind", 100)], 2)
    assert (floor.folded_round(), floor.button) == ([(4, "small_blind", 50), (1, "big_blind", 100)], 3)
    assert (floor.folded_round(), floor.button) == ([(1, "small_blind", 50), (2, "big_blind", 100)], 4)


@pytest.mark.parametrize(("leaves", "button", "big"), [(1, 3, 2), (2, 3, 1), (3, 2, 1)])
def test_07_nobody_is_the_big_blind_twice_when_three_become_two(leaves: int, button: int, big: int) -> None:
    """TDA 34-B."""
    floor = Floor(TEN, TEN, TEN, profile="tournament")
    floor.folded_round(1)
    floor.does("remove_player", seat=leaves)
    assert (floor.deals(), floor.button) == ([(button, "small_blind", 50), (big, "big_blind", 100)], button)


def test_08_with_a_moving_button_everybody_meets_both_blinds() -> None:
    """RRP 4: so there may be two big blinds."""
    floor = Floor(TEN, TEN, TEN, TEN, TEN)
    floor.folded_round(1)
    floor.does("remove_player", seat=3)
    assert (sorted(floor.folded_round()), floor.button) == ([(4, "big_blind", 100), (5, "big_blind", 100)], 2)
    wanted = [(1, "big_blind", 100), (4, "small_blind", 50), (5, "small_blind", 50)]
    assert (sorted(floor.folded_round()), floor.button) == (wanted, 4)


def test_09_a_debt_goes_along_to_another_seat() -> None:
    """RRP 4."""
    floor = away_until_the_button_passed()
    floor.does("move_player", seat=4, to_seat=5)
    floor.does("sit_out", seat=5, out=False)
    assert sorted(floor.deals()) == [(2, "small_blind", 50), (3, "big_blind", 100), (5, "dead", 50), (5, "late", 100)]


def test_10_a_bomb_pot_begins_on_the_flop_and_leaves_no_debt() -> None:
    """House."""
    floor = Floor(TEN, TEN, TEN, TEN)
    floor.folded_round(1)
    floor.deals(bomb=200)
    floor.board("2c 7d 9h")
    assert (floor.hand["pot"], floor.button, floor.raises) == (800, 2, (3, 0, 100))
    floor.plays("3 folds, 4 folds, 1 folds")
    assert floor.stacks == [9800, 10_550, 9850, 9800]
    assert (sorted(floor.deals()), floor.button) == ([(1, "big_blind", 100), (4, "small_blind", 50)], 3)


@pytest.mark.parametrize(("profile", "least"), [("cash", 400), ("wsop", 300)])
def test_11_12_a_straddler_acts_last_and_the_least_raise_is_the_houses(profile: str, least: int) -> None:
    """RRP 14; WSOP 11."""
    floor = Floor(TEN, TEN, TEN, TEN, TEN, profile=profile)
    floor.deals(1, straddles=[{"seat": 4, "kind": "straddle", "amount": 200}])
    assert floor.raises == (5, 200, least)
    floor.plays("5 calls, 1 calls, 2 calls, 3 calls")
    assert floor.raises == (4, 0, least)
    floor.plays("4 checks")
    assert floor.hand["pot"] == 1000


def test_13_in_a_cash_game_two_who_have_acted_rule_a_misdeal_out() -> None:
    """RRP 3: two players after the blinds have acted, whatever they did."""
    floor = Floor(*[TEN] * 6)
    floor.deals(1)
    floor.plays("4 folds, 5 folds")
    assert floor.refuses("misdeal") == "SUBSTANTIAL_ACTION"
    assert floor.stacks == [TEN, 9950, 9900, TEN, TEN, TEN]


def test_14_in_a_tournament_two_folds_are_no_substantial_action() -> None:
    """TDA 36; 35-C: the deal is played again, with the same blinds."""
    floor = Floor(*[TEN] * 6, profile="tournament")
    floor.deals(1)
    floor.plays("4 folds, 5 folds")
    floor.does("misdeal")
    assert floor.stacks == [TEN] * 6
    assert floor.deals() == [(2, "small_blind", 50), (3, "big_blind", 100)]


def test_15_a_fold_and_a_call_are_substantial_action() -> None:
    """TDA 36: two acts, one of them with chips."""
    floor = Floor(*[TEN] * 6, profile="tournament")
    floor.deals(1)
    floor.plays("4 folds, 5 calls")
    assert floor.refuses("misdeal") == "SUBSTANTIAL_ACTION"


def test_16_in_stud_the_forced_bet_is_no_action() -> None:
    """RRP 3: two players after the forced bet."""
    for line in ("1 brings-in, 2 folds", "1 raises 10, 2 folds"):
        floor = stud(TEN, TEN, TEN, TEN, s1="2c", s2="Kd", s3="Qd", s4="Jd")
        floor.plays(line)
        floor.does("misdeal")
        assert floor.stacks == [TEN] * 4
        floor.deals()
        floor.up(s1="2c", s2="Kd", s3="Qd", s4="Jd")
        floor.plays(f"{line}, 3 folds")
        assert floor.refuses("misdeal") == "SUBSTANTIAL_ACTION"


def test_17_a_new_player_of_a_tournament_takes_the_place_as_it_is() -> None:
    """TDA 8, 10-A; RRP 15: here that of the small blind."""
    floor = Floor(TEN, TEN, TEN, TEN, profile="tournament")
    floor.folded_round(1)
    floor.does("remove_player", seat=3)
    floor.does("seat_player", seat=3, player_id="p_9", name="New", stack=TEN)
    assert (floor.deals(), floor.dealt) == ([(3, "small_blind", 50), (4, "big_blind", 100)], [1, 2, 3, 4])


# Betting


@pytest.mark.parametrize(("big_blind", "left"), [("3 calls", (4, 3500, None)), ("3 raises 11500", (4, 7500, 15_500))])
def test_18_19_a_short_all_in_reopens_only_with_a_full_raise_behind_it(big_blind: str, left: Any) -> None:
    """TDA 47-A: the example of its addendum at 2000-4000."""
    level = {"small_blind": 2000, "big_blind": 4000}
    floor = Floor(50_000, 50_000, 50_000, 50_000, 7500, level=level, profile="tournament")
    floor.deals(1)
    floor.plays("4 calls, 5 all-in, 1 calls, 2 folds")
    assert floor.raises == (3, 3500, 11_500)
    floor.plays(big_blind)
    assert floor.raises == left


def test_20_short_all_ins_that_make_a_raise_together_reopen() -> None:
    """TDA 47-A: the least raise is still that of the last full bet."""
    floor = Floor(TEN, 600, 750, 900, TEN, TEN, profile="tournament")
    floor.deals(6)
    floor.plays("3 calls, 4 calls, 5 calls, 6 folds, 1 calls, 2 checks")
    floor.board("2c 7d 9h")
    floor.plays("1 bets 300, 2 all-in, 3 all-in, 4 all-in, 5 calls")
    assert floor.raises == (1, 500, 1100)


def test_21_a_raise_is_as_large_as_the_largest_bet_of_the_round() -> None:
    """TDA 43-A: upon a short all-in, too."""
    floor = Floor(TEN, 1100, TEN, profile="tournament")
    floor.deals(3)
    floor.plays("3 calls, 1 calls, 2 checks")
    floor.board("2c 7d 9h")
    floor.plays("1 bets 600, 2 all-in")
    assert floor.raises == (3, 1000, 1600)


def test_22_half_a_raise_is_a_raise() -> None:
    """TDA 43-A: less is a call."""
    floor = Floor(TEN, TEN, TEN, profile="tournament")
    floor.deals(3)
    floor.plays("3 calls, 1 calls, 2 checks")
    floor.board("2c 7d 9h")
    floor.plays("1 bets 1000")
    floor.does("put_in", seat=2, chips=[500, 500, 100, 100, 100, 100])
    assert floor.last == (2, "call", 1000)
    floor.does("put_in", seat=3, chips=[1000, 500])
    assert floor.last == (3, "raise", 2000)


def test_23_chips_that_are_all_needed_are_a_call() -> None:
    """TDA 45-A."""
    floor = Floor(*[TEN] * 4, level={"small_blind": 200, "big_blind": 400}, profile="tournament")
    floor.deals(1)
    floor.plays("4 raises 1200")
    floor.does("put_in", seat=1, chips=[1000, 1000])
    assert floor.last == (1, "call", 1200)
    floor.plays("2 folds, 3 calls")
    floor.board("2c 7d 9h")
    floor.plays("3 bets 700")
    floor.does("put_in", seat=4, chips=[500, 500, 500])
    assert floor.last == (4, "raise", 1500)


def test_24_one_oversized_chip_is_a_call_of_the_blind() -> None:
    """TDA 44; RRP 14."""
    floor = Floor(*[TEN] * 4)
    floor.deals(1)
    floor.does("put_in", seat=4, chips=[1000])
    assert (floor.last, floor.stacks[3]) == ((4, "call", 100), 9900)


def test_25_raise_and_an_amount_is_the_whole_bet() -> None:
    """TDA 43-B."""
    floor = Floor(*[20_000] * 4, level={"small_blind": 500, "big_blind": 1000}, profile="tournament")
    floor.deals(1)
    floor.plays("4 raises 2000")
    floor.does("put_in", seat=1, declared="raise", amount=8000)
    assert (floor.last, floor.stacks[0]) == ((1, "raise", 8000), 12_000)


@pytest.mark.parametrize(
    ("before", "turn", "stack"), [("4 calls", (1, 400, 700), 9600), ("4 raises 300", (5, 300, 500), TEN)]
)
def test_26_27_a_raise_out_of_turn_binds_unless_somebody_raises(before: str, turn: Any, stack: int) -> None:
    """TDA 53-A: a call changes nothing."""
    floor = Floor(*[TEN] * 5, profile="tournament")
    floor.deals(1)
    floor.does("out_of_turn", seat=5, action="raise_to", amount=400)
    floor.plays(before)
    assert (floor.raises, floor.stacks[4]) == (turn, stack)


@pytest.mark.parametrize(("profile", "least"), [("cash", None), ("tournament", 400)])
def test_28_who_checked_out_of_turn_may_not_raise_in_a_cash_game(profile: str, least: int | None) -> None:
    """RRP 3: it may not bet or raise in its next turn. TDA 53-A: once the action has changed it is free."""
    floor = Floor(TEN, TEN, TEN, profile=profile)
    floor.deals(1)
    floor.plays("1 calls, 2 calls, 3 checks")
    floor.board("2c 7d 9h")
    floor.does("out_of_turn", seat=3, action="check")
    floor.plays("2 checks")
    assert (floor.turn, floor.last) == (1, (3, "check", 0)), "it is bound"
    floor.plays("1 checks")
    floor.board("Jc")
    floor.does("out_of_turn", seat=3, action="check")
    floor.plays("2 bets 200")
    assert floor.raises == (3, 200, least)
    floor.plays("3 calls, 1 raises 600, 2 folds")
    assert floor.raises == (3, 400, 1000), "it was that turn only"


def test_29_pot_limit_counts_dead_chips() -> None:
    """RRP 14: the most is the pot after the call."""
    floor = Floor(TEN, TEN, TEN, TEN, betting="pot_limit")
    floor.deals(1)
    assert floor.legal["max_to"] == 350
    floor = away_until_the_button_passed(betting="pot_limit")
    floor.does("sit_out", seat=4, out=False)
    floor.deals()
    assert floor.legal["max_to"] == 400
    floor.plays("4 checks")
    assert floor.legal["max_to"] == 500


def test_30_pot_limit_counts_a_short_blind_as_a_whole_one() -> None:
    """TDA 54-B."""
    floor = Floor(TEN, TEN, 60, TEN, profile="tournament", betting="pot_limit")
    floor.deals(1)
    assert floor.legal["max_to"] == 350


def test_31_a_bet_above_the_pot_is_cut_to_it() -> None:
    """RRP 14: its example, a pot of 100 and a bet of 50."""
    floor = Floor(TEN, TEN, level={"small_blind": 25, "big_blind": 50}, betting="pot_limit")
    floor.deals(1)
    floor.plays("1 calls, 2 checks")
    floor.board("2c 7d 9h")
    floor.plays("2 bets 50")
    assert floor.refuses("raise_to", seat=1, amount=300) == "RAISE_TOO_BIG"
    floor.does("put_in", seat=1, chips=[100, 100, 100])
    assert (floor.last, floor.stacks) == ((1, "raise", 250), [9700, 9900])


def test_32_less_than_half_a_bet_is_called_or_completed() -> None:
    """RRP 3: it reopens nothing for who has bet; a completion does."""
    for act, left in (("3 calls", (1, 8, None)), ("3 raises 40", (1, 20, 60))):
        floor = Floor(TEN, 38, TEN, level=LIMIT, betting="fixed_limit", big_bet=20)
        floor.deals(3)
        floor.plays("3 calls, 1 calls, 2 checks")
        floor.board("2c 7d 9h")
        floor.checked()
        floor.board("Jc")
        floor.plays("1 bets 20, 2 all-in")
        assert floor.raises == (3, 28, 40)
        floor.plays(act)
        assert floor.raises == left


def test_33_34_a_bet_and_three_raises_but_two_in_a_cash_game_go_on() -> None:
    """RRP 3: two who were two before the cap. RRP 15, TDA 48: in a tournament of three they are capped too."""
    floor = Floor(TEN, TEN, TEN, level=LIMIT, betting="fixed_limit", big_bet=20)
    floor.deals(3)
    floor.plays("3 raises 20, 1 raises 30, 2 raises 40")
    assert floor.raises == (3, 20, None)
    for profile, least in (("cash", 50), ("tournament", None)):
        floor = Floor(TEN, TEN, TEN, profile=profile, level=LIMIT, betting="fixed_limit", big_bet=20)
        floor.deals(3)
        floor.plays("3 folds, 1 raises 20, 2 raises 30, 1 raises 40")
        assert floor.raises == (2, 10, least)


@pytest.mark.parametrize(("motion", "worth"), [(250, (5, "raise", 300)), (249, (5, "call", 200))])
def test_35_the_first_motion_of_a_string_bet_counts(motion: int, worth: Any) -> None:
    """TDA 43-A, 56."""
    floor = Floor(*[TEN] * 5, profile="tournament")
    floor.deals(1)
    floor.plays("4 raises 200")
    floor.does("string_bet", seat=5, amount=motion)
    assert floor.last == worth


# Stud and draw


def stud(*stacks: int, profile: str = "cash", game: str = "stud", **third: str) -> Floor:
    """Stud at 10-20: an ante of 1, a bring-in of 3, the up cards of third street."""
    floor = Floor(*stacks, profile=profile, level=STUD, game=game, bring_in=3, big_bet=20)
    floor.deals(len(stacks))
    floor.up(**third)
    return floor


def test_36_a_completion_is_no_raise() -> None:
    """RRP 8: three raises follow it."""
    floor = stud(TEN, TEN, TEN, s1="2c", s2="Kd", s3="Qd")
    floor.plays("1 brings-in, 2 raises 10, 3 raises 20, 1 raises 30, 2 raises 40")
    assert floor.raises == (3, 20, None)


def test_37_an_open_pair_on_fourth_street_gives_the_choice() -> None:
    """RRP 8: after a raise of the upper limit all raises are so."""
    floor = stud(TEN, TEN, TEN, s1="2c", s2="Kd", s3="Qd")
    floor.plays("1 brings-in, 2 calls, 3 calls")
    floor.up(s1="7c", s2="Ks", s3="9h")
    assert (floor.turn, floor.legal["min_to"], floor.legal["max_to"]) == (2, 10, 20)
    floor.plays("2 bets 10")
    assert (floor.legal["min_to"], floor.legal["max_to"]) == (20, 30)
    floor.plays("3 raises 30")
    assert (floor.legal["min_to"], floor.legal["max_to"]) == (50, 50)


def test_38_a_wrong_bring_in_stands_once_the_next_has_acted() -> None:
    """RRP 8: the true low card has no obligation."""
    floor = stud(TEN, TEN, TEN, s1="2c", s2="3d", s3="Kh")
    floor.does("bring_in", seat=2, override=True)
    floor.plays("3 calls")
    assert (floor.raises, floor.legal["bring_in"]) == ((1, 3, 10), None)
    floor.plays("1 folds")
    assert (floor.hand["street"], floor.stacks) == ("fourth", [9999, 9996, 9996])


def test_39_a_wrong_bring_in_goes_back_before_the_next_has_acted() -> None:
    """RRP 8: the true low card brings in."""
    floor = stud(TEN, TEN, TEN, s1="2c", s2="3d", s3="Kh")
    floor.does("bring_in", seat=2, override=True)
    floor.does("undo")
    floor.plays("1 brings-in")
    assert (floor.raises, floor.stacks) == ((2, 3, 10), [9996, 9999, 9999])


@pytest.mark.parametrize(
    ("act", "wanted"), [("folds", (3, 0, 10)), ("brings-in", (3, 3, 10)), ("raises 10", (3, 10, 20))]
)
def test_40_with_the_low_card_all_in_the_next_may_fold_bring_in_or_complete(act: str, wanted: Any) -> None:
    """RRP 8."""
    floor = stud(1, TEN, TEN, TEN, s1="2c", s2="Kd", s3="Qh", s4="Jh")
    assert (floor.turn, floor.legal["bring_in"], floor.legal["min_to"]) == (2, 3, 10)
    floor.plays(f"2 {act}")
    assert floor.raises == wanted


@pytest.mark.parametrize(("profile", "first"), [("cash", 2), ("tournament", 1)])
def test_41_with_one_card_for_all_the_high_board_acts_first(profile: str, first: int) -> None:
    """RRP 8: who is high with the card. TDA RP-10-H: who was first on sixth street."""
    boards = ["Ac Td 8h 6s", "Kc 9d 7h 5s", "Qc Jd 4h 3s", "Jc Qd 2h 8s"]
    boards += ["Tc 5d 3h Ks", "9c 4d Qh 2s", "8c Kh 6d Jh", "7c 3d 9h 5c"]
    floor = Floor(*[TEN] * 8, profile=profile, level=STUD, game="stud", bring_in=3, big_bet=20)
    floor.deals(8)
    for street in range(4):
        floor.up(**{f"s{seat}": cards.split()[street] for seat, cards in enumerate(boards, 1)})
        if street == 0:
            floor.plays("8 brings-in")
        assert floor.turn == 1
        floor.checked()
    floor.does("community_card", card="9s")
    assert floor.turn == first


def test_42_an_absent_player_with_the_low_card_brings_in() -> None:
    """TDA 30."""
    floor = Floor(TEN, TEN, TEN, profile="tournament", level=STUD, game="stud", bring_in=3, big_bet=20)
    floor.does("sit_out", seat=1)
    floor.deals(3)
    floor.up(s1="2c", s2="Kd", s3="Qd")
    assert floor.raises == (2, 3, 10)
    floor.plays("2 folds")
    assert floor.stacks == [9996, 9999, 10_005]


@pytest.mark.parametrize(("other", "wins"), [("Kd 9c 7s 4c 3d", False), ("2s 2c 6d 7d 8d", True)])
def test_43_in_deuce_to_seven_the_wheel_is_ace_high(other: str, *, wins: bool) -> None:
    """RRP 11: it loses to king high, and beats a pair."""
    floor = Floor(TEN, TEN, game="single_draw_27")
    floor.deals(1)
    floor.plays("1 calls, 2 checks")
    floor.does("draw", seat=2, count=0)
    floor.does("draw", seat=1, count=0)
    floor.plays("2 checks, 1 checks")
    floor.shows(s2="5h 4h 3c 2h As", s1=other)
    assert floor.stacks == ([9900, 10_100] if wins else [10_100, 9900])


def test_44_a_card_exposed_in_the_draw_is_replaced() -> None:
    """RRP 12: and five may be drawn."""
    floor = Floor(TEN, TEN, level=LIMIT, game="five_card_draw")
    floor.deals(1)
    floor.plays("1 calls, 2 checks")
    floor.does("draw", seat=2, count=5)
    floor.does("draw", seat=1, count=1)
    floor.does("replace_card", seat=1, card="Qd", reason="exposed in the draw")
    floor.plays("2 checks, 1 bets 20, 2 calls")
    assert floor.refuses("show", seat=1, cards=["Qd", "Qc", "Qs", "Qh", "2c"]) == "CARD_FACE_UP"
    floor.shows(s1="3d Qc Qs Qh 2c", s2="As Ad Kc Kd 3s")
    assert floor.stacks == [10_030, 9970]


# High-low, odd chips, showdown

TRIPS, LOW, QUEENS, EIGHT_BOARD = "Kc Qs Jc Td", "As 3s Qh Jh", "Qd Qc Jd Js", "2c 4d 7h Ks Kd"


def eight(*stacks: int, line: str = "", flop: str = "", **hands: str) -> list[int]:
    """Play Omaha eight or better at 5-10 with the button in seat 1, to the showdown; return the stacks."""
    floor = Floor(*stacks, level=LIMIT, game="omaha_hi_lo", big_bet=20)
    floor.deals(1)
    floor.plays(line)
    floor.board(EIGHT_BOARD[:8])
    if flop:
        floor.plays(flop)
    for card in EIGHT_BOARD[9:].split():
        if not flop:
            floor.checked()
        floor.board(card)
        flop = ""
    floor.checked()
    floor.shows(**hands)
    return floor.stacks


def test_45_the_odd_chip_goes_to_the_high_hand() -> None:
    """TDA 20-C; RRP 3."""
    assert eight(TEN, TEN, TEN, line="1 calls, 2 folds, 3 checks", s1=TRIPS, s3=LOW) == [10_003, 9995, 10_002]


def test_46_a_shared_low_is_a_quarter_and_its_odd_chip_goes_left_of_the_button() -> None:
    """TDA 20-A, 20-C; RRP 3."""
    line = "4 calls, 1 calls, 2 folds, 3 checks"
    assert eight(*[TEN] * 4, line=line, s1=TRIPS, s3=LOW, s4="Ah 3h 9s 9c") == [10_008, 9995, 9999, 9998]


def test_47_a_side_pot_without_a_low_goes_to_its_high_hand() -> None:
    """TDA 21; RRP 3, 7."""
    line, flop = "4 all-in, 1 calls, 2 folds, 3 checks", "3 bets 10, 1 calls"
    found = eight(TEN, TEN, TEN, 10, line=line, flop=flop, s1=TRIPS, s3=QUEENS, s4=LOW)
    assert found == [10_018, 9995, 9980, 17]


def test_48_the_same_wheels_share_as_evenly_as_it_goes() -> None:
    """RRP 9; TDA 20: the high card by suit has the odd chip."""
    floor = stud(TEN, TEN, TEN, game="stud_hi_lo", s1="2s", s2="3c", s3="Kh")
    floor.plays("1 brings-in, 2 calls, 3 folds")
    for cards in (("3d", "4d"), ("4c", "5s"), ("9c", "8c")):
        floor.up(s1=cards[0], s2=cards[1])
        floor.checked()
    floor.checked()
    floor.shows(s1="As 5h 2s 3d 4c 9c Kd", s2="Ah 2h 3c 4d 5s 8c Qd")
    assert floor.stacks == [10_001, TEN, 9999]


@pytest.mark.parametrize(
    ("river", "order"), [("3 checks, 1 checks", [2, 3, 1]), ("3 checks, 1 bets 200, 3 calls", [1, 3, 2])]
)
def test_49_who_plays_for_the_side_pot_shows_before_who_is_all_in_for_the_main_pot(
    river: str, order: list[int]
) -> None:
    """RRP 3; TDA 21: and who is all-in for the main pot wins no side pot. Where nobody bet on there is none."""
    floor = Floor(TEN, 300, TEN)
    floor.deals(1)
    floor.plays("1 raises 300, 2 all-in, 3 calls")
    for cards in ("2c 7d 9h", "Jc"):
        floor.board(cards)
        floor.checked()
    floor.board("4s")
    floor.plays(river)
    assert floor.hand["showdown"] == order
    floor.shows(s1="Kc Kd", s2="As Ad", s3="Qc Qd")
    bet = 200 if "bets" in river else 0
    assert floor.stacks == [9700 + bet, 900, 9700 - bet]


def test_50_only_a_tabled_hand_wins_the_board_too() -> None:
    """RRP 3, 5; TDA 13, 19."""
    floor = Floor(TEN, TEN)
    floor.deals(1)
    floor.plays("1 calls, 2 checks")
    for cards in ("As Ks Qs", "Js", "Ts"):
        floor.board(cards)
        floor.checked()
    floor.shows(s2="2c 3c")
    floor.does("muck", seat=1)
    assert floor.stacks == [9900, 10_100]


def test_51_with_an_all_in_every_hand_is_tabled() -> None:
    """TDA 16."""
    floor = Floor(TEN, TEN, profile="tournament")
    floor.deals(1)
    floor.plays("1 all-in, 2 calls")
    floor.board("2c 7d 9h Jc 4s")
    assert floor.refuses("muck", seat=2) == "MUST_TABLE"
    floor.shows(s1="As Ad", s2="Kc Kd")
    assert floor.stacks == [20_000, 0]


# Who is absent, out, or out of time; antes


@pytest.mark.parametrize(
    ("away", "line", "stacks"), [((3,), "1 folds", [TEN, 10_100, 9900]), ((2, 3), "", [10_150, 9950, 9900])]
)
def test_52_an_absent_player_wins_nothing(away: tuple[int, ...], line: str, stacks: list[int]) -> None:
    """TDA 30: its blinds go to whoever is left."""
    floor = Floor(TEN, TEN, TEN, profile="tournament")
    for seat in away:
        floor.does("sit_out", seat=seat)
    floor.deals(1)
    if line:
        floor.plays(line)
    assert floor.stacks == stacks


@pytest.mark.parametrize(("profile", "stacks"), [("tournament", [9900, 9950, 270]), ("cash", [10_010, 9950, 160])])
def test_53_a_short_big_blind_wins_what_it_paid_for(profile: str, stacks: list[int]) -> None:
    """TDA RP-11: the blind first. House: the ante first in cash games."""
    level = {"small_blind": 50, "big_blind": 100, "big_blind_ante": 100}
    floor = Floor(TEN, TEN, 120, profile=profile, level=level)
    floor.deals(1)
    floor.plays("1 calls, 2 folds")
    floor.board("2c 7d 9h Jc 4s")
    floor.shows(s1="Kc Kd", s3="As Ad")
    assert floor.stacks == stacks


@pytest.mark.parametrize(
    ("short", "places"), [(400, {"p_2": (2, 60), "p_3": (3, 30)}), (900, {"p_2": (2, 45), "p_3": (2, 45)})]
)
def test_54_of_two_who_go_out_the_larger_stack_has_the_better_place(short: int, places: Any) -> None:
    """RRP 15; equal stacks share: House."""
    floor = Floor(TEN, 900, short, profile="tournament")
    floor.does("set_tournament", payouts=[100, 60, 30])
    floor.deals(1)
    floor.plays("1 all-in, 2 all-in, 3 all-in")
    floor.board("2c 7d 9h Jc 4s")
    floor.shows(s1="As Ad", s2="Kc Kd", s3="Qc Qd")
    floor.does("end_hand")
    out = floor.dealer.state()["tournament"]["eliminated"]
    assert {each["player_id"]: (each["rank"], each["payout"]) for each in out} == places


def test_55_the_chips_of_who_is_disqualified_leave_play() -> None:
    """TDA 71-D; RRP 15."""
    floor = Floor(TEN, TEN, TEN, profile="tournament")
    floor.folded_round(1)
    floor.does("end_hand")
    floor.does("disqualify", seat=3, reason="chip dumping")
    assert floor.stacks == [TEN, 9950]
    floor.deals()
    floor.plays("2 all-in, 1 calls")
    floor.board("2c 7d 9h Jc 4s")
    floor.shows(s1="As Ad", s2="Kc Kd")
    floor.does("end_hand")
    out = floor.dealer.state()["tournament"]["eliminated"]
    assert [(each["player_id"], each["rank"]) for each in out] == [("p_3", 3), ("p_2", 2)]


def test_56_time_that_is_up_kills_or_checks() -> None:
    """TDA 29; RRP 14."""
    floor = Floor(TEN, TEN, TEN)
    floor.deals(1)
    floor.does("call_clock", seat=1)
    floor.does("time_up", seat=1)
    floor.plays("2 calls")
    floor.does("call_clock", seat=3)
    floor.does("time_up", seat=3)
    assert (floor.last, floor.hand["street"], floor.hand["pot"], floor.turn) == ((3, "check", 100), "flop", 200, 2)


def test_56_who_must_bring_in_and_is_not_there_loses_the_forced_bet() -> None:
    """RRP 8: it forfeits its ante and its forced bet."""
    floor = stud(TEN, TEN, TEN, s1="2c", s2="Kd", s3="Qd")
    floor.does("call_clock", seat=1)
    floor.does("time_up", seat=1)
    assert floor.raises == (2, 3, 10)
    floor.plays("2 folds")
    assert floor.stacks == [9996, 9999, 10_005]


# Kill pots, runs, boards, bounties


def won_with_a_bet(floor: Floor, seat: int, caller: int) -> None:
    """A hand that a seat wins from a caller, on the flop."""
    floor.deals()
    while floor.hand["street"] == "preflop":
        act = "fold" if floor.turn not in (seat, caller) else "check" if floor.legal["check"] else "call"
        floor.dealer.act(floor.turn, act)
    floor.board("2c 7d 9h")
    while floor.dealer.table.running:
        if floor.turn == caller:
            floor.dealer.act(caller, "check" if floor.legal["check"] else "fold")
        else:
            floor.dealer.act(seat, "bet", floor.legal["min_to"])


def killing() -> Floor:
    """Seat 6 has won two pots running; the second held a bet."""
    floor = Floor(*[TEN] * 6, level=LIMIT, betting="fixed_limit", big_bet=20, kill="half")
    floor.deals(1)
    floor.plays("4 folds, 5 folds, 6 raises 20, 1 folds, 2 folds, 3 folds")
    won_with_a_bet(floor, 6, 1)
    return floor


def test_57_a_half_kill_is_one_and_a_half_blinds_and_acts_in_turn() -> None:
    """RRP 13."""
    floor = killing()
    assert sorted(floor.deals()) == [(4, "small_blind", 5), (5, "big_blind", 10), (6, "late", 15)]
    assert floor.raises == (6, 0, 30)
    floor.plays("6 checks")
    assert floor.raises == (1, 15, 30)


def test_58_a_split_pot_keeps_the_leg_and_kills_again() -> None:
    """RRP 13."""
    floor = killing()
    floor.deals()
    floor.plays("6 checks, 1 calls, 2 folds, 3 folds, 4 folds, 5 folds")
    for cards in ("2c 7d 9h", "Jc", "4s"):
        floor.board(cards)
        floor.checked()
    floor.shows(s6="As Kd", s1="Ah Kc")
    assert floor.stacks == [9997, 9995, 9985, 9985, 9990, 10_048]
    assert sorted(floor.deals()) == [(5, "small_blind", 5), (6, "big_blind", 10), (6, "late", 5)]


def test_59_each_pot_is_halved_by_itself_when_a_board_runs_twice() -> None:
    """RRP 14; the odd chip to the first board: House."""
    floor = Floor(1000, 301, 1000)
    floor.deals(1)
    floor.plays("1 all-in, 2 all-in, 3 calls")
    floor.does("run_board", times=2)
    floor.board("2c 7d 9h Jc 4s")
    floor.board("Qd 2d 7c 8c 3h", board=2)
    floor.shows(s1="Qs Qh", s2="As Ah", s3="Ks Kh")
    assert floor.stacks == [1150, 452, 699]


def test_60_two_boards_halve_each_pot_and_a_bounty_is_due_for_a_whole_one() -> None:
    """House."""
    floor = Floor(TEN, TEN, 101)
    floor.does("set_side_games", bounties=[{"name": "72", "ranks": "72", "amount": 50}])
    floor.deals(3, bomb=101, boards=2)
    floor.board("7h 7d 2c")
    floor.board("2h 2s 7s", board=2)
    floor.plays("1 bets 200, 2 calls")
    for first, second in (("4h", "Td"), ("3s", "9d")):
        floor.board(first)
        floor.board(second, board=2)
        floor.checked()
    floor.shows(s1="As Ah", s2="Jd 8d", s3="7c 2d")
    assert floor.stacks == [9849, 9849, 403]
