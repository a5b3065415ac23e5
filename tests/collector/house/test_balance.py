"""Breaking, balancing and halting over several tables: what the house proposes, and what comes of it (TDA 10, 11)."""

from __future__ import annotations

from typing import Any

import pytest

from collector.access.grants import Identity, grant_of
from collector.access.household import Household
from collector.access.senders import sender_of
from collector.house import commands as house_commands
from collector.house.commands import decode as decode_house_command
from collector.pipeline.desk import Batch
from tests.collector.house.several import EVENT, Several


def code(reply: Any) -> str | None:
    return reply.error and reply.error.code


def of_kind(found: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    return [each for each in found if each["what"] == what]


def moves(several: Several) -> list[tuple[str, str, int]]:
    """Return (player, table, seat) of each move that is proposed."""
    found = of_kind(several.proposals(), "move")
    return [(each["player_id"], each["to"]["table_id"], each["to"]["seat"]) for each in found]


def after_a_hand(several: Several, *tables: str) -> None:
    """Have tables play a hand: button 1, small blind and big blind left of it, folded out and put away."""
    for table in tables:
        several.hand(table, button=1)
        several.command(table, type="end_hand")


# Balancing (TDA 11-A, 11-C)


def test_the_next_big_blind_moves_to_where_the_big_blind_comes_soonest_tda_11() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 6))
    after_a_hand(several, "t1", "t2")

    (move,) = of_kind(several.proposals(), "move")

    assert move["rule"] == "TDA 11-A, 11-C"
    assert (move["player_id"], move["from"]) == ("p_1_4", {"table_id": "t1", "seat": 4}), "the big blind was seat 3"
    assert move["to"] == {"table_id": "t2", "seat": 4}, "between the last big blind and seat 6: it is the next one"
    several.carry_out([move])
    several.command("t2", type="start_hand")
    assert [post.seat for post in several.table("t2").play.setup.posts if post.kind == "big_blind"] == [4]
    several.command("t1", type="start_hand")
    assert several.table("t1").positions.big == 5
    assert several.proposals() == []


def test_the_worst_position_is_never_the_small_blind_tda_11() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 4))
    after_a_hand(several, "t1", "t2")
    several.command("t2", type="remove_player", seat=3)  # the big blind leaves: the small one is dead there

    chosen = moves(several)

    assert [seat for _, _, seat in chosen] == [5], "not 3, which is the small blind, nor 4, who is the big one"


def test_of_two_who_move_the_second_one_has_its_big_blind_a_hand_later() -> None:
    several = Several((1, 2, 3, 4, 5, 6, 7, 8), (1, 2, 3, 7))
    several.house(type="set_table_plan", order=["t1"])
    after_a_hand(several, "t1", "t2")

    first, second = of_kind(several.proposals(), "move")

    assert (first["to"]["seat"], second["to"]["seat"]) == (4, 5), "4 is the next one, before 7"
    assert first["say"].endswith("where it is the big blind at once")
    assert second["say"].endswith("where the big blind comes after 1 hand")


def test_a_seat_that_gets_no_hand_is_the_last_that_is_taken_tda_11() -> None:
    several = Several((1, 2, 3, 4, 5, 6, 7), (1, 4, 5))
    several.house(type="set_table_plan", seats=5)
    several.hand("t1", button=1)
    several.command("t1", type="end_hand")
    several.hand("t2", button=1)  # 4 and 5 are the blinds: 4 is the next button, 5 the small blind
    several.command("t2", type="end_hand")

    first, second = of_kind(several.proposals(), "move")

    assert (first["to"]["seat"], second["to"]["seat"]) == (2, 3)
    several.command("t2", type="remove_player", seat=5)  # 4 and 5 are button and dead small blind of the next hand
    assert all(seat != 5 for _, _, seat in moves(several))


def test_only_the_small_blind_is_open_so_nobody_moves_yet_tda_11() -> None:
    several = Several((1, 2, 3, 4, 5), (1, 2, 3))
    several.house(type="set_table_plan", seats=3)
    after_a_hand(several, "t1", "t2")
    several.command("t2", type="remove_player", seat=3)  # the big blind: its seat is the small one's now

    (wait,) = of_kind(several.proposals(), "wait")

    assert (wait["what"], wait["rule"], wait["table_id"]) == ("wait", "TDA 11-A", "t2")


def test_tables_are_even_when_all_moves_are_done_and_no_chip_is_lost() -> None:
    several = Several((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3), (2, 4, 6, 8))
    after_a_hand(several, "t1")
    chips = [sum(who.stack for who in several.table(t).seated.values()) for t in ("t1", "t2", "t3")]

    several.carry_out(of_kind(several.proposals(), "move"))

    assert sorted(len(several.table(table).seated) for table in ("t1", "t2", "t3")) == [5, 5, 6]
    assert [each["what"] for each in several.proposals()] == ["break"]
    assert sum(chips) == sum(sum(who.stack for who in several.table(t).seated.values()) for t in ("t1", "t2", "t3"))


def test_of_equal_tables_the_first_that_breaks_gives_and_the_last_takes_tda_11() -> None:
    def ways() -> tuple[str, str]:
        (move,) = of_kind(several.proposals(), "move")
        return move["from"]["table_id"], move["to"]["table_id"]

    several = Several((1, 2, 3, 4), (1, 2, 3, 4), (1, 2), (1, 2, 3))

    assert ways() == ("t2", "t3"), "without a plan the last name breaks first"
    several.house(type="set_table_plan", order=["t1", "t2"])
    assert ways() == ("t1", "t3")
    several.command("t4", type="remove_player", seat=3)
    several.house(type="set_table_plan", order=["t1", "t2", "t3", "t4"])
    assert several.proposals()[-2]["to"]["table_id"] == "t4", "of two short ones the last to break"
    several.house(type="set_table_plan", order=["t1", "t2", "t4", "t3"])
    assert several.proposals()[-2]["to"]["table_id"] == "t3"


def test_nothing_moves_by_asking_and_the_question_is_on_record() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2))
    before, known = dict(several.desk.tables), len(several.facts)

    assert several.proposals()

    assert several.desk.tables == before
    assert [fact.kind for fact in several.facts[known:]] == ["command_refused"]


def test_an_answer_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    several = Several((1, 2, 3, 4, 5, 6, 7, 8), (1, 2), (1, 2))
    found = several.proposals()
    monkeypatch.setattr(house_commands, "MOST_PROPOSED", 3)
    monkeypatch.setattr(house_commands, "MOST_SAID", 1)

    error = several.ask(type="propose_moves").error

    assert error is not None
    assert error.details["proposals"] == found[:3]
    assert error.message == f"{found[0]['say']}; and {len(found) - 1} more"


def test_who_is_moved_takes_a_penalty_and_an_absence_along() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3))
    after_a_hand(several, "t1", "t2")
    several.command("t1", type="penalty", seat=4, hands=3, reason="phone")
    several.command("t1", type="sit_out", seat=4)

    move = of_kind(several.proposals(), "move")[0]
    several.carry_out([move])

    moved = several.table("t2").seated[move["to"]["seat"]]
    assert (moved.player_id, moved.stack, moved.penalty, moved.out) == ("p_1_4", 10_000, 3, True)


def test_a_player_without_chips_makes_room_first() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 4))
    after_a_hand(several, "t1", "t2")
    several.command("t2", type="set_stack", seat=4, stack=0)

    move = of_kind(several.proposals(), "move")[0]

    assert move["to"] == {"table_id": "t2", "seat": 4}
    assert [each["command"]["type"] for each in move["commands"]] == ["remove_player", "remove_player", "seat_player"]
    several.command("t2", type="start_hand")
    assert all(seat != 4 for _, _, seat in moves(several)), "while a hand is played nobody is removed"
    several.command("t2", type="misdeal")
    several.carry_out([move])
    assert several.table("t2").seated[4].player_id == "p_1_4"


def test_a_move_waits_for_the_hand_and_is_refused_where_the_table_has_moved_on() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3))
    (waits, *_) = of_kind(several.proposals(), "move")
    several.command("t1", type="start_hand", button=1)
    running = of_kind(several.proposals(), "move")[0]

    assert (running["commands"], running["waits_for"]) == ([], "t1")
    several.fold_out("t1")
    ready = of_kind(several.proposals(), "move")[0]
    assert ready["commands"][0]["command"]["seat"] == 4, "a hand that is over counts as put away"
    assert ready["commands"][-1]["command"]["stack"] == 10_000
    with pytest.raises(AssertionError, match="STALE_DECISION"):
        several.carry_out([waits])
    several.carry_out([ready])


def test_stud_alone_is_balanced_by_position_and_a_mix_as_if_it_were_holdem_tda_11() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 6))
    after_a_hand(several, "t1", "t2")
    (as_holdem,) = moves(several)
    for table in ("t1", "t2"):
        several.command(table, type="set_game", rotation="horse", hands_each=1, bring_in=25)
        several.command(table, type="next_game")
        several.command(table, type="next_game")
        several.command(table, type="next_game")

    assert moves(several) == [as_holdem]

    for table in ("t1", "t2"):
        several.command(table, type="set_game", game="stud", bring_in=25)
    (stud,) = several.proposals()
    assert (stud["what"], stud["commands"]) == ("by_position", [])
    assert sorted(stud["to"]["seats"]) == [4, 5, 7, 8, 9]


# Halting (TDA 11-D)


def test_a_table_three_players_short_halts_tda_11() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 4), (1, 2, 3))

    (halt,) = of_kind(several.proposals(), "halt")

    assert (halt["rule"], halt["table_id"], halt["short"], halt["must"]) == ("TDA 11-D", "t3", 3, True)
    assert several.send("t3", type="start_hand").accepted, "the director may waive it, and that is no misdeal"


@pytest.mark.parametrize("other", ["mix", "six"])
def test_in_other_formats_the_director_says_whether_a_table_halts_tda_11(other: str) -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3))
    if other == "mix":
        several.command("t2", type="set_game", rotation="horse", bring_in=25)
    else:
        several.house(type="set_table_plan", seats=6, halt=2)

    (halt,) = of_kind(several.proposals(), "halt")

    assert (halt["must"], halt["short"]) == (False, 3)
    assert "the director says" in halt["say"]


# Breaking (TDA 10-B)


def broken() -> Several:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5), (2, 4, 6))
    after_a_hand(several, "t1", "t2")
    return several


def test_the_next_table_in_the_order_may_break_once_there_is_room_tda_10() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6))
    (may,) = several.proposals()

    assert (may["rule"], may["table_id"], may["players"]) == ("TDA 10-B", "t3", 6)
    several.house(type="set_table_plan", order=["t2", "t3", "t1"])
    assert several.proposals()[0]["table_id"] == "t2"
    several.house(type="set_table_plan", seats=8)
    assert several.proposals() == [], "the others have four open seats, for six players"
    refused = several.ask(type="break_table", table_id="t3")
    assert code(refused) == "NO_ROOM"
    assert "6 players" in refused.error.message
    assert "4 open seats" in refused.error.message


def test_the_seats_of_a_broken_table_are_drawn_in_two_steps_tda_10() -> None:
    several = broken()
    several.house(type="break_table", table_id="t3")
    drawn = moves(several)

    assert moves(several) == drawn, "whoever asks again gets the same draw"
    assert {player for player, _, _ in drawn} == {"p_3_2", "p_3_4", "p_3_6"}
    assert sorted(table for _, table, _ in drawn) == ["t1", "t2", "t2"], "the shortest table is filled first"
    assert all(each["rule"] == "TDA 10-B" for each in several.proposals())
    first, *rest = several.proposals()
    several.carry_out([first])
    assert moves(several) == drawn[1:], "a move that is done changes no other"
    several.carry_out(rest)
    assert several.table("t3").seated == {}
    assert several.proposals() == []


def test_each_break_is_drawn_anew_and_nobody_can_know_the_draw_before() -> None:
    draws = set()
    for _ in range(20):
        several = broken()
        several.house(type="break_table", table_id="t3")
        draws.add(tuple(moves(several)))

    assert len(draws) > 10
    assert {seat for draw in draws for _, _, seat in draw} > {6, 7}, "any open seat, the small blind's too"


def test_a_draw_folds_to_the_same_seats_and_can_be_taken_back() -> None:
    several = broken()
    several.house(type="break_table", table_id="t3")
    kept = several.desk.house.breaking["t3"]
    (fact,) = [each for each in several.facts if each.kind == "break_table"]

    assert fact.body["draw"] == [list(each) for each in kept]
    several.house(type="break_table", table_id="t3", breaks=False)
    assert several.desk.house.breaking == {}
    assert code(several.ask(type="break_table", table_id="t3", breaks=False)) == "NOT_BREAKING"


def test_nobody_draws_a_seat_of_a_table_that_breaks_too() -> None:
    several = Several((1, 2, 3), (1, 2, 3), (1, 2, 3))
    several.house(type="break_table", table_id="t3")
    several.house(type="break_table", table_id="t2")

    assert {table for _, table, _ in moves(several)} >= {"t1"}
    assert all(table == "t1" for player, table, _ in moves(several) if player.startswith("p_2"))
    several.house(type="break_table", table_id="t3")
    assert {table for _, table, _ in moves(several)} == {"t1"}
    assert len(moves(several)) == 6


def test_a_seat_that_was_taken_meanwhile_is_drawn_anew() -> None:
    several = broken()
    several.house(type="break_table", table_id="t3")
    player, table, seat = moves(several)[0]
    several.command(table, type="seat_player", seat=seat, player_id="p_late", name="Late", stack=500)

    (lost,) = of_kind(several.proposals(), "no_seat")

    assert lost["player_id"] == player
    several.house(type="break_table", table_id="t3")
    assert of_kind(several.proposals(), "no_seat") == []
    assert len(moves(several)) == 3


# Who may ask, and what is refused


def test_rulings_over_tables_are_refused_with_what_to_do() -> None:
    several = Several((1, 2, 3))

    assert code(several.ask(type="propose_moves")) == "ONE_TABLE"
    assert code(several.ask(type="propose_moves", event_id="other")) == "UNKNOWN_EVENT"
    assert code(several.ask(type="break_table", table_id="t1")) == "ONE_TABLE"
    several.open("t0", {})
    several.open("t2", {1: 500, 2: 500})
    assert code(several.ask(type="break_table", table_id="t9")) == "UNKNOWN_TABLE"
    assert code(several.ask(type="break_table", table_id="t0")) == "NO_PLAYERS"
    assert code(several.ask(type="set_table_plan", order=["t9"])) == "UNKNOWN_TABLE"
    assert code(several.ask(type="set_table_plan", order=["t1", "t1"])) == "BAD_PLAN"
    assert code(several.ask(login="public", type="propose_moves")) == "NOT_PERMITTED"


def test_a_break_is_taken_back_for_its_own_event_only() -> None:
    several = broken()
    several.house(type="create_event", event_id="other", name="Other")
    several.house(type="break_table", table_id="t3")

    assert code(several.ask(type="break_table", event_id="other", table_id="t3", breaks=False)) == "UNKNOWN_TABLE"
    assert "t3" in several.desk.house.breaking


def test_cash_tables_of_an_event_are_left_alone() -> None:
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3))
    several.command("t2", type="set_house_rules", profile="cash")

    assert code(several.ask(type="propose_moves")) == "ONE_TABLE"


def test_whoever_has_the_event_may_ask_of_it_and_of_no_other() -> None:
    people = {
        "here": Identity("here", (grant_of("floor", events=[EVENT]),), user="here"),
        "there": Identity("there", (grant_of("floor", events=["other"]),), user="there"),
        "one": Identity("one", (grant_of("floor", events=[EVENT], tables=["t1"]),), user="one"),
    }
    several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3))
    several.desk._access = Household(people.get)

    def asked(who: str) -> str | None:
        command = decode_house_command(f'{{"v":1,"id":"x-{who}","type":"propose_moves","event_id":"{EVENT}"}}'.encode())
        return code(several.desk.house_command(command, sender_of(f"c-{who}-k3x9ab"), Batch()))

    assert [asked(who) for who in people] == ["FLOOR_PROPOSAL", "UNKNOWN_EVENT", "UNKNOWN_EVENT"]


def test_hidden_cards_change_no_proposal() -> None:
    def told(cards: tuple[str, ...]) -> object:
        several = Several((1, 2, 3, 4, 5, 6), (1, 2, 3))
        several.command("t1", type="start_hand", button=1)
        for seat, card in zip((1, 2, 3), cards, strict=True):
            several.command("t1", type="deal_card", seat=seat, card=card)
        running = several.ask(type="propose_moves").error
        several.fold_out("t1")
        return running, several.ask(type="propose_moves").error

    assert told(("As", "Kd", "2c")) == told(("3h", "3d", "9s"))
