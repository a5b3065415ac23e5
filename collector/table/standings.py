"""What the house has to know of a table, for rulings over several: who the blinds come to, how good its seats are.

Nothing is worked out here about blinds: the start of the next hand is planned, once as it is and once for each open
seat with a player in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from collector.errors import BadInput
from collector.hand.copying import replace
from collector.hand.games import GAMES
from collector.hand.model import EDITION
from collector.house.standings import Gone, OpenSeat, Sitting, Standing
from collector.table.close import between_hands, put_aside
from collector.table.dealing import Dealing, dealing
from collector.table.state import SEATS, Eliminated, Rules, Seated, Table, Variant
from collector.table.tournament import DISQUALIFIED
from collector.wire import start as wire

_NEXT: Final = wire.StartHand(id="next")
_NOBODY: Final = Seated("", "", 1)
"""Whoever is moved in."""
_ANY: Final = Rules(1, 1, 0, 0)
"""Blinds for a table that has none yet: where they lie does not depend on them."""


def standing_of(table: Table) -> Standing:
    """Return a table as it stands. While a hand is played, stacks and seats are those before it."""
    plays = not between_hands(table)
    now = table if plays else put_aside(table)
    blinds = _for_blinds(now)
    seats = _clockwise(SEATS, _next_big(blinds))
    free = tuple(seat for seat in seats if _is_open(now, seat, plays=plays))
    return Standing(
        table_id=table.table_id,
        decision=table.decision,
        plays=plays,
        hands=table.hands_dealt,
        position=table.position,
        players=tuple(_sitting(now, seat) for seat in seats if seat in now.seated and now.seated[seat].stack),
        open=free,
        judge=lambda: tuple(_open(blinds, seat) for seat in free),
        gone=tuple(_gone(each) for each in now.tournament.eliminated or ()),
        flops=table.variant.rotation is None and GAMES[table.variant.game].board_size > 0,
        by_position=table.variant.rotation is None and GAMES[table.variant.game].up > 0,
        redeal=table.redeal is not None,
        told=now.tournament.remaining,
    )


def _for_blinds(table: Table) -> Table:
    """Return the table as its next hand is planned here: a stud hand of a mix as if it were hold'em (TDA 2024 11-B)."""
    variant = table.variant if table.variant.rotation is None else Variant()
    return replace(table, variant=variant, rules=table.rules or _ANY, play=None, automatic=False)


def _next_big(table: Table) -> int:
    """Return the seat of the next big blind; where no hand can be dealt, the one left of the button."""
    planned = _planned(table)
    return planned.big if planned else (table.button or 0) + 1


def _planned(table: Table) -> Dealing | None:
    """Return the next hand as it would be dealt, None where none can be."""
    try:
        return dealing(table, _NEXT, EDITION)
    except BadInput:
        return None


def _sitting(table: Table, seat: int) -> Sitting:
    who = table.seated[seat]
    return Sitting(seat, who.player_id, who.name, who.stack, who.penalty, who.out)


def _is_open(table: Table, seat: int, *, plays: bool) -> bool:
    """Return whether a player can be moved in now: who has no chips is removed first, and that waits for the hand."""
    who = table.seated.get(seat)
    return who is None or (not plays and not who.stack)


def _open(table: Table, seat: int) -> OpenSeat:
    taken = seat in table.seated
    seated = {**table.seated, seat: _NOBODY}
    everybody = frozenset(who.player_id for who in seated.values())  # a void deal too, as if it were dealt to all
    again = table.redeal and replace(table.redeal, players=everybody)
    planned = _planned(replace(table, seated=seated, redeal=again))
    if planned is None:
        return OpenSeat(seat, 0, taken=taken)
    order = _clockwise(planned.owing.order, planned.big)
    if seat not in order:
        return OpenSeat(seat, len(order), waits=True, taken=taken)
    return OpenSeat(seat, order.index(seat), small=seat == planned.small, taken=taken)


def _clockwise(seats: Sequence[int], first: int) -> list[int]:
    return sorted(seats, key=lambda seat: (seat < first, seat))


def _gone(each: Eliminated) -> Gone:
    began = None if each.hand_id == DISQUALIFIED else int(each.hand_id.rpartition("_")[2])
    return Gone(each.player_id, each.name, each.rank, each.tied, began)
