"""The rules of every game in plain loops: deal every runout, try every five cards, count who wins what.

Nothing here is shared with the package: ranks are 2 to 14, a strength is a tuple, and higher wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from random import Random

from collector.cards import DECK, Card, rank_of

HIGH = ("high card", "pair", "two pair", "trips", "straight", "flush", "full house", "quads", "straight flush")
SHORT = ("high card", "pair", "two pair", "trips", "straight", "full house", "flush", "quads", "straight flush")
SHORT_TRIPS = ("high card", "pair", "two pair", "straight", "trips", "full house", "flush", "quads", "straight flush")

Hands = Sequence[Sequence[Card]]


@dataclass(frozen=True)
class Rules:
    own: int
    """Cards of each player at the end."""
    shared: int = 5
    """Board cards at the end."""
    played: tuple[int, ...] = (0, 1, 2)
    """How many own cards may play, in games with a board."""
    order: tuple[str, ...] = HIGH
    kind: str = "high"
    low: bool = False
    lowest: int = 2


OMAHA = (2,)
RULES = {
    "holdem": Rules(2),
    "shortdeck": Rules(2, order=SHORT, lowest=6),
    "shortdeck trips": Rules(2, order=SHORT_TRIPS, lowest=6),
    "pineapple": Rules(2),
    "lazy pineapple": Rules(3),
    "omaha4": Rules(4, played=OMAHA),
    "omaha5": Rules(5, played=OMAHA),
    "omaha6": Rules(6, played=OMAHA),
    "omaha4hl": Rules(4, played=OMAHA, low=True),
    "omaha5hl": Rules(5, played=OMAHA, low=True),
    "omaha6hl": Rules(6, played=OMAHA, low=True),
    "courchevel": Rules(5, played=OMAHA),
    "courchevelhl": Rules(5, played=OMAHA, low=True),
    "stud7": Rules(7, shared=0),
    "stud7hl": Rules(7, shared=0, low=True),
    "razz": Rules(7, shared=0, kind="ace to five"),
    "draw5": Rules(5, shared=0),
    "draw27": Rules(5, shared=0, kind="deuce to seven"),
}


@dataclass(frozen=True)
class Spot:
    hands: tuple[tuple[Card, ...], ...]
    board: tuple[Card, ...]
    dead: tuple[Card, ...]


def random_spot(rules: Rules, seed: int, runouts: int) -> Spot:
    """Deal a spot with few runouts. Every second favours two suits, every third few ranks, every fifth low cards."""
    random = Random(seed)
    deck = [card for card in DECK if rank_of(card) >= rules.lowest]
    random.shuffle(deck)
    if seed % 2:
        deck.sort(key=lambda card: card[1] in "cd" and random.random() < 0.8)
    if seed % 3 == 0:
        deck.sort(key=lambda card: card[0] in "789TJ" and random.random() < 0.8)
    if seed % 5 == 0:
        deck.sort(key=lambda card: card[0] in "A2345678" and random.random() < 0.8)
    players = random.randint(2, min(6, (len(deck) - rules.shared) // rules.own))
    board = tuple(deck.pop() for _ in range(random.randint(0, rules.shared)))
    missing = [0] * players
    if not rules.shared:
        for _ in range(random.randint(0, min(5, 2 * players))):
            missing[random.randrange(players)] += 1
    hands = tuple(tuple(deck.pop() for _ in range(rules.own - fewer)) for fewer in missing)
    needed = rules.shared - len(board) + sum(missing)
    left = needed
    while left < len(deck) and _runouts(rules, board, missing, left + 1) <= runouts:
        left += 1
    random.shuffle(deck)
    return Spot(hands, board, tuple(deck[left:]))


def _runouts(rules: Rules, board: Sequence[Card], missing: Sequence[int], left: int) -> int:
    count = 1
    for number in [rules.shared - len(board)] if rules.shared else missing:
        for step in range(number):
            count = count * (left - step) // (step + 1)
        left -= number
    return count


def winners(rules: Rules, spot: Spot) -> dict[tuple[int, int], int]:
    """Return runouts by the masks of who wins the high and who wins the low (0: nobody)."""
    known = {*spot.board, *spot.dead, *(card for hand in spot.hands for card in hand)}
    left = [card for card in DECK if card not in known and rank_of(card) >= rules.lowest]
    counts: Counter[tuple[int, int]] = Counter()
    for hands, board in _deal(rules, spot, left):
        fives = [list(_fives(rules, hand, board)) for hand in hands]
        high = _best([max(strength(five, rules) for five in own) for own in fives])
        lows = [max(low_of(five) for five in own) for own in fives] if rules.low else []
        counts[high, _best(lows) if any(lows) else 0] += 1
    return dict(counts)


def _deal(rules: Rules, spot: Spot, left: list[Card]) -> Iterator[tuple[Hands, Sequence[Card]]]:
    if rules.shared:
        for rest in combinations(left, rules.shared - len(spot.board)):
            yield spot.hands, (*spot.board, *rest)
        return
    draws = [combinations(left, rules.own - len(hand)) for hand in spot.hands]
    for draw in product(*draws):
        if len({card for cards in draw for card in cards}) == sum(map(len, draw)):
            yield [(*hand, *cards) for hand, cards in zip(spot.hands, draw, strict=True)], ()


def _fives(rules: Rules, hand: Sequence[Card], board: Sequence[Card]) -> Iterator[tuple[Card, ...]]:
    if not rules.shared:
        yield from combinations(hand, 5)
        return
    for own in rules.played:
        for mine in combinations(hand, own):
            for theirs in combinations(board, 5 - own):
                yield (*mine, *theirs)


def _best(strengths: Sequence[tuple[int, ...]]) -> int:
    best = max(strengths)
    return sum(1 << player for player, own in enumerate(strengths) if own == best)


def strength(five: Sequence[Card], rules: Rules) -> tuple[int, ...]:
    ranks = tuple(sorted(rank_of(card) for card in five))
    return _strength(ranks, len({card[1] for card in five}) == 1, rules.order, rules.kind, rules.lowest)


@cache
def _strength(ranks: tuple[int, ...], flush: bool, order: tuple[str, ...], kind: str, lowest: int) -> tuple[int, ...]:
    if kind == "ace to five":
        ranks = tuple(sorted(1 if rank == 14 else rank for rank in ranks))
        flush = False
    groups = sorted(((ranks.count(rank), rank) for rank in set(ranks)), reverse=True)
    tops = [rank for _, rank in groups]
    shape = [count for count, _ in groups]
    straight = len(tops) == 5 and tops[0] - tops[4] == 4 and kind != "ace to five"
    if kind == "high" and ranks == (lowest, lowest + 1, lowest + 2, lowest + 3, 14):
        straight, tops = True, [lowest + 3]
    names = {(4, 1): "quads", (3, 2): "full house", (3, 1, 1): "trips", (2, 2, 1): "two pair", (2, 1, 1, 1): "pair"}
    name = names.get(tuple(shape), "high card")
    if straight or flush:
        name = "straight flush" if straight and flush else "straight" if straight else "flush"
    found = (order.index(name), *tops)
    return found if kind == "high" else tuple(-number for number in found)


def low_of(five: Sequence[Card]) -> tuple[int, ...]:
    """Return how good a low of eight or better this is, () for none."""
    ranks = sorted({1 if card[0] == "A" else rank_of(card) for card in five}, reverse=True)
    return tuple(-rank for rank in ranks) if len(ranks) == 5 and ranks[0] <= 8 else ()
