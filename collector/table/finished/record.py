"""A finished hand as a record, for the read model and, once released, for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import cast

from collector.facts.fact import DeviceKey
from collector.hand import board, boards
from collector.hand.clashes import without_withheld
from collector.hand.model import Evidence, Player, Recorded, Result
from collector.records.hands import (
    DeviceRange,
    FactRange,
    FormerAction,
    HandAction,
    HandPlayer,
    HandPot,
    HandRecord,
    HandWinner,
)
from collector.table.finished.evidence import evidence_of
from collector.table.play import Play
from collector.table.state import Table


def record_of(table: Table, play: Play) -> HandRecord:
    """Return the record of a hand of a table. Hidden cards are released here: S2.

    A void hand has no result: nobody won, and every stack is as it was.
    """
    hand, result = without_withheld(play.hand), None if play.void else play.hand.result
    ids = {player.seat: player.player_id for player in hand.players}
    return HandRecord(
        hand_id=play.hand_id,
        event_id=table.event_id,
        table_id=table.table_id,
        hand_number=play.number,
        revision=play.revision,
        game=play.setup.game,
        started_at=play.started_at,
        ended_at=play.last_at,
        button=play.button,
        players=tuple(_player(player, result) for player in sorted(hand.players, key=lambda player: player.seat)),
        board=board(hand),
        boards=boards(hand) if hand.further else (),
        actions=tuple(
            _action(act, seen, at, ids[act.seat])
            for at, (act, seen) in enumerate(zip(hand.actions, evidence_of(play), strict=True), 1)
        ),
        total_pot=result.total_pot if result else 0,
        pots=tuple(HandPot(pot.amount, tuple(ids[seat] for seat in pot.eligible)) for pot in result.pots)
        if result
        else (),
        uncalled_returned={ids[seat]: amount for seat, amount in result.uncalled.items()} if result else {},
        winners=tuple(HandWinner(ids[win.seat], win.seat, win.amount, win.hand) for win in result.wins)
        if result
        else (),
        reached_showdown=bool(result and result.reached_showdown),
        rulings=(*hand.rulings, *play.taken_out),
        facts=FactRange(table.table_id, play.first_position, play.last_position),
        device_events=device_ranges(play.device_keys),
        void=play.void,
    )


def plain(record: HandRecord) -> dict[str, object]:
    """Return a record as plain values, hidden cards and all: S0 until they are released."""
    return cast("dict[str, object]", _plain(record))


def _plain(value: object) -> object:
    """Return a value as dataclasses.asdict does, but without copies: an amendment tells of many hands at once."""
    names = getattr(value, "__dataclass_fields__", None)
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def without_hidden(told: Mapping[str, object]) -> dict[str, object]:
    """Return a plain record without the cards that were not tabled."""
    players = cast("list[dict[str, object]]", told["players"])
    seen = [{**player, "hole_cards": player["hole_cards"] if player["shown"] else None} for player in players]
    return {**told, "players": seen}


def _action(act: Recorded, seen: Evidence, seq: int, player_id: str) -> HandAction:
    return HandAction(
        street=act.street,
        seat=act.seat,
        player_id=player_id,
        action=act.action,
        amount=act.amount,
        to=act.to,
        all_in=act.all_in,
        seq=seq,
        fact=seen.fact,
        at=seen.at,
        source=seen.source,
        history=tuple(FormerAction(old.action, old.amount, old.to) for old in seen.history),
    )


def _player(player: Player, result: Result | None) -> HandPlayer:
    read = tuple(card.reveal() for card in player.hole if card)
    return HandPlayer(
        seat=player.seat,
        player_id=player.player_id,
        name=player.name,
        starting_stack=player.starting_stack,
        final_stack=result.final_stacks[player.seat] if result else player.starting_stack,
        hole_cards=player.shown or read or None,
        shown=player.shown is not None,
    )


def device_ranges(keys: tuple[DeviceKey, ...]) -> tuple[DeviceRange, ...]:
    """Return the runs of consecutive event numbers, sorted by device and origin."""
    ranges = []
    ordered = sorted(keys, key=lambda key: (key.device, key.origin, key.seq))
    for (device, origin), group in groupby(ordered, key=lambda key: (key.device, key.origin)):
        numbers = [key.seq for key in group]
        first = previous = numbers[0]
        for number in numbers[1:]:
            if number != previous + 1:
                ranges.append(DeviceRange(device, origin, first, previous))
                first = number
            previous = number
        ranges.append(DeviceRange(device, origin, first, previous))
    return tuple(ranges)
