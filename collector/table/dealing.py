"""Who is dealt in at this table, where the button is, who owes which blind: by the edition of the rules (ADR 24).

A deal that was void is dealt again to the same players, for the same blinds, from what was owed before it (TDA 2024
rule 35).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from collector.errors import Refused
from collector.hand.blinds import ButtonRule, Owed, after
from collector.hand.events import PostKind
from collector.hand.games import GAMES, HEADS_UP
from collector.hand.obligations import (
    Arranged,
    Blinds,
    Candidate,
    Obligation,
    Positions,
    Stand,
    Wanted,
    arrange,
    first_round,
    unpassed,
)
from collector.table.first_edition import owing_then, places_then, seats_then
from collector.table.posts import Owing, Plan
from collector.table.setup import rules_now, variant_now
from collector.table.state import Redeal, Rules, Table
from collector.wire import start as wire

EDITION_OF_HOUSE: Final = 2
"""The first edition of the rules whose starts carry the house rules where books differ."""
_EDITION_OF_NEW_GAMES: Final = 3
"""The first edition that knows a first round of a new game: a start says so where it is another one by it."""
_BUY = "the button is bought by who waits between it and the small blind, where it moves and the house sells it"


class Dealing(NamedTuple):
    """A start. small: None if nobody posts a small blind there. dead_small: a dead button has it on an empty seat.

    beside: what the fact says of obligations, for the start after this one.
    """

    button: int
    small: int | None
    big: int
    owing: Owing
    rules: Rules | None
    dead_small: bool
    beside: Plan


def dealing(table: Table, command: wire.StartHand, edition: int) -> Dealing:
    """Return who is dealt in and owes what; raise Refused if no hand can start."""
    again = None if edition == 0 else _again(table, command)
    rules = again.rules or table.rules if again else table.rules
    if rules is None and not table.automatic:
        raise Refused("NO_BLINDS", "blinds are not set; set them first")
    rules = rules_now(variant_now(table), rules)
    if rules is not None and rules.ante_first is None and edition >= EDITION_OF_HOUSE:
        rules = replace(rules, ante_first=table.house.ante_first)
    return _first(table, command) if edition == 0 else _arranged(table, command, rules, again, edition)


def _again(table: Table, command: wire.StartHand) -> Redeal | None:
    """Return the void deal that is repeated: not with another button, nor where fewer than two of its players stay."""
    again = table.redeal
    if again is None or command.button is not None:
        return None
    return again if sum(each.ready for each in _candidates(table, again)) >= HEADS_UP else None


def _first(table: Table, command: wire.StartHand) -> Dealing:
    seats = _enough(seats_then(table))
    now = places_then(table, command, seats)
    order = _from_left_of(now.button, seats)
    owing = owing_then(table, command, order, now)
    return Dealing(now.button, now.small, now.big, owing, table.rules, now.small is None, {})


def _enough(seats: Sequence[int]) -> Sequence[int]:
    if len(seats) < HEADS_UP:
        raise Refused("TOO_FEW_PLAYERS", f"{len(seats)} players with chips are in; a hand needs two")
    return seats


def _from_left_of(button: int, seats: Sequence[int]) -> list[int]:
    """Return seats in order of dealing."""
    return sorted(seats, key=lambda seat: (seat <= button, seat))


def _arranged(
    table: Table, command: wire.StartHand, rules: Rules | None, again: Redeal | None, edition: int
) -> Dealing:
    """Deal by the rules of now. again: the deal before was void, and no other button is named: it is repeated."""
    candidates = _candidates(table, again)
    _enough([each.seat for each in candidates if each.ready])
    wanted = _wanted(table, command, rules)
    before, last = _owed_before(table)
    if table.automatic:  # nobody posts, so nobody owes
        before = before and {each.player_id: Obligation(each.seat) for each in candidates}
    found = arrange(candidates, before, last, table.button or 0, wanted)
    if edition >= _EDITION_OF_NEW_GAMES:
        as_new = replace(wanted, unpassed=unpassed(last))
        of_a_new_game = arrange(candidates, before, last, table.button or 0, as_new) if as_new.unpassed else found
        edition = edition if of_a_new_game != found else EDITION_OF_HOUSE
        found = of_a_new_game
    if found is None:
        raise Refused("NO_BUTTON_TO_BUY", _BUY)
    now, order = found.positions, _from_left_of(found.positions.button, found.dealt)
    blinds = [each for each in found.posts if each[1] in (PostKind.SMALL_BLIND, PostKind.BIG_BLIND)]
    if wanted.blinds is Blinds.BOUGHT:
        blinds = list(found.posts[:2])
    owing = Owing(order, now.button, now.big, blinds, [each for each in found.posts if each not in blinds])
    small = now.small if (now.small, PostKind.SMALL_BLIND) in blinds else None
    dead = table.house.button_rule is ButtonRule.DEAD and now.small not in found.dealt
    return Dealing(now.button, small, now.big, owing, rules, dead, _beside(found, edition))


def _candidates(table: Table, again: Redeal | None) -> list[Candidate]:
    """Return everybody who is seated. Without an operator, chips play no part.

    In a tournament absent players are dealt in, and post (TDA 2024 rule 30). A void deal is for those it was for.
    """
    found = []
    for seat, player in sorted(table.seated.items()):
        there = not player.out if table.automatic else player.stack > 0 and (table.house.absent_dealt or not player.out)
        found.append(Candidate(player.player_id, seat, there and (again is None or player.player_id in again.players)))
    return found


def _wanted(table: Table, command: wire.StartHand, rules: Rules | None) -> Wanted:
    house = table.house
    named = tuple((post.seat, post.kind) for post in command.posts or () if post.amount)
    return Wanted(
        house.button_rule,
        house.missed_blinds,
        house.new_players_post,
        _blinds(table, command, rules),
        _button(table, command),
        named,
        tuple(sorted(set(command.unposted))),
    )


def _blinds(table: Table, command: wire.StartHand, rules: Rules | None) -> Blinds:
    variant = variant_now(table)
    stud = GAMES[variant.game].up > 0
    if stud and variant.rotation is not None and not table.automatic:
        return Blinds.FROZEN
    on_button = rules is not None and rules.button_blind > 0
    if command.buy_button:
        if stud or on_button or command.bomb or command.posts is not None or not table.house.buy_button:
            raise Refused("NO_BUTTON_TO_BUY", _BUY)
        return Blinds.BOUGHT
    nobody = stud or on_button or command.bomb or command.posts is not None or table.automatic
    return Blinds.NOBODY if nobody else Blinds.TABLE


def _button(table: Table, command: wire.StartHand) -> int | None:
    """Return the button that was set by hand, or that of a void deal which was set; None if it moves on."""
    if command.button is not None:
        return command.button
    if table.redeal:
        return table.redeal.button
    if not table.button_stays or table.button is None:
        return None
    seats = [each.seat for each in _candidates(table, None) if each.ready]
    return table.button if table.button in seats else after(table.button, seats)


def _owed_before(table: Table) -> tuple[Mapping[str, Obligation] | None, Positions | None]:
    """Return what was owed at the last start, or before the void deal, and the positions of then."""
    if table.redeal:
        return table.redeal.obligations, table.redeal.positions
    return (table.obligations, table.positions) if table.before_hand else _of_an_older_log(table)


def _of_an_older_log(table: Table) -> tuple[Mapping[str, Obligation] | None, Positions | None]:
    """Return what is owed where the last hand was started by the first edition of the rules."""
    last = table.last
    if last is None:
        return None, None
    positions = Positions(last.button, last.button if last.small is None else last.small, last.big)
    moving = table.house.button_rule is ButtonRule.MOVING
    found = {}
    for seat, player in table.seated.items():
        owed = table.owed.get(seat)
        stand = Stand.IN if owed is None else Stand.AWAY
        small = moving and seat == last.big if owed is None else owed.small
        found[player.player_id] = Obligation(seat, stand, small, owed is not None and owed.big)
    return found, positions


def _beside(found: Arranged, edition: int) -> Plan:
    owes = found.after
    last = found.last
    return {
        "edition": edition,
        "obligations": None
        if owes is None
        else {name: [each.seat, each.stand.value, each.small, each.big] for name, each in sorted(owes.items())},
        "positions": None if last is None else [last.button, last.small, last.big],
        "waits": list(found.waits),
        "fresh": found.fresh,
        "stays": found.stays,
    }


def redeal_of(table: Table, seats: Sequence[int], button: int | None) -> Redeal:
    """Return what a misdeal of the hand goes back to that starts at this table. button: where it was set, else None."""
    again = table.redeal
    before, last = _owed_before(table)
    players = frozenset(table.seated[seat].player_id for seat in seats)
    rules = again.rules or table.rules if again else table.rules
    return Redeal(players, rules, before, last, button)


def positions_after(table: Table, now: Positions | None, *, fresh: bool) -> Positions | None:
    """Return the positions after a start of this table, with what is left of the first round of a new game."""
    return first_round(_owed_before(table)[1], now, fresh=fresh)


def obligations_of(body: Mapping[str, list[object]] | None) -> Mapping[str, Obligation] | None:
    """Return what a `start_hand` fact says is owed after it, by player id."""
    if body is None:
        return None
    return {
        name: Obligation(int(str(seat)), Stand(str(stand)), bool(small), bool(big))
        for name, (seat, stand, small, big) in body.items()
    }


def shown(table: Table, owes: Mapping[str, Obligation] | None) -> Mapping[int, Owed]:
    """Return the missed blinds by seat, as every state shows them. Who is in the game meets its blinds as they come."""
    asked = table.house.missed_blinds and table.house.new_players_post
    found = {}
    for each in (owes or {}).values():
        if each.stand is Stand.AWAY:
            found[each.seat] = Owed(each.small, each.big)
        elif each.stand is Stand.NEW and asked:
            found[each.seat] = Owed(big=True)
    return found
