"""Hand for hand over several tables: rounds, who waits, and which places the house tells (TDA RP-8)."""

from __future__ import annotations

from typing import Any

from tests.collector.house.several import Several


def code(reply: Any) -> str | None:
    return reply.error and reply.error.code


def three_tables() -> Several:
    """Return three tables of three players, and of 52 in the event, 49 places are paid."""
    several = Several((1, 2, 3), (1, 2, 3), (1, 2, 3))
    for table in ("t1", "t2", "t3"):
        several.command(table, type="set_tournament", remaining=52, payouts=[10] * 49 + [300])
    return several


def placed(several: Several, *tables: str) -> dict[str, tuple[int, bool, int]]:
    """Return (place, shared, prize) of everybody who is out."""
    gone = [each for table in tables for each in several.table(table).tournament.eliminated or ()]
    return {each.player_id: (each.rank, each.tied, each.payout) for each in gone}


def over(several: Several, *tables: str) -> None:
    for table in tables:
        several.command(table, type="end_hand")


def test_three_who_bust_at_three_tables_share_the_places_tda_rp_8() -> None:
    several = three_tables()
    several.house(type="hand_for_hand")
    for table in ("t1", "t2", "t3"):
        several.hand(table, 1)
    over(several, "t1", "t2")
    assert placed(several, "t1", "t2") == {"p_1_1": (52, False, 0), "p_2_1": (52, False, 0)}, "each table knows itself"

    found = several.proposals("propose_places")

    assert [(each["rule"], each["rank"], each["shared"]) for each in found[:3]] == [("TDA RP-8-A", 50, 3)] * 3
    over(several, "t3")
    several.carry_out(found)
    assert placed(several, "t1", "t2", "t3") == {f"p_{table}_1": (50, True, 100) for table in (1, 2, 3)}
    assert {several.table(table).tournament.remaining for table in ("t1", "t2", "t3")} == {49}
    assert several.proposals("propose_places") == [], "what is so already is not proposed"


def test_of_one_table_the_larger_stack_has_the_better_place_and_shares_it_tda_rp_8() -> None:
    several = three_tables()
    several.command("t1", type="set_stack", seat=1, stack=4_000)
    several.house(type="hand_for_hand")
    several.hand("t1", 1, 2, button=3)
    several.hand("t2", 1)
    several.hand("t3")

    found = several.proposals("propose_places", elsewhere=1)

    told = {each["player_id"]: (each["rank"], each["shared"]) for each in found if each["what"] == "place"}
    assert told == {"p_1_2": (49, 3), "p_2_1": (49, 3)}, "of four the best of three tables share; p_1_1 has 52 already"
    over(several, "t1", "t2", "t3")
    several.carry_out(found)
    assert placed(several, "t1")["p_1_1"][0] == 52
    assert {several.table(table).tournament.remaining for table in ("t1", "t2", "t3")} == {48}


def test_equal_stacks_of_one_table_share_with_the_other_tables_tda_rp_8() -> None:
    several = three_tables()
    several.house(type="hand_for_hand")
    several.hand("t1", 1, 2)
    several.hand("t2", 1)
    several.hand("t3")

    found = several.proposals("propose_places")

    assert {(each["rank"], each["shared"]) for each in found if each["what"] == "place"} == {(50, 3)}


def test_a_table_that_has_played_its_hand_waits_for_the_others_tda_rp_8() -> None:
    several = three_tables()
    several.hand("t2")
    assert several.house(type="hand_for_hand").accepted, "a hand that is over is no hand that is played"
    several.hand("t1")

    refused = several.send("t1", type="start_hand")

    assert code(refused) == "ROUND_PLAYED"
    assert "hand_for_hand" in refused.error.message
    waits = several.ask(type="hand_for_hand")
    assert (code(waits), waits.error.details) == ("ROUND_OPEN", {"tables": ["t2", "t3"]})
    assert code(several.ask(type="propose_places")) == "ROUND_OPEN"
    several.hand("t2")
    several.command("t3", type="start_hand")
    assert several.ask(type="hand_for_hand").error.details == {"tables": ["t3"]}
    several.fold_out("t3")
    several.house(type="hand_for_hand")
    several.hand("t1")
    assert several.desk.house.rounds["evt"].number == 2


def test_a_void_deal_is_dealt_again_in_its_round_and_an_override_deals_on_tda_rp_8() -> None:
    several = three_tables()
    several.house(type="hand_for_hand")
    several.command("t1", type="start_hand")
    several.command("t1", type="misdeal")

    assert "t1" in several.ask(type="hand_for_hand").error.details["tables"]
    several.hand("t1")
    assert code(several.send("t1", type="start_hand")) == "ROUND_PLAYED"
    several.command("t1", type="start_hand", override=True)


def test_hand_for_hand_ends_and_tables_deal_as_before() -> None:
    several = three_tables()
    assert code(several.ask(type="propose_places")) == "NO_ROUND"
    assert code(several.ask(type="hand_for_hand", on=False)) == "NO_ROUND"
    several.house(type="hand_for_hand")
    several.hand("t1")
    several.house(type="hand_for_hand", on=False)

    several.hand("t1")


def test_of_a_round_that_nobody_lost_nothing_is_proposed() -> None:
    several = Several((1, 2, 3), (1, 2, 3))
    several.house(type="hand_for_hand", remaining=40)
    for table in ("t1", "t2"):
        several.hand(table)

    assert several.proposals("propose_places") == []


def test_a_table_of_one_player_keeps_nobody_waiting() -> None:
    several = Several((1, 2, 3), (1, 2, 3), (5,))
    several.house(type="hand_for_hand")
    several.hand("t1")
    several.hand("t2")

    assert several.house(type="hand_for_hand").accepted


def test_a_round_begins_between_hands_with_as_many_players_as_are_in() -> None:
    several = Several((1, 2, 3), (1, 2, 3))
    several.command("t1", type="start_hand")
    assert code(several.ask(type="hand_for_hand")) == "ROUND_OPEN"
    several.fold_out("t1")

    several.house(type="hand_for_hand")
    assert several.desk.house.rounds["evt"].left == 6, "nobody told: those who sit here"
    several.house(type="hand_for_hand", on=False)
    several.house(type="hand_for_hand", remaining=40)
    assert several.desk.house.rounds["evt"].left == 40


def test_who_went_out_before_the_round_or_by_a_ruling_is_not_of_it() -> None:
    several = three_tables()
    several.hand("t1", 1)
    over(several, "t1")
    several.house(type="hand_for_hand", remaining=51)
    several.command("t2", type="set_tournament", remaining=51)
    several.command("t2", type="disqualify", seat=3, reason="chip dumping")
    for table in ("t1", "t2"):
        several.hand(table)
    several.hand("t3", 1)

    found = several.proposals("propose_places")

    assert [each["player_id"] for each in found if each["what"] == "place"] == ["p_3_1"]
    assert placed(several, "t2")["p_2_3"][0] == 51
    assert [each["rank"] for each in found if each["what"] == "place"] == [50], "who was disqualified has 51"


def test_an_amended_place_of_the_house_can_be_taken_back() -> None:
    several = three_tables()
    several.house(type="hand_for_hand")
    for table in ("t1", "t2", "t3"):
        several.hand(table, 1)
    over(several, "t1", "t2", "t3")
    several.carry_out(several.proposals("propose_places"))
    (fact,) = [each for each in several.facts if each.kind == "set_place" and each.stream == "t1"]

    changes = [{"seq": fact.position, "command": None}]
    preview = several.send("t1", type="amend", changes=changes)
    several.command("t1", type="amend", changes=changes, digest=preview.error.details["digest"])

    assert placed(several, "t1") == {"p_1_1": (52, False, 0)}
    again = [each for each in several.proposals("propose_places") if each["what"] == "place"]
    assert [each["player_id"] for each in again] == ["p_1_1"]


def test_the_house_folds_to_the_same_round_from_its_log() -> None:
    several = three_tables()
    several.house(type="hand_for_hand")
    (fact,) = [each for each in several.facts if each.kind == "hand_for_hand"]
    of = several.desk.house.rounds["evt"]

    assert fact.body["left"] == of.left == 52
    assert {table: list(mark) for table, mark in of.begun.items()} == fact.body["begun"]
