"""Evenings that are written out, at the table: cards, hands, and everything that the rules of a hand refuse."""

from __future__ import annotations

from random import Random

from tests.corpus import by_chance
from tests.corpus.evening import CONTROL, STRANGE, Evening, antenna_of, moved, read, removed, uid_of
from tests.corpus.wiring import DECK


async def cards(e: Evening) -> None:
    """Two decks, readings that do not fit, control cards, the muck, a table without operator."""
    await e.set_up((10_000, 8_000, 6_000))
    blue = {uid_of(str(card), 2): str(card) for card in DECK}
    await e.house(type="register_deck", deck_id="deck-2", demo=True, cards=blue)
    await e.refused("UNKNOWN_DECK", type="change_deck", deck_id="deck-2")
    await e.command(type="use_deck", deck_id="deck-2")
    await e.command(type="change_deck", deck_id="deck-1")
    await e.reads(read("a13", uid_of("2c")))
    await e.refused("BAD_ANTENNA", type="assign_antenna", device="node-01", antenna="a13", role="seat")
    await e.command(type="start_hand", button=3)
    await _questions(e)
    await _muck(e)
    await _controls(e)
    await _impossible(e)
    await _one_card_fits(e)
    await _without_operator(e)
    await e.command(type="retire_deck", deck_id="deck-2")


async def _questions(e: Evening) -> None:
    await e.lay(1, "As", "Kd")
    await e.reads(read("a02", STRANGE))
    flag = e.now.flags[-1].position
    await e.refused("CARD_WANTED", client="floor", type="resolve_flag", flag=flag, take="here")
    await e.command(client="floor", type="resolve_flag", flag=flag, take="here", card="Qs")
    await e.refused("NO_FLAG", client="floor", type="resolve_flag", flag=flag, take="there")
    await e.reads(removed("a02", STRANGE))
    await e.reads(read("a02", STRANGE), read("a02", STRANGE))
    await e.reads(removed("a02", STRANGE))
    await e.lay(3, "7c", deck=2)  # of the deck that rests
    await e.lay(2, "As")  # lies at seat 1
    await e.command(client="floor", type="resolve_flag", flag=e.now.flags[-1].position, take="here")
    await e.lay(3, "7h", "7d", "7s")  # one too many
    await e.lay(3, "8s", age_ms=60_000)
    await e.reads(moved("a01", "a03", uid_of("7h")))
    await e.lay(None, "Kd")
    await e.command(client="floor", type="resolve_flag", flag=e.now.flags[-1].position, take="nowhere")
    await e.reads({"kind": "fault", "antenna": "a03", "code": "no_answer", "message": "the chip does not answer"})
    await e.reads({"kind": "fault", "antenna": "a03", "code": "ok", "message": "it does"})
    await e.command(type="misdeal")


async def _muck(e: Evening) -> None:
    await e.command(type="start_hand", button=3)
    await e.lay(1, "As", "Kd")
    await e.lay(2, "Qs", "Qd")
    await e.reads(moved("a12", "a01", uid_of("As")))
    await e.reads(moved("a12", "a01", uid_of("Kd")))
    await e.reads(removed("a02", uid_of("Qs")), removed("a02", uid_of("Qd")))
    await e.act(3, "fold")
    await e.act(1, "fold")
    await e.lay(2, "Qs")
    await e.reads(removed("a02", uid_of("Qs")))
    await e.lay(1, "9h")
    await e.reads(removed("a01", uid_of("9h")))
    await e.reads(*(removed("a03", uid_of(card)) for card in ("7d", "7s", "8s")))
    await e.reads(removed("a01", uid_of("7h")), removed("a11", uid_of("Kd")), removed("a02", uid_of("As")))
    await e.reads(removed("a03", uid_of("7c", 2)), removed("a13", uid_of("2c")))
    await e.lay(3, "5h")
    await e.reads(removed("a03", uid_of("5h")))
    await e.command(type="end_hand")


async def _controls(e: Evening) -> None:
    await e.refused("TAG_IN_USE", type="register_control", uid=uid_of("As"), command={"type": "undo"})
    await e.refused("BAD_CONTROL", type="register_control", uid=CONTROL, command={"type": "nothing"})
    await e.refused("BAD_CONTROL", type="register_control", uid=CONTROL, command={"type": "use_deck", "deck_id": "d"})
    await e.command(type="register_control", uid=CONTROL, command={"type": "next_game"})
    await e.reads(read("a05", CONTROL))  # no mixed game is played
    await e.reads(removed("a05", CONTROL))
    player = {"type": "seat_player", "player_id": "p_card", "name": "Card", "stack": 4_000}
    await e.command(type="register_control", uid=STRANGE, command=player)
    await e.reads(read("a05", STRANGE))
    await e.reads(moved("a06", "a05", STRANGE))
    await e.reads(removed("a06", STRANGE))
    await e.command(type="register_control", uid=CONTROL, command={"type": "fold"})
    await e.command(type="start_hand", button=3)
    await e.reads(read(antenna_of(6), CONTROL))
    await e.reads(removed(antenna_of(6), CONTROL))
    await e.command(type="misdeal", override=True)
    await e.command(type="remove_player", seat=6)
    await e.command(type="remove_control", uid=CONTROL)
    await e.command(type="remove_control", uid=STRANGE)


async def _impossible(e: Evening) -> None:
    await e.command(type="start_hand", button=3)
    await e.command(type="deal_card", seat=1, card="As")
    await e.refused("CARD_ELSEWHERE", type="deal_card", seat=2, card="As")
    await e.refused("CARD_HELD", type="deal_card", seat=1, card="As")
    await e.refused("BAD_CARD", type="deal_card", card="??")
    await e.command(client="another", type="deal_card", seat=2, card="As")  # contested
    await e.act(3, "fold")
    await e.act(1, "fold")
    hand = e.now.play.hand_id
    await e.command(type="end_hand")
    await e.refused("NOT_PERMITTED", type="settle_card", of=hand, seat=1, card="As")
    await e.refused("NOT_CONTESTED", client="floor", type="settle_card", of=hand, seat=3, card="As")
    await e.command(client="floor", type="settle_card", of=hand, seat=1, card="As")


async def _one_card_fits(e: Evening) -> None:
    await e.command(type="start_hand", button=3)
    deck = [str(card) for card in DECK]
    for seat, count in ((1, 2), (2, 2), (3, 1)):
        for _ in range(count):
            await e.lay(seat, deck.pop())
    deck.pop()
    for card in deck:
        await e.reads(read("a12", uid_of(card)), removed("a12", uid_of(card)))
    await e.command(type="misdeal", override=True)
    kept = [str(card) for card in DECK][-5:]
    await e.reads(*(removed(antenna_of(seat), uid_of(card)) for seat, card in zip((3, 2, 2, 1, 1), kept, strict=True)))


async def _without_operator(e: Evening) -> None:
    await e.command(type="set_flow", flow="automatic")
    for seat, card in ((1, "As"), (2, "Ks"), (1, "Ad"), (2, "Kd")):
        await e.lay(seat, card)
    for card in ("2c", "3c", "4c", "5c"):
        await e.lay(None, card)
    await e.reads(moved("a12", "a02", uid_of("Ks")))
    for seat, card in ((1, "As"), (1, "Ad"), (2, "Kd"), (None, "2c"), (None, "3c"), (None, "4c"), (None, "5c")):
        await e.reads(removed(antenna_of(seat), uid_of(card)))
    await e.reads(removed("a12", uid_of("Ks")))
    await e.command(type="set_flow", flow="operator")


async def hands(e: Evening) -> None:
    """Hold'em with everything that the floor rules, corrections of hands that are over, and the figures that follow."""
    await e.set_up((10_000, 8_000, 6_000))
    await e.command(type="set_house_rules", profile="cash", rake_points=500, rake_cap=300, straddles=True)
    await _to_the_showdown(e)
    await _floor(e)
    await _irregular(e)
    await _amended(e)
    await _run_twice(e)
    await _tournament(e)


async def _to_the_showdown(e: Evening) -> None:
    await e.command(type="set_odds", unread=True, folded=True)
    await e.refused("BAD_STRADDLE", type="start_hand", straddles=[{"seat": 3, "kind": "straddle", "amount": 150}])
    await e.command(type="start_hand", button=3, straddles=[{"seat": 3, "kind": "straddle", "amount": 200}])
    for seat, held in ((1, ("As", "Kd")), (2, ("Qs", "Qh")), (3, ("7c",))):
        await e.lay(seat, *held)
    await e.refused("HAND_RUNNING", type="start_hand")
    await e.refused("STALE_DECISION", type="call", seat=1, decision=0)
    await e.refused("STALE_HAND", type="call", seat=1, hand_id="h_table_01_1")
    await e.act(1, "raise_to", 600)
    await e.act(2, "call")
    await e.act(3, "call")
    for card in ("Qd", "9s", "4h"):
        await e.lay(None, card)
    await e.answer()
    await e.command(type="set_odds", unread=False, folded=False)
    await e.command(type="clear_card", card="4h")
    await e.command(type="deal_card", card="4h")
    await e.command(type="undo")
    await e.command(type="undo")
    await e.command(type="redo")
    await e.command(type="redo")
    await e.act(1, "check")
    await e.act(2, "bet", 500)
    await e.act(3, "fold")
    await e.act(1, "all_in")
    await e.act(2, "call")
    for card in ("Th", "2s"):
        await e.lay(None, card)
    await e.command(type="show", seat=1)
    await e.refused("ALREADY_SHOWN", type="show", seat=1)
    await e.command(type="muck", seat=2)
    await e.refused("MUCKED", type="show", seat=2)
    await e.command(type="end_hand")
    await e.command(type="set_stack", seat=2, stack=8_000)


async def _floor(e: Evening) -> None:
    await e.command(type="start_hand", button=3)
    await e.command(type="expose_card", seat=1, card="As")
    await e.act(3, "raise_to", 300)
    await e.command(type="dead_hand", seat=1, reason="a third card")
    await e.act(2, "call")
    for card in ("Qd", "9s", "4h"):
        await e.lay(None, card)
    await e.act(2, "check")
    await e.act(3, "bet", 300)
    await e.act(2, "fold")
    await e.command(type="rabbit_card", card="2h")
    await e.command(type="start_hand", button=3, bomb=200, boards=2)
    await e.command(type="misdeal", override=True)
    await e.command(type="start_hand", button=3)
    await e.act(3, "fold")
    await e.command(type="chop")
    await e.command(type="start_hand", button=3, posts=[{"seat": 1, "kind": "ante", "amount": 25}])
    await e.command(type="misdeal", override=True, reason="two decks")


async def _irregular(e: Evening) -> None:
    await e.command(type="set_side_games", bounties=[{"name": "7-2", "ranks": "72", "amount": 100}], stand_up=200)
    await e.command(type="start_hand", button=3)
    await e.command(type="boxed_card", card="5c")
    await e.command(type="boxed_card", card="5d")  # a misdeal is due
    await e.command(type="replace_card", seat=2, card="6c", reason="exposed by the dealer")
    await e.command(type="out_of_turn", seat=1, action="raise_to", amount=400)
    await e.refused("IN_TURN", type="out_of_turn", seat=3, action="call")
    await e.command(type="string_bet", seat=3, amount=120)
    await e.act(2, "call")
    await e.act(3, "call")
    await e.command(type="burn_card", card="2c")
    for card in ("Qd", "9s", "4h", "8d"):
        await e.lay(None, card)
    await e.command(type="irregular_flop", cards=["Qd", "9s", "4h"], burn="8d", reason="four cards")
    await e.act(1, "check")
    await e.refused("SUBSTANTIAL_ACTION", type="misdeal")
    await e.command(type="misdeal", fouled_deck=True, reason="two queens of diamonds")
    await e.command(type="penalty", seat=3, hands=1, reason="out of turn again")
    await e.command(type="start_hand", button=3)
    await by_chance.play(e, Random(11))
    await e.command(type="set_side_games")


async def _amended(e: Evening) -> None:
    for seat in (1, 2, 3):
        await e.command(type="set_stack", seat=seat, stack=10_000)
    await e.command(type="start_hand", button=3)
    raised = await e.act(3, "raise_to", 300)
    await e.act(1, "fold")
    await e.act(2, "call")
    for card in ("Qd", "9s", "4h"):
        await e.command(type="deal_card", card=card)
    await e.act(2, "check")
    bet = await e.act(3, "bet", 300)
    await e.act(2, "fold")
    await e.command(type="start_hand")
    await e.act(1, "fold")
    await e.act(2, "fold")
    larger = [{"seq": raised["seq"], "command": {"type": "raise_to", "seat": 3, "amount": 400}}]
    await amend(e, larger)
    await amend(e, [{"seq": bet["seq"], "command": {"type": "bet", "seat": 3, "amount": 350}, "more": []}])
    out = [{"seq": raised["seq"], "command": None}]
    await e.refused("AMEND_REFUSED", type="amend", changes=out)
    await e.refused("UNKNOWN_COMMAND", type="amend", changes=[{"seq": 9_999, "command": None}])
    await e.refused("BAD_AMENDMENT", type="amend", changes=[{"seq": bet["seq"], "command": {"type": "undo"}}])
    await e.refused("BAD_AMENDMENT", type="amend", changes=[{"seq": bet["seq"], "command": {"type": "nothing"}}])
    nowhere = [{"seq": bet["seq"], "command": {"type": "use_deck", "deck_id": "deck-8"}}]
    await e.refused("UNKNOWN_DECK", type="amend", changes=nowhere)


async def amend(e: Evening, changes: list[dict[str, object]]) -> None:
    """Preview an amendment, then make it."""
    seen = await e.refused("AMEND_PREVIEW", type="amend", changes=changes)
    await e.command(type="amend", changes=changes, digest=seen["error"]["details"]["digest"])


async def _run_twice(e: Evening) -> None:
    await e.command(type="set_odds", unread=True, folded=True)
    await e.command(type="start_hand", button=3)
    for seat, held in ((1, ("As", "Kd")), (2, ("Qs", "Qh"))):
        await e.lay(seat, *held)
    await e.act(3, "fold")
    await e.command(type="retrieve_hand", seat=3, reason="folded by the dealer")
    await e.act(1, "all_in")
    await e.act(2, "call")
    await e.act(3, "fold")
    await e.command(type="run_board", times=2)
    for number, board in ((1, ("2c", "3c", "4c", "9d", "9h")), (2, ("5c", "6c", "Td", "Js", "Jh"))):
        for card in board:
            await e.command(type="deal_card", card=card, board=number)
    await e.refused("NO_SUCH_BOARD", type="deal_card", card="Tc", board=3)
    await e.command(type="show", seat=1)
    await e.command(type="show", seat=2)
    total = sum(pot.amount for pot in e.hand.result.pots) - e.hand.result.rake
    shares = [{"seat": 3, "amount": total}]
    await e.refused("BAD_AWARD", type="award", amounts=[{"seat": 1, "amount": 5}], reason="as pushed")
    await e.command(type="award", amounts=shares, reason="as pushed")
    await e.command(type="undo")
    await e.command(type="award", amounts=[{"seat": 2, "amount": total}], reason="as pushed")
    await e.command(type="end_hand")


async def _tournament(e: Evening) -> None:
    await e.command(type="set_house_rules", profile="tournament")
    level = {"small_blind": 100, "big_blind": 200, "big_blind_ante": 200, "minutes": 30}
    await e.command(type="set_levels", levels=[level, {"minutes": 15, "on_break": True}])
    await e.command(type="set_tournament", level=1, entrants=120, remaining=4, payouts=[5_000, 3_000, 2_000, 1_000])
    for seat, stack in ((1, 1_000), (2, 1_000), (3, 9_000)):
        await e.command(type="set_stack", seat=seat, stack=stack)
    await e.command(type="start_hand", button=3)
    for seat, held in ((1, ("2s", "7d")), (2, ("3s", "8h")), (3, ("As", "Ah"))):
        await e.lay(seat, *held)
    for seat in (3, 1, 2):
        await e.act(seat, "all_in" if seat != 2 else "call")
    await e.refused("MUST_TABLE", type="muck", seat=e.hand.players[0].seat)
    for card in ("Ac", "Ad", "Kc", "Kd", "Qc"):
        await e.lay(None, card)
    for seat in (3, 1, 2):
        await e.send(type="show", seat=seat)
    await e.command(type="end_hand")
    await e.command(type="set_tournament", clock_ms=60_000, clock_running=True, on_break=False, source="sync")
    await e.command(type="set_stack", seat=1, stack=3_000)
    await e.command(type="transfer_chips", seat=3, to_seat=1, amount=500, reason="last longer bet")
    await e.command(type="move_player", seat=1, to_seat=7)
    await e.command(type="sit_out", seat=7)
    await e.command(type="set_button", seat=3)
