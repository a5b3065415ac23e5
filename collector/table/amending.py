"""Corrections of the past: replace or take out earlier commands, and fold what follows from them again.

The log is never rewound: an amendment is a fact that changes the commands of one or more hands. Their ends move the
stacks of every later hand, until a counted stack, which is absolute. Nothing is changed if anything becomes illegal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from collector.canonical import canonical
from collector.errors import IllegalAction, Refused
from collector.hand import apply, board, start
from collector.hand.copying import replace
from collector.hand.events import Event
from collector.hand.model import Hand, HandSetup
from collector.table.happens import event_of
from collector.table.state import Play, Step, Table

Changes = Mapping[int, Mapping[str, object] | None]
"""Position of a command in the log, to the command that replaces it; None takes it out."""


@dataclass(frozen=True, slots=True)
class Amended:
    """A table after an amendment, and the hands that came out otherwise: before and after."""

    table: Table
    changed: tuple[tuple[Play, Play], ...]


_LAST: list[tuple[Table, Changes, Amended]] = []
"""The last amendment: one is previewed, decided and folded on the same table, and comes out the same each time."""


def amend(table: Table, changes: Changes) -> Amended:
    """Return the table as it would be; raise Refused, naming the first command that could not stand."""
    if _LAST and _LAST[0][0] is table and _LAST[0][1] == changes:
        return _LAST[0][2]
    _LAST[:] = [(table, changes, _amend(table, changes))]
    return _LAST[0][2]


def _amend(table: Table, changes: Changes) -> Amended:
    _require_known(table, changes)
    moved: dict[str, int] = {}
    closed: list[Play] = []
    changed: list[tuple[Play, Play]] = []
    since = 0
    for past in table.closed:
        moved = _uncounted(table, moved, since, past.first_position)
        after = _again(past, changes, moved)
        moved = _moved(past, after, moved)
        since = past.last_position
        closed.append(after)
        changed += [(past, after)] if after is not past else []
    play = table.play
    if play is not None:
        moved = _uncounted(table, moved, since, play.first_position)
        after = _again(play, changes, moved)
        changed += [(play, after)] if after is not play else []
        play = after
    moved = _uncounted(table, moved, since, table.position + 1)
    seated = {seat: replace(who, stack=who.stack + moved.get(who.player_id, 0)) for seat, who in table.seated.items()}
    if any(who.stack < 0 for who in seated.values()):
        raise Refused("AMEND_REFUSED", "a stack would fall below zero; set it, or amend what was transferred")
    return Amended(replace(table, closed=tuple(closed), play=play, seated=seated), tuple(changed))


def _require_known(table: Table, changes: Changes) -> None:
    plays = [*table.closed, *([table.play] if table.play else [])]
    known = {step.position for play in plays for step in play.steps if step.by_command}
    unknown = sorted(set(changes) - known)
    if unknown or not changes:
        raise Refused(
            "UNKNOWN_COMMAND", f"no command of a hand stands at {unknown}; name commands of this table's hands"
        )


def _again(past: Play, changes: Changes, moved: Mapping[str, int]) -> Play:
    """Fold a hand again, where its commands or its stacks have changed."""
    seats = tuple(replace(seat, stack=seat.stack + moved.get(seat.player_id, 0)) for seat in past.setup.seats)
    setup = past.setup if seats == past.setup.seats else replace(past.setup, seats=seats)
    steps = tuple(step for old in past.steps if (step := _changed(old, changes)) is not None)
    if setup == past.setup and steps == past.steps:
        return past
    hand = _folded(past, setup, steps)
    if past.hand.complete and not hand.complete:
        message = f"hand {past.number} would not come to its end; replace the commands that follow too"
        raise Refused("AMEND_REFUSED", message, {"hand_id": past.hand_id})
    return replace(past, setup=setup, steps=steps, hand=hand, revision=past.revision + 1)


def _changed(step: Step, changes: Changes) -> Step | None:
    if step.position not in changes:
        return step
    command = changes[step.position]
    if command is None:
        return None
    return replace(step, event=_event(command), amended=True, history=(*step.history, step.event))


def _event(command: Mapping[str, object]) -> Event:
    try:
        return event_of(command)
    except (KeyError, TypeError) as error:
        raise Refused("BAD_AMENDMENT", f"{command.get('type')} cannot stand in a hand: {error}") from error


def _uncounted(table: Table, moved: Mapping[str, int], since: int, before: int) -> dict[str, int]:
    """Return the changes of stacks that still hold: a stack counted in between stands as it was counted."""
    counted = {player_id for position, player_id in table.counted if since < position < before}
    return {player_id: change for player_id, change in moved.items() if player_id not in counted}


def _moved(past: Play, after: Play, moved: Mapping[str, int]) -> dict[str, int]:
    """Return how much every player's stack differs after a hand; who was not dealt in keeps the change."""
    if past.hand.result is None or after.hand.result is None:
        return dict(moved)
    was, now = past.hand.result.final_stacks, after.hand.result.final_stacks
    here = {player.player_id: now[player.seat] - was[player.seat] for player in past.hand.players}
    return {**moved, **here}


def _folded(past: Play, setup: HandSetup, steps: tuple[Step, ...]) -> Hand:
    try:
        hand = start(setup)
    except IllegalAction as error:
        raise Refused("AMEND_REFUSED", f"hand {past.number} could not begin: {error.message}") from error
    for step in steps:
        try:
            hand = apply(hand, step.event)
        except IllegalAction as error:
            if not step.by_command:
                continue  # a reading that no longer fits deals nothing, as at the table
            message = f"command {step.position} of hand {past.number} could not stand: {error.message}; replace it too"
            raise Refused("AMEND_REFUSED", message, {"seq": step.position, "hand_id": past.hand_id}) from error
    return hand


def preview(amended: Amended) -> list[dict[str, object]]:
    """Return every difference, in public terms: what was, what would be."""
    return [
        {"hand_id": now.hand_id, "hand_number": now.number, "before": _public(was.hand), "after": _public(now.hand)}
        for was, now in amended.changed
    ]


def digest(differences: list[dict[str, object]]) -> str:
    """Return what an amendment carries, to say that its author saw these differences."""
    return hashlib.sha256(canonical(differences)).hexdigest()


def _public(hand: Hand) -> dict[str, object]:
    result = hand.result
    stacks = result.final_stacks if result else {player.seat: player.stack for player in hand.players}
    return {
        "street": hand.street,
        "board": list(board(hand)),
        "actions": [[act.street, act.seat, act.action, act.amount, act.to] for act in hand.actions],
        "stacks": {str(seat): stack for seat, stack in sorted(stacks.items())},
        "winners": [[win.seat, win.amount] for win in (result.wins if result else ())],
        "rulings": list(hand.rulings),
    }
