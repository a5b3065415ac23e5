"""Pots as the room pushed them, where its rules leave a choice: which pot the rake falls on, who gets an odd chip.

Rooms differ there, and each is right at home. Whoever wins, and the sum, are the rules' own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from collector.errors import BadHistory
from collector.hand.board import boards
from collector.hand.changing import game_of
from collector.hand.events import Award
from collector.hand.model import Hand
from collector.histories.roomtext.claims import Claims
from collector.histories.story import Story, finished

REASON = "rake and odd chips as the card room took and gave them"


def as_pushed(story: Story, claims: Claims) -> Story:
    """Return the story with the room's own amounts, where they differ in rake or odd chips only; else as it is."""
    if not claims.collected:
        return story
    try:
        hand = finished(story)
        before_rake = finished(replace(story, setup=replace(story.setup, rake=None)))
    except BadHistory:
        return story  # whoever plays it hears why
    told = _told(story, claims, hand)
    found = _won(hand)
    if told == found or told.total() != found.total() or not _explained(told, hand, before_rake):
        return story
    return replace(story, events=(*story.events, Award(tuple(sorted(told.items())), REASON)))


def _told(story: Story, claims: Claims, hand: Hand) -> Counter[int]:
    """Return what the text says that each seat won, without bets that came back and are not told apart."""
    seats = {seat.name: seat.seat for seat in story.setup.seats}
    told: Counter[int] = Counter()
    for name, amount in claims.collected:
        told[seats.get(name, 0)] += amount
    if not claims.returned and hand.result and told.total() > _won(hand).total():
        told.subtract(hand.result.uncalled)
    return +told


def _won(hand: Hand) -> Counter[int]:
    return Counter({win.seat: win.amount for win in hand.result.wins}) if hand.result else Counter()


def _explained(told: Counter[int], hand: Hand, before_rake: Hand) -> bool:
    """Return whether each share lies between the winner's share with all of the rake taken from it, and with none.

    An odd chip may come or go with each division of a pot.
    """
    due = _won(before_rake)
    if hand.result is None or told.keys() != due.keys():
        return False
    divisions = len(hand.result.pots) * len(boards(hand)) * len(game_of(hand).halves)
    odd = hand.setup.chip * divisions * len(due)  # odd chips may go out one by one, or in one piece
    return all(due[seat] - hand.result.rake - odd <= told[seat] <= due[seat] + odd for seat in due)
