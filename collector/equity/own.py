"""Counts the deals that each set of players wins where every player draws his own cards: stud and draw games.

Two players are counted exactly by disjoint pairs of draws; more by dealing everything, where that is little. What is
too much for either is sampled. Which it is depends on how many cards are known, never on how long something took.
Axes: k cards of one draw, x draws of one player, d deals, p players.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb, prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.disjoint import count_pairs, draws
from collector.equity.games import OwnGame
from collector.equity.multisets import Numbers
from collector.equity.result import Equity, total
from collector.equity.split import count_splits
from collector.equity.strengths import Strengths, strengths

SAMPLE: Final = 100_000
"""Deals of a sample: the standard error of an equity is then below 0.16 percent."""
SEED: Final = 0xEB5
_MOST_DRAWS: Final = 300_000
"""Draws of one player that pairs are counted of: four cards of any deck, not five of a whole one."""
_MOST_DEALS: Final = 2_000_000
_BLOCK: Final = 20_000

Hands = Sequence[Sequence[int]]
"""Each player's cards, by index."""


def count_own(game: OwnGame, hands: Hands, left: Sequence[int]) -> Equity:
    """Return who wins over every deal of the cards in `left`, or over a sample of them. `left` goes up."""
    sizes = [game.size - len(hand) for hand in hands]
    if exact(game, [len(hand) for hand in hands], len(left)):
        deck = np.array(left, np.uint8)
        return _pairs(game, hands, deck) if len(hands) == 2 else _all_deals(game, hands, deck)
    return _sample(game, hands, np.array(left, np.uint8), sizes)


def exact(game: OwnGame, known: Sequence[int], left: int) -> bool:
    """Return whether players who know so many cards each are counted, not sampled, with `left` in the deck."""
    sizes = [game.size - cards for cards in known]
    if len(sizes) == 2:
        return all(comb(left, size) <= _MOST_DRAWS for size in sizes)
    return deals_to_come(sizes, left) <= _MOST_DEALS


def deals_to_come(sizes: Sequence[int], left: int) -> int:
    """Return how many ways there are to deal so many cards to each player."""
    return prod(comb(left - sum(sizes[:player]), size) for player, size in enumerate(sizes))


def _pairs(game: OwnGame, hands: Hands, left: NDArray[np.uint8]) -> Equity:
    sizes = (game.size - len(hands[0]), game.size - len(hands[1]))
    first, second = (
        strengths(game, hand, left.take(draws(len(left), size))) for hand, size in zip(hands, sizes, strict=True)
    )
    runouts = deals_to_come(sizes, len(left))
    if first.low is None or second.low is None:
        counts = count_pairs(len(left), sizes, first.high, second.high)
        return Equity(2, runouts, {winners: deals for winners, deals in counts.items() if deals})
    halves = count_splits(len(left), sizes, (first.high, second.high), (first.low, second.low))
    return Equity.of_halves(2, runouts, halves)


def _all_deals(game: OwnGame, hands: Hands, left: NDArray[np.uint8]) -> Equity:
    sizes = [game.size - len(hand) for hand in hands]
    every = [strengths(game, hand, left.take(draws(len(left), size))) for hand, size in zip(hands, sizes, strict=True)]
    results = []
    for chosen in _disjoint(len(left), sizes):
        own = [
            Strengths(one.high.take(choice), None if one.low is None else one.low.take(choice))
            for one, choice in zip(every, chosen, strict=True)
        ]
        results.append(_tally(own, exact=True))
    return total(results)


def _disjoint(cards: int, sizes: Sequence[int]) -> Iterator[NDArray[np.int32]]:
    """Yield, in blocks, (p, d) draws of the players that share no card: every way to deal."""
    order = sorted(range(len(sizes)), key=sizes.__getitem__)  # who draws most comes last, where blocks bound the memory
    back = np.argsort(order)
    taken, chosen = np.zeros(1, np.uint64), np.zeros((0, 1), np.int32)  # (d,), (p, d)
    for player in order:
        table = draws(cards, sizes[player])
        masks = np.bitwise_or.reduce(np.uint64(1) << table.astype(np.uint64), axis=0, initial=0)  # (x,)
        last = player == order[-1]
        step = max(1, _BLOCK // len(masks)) if last else len(taken)
        for start in range(0, len(taken), step):
            deal, draw = (taken[start : start + step, None] & masks == 0).nonzero()
            dealt = np.concatenate([chosen[:, start : start + step].take(deal, axis=1), draw[None].astype(np.int32)])
            if last:
                yield dealt[back]
        if not last:
            taken, chosen = taken.take(deal) | masks.take(draw), dealt


def _sample(game: OwnGame, hands: Hands, left: NDArray[np.uint8], sizes: Sequence[int]) -> Equity:
    """Deal at random. The same question always meets the same deals."""
    bits = np.random.PCG64(SEED)
    ends = np.cumsum(sizes)
    parts = []
    for _ in range(SAMPLE // _BLOCK):
        dealt = shuffled(bits, len(left), int(ends[-1]), _BLOCK)  # (k of all, d)
        own = []
        for hand, end, size in zip(hands, ends, sizes, strict=True):
            own.append(strengths(game, hand, left.take(np.sort(dealt[end - size : end], axis=0))))
        parts.append(own)
    joined = []
    for player in zip(*parts, strict=True):
        lows = [part.low for part in player if part.low is not None]
        joined.append(Strengths(np.concatenate([part.high for part in player]), np.concatenate(lows) if lows else None))
    return _tally(joined, exact=False)


def shuffled(bits: np.random.PCG64, cards: int, count: int, deals: int) -> NDArray[np.uint8]:
    """Return (count, deals) places of `cards`, none twice in a deal. The stream of PCG64 is the same everywhere."""
    deck = np.repeat(np.arange(cards, dtype=np.uint8)[:, None], deals, axis=1)
    column = np.arange(deals)
    for place in range(count):
        raw = bits.random_raw(deals) >> np.uint64(32)
        other = (raw * np.uint64(cards - place) >> np.uint64(32)).astype(np.intp) + place
        card = deck[other, column]
        deck[other, column] = deck[place]
        deck[place] = card
    return deck[:count]


def _tally(own: Sequence[Strengths], *, exact: bool) -> Equity:
    """Return the winners of deals that are equally likely."""
    high = winners_of(np.array([player.high for player in own]))  # (d,)
    lows = [player.low for player in own if player.low is not None]
    if not lows:
        counts = np.bincount(high)
        return Equity(
            len(own), len(high), {mask: int(counts[mask]) for mask in counts.nonzero()[0].tolist()}, exact=exact
        )
    low = winners_of(np.array(lows))
    both = np.bincount(high << len(own) | low)
    halves = {divmod(mask, 1 << len(own)): int(both[mask]) for mask in both.nonzero()[0].tolist()}
    return Equity.of_halves(len(own), len(high), halves, exact=exact)


def winners_of(values: NDArray[np.uint16] | NDArray[np.uint8]) -> Numbers:
    """Return (d,) the mask of players whose (p, d) value is best; 0 where every value is 0."""
    best = values.max(axis=0)
    masks = np.zeros(values.shape[1], np.intp)
    for player, own in enumerate(values):
        masks |= (own == best).astype(np.intp) << player
    masks[best == 0] = 0
    return masks
