"""How the equities of one hand moved from street to street."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from collector.cards import Card
from collector.equity.count import equity_of
from collector.equity.games import BoardGame
from collector.equity.result import Equity

STREETS: Final = {0: "preflop", 3: "flop", 4: "turn", 5: "river"}
"""By number of board cards."""


@dataclass(frozen=True)
class Street:
    """The equities on one street."""

    name: str
    board: tuple[Card, ...]
    live: tuple[int, ...]
    """Players who have not folded, counted from 0."""
    result: Equity | None
    """Of the live players, in that order; None when one is left."""
    swings: tuple[Fraction, ...]
    """For every player, by how much his equity rose since the street before; 0 on the first."""

    def equity(self, player: int) -> Fraction:
        """Return the equity of any player; 0 for one who has folded."""
        if player not in self.live:
            return Fraction(0)
        return self.result.equity(self.live.index(player)) if self.result else Fraction(1)


def history(
    game: BoardGame,
    hands: Sequence[Sequence[Card]],
    board: Sequence[Card],
    folds: Mapping[int, int] | None = None,
    dead: Sequence[Card] = (),
    *,
    theoretical: bool = False,
) -> tuple[Street, ...]:
    """Return the equities on each street up to `board`.

    Args:
        game: a game with a board.
        hands: the cards of each player who was dealt in.
        board: all the cards that lie by now, in order.
        folds: by player, how many board cards lay when he folded: from there on he has no equity.
        dead: cards that cannot come.
        theoretical: leave folded cards in the deck, as for viewers who do not know them.

    Raises BadInput for cards that cannot lie like that.
    """
    folds = folds or {}
    streets: list[Street] = []
    for cards, name in STREETS.items():
        if cards > len(board):
            break
        live = tuple(player for player in range(len(hands)) if folds.get(player, cards + 1) > cards)
        gone = [] if theoretical else [card for player, hand in enumerate(hands) if player not in live for card in hand]
        shown = tuple(board[:cards])
        known = [hands[player] for player in live]
        result = equity_of(game, known, shown, [*dead, *gone]) if len(live) > 1 else None
        street = Street(name, shown, live, result, (Fraction(0),) * len(hands))
        if streets:
            swings = tuple(street.equity(player) - streets[-1].equity(player) for player in range(len(hands)))
            street = Street(name, shown, live, result, swings)
        streets.append(street)
    return tuple(streets)
