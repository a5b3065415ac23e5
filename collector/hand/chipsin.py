"""The worth of chips that a player put in, or of an amount that it said, where neither says which act it is.

TDA 2024: a single oversized chip (rule 44), several chips (45), chips of a prior bet (46), an amount that is said,
which counts as the same chips pushed out (40-C), the half that makes a raise (43-A), words that fit no bet (55),
amounts that may mean several things (57), undercalls (51-B). Robert's Rules 3 and 14 say the same of a single chip.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from collector.errors import IllegalAction
from collector.hand.betting import act, refusal, require_possible
from collector.hand.changing import betting_of, find, rule, unfolded
from collector.hand.copying import replace
from collector.hand.events import Act, AllIn, BetTo, Call, Check, ChipsIn
from collector.hand.games import HEADS_UP, Betting
from collector.hand.limits import least_to, may_raise, most_to, pot_total
from collector.hand.model import Hand, Player

_MOST = 10**15
_TENFOLD = 10


class Worth(NamedTuple):
    """What chips count as, and by which rule."""

    act: Act
    why: str


def chips_in(hand: Hand, event: ChipsIn) -> Hand:
    """Take chips or an amount as the act that they are worth; raise IllegalAction if no rule says which."""
    player = find(hand, event.seat)
    found = worth(hand, player, event)
    require_possible(hand, player, found.act)
    refused = refusal(hand, player, found.act)
    if refused is not None:
        raise refused
    return act(rule(hand, f"seat {player.seat} {_did(event)}: {_noun(found.act)}, since {found.why}"), found.act)


def worth(hand: Hand, player: Player, event: ChipsIn) -> Worth:
    """Return what the chips of an event count as; raise IllegalAction where the floor has to decide."""
    if event.unclear:
        event = replace(event, unclear=0, amount=_highest_reasonable(hand, player, event.unclear))
        found = worth(hand, player, event)
        return Worth(found.act, f"{event.amount} is the highest reasonable amount up to the pot (TDA 57); {found.why}")
    owed = hand.bet_to - player.bet
    if event.declared == "call":
        return Worth(Call(player.seat), "call was said") if owed > 0 else Worth(Check(player.seat), "no bet (TDA 55)")
    if event.declared == "all_in":
        return Worth(AllIn(player.seat), "all-in was said")
    if event.declared == "raise":
        return _raise(hand, player, _total(player, event), "raise was said (TDA 44, 43-A)")
    return _facing(hand, player, event, owed) if owed > 0 else _opening(hand, player, event)


def _total(player: Player, event: ChipsIn) -> int:
    """Return the bet that lies before the player: what it put in, on top of a prior bet that was left there."""
    put = sum(event.chips)
    return event.amount or (player.bet + put if event.prior == "left" else put)


def _opening(hand: Hand, player: Player, event: ChipsIn) -> Worth:
    """Return the worth of chips of a player who faces no bet: a bet of all of them, at least the least (44, 52)."""
    total = _total(player, event)
    if hand.bet_to and 2 * (total - hand.bet_to) < least_to(hand) - hand.bet_to:
        return Worth(Check(player.seat), "it is less than half a raise (TDA 43-A)")
    return _raise(hand, player, total, "nobody had bet, and all of it is the bet (TDA 44)")


def _facing(hand: Hand, player: Player, event: ChipsIn, owed: int) -> Worth:
    """Return the worth of chips of a player who faces a bet and said nothing."""
    total, call = _total(player, event), Call(player.seat)
    needed = owed if event.prior == "left" else hand.bet_to
    if total < hand.bet_to and total < player.bet + player.stack:
        return _undercall(hand, player, total)
    if len(event.chips) == 1 and event.prior != "part":
        return Worth(call, "one chip without a word is a call (TDA 44)")
    if event.chips and event.prior != "part" and sum(event.chips) - min(event.chips) < needed:
        return Worth(call, "every chip is needed for the call (TDA 45-A)")
    if event.chips and total >= player.bet + player.stack:
        return Worth(AllIn(player.seat), "these are its last chips, and not all are needed for the call (TDA 45-B)")
    if 2 * (total - hand.bet_to) < least_to(hand) - hand.bet_to:
        return Worth(call, "it is less than half a raise (TDA 43-A)")
    return _raise(hand, player, total, "it is half a raise or more (TDA 43-A, 45-B)")


def _undercall(hand: Hand, player: Player, total: int) -> Worth:
    opening = hand.bets <= 1
    if len(unfolded(hand)) == HEADS_UP or opening:
        return Worth(Call(player.seat), f"{total} is less than the call, which is due in full (TDA 51-B)")
    message = f"seat {player.seat} has {total} of {hand.bet_to}, less than a call in a raised pot; the floor decides"
    raise IllegalAction("UNDERCALL", f"{message}: enter call or fold (TDA 51-B)", {"seat": player.seat})


def _raise(hand: Hand, player: Player, total: int, why: str) -> Worth:
    """Return a raise to `total`, as far as the rules let it be one; a call or check where the seat may not raise."""
    if not may_raise(hand, player):
        passive: Act = Call(player.seat) if hand.bet_to > player.bet else Check(player.seat)
        return Worth(passive, "the seat may not raise")
    least, most = least_to(hand), most_to(hand, player)
    to = min(max(total, least), most)
    if betting_of(hand) is Betting.FIXED_LIMIT and least < to < most:
        to = least  # on an open pair of stud it is the small or the big bet, nothing between
    if to == player.bet + player.stack:
        return Worth(AllIn(player.seat), why)
    return Worth(BetTo(player.seat, to), why)


def _highest_reasonable(hand: Hand, player: Player, said: int) -> int:
    """Return what an unclear number means: the most that is legal and no more than the pot, else the least legal one.

    "Five" at 200-400 is 500 into a pot below 5,000, and 5,000 into that pot and larger ones.
    """
    pot = pot_total(hand)
    legal = [amount for amount in _meanings(said) if _is_legal(hand, player, amount)]
    if not legal:
        message = f"{said} means no legal bet of seat {player.seat}; ask which amount it is (TDA 57)"
        raise IllegalAction("UNCLEAR_BET", message, {"seat": player.seat})
    return max((amount for amount in legal if amount <= pot), default=legal[0])


def _meanings(said: int) -> Iterator[int]:
    while said <= _MOST:
        yield said
        said *= _TENFOLD


def _is_legal(hand: Hand, player: Player, amount: int) -> bool:
    all_in = player.bet + player.stack
    return amount == hand.bet_to or min(least_to(hand), all_in) <= amount <= all_in


def _did(event: ChipsIn) -> str:
    said = f"says {event.declared.replace('_', '-')}" if event.declared else ""
    number = event.unclear or event.amount
    if number:
        said = f"{said or 'says'} {number}"
    if not event.chips:
        return said
    put = f"puts in {' + '.join(map(str, event.chips))}"
    return f"{said} and {put}" if said else f"{put} without a word"


def _noun(worth: Act) -> str:
    if isinstance(worth, BetTo):
        return f"a bet of {worth.to}"
    if isinstance(worth, AllIn):
        return "all-in"
    return "a call" if isinstance(worth, Call) else "a check"
