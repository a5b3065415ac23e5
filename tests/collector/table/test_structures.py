"""Structures by name: a live blind of the button, stakes by game of a mix, antes in stud only, kill pots."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collector.table.amendments import amended
from tests.collector.table.dealer import Dealer

HORSE = ("holdem", "omaha_hi_lo", "razz", "stud", "stud_hi_lo")


def started(dealer: Dealer, **fields: Any) -> Any:
    dealer.command(type="start_hand", **fields)
    return dealer.table.play.setup


def posts(setup: Any) -> list[tuple[int, str, int]]:
    return [(post.seat, post.kind.value, post.amount) for post in setup.posts]


def folded_out(dealer: Dealer, **fields: Any) -> Any:
    """Play a hand in which everybody folds to the last."""
    setup = started(dealer, **fields)
    if setup.bring_in:
        dealer.command(type="misdeal")
        return setup
    while dealer.table.running is not None:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")
    return setup


# A live blind of the button


@pytest.mark.parametrize("players", [2, 3, 6, 10])
def test_short_deck_antes_all_and_has_a_live_blind_of_the_button(players: int) -> None:
    dealer = Dealer((10_000,) * players)
    dealer.command(type="set_game", game="short_deck")
    dealer.command(type="set_blinds", small_blind=0, big_blind=10, ante=10, button_blind=20)

    setup = started(dealer, button=1)

    antes = [(seat, "ante", 10) for seat in (*range(2, players + 1), 1)]
    assert posts(setup) == [*antes, (1, "big_blind", 20)]
    legal = dealer.state()["hand"]["legal"]
    assert (legal["seat"], legal["call"], legal["min_to"]) == (2, 20, 40), "the first turn is left of the button"
    for seat in range(2, players + 1):
        dealer.act(seat, "call")
    assert dealer.state()["hand"]["to_act"] == 1, "the button acts last, and has the option"
    assert dealer.state()["hand"]["legal"]["check"]


def test_the_button_and_its_blind_go_round_and_nobody_owes_one() -> None:
    dealer = Dealer((10_000,) * 4)
    dealer.command(type="set_blinds", small_blind=0, big_blind=10, ante=10, button_blind=20)

    found = []
    for _ in range(6):
        found += [seat for seat, kind, _ in posts(folded_out(dealer)) if kind == "big_blind"]
        dealer.command(type="sit_out", seat=3, out=len(found) == 2)

    assert found == [1, 2, 4, 1, 2, 3]
    assert dealer.state("public")["owed"] == {}


def test_a_blind_of_the_button_is_not_bought() -> None:
    dealer = Dealer((10_000,) * 4)
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, button_blind=100)
    started(dealer)
    dealer.command(type="misdeal")

    error = dealer.send(type="start_hand", buy_button=True).error
    assert error is not None
    assert error.code == "NO_BUTTON_TO_BUY"


def test_the_blinds_of_before_come_back_when_the_blind_of_the_button_ends() -> None:
    dealer = Dealer((10_000,) * 4)
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, button_blind=100)
    folded_out(dealer)
    dealer.command(type="set_blinds", small_blind=50, big_blind=100)

    assert sorted(kind for _, kind, _ in posts(started(dealer))) == ["big_blind", "small_blind"]


# Mixed games


def mixed(**fields: Any) -> dict[str, Any]:
    """Return the start of one hand of each game of HORSE, by game."""
    dealer = Dealer((10_000,) * 4)
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, ante=10)
    dealer.command(type="set_game", rotation="horse", bring_in=25, **fields)
    found = {}
    for game in HORSE:
        found[game] = folded_out(dealer)
        assert found[game].game == game
        dealer.command(type="next_game")
    return found


def test_antes_of_a_mix_may_be_of_stud_only() -> None:
    antes = {game: "ante" in {kind for _, kind, _ in posts(setup)} for game, setup in mixed(stud_antes=True).items()}
    always = {game: "ante" in {kind for _, kind, _ in posts(setup)} for game, setup in mixed().items()}

    assert antes == {"holdem": False, "omaha_hi_lo": False, "razz": True, "stud": True, "stud_hi_lo": True}
    assert set(always.values()) == {True}


def test_each_game_of_a_mix_has_its_own_stakes() -> None:
    stakes = [
        {"game": "omaha_hi_lo", "small_blind": 75, "big_blind": 150, "big_bet": 300},
        {"game": "razz", "big_blind": 200, "ante": 30, "bring_in": 60, "big_bet": 400},
    ]
    found = mixed(stakes=stakes)

    assert posts(found["holdem"])[-1][2] == 100
    assert sorted(amount for *_, amount in posts(found["omaha_hi_lo"])) == [75, 150]
    assert (found["omaha_hi_lo"].min_bet, found["omaha_hi_lo"].big_bet) == (150, 300)
    assert {amount for *_, amount in posts(found["razz"])} == {30}
    assert (found["razz"].min_bet, found["razz"].big_bet, found["razz"].bring_in) == (200, 400, 60)
    assert found["stud"].bring_in == 25


def test_stakes_of_a_game_that_is_played_with_two_limits_name_the_limit() -> None:
    dealer = Dealer((10_000,) * 4)
    stakes = [{"game": "holdem", "betting": "no_limit", "small_blind": 10, "big_blind": 20}]
    dealer.command(type="set_game", rotation="eight_game", bring_in=25, stakes=stakes)
    found = []
    for _ in range(8):
        setup = folded_out(dealer)
        found += [(setup.betting.value, setup.min_bet)] if setup.game == "holdem" else []
        dealer.command(type="next_game")

    assert found == [("fixed_limit", 100), ("no_limit", 20)]


def test_stakes_that_nobody_can_play_are_refused() -> None:
    dealer = Dealer()

    with pytest.raises(ValueError, match="small blind 9 is above"):
        dealer.send(type="set_game", rotation="horse", stakes=[{"game": "razz", "small_blind": 9, "big_blind": 5}])


def test_amended_stakes_change_the_hand_after_them() -> None:
    dealer = Dealer((10_000,) * 4)
    reply = dealer.command(type="set_game", rotation="horse", bring_in=25)
    folded_out(dealer)

    stakes = [{"game": "holdem", "small_blind": 5, "big_blind": 10}]
    amended(dealer, [{"seq": reply.seq, "command": {"type": "set_game", "rotation": "horse", "stakes": stakes}}])

    assert dealer.table.play.setup.min_bet == 10


# Kill pots (RRP 13)


def killing(kill: str = "full", game: str = "holdem", players: int = 4) -> Dealer:
    dealer = Dealer((10_000,) * players)
    dealer.command(type="set_game", game=game, betting="fixed_limit", kill=kill)
    return dealer


def won_by(dealer: Dealer, seat: int) -> Any:
    """Play a hand that a seat wins: it raises, one other calls and folds on the flop, the rest fold."""
    setup = started(dealer)
    other = min(dealt.seat for dealt in setup.seats if dealt.seat != seat)
    while dealer.table.running is not None:
        state = dealer.state()["hand"]
        turn, legal = state["to_act"], state["legal"]
        raised = [act for act in state["actions"] if act["action"] == "raise"]
        if state["waiting_for"] == "board":
            dealer.command(type="go_on")
        elif turn == seat and not raised:
            dealer.act(turn, "raise_to", legal["min_to"])
        elif turn == seat or (turn == other and state["street"] == "preflop"):
            dealer.act(turn, "check" if legal["check"] else "call")
        else:
            dealer.act(turn, "fold")
    return setup


def kill_of(dealer: Dealer) -> dict[str, Any]:
    """Return the kill button once the hand is put away."""
    dealer.command(type="end_hand")
    return dict(dealer.state("public")["kill"])


@pytest.mark.parametrize(("kill", "blind", "upper"), [("full", 200, 400), ("half", 150, 300)])
def test_who_wins_two_pots_running_kills_the_next_one_rrp_13(kill: str, blind: int, upper: int) -> None:
    dealer = killing(kill)
    won_by(dealer, 4)
    assert kill_of(dealer) == {"leg": "p_4"}
    won_by(dealer, 4)
    assert kill_of(dealer) == {"leg": "p_4", "due": "p_4"}

    setup = started(dealer)

    assert (setup.killer, setup.min_bet, setup.big_bet) == (4, blind, upper)
    own = {kind: amount for seat, kind, amount in posts(setup) if seat == 4}
    assert sum(own.values()) == blind, "a blind of its own is part of it"
    legal = dealer.state()["hand"]["legal"]
    assert (legal["call"] + dealer.seat(legal["seat"])["bet"], legal["min_to"]) == (blind, 2 * blind)


def test_a_killer_who_wins_kills_again_and_another_winner_has_a_leg_rrp_13() -> None:
    dealer = killing()
    for _ in range(2):
        won_by(dealer, 4)
    assert won_by(dealer, 4).killer == 4
    assert kill_of(dealer) == {"leg": "p_4", "due": "p_4"}
    assert won_by(dealer, 1).killer == 4

    assert kill_of(dealer) == {"leg": "p_1"}
    assert started(dealer).killer is None


def test_a_second_pot_of_blinds_alone_kills_nothing_rrp_13() -> None:
    dealer = killing()
    won_by(dealer, 4)
    dealer.command(type="start_hand", button=2)
    for seat in (1, 2, 3):
        dealer.act(seat, "fold")

    assert dealer.table.play.hand.result.wins[0].seat == 4
    assert kill_of(dealer) == {"leg": "p_4"}


def test_a_killer_who_is_away_owes_the_kill_and_a_void_deal_takes_nothing_back_rrp_13() -> None:
    dealer = killing()
    for _ in range(2):
        won_by(dealer, 4)
    dealer.command(type="sit_out", seat=4)
    assert won_by(dealer, 1).killer is None
    assert kill_of(dealer) == {"leg": "p_1", "due": "p_4"}
    dealer.command(type="sit_out", seat=4, out=False)
    dealer.command(type="set_house_rules", profile="tournament")  # everybody is dealt in
    assert started(dealer).killer == 4
    dealer.command(type="misdeal")

    assert started(dealer).killer == 4


@pytest.mark.parametrize(("bets", "kills"), [(5, {"due": "p_4"}), (0, {})])
def test_who_scoops_a_high_low_pot_of_five_upper_bets_kills_the_next_one_rrp_13(
    bets: int, kills: dict[str, str]
) -> None:
    dealer = killing(game="omaha_hi_lo", players=6)
    dealer.command(type="start_hand", button=3)
    for seat in (6, 1, 2, 3, 4):
        dealer.act(seat, "call")
    dealer.act(5, "check")
    dealer.command(type="go_on")
    for seat in (4, 5, 6, 1, 2, 3):
        dealer.act(
            seat, "bet" if seat == 4 and bets else ("call" if bets else "check"), 100 if seat == 4 and bets else None
        )
    dealer.command(type="go_on")
    for seat in (4, 5, 6, 1, 2, 3):
        if seat == 4:
            dealer.act(4, "bet", 200)
        else:
            dealer.act(seat, "fold")

    assert dealer.table.play.hand.result.total_pot == (1_200 if bets else 600)
    assert kill_of(dealer) == kills


def test_no_kill_in_other_games_and_the_end_of_the_kill_game_ends_the_button() -> None:
    dealer = killing("none")
    for _ in range(2):
        won_by(dealer, 4)
    assert kill_of(dealer) == {}
    dealer = killing()
    won_by(dealer, 4)
    dealer.command(type="end_hand")
    dealer.command(type="set_game", game="holdem", betting="fixed_limit")

    assert dealer.state("public")["kill"] == {}


def test_an_amended_fold_changes_who_kills() -> None:
    dealer = killing(players=3)
    won_by(dealer, 3)
    dealer.command(type="start_hand", button=3)
    where = {}
    for seat, act, amount in ((3, "raise_to", 200), (1, "call", None), (2, "fold", None)):
        where[seat] = dealer.act(seat, act, amount).seq
    dealer.command(type="go_on")
    where[1] = dealer.act(1, "fold").seq
    assert kill_of(dealer)["due"] == "p_3"

    amended(
        dealer,
        [
            {
                "seq": where[1],
                "command": {"type": "bet", "seat": 1, "amount": 100},
                "more": [{"type": "fold", "seat": 3}],
            }
        ],
    )

    assert dict(dealer.state("public")["kill"]) == {"leg": "p_1"}
