"""A hand in the specification's JSON, written and read.

Partners read the specification's keys. Those keys cannot hold a whole hand, so a document also has the story of the
hand under `story`; reading uses that. A document of another program has no `story`: then its keys alone are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from collector.hand.board import board
from collector.hand.model import Hand
from collector.histories.codec import Json
from collector.histories.jsonparts import Part
from collector.histories.plain import Plain, about_of
from collector.histories.stated import require
from collector.histories.story import About, Story, finished
from collector.histories.storyjson import about_out, story_in, story_out


def write_json(story: Story, *, event_id: str = "", table_id: str = "", number: int = 0, started: str = "") -> Json:
    """Return a hand with the specification's keys, and its story. Amounts are units of 1/scale of the source's."""
    hand = finished(story)
    result = hand.result
    wins = result.wins if result else ()
    ids = {seat.seat: seat.player_id for seat in story.setup.seats}
    made = {win.hand for win in wins}
    return {
        "hand_id": story.id,
        "event_id": event_id,
        "table_id": table_id or story.about.table,
        "hand_number": number,
        "timestamp": started or _stamp(story.about.started),
        "game": story.setup.game,
        "button": story.button,
        "players": _players(hand),
        "community_cards": list(board(hand)),
        "actions": [
            {"street": act.street, "player_id": ids[act.seat], "action": act.action, "amount": act.amount}
            for act in hand.actions
        ],
        "pot_total": result.total_pot if result else 0,
        "winner": ids[wins[0].seat] if len(wins) == 1 else None,
        "winning_hand": made.pop() if len(made) == 1 else None,
        "winners": [{"player": ids[win.seat], "amount": win.amount} for win in wins],
        "story": {**story_out(story), **about_out(story.about)},
    }


def _stamp(ms: int | None) -> str:
    return "" if ms is None else f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}Z"


def _players(hand: Hand) -> list[Json]:
    found = []
    for player in sorted(hand.players, key=lambda player: player.seat):
        read = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
        named = {"seat": player.seat, "player_id": player.player_id, "name": player.name}
        cards = list(player.shown or read) or None
        found.append({**named, "stack": player.starting_stack, "hole_cards": cards})
    return found


def read_json(document: Mapping[str, Any], source: str = "document", *, lenient: bool = False) -> Story:
    """Return the story of a document with the specification's keys.

    Raises BadHistory, naming the place in the document, where it cannot be read or played, and where it ends otherwise
    than the document states; lenient: then the story lists the differences.
    """
    if document.get("story"):
        story = story_in(document["story"], source)
        return story if story.about != About() else replace(story, about=about_of(Part(document, source)))
    story = Plain(Part(document, source), source).story()
    if not lenient:
        require(story, story.differences, source)
    return story
