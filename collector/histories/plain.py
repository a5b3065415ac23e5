"""The hand of a document that has the specification's keys alone, played while it is read.

These keys hold blinds, acts and cards of board games. Amounts are chips put in by an act, so a raise's total adds up.
The board is dealt as the streets of the acts ask for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.changing import find, standing
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
from collector.hand.games import GAMES, HEADS_UP, Game
from collector.hand.model import Hand, HandSetup, Rake, SeatSetup
from collector.histories.jsonparts import Part, scale_of
from collector.histories.playing import Playing
from collector.histories.stated import Stated, differences
from collector.histories.story import About, Story
from collector.secrecy import Secret

_POSTS: Final = frozenset(kind.value for kind in PostKind)
_ACTS: Final = ("fold", "check", "call", "bet", "raise", "bring_in", "show", "muck")
_MOST_PLAYERS: Final = 10
_MOST_ACTS: Final = 2000


class Plain:
    """A document while it is read. source: how errors name it."""

    def __init__(self, body: Part, source: str) -> None:
        self._body, self._source = body, source
        self._id = body.text("hand_id")
        self._game = self._played_game()
        self._players = body.parts("players", _MOST_PLAYERS)
        self._seats = self._numbered()
        self._acts = body.parts("actions", _MOST_ACTS)
        self._winners = body.parts("winners", _MOST_PLAYERS) if "winners" in body else []
        self._scale = scale_of(list(self._amounts()))
        self._board = self._cards(body, "community_cards", self._game.board_size)
        self._playing = Playing(source)
        self._differences: list[str] = []

    def story(self) -> Story:
        """Return the story, with what the document states otherwise than it plays."""
        posts = tuple(self._posts())
        button = self._button(posts)
        hand = self._play(self._setup(posts, button))
        self._playing.require_whole(hand)
        return Story(
            self._id,
            hand.setup,
            tuple(self._playing.events),
            button,
            self._scale,
            about=about_of(self._body),
            differences=(*self._differences, *differences(hand, self._stated())),
        )

    def _played_game(self) -> Game:
        key = self._body.text("game", "holdem")
        if key not in GAMES or not GAMES[key].board_size:
            games = ", ".join(name for name, game in GAMES.items() if game.board_size)
            raise self._body.bad("game", f"without `story` it must be one of {games}")
        return GAMES[key]

    def _numbered(self) -> dict[str, int]:
        seats: dict[str, int] = {}
        for each in self._players:
            name, seat = each.text("player_id"), each.whole("seat", 1, 10)
            if name in seats or seat in seats.values():
                raise each.bad("player_id" if name in seats else "seat", "another player has it; each has its own")
            seats[name] = seat
        return seats

    def _amounts(self) -> Iterator[Decimal]:
        yield from (each.amount("stack") for each in self._players)
        yield from (act.amount("amount", 0) for act in self._acts)
        yield from (each.amount("amount") for each in self._winners)
        yield self._body.amount("pot_total", 0)

    def _units(self, part: Part, key: str = "amount") -> int:
        return int(part.amount(key, 0) * self._scale)

    def _seat(self, act: Part, key: str = "player_id") -> int:
        name = act.text(key)
        if name not in self._seats:
            raise act.bad(key, "players lists nobody of that id")
        return self._seats[name]

    def _cards(self, part: Part, key: str, most: int) -> tuple[Card, ...]:
        cards = part.cards(key, most)
        if None in cards:
            raise part.bad(key, "each must be a card, as in As")
        return tuple(card for card in cards if card is not None)

    def _posts(self) -> Iterator[Post]:
        for act in self._acts:
            if _is_post(act):
                yield Post(self._seat(act), PostKind(act.text("action")), self._units(act))

    def _button(self, posts: tuple[Post, ...]) -> int:
        """Without a word about it, the button is right of the small blind; heads-up it is the small blind."""
        if "button" in self._body:
            return self._body.whole("button", 1, 10)
        small = next((post.seat for post in posts if post.kind is PostKind.SMALL_BLIND), None)
        if small is None:
            raise self._body.bad("button", "nobody posts a small blind either, which would tell it")
        order = sorted(self._seats.values())
        return small if len(order) == HEADS_UP else order[order.index(small) - 1]

    def _setup(self, posts: tuple[Post, ...], button: int) -> HandSetup:
        order = sorted(self._players, key=lambda each: (each.whole("seat", 1, 10) <= button, each.whole("seat", 1, 10)))
        seats = tuple(
            SeatSetup(self._seat(p), p.text("player_id"), p.text("name", p.text("player_id")), self._units(p, "stack"))
            for p in order
        )
        stacks = {seat.seat: seat.stack for seat in seats}
        whole = [post.amount for post in posts if post.kind is PostKind.BIG_BLIND and post.amount < stacks[post.seat]]
        if not whole:
            raise BadHistory(
                self._source,
                "actions posts no whole big_blind, and no other key states the stakes; give it, or `story`",
            )
        rake = self._rake()
        return HandSetup(
            seats,
            posts,
            max(whole),
            self._game.key,
            rake=Rake(0, fixed=rake, no_flop_no_drop=False) if rake else None,
        )

    def _rake(self) -> int:
        """Return what the winners did not get of the pot."""
        if not self._winners or "pot_total" not in self._body:
            return 0
        return max(0, self._units(self._body, "pot_total") - sum(self._units(each) for each in self._winners))

    def _stated(self) -> Stated:
        body = self._body
        wins: Counter[int] | None = Counter() if self._winners else None
        for each in self._winners:
            key = "player" if "player" in each else "player_id"
            wins[self._seat(each, key)] += self._units(each)  # type: ignore[index]
        return Stated(self._units(body, "pot_total") if "pot_total" in body else None, wins=wins)

    def _play(self, setup: HandSetup) -> Hand:
        hand = self._playing.begin(setup)
        for player in sorted(self._players, key=lambda each: [s.seat for s in setup.seats].index(self._seat(each))):
            for card in player.cards("hole_cards", self._game.down):
                event = HoleCard(self._seat(player), None if card is None else Secret(card))
                hand = self._playing.play(hand, event, f"{player.path}.hole_cards")
        shown, at = 0, 0
        for act in self._acts:
            if _is_post(act):
                continue
            at, street = self._street(act, at)
            through = self._game.board_through(self._game.streets[at].name) if street else len(self._board)
            hand, shown = self._dealt(hand, shown, through), max(shown, through)
            hand = self._acted(hand, act)
        return self._dealt(hand, shown, len(self._board))

    def _street(self, act: Part, at: int) -> tuple[int, bool]:
        """Return the index of the street of an act, and whether it is one: the showdown comes after all."""
        names = [street.name for street in self._game.streets]
        name = act.one_of("street", (*names, "showdown", "complete"))
        if name not in names:
            return len(names) - 1, False
        if names.index(name) < at:
            raise act.bad("street", "the acts before it are of a later street; list them in order")
        return names.index(name), True

    def _dealt(self, hand: Hand, shown: int, through: int) -> Hand:
        for card in self._board[shown:through]:
            hand = self._playing.play(hand, BoardCard(card), "community_cards")
        return hand

    def _acted(self, hand: Hand, act: Part) -> Hand:
        kind, seat = act.text("action"), self._seat(act)
        amount = self._units(act)
        if kind == "dead":  # a hand that the floor killed
            kind = "fold"
        if kind not in _ACTS:
            raise act.bad("action", f"it must be one of {', '.join((*sorted(_POSTS), *_ACTS))}")
        after = self._playing.play(hand, self._event(kind, seat, find(hand, seat).bet + amount), f"{act.path} {kind!r}")
        entry = next((each for each in after.actions[standing(hand, after) :] if each.seat == seat), None)
        if entry is not None and "amount" in act and entry.amount != amount:
            self._differences.append(
                f"{act.path}: {kind} of seat {seat} puts {amount} in, and {entry.amount} is played"
            )
        return after

    def _event(self, kind: str, seat: int, to: int) -> Event:  # noqa: PLR0911 - one kind a line
        match kind:
            case "fold":
                return Fold(seat, override=True)
            case "check":
                return Check(seat, override=True)
            case "call":
                return Call(seat, override=True)
            case "bring_in":
                return BringIn(seat, override=True)
            case "show":
                (player,) = (each for each in self._players if self._seat(each) == seat)
                return Show(seat, self._cards(player, "hole_cards", self._game.hole))
            case "muck":
                return Muck(seat, override=True)
            case _:
                return BetTo(seat, to, override=True)


def about_of(body: Part) -> About:
    """Return when and where the hand of a document was played."""
    return About(table=body.text("table_id", ""), started=_started(body))


def _started(body: Part) -> int | None:
    text = body.text("timestamp", "")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise body.bad("timestamp", "it must be a date and time, as in 2026-04-07T14:32:50Z") from error
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _is_post(act: Part) -> bool:
    """Return whether an act is a post. A dead blind has the word of a dead hand, and chips."""
    kind = act.text("action")
    return kind in _POSTS and (kind != PostKind.DEAD or act.amount("amount", 0) > 0)
