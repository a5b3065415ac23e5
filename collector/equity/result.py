"""What a count of boards says about each player. Exact: integers and fractions, rounded only on request."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Final, NamedTuple

_SHARES: Final = lcm(*range(1, 11))
"""A board is worth this many shares: 2 to 10 winners can split it without a remainder."""

_WHOLE: Final = 10_000


class BasisPoints(NamedTuple):
    """Hundredths of a percent, each rounded half up on its own, so a column need not add up to 10,000."""

    equity: int
    win: int
    tie: int


@dataclass(frozen=True)
class Equity:
    """How often each set of players wins, over every board that can still come. Players count from 0."""

    players: int
    runouts: int
    """Boards that can still come; 1 on the river."""
    counts: dict[int, int]
    """Boards by their winners, as a mask with bit p for player p. Sets that never win are left out."""

    def win(self, player: int) -> int:
        """Return on how many boards `player` wins alone."""
        return self.counts.get(1 << player, 0)

    def tie(self, player: int) -> int:
        """Return on how many boards `player` shares the best hand."""
        return self._tallies[player][1]

    def equity(self, player: int) -> Fraction:
        """Return the part of the pot that `player` wins on average, exactly."""
        return Fraction(self._tallies[player][0], _SHARES * self.runouts)

    def basis_points(self) -> tuple[BasisPoints, ...]:
        """Return equity, win and tie of each player in integers that are the same on every machine."""
        return tuple(
            BasisPoints(
                _round(shares, _SHARES * self.runouts),
                _round(self.win(player), self.runouts),
                _round(tie, self.runouts),
            )
            for player, (shares, tie) in enumerate(self._tallies)
        )

    @cached_property
    def _tallies(self) -> tuple[tuple[int, int], ...]:
        """Per player: shares won, boards tied."""
        shares = [0] * self.players
        ties = [0] * self.players
        for winners, boards in self.counts.items():
            size = winners.bit_count()
            for player in range(self.players):
                if winners >> player & 1:
                    shares[player] += boards * (_SHARES // size)
                    ties[player] += boards if size > 1 else 0
        return tuple(zip(shares, ties, strict=True))


def _round(part: int, whole: int) -> int:
    """Return part / whole in basis points, a half rounded up."""
    return (2 * _WHOLE * part + whole) // (2 * whole)
