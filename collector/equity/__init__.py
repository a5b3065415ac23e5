"""Equity of poker hands, exact wherever it can be. NumPy only; integer counts.

>>> from collector.cards import parse_cards
>>> aces = holdem([parse_cards("AsAh"), parse_cards("KdKc")])
>>> aces.runouts, aces.win(0), aces.tie(0)
(1712304, 1388072, 6538)
>>> aces.basis_points()[1]
BasisPoints(equity=1874, win=1855, tie=38)
"""

from __future__ import annotations

from collector.cards import DECK
from collector.equity.count import equity_of, holdem
from collector.equity.games import GAMES, BoardGame, Game, OwnGame, game_named
from collector.equity.made import Made, made, made_low
from collector.equity.many import Counts, count_many
from collector.equity.outs import Outs, outs
from collector.equity.pots import Pot, Share, share_pots
from collector.equity.questions import Answered, Question, answer
from collector.equity.result import BasisPoints, Equity, Halves
from collector.equity.several_boards import Boards, equity_over_boards
from collector.equity.streets import Street, history
from collector.equity.unread import Cancelled, Partial, unread_equity

__all__ = [
    "GAMES",
    "Answered",
    "BasisPoints",
    "BoardGame",
    "Boards",
    "Cancelled",
    "Counts",
    "Equity",
    "Game",
    "Halves",
    "Made",
    "Outs",
    "OwnGame",
    "Partial",
    "Pot",
    "Question",
    "Share",
    "Street",
    "answer",
    "count_many",
    "equity_of",
    "equity_over_boards",
    "game_named",
    "history",
    "holdem",
    "made",
    "made_low",
    "outs",
    "share_pots",
    "unread_equity",
    "warm",
]


def warm(game: Game = GAMES["holdem"]) -> None:
    """Load the tables of `game`, so that its first hand on air does not wait for them."""
    known = game.hole if isinstance(game, BoardGame) else game.size
    lowest = 4 * game.ranking.lowest
    equity_of(game, [DECK[lowest : lowest + known], DECK[lowest + known : lowest + 2 * known]])
