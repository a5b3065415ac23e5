"""The running hand of a table: its start, and each of its events with the fact that brought it. Knows no antennas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collector.cards import Card
from collector.errors import IllegalAction
from collector.facts.fact import DeviceKey, Fact
from collector.hand import apply, start
from collector.hand.blinds import Owed
from collector.hand.copying import replace
from collector.hand.events import Event, HoleCard
from collector.hand.model import Hand, HandSetup
from collector.release import Terms
from collector.release.policy import BY_DEFAULT
from collector.secrecy import Secret


class Step(NamedTuple):
    """An event of the running hand, and the fact that brought it. by_command: a command, which undo may take back."""

    position: int
    event: Event
    by_command: bool
    amended: bool = False
    at: int = 0  # when the fact was received, ms since 1970
    inferred: bool = False  # shown by a snapshot of the node, or commanded by a control card
    history: tuple[Event, ...] = ()  # the events that stood here before amendments, the oldest first
    client: str = ""  # who gave the command; "" for a reading


@dataclass(frozen=True)  # no slots: see copying
class Play:
    """The running hand, with the steps from which it is folded again after an undo."""

    hand_id: str
    number: int
    button: int
    first_position: int
    started_at: int
    last_position: int
    last_at: int
    setup: HandSetup
    hand: Hand
    steps: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    device_keys: tuple[DeviceKey, ...] = ()  # of readings at seats and boards, whatever lay there
    owed: Mapping[int, Owed] = field(default_factory=dict)  # missed blinds before its posts; a misdeal gives them back
    revision: int = 1  # rises with each amendment that changes the hand
    void: bool = False  # a misdeal
    deck: str | None = None  # that this hand is dealt from
    mucked: frozenset[Secret[Card]] = frozenset()  # cards that were read on the muck
    taken_out: tuple[str, ...] = ()  # commands that amendments took out, in words that name no card
    open_deck: str | None = None  # that this hand is dealt from, as far as everybody can know
    readings: int = 0  # cards that came to a seat or the board in this hand, whatever they are
    on_muck: int = 0  # cards that came to the muck in this hand, whatever they are
    terms: Terms = BY_DEFAULT  # of its release: those at its start, or what has been stricter since
    strays: frozenset[tuple[str, int]] = frozenset()  # what was wrong with tags: (code, seat). S0 until it ends

    @property
    def over(self) -> bool:
        """Whether the hand can be put away: its pots are awarded, or cards alone are played and there are none."""
        return self.hand.complete or self.setup.cards_only

    @property
    def final_stacks(self) -> Mapping[int, int]:
        """The stacks after the hand, by seat; {} before the award. A hand of cards alone moves no chips: {} too."""
        return self.hand.result.final_stacks if self.hand.result else {}


def stepped(play: Play, fact: Fact, event: Event, *, by_command: bool) -> Play:
    """Return the hand after `event`; raise IllegalAction if it cannot follow.

    A command ends what redo could bring back; a reading leaves it.
    """
    return replace(
        play,
        hand=apply(play.hand, event),
        steps=(*play.steps, step_of(fact, event, by_command=by_command)),
        undone=() if by_command else play.undone,
        last_position=fact.position,
        last_at=fact.received_at,
    )


def step_of(fact: Fact, event: Event, *, by_command: bool) -> Step:
    """Return the step of a fact, with the events that stood in its place before amendments."""
    body = fact.body
    before: tuple[Event, ...] = body.get("before") or ()
    inferred = "source" in body  # a snapshot showed it, or a control card said it
    amended, client = bool(body.get("amended")), fact.client if by_command else None
    return Step(fact.position, event, by_command, amended, fact.received_at, inferred, before, client or "")


def folded(setup: HandSetup, steps: Iterable[Step]) -> Hand:
    """Return the hand from its start through `steps`; raise IllegalAction if a step cannot follow.

    A hidden card that was read, and for which no place is left, is passed over: a refusal would tell of it.
    """
    hand = start(setup)
    for step in steps:
        try:
            hand = apply(hand, step.event)
        except IllegalAction:
            if step.by_command or type(step.event) is not HoleCard:
                raise
    return hand


def refolded(play: Play, fact: Fact, steps: tuple[Step, ...], undone: tuple[Step, ...]) -> Play:
    """Return the play with other steps, changed by `fact`; raise IllegalAction if a step cannot follow."""
    hand = folded(play.setup, steps)
    return replace(play, hand=hand, steps=steps, undone=undone, last_position=fact.position, last_at=fact.received_at)
