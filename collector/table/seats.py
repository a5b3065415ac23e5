"""Players and seats: seating, leaving, moving, stacks, chips that change hands, penalties."""

from __future__ import annotations

from typing import Any, Final

from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.blinds import Owed
from collector.hand.copying import replace
from collector.hand.games import HEADS_UP
from collector.table.close import between_hands, put_aside
from collector.table.effects import UPDATED, Effect
from collector.table.oddities import warned_name
from collector.table.registration import Asked, Registration, Resolved, Seats, When
from collector.table.state import SEATS, Seated, Table
from collector.wire import seats as wire
from collector.wire.base import MAX_CHIPS
from collector.wire.feed_events import ChipsTransferred, PlayerUpdate

OneSeat = wire.SitOut


def _seated(table: Table, seat: int, player: Seated | None) -> Effect:
    seated = {number: who for number, who in table.seated.items() if number != seat}
    if player:
        seated[seat] = player
    told = PlayerUpdate(seat=seat, player_id=None)
    if player:
        who = {"player_id": player.player_id, "name": player.name}
        told = PlayerUpdate(seat=seat, **who, stack=player.stack, out=player.out)
    return Effect(replace(table, seated=seated), (told,))


def _may_sit(asked: Asked, command: wire.SeatPlayer) -> Resolved:
    table = asked.table
    if command.seat in table.seated:
        message = f"seat {command.seat} is {table.seated[command.seat].name}'s; remove that player first"
        raise Refused("SEAT_TAKEN", message)
    for seat, player in table.seated.items():
        if player.player_id == command.player_id:
            raise Refused("PLAYER_SEATED", f"{command.player_id} sits in seat {seat}; ids are unique in the house")
    if table.play and command.seat in {player.seat for player in table.play.hand.players}:
        raise Refused("SEAT_IN_HAND", f"seat {command.seat} is still in the hand; seat the player after it")
    require_countable(table, command.seat, command.stack)
    return Resolved()


def require_countable(table: Table, seat: int, stack: int) -> None:
    """Raise Refused if the chips of a table would be more than pages count exactly, with this stack in `seat`.

    Chips in play are in the stacks of `seated`, too: they are carried over when the hand is put away.
    """
    chips = sum(who.stack for number, who in table.seated.items() if number != seat) + stack
    if chips > MAX_CHIPS:
        raise Refused("TOO_MANY_CHIPS", f"the table would hold {chips} chips of {MAX_CHIPS}; give a smaller stack")


def _sit_down(table: Table, fact: Fact, command: wire.SeatPlayer) -> Effect:
    if table.house.new_players_post and table.hands_dealt:
        table = replace(table, owed={**table.owed, command.seat: Owed(big=True)})
    effect = _seated(table, command.seat, Seated(command.player_id, command.name, command.stack))
    return effect._replace(warnings=warned_name(effect.table.seated, command.seat))


def _free(table: Table) -> Seats | None:
    playing = {player.seat for player in table.play.hand.players} if table.play else set[int]()
    return tuple(seat for seat in SEATS if seat not in table.seated and seat not in playing) or None


def _taken(table: Table) -> Seats | None:
    return tuple(sorted(table.seated)) or None


def taken_between_hands(table: Table) -> Seats | None:
    """Return the seats that are taken, in order; None while a hand is being played, or if nobody sits."""
    return _taken(table) if between_hands(table) else None


def require_seated(asked: Asked, seat: int) -> Resolved:
    """Raise Refused if nobody sits in `seat`."""
    if seat not in asked.table.seated:
        raise Refused("SEAT_EMPTY", f"nobody sits in seat {seat}; seat a player first")
    return Resolved()


def _is_seated(asked: Asked, command: OneSeat) -> Resolved:
    return require_seated(asked, command.seat)


def _may_count(asked: Asked, command: wire.SetStack) -> Resolved:
    require_countable(asked.table, command.seat, command.stack)
    return require_seated(asked, command.seat)


def _may_leave(asked: Asked, command: wire.RemovePlayer) -> Resolved:
    """Let a player go, but for one who has not paid a rebuy (TDA 2024 rule 27)."""
    require_seated(asked, command.seat)
    behind = asked.table.seated[command.seat].behind
    if behind and not command.override:
        message = f"seat {command.seat} owes a rebuy of {behind}, which it played behind; take it, or override"
        raise Refused("REBUY_OWED", message, {"behind": behind})
    return Resolved()


def _leave(table: Table, fact: Fact, command: wire.RemovePlayer) -> Effect:
    if table.before_hand is not None:  # in the logs of the first edition of the rules a debt stays with the seat
        table = replace(table, owed={seat: what for seat, what in table.owed.items() if seat != command.seat})
    return _seated(table, command.seat, None)


def _sit_out(table: Table, fact: Fact, command: wire.SitOut) -> Effect:
    return _seated(table, command.seat, replace(table.seated[command.seat], out=command.out))


def _count(table: Table, fact: Fact, command: wire.SetStack) -> Effect:
    return _seated(table, command.seat, replace(table.seated[command.seat], stack=command.stack))


def _may_penalise(asked: Asked, command: wire.Penalty) -> Resolved:
    """Take a penalty. A round is a hand for each player at the table when it is given (TDA 2024 rule 71)."""
    require_seated(asked, command.seat)
    if not command.rounds:
        return Resolved()
    table = put_aside(asked.table) if between_hands(asked.table) else asked.table
    hands = command.rounds * sum(1 for who in table.seated.values() if who.stack)
    return Resolved(fields={"hands": hands}, value=command.model_copy(update={"hands": hands}))


def _penalise(table: Table, fact: Fact, command: wire.Penalty) -> Effect:
    """Fold a penalty: the number of hands that a player misses, from the next one on."""
    seated = {**table.seated, command.seat: replace(table.seated[command.seat], penalty=command.hands)}
    return Effect(replace(table, seated=seated), UPDATED)


def _may_move(asked: Asked, command: wire.MovePlayer) -> Resolved:
    _giver(asked.table, command.seat)
    if command.to_seat in asked.table.seated:
        raise Refused("SEAT_TAKEN", f"seat {command.to_seat} is taken; move the player to an empty one")
    return Resolved()


def _may_give(asked: Asked, command: wire.TransferChips) -> Resolved:
    giver = _giver(asked.table, command.seat)
    if command.to_seat not in asked.table.seated or command.to_seat == command.seat:
        raise Refused("SEAT_EMPTY", f"seat {command.to_seat} can take no chips; name another player's seat")
    if giver.stack < command.amount:
        message = f"seat {command.seat} has {giver.stack}; it cannot give {command.amount}"
        raise Refused("NOT_ENOUGH_CHIPS", message)
    return Resolved()


def _giver(table: Table, seat: int) -> Seated:
    found = table.seated.get(seat)
    if found is None:
        raise Refused("SEAT_EMPTY", f"nobody sits in seat {seat}; name a seat that is taken")
    return found


def _move(table: Table, fact: Fact, command: wire.MovePlayer) -> Effect:
    """Fold a change of seats. Missed blinds move with the player."""
    old, new = command.seat, command.to_seat
    player = table.seated[old]
    seated = {seat: who for seat, who in table.seated.items() if seat != old} | {new: player}
    owed = {new if seat == old else seat: what for seat, what in table.owed.items()}
    told = (
        PlayerUpdate(seat=old, player_id=None),
        PlayerUpdate(seat=new, player_id=player.player_id, name=player.name),
    )
    return Effect(replace(table, seated=seated, owed=owed), told)


def _may_change_seats(table: Table) -> Seats | None:
    return taken_between_hands(table) if len(table.seated) < len(SEATS) else None


def _give(table: Table, fact: Fact, command: wire.TransferChips) -> Effect:
    """Fold chips that changed hands for a reason."""
    giver, taker, amount = command.seat, command.to_seat, command.amount
    seated = dict(table.seated)
    seated[giver] = replace(seated[giver], stack=seated[giver].stack - amount)
    seated[taker] = replace(seated[taker], stack=seated[taker].stack + amount)
    told = ChipsTransferred(seat=giver, to_seat=taker, amount=amount, reason=command.reason)
    return Effect(replace(table, seated=seated), (told,))


def _can_give(table: Table) -> Seats | None:
    if not between_hands(table) or len(table.seated) < HEADS_UP:
        return None
    after = put_aside(table)  # the stacks that count are those after the finished hand
    return tuple(seat for seat in sorted(table.seated) if after.seated[seat].stack) or None


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.SeatPlayer,
        label="Seat player",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_sit,
        does=_sit_down,
        listed=_free,
        seat_from_antenna=True,
    ),
    Registration(
        model=wire.RemovePlayer,
        label="Remove player",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_leave,
        does=_leave,
        listed=taken_between_hands,
        when=When.BETWEEN_HANDS,
        seat_from_antenna=True,
    ),
    Registration(
        model=wire.SitOut,
        label="Sit out",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_is_seated,
        does=_sit_out,
        listed=_taken,
        seat_from_antenna=True,
    ),
    Registration(
        model=wire.SetStack,
        label="Stack",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_count,
        does=_count,
        listed=taken_between_hands,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.MovePlayer,
        label="Move player",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_move,
        does=_move,
        listed=_may_change_seats,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.TransferChips,
        label="Chips",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_give,
        does=_give,
        listed=_can_give,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.Penalty,
        label="Penalty",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_penalise,
        does=_penalise,
        listed=_taken,
    ),
)
