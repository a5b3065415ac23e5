"""May this command be taken, and which facts does it make? Nothing is logged that would not fold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from collector.canonical import canonical
from collector.errors import IllegalAction, Refused
from collector.hand import apply, legal, start
from collector.hand.rulings import substantial
from collector.hand.showdown import hand_size
from collector.house import House
from collector.ports import HOUSE, NewFact
from collector.secrecy import Secrecy, reveal_all
from collector.table.amending import amend, digest, preview
from collector.table.dealing import plan, setup_of
from collector.table.fold import FOLD_VERSION
from collector.table.happens import event_of
from collector.table.record import record_of
from collector.table.state import Play, Table
from collector.table.tournament import after_hand
from collector.wire import commands as wire

_ACTS = (wire.Fold, wire.Check, wire.Call, wire.Bet, wire.RaiseTo, wire.AllIn, wire.BringIn, wire.Draw, wire.Muck)
_RULINGS = (
    *(wire.RunBoard, wire.DeadHand, wire.RetrieveHand, wire.ExposeCard, wire.RabbitCard, wire.Chop, wire.Award),
    *(wire.OutOfTurn, wire.StringBet, wire.BurnCard, wire.BoxedCard, wire.ReplaceCard, wire.IrregularFlop),
    wire.CommunityCard,
)
_CARDS = (wire.DealCard, wire.ClearCard)
_MOVES = (wire.TransferChips, wire.MovePlayer)
_BETWEEN_HANDS = (wire.SetStack, wire.RemovePlayer, wire.StartHand, wire.EndHand, wire.SetButton, *_MOVES)


@dataclass(frozen=True, slots=True)
class _Resolved:
    """What a command means here: `command` replaces fields of it, `beside` stands beside it in the fact."""

    command: Mapping[str, object] = field(default_factory=dict)
    beside: Mapping[str, object] = field(default_factory=dict)
    cause: str | None = None


def decide(table: Table, house: House, command: wire.TableCommand, client: str) -> list[NewFact]:
    """Return the facts that `command` makes now; raise Refused or IllegalAction with what would be taken."""
    _is_current(table, command)
    closing: list[NewFact] = []
    if isinstance(command, _BETWEEN_HANDS):
        closing = _closing(table, command)
        table = _closed(table)
    resolved = _resolve(table, house, command)
    dumped = {**reveal_all(command), **resolved.command}
    hidden = isinstance(command, _CARDS) and command.seat is not None and not command.up
    hidden |= isinstance(command, wire.BurnCard | wire.IrregularFlop)
    secret = isinstance(command, wire.UseDeck | wire.Draw | wire.Amend) or hidden
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
    result = play.hand.result
    if result is None:
        raise Refused("HAND_RUNNING", f"hand {play.number} is still being played; finish it, or call a misdeal")
    stacks = {str(seat): stack for seat, stack in sorted(result.final_stacks.items())}
    body = {"fold_version": FOLD_VERSION, "hand_id": play.hand_id, "stacks": stacks, "button": play.button}
    body["digest"] = _digest(table)
    return [NewFact(table.table_id, "hand_closed", Secrecy.S1, command.id, body)]


def _digest(table: Table) -> str:
    record = record_of(table)
    result = {"wins": [[win.player_id, win.amount] for win in record.winners] if record else []}
    return hashlib.sha256(canonical(result)).hexdigest()


def _closed(table: Table) -> Table:
    if table.play is None or table.play.hand.result is None:
        return table
    final = table.play.hand.result.final_stacks
    seated = {
        seat: replace(player, stack=final[seat]) if seat in final else player for seat, player in table.seated.items()
    }
    return after_hand(replace(table, seated=seated, play=None), table.play)


def _resolve(table: Table, house: House, command: wire.TableCommand) -> _Resolved:  # noqa: C901, PLR0912 - one case a line
    """Check a command against the table; return what its fact carries beside it."""
    match command:
        case wire.UseDeck():
            return _use_deck(house, command)
        case wire.AssignAntenna():
            _may_be_antenna(table, command)
        case wire.SetBlinds():
            if command.small_blind > command.big_blind:
                raise Refused("BAD_BLINDS", f"small blind {command.small_blind} is above big blind {command.big_blind}")
        case wire.SeatPlayer():
            _may_sit(table, command)
        case wire.RemovePlayer() | wire.SitOut() | wire.SetStack() | wire.SetButton() | wire.Penalty():
            if command.seat not in table.seated:
                raise Refused("SEAT_EMPTY", f"nobody sits in seat {command.seat}; seat a player first")
        case wire.StartHand():
            return _start(table, command)
        case wire.Undo() | wire.Redo() | wire.Misdeal():
            _may_take_back(table, command)
        case wire.Show():
            return _show(table, command)
        case wire.Amend():
            return _amend(table, command)
        case wire.TransferChips() | wire.MovePlayer():
            _may_move(table, command)
        case wire.RunBoard() | wire.Chop() | wire.RabbitCard():
            _is_allowed(table, command)
            _dry_run(table, reveal_all(command))
        case wire.NextGame():
            if table.variant.rotation is None:
                raise Refused("NO_MIXED_GAME", "no mixed game is played; set_game with a rotation first")
        case _ if isinstance(command, (*_ACTS, *_CARDS, *_RULINGS)):
            _dry_run(table, reveal_all(command))
        case _:
            pass
    return _Resolved()


def _may_move(table: Table, command: wire.TransferChips | wire.MovePlayer) -> None:
    """Chips and players move between occupied seats, or to an empty one."""
    giver = table.seated.get(command.seat)
    if giver is None:
        raise Refused("SEAT_EMPTY", f"nobody sits in seat {command.seat}; name a seat that is taken")
    taken = command.to_seat in table.seated
    if isinstance(command, wire.MovePlayer):
        if taken:
            raise Refused("SEAT_TAKEN", f"seat {command.to_seat} is taken; move the player to an empty one")
        return
    if not taken or command.to_seat == command.seat:
        raise Refused("SEAT_EMPTY", f"seat {command.to_seat} can take no chips; name another player's seat")
    if giver.stack < command.amount:
        message = f"seat {command.seat} has {giver.stack}; it cannot give {command.amount}"
        raise Refused("NOT_ENOUGH_CHIPS", message)


def _is_allowed(table: Table, command: wire.RunBoard | wire.Chop | wire.RabbitCard) -> None:
    """A profile says how often a board is run, whether blinds chop, whether rabbit cards are shown."""
    if command.override:
        return
    if isinstance(command, wire.RabbitCard) and not table.house.rabbit:
        raise Refused("NO_RABBIT", f"the {table.house.profile} profile of this table shows no rabbit cards")
    if isinstance(command, wire.Chop) and not table.house.chop:
        raise Refused("NO_CHOP", f"the {table.house.profile} profile of this table allows no chopped blinds")
    if isinstance(command, wire.RunBoard) and command.times > table.house.runs:
        raise Refused("NO_RUNS", f"the {table.house.profile} profile runs a board {table.house.runs} times at most")


def _use_deck(house: House, command: wire.UseDeck) -> _Resolved:
    deck = house.decks.get(command.deck_id)
    if deck is None:
        raise Refused("UNKNOWN_DECK", f"deck {command.deck_id} is not registered; register it first")
    return _Resolved(beside={"cards": dict(deck.cards.reveal())}, cause=f"{HOUSE}:{deck.position}")


def _may_be_antenna(table: Table, command: wire.AssignAntenna) -> None:
    if command.device not in table.devices:
        raise Refused("UNKNOWN_DEVICE", f"node {command.device} is not assigned to this table; assign it first")
    if (command.role in ("seat", "up")) != (command.seat is not None):
        raise Refused("BAD_ANTENNA", f"role {command.role}: a seat antenna needs a seat, another has none")


def _may_sit(table: Table, command: wire.SeatPlayer) -> None:
    if command.seat in table.seated:
        message = f"seat {command.seat} is {table.seated[command.seat].name}'s; remove that player first"
        raise Refused("SEAT_TAKEN", message)
    for seat, player in table.seated.items():
        if player.player_id == command.player_id:
            raise Refused("PLAYER_SEATED", f"{command.player_id} sits in seat {seat}; ids are unique in the house")
    if table.play and command.seat in {player.seat for player in table.play.hand.players}:
        raise Refused("SEAT_IN_HAND", f"seat {command.seat} is still in the hand; seat the player after it")


def _start(table: Table, command: wire.StartHand) -> _Resolved:
    body = plan(table, command)
    _may_be_posted(table, command)
    start(setup_of(table, body))  # raises where it cannot begin
    return _Resolved(beside=body)


def _may_be_posted(table: Table, command: wire.StartHand) -> None:
    """A profile says what is allowed; an override is logged with the command."""
    if command.straddles and not table.house.straddles and not command.override:
        raise Refused("NO_STRADDLES", f"the {table.house.profile} profile of this table allows no straddles")


def _running(table: Table) -> Play:
    if table.play is None:
        raise Refused("NO_HAND", "no hand is running; start one first")
    return table.play


def _may_take_back(table: Table, command: wire.TableCommand) -> None:
    play = _running(table)
    if isinstance(command, wire.Misdeal):
        if substantial(play.hand) and not (command.fouled_deck or command.override):
            message = "there was substantial action, so the deal stands; a fouled deck voids it, or an override"
            raise Refused("SUBSTANTIAL_ACTION", message, {"hand_id": play.hand_id})
        return
    if isinstance(command, wire.Redo):
        if not play.undone:
            raise Refused("NOTHING_TO_REDO", "nothing was taken back since the last command")
        apply(play.hand, play.undone[-1].event)
        return
    at = [index for index, step in enumerate(play.steps) if step.by_command]
    if not at:
        raise Refused("NOTHING_TO_UNDO", "this hand has no command to take back; to void it call a misdeal")
    hand = start(play.setup)
    for step in play.steps[: at[-1]] + play.steps[at[-1] + 1 :]:
        hand = apply(hand, step.event)


def _amend(table: Table, command: wire.Amend) -> _Resolved:
    """Preview an amendment, or take it when it names the differences that were previewed."""
    changes: dict[int, Mapping[str, object] | None] = {}
    for change in command.changes:
        raw = change.command.reveal() if change.command is not None else None
        changes[change.seq] = None if raw is None else _as_command(raw, command.id)
    differences = preview(amend(table, changes))
    seen = digest(differences)
    if command.digest != seen:
        message = f"this would change {len(differences)} hands; send it again with the digest if that is right"
        raise Refused("AMEND_PREVIEW", message, {"digest": seen, "differences": differences})
    listed = [{"seq": position, "command": changed} for position, changed in sorted(changes.items())]
    return _Resolved(command={"changes": listed})


def _as_command(raw: Mapping[str, object], command_id: str) -> Mapping[str, object]:
    """Return a replacing command as the log would hold it; raise Refused where it is none."""
    try:
        parsed = wire.read_table_command({**raw, "id": command_id}, strict=False)
    except ValueError as error:
        raise Refused("BAD_AMENDMENT", "a change holds no command of a table; see its fields", {}) from error
    found = cast("Mapping[str, object]", reveal_all(parsed))
    return {name: value for name, value in found.items() if name not in ("v", "id", "hand_id", "decision")}


def _show(table: Table, command: wire.Show) -> _Resolved:
    play = _running(table)
    player = next((player for player in play.hand.players if player.seat == command.seat), None)
    if player is None:
        raise Refused("NOT_IN_HAND", f"seat {command.seat} is not in this hand")
    cards = command.cards
    if cards is None:
        read = [*(card.reveal() for card in player.hole if card), *(card for card in player.up if card)]
        wanted = hand_size(play.hand)
        if len(read) != wanted:
            message = (
                f"seat {command.seat}: {len(read)} of {wanted} cards were read; lay them on the antenna or type them"
            )
            raise Refused("CARDS_UNREAD", message)
        cards = tuple(read)
    resolved = {"cards": list(cards)}
    _dry_run(table, {**reveal_all(command), **resolved})
    return _Resolved(command=resolved)


def _dry_run(table: Table, command: Mapping[str, object]) -> None:
    play = _running(table)
    try:
        apply(play.hand, event_of(command))
    except IllegalAction as error:
        may = legal(play.hand)
        if may and "legal" not in error.details:
            error.details["legal"] = {
                "seat": may.seat,
                "check": may.check,
                "call": may.call,
                "min_to": may.min_to,
                "max_to": may.max_to,
                "bring_in": may.bring_in,
            }
        raise
