"""Which single card, coming next, puts a player in front. Games with a board, on the flop and the turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from collector.cards import DECK, INDEX, Card
from collector.equity.deals import check
from collector.equity.fives import best_fives
from collector.equity.games import BoardGame
from collector.equity.own import winners_of
from collector.errors import BadInput

STREETS: Final = range(3, 5)
"""Cards on a board that outs are counted on."""


@dataclass(frozen=True)
class Outs:
    """A player's outs. For a player who leads, the cards that leave him in front."""

    leads: bool
    """Whether he holds the best hand, or shares it, as the cards lie."""
    to_win: tuple[Card, ...]
    """Cards after which he alone holds the best hand."""
    to_tie: tuple[Card, ...]
    """Cards after which he shares it."""


def outs(
    game: BoardGame, hands: Sequence[Sequence[Card]], board: Sequence[Card], dead: Sequence[Card] = ()
) -> tuple[Outs, ...]:
    """Return the outs of each of 2 to 10 players. In hi-lo: for the high half.

    Args:
        game: a game with a board.
        hands: the cards of each live player.
        board: the 3 or 4 board cards that lie.
        dead: cards that cannot come. Mucked hands among them are no outs; leave them away to count them.

    Raises BadInput for other boards, and for cards that cannot lie like that.
    """
    check(game, hands, board, dead)
    if len(board) not in STREETS:
        raise BadInput(
            "OUTS_STREET",
            f"board: {len(board)} cards; outs are counted on the flop and the turn, so give 3 or 4",
            {"cards": list(board)},
        )
    known = {*board, *dead, *(card for hand in hands for card in hand)}
    lowest = 4 * game.ranking.lowest
    coming = [card for card in DECK[lowest:] if card not in known]
    fixed = np.array([[INDEX[card] for card in (*hand, *board)] for hand in hands])  # (p, n)
    now = int(winners_of(best_fives(game, game.hole, fixed)[:, None])[0])
    following = np.array([INDEX[card] for card in coming])  # (x,)
    after = np.empty((len(hands), len(coming), fixed.shape[1] + 1), np.intp)  # (p, x, n + 1)
    after[:, :, :-1] = fixed[:, None]
    after[:, :, -1] = following
    winners = winners_of(best_fives(game, game.hole, after)).tolist()  # (x,)
    return tuple(_outs(player, now, coming, winners) for player in range(len(hands)))


def _outs(player: int, now: int, coming: Sequence[Card], winners: Sequence[int]) -> Outs:
    bit = 1 << player
    return Outs(
        leads=bool(now & bit),
        to_win=tuple(card for card, best in zip(coming, winners, strict=True) if best == bit),
        to_tie=tuple(card for card, best in zip(coming, winners, strict=True) if best & bit and best != bit),
    )
