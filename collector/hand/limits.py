"""The limits of a bet: no limit, pot limit, fixed limit, spread. Of cards it knows an open pair only.

A short all-in does not reopen the betting for a seat that has acted. Several do, once they add up to a full raise, or
in fixed limit to half a bet (TDA 2024 rule 47). In fixed limit the next raise completes to the next full bet; where
the house treats half a bet as a full one, the raise is on top of it.
"""

from __future__ import annotations

from collector.cards import rank_of
from collector.hand.changing import betting_of, game_of, live, street_of, unfolded
from collector.hand.events import PostKind
from collector.hand.games import HEADS_UP, Betting
from collector.hand.model import Hand, Player

_BLINDS = (PostKind.SMALL_BLIND, PostKind.BIG_BLIND, PostKind.STRADDLE, PostKind.SLEEPER)


def unit(hand: Hand) -> int:
    """Return the least bet of this street; in fixed limit the only one, but for an open pair (see `big_unit`)."""
    setup = hand.setup
    if betting_of(hand) is not Betting.FIXED_LIMIT:
        return setup.min_bet
    big = setup.big_bet or 2 * setup.min_bet
    if street_of(hand).big or (setup.pair_doubles and hand.min_raise >= big and big_unit(hand)):
        return big
    return setup.min_bet


def big_unit(hand: Hand) -> int:
    """Return the big bet where it may be made in place of the small one, else 0.

    That is on fourth street of seven-card stud for high, with a pair showing, also of somebody who folded since
    (Robert's Rules 8). Once it was made, all raises are of that size.
    """
    game = game_of(hand)
    if not hand.setup.pair_doubles or game.key != "stud" or game.index(hand.street) != 1:
        return 0
    pairs = any(len({rank_of(card) for card in player.up[:2] if card}) == 1 for player in hand.players if _both(player))
    return hand.setup.big_bet or 2 * hand.setup.min_bet if pairs else 0


def _both(player: Player) -> bool:
    return len(player.up) >= HEADS_UP and None not in player.up[:2]


def least_to(hand: Hand) -> int:
    """Return the smallest full bet or raise, as a total on the street."""
    if betting_of(hand) is Betting.FIXED_LIMIT:
        return hand.full_bet + unit(hand)
    if hand.setup.bring_in and hand.aggressor is None and hand.bet_to:  # a bring-in is completed
        return unit(hand)
    return hand.bet_to + hand.min_raise


def is_half_bet(hand: Hand, to: int) -> bool:
    """Return whether an all-in of fixed limit is treated as a full bet: half of one or more (Robert's Rules 3)."""
    fixed = hand.setup.half_bets_full and betting_of(hand) is Betting.FIXED_LIMIT
    return fixed and 2 * (to - hand.full_bet) >= unit(hand)


def most_to(hand: Hand, player: Player) -> int:
    """Return the largest bet or raise of `player`, as a total on the street; if the stack can, at least a full one."""
    all_in = player.bet + player.stack
    match betting_of(hand):
        case Betting.NO_LIMIT:
            return all_in
        case Betting.POT_LIMIT:
            return min(all_in, max(least_to(hand), pot_to(hand, player)))
        case Betting.FIXED_LIMIT:
            return min(all_in, max(least_to(hand), hand.full_bet + big_unit(hand)))
        case Betting.SPREAD_LIMIT:
            return min(all_in, max(least_to(hand), hand.bet_to + hand.setup.spread))


def pot_to(hand: Hand, player: Player) -> int:
    """Return a pot-sized bet or raise: call, then raise by the pot as it stands after that call.

    In pot limit a short or dead blind counts as a whole one before the flop (TDA 2024 rule 54).
    """
    owed = max(0, hand.bet_to - player.bet)
    first = betting_of(hand) is Betting.POT_LIMIT and game_of(hand).index(hand.street) == 0
    return hand.bet_to + owed + pot_total(hand) + (_unposted(hand) if first else 0)


def _unposted(hand: Hand) -> int:
    """Return the chips that the blinds are short of."""
    counted = _BLINDS[:2] if hand.setup.edition else _BLINDS  # the call of a short straddle is the short amount
    owed = sum(post.amount for post in hand.setup.posts if post.kind in counted)
    posted = sum(entry.amount for entry in hand.actions if entry.action in counted)
    return hand.setup.dead_blind + owed - posted


def pot_total(hand: Hand) -> int:
    """Return all chips in the pot, the bets of this street included."""
    return sum(player.contributed for player in hand.players)


def may_raise(hand: Hand, player: Player) -> bool:
    """Return whether `player` may bet or raise: chips for it, somebody to answer, the betting open, no cap reached."""
    owed = hand.bet_to - player.bet
    enough = player.stack > max(0, owed) and hand.passive != player.seat
    return enough and answerable(hand, player) and reopened(hand, player) and not capped(hand)


def answerable(hand: Hand, player: Player) -> bool:
    """Return whether anybody else has chips to call with, even fewer than the bet."""
    return any(other.stack for other in live(hand) if other.seat != player.seat)


def reopened(hand: Hand, player: Player) -> bool:
    """Return whether the betting is open to `player`: it has not acted yet, or enough was raised since (rule 47)."""
    if player.seat not in hand.acted:
        return True
    owed = hand.bet_to - player.bet
    if betting_of(hand) is Betting.FIXED_LIMIT:
        return 2 * owed >= unit(hand)
    return owed >= hand.min_raise


def capped(hand: Hand) -> bool:
    """Return whether the street has as many bets as fixed limit allows.

    In cash games two players raise without a cap, if they were two before it was reached (Robert's Rules 5).
    """
    cap = hand.setup.bets_cap
    if betting_of(hand) is not Betting.FIXED_LIMIT or not 0 < cap <= hand.bets:
        return False
    pair = hand.setup.pair_uncapped and len(unfolded(hand)) == HEADS_UP
    return not (pair and (hand.bets > cap or not _left_since_the_last_raise(hand)))


def _left_since_the_last_raise(hand: Hand) -> bool:
    for entry in reversed(hand.actions):
        if entry.action in ("fold", "dead"):
            return True
        if entry.action in ("bet", "raise") or entry.street != hand.street:
            return False
    return False
