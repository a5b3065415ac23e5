"""The action lines of a hand in PHH, street by street: the cards that a street deals, its draws, then its acts."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from collector.hand.board import board
from collector.hand.changing import game_of
from collector.hand.games import Street
from collector.hand.model import Recorded
from collector.histories.dealt import Cards, Played, dealt, exchanges, is_post, shows
from collector.histories.story import Story

_WORDS: Final = {"fold": "f", "dead": "f", "check": "cc", "call": "cc", "bring_in": "pb", "muck": "sm"}


class Lines:
    """The lines of one hand. played: its moments, the start first."""

    def __init__(self, story: Story, played: Played) -> None:
        self._story = story
        self._played = played
        self._hand = played[-1][1]
        self._game = game_of(self._hand)
        self._numbers = {known.seat: at for at, known in enumerate(story.setup.seats, 1)}
        self._draws = {seat: deque(exchanges(played, seat)) for seat in self._numbers}
        self._thrown = {seat: iter([each.thrown for each in draws]) for seat, draws in self._draws.items()}
        self._shows = {seat: deque(shows(played, seat)) for seat in self._numbers}

    def all(self) -> Iterator[str]:
        """Yield every line."""
        acts = [entry for entry in self._hand.actions if not is_post(entry)]
        placed = [(self._place(entry), entry, self._line(entry)) for entry in acts]
        for at, street in enumerate(self._game.streets):
            here = [(entry, line) for place, entry, line in placed if place == at]
            yield from self._dealt(street)
            yield from (line for entry, line in here if entry.action == "draw")
            yield from (line for entry, _ in here if entry.action == "draw" for line in self._came(entry.seat))
            yield from (line for entry, line in here if entry.action != "draw")
        yield from (line for place, _, line in placed if place >= len(self._game.streets))

    def _place(self, entry: Recorded) -> int:
        """Return the index of the street that an act belongs to. An all-in stud hand may be tabled before its last."""
        if entry.action == "show" and self._game.up:
            held = len(self._shows[entry.seat][0])
            sizes = [sum(self._game.dealt_through(street.name)) for street in self._game.streets]
            return next((at for at, size in enumerate(sizes[:-1]) if size == held), len(sizes))
        return self._game.index(entry.street)

    def _dealt(self, street: Street) -> Iterator[str]:
        """Yield the cards that a street brings: to each player who is in, then to the board."""
        yield from (f"d dh {self._who(seat)} {_written(cards)}" for seat, cards in dealt(self._played, street))
        through = self._game.board_through(street.name)
        known = board(self._hand)[through - street.board : through]
        if street.board and len(known) == street.board:
            yield f"d db {''.join(known)}"

    def _came(self, seat: int) -> Iterator[str]:
        cards = self._draws[seat].popleft().came
        if cards:
            yield f"d dh {self._who(seat)} {_written(cards)}"

    def _line(self, entry: Recorded) -> str:
        who = self._who(entry.seat)
        if entry.action == "show":
            return f"{who} sm {''.join(self._shows[entry.seat].popleft())}"
        if entry.action == "draw":
            return f"{who} sd {_written(next(self._thrown[entry.seat]))}".rstrip()
        if entry.action in _WORDS:
            return f"{who} {_WORDS[entry.action]}"
        whole, part = divmod(entry.to, self._story.scale)
        return f"{who} cbr {f'{Decimal(entry.to) / self._story.scale:f}' if part else whole}"

    def _who(self, seat: int) -> str:
        return f"p{self._numbers[seat]}"


def _written(cards: Cards) -> str:
    return "".join(card or "??" for card in cards)
