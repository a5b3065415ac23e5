"""May this command be taken, and which facts does it make? Nothing is logged that would not fold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import cast

from collector.canonical import canonical
from collector.errors import Refused
from collector.facts.fact import NewFact
from collector.house.house import House
from collector.secrecy import Secrecy, reveal_all
from collector.table.amending import amend
from collector.table.fold import FOLD_VERSION
from collector.table.legality import BETWEEN_HANDS, Resolved, final_stacks, put_aside, require_over, resolve
from collector.table.state import Play, Table
from collector.wire import commands as wire

_SECRET = (wire.UseDeck, wire.Draw, wire.Amend, wire.ResolveFlag, wire.RegisterControl, wire.RemoveControl)
"""Commands that name tags or hidden cards."""
_TAKES_NO_PLACE = ("undo", "redo", "start_hand", "amend", "assign_device")
"""What cannot be put into the past beside a command: it would be about other commands, or begin a hand of its own."""


def decide(table: Table, house: House, command: wire.TableCommand, client: str) -> list[NewFact]:
    """Return the facts that `command` makes now; raise Refused or IllegalAction with what would be taken."""
    _is_current(table, command)
    closing: list[NewFact] = []
    if getattr(command, "type", "") in BETWEEN_HANDS:
        closing = _closing(table, command)
        table = put_aside(table)
    resolved = _amend(table, house, command) if isinstance(command, wire.Amend) else resolve(table, house, command)
    dumped = {**reveal_all(command), **resolved.command}
    hidden = isinstance(command, wire.DealCard | wire.ClearCard) and command.seat is not None and not command.up
    hidden |= isinstance(command, wire.BurnCard | wire.IrregularFlop)
    secret = isinstance(command, _SECRET) or hidden
    fact = NewFact(
        stream=table.table_id,
        kind=str(dumped["type"]),
        secrecy=Secrecy.S0 if secret else Secrecy.S1,
        trace_id=command.id,
        body={"client": client, "command": dumped, **resolved.beside},
        cause=resolved.cause,
        client=client,
        command_id=command.id,
    )
    return [*closing, fact]


def _is_current(table: Table, command: wire.TableCommand) -> None:
    if command.decision is not None and command.decision != table.decision:
        message = (
            f"the table has moved on from decision {command.decision} to {table.decision}; look, then decide again"
        )
        raise Refused("STALE_DECISION", message, {"decision": table.decision})
    running = table.play.hand_id if table.play else None
    if command.hand_id is not None and command.hand_id != running:
        message = f"hand {command.hand_id} is not the one on the table ({running}); look, then decide again"
        raise Refused("STALE_HAND", message, {"hand_id": running})


def _closing(table: Table, command: wire.TableCommand) -> list[NewFact]:
    play = table.play
    if play is None:
        if isinstance(command, wire.EndHand):
            raise Refused("NO_HAND", "there is no hand to end")
        return []
    require_over(table, override=command.override)
    stacks = {str(seat): stack for seat, stack in sorted(final_stacks(play).items())}
    body = {"fold_version": FOLD_VERSION, "hand_id": play.hand_id, "stacks": stacks, "button": play.button}
    body["digest"] = _digest(play)
    return [NewFact(table.table_id, "hand_closed", Secrecy.S1, command.id, body)]


def _digest(play: Play) -> str:
    ids = {player.seat: player.player_id for player in play.hand.players}
    wins = play.hand.result.wins if play.hand.result else ()
    return hashlib.sha256(canonical({"wins": [[ids[win.seat], win.amount] for win in wins]})).hexdigest()


def _amend(table: Table, house: House, command: wire.Amend) -> Resolved:
    """Preview an amendment, or take it when it names the differences that were previewed."""
    changes = {change.seq: _replacing(house, change, command.id) for change in command.changes}
    amended = amend(table, changes)
    if command.digest != amended.digest:
        message = f"this would change {len(amended.differences)} hands; send it again with the digest if that is right"
        seen = {"digest": amended.digest, "differences": amended.differences, "table": amended.around}
        raise Refused("AMEND_PREVIEW", message, seen)
    listed = [{"seq": position, "facts": list(facts)} for position, facts in sorted(changes.items())]
    return Resolved(command={"changes": listed})


def _replacing(house: House, change: wire.AmendChange, command_id: str) -> tuple[Mapping[str, object], ...]:
    """Return the bodies of the facts that stand in the place of a command: one, several, or none."""
    first = change.command.reveal() if change.command is not None else None
    return (
        *([_fact_of(house, first, command_id)] if first is not None else []),
        *(_fact_of(house, raw, command_id, extra=True) for raw in change.more.reveal()),
    )


def _fact_of(house: House, raw: Mapping[str, object], command_id: str, *, extra: bool = False) -> dict[str, object]:
    command = _as_command(raw, command_id)
    kind = str(command["type"])
    if kind in _TAKES_NO_PLACE and (extra or kind != "start_hand"):
        raise Refused("BAD_AMENDMENT", f"{kind} cannot be put into the past; name the commands that it is about")
    deck = house.decks.get(str(command["deck_id"])) if kind == "use_deck" else None
    if kind == "use_deck" and deck is None:
        raise Refused("UNKNOWN_DECK", f"deck {command['deck_id']} is not registered; register it first")
    return {"command": command, **({"cards": dict(deck.cards.reveal())} if deck else {}), **_read(command)}


def _read(command: Mapping[str, object]) -> dict[str, object]:
    return {"as_read": True} if command["type"] == "show" and command.get("cards") is None else {}


def _as_command(raw: Mapping[str, object], command_id: str) -> Mapping[str, object]:
    """Return a replacing command as the log would hold it; raise Refused where it is none."""
    try:
        parsed = wire.read_table_command({**raw, "id": command_id}, strict=False)
    except ValueError as error:
        raise Refused("BAD_AMENDMENT", "a change holds no command of a table; see its fields", {}) from error
    found = cast("Mapping[str, object]", reveal_all(parsed))
    return {name: value for name, value in found.items() if name not in ("v", "id", "hand_id", "decision")}
