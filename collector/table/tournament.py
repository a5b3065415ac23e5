"""Facts of the tournament, and what a hand leaves behind beside stacks: places, side games, penalties served.

Places: several who go out in one hand are ranked by their stacks at its start; equal stacks share place and prize.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from itertools import groupby
from typing import Any, Final

from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.hand.model import Bounty, Player, StandUp
from collector.hand.sidegames import stood
from collector.table.effects import UPDATED, Effect
from collector.table.play import Play
from collector.table.registration import Registration
from collector.table.state import Eliminated, Rules, Table, Tournament
from collector.wire import tournament as wire
from collector.wire.feed_events import TournamentUpdate


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

    Those who share a place share the prizes of the places they take up; what is odd goes to the first in dealing order.
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


def said(tournament: Tournament) -> dict[str, object]:
    """Return what was said of a tournament, as the feeds have it."""
    held = {field.name: getattr(tournament, field.name) for field in fields(tournament)}
    told = {name: value for name, value in held.items() if value is not None}
    if tournament.eliminated is not None:
        told["eliminated"] = [asdict(each) for each in tournament.eliminated]
    return told


def tournament_update(table: Table) -> TournamentUpdate:
    """Tell of the tournament as it is now."""
    return TournamentUpdate.model_validate(said(table.tournament))


def _set_tournament(table: Table, fact: Fact, command: wire.SetTournament) -> Effect:
    """Fold facts of the tournament; what is not named stays."""
    names = {field.name for field in fields(Tournament)}
    given = {name: value for name, value in command if name in names and value is not None}
    if given.keys() & {"clock_ms", "clock_running"}:
        given["clock_at"] = fact.received_at
    after = replace(table, tournament=replace(table.tournament, **given))
    if command.level is not None:
        after = _at_level(after, command.level)
    return Effect(after, (tournament_update(after),))


def _at_level(table: Table, number: int) -> Table:
    """Set the blinds of a level that is known; they hold from the next hand on (TDA 2024 rule 23)."""
    played = [level for level in table.levels if not level.on_break]
    if not 1 <= number <= len(played):
        return table
    level = played[number - 1]
    first, live = (table.rules.ante_first, table.rules.ante_live) if table.rules else (True, False)  # of the house
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


def _set_levels(table: Table, fact: Fact, command: wire.SetLevels) -> Effect:
    """Fold the levels of a tournament; the one that is on keeps its blinds until it is set."""
    return Effect(replace(table, levels=command.levels), UPDATED)


def _set_side_games(table: Table, fact: Fact, command: wire.SetSideGames) -> Effect:
    """Fold bounties and the stand-up game; a stand-up game that goes on keeps who stands."""
    bounties = tuple(Bounty(rule.name, rule.ranks, rule.amount, rule.suited) for rule in command.bounties)
    standing = table.standing if command.stand_up and table.stand_up else None
    return Effect(replace(table, bounties=bounties, stand_up=command.stand_up, standing=standing), UPDATED)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.SetTournament,
        label="Tournament",
        word="write:tables",
        hides=False,
        does=_set_tournament,
    ),
    Registration(model=wire.SetLevels, label="Levels", word="write:tables", hides=False, does=_set_levels),
    Registration(
        model=wire.SetSideGames,
        label="Side games",
        word="write:tables",
        hides=False,
        does=_set_side_games,
    ),
)
