"""Kill pots (Robert's Rules 13): who has a leg, who has to kill the next pot, and what a kill does to a start.

In a game for one half, who wins two pots running kills the next one. In a high-low game it is who scoops a pot of five
upper bets. A kill is a live blind that raises the limits: twice, or by half.
"""

from __future__ import annotations

from typing import NamedTuple

from collector.hand.changing import game_of
from collector.hand.events import PostKind
from collector.hand.games import GAMES
from collector.table.play import Play
from collector.table.state import Kill, Table, Variant
from collector.wire import start as wire

_UPPER_BETS = 5
"""A scooped pot of so many kills the next one."""


class Killed(NamedTuple):
    """A pot that is killed. amount: the kill blind, which is the small bet of this hand. big_bet: its upper bet."""

    seat: int
    amount: int
    big_bet: int


def killed(table: Table, command: wire.StartHand, variant: Variant, dealt: list[int], small_bet: int) -> Killed | None:
    """Return how the next pot is killed; None if it is not: nobody has to, or who has to is not dealt in."""
    due = table.kill.due
    special = command.bomb or command.posts is not None or table.automatic or GAMES[variant.game].up > 0
    if variant.kill == "none" or due is None or special:
        return None
    seat = next((seat for seat in dealt if table.seated[seat].player_id == due), None)
    if seat is None:
        return None
    times, of = (2, 1) if variant.kill == "full" else (3, 2)
    return Killed(seat, small_bet * times // of, (variant.big_bet or 2 * small_bet) * times // of)


def after_pot(table: Table, play: Play) -> Kill:
    """Return the kill button after a hand that was played to its end."""
    result, killer = play.hand.result, play.setup.killer
    before = table.kill
    if result is None or table.variant.kill == "none":
        return before
    ids = {player.seat: player.player_id for player in play.hand.players}
    won = [ids[win.seat] for win in result.wins if win.amount]
    owed = None if killer is not None or before.due in ids.values() else before.due  # who is not dealt in owes it still
    if len(game_of(play.hand).halves) > 1:
        return _scooped(play, won, owed)
    kills = ids[killer] if killer is not None else None
    if len(won) != 1:
        held = kills or before.leg
        return Kill(held if held in won else None, kills if kills in won else owed)
    (winner,) = won
    second = winner == kills or (winner == before.leg and _a_bet_was_won(play))
    return Kill(winner, winner if second else owed)


def _scooped(play: Play, won: list[str], owed: str | None) -> Kill:
    setup = play.setup
    large = play.hand.result is not None and play.hand.result.total_pot >= _UPPER_BETS * (
        setup.big_bet or 2 * setup.min_bet
    )
    return Kill(None, won[0] if len(won) == 1 and large else owed)


def _a_bet_was_won(play: Play) -> bool:
    """Return whether the pot holds a full bet beside blinds and antes: else the second win counts as no leg."""
    kinds = {kind.value for kind in PostKind}
    posted = sum(act.amount for act in play.hand.actions if act.action in kinds)
    total = play.hand.result.total_pot if play.hand.result else 0
    return total - posted >= play.setup.min_bet
