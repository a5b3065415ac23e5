"""What each kind of fact does to a table. Live operation, replay and amendments go through these.

A handler returns the table, what there is to tell, and what the floor should hear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from collector.equity import Answered
from collector.facts.fact import Fact
from collector.hand import apply, start
from collector.hand.blinds import Owed
from collector.hand.changing import game_of
from collector.hand.copying import replace
from collector.hand.events import Boxed, ReplaceCard
from collector.hand.rulings import misawarded, substantial
from collector.odds.asked import question
from collector.secrecy import Secret
from collector.table import card_facts, routing, settings
from collector.table.dealing import owed_after, places_of, setup_of
from collector.table.decks import impossible
from collector.table.happens import ACTS, CARDS, RULINGS, event_of
from collector.table.happens import number as _number
from collector.table.state import Antenna, Flag, Happening, Play, Rules, Seated, Step, Table, Warn
from collector.table.tournament import after_hand

_JUDGED: Final = frozenset(("award", "show", "muck", *CARDS))
"""After these an award is compared with what the tabled hands are worth."""
_SPOILS: Final = frozenset(("boxed_card", "replace_card"))
"""After these a misdeal may be due."""
Told = tuple[Table, list[Happening], list[Warn]]


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


def _set_blinds(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    names = ("small_blind", "big_blind", "ante", "big_blind_ante", "button_ante", "third_blind")
    small, big, ante, big_ante, button_ante, third = (_number(command.get(name, 0)) for name in names)
    first, live = bool(command.get("ante_first", True)), bool(command.get("ante_live", False))
    rules = Rules(small, big, ante, big_ante, button_ante, third, first, live)
    return replace(table, rules=rules), [Happening("table_update", {})], []


def _seat_player(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    player, seat = Seated(str(command["player_id"]), str(command["name"]), _number(command["stack"])), command["seat"]
    if table.house.new_players_post and table.hands_dealt:
        table = replace(table, owed={**table.owed, _number(seat): Owed(big=True)})
    return _seat(table, _number(seat), player)


def _remove_player(table: Table, fact: Fact) -> Told:
    return _seat(table, _number(_command(fact)["seat"]), None)


def _sit_out(table: Table, fact: Fact) -> Told:
    seat = _number(_command(fact)["seat"])
    return _seat(table, seat, replace(table.seated[seat], out=bool(_command(fact)["out"])))


def _set_stack(table: Table, fact: Fact) -> Told:
    seat = _number(_command(fact)["seat"])
    player = replace(table.seated[seat], stack=_number(_command(fact)["stack"]))
    return _seat(table, seat, player)


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
        deck=table.deck,
    )
    told = Happening("hand_started", {"hand_number": play.number, "button": play.button})
    owed, last = owed_after(table, body), places_of(body)
    table = replace(
        table,
        play=play,
        button=play.button,
        button_stays=False,
        hands_dealt=play.number,
        owed=owed,
        last=last,
        deck=None,
    )
    return routing.already_dealt(table, fact) if setup.cards_only else table, [told], []


def _act(table: Table, fact: Fact) -> Told:
    command = _command(fact)
    after = routing.with_step(table, fact, event_of(command), by_command=True)
    play = cast("Play", after.play)
    told: list[Happening] = []
    if fact.kind in CARDS:
        public = {"seat": command.get("seat"), "board": command.get("seat") is None, "card": None}
        told.append(Happening("card_entered", public, {"card": command["card"]}))
    known = len(table.play.hand.actions) if table.play else 0
    for act in play.hand.actions[known:]:  # more than one where an act out of turn binds
        data: dict[str, object] = {"street": act.street, "seat": act.seat, "action": act.action}
        data |= {"amount": act.amount, "to": act.to, "all_in": act.all_in}
        told.append(Happening("action_recorded", data))
    if fact.kind == "show":
        told.append(Happening("hand_shown", {"seat": command["seat"], "cards": command["cards"]}))
    judged = fact.kind in _JUDGED and play.hand.result is not None
    wrong = misawarded(play.hand) if judged else None
    warnings = [Warn("WRONG_AWARD", f"{wrong}; stop before the next hand", "error")] if wrong else []
    return after, told, [*warnings, *(_misdeal_due(play) if fact.kind in _SPOILS else [])]


def _misdeal_due(play: Play) -> list[Warn]:
    """Two boxed or two exposed cards in the first deal are a misdeal (TDA 2024 rule 35): said, never taken."""
    events = [type(step.event) for step in play.steps]
    first = play.hand.street == game_of(play.hand).streets[0].name and not substantial(play.hand)
    if not first or max(events.count(Boxed), events.count(ReplaceCard)) < 2:  # noqa: PLR2004 - the rule's number
        return []
    message = f"hand {play.number}: two cards of the first deal were boxed or exposed; call a misdeal and deal again"
    return [Warn("MISDEAL_DUE", message)]


def _undo(table: Table, fact: Fact) -> Told:
    """Take back the command that the fact names; nothing, where an amendment has taken that out already."""
    play = cast("Play", table.play)
    steps, taken = _parted(play.steps, fact)
    return _refolded(table, fact, steps, (*play.undone, *taken), "undo") if taken else (table, [], [])


def _redo(table: Table, fact: Fact) -> Told:
    play = cast("Play", table.play)
    undone, given = _parted(play.undone, fact)
    return _refolded(table, fact, (*play.steps, *given), undone, "redo") if given else (table, [], [])


def _parted(steps: tuple[Step, ...], fact: Fact) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Part what stays from what an undo or a redo speaks of: of the last command if none is named."""
    named = fact.body.get("of")
    if named is None:
        named = next((step.position for step in reversed(steps) if step.by_command), None)
    found = tuple(step for step in steps if step.by_command and step.position == named)
    return tuple(step for step in steps if step not in found), found


def _refolded(table: Table, fact: Fact, steps: tuple[Step, ...], undone: tuple[Step, ...], why: str) -> Told:
    play = cast("Play", table.play)
    hand = start(play.setup)
    for step in steps:
        hand = apply(hand, step.event)
    play = replace(play, hand=hand, steps=steps, undone=undone, last_position=fact.position, last_at=fact.received_at)
    return replace(table, play=play), [Happening("hand_corrected", {"reason": why})], []


def _hand_closed(table: Table, fact: Fact) -> Told:
    """Stacks and button carry over. The fold's own figures count; a difference to the fact is for the floor."""
    if table.play is None or not over(table.play):
        return table, [], []
    final = table.play.hand.result.final_stacks if table.play.hand.result else {}
    warnings = []
    if {int(seat): stack for seat, stack in cast("Mapping[str, int]", fact.body["stacks"]).items()} != final:
        message = "this version folds the closed hand to other stacks than were recorded; count the stacks"
        warnings = [Warn("FOLD_DIFFERS", message, "error")]
    after, told = put_away(table, fact), [Happening("table_update", {})]
    if after.tournament is not table.tournament:
        told.append(Happening("tournament_update", after.tournament))
    return after, told, warnings


def put_away(table: Table, fact: Fact) -> Table:
    """Return the table with its finished hand closed by a fact."""
    play = table.play
    if play is None or not over(play):
        return table
    final = play.hand.result.final_stacks if play.hand.result else {}
    seated = {
        seat: replace(player, stack=final[seat]) if seat in final else player for seat, player in table.seated.items()
    }
    closed = (*table.closed, _ended(_ruled(play), fact))
    after = replace(table, seated=seated, play=None, closed=closed, flags=_asked_still(table))
    return after_hand(after, play)


def over(play: Play) -> bool:
    """Return whether a hand can be put away: its pots are awarded, or it has none."""
    return play.hand.complete or play.setup.cards_only


def _ruled(play: Play) -> Play:
    """What cannot have been, and was put away by override, stands in the record."""
    lines = tuple(f"put away although {line}" for line in impossible(play.hand))
    return replace(play, hand=replace(play.hand, rulings=(*play.hand.rulings, *lines))) if lines else play


def _asked_still(table: Table) -> tuple[Flag, ...]:
    """A tag that still lies there is still asked about; what was asked of the hand is over with it."""
    return tuple(flag for flag in table.flags if flag.code in routing.STRAYS)


def _ended(play: Play, fact: Fact, *, void: bool = False) -> Play:
    return replace(play, last_position=fact.position, last_at=fact.received_at, void=void)


def _misdeal(table: Table, fact: Fact) -> Told:
    """The cards are dealt again: the button stays where it is. The void hand stays in the record."""
    play = cast("Play", table.play)
    told = Happening("hand_corrected", {"reason": "misdeal", "hand_id": play.hand_id})
    line = f"misdeal: {_command(fact).get('reason') or 'no reason given'}"
    void = replace(play, hand=replace(play.hand, rulings=(*play.hand.rulings, line)))
    closed = (*table.closed, _ended(void, fact, void=True))
    table = replace(table, play=None, button_stays=True, owed=play.owed, closed=closed, flags=_asked_still(table))
    return table, [told], []


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
    answered = Secret(Answered.of_plain(fact.body))
    asked = question(table.play.hand, table.odds_rules) if table.play else None
    if asked is None or not answered.reveal().fits(asked.reveal().question):
        return table, [], []
    return replace(table, answered=answered), [], []


def _gone(table: Table, fact: Fact) -> Told:
    body = fact.body
    lost = _number(body.get("missing", _number(body["last"]) - _number(body["first"]) + 1))
    if not lost or body.get("source") == "collector":  # it was in before, or `EVENTS_MISSING` has told of it
        return table, [], []
    message = f"node {body['device']} had to drop {lost} readings; compare the table with the picture"
    return table, [], [Warn("READINGS_GONE", message, "error", device=str(body["device"]))]


def _command_result(table: Table, fact: Fact) -> Told:
    body = fact.body
    if body["ok"]:
        return table, [], []
    message = f"node {body['device']} did not do what it was told ({body['id']}): {body['message']}"
    return table, [], [Warn("COMMAND_FAILED", message, device=str(body["device"]))]


HANDLERS: Final[Mapping[str, Callable[[Table, Fact], Told]]] = {
    "card_read": routing.card_read,
    "card_removed": routing.card_removed,
    "card_moved": routing.card_moved,
    "fault": _fault,
    "gone": _gone,
    "command_result": _command_result,
    "assign_device": _assign_device,
    "assign_antenna": _assign_antenna,
    "use_deck": card_facts.use_deck,
    "change_deck": card_facts.change_deck,
    "retire_deck": card_facts.retire_deck,
    "resolve_flag": card_facts.resolve_flag,
    "register_control": card_facts.register_control,
    "remove_control": card_facts.remove_control,
    "set_flow": card_facts.set_flow,
    "set_blinds": _set_blinds,
    "seat_player": _seat_player,
    "remove_player": _remove_player,
    "sit_out": _sit_out,
    "set_stack": _set_stack,
    "set_button": _set_button,
    "start_hand": _start_hand,
    **settings.HANDLERS,
    "equity_answered": _equity_answered,
    **dict.fromkeys((*ACTS, *RULINGS, *CARDS), _act),
    "undo": _undo,
    "redo": _redo,
    "hand_closed": _hand_closed,
    "misdeal": _misdeal,
}
