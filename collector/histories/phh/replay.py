"""Plays the hand of a PHH file through the engine, and makes a story of it.

A file is a record: an action is applied where that is possible, also against the rules; the hand's rulings then list
it. A record that cannot be played at all is a BadHistory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from collector.cards import Card
from collector.errors import BadHistory, IllegalAction
from collector.hand.changing import find, game_of, rule
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
from collector.histories.phh.actions import (
    Action,
    BetAction,
    BoardAction,
    DealAction,
    DrawAction,
    History,
    MuckAction,
    ShowAction,
)
from collector.histories.phh.lying import Lying
from collector.histories.stated import Stated, differences, require
from collector.histories.story import Story
from collector.secrecy import Secret


def replay(history: History) -> Hand:
    """Return the finished hand; raise BadHistory, naming the action, for a record that cannot be played."""
    return _finished(history)[0]


def story_of_history(history: History, *, lenient: bool = False) -> Story:
    """Return the story of a hand: the events that its actions mean, without those that are passed over.

    Raises BadHistory, naming the action, for a record that cannot be played or is not over, and for one whose
    `finishing_stacks` or `winnings` are others than those of the play. lenient: the story lists these differences.
    """
    hand, events = _finished(history)
    story = Story(
        history.id,
        history.setup,
        tuple(events),
        history.button,
        history.scale,
        about=history.about,
        endless=history.endless,
    )
    found = () if history.endless else differences(hand, _stated(history))
    if not lenient:
        require(story, found, history.where())
    return replace(story, differences=found)


def _stated(history: History) -> Stated:
    """Return what the file states of the end. Stacks that are less than those of the start are so by the rake."""
    seats = [seat.seat for seat in history.setup.seats]
    final = None if history.finishing is None else dict(zip(seats, history.finishing, strict=True))
    wins = None if history.winnings is None else dict(zip(seats, history.winnings, strict=True))
    brought = sum(seat.stack for seat in history.setup.seats)
    played = history.setup.rake.fixed if history.setup.rake else 0
    gone = 0 if final is None else brought - sum(final.values()) - played
    return Stated(wins=wins, final=final, after_rake=max(0, gone))


def _finished(history: History) -> tuple[Hand, list[Event]]:
    hand, events = _played(history)
    if not hand.complete:
        raise BadHistory(history.where(), f"ends before the hand is over: {_open(hand)}; add what happened then")
    return hand, events


def _played(history: History) -> tuple[Hand, list[Event]]:
    """Return the hand after all actions, and the events that made it."""
    try:
        hand = start(history.setup)
    except IllegalAction as error:
        raise BadHistory(history.where(), error.message) from error
    events: list[Event] = []
    lying = Lying(history)
    for at, action in enumerate(history.actions):
        for event in events_of(hand, history, action):
            try:
                hand = apply(hand, event)
                events.append(event)
            except IllegalAction as error:
                if not passable(hand, action):
                    who = "" if isinstance(action, BoardAction) else f"p{action.player}: "
                    raise BadHistory(history.where(at), f"{who}{error.message}") from error
                hand = rule(hand, f"{error.message}; passed over")
        departure = lying.after(at, action)
        hand = rule(hand, departure) if departure else hand
    lying.require_possible()
    return hand, events


def events_of(hand: Hand, history: History, action: Action) -> Iterator[Event]:
    """Yield the events of a recorded action, as they follow on `hand`."""
    match action:
        case DealAction(player, cards):
            yield from _dealt(hand, history.seat(player), cards)
        case BoardAction(cards):
            for card in cards:
                yield BoardCard(card)
        case BetAction(player, kind, amount):
            yield _act(hand, history.seat(player), kind, amount)
        case DrawAction(player, cards):
            known = tuple(Secret(card) for card in cards if card)
            yield Draw(history.seat(player), len(cards), known, override=True)
        case ShowAction(player, cards):
            yield Show(history.seat(player), cards)
        case MuckAction(player):
            yield Muck(history.seat(player))
        case _:
            assert_never(action)


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


def passable(hand: Hand, action: Action) -> bool:
    """Return whether an action may be left out that the rules refuse, because it changes no chips.

    That is a check once nobody is to act, and a show or muck after the hand.
    """
    if isinstance(action, BetAction):
        return action.kind == "check_call" and hand.to_act is None and not hand.complete
    return isinstance(action, ShowAction | MuckAction) and hand.complete


def _open(hand: Hand) -> str:
    if hand.to_act is not None:
        return f"on the {hand.street} seat {hand.to_act} is to act"
    return f"{len(hand.board_read)} board cards are dealt and seats have not all shown or mucked"
