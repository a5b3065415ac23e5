"""What a count of runouts says about each player. Exact: integers and fractions, rounded only on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm, sqrt
from typing import Final, NamedTuple, Self

_SHARES: Final = 2 * lcm(*range(1, 11))
"""A runout is worth this many shares: 2 to 10 winners can split it, or a half of it, without a remainder."""

_WHOLE: Final = 10_000


class BasisPoints(NamedTuple):
    """Hundredths of a percent, each rounded half up on its own, so a column need not add up to 10,000."""

    equity: int
    win: int
    tie: int


class Halves(NamedTuple):
    """On how many runouts a player wins or shares the high and the low, and takes the whole pot alone."""

    winhi: int
    tiehi: int
    winlo: int
    tielo: int
    scoop: int


@dataclass(frozen=True)
class Equity:
    """How often each set of players wins, over every runout that can still come. Players count from 0.

    A runout is a board; in stud and draw, a deal of the cards to come to each player. A set of players is a mask with
    bit p for player p.
    """

    players: int
    runouts: int
    """Runouts counted; 1 on the river."""
    counts: dict[int, int]
    """Runouts by their winners, in hi-lo by the winners of the high. Sets that never win are left out."""
    halves: dict[tuple[int, int], int] = field(default_factory=dict)
    """In hi-lo: runouts by the winners of the high and of the low, 0 where nobody has a low. Otherwise empty."""
    exact: bool = True
    """False for a sample: `standard_error` says how far off it can be."""
    errors: tuple[float, ...] = ()
    """Of a sample whose runouts were not drawn one by one: the standard error of each player's equity."""

    @classmethod
    def of_halves(cls, players: int, runouts: int, halves: dict[tuple[int, int], int], *, exact: bool = True) -> Self:
        """Return the result of a hi-lo game."""
        counts: dict[int, int] = {}
        for (high, _), number in halves.items():
            counts[high] = counts.get(high, 0) + number
        return cls(players, runouts, counts, halves, exact)

    def win(self, player: int) -> int:
        """Return on how many runouts `player` takes the whole pot alone."""
        return self._tallies[player].win

    def tie(self, player: int) -> int:
        """Return on how many runouts `player` takes part of the pot."""
        return self._tallies[player].tie

    def equity(self, player: int) -> Fraction:
        """Return the part of the pot that `player` wins on average; exactly, unless this is a sample."""
        return Fraction(self._tallies[player].shares, _SHARES * self.runouts)

    def standard_error(self, player: int) -> float:
        """Return the standard error of a sampled `equity`; 0 when it is exact."""
        if self.exact:
            return 0.0
        if self.errors:
            return self.errors[player]
        mean = self._tallies[player].shares / (_SHARES * self.runouts)
        variance = self._tallies[player].squares / (_SHARES**2 * self.runouts) - mean**2
        return sqrt(max(variance, 1 / self.runouts) / self.runouts)

    def hi_lo(self, player: int) -> Halves:
        """Return how `player` fares in the two halves of a hi-lo pot."""
        found = [0] * 5
        for (high, low), runouts in self.halves.items():
            for place, winners in ((0, high), (2, low)):
                if winners >> player & 1:
                    found[place if winners.bit_count() == 1 else place + 1] += runouts
            found[4] += runouts if high == 1 << player and low in (0, high) else 0
        return Halves(*found)

    def basis_points(self) -> tuple[BasisPoints, ...]:
        """Return equity, win and tie of each player in integers that are the same on every machine."""
        return tuple(
            BasisPoints(
                _round(tally.shares, _SHARES * self.runouts),
                _round(tally.win, self.runouts),
                _round(tally.tie, self.runouts),
            )
            for tally in self._tallies
        )

    @cached_property
    def _tallies(self) -> tuple[_Tally, ...]:
        tallies = [[0, 0, 0, 0] for _ in range(self.players)]
        pots = self.halves or {(winners, 0): runouts for winners, runouts in self.counts.items()}
        for (high, low), runouts in pots.items():
            half = _SHARES // 2
            to_high = (half if low else _SHARES) // high.bit_count()
            to_low = half // low.bit_count() if low else 0
            winners, player = high | low, 0
            while winners:
                if winners & 1:
                    share = (to_high if high >> player & 1 else 0) + (to_low if low >> player & 1 else 0)
                    tally = tallies[player]
                    tally[0] += runouts * share
                    tally[1] += runouts * share * share
                    tally[2 if share == _SHARES else 3] += runouts
                winners >>= 1
                player += 1
        return tuple(_Tally(*tally) for tally in tallies)


class _Tally(NamedTuple):
    shares: int
    squares: int
    """Of the shares: what a standard error is made of."""
    win: int
    tie: int


def total(results: list[Equity]) -> Equity:
    """Return one result over the runouts of several, which must all be equally likely."""
    counts: dict[int, int] = {}
    halves: dict[tuple[int, int], int] = {}
    for result in results:
        for winners, runouts in result.counts.items():
            counts[winners] = counts.get(winners, 0) + runouts
        for both, runouts in result.halves.items():
            halves[both] = halves.get(both, 0) + runouts
    runouts = sum(result.runouts for result in results)
    return Equity(results[0].players, runouts, counts, halves, all(result.exact for result in results))


def over_boards(results: Sequence[Equity]) -> tuple[BasisPoints, ...]:
    """Return equity, win and tie of each player over boards that are worth equal parts of the pot, on average."""
    points = []
    for player in range(results[0].players):
        parts = [
            (
                result.equity(player),
                Fraction(result.win(player), result.runouts),
                Fraction(result.tie(player), result.runouts),
            )
            for result in results
        ]
        means = [sum(column, Fraction(0)) / len(results) for column in zip(*parts, strict=True)]
        points.append(BasisPoints(*(_round(mean.numerator, mean.denominator) for mean in means)))
    return tuple(points)


def _round(part: int, whole: int) -> int:
    """Return part / whole in basis points, a half rounded up."""
    return (2 * _WHOLE * part + whole) // (2 * whole)
