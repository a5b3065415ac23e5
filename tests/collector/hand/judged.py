"""Random hands of every variant that pokerkit knows, played here and there: the same acts, cards and draws.

Amounts are multiples of UNIT, which every split divides: stacks must agree to the chip. Where the limits of a raise
differ, `departure` names the rule by which they do; then nobody raises, and both go on.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pokerkit
from pokerkit import Automation, FixedLimitOmahaHoldemHighLowSplitEightOrBetter, State
from pokerkit.games import FixedLimitPokerMixin

from collector.cards import Card
from collector.hand import apply, board, board_wanted, legal, start, to_show
from collector.hand.awarding import taken
from collector.hand.changing import betting_of, find, game_of
from collector.hand.events import (
    BetTo,
    BoardCard,
    BringIn,
    Call,
    Check,
    Draw,
    Event,
    Fold,
    HoleCard,
    Post,
    PostKind,
    Show,
    UpCard,
)
from collector.hand.games import Betting
from collector.hand.model import Hand, HandSetup, Legal, Player, SeatSetup
from collector.histories.phh.fields import BY_PHH
from collector.secrecy import Secret

UNIT = 5040


class _OmahaEight(FixedLimitPokerMixin, FixedLimitOmahaHoldemHighLowSplitEightOrBetter):
    """The judge's own class is named fixed limit, and bets pot limit (0.7.7): its mixin is the wrong one."""


JUDGES: dict[str, Any] = {
    "FT": pokerkit.FixedLimitTexasHoldem,
    "NT": pokerkit.NoLimitTexasHoldem,
    "NS": pokerkit.NoLimitShortDeckHoldem,
    "PO": pokerkit.PotLimitOmahaHoldem,
    "FO/8": _OmahaEight,
    "F7S": pokerkit.FixedLimitSevenCardStud,
    "F7S/8": pokerkit.FixedLimitSevenCardStudHighLowSplitEightOrBetter,
    "FR": pokerkit.FixedLimitRazz,
    "N2L1D": pokerkit.NoLimitDeuceToSevenLowballSingleDraw,
    "F2L3D": pokerkit.FixedLimitDeuceToSevenLowballTripleDraw,
    "FB": pokerkit.FixedLimitBadugi,
}
MOST = {"F7S": 6, "F7S/8": 6, "FR": 6, "N2L1D": 5, "F2L3D": 4, "FB": 5}
"""Players that one deck surely feeds."""
_DEALT_HERE = (Automation.HOLE_DEALING, Automation.BOARD_DEALING)
_AUTOMATIC = tuple(step for step in Automation if step not in _DEALT_HERE)


@dataclass
class Pair:
    """A hand, and the judge's state of it."""

    rng: random.Random
    variant: str
    hand: Hand
    state: State
    deck: list[Card]
    cards: dict[int, list[Card]]
    departures: Counter[str] = field(default_factory=Counter)

    def card(self) -> Card:
        """Take the next card of the deck."""
        return self.deck.pop()


def opened(rng: random.Random, variant: str) -> Pair:
    """Start the same hand in both."""
    game, betting = BY_PHH[variant]
    count = rng.randint(2, MOST.get(variant, 6))
    big = 4 * UNIT
    stacks = [rng.randint(1, rng.choice((8, 30, 160))) * 2 * UNIT + big for _ in range(count)]
    ante = rng.choice((0, UNIT))
    antes = [Post(seat, PostKind.ANTE, ante) for seat in range(1, count + 1) if ante]
    small, large = (2, 1) if count == 2 else (1, 2)
    blinds = [Post(small, PostKind.SMALL_BLIND, big // 2), Post(large, PostKind.BIG_BLIND, big)]
    seats = tuple(SeatSetup(at, f"p{at}", f"P{at}", stack) for at, stack in enumerate(stacks, 1))
    stud = game.up > 0
    hand = start(
        HandSetup(
            seats,
            tuple(antes if stud else [*antes, *blinds]),
            big,
            game.key,
            betting,
            big_bet=2 * big,
            bring_in=2 * UNIT if stud else 0,
        )
    )
    forced: tuple[Any, ...] = (ante, 2 * UNIT if stud else (big // 2, big))
    sizes = (big, 2 * big) if betting is Betting.FIXED_LIMIT else (big,)
    state = JUDGES[variant].create_state(_AUTOMATIC, True, *forced, *sizes, stacks, count)
    deck = list(game.deck)
    rng.shuffle(deck)
    return Pair(rng, variant, hand, state, deck, {seat: [] for seat in range(1, count + 1)})


def played(rng: random.Random, variant: str) -> Pair:
    """Play one hand to its end in both."""
    pair = opened(rng, variant)
    for _ in range(2000):
        if pair.hand.complete and not pair.state.status:
            return pair
        _step(pair)
    raise AssertionError("the hand does not end")


def _step(pair: Pair) -> None:
    state, hand = pair.state, pair.hand
    if state.can_deal_hole():
        _deal(pair)
    elif state.can_deal_board():
        _board(pair)
    elif state.stand_patter_or_discarder_index is not None:
        _draw(pair)
    elif state.actor_index is not None:
        _act(pair)
    else:
        seat = to_show(hand)[0]
        pair.hand = apply(hand, Show(seat, tuple(pair.cards[seat])))


def _deal(pair: Pair) -> None:
    """Deal one card where the judge wants it; up or down as the judge says."""
    index = pair.state.hole_dealee_index
    assert index is not None
    up = pair.state.hole_dealing_statuses[index][0]
    card = pair.card()
    pair.state.deal_hole(card, index)
    seat = index + 1
    pair.cards[seat].append(card)
    pair.hand = apply(pair.hand, UpCard(seat, card) if up else HoleCard(seat, Secret(card)))


def _board(pair: Pair) -> None:
    wanted = board_wanted(pair.hand)
    cards = [pair.card() for _ in range(wanted)]
    pair.state.deal_board("".join(cards))
    for card in cards:
        pair.hand = apply(pair.hand, BoardCard(card))


def _draw(pair: Pair) -> None:
    index = pair.state.stand_patter_or_discarder_index
    assert index is not None
    seat = index + 1
    assert pair.hand.drawing[0] == seat
    held = pair.cards[seat]
    thrown = pair.rng.sample(held, pair.rng.choice((0, 0, 1, 1, 2, 3)))
    pair.state.stand_pat_or_discard("".join(thrown))
    pair.cards[seat] = [card for card in held if card not in thrown]
    pair.hand = apply(pair.hand, Draw(seat, len(thrown), tuple(Secret(card) for card in thrown)))


def _act(pair: Pair) -> None:
    options = legal(pair.hand)
    assert options is not None
    assert pair.state.actor_index is not None
    assert pair.state.actor_index + 1 == options.seat
    event = _chosen(pair, options)
    _tell(pair.state, event)
    pair.hand = apply(pair.hand, event)


def _chosen(pair: Pair, options: Legal) -> Event:
    ours = None if options.min_to is None else (options.min_to, options.max_to)
    state = pair.state
    low, high = state.min_completion_betting_or_raising_to_amount, state.max_completion_betting_or_raising_to_amount
    theirs = None if low is None else (low, high)
    if ours != theirs:
        pair.departures[departure(pair.hand, find(pair.hand, options.seat), ours, theirs)] += 1
    roll = pair.rng.random()
    if ours == theirs and ours is not None and low is not None and high is not None and roll < 0.35:
        steps = (high - low) // UNIT
        return BetTo(options.seat, pair.rng.choice((low, high, low + pair.rng.randint(0, steps) * UNIT)))
    if options.bring_in is not None:
        return BringIn(options.seat)
    if roll > 0.85 and not options.check:
        return Fold(options.seat)
    return Check(options.seat) if options.check else Call(options.seat)


def departure(hand: Hand, player: Player, ours: object, theirs: object) -> str:
    """Name the rule by which the limits of a raise differ; fail where none does."""
    fixed = betting_of(hand) is Betting.FIXED_LIMIT
    first = hand.street == game_of(hand).streets[0].name
    opening = hand.setup.min_bet if first and not hand.setup.bring_in else 0
    if fixed and hand.bets >= hand.setup.bets_cap and ours is None and first:
        return "the big blind is the first of the bets that the cap counts"
    if fixed and hand.bet_to != hand.full_bet:
        return "in fixed limit the next raise completes a short all-in, and half a bet reopens"
    if fixed and any(
        act.all_in and act.action in ("bet", "raise") for act in hand.actions if act.street == hand.street
    ):
        return "in fixed limit a short all-in is none of the bets that the cap counts"
    others = [other for other in hand.players if other.live and other.seat != player.seat]
    if theirs is None and not any(other.bet + other.stack > hand.bet_to for other in others):
        return "over an all-in, a raise stands while anybody with chips has yet to answer, be it for less than the bet"
    if ours is None and hand.full_bet == opening and player.seat in hand.acted:
        return "a short all-in reopens no betting for a seat that has acted, also where nobody has bet in full"
    raise AssertionError(f"{hand.street}: ours {ours}, theirs {theirs}, {player.seat} of {hand.actions}")


def judged_stacks(pair: Pair) -> list[int]:
    """Return the judge's stacks, corrected where it is wrong.

    Hi-lo: a pot in which nobody has a low goes to its high hand whole. The judge shares the low half among all who
    are in that pot when somebody in another pot has a low.
    """
    stacks, hand = list(pair.state.stacks), pair.hand
    if len(game_of(hand).halves) == 1 or hand.result is None or not hand.result.reached_showdown:
        return stacks
    _, low = game_of(hand).halves
    held = {at for at, holds in enumerate(pair.state.statuses, 1) if holds}  # it mucks for losers
    shown = {player.seat: player.shown for player in hand.players if player.seat in held and player.shown}
    lows = {seat for seat, cards in shown.items() if low.strength(cards, board(hand))}
    for pot in hand.result.pots:
        inside = [seat for seat in pot.eligible if seat in shown]
        if len(inside) > 1 and lows and not lows.intersection(inside):
            for seat in inside:
                stacks[seat - 1] -= pot.amount // 2 // len(inside)
            for seat, won in taken(hand, pot).items():
                stacks[seat - 1] += won // 2
    return stacks


def _tell(state: State, event: Event) -> None:
    if isinstance(event, Fold):
        state.fold()
    elif isinstance(event, BetTo):
        state.complete_bet_or_raise_to(event.to)
    elif isinstance(event, BringIn):
        state.post_bring_in()
    else:
        state.check_or_call()
