"""Breaking, balancing and halting tables (TDA 2024 rules 10 and 11), as proposals: nobody moves by them.

- **Halting** (11-D): a table that is three or more players short of the fullest one waits, in events of one game with a
  flop and full tables. In other formats that is the director's to say.
- **Breaking** (10-B): a table breaks once its players have seats elsewhere, in an order that was told before. Seats are
  drawn in two steps: which seats there are, and who draws which. The fact that says that the table breaks holds the
  draw, so whoever asks again gets the same one.
- **Balancing** (11-A, 11-C): of the fullest table, the player who is the big blind next; to the shortest one, into the
  worst position, which is where the big blind comes soonest, and never the small blind. Of equal tables the first that
  breaks gives, the last that breaks takes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from collector.errors import Refused
from collector.house.house import Drawn, House, TablePlan
from collector.house.standings import OpenSeat, Sitting, Standing, require_several

EVEN: Final = 1
"""Players that the fullest table may have more than the shortest one."""
MOST: Final = 20
"""Moves that are proposed at once: people walk, and the tables are others then."""
FULL: Final = 7
"""Seats from which on a table counts as a full one: rule 11-D leaves six-handed events to the director."""


@dataclass
class _Room:
    """A table while moves are planned: who is left to go, which seats are left, and what they are worth once asked."""

    table: Standing
    players: list[Sitting]
    open: list[int]
    count: int
    removed: int = 0  # commands of the plan that this table has taken, which its next one comes behind
    judged: list[OpenSeat] | None = None

    @classmethod
    def of(cls, table: Standing, plan: TablePlan) -> _Room:
        return cls(table, list(table.players), [seat for seat in table.open if seat <= plan.seats], len(table.players))

    def seats(self) -> list[OpenSeat]:
        """Return the open seats, the worst position first."""
        if self.judged is None:
            found = [seat for seat in self.table.judge() if seat.seat in self.open]
            self.judged = sorted(found, key=lambda each: each.kindness)
        return self.judged

    def fill(self, seat: int) -> None:
        """Have a player sit down: to the seats that the blinds reach later, the big blind comes one hand later."""
        self.open.remove(seat)
        self.count += 1
        if self.judged is not None:
            at = next(at for at, each in enumerate(self.judged) if each.seat == seat)
            later = [replace(each, hands=each.hands + (not each.waits)) for each in self.judged[at + 1 :]]
            self.judged[at:] = later


@dataclass
class _Floor:
    """All tables of an event while moves are planned."""

    plan: TablePlan
    rooms: dict[str, _Room]
    ranks: dict[str, int]
    found: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, plan: TablePlan, tables: Iterable[Standing]) -> _Floor:
        rooms = {table.table_id: _Room.of(table, plan) for table in tables if table.players}
        return cls(plan, rooms, order_of(plan, rooms))

    def in_order(self, *, full: bool) -> list[_Room]:
        """Return the tables, the one that gives first; with full false the one that takes first."""
        if full:
            return sorted(self.rooms.values(), key=lambda room: (-room.count, self.ranks[room.table.table_id]))
        return sorted(self.rooms.values(), key=lambda room: (room.count, -self.ranks[room.table.table_id]))


def order_of(plan: TablePlan, tables: Iterable[str]) -> dict[str, int]:
    """Return when each table breaks, 0 first: those that the plan does not name, the last name first; then the plan's.

    >>> order_of(TablePlan(order=("a", "c")), ["a", "b", "c", "d"])
    {'d': 0, 'b': 1, 'a': 2, 'c': 3}
    """
    playing = set(tables)
    named = [table for table in plan.order if table in playing]
    others = sorted(playing.difference(named), reverse=True)
    return {table: number for number, table in enumerate([*others, *named])}


def proposals(house: House, event_id: str, tables: Sequence[Standing]) -> list[dict[str, Any]]:
    """Return what the rules want of an event's tables, the most urgent first; raise Refused where there is but one."""
    require_several(event_id, tables)
    plan = house.plan(event_id)
    floor = _Floor.of(plan, tables)
    going = {table_id: floor.rooms.pop(table_id) for table_id in list(floor.rooms) if table_id in house.breaking}
    _halt(floor)
    for table_id, room in going.items():
        _broken(floor, room, house.breaking[table_id])
    if not going:  # tables are balanced once everybody sits
        _may_break(floor)
        _balance(floor)
    return floor.found


def _halt(floor: _Floor) -> None:
    """Say which tables wait (11-D)."""
    if not floor.rooms:
        return
    fullest = floor.in_order(full=True)[0]
    for room in floor.in_order(full=False):
        short = fullest.count - room.count
        if short < floor.plan.halt:
            break
        must = room.table.flops and floor.plan.seats >= FULL
        name = room.table.table_id
        say = f"{name} is {short} players short of {fullest.table.table_id}: "
        say += "it deals no further hand until it is filled" if must else "the director says whether it waits"
        rule = {"rule": "TDA 11-D", "what": "halt", "say": say, "table_id": name, "short": short, "must": must}
        floor.found.append(rule)


def _may_break(floor: _Floor) -> None:
    """Say which table may break: the next in the order, where its players have seats elsewhere."""
    first = min(floor.rooms.values(), key=lambda room: floor.ranks[room.table.table_id])
    others = [room for room in floor.rooms.values() if room is not first]
    if sum(len(room.open) for room in others) < first.count:
        return
    name = first.table.table_id
    say = f"{name} is the next to break, and its {first.count} players have seats elsewhere: `break_table` draws them"
    floor.found.append({"rule": "TDA 10-B", "what": "break", "say": say, "table_id": name, "players": first.count})


def drawn(house: House, event_id: str, tables: Sequence[Standing], table_id: str, chance: str) -> tuple[Drawn, ...]:
    """Return the seats that the players of a table draw which breaks; raise Refused where they have none.

    The shortest tables are filled first, each by any open seat. chance: nobody could know it before.
    """
    plan = house.plan(event_id)
    going = next((table for table in tables if table.table_id == table_id and table.players), None)
    if going is None:
        raise Refused("NO_PLAYERS", f"table {table_id} has no players of a tournament; name another one")
    require_several(event_id, tables)
    others = [each for each in tables if each.players and each is not going and each.table_id not in house.breaking]
    floor = _Floor.of(plan, others)
    _keep_free(house, floor, tables, table_id)
    free = sum(len(room.open) for room in floor.rooms.values())
    if free < len(going.players):
        message = f"{table_id} has {len(going.players)} players, and the other tables have {free} open seats; "
        raise Refused("NO_ROOM", message + "wait until there are enough, or break another table")
    cards = [_card(floor, f"{chance} {number}") for number in range(len(going.players))]
    players = sorted(going.players, key=lambda each: _by_chance(chance, each.player_id))
    cards.sort(key=lambda each: _by_chance(chance, f"{each[0]} {each[1]}"))
    return tuple(Drawn(who.player_id, *card) for who, card in zip(players, cards, strict=True))


def _keep_free(house: House, floor: _Floor, tables: Sequence[Standing], table_id: str) -> None:
    """Leave the seats that players of other tables have drawn which break too, and have not gone to yet."""
    waiting = {who.player_id for table in tables if table.table_id != table_id for who in table.players}
    for breaks, draw in house.breaking.items():
        for each in draw if breaks != table_id else ():
            room = floor.rooms.get(each.table_id)
            if room and each.player_id in waiting and each.seat in room.open:
                room.fill(each.seat)


def _card(floor: _Floor, chance: str) -> tuple[str, int]:
    """Return a seat to be drawn for: at the shortest table that has one."""
    takes = next(room for room in floor.in_order(full=False) if room.open)
    seat = min(takes.open, key=lambda each: _by_chance(chance, str(each)))
    takes.fill(seat)
    return takes.table.table_id, seat


def _broken(floor: _Floor, going: _Room, draw: Sequence[Drawn]) -> None:
    """Say where the players of a table that breaks have drawn their seats (10-B)."""
    cards = {each.player_id: each for each in draw}
    order = {name: number for number, name in enumerate(cards)}
    for player in sorted(going.players, key=lambda who: order.get(who.player_id, len(order))):
        found = cards.get(player.player_id)
        takes = floor.rooms.get(found.table_id) if found else None
        seat = next((each for each in takes.seats() if found and each.seat == found.seat), None) if takes else None
        if takes and seat:
            takes.fill(seat.seat)
            floor.found.append(_move("TDA 10-B", going, player, takes, seat))
        else:
            say = f"{player.name} of {going.table.table_id} has no seat, or it is taken; `break_table` draws anew"
            floor.found.append({"rule": "TDA 10-B", "what": "no_seat", "say": say, "player_id": player.player_id})


def _by_chance(chance: str, what: str) -> str:
    return hashlib.sha256(f"{chance} {what}".encode()).hexdigest()


def _balance(floor: _Floor) -> None:
    """Move players from the fullest table to the shortest one, until they are even (11-A, 11-C)."""
    for _ in range(MOST):
        gives = floor.in_order(full=True)[0]  # of one table alone it takes too, and is even
        takes = floor.in_order(full=False)[0]
        if gives.count - takes.count <= EVEN:
            return
        if gives.table.by_position:
            floor.found.append(_by_position(gives, takes))
            return
        seats = [seat for seat in takes.seats() if not seat.small]
        if not seats:
            floor.found.append(_no_seat_but_small(takes))
            return
        player, seat = gives.players[0], seats[0]
        takes.fill(seat.seat)
        floor.found.append(_move("TDA 11-A, 11-C", gives, player, takes, seat))
        gives.players.remove(player)
        gives.count -= 1


def _no_seat_but_small(takes: _Room) -> dict[str, Any]:
    name = takes.table.table_id
    say = (
        f"{name} has no open seat but that of the small blind, which nobody is moved to; ask again after its next hand"
    )
    return {"rule": "TDA 11-A", "what": "wait", "say": say, "table_id": name}


def _by_position(gives: _Room, takes: _Room) -> dict[str, Any]:
    """Return a move in stud alone: by position, into the seat that opened last, which the floor has seen."""
    from_table, to_table = gives.table.table_id, takes.table.table_id
    say = f"a player of {from_table} moves to {to_table} by position, into the seat that opened last there"
    seats = list(takes.open)
    rule = {"rule": "TDA 11-A, 11-C", "what": "by_position", "say": say}
    return {**rule, "from": {"table_id": from_table}, "to": {"table_id": to_table, "seats": seats}, "commands": []}


def _move(rule: str, gives: _Room, player: Sitting, takes: _Room, seat: OpenSeat) -> dict[str, Any]:
    from_table, to_table = gives.table.table_id, takes.table.table_id
    say = f"{player.name} moves from seat {player.seat} of {from_table} to seat {seat.seat} of {to_table}, "
    commands: list[dict[str, Any]] = []
    if not gives.table.plays:
        commands = _commands(gives, player, to_table, seat)
        gives.removed += 1
    return {
        "rule": rule,
        "what": "move",
        "say": say + _position(seat),
        "player_id": player.player_id,
        "from": {"table_id": from_table, "seat": player.seat},
        "to": {"table_id": to_table, "seat": seat.seat},
        "commands": commands,
        **({"waits_for": from_table} if gives.table.plays else {}),
    }


def _position(seat: OpenSeat) -> str:
    if seat.waits:
        return "where it waits until the button has passed (10-A)"
    if seat.small:
        return "where it is the small blind"
    if seat.hands == 0:
        return "where it is the big blind at once"
    return f"where the big blind comes after {seat.hands} hand{'s' if seat.hands > 1 else ''}"


def _commands(gives: _Room, player: Sitting, to_table: str, seat: OpenSeat) -> list[dict[str, Any]]:
    """Return the commands of a move, in order. The first is refused where its table has moved on: chips would differ.

    A penalty and an absence move along. Blinds do not: the player takes the position as it is (10-A).
    """
    away: Mapping[str, object] = {"type": "remove_player", "seat": player.seat}
    found: list[tuple[str, Mapping[str, object]]] = [
        (gives.table.table_id, {**away, "decision": gives.table.decision + gives.removed})
    ]
    if seat.taken:
        found.append((to_table, {"type": "remove_player", "seat": seat.seat}))
    who = {"player_id": player.player_id, "name": player.name, "stack": player.stack}
    found.append((to_table, {"type": "seat_player", "seat": seat.seat, **who}))
    if player.penalty:
        reason = f"moved from {gives.table.table_id}"[:60]
        found.append((to_table, {"type": "penalty", "seat": seat.seat, "hands": player.penalty, "reason": reason}))
    if player.out:
        found.append((to_table, {"type": "sit_out", "seat": seat.seat}))
    return [{"table_id": table_id, "command": dict(command)} for table_id, command in found]
