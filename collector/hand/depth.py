"""How much of the chips in front of the seats counts: what a call has to win, and what other hands can match.

Every figure is of public chips. No card is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from collector.hand.changing import live
from collector.hand.model import Hand, Legal, Player

_WHOLE: Final = 10_000
_PARTS: Final = 100


def pot_odds(hand: Hand, may: Legal) -> int:
    """Return the share of the pot that a call has to win to be even, in basis points; 0: nothing to call.

    A short call cannot win what others put in beyond it, so that is not counted.
    """
    if not may.call:
        return 0
    caller = next(player for player in hand.players if player.seat == may.seat)
    reach = caller.contributed - caller.dead + may.call
    to_win = sum(min(player.contributed - player.dead, reach) + player.dead for player in hand.players)
    whole = to_win + may.call
    return (2 * _WHOLE * may.call + whole) // (2 * whole)


def effective_to(hand: Hand, may: Legal) -> int:
    """Return the largest bet of the seat to act that another hand can match whole; 0: it may not raise."""
    if may.max_to is None:
        return 0
    return min(may.max_to, max((_reach(player) for player in live(hand) if player.seat != may.seat), default=0))


def effective_bets(players: tuple[Player, ...]) -> Mapping[int, int]:
    """Return the part of a bet that another hand can match, by seat, of bets that nobody can match whole."""
    found: dict[int, int] = {}
    for player in players:
        if player.live and player.bet:
            most = max((_reach(other) for other in players if other.live and other.seat != player.seat), default=0)
            if 0 < most < player.bet:
                found[player.seat] = most
    return found


def spr(hand: Hand) -> int:
    """Return what the two deepest hands can still bet against each other, in hundredths of the pot; 0: nothing."""
    pot = sum(player.contributed for player in hand.players)
    behind = sorted((player.stack for player in live(hand)), reverse=True)
    if hand.closed or len(behind) < 2 or not pot:
        return 0
    return behind[1] * _PARTS // pot


def _reach(player: Player) -> int:
    return player.bet + player.stack
