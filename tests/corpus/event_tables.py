"""The evening of an event with two tables: moves and breaks that are proposed, and rounds of hand for hand."""

from __future__ import annotations

from typing import Any

from tests.corpus.evening import EVENT, Evening, Fields

ONE, TWO = "table_01", "table_02"


async def event_tables(e: Evening) -> None:
    """Everything that is about more than one table, and what is refused of it."""
    await e.set_up((10_000, 8_000, 6_000, 4_000, 2_000))
    await _tournament(e, ONE)
    await e.house_refused("ONE_TABLE", type="propose_moves", event_id=EVENT)
    await e.set_up((3_000, 3_000), number=2)
    await _tournament(e, TWO)
    await _moves(e)
    await _rounds(e)
    await _break(e)


async def _tournament(e: Evening, table: str) -> None:
    e.table = table
    await e.command(type="set_house_rules", profile="tournament")
    await e.command(type="set_tournament", remaining=7, payouts=[500, 300, 100, 70, 50, 30])


async def _proposed(e: Evening, kind: str, **fields: Any) -> list[Fields]:
    answer = await e.house_refused("FLOOR_PROPOSAL", type=kind, event_id=EVENT, **fields)
    found: list[Fields] = answer["error"]["details"]["proposals"]
    return found


async def _carried_out(e: Evening, found: list[Fields]) -> None:
    for proposal in found:
        for each in proposal.get("commands", ()):
            e.table = each["table_id"]
            await e.command(**each["command"])


async def _moves(e: Evening) -> None:
    await e.house_refused("UNKNOWN_EVENT", type="propose_moves", event_id="evt_other")
    await e.house_refused("BAD_PLAN", type="set_table_plan", event_id=EVENT, order=[ONE, ONE])
    await e.house(type="set_table_plan", event_id=EVENT, seats=6, order=[TWO, ONE])
    e.table = ONE
    await _folded_out(e, button=5)
    found = await _proposed(e, "propose_moves")
    await _carried_out(e, found)
    await _proposed(e, "propose_moves")


async def _folded_out(e: Evening, **start: Any) -> None:
    await e.command(type="start_hand", **start)
    while e.hand.to_act is not None:
        await e.act(e.hand.to_act, "fold")


async def _rounds(e: Evening) -> None:
    await e.house_refused("NO_ROUND", type="propose_places", event_id=EVENT)
    await e.house(type="hand_for_hand", event_id=EVENT)
    for table, out in ((ONE, 5), (TWO, 1)):
        e.table = table
        await _lost_all(e, out)
        await e.refused("ROUND_PLAYED", type="start_hand")
        if table == ONE:
            await e.house_refused("ROUND_OPEN", type="hand_for_hand", event_id=EVENT)
    found = await _proposed(e, "propose_places")
    for table in (ONE, TWO):
        e.table = table
        await e.command(type="end_hand")
    await _carried_out(e, found)
    await e.house(type="hand_for_hand", event_id=EVENT, on=False)


async def _lost_all(e: Evening, out: int) -> None:
    """Have a seat lose all its chips to another one."""
    await e.command(type="start_hand")
    other = next(player.seat for player in e.hand.players if player.seat != out)
    while e.hand.to_act is not None:
        await e.act(e.hand.to_act, "all_in" if e.hand.to_act in (out, other) else "fold")
    for card in ("2c", "7d", "9h", "Js", "3s"):
        await e.command(type="deal_card", card=card)
    await e.command(type="show", seat=other, cards=["As", "Ad"])
    if not e.hand.complete:
        await e.command(type="show", seat=out, cards=["Kh", "Qh"])


async def _break(e: Evening) -> None:
    await e.house_refused("UNKNOWN_TABLE", type="break_table", event_id=EVENT, table_id="table_09")
    await e.house(type="set_table_plan", event_id=EVENT, seats=4, order=[TWO, ONE])
    await e.house_refused("NO_ROOM", type="break_table", event_id=EVENT, table_id=TWO)
    e.table = TWO
    for seat in (1, 2):
        await e.command(type="remove_player", seat=seat)
    await e.house_refused("NOT_BREAKING", type="break_table", event_id=EVENT, table_id=TWO, breaks=False)
    await e.house(type="break_table", event_id=EVENT, table_id=TWO)  # one player, one seat: nothing is left to chance
    await _carried_out(e, await _proposed(e, "propose_moves"))
    if e.stage.desk.tables[TWO].seated:
        raise AssertionError("the table has not broken")
    await e.house_refused("NO_PLAYERS", type="break_table", event_id=EVENT, table_id=TWO)
