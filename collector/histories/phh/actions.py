"""One hand of a PHH file as values: its start, and the actions that the file lists. Knows no rules and reads nothing.

A file says what happened by player, p1 first to be dealt to. What an action means in a hand is in `replay`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from collector.cards import Card
from collector.hand.model import HandSetup
from collector.histories.story import About


@dataclass(frozen=True, slots=True)
class DealAction:
    """Hole cards to a player; None is a card nobody recorded."""

    player: int
    cards: tuple[Card | None, ...]


@dataclass(frozen=True, slots=True)
class BoardAction:
    """Cards on the board."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class BetAction:
    """A betting action. kind: fold, check_call, bet_to, bring_in; amount: the whole bet of the street, for bet_to."""

    player: int
    kind: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class ShowAction:
    """A player tables a hand."""

    player: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class MuckAction:
    """A player does not show; also one whose cards were not recorded."""

    player: int


@dataclass(frozen=True, slots=True)
class DrawAction:
    """A player exchanges cards; None is one that nobody recorded."""

    player: int
    cards: tuple[Card | None, ...]


Action = DealAction | BoardAction | BetAction | DrawAction | ShowAction | MuckAction


@dataclass(frozen=True, slots=True)
class History:
    """A recorded hand. Players are 1-based in dealing order. Amounts are units of 1/scale of the file's."""

    id: str
    file: str
    section: str | None
    variant: str
    scale: int
    players: tuple[str, ...]
    setup: HandSetup
    actions: tuple[Action, ...]
    numbers: tuple[int, ...]  # of each action: its place in the file's `actions`, from 1
    about: About = field(default_factory=About)
    endless: tuple[int, ...] = ()  # seats whose stack is `inf`: not known
    finishing: tuple[int, ...] | None = None  # finishing_stacks, by player
    winnings: tuple[int, ...] | None = None

    @property
    def button(self) -> int:
        """The seat of the button: the last player, heads-up and otherwise."""
        return self.setup.seats[-1].seat

    def where(self, at: int | None = None) -> str:
        """Say which hand this is, and which action of it."""
        place = hand_in(self.file, self.section)
        return place if at is None else f"{place}, action {self.numbers[at]}"

    def seat(self, player: int) -> int:
        """Return the seat of pN."""
        return self.setup.seats[player - 1].seat

    def amount(self, units: int) -> int | float:
        """Return an amount as the file writes it: an integer when it is whole."""
        whole, part = divmod(units, self.scale)
        return float(Decimal(units) / self.scale) if part else whole


def hand_in(file: str, section: str | None) -> str:
    """Say which hand of which file, as errors do."""
    return file if section is None else f"{file} [{section}]"
