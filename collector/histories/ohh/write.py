"""Writes a hand as an Open Hand History document. Acts, streets, games and limits are words of the closed lists.

Other programs read that much. What the format has no words for (draws, rulings, burns) is in the document too, under
`_story`: the whole hand as our own JSON has it, which `read` uses.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Final

from collector.errors import BadHistory
from collector.hand import pots
from collector.hand.awarding import taken
from collector.hand.board import boards
from collector.hand.changing import betting_of, game_of, standing
from collector.hand.events import Chop, PostKind
from collector.hand.games import Betting
from collector.hand.model import Hand, Recorded
from collector.histories.codec import Json
from collector.histories.dealt import Cards, Played, dealt, exchanges, is_post, shows
from collector.histories.ohh.about import NO_CURRENCY, NO_TIME
from collector.histories.ohh.words import FAMILIES, LIMITS, POSTS, STREETS, VERSION
from collector.histories.story import Story, moments
from collector.histories.storyjson import story_out

_LIMITS: Final = {betting: code for code, betting in LIMITS.items()}
_POSTS: Final = {kind.value: word for word, kind in POSTS.items()} | {
    PostKind.LIVE_ANTE.value: "Post Extra Blind",
    PostKind.SLEEPER.value: "Straddle",
    "bring_in": "Post Extra Blind",
}
_ACTS: Final = {"fold": "Fold", "dead": "Fold", "check": "Check", "call": "Call", "bet": "Bet", "raise": "Raise"}
_ENDS: Final = {"show": "Shows Cards", "muck": "Mucks Cards"}
_SEATS: Final = 10


def write_ohh(story: Story) -> Json:
    """Return a hand as an Open Hand History document; reading it gives the same hand."""
    played = list(moments(story))
    hand, about = played[-1][1], story.about
    if betting_of(hand) is Betting.SPREAD_LIMIT:
        raise BadHistory(story.id, "Open Hand History has no word for spread limit; export it in another format")
    if story.endless:
        raise BadHistory(story.id, "Open Hand History needs every stack, and one is not known; export it as phh")
    body: Json = {
        "spec_version": VERSION,
        "site_name": about.site or "EBS",
        "network_name": about.site or "EBS",
        "internal_version": "1.0.0",
        "tournament": False,
        "game_number": story.id,
        "start_date_utc": _started(about.started),
        "table_name": about.table or "EBS",
        "game_type": FAMILIES.get(story.setup.game, "Draw"),
        "bet_limit": {"bet_type": _LIMITS[betting_of(hand)], "bet_cap": _out(story, story.setup.hand_cap)},
        "table_size": _SEATS,
        "currency": about.currency or NO_CURRENCY,
        "dealer_seat": story.button,
        **_stakes(story),
        "flags": _flags(story, hand),
        "players": [_player(story, at) for at in range(len(story.setup.seats))],
        "rounds": list(_Rounds(story, played).all()),
        "pots": _pots(story, hand),
        "_game": story.setup.game,
        "_story": story_out(story),
    }
    if about.hero is not None:
        body["hero_player_id"] = _id(story, about.hero)
    return {"ohh": body}


def _started(ms: int | None) -> str:
    """Return the hand's start; the year 1970 stands for a start that is not known."""
    return NO_TIME if ms is None else f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}Z"


def _stakes(story: Story) -> Json:
    """Return blinds and ante as they are owed, whoever could not pay. A game without blinds states none."""
    setup = story.setup
    owed = {kind: max((post.amount for post in setup.posts if post.kind is kind), default=0) for kind in PostKind}
    blinds = not setup.bring_in
    return {
        "small_blind_amount": _out(story, owed[PostKind.SMALL_BLIND]) if blinds else None,
        "big_blind_amount": _out(story, owed[PostKind.BIG_BLIND] or setup.min_bet) if blinds else None,
        "ante_amount": _out(story, owed[PostKind.ANTE]),
    }


def _flags(story: Story, hand: Hand) -> list[str]:
    flags = {"Run_It_Twice": bool(hand.further), "Cap": story.setup.hand_cap > 0, "Bomb_Pot": story.setup.bomb}
    return [flag for flag, set_ in flags.items() if set_]


def _player(story: Story, at: int) -> Json:
    seat = story.setup.seats[at]
    stack = _out(story, seat.stack)
    return {"id": at, "seat": seat.seat, "name": seat.name, "starting_stack": stack, "_player_id": seat.player_id}


def _pots(story: Story, hand: Hand) -> list[Json]:
    result = hand.result
    if result is None:
        return []
    ruled = result.awarded is not None or any(isinstance(event, Chop) for event in story.events)
    if ruled or len(result.wins) == 1:
        won = {win.seat: win.amount for win in result.wins}
        return [_pot(story, 0, sum(pot.amount for pot in result.pots), result.rake, won)]
    parts = zip(result.pots, pots.drop(result.pots, result.rake), strict=True)
    return [
        _pot(story, number, pot.amount, rake, taken(hand, replace(pot, amount=pot.amount - rake)))
        for number, (pot, rake) in enumerate(parts)
    ]


def _pot(story: Story, number: int, amount: int, rake: int, won: dict[int, int]) -> Json:
    wins = [
        {"player_id": _id(story, seat), "win_amount": _out(story, chips)}
        for seat, chips in sorted(won.items())
        if chips
    ]
    return {"number": number, "amount": _out(story, amount), "rake": _out(story, rake), "player_wins": wins}


class _Rounds:
    """The rounds of a hand: what each street dealt, and its acts; the showdown; then the other runs of the board."""

    def __init__(self, story: Story, played: Played) -> None:
        self._story, self._played, self._hand = story, played, played[-1][1]
        self._game = game_of(self._hand)
        seats = [seat.seat for seat in story.setup.seats]
        self._draws = {seat: deque(exchanges(played, seat)) for seat in seats}
        self._shows = {seat: deque(shows(played, seat)) for seat in seats}
        self._evidence = _evidence(story, played)
        self._count = 0
        self._last = played[-1][1].actions

    def all(self) -> Iterator[Json]:
        """Yield the rounds in order."""
        made: list[Json] = []
        acts = list(zip(self._last, self._evidence, strict=True))
        for at, street in enumerate(self._game.streets):
            here = [(entry, found) for entry, found in acts if entry.street == street.name]
            done = self._posts(here) if at == 0 else []
            done += [self._dealt(seat, cards) for seat, cards in dealt(self._played, street) if any(cards)]
            done += [each for entry, _ in here if entry.action == "draw" for each in self._came(entry.seat)]
            done += [self._act(entry, found, first=at == 0) for entry, found in here if _is_act(entry)]
            cards = self._board(0, street.name)
            if done or cards or at == 0:
                made.append({"street": STREETS[min(at, 3)], "_street": street.name, "cards": cards, "actions": done})
        for run in range(1, len(boards(self._hand))):
            streets = [(at, self._board(run, street.name)) for at, street in enumerate(self._game.streets)]
            made += [{"street": STREETS[min(at, 3)], "cards": cards, "actions": []} for at, cards in streets if cards]
        ends = [self._end(entry, found) for entry, found in acts if entry.action in _ENDS]
        if ends:
            made.append({"street": STREETS[-1], "_street": "showdown", "cards": [], "actions": ends})
        for at, each in enumerate(made):
            each["actions"] = [{"action_number": self._next(), **act} for act in each["actions"]]
            yield {"id": at, **each}

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _board(self, run: int, name: str) -> list[str]:
        """Return the cards of a street on a board; on a later run, none that all boards share."""
        street = self._game.street(name)
        through = self._game.board_through(name)
        first = through - street.board
        if run and through <= self._hand.shared:
            return []
        known = boards(self._hand)[run][first:through]
        return list(known) if len(known) == street.board else []

    def _posts(self, here: list[tuple[Recorded, Json]]) -> list[Json]:
        return [{**self._chips(entry), "action": _POSTS[entry.action]} for entry, _ in here if is_post(entry)]

    def _dealt(self, seat: int, cards: Cards) -> Json:
        told = [card for card in cards if card]  # the specification has no word for a card that nobody read
        return {
            "player_id": _id(self._story, seat),
            "action": "Dealt Cards",
            "amount": 0,
            "is_allin": False,
            "cards": told,
        }

    def _came(self, seat: int) -> list[Json]:
        cards = self._draws[seat].popleft().came
        return [self._dealt(seat, cards)] if any(cards) else []

    def _act(self, entry: Recorded, found: Json, *, first: bool) -> Json:
        """Tell a betting act. On the first street every bet is a raise, says the specification."""
        word = _POSTS.get(entry.action) if entry.action == "bring_in" else _ACTS[entry.action]
        return {**self._chips(entry), "action": "Raise" if first and word == "Bet" else word, **found}

    def _chips(self, entry: Recorded) -> Json:
        amount = _out(self._story, entry.amount)
        return {"player_id": _id(self._story, entry.seat), "amount": amount, "is_allin": entry.all_in}

    def _end(self, entry: Recorded, found: Json) -> Json:
        cards = list(self._shows[entry.seat].popleft()) if entry.action == "show" else None
        told = {**self._chips(entry), "is_allin": False, "action": _ENDS[entry.action], **found}
        return told if cards is None else {**told, "cards": cards}


def _is_act(entry: Recorded) -> bool:
    return not is_post(entry) and (entry.action in _ACTS or entry.action == "bring_in")


def _evidence(story: Story, played: Played) -> list[Json]:
    """Return, for each act of the record, when it came and from where."""
    found: list[Json] = [{} for _ in played[0][1].actions]
    for at, ((_, before), (_, after)) in enumerate(pairwise(played)):
        told = {"_at": story.times[at], "_source": story.sources[at]} if story.times else {}
        stood = standing(before, after)
        found[stood:] = [told] * (len(after.actions) - stood)
    return found


def _id(story: Story, seat: int) -> int:
    return next(at for at, known in enumerate(story.setup.seats) if known.seat == seat)


def _out(story: Story, units: int) -> int | float:
    whole, part = divmod(units, story.scale)
    return float(Decimal(units) / story.scale) if part else whole
