"""Plays hands from what a dealer would say: `play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds")`."""

from __future__ import annotations

from collections.abc import Sequence

from collector.cards import parse_card, parse_cards
from collector.hand import apply, start
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    BoardCardTaken,
    Call,
    Check,
    Event,
    Fold,
    HoleCard,
    Muck,
    Post,
    PostKind,
    Show,
)
from collector.hand.model import Hand, HandSetup, SeatSetup
from collector.secrecy import Secret


def setup(stacks: Sequence[int], posts: Sequence[Post], min_bet: int = 100) -> HandSetup:
    seats = tuple(SeatSetup(at, f"id{at}", f"Player {at}", stack) for at, stack in enumerate(stacks, 1))
    return HandSetup(seats, tuple(posts), min_bet)


def blinds(players: int, small: int = 50, big: int = 100) -> tuple[Post, Post]:
    """Seat 1 is first left of the button; heads-up seat 2 has the button and the small blind."""
    sb, bb = (2, 1) if players == 2 else (1, 2)
    return Post(sb, PostKind.SMALL_BLIND, small), Post(bb, PostKind.BIG_BLIND, big)


def deal(*stacks: int, extra: Sequence[Post] = (), antes: Sequence[int] = (), big: int = 100) -> Hand:
    """Start a hand with blinds 50 and 100, after `antes` per seat, then `extra` posts."""
    ante_posts = [Post(seat, PostKind.ANTE, ante) for seat, ante in enumerate(antes, 1) if ante]
    return start(setup(stacks, (*ante_posts, *blinds(len(stacks), big // 2, big), *extra), big))


def play(hand: Hand, *lines: str) -> Hand:
    for line in lines:
        for event in said(line):
            hand = apply(hand, event)
    return hand


def said(line: str) -> list[Event]:
    """Return the events of one line; `!` at the end is an override."""
    words, override = line.rstrip("!").split(), line.endswith("!")
    if words[0] in ("board", "clear"):
        kind = BoardCard if words[0] == "board" else BoardCardTaken
        return [kind(parse_card(word)) for word in words[1:]]
    seat, verb, rest = int(words[0]), words[1], words[2:]
    if verb == "reads":
        return [HoleCard(seat, None if word == "??" else Secret(parse_card(word))) for word in rest]
    if verb in ("shows", "mucks"):
        return [Show(seat, parse_cards("".join(rest))) if verb == "shows" else Muck(seat)]
    if verb in ("bets", "raises"):
        return [BetTo(seat, int(rest[-1]), override=override)]
    simple = {"folds": Fold, "checks": Check, "calls": Call, "all-in": AllIn}
    return [simple[verb](seat, override=override)]


def chips(hand: Hand) -> int:
    """Every chip in the hand: behind, in the pots, awarded."""
    behind = sum(player.stack for player in hand.players)
    return behind if hand.complete else behind + sum(player.contributed for player in hand.players)


def stacks(hand: Hand) -> list[int]:
    return [player.stack for player in hand.players]
