"""Sleepers, where the house lets them lapse: a straddle that is live only if nobody puts chips in before its seat.

Until then its chips are no part of the pot, and the price is the bet before it. When its turn comes and all before it
have folded, it goes in. As soon as somebody has put chips in, it is off, and its player keeps it. Where the house has
it otherwise, a sleeper is a bet from the start (`starting`), and nothing here is asked.
"""

from __future__ import annotations

from collector.hand.betting import next_to_act
from collector.hand.changing import find, pay, put, rule
from collector.hand.copying import replace
from collector.hand.events import Post, PostKind
from collector.hand.model import Hand, HandSetup, recorded


def lapsing(setup: HandSetup) -> tuple[Post, ...]:
    """Return the sleepers of a hand that may lapse, in the order of their posts."""
    if not setup.sleepers_lapse:
        return ()
    return tuple(post for post in setup.posts if post.kind is PostKind.SLEEPER and post.amount)


def asleep(hand: Hand) -> Hand:
    """Return the hand with its sleepers announced: the rulings say of each what it waits for."""
    for post in hand.asleep:
        hand = rule(hand, f"a sleeper of {post.amount} of seat {post.seat} is live if nobody puts chips in before it")
    return hand


def woken(hand: Hand) -> Hand:
    """Return the hand after an act: sleepers that somebody acted before are off, one whose turn has come goes in."""
    if not hand.asleep:
        return hand
    first = next((entry.seat for entry in hand.actions if entry.amount and entry.action in ("call", "bet", "raise")), 0)
    for post in hand.asleep:
        player = find(hand, post.seat)
        if first:
            hand = _lapsed(hand, post, f"seat {first} put chips in before it")
        elif not (player.live and player.stack):
            hand = _lapsed(hand, post, "its hand is folded" if player.folded else "it is all-in")
        elif hand.to_act == post.seat:
            return _live(hand, post)
    return hand


def _lapsed(hand: Hand, post: Post, why: str) -> Hand:
    hand = rule(hand, f"the sleeper of seat {post.seat} is off: {why}; it keeps its {post.amount}")
    return replace(hand, asleep=tuple(each for each in hand.asleep if each is not post))


def _live(hand: Hand, post: Post) -> Hand:
    """Return the hand with a sleeper in: everybody else has to answer it, and every other sleeper is off."""
    for other in hand.asleep:
        if other is not post:
            hand = _lapsed(hand, other, f"the sleeper of seat {post.seat} is live")
    player = find(hand, post.seat)
    amount = min(post.amount, player.stack)
    after = pay(player, amount)
    entry = recorded(hand.street, post.seat, PostKind.SLEEPER.value, amount, after.bet, all_in=after.stack == 0)
    hand = rule(hand, f"the sleeper of seat {post.seat} is live: all before it have folded")
    hand = put(replace(hand, actions=(*hand.actions, entry), asleep=()), after)
    if after.bet > hand.bet_to:
        step = amount if hand.setup.straddle_raises and amount == post.amount else 0
        answer = {"settled": frozenset[int](), "acted": frozenset[int](), "min_raise": max(hand.min_raise, step)}
        hand = replace(hand, bet_to=after.bet, full_bet=after.bet, **answer)
    return hand if after.stack else replace(hand, to_act=next_to_act(hand, post.seat))
