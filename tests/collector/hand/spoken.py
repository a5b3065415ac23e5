"""Plays hands from what a dealer would say: `play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds")`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collector.cards import parse_card, parse_cards
from collector.hand import apply, start
from collector.hand.events import (
    Act,
    AllIn,
    BetTo,
    BoardCard,
    BoardCardTaken,
    BringIn,
    Call,
    Check,
    Draw,
    Event,
    Fold,
    HoleCard,
    Muck,
    Post,
    PostKind,
    RunTimes,
    Show,
    UpCard,
)
from collector.hand.games import Betting
from collector.hand.model import EDITION, Hand, HandSetup, SeatSetup
from collector.secrecy import Secret


def setup(stacks: Sequence[int], posts: Sequence[Post], min_bet: int = 100, **options: Any) -> HandSetup:
    """Return the start of a hand; `options` are fields of HandSetup: game, betting, big_bet, bring_in, boards..."""
    seats = tuple(SeatSetup(at, f"id{at}", f"Player {at}", stack) for at, stack in enumerate(stacks, 1))
    return HandSetup(seats, tuple(posts), min_bet, **{"edition": EDITION, **options})


def blinds(players: int, small: int = 50, big: int = 100) -> tuple[Post, Post]:
    """Seat 1 is first left of the button; heads-up seat 2 has the button and the small blind."""
    sb, bb = (2, 1) if players == 2 else (1, 2)
    return Post(sb, PostKind.SMALL_BLIND, small), Post(bb, PostKind.BIG_BLIND, big)


def deal(*stacks: int, extra: Sequence[Post] = (), antes: Sequence[int] = (), big: int = 100, **options: Any) -> Hand:
    """Start a hand with blinds 50 and 100, after `antes` per seat, then `extra` posts; `options` as for `setup`."""
    ante_posts = [Post(seat, PostKind.ANTE, ante) for seat, ante in enumerate(antes, 1) if ante]
    return start(setup(stacks, (*ante_posts, *blinds(len(stacks), big // 2, big), *extra), big, **options))


def stud(*stacks: int, ante: int = 10, game: str = "stud", **options: Any) -> Hand:
    """Start a stud hand: bring-in 25, bets 100 and 200, no cards yet."""
    posts = [Post(seat, PostKind.ANTE, ante) for seat in range(1, len(stacks) + 1) if ante]
    return start(setup(stacks, posts, 100, game=game, big_bet=200, bring_in=25, **options))


def all_in(game: str, stacks: Sequence[int], *lines: str, **options: Any) -> Hand:
    """Everybody goes all-in at once, with no limit to it and a big blind of 2; then `lines`."""
    hand = deal(*stacks, big=2, game=game, betting=Betting.NO_LIMIT, **options)
    while hand.to_act is not None:
        hand = apply(hand, AllIn(hand.to_act))
    return play(hand, *lines)


def play(hand: Hand, *lines: str) -> Hand:
    for line in lines:
        for event in said(line):
            hand = apply(hand, event)
    return hand


def said(line: str) -> list[Event]:  # noqa: PLR0911 - one line a word
    """Return the events of one line; `!` at the end is an override."""
    words, override = line.rstrip("!").split(), line.endswith("!")
    if words[0] in ("board", "board2", "board3"):
        return [BoardCard(parse_card(word), int(words[0][5:] or 1)) for word in words[1:]]
    if words[0] == "clear":
        return [BoardCardTaken(parse_card(word)) for word in words[1:]]
    if words[0] == "run":
        return [RunTimes(int(words[1]))]
    seat, verb, rest = int(words[0]), words[1], words[2:]
    if verb == "reads":
        return [HoleCard(seat, None if word == "??" else Secret(parse_card(word))) for word in rest]
    if verb == "up":
        return [UpCard(seat, None if word == "??" else parse_card(word)) for word in rest]
    if verb in ("draws", "discards"):
        return [Draw(seat, int(rest[0]), tuple(Secret(parse_card(word)) for word in rest[1:]), override=override)]
    if verb in ("shows", "mucks"):
        return [Show(seat, parse_cards("".join(rest))) if verb == "shows" else Muck(seat)]
    if verb in ("bets", "raises"):
        return [BetTo(seat, int(rest[-1]), override=override)]
    simple: dict[str, type[Act]] = {
        "brings-in": BringIn,
        "folds": Fold,
        "checks": Check,
        "calls": Call,
        "all-in": AllIn,
    }
    return [simple[verb](seat, override=override)]  # type: ignore[call-arg]


def chips(hand: Hand) -> int:
    """Every chip in the hand: behind, in the pots, awarded."""
    behind = sum(player.stack for player in hand.players)
    return behind if hand.complete else behind + sum(player.contributed for player in hand.players)


def stacks(hand: Hand) -> list[int]:
    return [player.stack for player in hand.players]
