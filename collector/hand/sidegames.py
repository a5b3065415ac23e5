"""Bounties and the stand-up game: the payments after a hand. Looks at tabled hands and winners only.

The payments are part of the hand's result. So a hand that is shown, amended or undone later is paid again.
"""

from __future__ import annotations

from collections import Counter

from collector.cards import Card
from collector.hand.awarding import taken
from collector.hand.copying import replace
from collector.hand.model import Bounty, Hand, Result, StandUp


def pay_side_games(hand: Hand) -> Hand:
    """Return a finished hand with its side games paid."""
    if hand.result is None or not (hand.setup.bounties or hand.setup.stand_up):
        return hand
    hand = take_back(hand)
    for bounty in hand.setup.bounties:
        hand = _moved(hand, due(hand, bounty))
    return _moved(hand, stood(hand.setup.stand_up, hand)[1]) if hand.setup.stand_up else hand


def take_back(hand: Hand) -> Hand:
    """Return a finished hand as if nothing had been paid beside the pots."""
    if hand.result is None or not hand.result.paid:
        return hand
    return _moved(hand, {seat: -amount for seat, amount in hand.result.paid.items()})


def _moved(hand: Hand, amounts: dict[int, int]) -> Hand:
    if hand.result is None or not amounts:
        return hand
    players = tuple(replace(player, stack=player.stack + amounts.get(player.seat, 0)) for player in hand.players)
    paid = Counter(hand.result.paid)
    for seat, amount in amounts.items():
        paid[seat] += amount
    result = replace(
        hand.result,
        paid={seat: amount for seat, amount in paid.items() if amount},
        final_stacks={seat: stack + amounts.get(seat, 0) for seat, stack in hand.result.final_stacks.items()},
    )
    return replace(hand, players=players, result=result)


def due(hand: Hand, bounty: Bounty) -> dict[int, int]:
    """Return the gain or loss of each seat by a bounty; the sum is 0. {}: no bounty is due."""
    if hand.result is None:
        return {}
    winners = [win.seat for win in hand.result.wins]
    holders = [p.seat for p in hand.players if p.seat in winners and p.shown and _matches(p.shown, bounty)]
    if len(holders) != 1 or not (len(winners) == 1 or _wins_a_pot(hand, hand.result, holders[0])):
        return {}
    paid = {p.seat: -min(bounty.amount, p.stack) for p in hand.players if p.seat != holders[0]}
    return {**paid, holders[0]: -sum(paid.values())} if any(paid.values()) else {}


def _wins_a_pot(hand: Hand, result: Result, seat: int) -> bool:
    """Return whether a seat took a whole pot, whoever took the others. Pots that the floor pushed are one."""
    if not hand.setup.edition or result.awarded is not None:
        return False
    return any(set(taken(hand, pot)) == {seat} for pot in result.pots)


def _matches(cards: tuple[Card, ...], bounty: Bounty) -> bool:
    ranks = sorted(card[0] for card in cards)
    suited = len({card[1] for card in cards}) == 1
    return ranks == sorted(bounty.ranks) and bounty.suited in (None, suited)


def stood(game: StandUp, hand: Hand) -> tuple[StandUp, dict[int, int]]:
    """Return the game after a hand, and the gain or loss of each seat once one seat is left standing, else {}."""
    if hand.result is None:
        return game, {}
    standing = game.standing - {win.seat for win in hand.result.wins}
    stacks = {player.seat: player.stack for player in hand.players}
    away = hand.setup.stand_away  # who stands and is not dealt in stands on
    if away and not standing:
        return StandUp(game.amount, standing), {}
    if len(standing) + away != 1 or not standing <= set(stacks):
        return StandUp(game.amount, standing or frozenset(stacks)), {}
    (loser,) = standing
    others = [seat for seat in stacks if seat != loser]
    each = min(game.amount, stacks[loser] // len(others))
    return StandUp(game.amount, frozenset(stacks)), {**dict.fromkeys(others, each), loser: -each * len(others)}
