"""Every command of a table with values that may fit, and what chance does at a table."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from collector.cards import DECK
from collector.hand import board_wanted, legal, next_board, to_show
from collector.hand.model import Hand
from tests.collector.hand.randomly import shown, unused
from tests.collector.table.dealer import Dealer

Fields = dict[str, Any]
Draw = Callable[[Random], Any]
STRANGE = "0011223344556677"


def one_of(*values: Any) -> Draw:
    return lambda random: random.choice(values)


def number(low: int, high: int) -> Draw:
    return lambda random: random.randint(low, high)


def a(kind: str, **fields: Draw) -> tuple[str, dict[str, Draw]]:
    return kind, fields


seats = number(1, 6)
card = one_of(*map(str, DECK[::5]))
amount = number(0, 2500)
flag = one_of(False, True)
words = one_of("so it is")
TRIED = (
    *(a(kind, seat=seats) for kind in ("fold", "check", "call", "all_in", "bring_in", "muck", "show", "remove_player")),
    *(a(kind, seat=seats, amount=amount) for kind in ("bet", "raise_to", "string_bet")),
    *(a(kind) for kind in ("undo", "redo", "end_hand", "chop", "next_game", "start_hand", "burn_card", "go_on")),
    *(a(kind, seat=seats, reason=words) for kind in ("dead_hand", "retrieve_hand")),
    *(a(kind, seat=seats, to_seat=seats) for kind in ("move_player",)),
    a("settle_card", card=card, seat=seats, lies=flag),
    *(a(kind, deck_id=one_of("deck-1", "deck-9")) for kind in ("use_deck", "change_deck", "retire_deck")),
    *(a(kind, card=card) for kind in ("rabbit_card", "boxed_card", "community_card")),
    *(a(kind, seat=seats, card=card) for kind in ("deal_card", "clear_card", "expose_card")),
    *(a(kind, seat=seats, card=card, up=one_of(True)) for kind in ("deal_card", "clear_card")),
    *(a(kind, card=card) for kind in ("deal_card", "clear_card")),
    a("replace_card", seat=seats, card=card, reason=words),
    a("irregular_flop", cards=lambda random: [card(random) for _ in range(3)], reason=words),
    a("out_of_turn", seat=seats, action=one_of("fold", "check", "call", "all_in")),
    a("out_of_turn", seat=seats, action=one_of("fold", "call", "raise_to"), condition=one_of("bet", "check", "any")),
    a("draw", seat=seats, count=number(0, 4)),
    a("run_board", times=number(2, 3)),
    a("award", amounts=one_of([{"seat": 1, "amount": 300}]), reason=words),
    a("misdeal", fouled_deck=flag),
    a("put_in", seat=seats, chips=lambda random: [random.choice((25, 100, 500, 1000)) for _ in range(2)]),
    a("put_in", seat=seats, chips=one_of([1000], [500]), declared=one_of("", "raise"), prior=one_of("left", "back")),
    a("put_in", seat=seats, unclear=number(1, 9)),
    a("limit_seat", seat=seats, reason=words),
    a("expose_card", seat=seats, card=card, by_choice=one_of(True)),
    a("expose_card", seat=seats, card=card, by_choice=one_of(True), to_seat=number(7, 9)),
    a("show_rest", seat=seats, rest=flag),
    a("unposted_found", seat=seats),
    a("start_hand", unposted=lambda random: [random.randint(1, 6)]),
    a("call_clock", seat=seats),
    a("time_up", seat=seats),
    a("use_time_bank", seat=seats, chips=number(1, 2)),
    a("set_time_bank", chips=number(0, 3)),
    a("set_house_rules", profile=one_of("cash"), time_chips=number(0, 2), sleeper=one_of("stays", "lapses")),
    a("chips_found", seat=seats, amount=number(1, 500)),
    a("seat_player", seat=seats, player_id=one_of("p_1", "p_7", "p_8"), name=words, stack=amount),
    a("sit_out", seat=seats, out=flag),
    a("penalty", seat=seats, hands=number(0, 2), reason=words),
    a("penalty", seat=seats, rounds=number(1, 2), reason=words),
    a("disqualify", seat=seats, reason=words),
    a("rebuy", seat=seats, amount=number(1, 2500), behind=flag),
    a("rebuy_paid", seat=seats),
    a("collect_time", amount=number(1, 100)),
    a(
        "chip_race",
        chip=number(2, 25),
        odd=lambda random: [{"seat": random.randint(1, 4), "amount": 1}],
        won=one_of([]),
    ),
    a("set_stack", seat=seats, stack=amount),
    a("set_button", seat=seats),
    a("transfer_chips", seat=seats, to_seat=seats, amount=number(1, 2500), reason=words),
    a("start_hand", bomb=amount, boards=number(1, 3)),
    a("set_blinds", small_blind=amount, big_blind=number(1, 2500)),
    a("set_game", game=one_of("holdem", "omaha", "stud", "five_card_draw"), bring_in=one_of(20)),
    a("set_game", rotation=one_of("horse")),
    a("set_house_rules", profile=one_of("cash", "tournament")),
    a("set_odds", unread=flag),
    a("mask"),
    a("unmask"),
    a("set_mode", mode=one_of("rehearsal", "programme", "secure")),
    a("set_release", house=one_of("all", "shown"), delay_s=number(0, 900)),
    a("set_tournament", remaining=number(2, 9)),
    a("set_place", player_id=one_of("p_1", "p_7"), rank=number(1, 9), shared=number(1, 3)),
    a("set_levels", levels=one_of([{"small_blind": 50, "big_blind": 100}])),
    a("set_side_games", stand_up=amount),
    a("set_flow", flow=one_of("operator", "operator", "automatic")),
    a("assign_device", device=one_of("node-02")),
    a("assign_antenna", device=one_of("node-01", "node-03"), antenna=one_of("a20"), role=one_of("muck")),
    a("register_control", uid=one_of(STRANGE), command=one_of({"type": "undo"})),
    a("remove_control", uid=one_of(STRANGE)),
    a("resolve_flag", flag=number(1, 60), take=one_of("here", "there", "nowhere")),
    a("amend", changes=one_of([{"seq": 5, "command": None}])),
)
"""Every command that a table knows, with values that may fit."""


def some_command(random: Random) -> Fields:
    kind, fields = random.choice(TRIED)
    return {"type": kind, **{name: draw(random) for name, draw in fields.items()}}


def next_act(hand: Hand, random: Random) -> Fields:
    """Return what a table would do next in a hand."""
    free = [str(each) for each in unused(hand)]
    may = legal(hand)
    if hand.drawing:
        return {"type": "draw", "seat": hand.drawing[0], "count": random.randint(0, 3)}
    if may and may.bring_in is not None:
        return {"type": "bring_in", "seat": may.seat}
    if may:
        acts = ["fold", "check" if may.check else "call", "check" if may.check else "call", "all_in"]
        return {"type": random.choice(acts), "seat": may.seat}
    waiting = to_show(hand)
    if not waiting or (board_wanted(hand) and random.random() < 0.8):
        place = {"board": next_board(hand)} if hand.closed else {"seat": random.randint(1, 4), "up": True}
        return {"type": "deal_card", "card": random.choice(free), **place}
    seat = waiting[0]
    tabled = {"type": "show", "seat": seat, "cards": [str(each) for each in shown(hand, seat)]}
    return random.choice((tabled, {"type": "muck", "seat": seat}))


def moved_on(dealer: Dealer, random: Random) -> None:
    """Do something at the table: mostly what comes next there, else anything, or lay a card on an antenna."""
    play, choice = dealer.table.play, random.randint(0, 9)
    if choice == 0:
        dealer.read(random.randint(1, 6), card(random), uid=random.choice((None, STRANGE)))
    elif choice == 1:
        dealer.send(**some_command(random))
    elif choice == 2:
        dealer.send(type=random.choice(("undo", "redo")))
    elif play is None or play.hand.complete or play.setup.cards_only:
        dealer.send(**({"type": "start_hand"} if choice < 9 else some_command(random)))
    elif board_wanted(play.hand) and legal(play.hand) and choice < 5:
        dealer.send(type="deal_card", card=card(random), board=next_board(play.hand))
    else:
        dealer.send(**next_act(play.hand, random))
