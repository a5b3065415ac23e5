"""Facts to table: what each kind of fact does. The one function that live operation and replay share is `fold`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from collector.cards import Card
from collector.equity import Question
from collector.hand import apply, board, start
from collector.hand.copying import replace
from collector.hand.model import Hand
from collector.hand.rulings import misawarded
from collector.ports import Fact, HandRecord
from collector.secrecy import Secret
from collector.table import amending, routing, settings
from collector.table.dealing import owed_after, places_of, setup_of
from collector.table.happens import ACTS, CARDS, RULINGS, event_of
from collector.table.happens import number as _number
from collector.table.odds import for_a_worker, known, question, read_answer
from collector.table.record import record_of
from collector.table.state import Antenna, Happening, Play, Rules, Seated, Stamp, Step, Table, Warn

FOLD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """A table after a fact, and what there is to tell. Sequence numbers are those of the table after it."""

    table: Table
    happenings: tuple[Happening, ...] = ()
    warnings: tuple[Warn, ...] = ()
    record: HandRecord | None = None
    corrected: tuple[HandRecord, ...] = ()  # of earlier hands that an amendment changed

    @property
    def records(self) -> tuple[HandRecord, ...]:
        """Every hand to store or to store anew."""
        return (*([self.record] if self.record else []), *self.corrected)


Told = tuple[Table, list[Happening], list[Warn]]


def open_table(fact: Fact) -> Table:
    """Return the table that a stream's first fact opens."""
    body = fact.body
    return Table(
        table_id=fact.stream,
        event_id=str(body["event_id"]),
        event_name=str(body["event_name"]),
        name=str(body["name"]),
        mode=str(body["mode"]),
        position=fact.position,
        public_stamp=Stamp(fact.received_at, fact.trace_id),
        live_stamp=Stamp(fact.received_at, fact.trace_id),
    )


def fold(table: Table, fact: Fact) -> Outcome:
    """Return the table after `fact`. Total: every fact in the log folds, now and in any later version."""
    handler = _HANDLERS.get(fact.kind)
    record = record_of(table, void=fact.kind == "misdeal") if fact.kind in {"hand_closed", "misdeal"} else None
    after, happenings, warnings = handler(table, fact) if handler else (table, [], [])
    happenings += _consequences(table, after)
    if fact.command_id and all(happening.public is None for happening in happenings):
        happenings.append(Happening("table_update", {}))  # it raised the decision, so the state is a new one
    public = sum(1 for happening in happenings if happening.public is not None)
    stamp = Stamp(fact.received_at, fact.trace_id)
    after = replace(
        after,
        position=fact.position,
        public_stamp=stamp if public else table.public_stamp,
        live_stamp=stamp if happenings else table.live_stamp,
        decision=table.decision + (1 if fact.command_id else 0),
        public_seq=table.public_seq + public,
        live_seq=table.live_seq + len(happenings),
    )
    corrected = _corrected(table, after)
    if record:
        record = replace(record, facts=replace(record.facts, last=fact.position), ended_at=fact.received_at)
    return Outcome(after, tuple(happenings), tuple(warnings), record, corrected)


def unanswered(table: Table) -> Secret[Question] | None:
    """Return what the table asks that takes a worker, None when there is nothing or it is answered."""
    asked = question(table.play.hand, table.odds_rules) if table.play else None
    return for_a_worker(asked, table.answered) if asked else None


def _corrected(before: Table, after: Table) -> tuple[HandRecord, ...]:
    """Return the closed hands that came out otherwise than before."""
    if before.closed is after.closed:
        return ()
    pairs = zip(before.closed, after.closed, strict=False)
    records = (record_of(after, now) for was, now in pairs if now is not was)
    return tuple(record for record in records if record)


def _consequences(before: Table, after: Table) -> list[Happening]:
    """What follows from the change itself, whatever caused it."""
    told: list[Happening] = []
    old, new = before.play, after.play
    if new is None:
        return told
    if before.odds_rules is not after.odds_rules or before.answered is not after.answered:
        told.append(Happening("equity_update", None, {"street": new.hand.street}))
    if new is old:
        return told
    same = old is not None and old.hand_id == new.hand_id
    hand, was = new.hand, old.hand if old and same else None
    turned = was is None or _boards_differ(was, hand)
    if was is not None and turned and board(hand) != board(was):
        told.append(Happening("street_dealt", {"street": hand.street, "board": list(board(hand))}))
    if was is None or [p.contributed for p in was.players] != [p.contributed for p in hand.players]:
        told.append(Happening("pot_update", {"pot": sum(_chips(hand).values())}))
    left = was is not None and _somebody_left(was, hand)
    if was is None or turned or left or _hands_differ(was, hand):
        asked = question(hand, after.odds_rules)
        if asked and (was is None or left or asked != question(was, before.odds_rules)):
            told.append(Happening("equity_update", None, {"street": hand.street}))
    if hand.result and (was is None or hand.result != was.result):
        wins = [{"seat": win.seat, "amount": win.amount, "hand": win.hand} for win in hand.result.wins]
        told.append(Happening("hand_complete", {"winners": wins, "total_pot": hand.result.total_pot}))
    return told


def _boards_differ(was: Hand, hand: Hand) -> bool:
    """Return whether the boards may show something else; cheap, for it is asked after every fact."""
    same = was.board_read is hand.board_read and was.board_gaps is hand.board_gaps and was.further is hand.further
    return not same or was.reached != hand.reached or was.complete is not hand.complete


def _somebody_left(was: Hand, hand: Hand) -> bool:
    """Return whether a seat is in or out of the hand that was not before."""
    return [(p.folded, p.mucked) for p in was.players] != [(p.folded, p.mucked) for p in hand.players]


def _hands_differ(was: Hand, hand: Hand) -> bool:
    """Return whether a seat has other cards than before; tabling what was read changes nothing."""
    if was.players is hand.players:
        return False
    changed = [(a, b) for a, b in zip(was.players, hand.players, strict=True) if a is not b]
    return any(a.hole is not b.hole or (a.shown is not b.shown and known(a) != known(b)) for a, b in changed)


def _chips(hand: Hand) -> dict[int, int]:
    return {player.seat: player.contributed for player in hand.players}


def _nothing(table: Table, fact: Fact) -> Told:
    del fact
    return table, [], []


def _command(fact: Fact) -> Mapping[str, object]:
    return cast("Mapping[str, object]", fact.body["command"])


def _assign_device(table: Table, fact: Fact) -> Told:
    return replace(table, devices=table.devices | {str(_command(fact)["device"])}), [], []


def _assign_antenna(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    key = (str(command["device"]), str(command["antenna"]))
    seat = command.get("seat")
    antenna = Antenna(str(command["role"]), None if seat is None else _number(seat))
    return replace(table, antennas={**table.antennas, key: antenna}), [], []


def _use_deck(table: Table, fact: Fact) -> Told:
    cards = cast("Mapping[str, Card]", fact.body["cards"])
    return replace(table, decks={**table.decks, str(_command(fact)["deck_id"]): Secret(cards)}), [], []


def _set_blinds(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    names = ("small_blind", "big_blind", "ante", "big_blind_ante", "button_ante", "third_blind")
    small, big, ante, big_ante, button_ante, third = (_number(command.get(name, 0)) for name in names)
    first = bool(command.get("ante_first", True))
    rules = Rules(small, big, ante, big_ante, button_ante, third, first)
    return replace(table, rules=rules), [Happening("table_update", {})], []


def _seat_player(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    player = Seated(str(command["player_id"]), str(command["name"]), _number(command["stack"]))
    return _seat(_counted(table, fact, player), _number(command["seat"]), player)


def _remove_player(table: Table, fact: Fact) -> Told:
    return _seat(table, _number(_command(fact)["seat"]), None)


def _sit_out(table: Table, fact: Fact) -> Told:
    seat = _number(_command(fact)["seat"])
    return _seat(table, seat, replace(table.seated[seat], out=bool(_command(fact)["out"])))


def _set_stack(table: Table, fact: Fact) -> Told:
    seat = _number(_command(fact)["seat"])
    player = replace(table.seated[seat], stack=_number(_command(fact)["stack"]))
    return _seat(_counted(table, fact, player), seat, player)


def _counted(table: Table, fact: Fact, player: Seated) -> Table:
    """Remember that a stack was counted: an amendment of an earlier hand does not move it."""
    return replace(table, counted=(*table.counted, (fact.position, player.player_id)))


def _seat(table: Table, seat: int, player: Seated | None) -> Told:
    seated = {number: who for number, who in table.seated.items() if number != seat}
    if player:
        seated[seat] = player
    data: dict[str, object] = {"seat": seat, "player_id": player.player_id if player else None}
    if player:
        data |= {"name": player.name, "stack": player.stack, "out": player.out}
    return replace(table, seated=seated), [Happening("player_update", data)], []


def _set_button(table: Table, fact: Fact) -> Told:
    seat = _number(_command(fact)["seat"])
    return replace(table, button=seat, button_stays=True), [Happening("table_update", {})], []


def _start_hand(table: Table, fact: Fact) -> Told:
    """The body carries the resolved hand: button, min_bet, seats in dealing order, posts."""
    body = fact.body
    setup = setup_of(table, body)
    play = Play(
        hand_id=f"h_{table.table_id}_{fact.position}",
        number=table.hands_dealt + 1,
        button=_number(body["button"]),
        first_position=fact.position,
        started_at=fact.received_at,
        last_position=fact.position,
        last_at=fact.received_at,
        setup=setup,
        hand=start(setup),
        body=body,
        owed=table.owed,
    )
    told = Happening("hand_started", {"hand_number": play.number, "button": play.button})
    owed, last = owed_after(table, body), places_of(body)
    table = replace(
        table, play=play, button=play.button, button_stays=False, hands_dealt=play.number, owed=owed, last=last
    )
    return table, [told], []


def _act(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    after = routing.with_step(table, fact, event_of(command), by_command=True)
    play = cast("Play", after.play)
    told: list[Happening] = []
    if fact.kind in CARDS:
        public = {"seat": command.get("seat"), "board": command.get("seat") is None, "card": None}
        told.append(Happening("card_entered", public, {"card": command["card"]}))
    elif play.hand.actions and table.play and len(play.hand.actions) > len(table.play.hand.actions):
        act = play.hand.actions[-1]
        data: dict[str, object] = {"street": act.street, "seat": act.seat, "action": act.action}
        data |= {"amount": act.amount, "to": act.to, "all_in": act.all_in}
        told.append(Happening("action_recorded", data))
    if fact.kind == "show":
        told.append(Happening("hand_shown", {"seat": command["seat"], "cards": command["cards"]}))
    wrong = misawarded(play.hand) if fact.kind in {"award", "show"} else None
    return after, told, [Warn("WRONG_AWARD", f"{wrong}; stop before the next hand", "error")] if wrong else []


def _undo(table: Table, fact: Fact) -> Told:
    play = cast("Play", table.play)
    at = max(index for index, step in enumerate(play.steps) if step.by_command)
    steps = play.steps[:at] + play.steps[at + 1 :]
    return _refolded(table, fact, steps, (*play.undone, play.steps[at]), "undo")


def _redo(table: Table, fact: Fact) -> Told:
    play = cast("Play", table.play)
    return _refolded(table, fact, (*play.steps, play.undone[-1]), play.undone[:-1], "redo")


def _refolded(table: Table, fact: Fact, steps: tuple[Step, ...], undone: tuple[Step, ...], why: str) -> Told:
    play = cast("Play", table.play)
    hand = start(play.setup)
    for step in steps:
        hand = apply(hand, step.event)
    play = replace(play, hand=hand, steps=steps, undone=undone, last_position=fact.position, last_at=fact.received_at)
    return replace(table, play=play), [Happening("hand_corrected", {"reason": why})], []


def _hand_closed(table: Table, fact: Fact) -> Told:
    """Stacks and button carry over. The fold's own figures count; a difference to the fact is for the floor."""
    if table.play is None or table.play.hand.result is None:
        return table, [], []
    final = table.play.hand.result.final_stacks
    warnings = []
    if {int(seat): stack for seat, stack in cast("Mapping[str, int]", fact.body["stacks"]).items()} != final:
        message = "this version folds the closed hand to other stacks than were recorded; count the stacks"
        warnings = [Warn("FOLD_DIFFERS", message, "error")]
    seated = {
        seat: replace(player, stack=final.get(seat, player.stack)) if seat in final else player
        for seat, player in table.seated.items()
    }
    closed = (*table.closed, table.play)
    return replace(table, seated=seated, play=None, closed=closed), [Happening("table_update", {})], warnings


def _amend(table: Table, fact: Fact) -> Told:
    """Fold an amendment; what it changed is told of every hand."""
    listed = cast("list[Mapping[str, object]]", _command(fact)["changes"])
    changes = {_number(each["seq"]): cast("Mapping[str, object] | None", each["command"]) for each in listed}
    after = amending.amend(table, changes)
    told = [
        Happening("hand_corrected", {"reason": "amend", "corrected": now.hand_id, "revision": now.revision})
        for _, now in after.changed
    ]
    return after.table, told, []


def _misdeal(table: Table, fact: Fact) -> Told:
    """The cards are dealt again: the button stays where it is."""
    del fact
    told = Happening("hand_corrected", {"reason": "misdeal", "hand_id": table.play.hand_id if table.play else None})
    owed = table.play.owed if table.play else table.owed
    return replace(table, play=None, button_stays=True, owed=owed), [told], []


def _fault(table: Table, fact: Fact) -> Told:
    body = fact.body
    antenna = body.get("antenna")
    if body["code"] == "ok":
        return table, [], []
    message = f"{body['message']}; cards there are not read until it is well"
    name = None if antenna is None else str(antenna)
    return table, [], [Warn("READER_FAULT", message, "error", device=str(body["device"]), antenna=name)]


def _equity_answered(table: Table, fact: Fact) -> Told:
    """A worker's answer: it counts while its question is the one on the table, else nothing came of it."""
    answered = read_answer(fact.body)
    asked = question(table.play.hand, table.odds_rules) if table.play else None
    if asked is None or not answered.reveal().fits(asked.reveal().question):
        return table, [], []
    return replace(table, answered=answered), [], []


def _gone(table: Table, fact: Fact) -> Told:
    body = fact.body
    lost = _number(body["last"]) - _number(body["first"]) + 1
    message = f"node {body['device']} had to drop {lost} readings; compare the table with the picture"
    return table, [], [Warn("READINGS_GONE", message, "error", device=str(body["device"]))]


_HANDLERS: Mapping[str, Callable[[Table, Fact], Told]] = {
    "card_read": routing.card_read,
    "card_removed": routing.card_removed,
    "fault": _fault,
    "gone": _gone,
    "assign_device": _assign_device,
    "assign_antenna": _assign_antenna,
    "use_deck": _use_deck,
    "set_blinds": _set_blinds,
    "seat_player": _seat_player,
    "remove_player": _remove_player,
    "sit_out": _sit_out,
    "set_stack": _set_stack,
    "set_button": _set_button,
    "start_hand": _start_hand,
    "set_game": settings.set_game,
    "set_house_rules": settings.set_house_rules,
    "set_odds": settings.set_odds,
    "equity_answered": _equity_answered,
    "set_tournament": settings.set_tournament,
    "transfer_chips": settings.transfer_chips,
    "move_player": settings.move_player,
    **dict.fromkeys((*ACTS, *RULINGS, *CARDS), _act),
    "undo": _undo,
    "redo": _redo,
    "hand_closed": _hand_closed,
    "misdeal": _misdeal,
    "amend": _amend,
}
