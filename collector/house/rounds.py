"""Hand for hand over several tables: rounds of one hand a table, and the places of who goes out in one (TDA RP-8).

All hands of a round count as one hand. Who goes out in it at several tables shares the places, whatever the stacks
were. Of those of one table the larger stack has the better place, as in any hand: the best of each table share the best
places, the next of each table the next ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

from collector.errors import Refused
from collector.hand.games import HEADS_UP
from collector.house.house import Mark, Round
from collector.house.standings import Gone, Standing, require_several


class Place(NamedTuple):
    """The place of a player. shared: how many players share it."""

    table_id: str
    gone: Gone
    rank: int
    shared: int


def begun(event_id: str, tables: Sequence[Standing], before: Round | None, remaining: int | None) -> Round:
    """Return the round that begins now; raise Refused while a hand of the one before is being played."""
    require_several(event_id, tables)
    _require_over(before, tables)
    left = _left(tables) if remaining is None else remaining
    number = before.number + 1 if before else 1
    return Round(number, left, {each.table_id: _mark(each) for each in tables})


def _mark(table: Standing) -> Mark:
    return Mark(table.hands, table.position, sum(1 for each in table.gone if each.began is None))


def _require_over(before: Round | None, tables: Sequence[Standing]) -> None:
    waits = waited_for(before, tables)
    if waits:
        message = f"{', '.join(waits)} {'has' if len(waits) == 1 else 'have'} a hand to finish; wait for it, "
        message += "or end hand for hand (`on` false) and put those hands away first"
        raise Refused("ROUND_OPEN", message, {"tables": waits})


def waited_for(before: Round | None, tables: Sequence[Standing]) -> list[str]:
    """Return the tables that play a hand, or have not dealt that of the round. Where nobody can play, nobody waits."""
    return [each.table_id for each in tables if each.plays or (before and _owes_a_hand(before, each))]


def _owes_a_hand(of: Round, table: Standing) -> bool:
    mark = of.begun.get(table.table_id)
    dealt = mark is None or (table.hands > mark.hands and not table.redeal)
    return not dealt and len(table.players) >= HEADS_UP


def _left(tables: Sequence[Standing]) -> int:
    """Return how many players are in: as the tables were told, else those that sit here.

    Each table counts down for its own players alone, so the least of what they say is the nearest.
    """
    here = sum(len(each.players) for each in tables)
    return max(here, min((each.told for each in tables if each.told is not None), default=0))


def require_turn(of: Round | None, table_id: str, hands: int, *, redeal: bool) -> None:
    """Raise Refused where a table may not deal yet: it has played its hand of the round, and others play on.

    hands: that it has dealt. redeal: its last deal was void.
    """
    mark = of.begun.get(table_id) if of else None
    if of is None or mark is None or hands <= mark.hands or redeal:
        return
    message = f"round {of.number} of hand for hand: {table_id} has played its hand; the floor begins the next round "
    message += "(`hand_for_hand`) when all tables have, or override"
    raise Refused("ROUND_PLAYED", message, {"round": of.number})


def places(of: Round, tables: Sequence[Standing], elsewhere: int) -> list[Place]:
    """Return the places of who went out in a round, best first; raise Refused while it goes on.

    elsewhere: players who went out in it at other tables: they share the best places.
    """
    _require_over(of, tables)
    tiers = list(zip_longest(*(_groups(of, table) for table in tables), fillvalue=()))
    if elsewhere and not tiers:
        tiers = [()]
    out = elsewhere + sum(len(group) for tier in tiers for group in tier)
    found, rank = [], _in_at_the_end(of, tables) - out + 1
    for number, tier in enumerate(tiers):
        here = [(table.table_id, gone) for table, group in zip(tables, tier, strict=False) for gone in group]
        shared = len(here) + (elsewhere if number == 0 else 0)
        found += [Place(table_id, gone, rank, shared) for table_id, gone in here]
        rank += shared
    return found


def _in_at_the_end(of: Round, tables: Sequence[Standing]) -> int:
    """Return how many players were in, but for those whom rulings have put out since: they have places already."""
    since = [_mark(table).ruled - of.begun[table.table_id].ruled for table in tables if table.table_id in of.begun]
    return of.left - sum(since)


def no_round(event_id: str) -> Refused:
    """Return the refusal where an event is not played hand for hand."""
    return Refused("NO_ROUND", f"event {event_id} is not played hand for hand; `hand_for_hand` begins a round")


def _groups(of: Round, table: Standing) -> list[tuple[Gone, ...]]:
    """Return who went out at a table in a round, best first; those who share a place at the table together."""
    mark = of.begun.get(table.table_id)
    if mark is None:
        return []
    gone = [each for each in table.gone if each.began is not None and each.began > mark.position]
    ranked = sorted(gone, key=lambda each: each.rank)  # stable: in the order in which the table told them
    return [tuple(group) for _, group in groupby(ranked, key=lambda each: each.rank)]


def proposals(of: Round, found: Sequence[Place], tables: Sequence[Standing], elsewhere: int) -> list[dict[str, Any]]:
    """Return what a round came to as proposals: a place for each player, and how many are left, for each table."""
    listed = [_place(each) for each in found if (each.rank, each.shared > 1) != (each.gone.rank, each.gone.tied)]
    left = _in_at_the_end(of, tables) - elsewhere - len(found)
    stale = [each.table_id for each in tables if each.told != left]
    if (found or elsewhere) and stale:
        command: Mapping[str, object] = {"type": "set_tournament", "remaining": left}
        listed.append(
            {
                "rule": "TDA RP-8",
                "what": "remaining",
                "say": f"{left} players are left",
                "commands": [{"table_id": table_id, "command": dict(command)} for table_id in stale],
            }
        )
    return listed


def _place(each: Place) -> dict[str, Any]:
    last = each.rank + each.shared - 1
    where = f"shares places {each.rank} to {last}" if each.shared > 1 else f"has place {each.rank}"
    command = {"type": "set_place", "player_id": each.gone.player_id, "rank": each.rank, "shared": each.shared}
    return {
        "rule": "TDA RP-8-A",
        "what": "place",
        "say": f"{each.gone.name} of {each.table_id} {where}",
        "player_id": each.gone.player_id,
        "table_id": each.table_id,
        "rank": each.rank,
        "shared": each.shared,
        "commands": [{"table_id": each.table_id, "command": command}],
    }
