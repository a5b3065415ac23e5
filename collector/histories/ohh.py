"""Open Hand History JSON, written and read. Fields that the format does not have begin with `_`, as it allows.

`amount` is the chips that an action put in; `_to` is the player's bet after it. Both are in the file's currency unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, cast

from collector.cards import Card, parse_card, parse_cards
from collector.errors import BadHistory
from collector.hand.awarding import taken
from collector.hand.events import (
    Act,
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
    Post,
    PostKind,
    RunTimes,
    Show,
    UpCard,
)
from collector.hand.games import GAMES, Betting
from collector.hand.model import Hand, HandSetup, Recorded, SeatSetup
from collector.histories.codec import Json, decode, decode_setup, encode, encode_setup
from collector.histories.story import Story, finished, moments
from collector.secrecy import Secret

VERSION: Final = "1.4.7"
_LIMITS: Final = {
    Betting.NO_LIMIT: "NL",
    Betting.POT_LIMIT: "PL",
    Betting.FIXED_LIMIT: "FL",
    Betting.SPREAD_LIMIT: "SL",
}
_KINDS: Final = {
    "holdem": "Holdem",
    "omaha": "Omaha",
    "omaha_hi_lo": "OmahaHiLo",
    "stud": "Stud",
    "stud_hi_lo": "StudHiLo",
    "five_card_draw": "Draw",
}
_POSTS: Final = {
    PostKind.ANTE: "Post Ante",
    PostKind.LIVE_ANTE: "Post Ante",
    PostKind.SMALL_BLIND: "Post SB",
    PostKind.BIG_BLIND: "Post BB",
    PostKind.STRADDLE: "Straddle",
    PostKind.SLEEPER: "Straddle",
    PostKind.LATE: "Post Extra Blind",
    PostKind.DEAD: "Post Dead",
}
_ACTS: Final = {
    "fold": "Fold",
    "dead": "Fold",
    "check": "Check",
    "call": "Call",
    "bet": "Bet",
    "raise": "Raise",
    "bring_in": "Bet",
}
_STREETS: Final = {"preflop": "Preflop", "flop": "Flop", "turn": "Turn", "river": "River", "showdown": "Showdown"}


def write_ohh(story: Story, *, site: str = "EBS", table: str = "", started: str = "") -> Json:
    """Return a hand as an Open Hand History document; reading it gives the same hand."""
    setup, hand = story.setup, finished(story)
    betting = setup.betting or GAMES[setup.game].betting
    blind = {kind: max((post.amount for post in setup.posts if post.kind is kind), default=0) for kind in PostKind}
    body = {
        "spec_version": VERSION,
        "site_name": site,
        "network_name": site,
        "internal_version": "1",
        "tournament": False,
        "game_number": story.id,
        "start_date_utc": started,
        "table_name": table,
        "game_type": _KINDS.get(setup.game, GAMES[setup.game].name),
        "bet_limit": {"bet_type": _LIMITS[betting], "bet_cap": _out(story, setup.hand_cap)},
        "table_size": 10,
        "currency": "",
        "dealer_seat": story.button,
        "small_blind_amount": _out(story, blind[PostKind.SMALL_BLIND]),
        "big_blind_amount": _out(story, blind[PostKind.BIG_BLIND]),
        "ante_amount": _out(story, blind[PostKind.ANTE]),
        "players": [_player(story, hand, at) for at in range(len(setup.seats))],
        "rounds": _rounds(story),
        "pots": _pots(story, hand),
        "_setup": {**encode_setup(setup), "scale": story.scale},  # what the format has no field for, in units
    }
    return {"ohh": body}


def _player(story: Story, hand: Hand, at: int) -> Json:
    seat, player = story.setup.seats[at], hand.players[at]
    held = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
    found = {"id": at, "seat": seat.seat, "name": seat.name, "starting_stack": _out(story, seat.stack)}
    return {**found, "cards": list(player.shown or held), "_player_id": seat.player_id}


def _pots(story: Story, hand: Hand) -> list[Json]:
    if hand.result is None:
        return []
    made = hand.result.pots
    rakes = [hand.result.rake, *[0] * (len(made) - 1)]
    if hand.result.awarded is not None or len(hand.result.wins) == 1:
        wins = [{"player_id": _id(story, win.seat), "win_amount": _out(story, win.amount)} for win in hand.result.wins]
        total = sum(pot.amount for pot in made)
        return [{"number": 0, "amount": _out(story, total), "rake": _out(story, hand.result.rake), "player_wins": wins}]
    return [
        {
            "number": number,
            "amount": _out(story, pot.amount),
            "rake": _out(story, rake),
            "player_wins": [
                {"player_id": _id(story, seat), "win_amount": _out(story, amount)}
                for seat, amount in sorted(taken(hand, pot).items())
            ],
        }
        for number, (pot, rake) in enumerate(zip(made, rakes, strict=True))
    ]


def _rounds(story: Story) -> list[Json]:
    """Return the streets with everything that happened on them, in order."""
    rounds: list[Json] = []
    count, before = 0, None
    for at, (event, hand) in enumerate(moments(story), -1):
        street = hand.street if before is None else before.street
        made = _opening(story, hand) if before is None or event is None else _actions(story, event, before, hand)
        evidence = {} if at < 0 or not story.times else {"_at": story.times[at], "_source": story.sources[at]}
        for action in made:
            if not rounds or rounds[-1]["_street"] != street:
                name = _STREETS.get(street, street)
                rounds.append({"id": len(rounds), "street": name, "_street": street, "cards": [], "actions": []})
            count += 1
            rounds[-1]["actions"].append({"action_number": count, **action, **evidence})
        if isinstance(event, BoardCard) and rounds:
            rounds[-1]["cards"].append(event.card)
        before = hand
    return rounds


def _opening(story: Story, hand: Hand) -> list[Json]:
    return [
        {**_seat_amount(story, entry), "action": _POSTS[PostKind(entry.action)], "_kind": entry.action}
        for entry in hand.actions
        if entry.action != "dead"
    ]


def _seat_amount(story: Story, entry: Recorded) -> Json:
    amounts = {"amount": _out(story, entry.amount), "is_allin": entry.all_in}
    return {"player_id": _id(story, entry.seat), **amounts, "_to": _out(story, entry.to)}


def _actions(story: Story, event: Event, before: Hand, hand: Hand) -> list[Json]:  # noqa: PLR0911 - cases
    match event:
        case HoleCard():
            card = event.card.reveal() if event.card else "??"
            return [{"player_id": _id(story, event.seat), "action": "Dealt Cards", "cards": [card]}]
        case UpCard():
            cards = [event.card or "??"]
            return [{"player_id": _id(story, event.seat), "action": "Dealt Cards", "cards": cards, "_up": True}]
        case BoardCard():
            return [{"action": "_Board", "cards": [event.card], "_board": event.board}]
        case RunTimes():
            return [{"action": "_Run", "_times": event.times}]
        case Draw():
            cards = [card.reveal() for card in event.cards]
            return [{"player_id": _id(story, event.seat), "action": "_Draw", "cards": cards, "_count": event.count}]
        case Show():
            return [{"player_id": _id(story, event.seat), "action": "Shows Cards", "cards": list(event.cards)}]
        case Muck():
            return [{"player_id": _id(story, event.seat), "action": "Mucks Cards"}]
        case _:
            return _acted(story, event, hand.actions[len(before.actions) :])


def _acted(story: Story, event: Event, entries: Sequence[Recorded]) -> list[Json]:
    """Tell what an act, or what the floor ruled, put into the record.

    What followed by itself, as an act out of turn that came to bind, is marked and not read again.
    """
    plain = isinstance(event, Act)
    acts = [
        {**_seat_amount(story, entry), "action": _ACTS[entry.action], "_kind": entry.action, "_follows": True}
        for entry in entries
    ]
    if plain:
        acts[0].pop("_follows")
        return acts
    return [{"action": "_Ruling", "_event": encode(event)}, *acts]


def _id(story: Story, seat: int) -> int:
    return next(at for at, known in enumerate(story.setup.seats) if known.seat == seat)


def _out(story: Story, units: int) -> int | float:
    whole, part = divmod(units, story.scale)
    return float(Decimal(units) / story.scale) if part else whole


def read_ohh(document: Mapping[str, Any], source: str = "document") -> Story:
    """Return the story of a document. One that is not ours must be a game and posts that this program knows."""
    try:
        return _story(cast("Json", document["ohh"]))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadHistory(source, f"is no Open Hand History document: {type(error).__name__} {error}") from error


def _story(body: Json) -> Story:
    own = body.get("_setup")
    scale = int(own["scale"]) if own else _scale(body)
    numbers = {each["id"]: each["seat"] for each in body["players"]}
    done = [action for each in body["rounds"] for action in each["actions"]]
    setup = decode_setup(own) if own else _setup(body, done, numbers, scale)
    events = tuple(event for action in done for event in _events(action, numbers, scale))
    return Story(str(body["game_number"]), setup, events, body["dealer_seat"], scale)


def _setup(body: Json, done: Sequence[Json], numbers: Mapping[int, int], scale: int) -> HandSetup:
    """Return the start of another program's hand."""
    keys = {title: key for key, title in _KINDS.items()} | {game.name: key for key, game in GAMES.items()}
    limits = {code: betting for betting, code in _LIMITS.items()}
    seats = tuple(
        SeatSetup(each["seat"], str(each["name"]), str(each["name"]), _in(each["starting_stack"], scale))
        for each in _in_order(body["players"], body["dealer_seat"])
    )
    return HandSetup(
        seats,
        _posts(done, numbers, scale),
        _in(body["big_blind_amount"], scale),
        keys[body["game_type"]],
        limits[body["bet_limit"]["bet_type"]],
    )


def _in_order(players: Sequence[Json], button: int) -> Sequence[Json]:
    """Dealing order: from left of the button."""
    return sorted(players, key=lambda each: (each["seat"] <= button, each["seat"]))


def _posts(done: Sequence[Json], numbers: Mapping[int, int], scale: int) -> tuple[Post, ...]:
    kinds = {words: kind for kind, words in reversed(_POSTS.items())}
    return tuple(
        Post(numbers[each["player_id"]], kinds[each["action"]], _in(each["amount"], scale))
        for each in done
        if each["action"] in kinds
    )


def _scale(body: Json) -> int:
    """Return how many units make one of the file's: by the finest amount in it."""
    amounts = [each["starting_stack"] for each in body["players"]]
    amounts += [action.get("amount", 0) for each in body["rounds"] for action in each["actions"]]
    places = (-int(Decimal(str(amount)).normalize().as_tuple().exponent) for amount in amounts)
    return int(10 ** max(0, *places))


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
