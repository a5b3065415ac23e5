"""Deals for the tests: random ones of every shape, and ones written as text."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from collector.cards import DECK, Card, parse_cards


@dataclass(frozen=True)
class Dealt:
    hands: tuple[tuple[Card, ...], ...]
    board: tuple[Card, ...]
    dead: tuple[Card, ...]


def dealt(hands: str, board: str = "", dead: str = "") -> Dealt:
    return Dealt(tuple(parse_cards(hand) for hand in hands.split()), parse_cards(board), parse_cards(dead))


def random_deal(seed: int, on_board: int, left: int, players: range = range(2, 11)) -> Dealt:
    """Deal so that at most `left` cards can still come. Every second deal favours two suits, every third few ranks."""
    random = Random(seed)
    cards = random.sample(DECK, len(DECK))
    if seed % 2:
        cards.sort(key=lambda card: card[1] in "cd" and random.random() < 0.8)
    if seed % 3 == 0:
        cards.sort(key=lambda card: card[0] in "789TJ" and random.random() < 0.8)
    count = random.choice(players)
    hands = tuple((cards.pop(), cards.pop()) for _ in range(count))
    board = tuple(cards.pop() for _ in range(on_board))
    random.shuffle(cards)
    least = max(0, len(cards) - left)
    dead = tuple(cards[: max(least, random.choice((0, 0, 3, 12)))])
    return Dealt(hands, board, dead)
