"""Amendments: earlier commands are replaced or taken out, and all facts after them are folded again (ADR 8).

The log is never rewound: an amendment is itself a fact. The facts are folded as if the right commands had been entered,
and each command is checked as it was the first time. One command that could not stand refuses the whole amendment.
A counted stack stays as it was counted: it is absolute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from collector.canonical import canonical
from collector.errors import IllegalAction, Refused
from collector.facts.fact import Body, Fact
from collector.hand import board
from collector.hand.copying import replace
from collector.hand.events import Event
from collector.hand.model import Hand
from collector.hand.rulings import misawarded
from collector.house.house import House
from collector.secrecy import reveal_all
from collector.table.amend.chapters import Chapter, Evening
from collector.table.amend.refold import Refold, taken_out
from collector.table.amend.running import require_cardless, without_winners
from collector.table.effects import Effect, Warn
from collector.table.play import Play
from collector.table.registration import Past, Registration, Resolved, Seats
from collector.table.registry import Commands
from collector.table.state import Table
from collector.table.tournament import said
from collector.wire import amend as wire
from collector.wire.command import TableCommand
from collector.wire.feed_events import HandCorrected

Changes = Mapping[int, tuple[Body, ...]]
"""Position of a command in the log, to the bodies of the facts that replace it; an empty tuple takes it out."""

_NEW: Final[Body] = {"amended": True}


@dataclass(frozen=True)  # no slots: `cached_property` needs a __dict__
class Amended:
    """An evening before and after an amendment. changed: the hands that differ, each as it was and as it is now."""

    before: Evening
    after: Evening
    changed: tuple[tuple[Play, Play], ...]
    changes: Changes

    @cached_property
    def differences(self) -> list[dict[str, object]]:
        """The hands that differ, each before and after, without any hidden card."""
        return [
            {"hand_id": now.hand_id, "hand_number": now.number, "before": _public(was), "after": self._after(was, now)}
            for was, now in self.changed
        ]

    def _after(self, was: Play, now: Play) -> dict[str, object]:
        """Return a hand as it would be. Who would win the running hand may follow from cards, so it is left out."""
        running = was is self.before.table.play and not was.hand.complete
        return without_winners(_public(now), now) if running else _public(now)

    @cached_property
    def around(self) -> dict[str, object]:
        """The differences of the table itself, before and after: seats, stacks, button, blinds, game, rules, decks."""
        was, now = _around(self.before.table), _around(self.after.table)
        return {name: {"before": was[name], "after": now[name]} for name in was if was[name] != now[name]}

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all differences, in hex. An amendment carries it: its author has seen just these."""
        return hashlib.sha256(canonical([self.differences, self.around])).hexdigest()


def changes_of(body: Body) -> Changes:
    """Return the changes in the body of a logged amendment."""
    return {each["seq"]: tuple(each["facts"]) for each in body["command"]["changes"]}


def resolve_amendment(commands: Commands, evening: Evening, house: House, command: TableCommand) -> Resolved:
    """Take an amendment that carries the digest of its differences; raise Refused with the preview if it does not.

    The preview is a refusal, because a refusal changes nothing (ADR 18).
    """
    if not isinstance(command, wire.Amend):
        raise TypeError(f"{command.type} is no amendment")
    changes = {change.seq: _replacing(commands, house, change, command.id) for change in command.changes}
    require_cardless(commands, evening, changes)
    amended = amend(commands, evening, changes)
    if command.digest != amended.digest:
        message = f"this would change {len(amended.differences)} hands; send it again with the digest if that is right"
        seen = {"digest": amended.digest, "differences": amended.differences, "table": amended.around}
        raise Refused("AMEND_PREVIEW", message, seen)
    listed = [{"seq": position, "facts": list(facts)} for position, facts in sorted(changes.items())]
    return Resolved(fields={"changes": listed}, value=changes)


def _replacing(commands: Commands, house: House, change: wire.AmendChange, command_id: str) -> tuple[Body, ...]:
    """Return the bodies of the facts that replace a command: one, several, or none to take it out."""
    first = change.command.reveal() if change.command is not None else None
    return (
        *([_fact_of(commands, house, first, command_id)] if first is not None else []),
        *(_fact_of(commands, house, raw, command_id, extra=True) for raw in change.more.reveal()),
    )


def _fact_of(commands: Commands, house: House, raw: Body, command_id: str, *, extra: bool = False) -> Body:
    """Return the body of a fact with a replacing command; raise Refused if it is none, or may not be put there.

    extra: the command is inserted, it does not replace the one that stood there.
    """
    try:
        command = commands.parse({**raw, "id": command_id})
    except ValueError as error:
        raise Refused("BAD_AMENDMENT", "a change holds no command of a table; see its fields", {}) from error
    registered = commands.of(command)
    if registered.past is not Past.FREE and (extra or registered.past is not Past.ALONE):
        message = f"{registered.type} cannot be put into the past; name the commands that it is about"
        raise Refused("BAD_AMENDMENT", message)
    plain: Body = reveal_all(command)
    logged = {name: value for name, value in plain.items() if name not in ("v", "id", "hand_id", "decision")}
    beside = registered.in_the_past(house, command) if registered.in_the_past else {}
    schema = commands.kind_of(registered).schema
    return {"command": logged, **beside, **({"schema": schema} if schema > 1 else {})}


def fold_amendment(
    commands: Commands,
    evening: Evening,
    fact: Fact,
    value: Any,  # noqa: ANN401 - of the kind
) -> tuple[Effect, Evening, tuple[Play, ...]]:
    """Fold an amendment. Return its effect, which tells of each changed hand; the evening; the hands to store again."""
    changes: Changes = commands.kinds.read(fact) if value is None else value
    amended = amend(commands, evening, changes)
    now = tuple(now for _, now in amended.changed)
    told = tuple(_corrected(play) for play in now)
    known = set(map(id, evening.closed))  # a hand that came out as before is the same object: see `_compared`
    ended = tuple(play for play in amended.after.closed if id(play) not in known)
    effect = Effect(amended.after.table, told, tuple(warning for play in now for warning in _wrong(play)))
    return effect, amended.after, ended


def _corrected(now: Play) -> HandCorrected:
    """Return the event that tells of a changed hand. The renderer adds the record, by channel."""
    return HandCorrected(reason="amend", corrected=now.hand_id, revision=now.revision)


def _wrong(now: Play) -> list[Warn]:
    wrong = None if now.void else misawarded(now.hand)
    return [Warn("WRONG_AWARD", f"hand {now.number}: {wrong}", "error")] if wrong else []


def amend(commands: Commands, evening: Evening, changes: Changes) -> Amended:
    """Return the amendment of an evening; raise Refused, naming the first command that could not stand."""
    last = evening.memory.last
    # By identity, which is enough: preview, decision and fold ask the very same evening, and an evening never changes.
    if isinstance(last, Amended) and last.before is evening and last.changes == changes:
        return last
    amended = _amend(commands, evening, changes)
    evening.memory.last = amended
    return amended


def _amend(commands: Commands, evening: Evening, changes: Changes) -> Amended:
    told = _from(commands, evening, changes)
    facts = [chapter.facts() for chapter in told]
    closed = tuple(play for play in evening.closed if play.last_position < facts[0][0].position)
    again = Refold(commands, Evening(told[0].before, evening.memory, told[0].earlier, closed))
    for number, chapter in enumerate(told):
        last = number + 1 == len(told)
        if not any(fact.position in changes for fact in facts[number]) and again.stands_as(chapter.before):
            following = evening.table if last else told[number + 1].before
            again.skip(chapter, following, _played_in(evening, facts[number]))
        else:
            again.chapter([new for fact in facts[number] for new in _changed(commands, fact, changes)], last=last)
    return _compared(evening, again.evening, changes)


def _from(commands: Commands, evening: Evening, changes: Changes) -> list[Chapter]:
    """Return the chapters from the first one with a change, in order; raise Refused for an unknown position."""
    wanted, found = set(changes), []
    for chapter in evening.chapters():
        if not wanted:
            break
        found.append(chapter)
        wanted -= {fact.position for fact in chapter.facts() if commands.may_change(fact)}
    if wanted or not changes:
        message = f"no command that can be amended stands at {sorted(wanted)}; name the seq of its reply"
        raise Refused("UNKNOWN_COMMAND", message)
    return found[::-1]


def _changed(commands: Commands, fact: Fact, changes: Changes) -> list[Fact]:
    if fact.position not in changes:
        return [fact]
    if not changes[fact.position]:
        return [taken_out(fact)] if _is_act(commands, fact) else []  # an act leaves a line in the hand's record
    before = {"amended": True, "before": _stood_there(commands, fact)}
    return [
        _standing(commands, fact, {**body, **(before if at == 0 else _NEW)})
        for at, body in enumerate(changes[fact.position])
    ]


def _standing(commands: Commands, fact: Fact, body: Body) -> Fact:
    """Return the fact of a command that stands in the place of another. A body that names no schema is of the first."""
    new = replace(fact, kind=str(body["command"]["type"]), schema=body.get("schema", 1), body=body)
    return commands.kinds.newest(new)


def _is_act(commands: Commands, fact: Fact) -> bool:
    registered = commands.of_type(fact.kind)
    return registered is not None and registered.act is not None


def _stood_there(commands: Commands, fact: Fact) -> tuple[Event, ...]:
    """Return the events that a command was before, the oldest first. Only acts of a hand have such a history."""
    past: tuple[Event, ...] = fact.body.get("before") or ()
    registered = commands.of_type(fact.kind)
    if registered is None or registered.act is None:
        return past
    try:
        return (*past, registered.act.event(commands.kinds.read(fact)))
    except (IllegalAction, AttributeError, TypeError):
        return past


def _played_in(evening: Evening, facts: Sequence[Fact]) -> tuple[Play, ...]:
    """Return the hands that were put away in a chapter."""
    first, last = facts[0].position, facts[-1].position
    return tuple(play for play in evening.closed if first <= play.last_position <= last)


def _compared(evening: Evening, after: Evening, changes: Changes) -> Amended:
    """Return the amendment, with a higher revision for each hand that differs and the old value of each that does not.

    Keeping the old value is more than thrift: by its identity `fold_amendment` knows that a hand has not changed.
    """
    table = evening.table
    old = {play.hand_id: play for play in [*evening.closed, *([table.play] if table.play else [])]}
    changed: list[tuple[Play, Play]] = []

    def kept(now: Play) -> Play:
        was = old.pop(now.hand_id, None)
        if was is None or was is now or _same(was, now):
            return was or now
        now = replace(now, revision=was.revision + 1)
        changed.append((was, now))
        return now

    closed = [kept(play) for play in after.closed]
    play = kept(after.table.play) if after.table.play else None
    for was in old.values():  # no longer dealt at all: the record of that hand becomes void
        gone = was if was.void else replace(was, void=True, revision=was.revision + 1)
        closed.append(gone)
        changed += [] if gone is was else [(was, gone)]
    closed.sort(key=lambda each: each.first_position)
    revised = {each.hand_id: each for each in closed}
    held = tuple(revised.get(each.hand_id, each) for each in after.table.held)  # the floor's word revises them further
    beside = {"held": held, "answered": table.answered}  # answers have a stream of their own: none is folded again
    folded = after._replace(table=replace(after.table, play=play, **beside), closed=tuple(closed))
    return Amended(evening, folded, tuple(changed), changes)


def _same(was: Play, now: Play) -> bool:
    before = (was.setup, was.button, was.number, was.void, was.last_position, was.hand.complete)
    after = (now.setup, now.button, now.number, now.void, now.last_position, now.hand.complete)
    return before == after and was.steps == now.steps


def _around(table: Table) -> dict[str, object]:
    seats = {str(seat): [who.player_id, who.stack, who.out] for seat, who in sorted(table.seated.items())}
    rules, variant, house = table.rules, table.variant, table.house
    shown = {"seats": seats, "button": table.button, "blinds": str(rules), "game": str(variant), "rules": str(house)}
    return {**shown, "tournament": said(table.tournament), "decks": sorted(table.decks)}


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


def _amendable(table: Table) -> Seats | None:
    return () if table.amendable else None


def _is_folded_elsewhere(table: Table, fact: Fact, changes: Changes) -> Effect:
    raise AssertionError("an amendment is folded over the evening: see fold_amendment")


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.Amend,
        label="Amend",
        word="write:actions",
        hides=True,
        does=_is_folded_elsewhere,
        listed=_amendable,
        past=Past.FIXED,
        by_card=False,
        reads=changes_of,
        amends=True,
    ),
)
