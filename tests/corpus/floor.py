"""The evening of the floor: chips without a word, the clock, limited seats, rebuys, seat time, a race, an expulsion."""

from __future__ import annotations

from tests.corpus.evening import Evening


async def floor(e: Evening) -> None:
    """What only the floor does, and what it is refused."""
    await e.set_up((10_000, 8_000, 1_000))
    await _chips_in(e)
    await _turns(e)
    await _open_pair(e)
    await _bank(e)
    await _race(e)
    await _in_part(e)
    await _sleeper(e)
    await _unposted(e)
    await _time_bank(e)
    await _said(e)


async def _chips_in(e: Evening) -> None:
    await e.command(type="start_hand", button=3)
    await e.refused("UNCLEAR_BET", type="put_in", seat=3, unclear=11)  # 110 is no raise, 1,100 is more than it has
    await e.command(type="put_in", seat=3, chips=[500])  # one chip without a word: a call
    await e.command(type="put_in", seat=1, amount=300)
    await e.act(2, "raise_to", 900)
    await e.act(3, "fold")
    await e.act(1, "call")
    await e.command(type="undo")
    await e.act(1, "raise_to", 2_000)
    await e.command(type="put_in", seat=2, declared="all_in")
    await e.act(1, "call")
    await e.refused("NOT_ALL_IN", type="chips_found", seat=1, amount=25)
    await e.command(type="chips_found", seat=2, amount=25)
    await e.command(type="misdeal", override=True)
    await e.command(type="start_hand", button=3)
    await e.act(3, "raise_to", 300)
    await e.act(1, "raise_to", 900)
    await e.refused("UNDERCALL", type="put_in", seat=2, chips=[100, 100])
    await e.command(type="misdeal", override=True)


async def _turns(e: Evening) -> None:
    await e.command(type="start_hand", button=3)
    await e.refused("NO_CLOCK", type="time_up", seat=3)
    await e.command(type="call_clock", seat=3, seconds=30)
    await e.refused("CLOCK_RUNS", type="call_clock", seat=3, seconds=30)
    await e.command(type="time_up", seat=3)
    await e.command(type="limit_seat", seat=1, reason="it acted out of turn")
    await e.refused("NOTHING_TO_LIMIT", type="limit_seat", seat=1, reason="again")
    await e.act(1, "call")
    await e.act(2, "check")
    await e.command(type="misdeal", override=True)


async def _open_pair(e: Evening) -> None:
    await e.command(type="set_house_rules", profile="cash", pair_doubles=True)
    await e.command(type="set_game", game="stud", bring_in=25)
    await e.command(type="start_hand", button=3)
    for seat, card in ((1, "2c"), (2, "Kd"), (3, "Qs")):
        await e.command(type="deal_card", seat=seat, card=card, up=True)
    await e.act(1, "bring_in")
    await e.act(2, "call")
    await e.act(3, "call")
    for seat, card in ((1, "5h"), (2, "Ks"), (3, "7h")):
        await e.command(type="deal_card", seat=seat, card=card, up=True)
    least = e.hand.setup.min_bet
    await e.refused("BAD_BET_SIZE", type="raise_to", seat=2, amount=least + least // 2)
    await e.act(2, "raise_to", 2 * least)
    await e.command(type="misdeal", override=True)
    await e.command(type="set_game", game="holdem")


async def _bank(e: Evening) -> None:
    await e.command(type="rebuy", seat=1, amount=500, behind=True)
    await e.refused("REBUY_OWED", type="remove_player", seat=1)
    await e.command(type="rebuy_paid", seat=1)
    await e.refused("NOTHING_OWED", type="rebuy_paid", seat=1)
    await e.command(type="rebuy", seat=2, amount=500)
    await e.command(type="collect_time", amount=5)
    await e.refused("NO_TOURNAMENT", type="disqualify", seat=1, reason="chip dumping")


async def _race(e: Evening) -> None:
    await e.command(type="set_house_rules", profile="tournament")
    odd = [{"seat": 1, "amount": 45}, {"seat": 2, "amount": 5}]
    await e.refused("BAD_RACE", type="chip_race", chip=100, odd=odd, won=[1, 2])
    await e.command(type="chip_race", chip=100, odd=odd, won=[1])
    await e.command(type="start_hand", button=3)
    await e.act(3, "fold")
    await e.act(1, "fold")
    await e.command(type="disqualify", seat=3, reason="chip dumping")
    await e.command(type="set_stack", seat=2, stack=0)
    await e.refused("OUT_ALREADY", type="disqualify", seat=2, reason="chip dumping")
    await e.refused("NOT_OUT", type="set_place", player_id="p_1_1", rank=2)
    await e.command(type="set_place", player_id="p_1_3", rank=2, shared=2)
    await _tabled(e)


async def _tabled(e: Evening) -> None:
    await e.command(type="set_house_rules", profile="cash")
    for seat in (1, 2):
        await e.command(type="set_stack", seat=seat, stack=1_000)
    await e.command(type="start_hand", button=2)
    await e.act(2, "all_in")
    await e.act(1, "call")
    for card in ("2c", "7d", "9h", "Jc", "3s"):
        await e.command(type="deal_card", card=card)
    await e.command(type="show", seat=2, cards=["As", "Ad"])
    await e.command(type="dead_hand", seat=2, reason="taken for a muck")


async def _in_part(e: Evening) -> None:
    await e.command(type="end_hand")
    for seat in (1, 2):
        await e.command(type="set_stack", seat=seat, stack=1_000)
    await e.command(type="start_hand", button=2)
    await e.refused("SHOWN_LATER", type="expose_card", seat=1, card="As", by_choice=True, to_seat=9)
    await e.command(type="expose_card", seat=1, card="As", by_choice=True, to_seat=2)
    await e.command(type="show_rest", seat=1, rest=False)
    await e.refused("NOTHING_SHOWN", type="show_rest", seat=2)
    await e.act(2, "all_in")
    await e.act(1, "call")
    for card in ("2c", "7d", "9h", "Jc", "3s"):
        await e.command(type="deal_card", card=card)
    await e.command(type="expose_card", seat=2, card="Kd", by_choice=True)
    await e.command(type="show_rest", seat=2)
    await e.refused("MUST_TABLE", type="muck", seat=2)
    await e.command(type="show", seat=2, cards=["Kd", "Kc"])
    await e.command(type="muck", seat=1)


async def _sleeper(e: Evening) -> None:
    for seat in (4, 5):
        await e.command(type="seat_player", seat=seat, player_id=f"p_{seat}", name=f"P {seat}", stack=5_000)
    await e.command(type="set_stack", seat=1, stack=5_000)
    await e.command(type="set_house_rules", profile="cash", sleeper="lapses")
    sleeper = {"seat": 5, "kind": "sleeper", "amount": 200}
    await e.command(type="start_hand", button=5, straddles=[sleeper])
    await e.act(4, "fold")
    await e.act(5, "check")
    await e.command(type="misdeal", override=True)
    await e.command(type="start_hand", button=5, straddles=[sleeper])
    await e.act(4, "call")
    await e.command(type="misdeal", override=True)


async def _unposted(e: Evening) -> None:
    await e.command(type="seat_player", seat=3, player_id="p_3", name="P 3", stack=5_000)
    await _folded(e, button=5)
    await e.command(type="sit_out", seat=4, out=True)
    await _folded(e)
    await _folded(e)
    await e.command(type="sit_out", seat=4, out=False)
    await e.refused("NOT_OWING", type="start_hand", unposted=[3])
    await e.command(type="start_hand", unposted=[4])
    await e.command(type="unposted_found", seat=4)
    await e.refused("NOT_UNPOSTED", type="unposted_found", seat=4)
    await e.command(type="misdeal", override=True)


async def _folded(e: Evening, **start: object) -> None:
    """A hand that everybody folds."""
    await e.command(type="start_hand", **start)
    while e.hand.to_act is not None:
        await e.act(e.hand.to_act, "fold")


async def _time_bank(e: Evening) -> None:
    await e.refused("NO_TIME_BANK", type="set_time_bank", chips=3)
    await e.command(type="set_house_rules", profile="cash", time_chips=2, time_chip_seconds=20)
    await e.command(type="set_time_bank", chips=1, seats=[1])
    await e.command(type="start_hand", button=5)
    seat = e.hand.to_act
    await e.command(type="call_clock", seat=seat)
    await e.command(type="use_time_bank", seat=seat)
    await e.refused("NO_TIME_CHIPS", type="use_time_bank", seat=seat, chips=2)
    while e.hand.to_act is not None:
        await e.act(e.hand.to_act, "fold")
    await e.command(type="end_hand")


async def _said(e: Evening) -> None:
    await e.command(type="start_hand", button=5)
    first, second, third = e.hand.to_act, *(player.seat for player in e.hand.players[:2])
    await e.command(type="out_of_turn", seat=second, action="raise_to", condition="bet")
    await e.command(type="out_of_turn", seat=third, action="call", condition="any", free=True)
    await e.act(first, "raise_to", 300)
    await e.command(type="misdeal", override=True)
