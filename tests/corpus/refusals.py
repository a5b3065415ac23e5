"""The evening of refusals: what the rules of a hand have against an act, one after the other."""

from __future__ import annotations

from tests.corpus.evening import Evening


async def rules(e: Evening) -> None:
    """Everything that a hand refuses."""
    await e.house(type="create_event", event_id="evt_first", name="First")
    await e.house(type="open_table", table_id="table_09", event_id="evt_first", name="Nine")
    e.table = "table_09"
    await e.refused("NO_BLINDS", type="start_hand")
    await e.refused("NO_HAND", type="fold", seat=1)
    await e.refused("NO_HAND", type="end_hand")
    await e.set_up((10_000, 8_000, 1_000))
    await _betting(e)
    await _board(e)
    await _limits(e)
    await _draws(e)
    await _stud(e)
    await _short(e)
    await _profile(e)


async def _betting(e: Evening) -> None:
    await e.refused("BAD_SETUP", type="start_hand", acts_last=9)
    await e.command(type="start_hand", button=3)
    await e.refused("NOTHING_TO_UNDO", type="undo")
    await e.refused("NOTHING_TO_REDO", type="redo")
    await e.refused("NOT_YOUR_TURN", type="call", seat=1)
    await e.refused("CANNOT_CHECK", type="check", seat=3)
    await e.refused("NOT_ENOUGH_CHIPS", type="raise_to", seat=3, amount=9_000)
    await e.refused("RAISE_TOO_SMALL", type="raise_to", seat=3, amount=150)
    await e.refused("RAISE_TOO_SMALL", type="raise_to", seat=3, amount=50)
    await e.refused("NO_BRING_IN", type="bring_in", seat=3)
    await e.refused("NO_DRAW", type="draw", seat=3, count=1)
    await e.refused("NOT_IN_HAND", type="fold", seat=7)
    await e.refused("NOT_IN_HAND", type="show", seat=7)
    await e.refused("CARDS_UNREAD", type="show", seat=3)
    await e.refused("BETTING_OPEN", type="show", seat=3, cards=["As", "Ks"])
    await e.refused("BETTING_OPEN", type="muck", seat=3)
    await e.refused("BETTING_OPEN", type="award", amounts=[{"seat": 1, "amount": 150}], reason="x")
    await e.refused("CANNOT_CHOP", type="chop")
    await e.refused("CANNOT_RUN", type="run_board", times=2)
    await e.refused("NO_RABBIT", type="rabbit_card", card="2c")
    await e.refused("NO_FLOP", type="irregular_flop", cards=["2c", "3c", "4c"], reason="x")
    await e.refused("NO_COMMUNITY_CARD", type="community_card", card="2c")
    await e.refused("HAND_LIVE", type="retrieve_hand", seat=3, reason="x")
    await e.refused("NOTHING_MISSING", type="go_on")
    await e.refused("SEAT_TAKEN", type="seat_player", seat=3, player_id="p_x", name="X")
    await e.act(3, "all_in")
    await e.refused("ALL_IN", type="out_of_turn", seat=3, action="call")
    await e.act(1, "raise_to", 2_000)
    await e.act(2, "fold")
    await e.refused("FOLDED", type="dead_hand", seat=2, reason="x")
    await e.refused("FOLDED", type="show", seat=2, cards=["As", "Ks"])
    await e.refused("BETTING_OVER", type="call", seat=1)
    await e.refused("TOO_LATE", type="retrieve_hand", seat=2, reason="x")
    await e.refused("NO_REPLACEMENT", type="replace_card", seat=1, card="2c", reason="x")
    await e.refused("BAD_HAND", type="show", seat=1, cards=["As"])


async def _board(e: Evening) -> None:
    await e.command(type="show", seat=1, cards=["As", "Ks"])
    await e.refused("CARD_SHOWN", type="deal_card", card="As")
    await e.command(type="expose_card", seat=3, card="Qc")
    await e.refused("CARD_FACE_UP", type="deal_card", card="Qc")
    await e.command(type="deal_card", card="2c")
    await e.refused("CARD_ON_BOARD", type="deal_card", card="2c")
    await e.refused("CANNOT_RUN", type="run_board", times=2)
    await e.refused("NO_SUCH_BOARD", type="clear_card", card="2c", board=2)
    await e.refused("CARD_NOT_THERE", type="clear_card", card="9c")
    for card in ("3c", "4d", "5h"):
        await e.command(type="deal_card", card=card)
    await e.command(type="burn_card")
    await e.command(type="burn_card")
    await e.command(type="burn_card")
    await e.refused("NO_BURN", type="burn_card")
    await e.command(type="deal_card", card="7h")
    await e.refused("BOARD_FULL", type="deal_card", card="8h")
    await e.command(type="show", seat=3, cards=["Qc", "Qd"])
    await e.refused("HAND_COMPLETE", type="call", seat=1)
    await e.refused("HAND_COMPLETE", type="dead_hand", seat=1, reason="x")
    await e.command(type="remove_player", seat=2)
    await e.command(type="seat_player", seat=2, player_id="p_two", name="Two", stack=5_000)
    await e.command(type="set_stack", seat=3, stack=4_000)
    await e.command(type="start_hand", button=3)
    for seat, kind in ((3, "call"), (1, "call"), (2, "check")):
        await e.act(seat, kind)
    for card in ("2c", "3c", "4d"):
        await e.command(type="deal_card", card=card)
    await e.refused("BAD_FLOP", type="irregular_flop", cards=["2c", "2c", "4d"], reason="x")
    await e.refused("NOTHING_TO_CALL", type="call", seat=1)
    await e.act(1, "check")
    await e.refused("NOTHING_PENDING", type="out_of_turn", seat=1, action="check")
    await e.command(type="misdeal", override=True)


async def _limits(e: Evening) -> None:
    await e.command(type="set_game", game="holdem", betting="fixed_limit", bets_cap=2)
    await e.command(type="start_hand", button=3)
    await e.refused("RAISE_TOO_BIG", type="raise_to", seat=3, amount=900)
    await e.act(3, "fold")
    await e.refused("FOLDED", type="out_of_turn", seat=3, action="call")
    await e.command(type="undo")
    await e.act(3, "raise_to", 200)
    await e.refused("RAISE_NOT_ALLOWED", type="raise_to", seat=1, amount=300)
    await e.command(type="misdeal", override=True)
    await e.command(type="set_game", game="omaha")
    await e.command(type="start_hand", button=3)
    await e.refused("RAISE_TOO_BIG", type="raise_to", seat=3, amount=900)
    await e.command(type="misdeal", override=True)


async def _draws(e: Evening) -> None:
    await e.command(type="set_game", game="five_card_draw")
    await e.command(type="start_hand", button=3)
    for seat, kind in ((3, "call"), (1, "call"), (2, "check")):
        await e.act(seat, kind)
    await e.refused("DRAW_OPEN", type="check", seat=1)
    await e.refused("NOT_YOUR_TURN", type="draw", seat=2, count=1)
    await e.refused("BAD_DRAW", type="draw", seat=1, count=1, cards=["2c", "3c"])
    await e.act(1, "draw", count=5)
    await e.command(type="misdeal", override=True)


async def _stud(e: Evening) -> None:
    await e.command(type="set_game", game="stud", bring_in=25, betting="no_limit")
    await e.command(type="start_hand", button=3)
    for seat, card in ((1, "2c"), (2, "Kd"), (3, "Qs")):
        await e.command(type="deal_card", seat=seat, card=card, up=True)
    await e.refused("BRING_IN", type="fold", seat=1)
    await e.refused("CARD_FACE_UP", type="deal_card", seat=2, card="2c", up=True)
    await e.refused("CARD_NOT_THERE", type="clear_card", seat=1, card="3c", up=True)
    await e.command(type="clear_card", seat=3, card="Qs", up=True)
    await e.command(type="deal_card", seat=3, card="Qs", up=True)
    await e.act(1, "bring_in")
    await e.act(2, "all_in")
    await e.act(3, "call")
    await e.act(1, "call")
    for seat, card in ((1, "5h"), (1, "6h"), (1, "7h")):
        await e.command(type="deal_card", seat=seat, card=card, up=True)
    await e.refused("HAND_FULL", type="deal_card", seat=1, card="8h", up=True)
    await e.refused("NO_COMMUNITY_CARD", type="community_card", card="5d")
    await e.command(type="community_card", card="5d", override=True)
    await e.command(type="misdeal", override=True)


async def _short(e: Evening) -> None:
    await e.command(type="set_game", game="short_deck")
    await e.command(type="start_hand", button=3)
    await e.refused("BAD_CARD", type="deal_card", seat=1, card="2c")
    await e.refused("BAD_CARD", type="deal_card", card="2c")
    await e.refused("BAD_CARD", type="burn_card", card="2c")
    await e.refused("BAD_CARD", type="boxed_card", card="2c")
    await e.refused("CARD_FACE_UP", type="expose_card", seat=1, card="2c")
    await e.act(3, "fold")
    await e.act(1, "fold")
    await e.command(type="seat_player", seat=8, player_id="p_eight", name="Eight", stack=500)
    await e.command(type="remove_player", seat=8)
    await e.command(type="set_game", game="holdem")


async def _profile(e: Evening) -> None:
    await e.command(type="set_house_rules", profile="tournament")
    await e.refused("NO_BUTTON_TO_BUY", type="start_hand", buy_button=True)
    await e.command(type="start_hand", button=3)
    await e.act(3, "fold")
    await e.refused("NO_CHOP", type="chop")
    await e.act(1, "all_in")
    await e.act(2, "call")
    await e.refused("NO_RUNS", type="run_board", times=2)
    await e.refused("NO_RABBIT", type="rabbit_card", card="2c")
    await e.command(type="misdeal", override=True)
    for seat in (1, 2):
        await e.command(type="set_stack", seat=seat, stack=0)
    await e.refused("TOO_FEW_PLAYERS", type="start_hand")
