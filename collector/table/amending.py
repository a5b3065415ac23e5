"""Corrections of the past: replace or take out earlier commands, and fold what follows from them again.

The log is never rewound: an amendment is a fact that changes the commands of a table, and everything after them is
folded again as if they had been entered so, each command checked as it was the first time. A counted stack is absolute
by itself. Nothing is changed if anything becomes illegal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from collector.canonical import canonical
from collector.errors import IllegalAction, Refused
from collector.facts.fact import Fact
from collector.hand import board
from collector.hand.copying import replace
from collector.hand.events import Event
from collector.hand.model import Hand
from collector.table.again import Again, taken_out
from collector.table.happens import event_of
from collector.table.history import Chapter, bare, chapters, may_change
from collector.table.legality import STEPS
from collector.table.state import Play, Table

Body = Mapping[str, object]
Changes = Mapping[int, tuple[Body, ...]]
"""Position of a command in the log, to the bodies of the facts that stand there instead; none takes it out."""

_NEW: Final[Body] = {"amended": True}


@dataclass(frozen=True)  # no slots: what is previewed is worked out once
class Amended:
    """A table before and after an amendment, and the hands that came out otherwise, before and after."""

    before: Table
    table: Table
    changed: tuple[tuple[Play, Play], ...]

    @cached_property
    def differences(self) -> list[dict[str, object]]:
        """Every difference of a hand, in public terms: what was, what would be."""
        return [
            {"hand_id": now.hand_id, "hand_number": now.number, "before": _public(was), "after": _public(now)}
            for was, now in self.changed
        ]

    @cached_property
    def around(self) -> dict[str, object]:
        """What would be otherwise at the table itself: who sits where with what, what the next hand costs."""
        was, now = _around(self.before), _around(self.table)
        return {name: {"before": was[name], "after": now[name]} for name in was if was[name] != now[name]}

    @cached_property
    def digest(self) -> str:
        """What an amendment carries, to say that its author saw these differences."""
        return hashlib.sha256(canonical([self.differences, self.around])).hexdigest()


_LAST: list[tuple[Table, Changes, Amended]] = []
"""The last amendment: one is previewed, decided and folded on the same table, and comes out the same each time."""


def changes_of(command: Mapping[str, object]) -> Changes:
    """Return the changes that a logged amendment makes."""
    listed = cast("Sequence[Mapping[str, object]]", command["changes"])
    return {cast("int", each["seq"]): tuple(cast("Sequence[Body]", each["facts"])) for each in listed}


def amend(table: Table, changes: Changes) -> Amended:
    """Return the table as it would be; raise Refused, naming the first command that could not stand."""
    if _LAST and _LAST[0][0] is table and _LAST[0][1] == changes:
        return _LAST[0][2]
    _LAST[:] = [(table, changes, _amend(table, changes))]
    return _LAST[0][2]


def _amend(table: Table, changes: Changes) -> Amended:
    told = _from(table, changes)
    facts = [chapter.facts() for chapter in told]
    first = told[0].before
    closed = tuple(play for play in table.closed if play.last_position < facts[0][0].position)
    again = Again(replace(first, closed=closed, history=told[0].earlier))
    for number, chapter in enumerate(told):
        last = number + 1 == len(told)
        if not any(fact.position in changes for fact in facts[number]) and again.stands_as(chapter.before):
            following = bare(table) if last else told[number + 1].before
            again.skip(chapter, following, _played_in(table, facts[number]))
        else:
            again.chapter([new for fact in facts[number] for new in _changed(fact, changes)], last=last)
    return _compared(table, again.table)


def amendable(table: Table) -> bool:
    """Return whether there is any command that an amendment could replace."""
    return table.history is not None and table.history.commanded


def _from(table: Table, changes: Changes) -> list[Chapter]:
    """Return the chapters from the first that changes, in order; raise Refused where a change has no place."""
    wanted, found = set(changes), []
    for chapter in chapters(table):
        if not wanted:
            break
        found.append(chapter)
        wanted -= {fact.position for fact in chapter.facts() if may_change(fact)}
    if wanted or not changes:
        message = f"no command that can be amended stands at {sorted(wanted)}; name the seq of its reply"
        raise Refused("UNKNOWN_COMMAND", message)
    return found[::-1]


def _changed(fact: Fact, changes: Changes) -> list[Fact]:
    if fact.position not in changes:
        return [fact]
    if not changes[fact.position]:
        return [taken_out(fact)] if fact.kind in STEPS else []
    before = {"amended": True, "before": _stood_there(fact)}
    return [
        replace(fact, kind=str(cast("Body", body["command"])["type"]), body={**body, **(before if at == 0 else _NEW)})
        for at, body in enumerate(changes[fact.position])
    ]


def _stood_there(fact: Fact) -> tuple[Event, ...]:
    """Return what a command was, through all amendments, the oldest first; only acts of a hand have such a past."""
    past = cast("tuple[Event, ...]", fact.body.get("before") or ())
    if fact.kind not in STEPS:
        return past
    try:
        return (*past, event_of(cast("Body", fact.body["command"])))
    except (IllegalAction, KeyError, TypeError):
        return past


def _played_in(table: Table, facts: Sequence[Fact]) -> tuple[Play, ...]:
    """Return the hands that were put away in a chapter."""
    first, last = facts[0].position, facts[-1].position
    return tuple(play for play in table.closed if first <= play.last_position <= last)


def _compared(table: Table, after: Table) -> Amended:
    """Raise the revision of every hand that came out otherwise, and keep the others as they were."""
    old = {play.hand_id: play for play in [*table.closed, *([table.play] if table.play else [])]}
    changed: list[tuple[Play, Play]] = []

    def kept(now: Play) -> Play:
        was = old.pop(now.hand_id, None)
        if was is None or was is now or _same(was, now):
            return was or now
        now = replace(now, revision=was.revision + 1)
        changed.append((was, now))
        return now

    closed = [kept(play) for play in after.closed]
    play = kept(after.play) if after.play else None
    for was in old.values():  # taken out altogether: void from now on
        gone = was if was.void else replace(was, void=True, revision=was.revision + 1)
        closed.append(gone)
        changed += [] if gone is was else [(was, gone)]
    closed.sort(key=lambda each: each.first_position)
    return Amended(table, replace(after, closed=tuple(closed), play=play), tuple(changed))


def _same(was: Play, now: Play) -> bool:
    before = (was.setup, was.button, was.number, was.void, was.last_position, was.hand.complete)
    after = (now.setup, now.button, now.number, now.void, now.last_position, now.hand.complete)
    return before == after and was.steps == now.steps


def _around(table: Table) -> dict[str, object]:
    seats = {str(seat): [who.player_id, who.stack, who.out] for seat, who in sorted(table.seated.items())}
    rules, variant, house = table.rules, table.variant, table.house
    shown = {"seats": seats, "button": table.button, "blinds": str(rules), "game": str(variant), "rules": str(house)}
    return {**shown, "tournament": dict(table.tournament), "decks": sorted(table.decks)}


def _public(play: Play) -> dict[str, object]:
    hand: Hand = play.hand
    result = None if play.void else hand.result
    start = {player.seat: player.starting_stack for player in hand.players}
    now = {player.seat: player.stack for player in hand.players}
    stacks = result.final_stacks if result else start if play.void else now
    return {
        "street": hand.street,
        "void": play.void,
        "board": list(board(hand)),
        "actions": [[act.street, act.seat, act.action, act.amount, act.to] for act in hand.actions],
        "stacks": {str(seat): stack for seat, stack in sorted(stacks.items())},
        "winners": [[win.seat, win.amount] for win in (result.wins if result else ())],
        "rulings": [*hand.rulings, *play.taken_out],
    }
