"""Plays a recorded hand through the engine. A history is a record: what it says happened is applied if it can be.

Departures from the rules are in the hand's rulings; a record that cannot be played at all is a BadHistory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from collector.cards import Card
from collector.errors import BadHistory, IllegalAction
from collector.hand.changing import find, game_of
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
    Muck,
    Show,
    UpCard,
)
from collector.hand.model import Hand
from collector.hand.transitions import apply, start
from collector.histories.phh import read as phh
from collector.secrecy import Secret


def replay(history: phh.History) -> Hand:
    """Return the finished hand; raise BadHistory, naming the action, for a record that cannot be played."""
    try:
        hand = start(history.setup)
    except IllegalAction as error:
        raise BadHistory(history.where(), error.message) from error
    for at, step in enumerate(history.steps):
        hand = _step(hand, history, at, step)
    if not hand.complete:
        raise BadHistory(history.where(), f"ends before the hand is over: {_open(hand)}; add what happened then")
    return hand


def _step(hand: Hand, history: phh.History, at: int, step: phh.Step) -> Hand:
    for event in events_of(hand, history, step):
        try:
            hand = apply(hand, event)
        except IllegalAction as error:
            if not passable(hand, step):
                who = "" if isinstance(step, phh.Board) else f"p{step.player}: "
                raise BadHistory(history.where(at), f"{who}{error.message}") from error
            hand = replace(hand, rulings=(*hand.rulings, f"{hand.street}: {error.message}; passed over"))
    return hand


def events_of(hand: Hand, history: phh.History, step: phh.Step) -> Iterator[Event]:
    """Yield the events of a recorded step, as they follow on `hand`."""
    match step:
        case phh.Deal(player, cards):
            yield from _dealt(hand, history.seat(player), cards)
        case phh.Board(cards):
            for card in cards:
                yield BoardCard(card)
        case phh.Act(player, kind, amount):
            yield _act(hand, history.seat(player), kind, amount)
        case phh.Draw(player, cards):
            known = tuple(Secret(card) for card in cards if card)
            yield Draw(history.seat(player), len(cards), known, override=True)
        case phh.Show(player, cards):
            yield Show(history.seat(player), cards)
        case phh.Muck(player):
            yield Muck(history.seat(player))
        case _:
            assert_never(step)


def _dealt(hand: Hand, seat: int, cards: tuple[Card | None, ...]) -> Iterator[Event]:
    """Yield a player's cards, face down or up as the game deals them."""
    player, game = find(hand, seat), game_of(hand)
    plan = [face for street in game.streets for face in ["down"] * street.down + ["up"] * street.up]
    held = 0 if game.up == 0 else len(player.hole) + len(player.up)
    for card, face in zip(cards, plan[held:], strict=False):
        if face == "up":
            yield UpCard(seat, card)
        else:
            yield HoleCard(seat, None if card is None else Secret(card))


def _act(hand: Hand, seat: int, kind: str, amount: int) -> Event:
    if kind == "fold":
        return Fold(seat, override=True)
    if kind == "bring_in":
        return BringIn(seat, override=True)
    if kind == "bet_to":
        return BetTo(seat, amount, override=True)
    return Call(seat, override=True) if owes(hand, seat) else Check(seat, override=True)


def owes(hand: Hand, seat: int) -> bool:
    """Return whether "check or call" is a call for this seat now."""
    return hand.bet_to > find(hand, seat).bet


def passable(hand: Hand, step: phh.Step) -> bool:
    """A step that would change no chips may be passed over: a show, muck, deal, draw, a check after the betting."""
    if isinstance(step, phh.Act):
        return step.kind == "check_call" and hand.to_act is None and not hand.complete
    return isinstance(step, phh.Deal | phh.Draw) or (isinstance(step, phh.Show | phh.Muck) and hand.complete)


def _open(hand: Hand) -> str:
    if hand.to_act is not None:
        return f"on the {hand.street} seat {hand.to_act} is to act"
    return f"{len(hand.board_read)} board cards are dealt and seats have not all shown or mucked"
