"""What each event does to a hand. Live play and replay both go through `apply`; nothing else changes a hand."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from collector.hand.betting import act, next_to_act
from collector.hand.board import take_card, turn_card
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
    HoleCardTaken,
    Muck,
    Show,
)
from collector.hand.holding import receive, release
from collector.hand.model import Hand, HandSetup
from collector.hand.seats import game_of, live, unfolded
from collector.hand.showdown import close, muck, reopen, settle, show
from collector.hand.starting import first_to_act, posted


def start(setup: HandSetup) -> Hand:
    """Return the hand with antes and blinds posted; raise IllegalAction if it cannot be played."""
    hand = posted(setup)
    return _advance(replace(hand, to_act=next_to_act(hand, first_to_act(setup))))


def apply(hand: Hand, event: Event) -> Hand:  # noqa: PLR0911 - one line an event reads as a table
    """Return the hand after `event`; raise IllegalAction, and leave the hand as it is, if it cannot follow."""
    match event:
        case HoleCard():
            return receive(hand, event.seat, event.card)
        case HoleCardTaken():
            return release(hand, event.seat, event.card)
        case BoardCard():
            return _corrected(turn_card(hand, event.card))
        case BoardCardTaken():
            return _corrected(take_card(hand, event.card))
        case Fold() | Check() | Call() | BetTo() | AllIn():
            return _advance(act(hand, event))
        case Show():
            return settle(show(hand, event.seat, event.cards))
        case Muck():
            return settle(muck(hand, event.seat))
        case _:
            assert_never(event)


def _corrected(hand: Hand) -> Hand:
    """A changed board runs the hand on, or judges a finished one again."""
    return settle(reopen(hand))


def _advance(hand: Hand) -> Hand:
    """Once nobody is to act: the next street, or the end of the betting."""
    if len(unfolded(hand)) == 1:
        return settle(close(hand))
    if hand.to_act is not None:
        return hand
    last = hand.street == game_of(hand).streets[-1].name
    able = sum(player.stack > 0 for player in live(hand))
    return settle(close(hand)) if last or able <= 1 else _advance(_next_street(hand))


def _next_street(hand: Hand) -> Hand:
    """Collect the bets and open the next round, which starts left of the button. It does not wait for the board."""
    game = game_of(hand)
    street = game.streets[game.index(hand.street) + 1].name
    hand = replace(
        hand,
        players=tuple(replace(player, bet=0) for player in hand.players),
        street=street,
        reached=street,
        bet_to=0,
        min_raise=hand.setup.min_bet,
        full_bet=0,
        acted=frozenset(),
        settled=frozenset(),
        aggressor=None,
    )
    return replace(hand, to_act=next_to_act(hand, None))
