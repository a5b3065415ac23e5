"""Chips that come in and leave between hands: rebuys, seat time, the chip race, the chips of who is disqualified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace as remade
from typing import Any, Final

from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.table.close import between_hands, put_aside
from collector.table.effects import UPDATED, Effect
from collector.table.registration import Asked, Registration, Resolved, Seats, When
from collector.table.seats import require_countable, require_seated, taken_between_hands
from collector.table.state import Seated, Table
from collector.table.tournament import disqualified, tournament_update
from collector.wire import seats as wire
from collector.wire.feed_events import PlayerUpdate


def _with(table: Table, changed: Iterable[tuple[int, Seated]]) -> Effect:
    """Return the effect of other players in some seats; each is told."""
    seated = {**table.seated, **dict(changed)}
    told = [
        PlayerUpdate(seat=seat, player_id=who.player_id, name=who.name, stack=who.stack, out=who.out)
        for seat, who in seated.items()
        if who is not table.seated[seat]
    ]
    return Effect(replace(table, seated=seated), tuple(told))


def _may_rebuy(asked: Asked, command: wire.Rebuy) -> Resolved:
    require_seated(asked, command.seat)
    require_countable(asked.table, command.seat, asked.table.seated[command.seat].stack + command.amount)
    return Resolved()


def _rebuy(table: Table, fact: Fact, command: wire.Rebuy) -> Effect:
    """Fold a rebuy. Who declared it before the hand plays the chips behind, and has to pay them (TDA 2024 rule 27)."""
    who = table.seated[command.seat]
    behind = who.behind + (command.amount if command.behind else 0)
    return _with(table, [(command.seat, replace(who, stack=who.stack + command.amount, behind=behind))])


def _owing(table: Table) -> Seats | None:
    """Return the seats that play chips behind; None if nobody does."""
    return tuple(seat for seat, who in sorted(table.seated.items()) if who.behind) or None


def _may_pay(asked: Asked, command: wire.RebuyPaid) -> Resolved:
    require_seated(asked, command.seat)
    if not asked.table.seated[command.seat].behind:
        raise Refused("NOTHING_OWED", f"seat {command.seat} plays nothing behind")
    return Resolved()


def _pay(table: Table, fact: Fact, command: wire.RebuyPaid) -> Effect:
    return _with(table, [(command.seat, replace(table.seated[command.seat], behind=0))])


def _payers(table: Table, command: wire.CollectTime) -> tuple[int, ...]:
    if command.seats is not None:
        return tuple(sorted(set(command.seats)))
    return tuple(seat for seat, who in sorted(table.seated.items()) if who.stack)


def _may_collect(asked: Asked, command: wire.CollectTime) -> Resolved:
    table = asked.table
    for seat in _payers(table, command):
        require_seated(asked, seat)
        if table.seated[seat].stack < command.amount:
            message = (
                f"seat {seat} has {table.seated[seat].stack}; it cannot pay {command.amount}; name the other seats"
            )
            raise Refused("NOT_ENOUGH_CHIPS", message)
    return Resolved()


def _collect(table: Table, fact: Fact, command: wire.CollectTime) -> Effect:
    """Fold seat time: the chips leave the table."""
    paying = [(seat, table.seated[seat]) for seat in _payers(table, command)]
    return _with(table, [(seat, replace(who, stack=who.stack - command.amount)) for seat, who in paying])


def _has_chips(table: Table) -> Seats | None:
    if not between_hands(table):
        return None
    return () if any(who.stack for who in put_aside(table).seated.values()) else None


def _may_give_time(asked: Asked, command: wire.SetTimeBank) -> Resolved:
    if not asked.table.house.time_chips:
        raise Refused("NO_TIME_BANK", "this house gives no time chips; set_house_rules with time_chips gives them")
    for seat in command.seats or ():
        require_seated(asked, seat)
    return Resolved()


def _give_time(table: Table, fact: Fact, command: wire.SetTimeBank) -> Effect:
    """Fold the time chips of players: a tournament gives them anew, or somebody is given another one."""
    seats = table.seated if command.seats is None else command.seats
    seated = {
        seat: replace(who, time_chips=command.chips) if seat in seats else who for seat, who in table.seated.items()
    }
    return Effect(replace(table, seated=seated), UPDATED)


def _has_time_bank(table: Table) -> Seats | None:
    return () if table.house.time_chips and between_hands(table) else None


def new_chips(total: int, chip: int) -> int:
    """Return how many new chips are raced for: half of one or more counts as one (Robert's Rules, tournaments 10)."""
    return (total + chip // 2) // chip if chip % 2 == 0 else (2 * total + chip) // (2 * chip)


def _may_race(asked: Asked, command: wire.ChipRace) -> Resolved:
    """Take the result of a chip race: at most one chip a player, as many as the odd chips make (TDA 2024 rule 24)."""
    if command.chip <= asked.table.house.chip:
        raise Refused("BAD_RACE", f"the smallest chip is {asked.table.house.chip} already; name a larger one")
    odd = Counter({each.seat: each.amount for each in command.odd})
    if len(odd) != len(command.odd) or len(set(command.won)) != len(command.won):
        raise Refused("BAD_RACE", "a seat is named twice: a player gets one chip at most (TDA 24)")
    for seat, amount in odd.items():
        require_seated(asked, seat)
        if amount >= command.chip or amount > asked.table.seated[seat].stack:
            message = f"seat {seat} has no {amount} in odd chips: less than {command.chip}, and no more than its stack"
            raise Refused("BAD_RACE", message)
    due = min(new_chips(sum(odd.values()), command.chip), len(odd))
    if not set(command.won) <= set(odd) or len(command.won) != due:
        message = (
            f"{sum(odd.values())} in odd chips make {due} of {command.chip}; name {due} of the seats {sorted(odd)}"
        )
        raise Refused("BAD_RACE", message, {"chips": due})
    return Resolved()


def _race(table: Table, fact: Fact, command: wire.ChipRace) -> Effect:
    """Fold a chip race. Nobody is raced out: who has nothing left gets one chip all the same (TDA 2024 rule 24)."""
    changed = []
    for each in command.odd:
        who = table.seated[each.seat]
        left = who.stack - each.amount
        won = each.seat in command.won or left == 0
        changed.append((each.seat, replace(who, stack=left + (command.chip if won else 0))))
    effect = _with(table, changed)
    return effect._replace(table=replace(effect.table, house=remade(table.house, chip=command.chip)))


def _may_disqualify(asked: Asked, command: wire.Disqualify) -> Resolved:
    require_seated(asked, command.seat)
    if asked.table.house.profile != "tournament":
        raise Refused("NO_TOURNAMENT", "only tournaments disqualify; remove the player from a cash game")
    if not asked.table.seated[command.seat].stack:
        raise Refused("OUT_ALREADY", f"seat {command.seat} has no chips: it is out already; remove the player")
    return Resolved()


def _in_a_tournament(table: Table) -> Seats | None:
    if table.house.profile != "tournament" or not between_hands(table):
        return None
    return tuple(seat for seat, who in sorted(put_aside(table).seated.items()) if who.stack) or None


def _disqualify(table: Table, fact: Fact, command: wire.Disqualify) -> Effect:
    """Fold a disqualification: the chips leave play (TDA 2024 rule 71-D), and the player has the place of now."""
    after = disqualified(table, command.seat)
    after = replace(after, seated={seat: who for seat, who in table.seated.items() if seat != command.seat})
    return Effect(after, (PlayerUpdate(seat=command.seat, player_id=None), tournament_update(after)))


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.Rebuy,
        label="Rebuy",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_rebuy,
        does=_rebuy,
        listed=taken_between_hands,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.RebuyPaid,
        label="Rebuy paid",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_pay,
        does=_pay,
        listed=_owing,
    ),
    Registration(
        model=wire.CollectTime,
        label="Seat time",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_collect,
        does=_collect,
        listed=_has_chips,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.SetTimeBank,
        label="Time bank",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_give_time,
        does=_give_time,
        listed=_has_time_bank,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.ChipRace,
        label="Chip race",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_race,
        does=_race,
        listed=_has_chips,
        when=When.BETWEEN_HANDS,
    ),
    Registration(
        model=wire.Disqualify,
        label="Disqualify",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_disqualify,
        does=_disqualify,
        listed=_in_a_tournament,
        when=When.BETWEEN_HANDS,
    ),
)
