"""A hand in the specification's JSON, written and read.

Partners read the specification's keys. Those keys cannot hold a whole hand, so a document also has the story of the
hand under `story`; reading uses that. A document of another program has no `story`: then its keys alone are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from collector.cards import Card, parse_card, parse_cards
from collector.errors import BadHistory
from collector.hand.board import board
from collector.hand.events import (
    BetTo,
    BoardCard,
    BringIn,
    Call,
    Check,
    Event,
    Fold,
    HoleCard,
    Muck,
    Post,
    PostKind,
    Show,
)
from collector.hand.games import HEADS_UP
from collector.hand.model import Hand, HandSetup, SeatSetup
from collector.histories.codec import Json, decode, decode_setup, encode, encode_setup
from collector.histories.story import Story, finished
from collector.secrecy import Secret

_STREETS: Final = {"flop": 3, "turn": 4, "river": 5}
_POSTS: Final = frozenset(kind.value for kind in PostKind)


def story_out(story: Story) -> Json:
    """Return a story whole, as JSON values: every event with its time and source, where they are known."""
    known = bool(story.times)
    listed = [
        {
            **encode(event),
            **({"_at": story.times[at], "_source": story.sources[at]} if known else {}),
        }
        for at, event in enumerate(story.events)
    ]
    head = {"id": story.id, "button": story.button, "scale": story.scale, "setup": encode_setup(story.setup)}
    return {**head, "events": listed}


def story_in(document: Mapping[str, Any], source: str = "document") -> Story:
    """Return the story that `story_out` wrote; raise BadHistory where it is none."""
    try:
        listed: Sequence[Json] = document["events"]
        timed = bool(listed) and all("_at" in each for each in listed)
        return Story(
            id=str(document["id"]),
            setup=decode_setup(document["setup"]),
            events=tuple(decode({name: each[name] for name in each if name[0] != "_"}) for each in listed),
            button=int(document["button"]),
            scale=int(document["scale"]),
            times=tuple(each["_at"] for each in listed) if timed else (),
            sources=tuple(str(each["_source"]) for each in listed) if timed else (),
        )
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise BadHistory(source, f"holds no story of a hand: {type(error).__name__} {error}") from error


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
        "table_id": table_id,
        "hand_number": number,
        "timestamp": started,
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
        "story": story_out(story),
    }


def _players(hand: Hand) -> list[Json]:
    found = []
    for player in sorted(hand.players, key=lambda player: player.seat):
        read = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
        named = {"seat": player.seat, "player_id": player.player_id, "name": player.name}
        cards = list(player.shown or read) or None
        found.append({**named, "stack": player.starting_stack, "hole_cards": cards})
    return found


def read_json(document: Mapping[str, Any], source: str = "document") -> Story:
    """Return the story of a document with the specification's keys."""
    if document.get("story"):
        return story_in(document["story"], source)
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadHistory(source, f"is no hand of the specification: {type(error).__name__} {error}") from error


def _read(document: Mapping[str, Any]) -> Story:
    acts: Sequence[Json] = document["actions"]
    players: Sequence[Json] = document["players"]
    seat_of = {each["player_id"]: int(each["seat"]) for each in players}
    posts = tuple(
        Post(seat_of[act["player_id"]], PostKind(act["action"]), int(act["amount"]))
        for act in acts
        if act["action"] in _POSTS
    )
    button = int(document.get("button") or _button(posts, sorted(seat_of.values())))
    order = sorted(players, key=lambda each: (int(each["seat"]) <= button, int(each["seat"])))
    seats = tuple(SeatSetup(int(p["seat"]), str(p["player_id"]), str(p["name"]), int(p["stack"])) for p in order)
    big = max((post.amount for post in posts if post.kind is PostKind.BIG_BLIND), default=1)
    setup = HandSetup(seats, posts, big, str(document.get("game", "holdem")))
    events = (*_dealt(order), *_played(document, seat_of, posts))
    return Story(str(document["hand_id"]), setup, events, button)


def _button(posts: Sequence[Post], seats: Sequence[int]) -> int:
    """Without a word about it, the button is right of the small blind; heads-up it is the small blind."""
    small = next((post.seat for post in posts if post.kind is PostKind.SMALL_BLIND), seats[0])
    if len(seats) == HEADS_UP:
        return small
    return seats[seats.index(small) - 1]


def _dealt(players: Sequence[Json]) -> Iterator[Event]:
    for player in players:
        for card in player.get("hole_cards") or ():
            yield HoleCard(int(player["seat"]), Secret(parse_card(card)))


def _played(document: Mapping[str, Any], seat_of: Mapping[str, int], posts: Sequence[Post]) -> Iterator[Event]:
    """Yield the acts with the board between them; amounts are chips put in, so a raise's total adds up."""
    cards = {each["player_id"]: each.get("hole_cards") for each in document["players"]}
    rest = list(parse_cards("".join(document["community_cards"])))
    street, bets, shown = "preflop", _posted(posts), 0
    for act in document["actions"]:
        if act["action"] in _POSTS:
            continue
        if act["street"] != street:
            street, bets = act["street"], {}
            yield from _board(rest, _STREETS.get(street, len(rest)), shown)
            shown = max(shown, _STREETS.get(street, len(rest)))
        seat = seat_of[act["player_id"]]
        bets[seat] = bets.get(seat, 0) + int(act["amount"])
        yield from _act(act, seat, bets[seat], cards.get(act["player_id"]))
    yield from _board(rest, len(rest), shown)


def _posted(posts: Sequence[Post]) -> dict[int, int]:
    live: dict[int, int] = {}
    for post in posts:
        if post.kind not in (PostKind.ANTE, PostKind.DEAD):
            live[post.seat] = live.get(post.seat, 0) + post.amount
    return live


def _board(cards: Sequence[Card], upto: int, shown: int) -> Iterator[Event]:
    for card in cards[shown:upto]:
        yield BoardCard(card)


def _act(act: Json, seat: int, to: int, cards: Sequence[str] | None) -> Iterator[Event]:
    match act["action"]:
        case "fold":
            yield Fold(seat, override=True)
        case "check":
            yield Check(seat, override=True)
        case "call":
            yield Call(seat, override=True)
        case "bet" | "raise":
            yield BetTo(seat, to, override=True)
        case "bring_in":
            yield BringIn(seat, override=True)
        case "show":
            yield Show(seat, parse_cards("".join(cards or ())))
        case "muck":
            yield Muck(seat)
        case kind:
            raise ValueError(f"action {kind!r} is not known")
