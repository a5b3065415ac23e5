"""Calling the roll of a deck: which tag is which card, which are missing. Knows no broker. UIDs stay wrapped."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from collector.cards import DECK, Card
from collector.secrecy import Secret
from collector.system import write_private
from tools.hardware import HardwareError

ORDER: Final[tuple[Card, ...]] = tuple(
    card for suit in "shdc" for rank in "AKQJT98765432" for card in DECK if card == rank + suit
)
"""As a new deck is sorted: spades, hearts, diamonds, clubs, each from the ace down."""
_ONE_HAND_S: Final = 0.5
"""Nobody lays two cards on one antenna in less; two that stick together are seen one after the other in less."""


@dataclass(frozen=True)
class _Laid:
    """Where and when a tag came last, and whether it was taken for a card."""

    where: tuple[str, str]
    at: float
    counted: bool


@dataclass
class Enrolment:
    """Learning a deck: the tag that is laid next is the card that is asked for."""

    order: tuple[Card, ...] = ORDER
    found: dict[Card, Secret[str]] = field(default_factory=dict)
    dead: set[Card] = field(default_factory=set)
    _at: int = 0
    _last: _Laid | None = None

    @property
    def wanted(self) -> Card | None:
        """The card that is to be laid; None when the roll is through."""
        return self.order[self._at] if self._at < len(self.order) else None

    @property
    def tags(self) -> dict[Secret[str], Card]:
        """The cards that were found, by tag."""
        return {uid: card for card, uid in self.found.items()}

    def take(self, uid: Secret[str], together: int, where: tuple[str, str], at: float) -> str | None:
        """Take a tag for the wanted card; return why not, in words that name no UID. `at`: when, in seconds.

        A second tag in the same moment takes the first away again: which of them is the card that was asked for?
        """
        if self.wanted is None:
            return "all cards are there"
        if together > 1:
            return f"{together} tags at once: take them away and lay the {self.wanted} alone"
        owner = next((card for card, known in self.found.items() if known == uid), None)
        if owner:
            return f"that tag is the {owner} already; lay the {self.wanted}"
        if self._last and self._last.where == where and at - self._last.at < _ONE_HAND_S:
            if self._last.counted:
                self.back()
            self._last = _Laid(where, at, counted=False)
            return f"several tags at once: take them away and lay the {self.wanted} alone"
        self.found[self.wanted] = uid
        self._last = _Laid(where, at, counted=True)
        self._at += 1
        return None

    def skip(self) -> None:
        """The wanted card does not read."""
        if self.wanted:
            self.dead.add(self.wanted)
            self._at += 1

    def back(self) -> None:
        """Ask for the card before again."""
        self._last = None
        self._at = max(0, self._at - 1)
        if self.wanted:
            self.found.pop(self.wanted, None)
            self.dead.discard(self.wanted)


@dataclass
class Inspection:
    """Checking a deck that is known: which cards were read, which tags are foreign, which UID is there twice."""

    cards: dict[Secret[str], Card]
    seen: set[Card] = field(default_factory=set)
    foreign: set[Secret[str]] = field(default_factory=set)
    _lying: dict[Secret[str], set[tuple[str, str]]] = field(default_factory=dict)

    def take(self, uid: Secret[str], where: tuple[str, str], *, came: bool) -> None:
        """Note what came or left."""
        places = self._lying.setdefault(uid, set())
        if not came:
            places.discard(where)
            return
        places.add(where)
        if uid in self.cards:
            self.seen.add(self.cards[uid])
        else:
            self.foreign.add(uid)

    @property
    def missing(self) -> list[Card]:
        """Cards whose tag was not read."""
        known = set(self.cards.values())
        return [card for card in ORDER if card in known and card not in self.seen]

    @property
    def doubled(self) -> list[str]:
        """Cards whose UID lies at two places now: two tags with the same number."""
        return sorted(self.cards.get(uid, "a foreign tag") for uid, places in self._lying.items() if len(places) > 1)


def check_place(path: Path) -> None:
    """Raise HardwareError unless a list can be kept at `path`: better before 52 cards are laid than after."""
    if path.is_dir():
        raise HardwareError(f"{path} is a folder; name a file in it, as {path / 'red.csv'}")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise HardwareError(f"{path}: there is no folder {path.parent} that you may write; make it, or name another")


def write_deck(path: Path, cards: dict[Card, Secret[str]]) -> None:
    """Keep a deck in a file that its owner alone may read."""
    lines = ["uid,card", *(f"{uid.reveal()},{card}" for card, uid in cards.items())]
    write_private(path, "\n".join(lines) + "\n")
