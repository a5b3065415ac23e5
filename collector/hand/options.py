"""The events that can come next in a hand: for each kind, the seats that it may name.

Hidden cards play no part, so events that deal a card to a seat are not here. Amounts are in `betting.legal`.
"""

from __future__ import annotations

from collections.abc import Callable

from collector.hand.betting import breach
from collector.hand.changing import find, live, unfolded
from collector.hand.events import Act, BringIn
from collector.hand.irregular import may_be_for_all, stub
from collector.hand.limits import may_raise
from collector.hand.model import Hand, Player
from collector.hand.outofturn import may_come_early
from collector.hand.rulings import may_retrieve
from collector.hand.showdown import must_table, whole
from collector.hand.turns import time_left, timed

Seats = tuple[int, ...]


def to(act: Callable[[int], Act]) -> Callable[[Hand], Seats]:
    """Return an option: the seats that may fold, check, call or go all-in. act: makes the event of a seat."""

    def seats(hand: Hand) -> Seats:
        seat = None if hand.closed else hand.to_act
        return (seat,) if seat is not None and _allowed(hand, act(seat)) else ()

    return seats


def to_bet(hand: Hand) -> Seats:
    """Return the seats that may open the betting."""
    return () if hand.bet_to else _to_raise(hand)


def to_raise(hand: Hand) -> Seats:
    """Return the seats that may raise."""
    return _to_raise(hand) if hand.bet_to else ()


def _to_raise(hand: Hand) -> Seats:
    seat = None if hand.closed else hand.to_act
    return (seat,) if seat is not None and may_raise(hand, find(hand, seat)) else ()


def to_bring_in(hand: Hand) -> Seats:
    """Return the seats that may open a stud hand."""
    if hand.closed:
        return ()
    if hand.to_act is not None:
        return (hand.to_act,) if _allowed(hand, BringIn(hand.to_act)) else ()
    ready = [player.seat for player in live(hand) if player.stack]
    return tuple(seat for seat in ready if _allowed(hand, BringIn(seat)))


def to_draw(hand: Hand) -> Seats:
    """Return the seats that draw now."""
    return hand.drawing[:1]


def to_show(hand: Hand) -> Seats:
    """Return the seats that may table a hand."""
    return _seats(hand, _may_show)


def to_muck(hand: Hand) -> Seats:
    """Return the seats that may throw a hand away at the showdown."""
    return _seats(hand, _may_muck)


def to_act_early(hand: Hand) -> Seats:
    """Return the seats that may act before their turn."""
    return may_come_early(hand)


def to_bet_in_motions(hand: Hand) -> Seats:
    """Return the seats whose bet the floor may rule a string bet."""
    return () if hand.to_act is None or hand.bringing_in else (hand.to_act,)


def to_be_passive(hand: Hand) -> Seats:
    """Return the seat that the floor may limit to passive action: it is to act, and could raise."""
    return _to_raise(hand)


def to_be_timed(hand: Hand) -> Seats:
    """Return the seat that the clock may be put on."""
    return () if hand.closed or hand.to_act is None or timed(hand) is not None else (hand.to_act,)


def with_time_chips(hand: Hand) -> Seats:
    """Return the seat to act, if it has time chips left."""
    open_to = None if hand.closed else hand.to_act
    return (open_to,) if open_to is not None and time_left(hand, open_to) > 0 else ()


def out_of_time(hand: Hand) -> Seats:
    """Return the seat whose clock runs."""
    seat = timed(hand)
    return () if seat is None else (seat,)


def with_chips_behind(hand: Hand) -> Seats:
    """Return the seats behind which chips may be found: all-in, and in for the pot."""
    return () if hand.complete else tuple(player.seat for player in live(hand) if player.stack == 0)


def to_be_killed(hand: Hand) -> Seats:
    """Return the seats whose hand the floor may kill: not the last hand, whose pot it is."""
    return () if hand.complete or len(unfolded(hand)) == 1 else tuple(player.seat for player in live(hand))


def to_retrieve(hand: Hand) -> Seats:
    """Return the seats whose hand the floor may give back from the muck."""
    return _seats(hand, may_retrieve)


def to_replace_card(hand: Hand) -> Seats:
    """Return the seats that may get another card for an exposed one."""
    return () if hand.closed else tuple(player.seat for player in live(hand))


def to_expose(hand: Hand) -> Seats:
    """Return the seats whose hole cards may be exposed."""
    return tuple(player.seat for player in hand.players)


def to_show_the_rest(hand: Hand) -> Seats:
    """Return the seats that showed a part of their hand, on which the floor has not ruled."""
    return hand.in_part


def dealt_in_unposted(hand: Hand) -> Seats:
    """Return the seats that were dealt in without the blind that they owe, on which nobody has ruled."""
    return tuple(player.seat for player in live(hand) if player.seat in hand.unposted) if not hand.complete else ()


def one_for_all(hand: Hand) -> bool:
    """Return whether the last street of a stud hand is one card for all, since the deck is too short."""
    return may_be_for_all(hand) and stub(hand)[0] < stub(hand)[1]


def _allowed(hand: Hand, act: Act) -> bool:
    return breach(hand, find(hand, act.seat), act) is None


def _seats(hand: Hand, may: Callable[[Hand, Player], bool]) -> Seats:
    return tuple(player.seat for player in hand.players if may(hand, player))


def _may_show(hand: Hand, player: Player) -> bool:
    open_to = hand.closed or player.stack == 0
    return open_to and player.live and not whole(hand, player)


def _may_muck(hand: Hand, player: Player) -> bool:
    tabled = player.shown is not None and not hand.complete
    free = not must_table(hand) and player.seat not in hand.to_table
    return hand.closed and player.live and not tabled and free
