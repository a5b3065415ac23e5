"""The start of a hand: the players, the posts, the first to act. No cards yet."""

from __future__ import annotations

from typing import Final

from collector.errors import IllegalAction
from collector.hand.changing import find, pay, put, rule
from collector.hand.copying import replace
from collector.hand.events import Post, PostKind
from collector.hand.games import GAMES, HEADS_UP
from collector.hand.model import Hand, HandSetup, Player, Recorded, Runout, SeatSetup
from collector.hand.sleepers import asleep, lapsing

_MOST_PLAYERS: Final = 10
_DEAD = (PostKind.ANTE, PostKind.DEAD)


def posted(setup: HandSetup) -> Hand:
    """Return the hand with every post in, and nobody to act yet; raise IllegalAction if it cannot be played."""
    _check(setup)
    street = GAMES[setup.game].streets[0].name
    players = tuple(_player(seat, setup.hand_cap) for seat in setup.seats)
    further = (Runout(),) * (setup.boards - 1)
    hand = Hand(
        setup, players, street, None,
        bet_to=0, min_raise=setup.min_bet, reached=street, further=further, unposted=setup.unposted,
    )  # fmt: skip
    hand = replace(hand, rulings=tuple(f"{street}: {text}" for text in setup.departures)) if setup.departures else hand
    waits = lapsing(setup)
    for post in setup.posts:
        hand = hand if post in waits else _post(hand, post)
    if setup.edition and not setup.antes_dead:
        all_owe = least_ante(setup)
        hand = replace(hand, players=tuple([_ante_apart(player, all_owe) for player in hand.players]))
    elif setup.antes_dead or not uniform_antes(setup):
        hand = replace(hand, players=tuple(replace(p, dead=p.dead + p.ante) for p in hand.players))
    for seat in setup.killed:
        hand = _killed(hand, seat)
    hand = replace(_opened(hand), unposted=setup.unposted)
    return asleep(replace(hand, asleep=waits)) if waits else hand


def _killed(hand: Hand, seat: int) -> Hand:
    """Kill the hand of a seat that is absent or on a penalty: its posts stay in (TDA 2024 rules 30 and 71)."""
    player = find(hand, seat)
    entry = Recorded(hand.street, seat, "dead", to=player.bet)
    hand = rule(replace(hand, actions=(*hand.actions, entry)), f"seat {seat} is not there: its hand is dead")
    return put(hand, replace(player, folded=True))


def _player(seat: SeatSetup, cap: int) -> Player:
    """Return a player with its chips; those beyond the cap of the hand are not in play."""
    stack = min(seat.stack, cap) if cap else seat.stack
    return Player(seat.seat, seat.player_id, seat.name, seat.stack, stack, aside=seat.stack - stack)


def _post(hand: Hand, post: Post) -> Hand:
    """Put a forced bet in, or as much of it as the stack has."""
    player = find(hand, post.seat)
    amount = min(post.amount, player.stack)
    if amount == 0:
        return hand
    if post.kind in _DEAD:
        dead = amount if post.kind is PostKind.DEAD else 0
        after = replace(
            player,
            stack=player.stack - amount,
            contributed=player.contributed + amount,
            ante=player.ante + amount - dead,
            dead=player.dead + dead,
        )
    else:
        after = pay(player, amount)
    entry = Recorded(hand.street, post.seat, post.kind.value, amount, after.bet, all_in=after.stack == 0)
    return put(replace(hand, actions=(*hand.actions, entry)), after)


def _ante_apart(player: Player, all_owe: int) -> Player:
    """Return the player with what it paid beyond the ante of all as dead money: the ante of one seat for the table.

    The ante of all is matched: who is short of it wins of the others what it paid itself.
    """
    beyond = player.ante - all_owe
    return replace(player, dead=player.dead + beyond) if beyond > 0 else player


def uniform_antes(setup: HandSetup) -> bool:
    """Return whether everybody owes the same ante: then it is part of the layers, otherwise dead money."""
    return len(set(_antes(setup).values())) == 1


def least_ante(setup: HandSetup) -> int:
    """Return the ante that everybody owes; 0 if there is none, or one seat posts it for all."""
    return min(_antes(setup).values())


def _antes(setup: HandSetup) -> dict[int, int]:
    owed = {seat.seat: 0 for seat in setup.seats}
    for post in setup.posts:
        if post.kind is PostKind.ANTE:
            owed[post.seat] += post.amount
    return owed


def _opened(hand: Hand) -> Hand:
    """Set the bet to match. A short blind owes nobody less: a caller still owes the full big blind.

    Where the house takes a straddle as a raise, the next is at least as large again as the straddle itself.
    """
    waits = lapsing(hand.setup)
    straddle = max((p.amount for p in hand.setup.posts if _full_straddle(hand, p) and p not in waits), default=0)
    highest = max(player.bet for player in hand.players)
    bet_to = max(highest, hand.setup.min_bet) if highest else 0
    step = max(hand.setup.min_bet, straddle if hand.setup.straddle_raises else 0)
    return replace(hand, bet_to=bet_to, full_bet=bet_to, min_raise=step, bets=int(bet_to > 0))


def _full_straddle(hand: Hand, post: Post) -> bool:
    return post.kind in (PostKind.STRADDLE, PostKind.SLEEPER) and find(hand, post.seat).bet >= post.amount


def first_to_act(setup: HandSetup) -> int | None:
    """Return the seat left of the last straddle, else of the big blind, else of the small blind, else of the button."""
    for kind in (PostKind.STRADDLE, PostKind.BIG_BLIND, PostKind.SMALL_BLIND):
        posters = [post.seat for post in setup.posts if post.kind is kind and post.amount > 0]
        if posters:
            order = [seat.seat for seat in setup.seats]
            return order[(order.index(posters[-1]) + 1) % len(order)]
    return None


def _check(setup: HandSetup) -> None:
    """Refuse a hand that cannot be played."""
    seats = [seat.seat for seat in setup.seats]
    if setup.game not in GAMES:
        _refuse(f"game {setup.game!r} is not known; this program plays {', '.join(GAMES)}")
    if not HEADS_UP <= len(seats) <= _MOST_PLAYERS:
        _refuse(f"{len(seats)} players are dealt in; a hand needs {HEADS_UP} to {_MOST_PLAYERS}")
    if len(set(seats)) != len(seats):
        _refuse(f"a seat is dealt in twice: {seats}; name each once, clockwise from left of the button")
    for dealt in setup.seats:
        if dealt.stack <= 0 and not setup.cards_only:
            _refuse(f"seat {dealt.seat} has no chips; set its stack or sit it out")
    _check_named(setup, seats)
    if set(seats) <= set(setup.killed):
        _refuse("nobody who is dealt in is there; bring somebody back")
    if setup.min_bet <= 0:
        _refuse(f"the least bet is {setup.min_bet}; give the big blind of the level")


def _check_named(setup: HandSetup, seats: list[int]) -> None:
    """Refuse posts and other seats that are not dealt in."""
    for post in setup.posts:
        if post.seat not in seats or post.amount < 0:
            _refuse(f"seat {post.seat} cannot post a {post.kind.value} of {post.amount}; post for a seat dealt in")
    for seat in (*setup.killed, *setup.unposted, *([setup.acts_last] if setup.acts_last is not None else [])):
        if seat not in seats:
            _refuse(f"seat {seat} is named but not dealt in; dealt in are seats {seats}")


def _refuse(message: str) -> None:
    raise IllegalAction("BAD_SETUP", message, {})
