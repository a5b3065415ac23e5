"""Bounties and the stand-up game as data: who pays whom after a hand. Looks at tabled hands only."""

from __future__ import annotations

from dataclasses import dataclass

from collector.cards import Card
from collector.hand.model import Hand


@dataclass(frozen=True, slots=True)
class Bounty:
    """Whoever wins the pot and tables these ranks is paid by everybody else dealt in."""

    name: str
    ranks: str  # as in "72": of a whole hand of as many cards
    amount: int
    suited: bool | None = None  # None: either


def due(hand: Hand, bounty: Bounty) -> dict[int, int]:
    """Return what each seat gains or pays for a bounty; the sum is 0, and empty means that none is due."""
    if hand.result is None:
        return {}
    winners = [win.seat for win in hand.result.wins]
    holders = [p.seat for p in hand.players if p.seat in winners and p.shown and _matches(p.shown, bounty)]
    if len(winners) != 1 or len(holders) != 1:
        return {}
    stacks = hand.result.final_stacks
    paid = {p.seat: -min(bounty.amount, stacks[p.seat]) for p in hand.players if p.seat != holders[0]}
    return {**paid, holders[0]: -sum(paid.values())} if any(paid.values()) else {}


def _matches(cards: tuple[Card, ...], bounty: Bounty) -> bool:
    ranks = sorted(card[0] for card in cards)
    suited = len({card[1] for card in cards}) == 1
    return ranks == sorted(bounty.ranks) and bounty.suited in (None, suited)


@dataclass(frozen=True, slots=True)
class StandUp:
    """Everybody stands; who wins a pot sits; the last one standing pays each of the others."""

    amount: int
    standing: frozenset[int]


def stood(game: StandUp, hand: Hand) -> tuple[StandUp, dict[int, int]]:
    """Return the game after a hand, and what is paid once one is left standing."""
    if hand.result is None:
        return game, {}
    standing = game.standing - {win.seat for win in hand.result.wins}
    seats = [player.seat for player in hand.players]
    if len(standing) != 1:
        return StandUp(game.amount, standing or frozenset(seats)), {}
    (loser,) = standing
    others = [seat for seat in seats if seat != loser]
    each = min(game.amount, hand.result.final_stacks.get(loser, 0) // len(others))
    return StandUp(game.amount, frozenset(seats)), {**dict.fromkeys(others, each), loser: -each * len(others)}
