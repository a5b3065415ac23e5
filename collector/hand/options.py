"""What can come next, of everything: each kind of command with the seats that it may name. For consoles and proofs.

Hidden cards play no part: whether a card can be dealt to a seat is not told here. Amounts are in `betting.legal`.
"""

from __future__ import annotations

from collections.abc import Callable

from collector.hand.betting import breach
from collector.hand.board import may_run
from collector.hand.changing import find, live
from collector.hand.events import Act, AllIn, BringIn, Call, Check, Fold
from collector.hand.irregular import may_be_for_all, may_burn, may_mend_flop, stub
from collector.hand.limits import may_raise
from collector.hand.model import Hand, Player
from collector.hand.outofturn import may_come_early
from collector.hand.rulings import may_chop, may_rabbit
from collector.hand.showdown import must_table, whole

Seats = tuple[int, ...]
_ACTS: dict[str, type[Act]] = {"fold": Fold, "check": Check, "call": Call, "all_in": AllIn, "bring_in": BringIn}


def options(hand: Hand) -> dict[str, Seats]:
    """Return the commands that may come now, by type: the seats that each may name, () where it names none."""
    by_seat = {
        **_acts(hand),
        "draw": hand.drawing[:1],
        "show": _seats(hand, _may_show),
        "muck": _seats(hand, _may_muck),
        "out_of_turn": may_come_early(hand),
        "string_bet": () if hand.to_act is None or hand.bringing_in else (hand.to_act,),
        "dead_hand": () if hand.complete else tuple(player.seat for player in live(hand)),
        "retrieve_hand": _seats(hand, _may_retrieve),
        "replace_card": () if hand.closed else tuple(player.seat for player in live(hand)),
        "expose_card": tuple(player.seat for player in hand.players),
    }
    seatless = {
        "deal_card": True,
        "clear_card": True,
        "boxed_card": True,
        "burn_card": may_burn(hand),
        "irregular_flop": may_mend_flop(hand),
        "community_card": may_be_for_all(hand) and stub(hand)[0] < stub(hand)[1],
        "run_board": may_run(hand),
        "chop": may_chop(hand),
        "award": hand.closed,
        "rabbit_card": may_rabbit(hand),
    }
    found = {kind: seats for kind, seats in by_seat.items() if seats}
    return {**found, **{kind: () for kind, may in seatless.items() if may}}


def _acts(hand: Hand) -> dict[str, Seats]:
    if hand.closed:
        return {}
    if hand.to_act is None:
        ready = [player.seat for player in live(hand) if player.stack]
        return {"bring_in": tuple(seat for seat in ready if _allowed(hand, BringIn(seat)))}
    seat = hand.to_act
    acts: dict[str, Seats] = {kind: (seat,) for kind, act in _ACTS.items() if _allowed(hand, act(seat))}  # type: ignore[call-arg]
    if may_raise(hand, find(hand, seat)):
        acts["raise_to" if hand.bet_to else "bet"] = (seat,)
    return acts


def _allowed(hand: Hand, act: Act) -> bool:
    return breach(hand, find(hand, act.seat), act) is None


def _seats(hand: Hand, may: Callable[[Hand, Player], bool]) -> Seats:
    return tuple(player.seat for player in hand.players if may(hand, player))


def _may_show(hand: Hand, player: Player) -> bool:
    open_to = hand.closed or player.stack == 0
    return open_to and player.live and not whole(hand, player)


def _may_muck(hand: Hand, player: Player) -> bool:
    tabled = player.shown is not None and not hand.complete
    return hand.closed and player.live and not tabled and not must_table(hand)


def _may_retrieve(hand: Hand, player: Player) -> bool:
    return not player.live and not hand.complete and not (hand.closed and player.folded)
