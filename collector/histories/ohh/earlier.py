"""Open Hand History documents as EBS wrote them before 2026-12: with acts of its own, and the start under `_setup`.

They stay readable. New ones hold acts of the specification alone, and the whole story under `_story`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from collector.cards import Card, parse_card, parse_cards
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
    RunTimes,
    Show,
    UpCard,
)
from collector.histories.codec import Json, decode, decode_setup
from collector.histories.jsonparts import Part
from collector.histories.story import Story
from collector.secrecy import Secret


def story_of_earlier(part: Part) -> Story:
    """Return the story of such a document; raise KeyError, TypeError or ValueError where it is none."""
    body = cast("Json", part.whole_object())
    own = body["_setup"]
    scale = int(own["scale"])
    numbers = {each["id"]: each["seat"] for each in body["players"]}
    done = [action for each in body["rounds"] for action in each["actions"]]
    events = tuple(event for action in done for event in _events(action, numbers, scale))
    return Story(str(body["game_number"]), decode_setup(own), events, int(body["dealer_seat"]), scale)


def _in(amount: float, scale: int) -> int:
    return int(Decimal(str(amount)) * scale)


def _events(action: Json, numbers: Mapping[int, int], scale: int) -> list[Event]:  # noqa: C901, PLR0911, PLR0912 - one kind a line
    kind, seat = action["action"], numbers.get(action.get("player_id", -1), 0)
    cards = action.get("cards") or []
    if action.get("_follows"):
        return []
    match kind:
        case "Dealt Cards":
            known = [None if card in ("??", "") else parse_card(card) for card in cards]
            return [_one(seat, card, up=bool(action.get("_up"))) for card in known]
        case "_Board":
            return [BoardCard(parse_card(cards[0]), action["_board"])]
        case "_Run":
            return [RunTimes(action["_times"])]
        case "_Ruling":
            return [decode(action["_event"])]
        case "_Draw":
            return [Draw(seat, action["_count"], tuple(Secret(parse_card(card)) for card in cards), override=True)]
        case "Shows Cards":
            return [Show(seat, parse_cards("".join(cards)))]
        case "Mucks Cards":
            return [Muck(seat)]
        case "Fold":
            return [Fold(seat, override=True)]
        case "Check":
            return [Check(seat, override=True)]
        case "Call":
            return [Call(seat, override=True)]
        case "Bet" | "Raise":
            brings = action.get("_kind") == "bring_in"
            to = _in(action["_to"] if "_to" in action else action["amount"], scale)
            return [BringIn(seat, override=True) if brings else BetTo(seat, to, override=True)]
        case _:
            return []


def _one(seat: int, card: Card | None, *, up: bool) -> Event:
    return UpCard(seat, card) if up else HoleCard(seat, None if card is None else Secret(card))
