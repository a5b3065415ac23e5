"""The rules of the kernel in plain loops: deal every board, rank every hand, count who wins. Slow, and simple to check.

`count_again` makes the counts of `counted.json` afresh (some minutes): python -m tests.collector.equity.reference
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from collector.cards import DECK, Card, parse_cards, rank_of

Strength = tuple[int, ...]


def winners(
    hands: Sequence[Sequence[Card]], board: Sequence[Card], dead: Sequence[Card], deck: Sequence[Card] = DECK
) -> dict[int, int]:
    """Return boards by mask of winners, dealing every board that can come."""
    known = {*board, *dead, *(card for hand in hands for card in hand)}
    left = [card for card in deck if card not in known]
    counts: Counter[int] = Counter()
    for rest in combinations(left, 5 - len(board)):
        strengths = [strength((*hand, *board, *rest)) for hand in hands]
        best = max(strengths)
        counts[sum(1 << player for player, own in enumerate(strengths) if own == best)] += 1
    return dict(counts)


def strength(cards: Sequence[Card]) -> Strength:  # noqa: C901, PLR0911 - one way out per category
    """Return what orders hands: category from 0 (high card) to 8 (straight flush), then the ranks that matter."""
    ranks = [rank_of(card) for card in cards]
    suits = [card[1] for card in cards]
    for suit in "cdhs":
        if suits.count(suit) >= 5:
            flush = sorted((rank for rank, own in zip(ranks, suits, strict=True) if own == suit), reverse=True)
            top = straight(flush)
            if top:
                return (8, top)
            break
    else:
        flush = []
    # Ranks by how many there are, then by height: quads first, the high kicker before the low one.
    groups = sorted(((ranks.count(rank), rank) for rank in set(ranks)), reverse=True)
    (most, first), (next_most, second) = groups[0], groups[1]
    kickers = sorted(set(ranks), reverse=True)
    top = straight(ranks)
    if most == 4:
        return (7, first, max(rank for rank in kickers if rank != first))
    if most == 3 and next_most >= 2:
        return (6, first, second)
    if flush:
        return (5, *flush[:5])
    if top:
        return (4, top)
    if most == 3:
        return (3, first, *[rank for rank in kickers if rank != first][:2])
    if most == 2 and next_most == 2:
        return (2, first, second, max(rank for rank in kickers if rank not in (first, second)))
    if most == 2:
        return (1, first, *[rank for rank in kickers if rank != first][:3])
    return (0, *kickers[:5])


def straight(ranks: Sequence[int]) -> int:
    """Return the high card of the best straight, 0 if there is none. An ace also counts as 1."""
    held = {*ranks, 1} if 14 in ranks else set(ranks)
    for top in range(14, 4, -1):
        if all(rank in held for rank in range(top - 4, top + 1)):
            return top
    return 0


def count_again(path: Path) -> None:
    """Print every deal of `path` with its counts, made here."""
    for case in json.loads(path.read_text()):
        hands = [parse_cards(hand) for hand in case["hands"].split()]
        counts = winners(hands, parse_cards(case["board"]), parse_cards(case["dead"]))
        print(json.dumps({**case, "counts": {str(mask): counts[mask] for mask in sorted(counts)}}))  # noqa: T201


if __name__ == "__main__":
    count_again(Path(__file__).parent / "counted.json")
