"""Obligations at a table as the books tell them, seat by seat in plain loops. Knows nothing of the collector.

Sources: Robert's Rules of Poker, section 4 (button and blinds; "RRP"); the rules of the Poker Tournament Directors
Association of 2024 ("TDA"). Where the books are silent, the practice that docs/adr/0024 names.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

SEATS = 10


@dataclass
class Player:
    """A player in a seat. way: "in" the game, "away" since a blind was missed, or "new"."""

    name: str
    seat: int
    way: str = "new"
    small: bool = False
    big: bool = False
    seat_at_deal: int = 0


@dataclass
class Deal:
    """What a dealer does before the cards. posts: (seat, what)."""

    button: int
    small: int
    big: int
    dealt: list[int]
    posts: list[tuple[int, str]] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)


def walk(seat: int) -> list[int]:
    """Return the seats clockwise, from the one left of `seat` round to `seat` itself."""
    return [(seat - 1 + step) % SEATS + 1 for step in range(1, SEATS + 1)]


def passed(seat: int, then: int) -> list[int]:
    """Return the seats that a button steps over between two places, without both."""
    found = []
    for each in walk(seat):
        if then in (each, seat):
            return found
        found.append(each)
    return found


class Book:
    """One table. dead: the dead button, else the moving one. strict: cash, where missed blinds are made up."""

    def __init__(self, *, dead: bool, strict: bool, newcomers_post: bool) -> None:
        self.dead, self.strict, self.newcomers_post = dead, strict, newcomers_post
        self.players: list[Player] = []
        self.gone: dict[str, Player] = {}  # who left since the last deal: who is back before the next one never left
        self.begun = False
        self.marks: tuple[int, int, int] | None = None
        self.first: int | None = None  # of a new game: the first small blind, until the big blind has gone round
        self.free: list[int] = []  # seats that no blind of a new game has passed: nothing is posted there (RRP 4)
        self.button = 0
        self.before: Book | None = None
        self.set_at: int | None = None
        self.only: list[str] | None = None
        self.again_at: int | None = None

    # Who sits where

    def sit(self, name: str, seat: int) -> None:
        player = self.gone.pop(name, None) or Player(name, seat)
        player.seat = seat
        self.players.append(player)

    def leave(self, seat: int) -> None:
        self.gone[self.at(seat).name] = self.at(seat)
        self.players = [player for player in self.players if player.seat != seat]

    def move(self, seat: int, to: int) -> None:
        self.at(seat).seat = to

    def at(self, seat: int) -> Player:
        for player in self.players:
            if player.seat == seat:
                return player
        raise LookupError(seat)

    # A deal

    def deal(  # noqa: C901, PLR0912 - in the order in which a dealer asks
        self, ready: list[int], kind: str, button: int | None = None, named: Sequence[tuple[int, str]] = ()
    ) -> Deal | None:
        """Deal a hand. kind: blinds, none, frozen, buy. None: nobody may buy the button."""
        was = copy.deepcopy(self)
        was.before = None
        chosen = button
        if button is None and self.only is not None:
            here = [seat for seat in ready if self.at(seat).name in self.only]
            ready, chosen = here if len(here) >= 2 else ready, self.again_at
        if button is None and self.only is None and self.set_at is not None:
            chosen = self.set_at
            if chosen not in ready:
                for seat in walk(self.set_at):
                    if seat in ready:
                        chosen = seat
                        break
        self.free = passed(self.marks[2], self.first) if self.strict and self.marks and self.first else []
        self._reseat()
        inside = [p.seat for p in self.players if p.way == "in" and p.seat in ready]
        drawn = False
        if not self.begun or self.marks is None or len(inside) < 2:
            found, drawn = (None if kind == "buy" else self._begin(ready, kind, chosen)), True
        elif chosen is not None:
            found, drawn = (None if kind == "buy" else self._placed(ready, kind, chosen, named)), True
        elif kind == "buy":
            found = self._buy(ready, inside)
        elif kind in ("none", "frozen"):
            found = self._no_blinds(ready, inside, kind, named)
        else:
            found = self._blinds(ready, inside)
        if found is None:
            self.__dict__.update(was.__dict__)
            return None
        if kind == "frozen":  # whatever was owed, and whoever changed seats: it is looked at when the blinds go on
            self.players = copy.deepcopy(was.players)
        else:
            self.gone = {}
            for player in self.players:
                player.seat_at_deal = player.seat
        self._go_round(was.marks, drawn)
        self.button = found.button
        stays = found.button if drawn and kind == "frozen" else None  # set in a stud hand: there until the blinds go on
        self.before, self.set_at, self.only, self.again_at = was, stays, None, None
        self.drawn, self.dealt = drawn, [self.at(seat).name for seat in found.dealt]
        return found

    def misdeal(self) -> None:
        """The deal was void: all is as it was, and it is repeated for the same players (TDA 35)."""
        was, names, drawn, button = self.before, self.dealt, self.drawn, self.button
        assert was is not None
        old = {player.name: player for player in was.players} | was.gone
        here = {player.name for player in self.players}
        self.gone = {name: player for name, player in old.items() if name not in here}
        for player in self.players:
            if player.name in old:
                before = old[player.name]
                player.way, player.small, player.big = before.way, before.small, before.big
                player.seat_at_deal = before.seat_at_deal
            else:
                player.way, player.small, player.big, player.seat_at_deal = "new", False, False, 0
        self.begun, self.marks, self.first = was.begun, was.marks, was.first
        self.only, self.again_at, self.set_at = names, button if drawn else None, None

    def set_button(self, seat: int) -> None:
        if self.only is None:
            self.set_at = seat
        else:
            self.again_at = seat

    def _reseat(self) -> None:
        """Players who changed seats: towards the big blind is free, away from it they come in anew (RRP 4)."""
        if self.marks is None:
            return
        big = self.marks[2]
        for player in self.players:
            old, new = player.seat_at_deal, player.seat
            if old in (0, new):
                continue
            if self.strict and player.way == "in" and new in self.free:
                continue
            if not self.strict:
                player.way, player.small, player.big = "new", False, False
            elif player.way == "in":
                if old == big:
                    if self.dead:
                        player.way, player.small = "away", True
                elif walk(big).index(new) > walk(big).index(old):
                    player.way, player.big = "away", True

    def _go_round(self, old: tuple[int, int, int] | None, drawn: bool) -> None:
        """A new game has a first round, until the big blind is back where the first small one was."""
        if old is None or self.marks is None:
            self.first = self.marks[1] if self.marks else None
        elif drawn or (self.first and self.first in [*passed(old[2], self.marks[2]), self.marks[2]]):
            self.first = None

    def _first(self, ready: list[int], button: int) -> tuple[int, int, int]:
        """Place button and blinds by looking at who is there."""
        if len(ready) == 2:
            if button not in ready:
                for seat in reversed(walk(button)):
                    if seat in ready:
                        button = seat
                        break
            other = next(seat for seat in ready if seat != button)
            return button, button, other
        order = [seat for seat in walk(button) if seat in ready]
        return button, order[0], order[1]

    def _begin(self, ready: list[int], kind: str, button: int | None) -> Deal:
        """A new game: whoever is there has drawn for the button and is in it."""
        if button is None:
            button = next(seat for seat in walk(self.button or SEATS) if seat in ready)
        marks = self._first(ready, button)
        found = Deal(*marks, dealt=sorted(ready))
        if kind == "frozen":
            return found
        for player in self.players:
            player.way, player.big, player.small = "in", False, False
        if not self.dead:
            for player in self.players:
                player.small = player.seat == marks[2]
        if kind == "blinds":
            found.posts = [(marks[1], "small_blind"), (marks[2], "big_blind")]
        self.begun, self.marks = True, marks
        return found

    def _placed(self, ready: list[int], kind: str, button: int, named: Sequence[tuple[int, str]]) -> Deal:
        """The floor has placed the button: everybody is dealt in, nobody misses a blind."""
        marks = self._first(ready, button)
        found = Deal(*marks, dealt=sorted(ready))
        closed = [marks[0], *passed(marks[0], marks[2])]
        if kind in ("none", "frozen"):
            if kind == "none":
                self._all_met(marks)
                self.marks = marks
            self._paid_by_name(named)
            return found
        found.posts = [(marks[1], "small_blind"), (marks[2], "big_blind")]
        for player in self.players:
            there = player.seat in ready
            if player.way == "in" or (there and player.seat == marks[2]):
                player.way, player.big = "in", False
                player.small = not self.dead and player.seat == marks[2]
            elif there and player.seat not in closed:
                self._come_in(player, found)
            elif there and player.way == "new" and not (self.strict and self.newcomers_post):
                player.way = "in"
            elif there and player.seat == marks[1]:
                player.small = False
                if player.way == "away" and not player.big:
                    player.way = "in"
        self.marks = marks
        return found

    def _all_met(self, marks: tuple[int, int, int]) -> None:
        for player in self.players:
            if player.way == "in":
                player.big = False
                player.small = not self.dead and player.seat == marks[2]

    def _paid_by_name(self, named: Sequence[tuple[int, str]]) -> None:
        for player in self.players:
            if player.way == "in":
                continue
            for seat, what in named:
                if seat == player.seat and what in ("small_blind", "dead"):
                    player.small = False
                if seat == player.seat and what in ("big_blind", "late"):
                    player.big = False
                    if player.way == "new":
                        player.way, player.small = "in", False
            if player.way == "away" and not (player.small or player.big):
                player.way = "in"

    def _come_in(self, player: Player, found: Deal) -> None:
        """Make up what was missed: the small blind dead, the big one live. A new player posts the big one only."""
        if self.strict:
            if player.small:
                found.posts.append((player.seat, "dead"))
            if player.big or (player.way == "new" and self.newcomers_post and player.seat not in self.free):
                found.posts.append((player.seat, "late"))
        player.way, player.small, player.big = "in", False, False

    def _no_blinds(self, ready: list[int], inside: list[int], kind: str, named: Sequence[tuple[int, str]]) -> Deal:
        marks, _ = self._marks(inside, [])
        found = Deal(*marks, dealt=sorted(ready))
        if kind == "none":
            self._all_met(marks)
            self._paid_by_name(named)
            self.marks = marks
        return found

    def _buy(self, ready: list[int], inside: list[int]) -> Deal | None:
        if self.dead or len(inside) < 3:
            return None
        (button, small, big), _ = self._marks(inside, [])
        buyer = None
        for seat in passed(button, small):
            if seat in ready and seat not in inside:
                buyer = seat
                break
        if buyer is None or self.marks is None:
            return None
        found = Deal(button, buyer, buyer, dealt=[], posts=[(buyer, "dead"), (buyer, "big_blind")])
        closed = [button, *passed(button, big)]
        for player in self.players:
            if player.seat == buyer:
                player.way, player.small, player.big = "in", False, False
                found.dealt.append(buyer)
            elif player.seat in ready and player.way == "in":
                found.dealt.append(player.seat)
            elif player.seat in ready and player.seat in closed:
                found.waits.append(player.seat)
            elif player.seat in ready:
                found.dealt.append(player.seat)
                self._come_in(player, found)
        found.dealt.sort()
        self.marks = (button, buyer, self.marks[2])
        return found

    def _two(self, pair: list[int]) -> tuple[int, int, int]:
        """Heads-up: the button is the small blind, and nobody is the big blind twice running (TDA 34)."""
        assert self.marks is not None
        big = next(seat for seat in walk(self.marks[2]) if seat in pair)
        small = next(seat for seat in pair if seat != big)
        return small, small, big

    def _marks(self, inside: list[int], outside: list[int]) -> tuple[tuple[int, int, int], list[int]]:
        """Return the next places, and who comes in from outside."""
        assert self.marks is not None
        old_button, old_small, old_big = self.marks
        everybody = inside + outside
        next_big = next(seat for seat in walk(old_big) if seat in everybody)
        if self.dead:
            button, small, big = old_small, old_big, next_big
            if button == big and len(inside) > 2:  # two have played, and somebody is back who has missed nothing
                button = next(seat for seat in reversed(walk(small)) if seat in inside and seat != small)
        elif len(inside) == 2:
            if next_big in inside or old_big not in inside:
                return self._two(inside), []
            button, small, big = next(seat for seat in inside if seat != old_big), old_big, next_big
        else:
            button = next(seat for seat in walk(old_button) if seat in inside)
            small = next(seat for seat in walk(button) if seat in inside)
            big = next(seat for seat in walk(small) if seat in everybody)
        closed = [button, *passed(button, big)] if self.strict else passed(button, small)
        enters = [seat for seat in outside if seat not in closed]
        if self.dead and len(inside) + len(enters) == 2:
            return self._two(inside + enters), enters
        if self.dead and button == big:
            return self._two(inside), []
        return (button, small, big), enters

    def _blinds(self, ready: list[int], inside: list[int]) -> Deal:  # noqa: C901, PLR0912 - seat by seat
        assert self.marks is not None
        _, old_small, old_big = self.marks
        outside = [player.seat for player in self.players if player.seat in ready and player.seat not in inside]
        marks, enters = self._marks(inside, outside)
        button, small, big = marks
        found = Deal(button, small, big, dealt=sorted(inside + enters), waits=[s for s in outside if s not in enters])
        two = len(found.dealt) == 2
        for player in self.players:
            seat = player.seat
            if seat not in found.dealt:
                if player.way != "new" and self.strict:
                    if seat in passed(old_big, big):
                        player.big = True
                    if seat == small or seat in passed(old_small, small):
                        player.small = True
                    if player.big or player.small:
                        player.way = "away"
                continue
            if player.way != "in" and seat != big:
                if seat == small:
                    found.posts.append((seat, "small_blind"))  # a tournament: the position is taken as it is
                    player.way, player.small, player.big = "in", False, False
                else:
                    self._come_in(player, found)
                continue
            player.way = "in"
            if self.dead or two:
                player.small = player.big = False
                if seat == small:
                    found.posts.append((seat, "small_blind"))
                if seat == big:
                    found.posts.append((seat, "big_blind"))
                    player.small = not self.dead
                continue
            if seat == big or seat in passed(old_big, big):  # the big blind has come to this player
                player.small = player.big = True
            if player.big:
                found.posts.append((seat, "big_blind"))
                player.big = False
            elif player.small:
                found.posts.append((seat, "small_blind"))
                player.small = False
        self.marks = marks
        return found
