"""Facts of the tournament, and the results of a hand beside its stacks: places, side games, penalties served.

Players who go out in one hand are ranked by their stacks at its start. Equal stacks share place and prize.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from dataclasses import replace as remade
from itertools import groupby
from typing import Any, Final

from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.hand.model import Bounty, Player, StandUp
from collector.hand.sidegames import stood
from collector.table.effects import UPDATED, Effect
from collector.table.oddities import warned_levels, warned_tournament
from collector.table.play import Play
from collector.table.registration import Asked, Registration, Resolved, Seats
from collector.table.state import Eliminated, Rules, Table, Tournament
from collector.wire import tournament as wire
from collector.wire.feed_events import TournamentUpdate

DISQUALIFIED: Final = "disqualified"
"""The hand of a place that no hand decided."""


def after_hand(table: Table, play: Play) -> Table:
    """Return the table after `play` was put away and its stacks carried over, with places, side games and penalties."""
    if play.hand.result is None:
        return table
    table = _served(_stood(table, play), play)
    return _knocked_out(returned(table), play) if table.house.profile == "tournament" else table


def _served(table: Table, play: Play) -> Table:
    """Return the table with one hand less to miss for each seat whose hand was dead for a penalty."""
    seated = {
        seat: replace(who, penalty=who.penalty - 1) if seat in play.setup.killed and who.penalty else who
        for seat, who in table.seated.items()
    }
    return replace(table, seated=seated)


def standing(table: Table, seats: Sequence[int]) -> frozenset[int]:
    """Return the seats that stand in the next hand: those that have not won yet, all of them if a new game begins."""
    if table.standing is None:
        return frozenset(seats)
    return frozenset(seat for seat in seats if table.seated[seat].player_id in table.standing) or frozenset(seats)


def _stood(table: Table, play: Play) -> Table:
    game = play.setup.stand_up
    if game is None:
        return table
    after, _ = stood(StandUp(game.amount, game.standing), play.hand)
    ids = {player.seat: player.player_id for player in play.hand.players}
    stand = frozenset(ids[seat] for seat in after.standing)
    if play.setup.stand_away and table.standing:
        here = {who.player_id for who in table.seated.values()}
        stand |= (table.standing & here) - set(ids.values())
    return replace(table, standing=stand)


def returned(table: Table) -> Table:
    """Return the table without those players among the eliminated who have chips again."""
    tournament = table.tournament
    out = tournament.eliminated or ()
    alive = {who.player_id for who in table.seated.values() if who.stack}
    kept = tuple(each for each in out if each.player_id not in alive)
    if len(kept) == len(out):
        return table
    left = tournament.remaining
    now = None if left is None else left + len(out) - len(kept)
    return replace(table, tournament=replace(tournament, eliminated=kept, remaining=now))


def _knocked_out(table: Table, play: Play) -> Table:
    tournament = table.tournament
    gone = [player for player in play.hand.players if play.final_stacks.get(player.seat) == 0]
    if not gone:
        return table
    told = tournament.remaining
    left = _with_chips(table) + len(gone) if told is None else told
    placed = places(gone, left, tournament.payouts or (), play.hand_id)
    out = (*(tournament.eliminated or ()), *placed)
    return replace(table, tournament=replace(tournament, eliminated=out, remaining=max(0, left - len(gone))))


def _with_chips(table: Table) -> int:
    return sum(1 for who in table.seated.values() if who.stack)


def places(gone: Sequence[Player], left: int, payouts: Sequence[int], hand_id: str = "") -> list[Eliminated]:
    """Return the places of players who went out together, of `left` who were in, best first.

    Players who share a place share the prizes of all places they take up. The odd chips go to the first in dealing
    order.
    """
    found: list[Eliminated] = []
    ranked = sorted(gone, key=lambda player: -player.starting_stack)  # stable: dealing order among equals
    for _, group in groupby(ranked, key=lambda player: player.starting_stack):
        equals = list(group)
        rank = left - len(gone) + len(found) + 1
        prize = sum(payouts[rank - 1 : rank - 1 + len(equals)]) if rank >= 1 else 0
        each, odd = divmod(prize, len(equals))
        for at, player in enumerate(equals):
            payout, tied = each + (odd if at == 0 else 0), len(equals) > 1
            found.append(Eliminated(player.player_id, player.name, rank, tied, payout, hand_id))
    return found


def disqualified(table: Table, seat: int) -> Table:
    """Return the table with a player of it out at the place of now, without a prize (TDA 2024 rule 71)."""
    tournament, who = table.tournament, table.seated[seat]
    left = _with_chips(table) if tournament.remaining is None else tournament.remaining
    gone = Eliminated(who.player_id, who.name, left, False, 0, DISQUALIFIED)
    out = (*(tournament.eliminated or ()), gone)
    return replace(table, tournament=replace(tournament, eliminated=out, remaining=max(0, left - 1)))


def said(tournament: Tournament) -> dict[str, object]:
    """Return the facts that were told of a tournament, as plain values for the feeds."""
    held = {field.name: getattr(tournament, field.name) for field in fields(tournament)}
    told = {name: value for name, value in held.items() if value is not None}
    if tournament.eliminated is not None:
        told["eliminated"] = [asdict(each) for each in tournament.eliminated]
    return told


def tournament_update(table: Table) -> TournamentUpdate:
    """Return the event that tells of the tournament as it is now."""
    return TournamentUpdate.model_validate(said(table.tournament))


def _set_tournament(table: Table, fact: Fact, command: wire.SetTournament) -> Effect:
    """Fold facts of the tournament. A field that the command does not name stays as it was."""
    names = {field.name for field in fields(Tournament)}
    given = {name: value for name, value in command if name in names and value is not None}
    if given.keys() & {"clock_ms", "clock_running"}:
        given["clock_at"] = fact.received_at
    after = replace(table, tournament=replace(table.tournament, **given))
    if command.level is not None:
        after = _at_level(after, command.level)
    return Effect(after, (tournament_update(after),), warned_tournament(after.tournament))


def _at_level(table: Table, number: int) -> Table:
    """Set the blinds of a level, if it is known. They hold from the next hand on (TDA 2024 rule 23)."""
    played = [level for level in table.levels if not level.on_break]
    if not 1 <= number <= len(played):
        return table
    level = played[number - 1]
    first, live = (table.rules.ante_first, table.rules.ante_live) if table.rules else (None, False)  # of the house
    rules = Rules(
        small_blind=level.small_blind,
        big_blind=level.big_blind,
        ante=level.ante,
        big_blind_ante=level.big_blind_ante,
        button_ante=level.button_ante,
        ante_first=first,
        ante_live=live,
    )
    return replace(table, rules=rules)


def _may_place(asked: Asked, command: wire.SetPlace) -> Resolved:
    out = asked.table.tournament.eliminated or ()
    if command.player_id not in {each.player_id for each in out}:
        raise Refused("NOT_OUT", f"{command.player_id} is not among those who are out at this table; name one of them")
    return Resolved()


def _somebody_is_out(table: Table) -> Seats | None:
    return () if table.tournament.eliminated else None


def _set_place(table: Table, fact: Fact, command: wire.SetPlace) -> Effect:
    """Fold a place that tables share: each player gets its part of the prizes of all these places."""
    first = command.rank - 1
    prize = sum((table.tournament.payouts or ())[first : first + command.shared]) // command.shared
    out = tuple(
        remade(each, rank=command.rank, payout=prize, tied=command.shared > 1)
        if each.player_id == command.player_id
        else each
        for each in table.tournament.eliminated or ()
    )
    after = replace(table, tournament=replace(table.tournament, eliminated=out))
    return Effect(after, (tournament_update(after),))


def _set_levels(table: Table, fact: Fact, command: wire.SetLevels) -> Effect:
    """Fold the levels of a tournament. The blinds stay until a level is set."""
    return Effect(replace(table, levels=command.levels), UPDATED, warned_levels(command.levels))


def _set_side_games(table: Table, fact: Fact, command: wire.SetSideGames) -> Effect:
    """Fold bounties and the stand-up game. A stand-up game that goes on keeps the players who stand."""
    bounties = tuple(Bounty(rule.name, rule.ranks, rule.amount, rule.suited) for rule in command.bounties)
    standing = table.standing if command.stand_up and table.stand_up else None
    return Effect(replace(table, bounties=bounties, stand_up=command.stand_up, standing=standing), UPDATED)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.SetTournament,
        label="Tournament",
        word="write:tables",
        hides=False,
        cardless=True,
        does=_set_tournament,
    ),
    Registration(
        model=wire.SetPlace,
        label="Place",
        word="write:tables",
        hides=False,
        cardless=True,
        may=_may_place,
        does=_set_place,
        listed=_somebody_is_out,
    ),
    Registration(
        model=wire.SetLevels, label="Levels", word="write:tables", hides=False, cardless=True, does=_set_levels
    ),
    Registration(
        model=wire.SetSideGames,
        label="Side games",
        word="write:tables",
        hides=False,
        cardless=True,
        does=_set_side_games,
    ),
)
