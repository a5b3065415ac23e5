"""Acts out of turn, and bets in several motions: how far they bind.

Out of turn (TDA 2024 rule 53): the act waits for the turn of its seat. It binds if the bet to the seat is still the
same then; otherwise the seat is free, but not to raise after a check, where the house says so (Robert's Rules 3). A
check, call or fold in between changes nothing. A fold always binds.
What a seat only says that it will do (rule 59) waits too, where the floor rules that it binds: until its turn, and for
what it made it depend on.
String bets (rules 43 and 56): the first motion counts. Half a raise or more is a whole raise, less is a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from collector.errors import IllegalAction
from collector.hand.betting import act, must_act, next_to_act, refusal, require_possible, verb
from collector.hand.changing import find, rule
from collector.hand.copying import replace
from collector.hand.events import Act, AllIn, BetTo, Call, Check, Fold, OutOfTurn, StringBet
from collector.hand.limits import least_to, may_raise, most_to
from collector.hand.model import Hand, Pending, Player

_WHEN: Final[Mapping[str, str]] = {
    "": "in its turn",
    "bet": "if somebody bets",
    "check": "if nobody bets",
    "any": "whatever comes",
}


def out_of_turn(hand: Hand, event: OutOfTurn) -> Hand:
    """Take an act before the turn of its seat; raise IllegalAction. It waits; only a fold binds at once."""
    player = find(hand, event.act.seat)
    require_possible(hand, player, event.act)
    if hand.to_act == player.seat:
        message = f"it is seat {player.seat}'s turn; enter the act itself"
        raise IllegalAction("IN_TURN", message, {"seat": player.seat})
    said = bool(event.condition) or event.free
    may = may_come_early(hand) if isinstance(event.act, Fold) or said else ()
    if player.seat not in (*may, *_to_act(hand)):
        message = f"seat {player.seat} has nothing to act on out of turn; seat {hand.to_act} is to act"
        raise IllegalAction("NOTHING_PENDING", message, {"seat": player.seat})
    if said:
        return _declared(hand, event)
    refused = refusal(replace(hand, to_act=player.seat), player, event.act)
    if refused is not None:
        raise refused
    if isinstance(event.act, Fold):
        turn = hand.to_act
        hand = rule(hand, f"seat {player.seat} folds out of turn, which binds")
        hand = act(replace(hand, to_act=player.seat), event.act)
        early = hand.early | {player.seat} if hand.setup.edition else hand.early
        return replace(hand, to_act=next_to_act(hand, turn), early=early)
    hand = rule(hand, f"seat {player.seat} acts out of turn ({verb(event.act)}); it binds if the bet does not change")
    passive = event.passive and isinstance(event.act, Check)
    return replace(hand, pending=(*hand.pending, Pending(event.act, hand.bet_to, passive=passive)))


def _declared(hand: Hand, event: OutOfTurn) -> Hand:
    """Take what a seat says that it will do. Whether it binds is the floor's to say (TDA 2024 rule 59)."""
    says = f"seat {event.act.seat} says that it will {_what(event.act)} {_WHEN[event.condition]}"
    if event.free:
        return rule(hand, f"{says}: that does not bind (TDA 59)")
    hand = rule(hand, f"{says}: that binds (TDA 59)")
    return replace(hand, pending=(*hand.pending, Pending(event.act, hand.bet_to, event.condition)))


def _what(act: Act) -> str:
    return "raise" if isinstance(act, BetTo) and not act.to else verb(act)


def _comes_to_pass(hand: Hand, waiting: Pending) -> bool:
    """Return whether that has happened on which a waiting act depends."""
    if waiting.condition == "any":
        return True
    return (hand.bet_to != waiting.bet_to) is (waiting.condition == "bet")


def _as_it_is_now(hand: Hand, waiting: Pending) -> Act:
    """Return the act of a waiting one. Who said that it would raise raises, by the least at least, or else calls."""
    act, player = waiting.act, find(hand, waiting.act.seat)
    if not waiting.condition or not isinstance(act, BetTo):
        return act
    if not may_raise(hand, player):
        return Call(act.seat) if hand.bet_to > player.bet else Check(act.seat)
    to = min(max(act.to, least_to(hand)), most_to(hand, player))
    return AllIn(act.seat) if to == player.bet + player.stack else BetTo(act.seat, to)


def may_come_early(hand: Hand) -> tuple[int, ...]:
    """Return the seats that may act out of turn. Who has acted already may fold, which binds (TDA 2024 rule 58)."""
    if hand.to_act is None or hand.bringing_in:
        return ()
    if not hand.setup.edition:
        return _to_act(hand)
    others = (player for player in hand.players if player.live and player.stack and player.seat != hand.to_act)
    return tuple(player.seat for player in others if _waiting(hand, player.seat) is None)


def _to_act(hand: Hand) -> tuple[int, ...]:
    """Return the seats that have yet to act on this bet, without the one whose turn it is."""
    if hand.to_act is None or hand.bringing_in:
        return ()
    others = (player for player in hand.players if player.seat != hand.to_act and must_act(hand, player))
    return tuple(player.seat for player in others if _waiting(hand, player.seat) is None)


def claimed(hand: Hand) -> Hand:
    """Return the hand after the waiting act of the seat to act, if it has one: the act binds, or the seat is free."""
    waiting = _waiting(hand, hand.to_act)
    if waiting is None:
        return hand
    hand = replace(hand, pending=tuple(pending for pending in hand.pending if pending is not waiting))
    now, seat = _as_it_is_now(hand, waiting), waiting.act.seat
    if not _comes_to_pass(hand, waiting) or refusal(hand, find(hand, seat), now) is not None:
        said = f"what seat {seat} said it would do does not fit"
        changed = said if waiting.condition else f"the action to seat {seat} has changed"
        if waiting.passive:
            return replace(rule(hand, f"{changed}: it checked out of turn, and may call or fold"), passive=seat)
        return rule(hand, f"{changed}: it is free to act")
    return act(rule(hand, f"seat {seat} is bound to {verb(now)}"), now)


def _waiting(hand: Hand, seat: int | None) -> Pending | None:
    return next((pending for pending in hand.pending if pending.act.seat == seat), None)


def string_bet(hand: Hand, event: StringBet) -> Hand:
    """Take the first motion of a string bet as the act that it is worth; raise IllegalAction if that cannot come."""
    player = find(hand, event.seat)
    worth = _worth(hand, player, event.amount)
    require_possible(hand, player, worth)
    refused = refusal(hand, player, worth)
    if refused is not None:
        raise refused
    text = f"a string bet of seat {player.seat}: its first motion of {event.amount} stands as {_noun(worth)}"
    return act(rule(hand, text), worth)


def _worth(hand: Hand, player: Player, amount: int) -> Act:
    """Return the act that a bet of `amount` is ruled to be."""
    passive: Act = Call(player.seat) if hand.bet_to > player.bet else Check(player.seat)
    if amount <= 0 or hand.bringing_in or not may_raise(hand, player):
        return passive
    least = least_to(hand)
    if hand.bet_to and 2 * (amount - hand.bet_to) < least - hand.bet_to:
        return passive
    to = min(max(amount, least), most_to(hand, player))
    return AllIn(player.seat) if to == player.bet + player.stack else BetTo(player.seat, to)


def _noun(worth: Act) -> str:
    if isinstance(worth, BetTo):
        return f"a bet of {worth.to}"
    return "all-in" if isinstance(worth, AllIn) else f"a {verb(worth)}"
