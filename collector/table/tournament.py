"""What a hand leaves behind beside stacks: who is out and in which place, who stands in the stand-up game, penalties.

Places: several who go out in one hand are ranked by their stacks at its start; equal stacks share place and prize.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import cast

from collector.hand.copying import replace
from collector.hand.model import Player, StandUp
from collector.hand.sidegames import stood
from collector.table.state import Play, Seated, Table

Out = Mapping[str, object]


def after_hand(table: Table, play: Play) -> Table:
    """Return a table whose hand was put away, stacks carried over, with what else follows from that hand."""
    if play.hand.result is None:
        return table
    table = _served(_stood(table, play), play)
    return _knocked_out(returned(table), play) if table.house.profile == "tournament" else table


def _served(table: Table, play: Play) -> Table:
    """A hand that was killed for a penalty is one less to go."""
    seated = {
        seat: replace(who, penalty=who.penalty - 1) if seat in play.setup.killed and who.penalty else who
        for seat, who in table.seated.items()
    }
    return replace(table, seated=seated)


def standing(table: Table, seats: Sequence[int]) -> frozenset[int]:
    """Return which seats of the next hand stand: all of a new game, later those who have not won."""
    if table.standing is None:
        return frozenset(seats)
    return frozenset(seat for seat in seats if table.seated[seat].player_id in table.standing) or frozenset(seats)


def _stood(table: Table, play: Play) -> Table:
    game = play.setup.stand_up
    if game is None:
        return table
    after, _ = stood(StandUp(game.amount, game.standing), play.hand)
    ids = {player.seat: player.player_id for player in play.hand.players}
    return replace(table, standing=frozenset(ids[seat] for seat in after.standing))


def returned(table: Table) -> Table:
    """Take whoever has chips again off the list of those who are out."""
    out = cast("Sequence[Out]", table.tournament.get("eliminated") or ())
    alive = {who.player_id for who in table.seated.values() if who.stack}
    kept = tuple(each for each in out if each["player_id"] not in alive)
    if len(kept) == len(out):
        return table
    back = {"eliminated": kept}
    left = table.tournament.get("remaining")
    if isinstance(left, int):
        back |= {"remaining": left + len(out) - len(kept)}  # type: ignore[dict-item]
    return replace(table, tournament={**table.tournament, **back})


def _knocked_out(table: Table, play: Play) -> Table:
    result = play.hand.result
    final = result.final_stacks if result else {}
    gone = [player for player in play.hand.players if final.get(player.seat) == 0]
    if not gone:
        return table
    told = table.tournament.get("remaining")
    left = told if isinstance(told, int) else _with_chips(table) + len(gone)
    payouts = cast("Sequence[int]", table.tournament.get("payouts") or ())
    out = cast("Sequence[Out]", table.tournament.get("eliminated") or ())
    placed = tuple({**place, "hand_id": play.hand_id} for place in places(gone, left, payouts))
    now = {"eliminated": (*out, *placed), "remaining": max(0, left - len(gone))}
    return replace(table, tournament={**table.tournament, **now})


def _with_chips(table: Table) -> int:
    return sum(1 for who in _seated(table) if who.stack)


def _seated(table: Table) -> Sequence[Seated]:
    return tuple(table.seated.values())


def places(gone: Sequence[Player], left: int, payouts: Sequence[int]) -> list[dict[str, object]]:
    """Return the places of players who went out together, of `left` who were in, best first.

    Those who share a place share the prizes of the places they take up; what is odd goes to the first in dealing order.
    """
    found: list[dict[str, object]] = []
    ranked = sorted(gone, key=lambda player: -player.starting_stack)  # stable: dealing order among equals
    for _, group in groupby(ranked, key=lambda player: player.starting_stack):
        equals = list(group)
        rank = left - len(gone) + len(found) + 1
        prize = sum(payouts[rank - 1 : rank - 1 + len(equals)]) if rank >= 1 else 0
        each, odd = divmod(prize, len(equals))
        for at, player in enumerate(equals):
            named = {"player_id": player.player_id, "name": player.name}
            found.append({**named, "rank": rank, "tied": len(equals) > 1, "payout": each + (odd if at == 0 else 0)})
    return found
