"""What is strange about the lists of a table, but can be: levels, payouts, players. The floor is told.

A tournament of several games may have levels whose blinds fall, so nothing here is refused. What nobody can play (a
small blind above the big one) is no level at all: see collector/wire/tournament.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from collector.table.effects import Warn
from collector.table.state import Seated, Tournament
from collector.wire.tournament import Level

_TOLD: Final = 4
"""Lines of one alert; the floor looks at the list itself after that."""
_JUMP: Final = 4
"""Times the big blind before: more is rather a zero too many."""
_SMALL: Final = 5
"""A big blind of so many small ones is rather a zero too many, or too few."""


def warned_levels(levels: Sequence[Level]) -> tuple[Warn, ...]:
    """Return the alert about levels that look mistyped, () if none does."""
    return _warned("ODD_LEVELS", _levels(levels), "look at the levels; set_levels gives them anew")


def warned_tournament(tournament: Tournament) -> tuple[Warn, ...]:
    """Return the alert about facts of a tournament that contradict each other, () if none does."""
    return _warned("ODD_TOURNAMENT", _facts(tournament), "look at them; set_tournament gives them anew")


def warned_name(seated: Mapping[int, Seated], seat: int) -> tuple[Warn, ...]:
    """Return the alert about a player whose name somebody else at the table has too, () if nobody has."""
    name = seated[seat].name.casefold()
    others = [other for other, who in sorted(seated.items()) if other != seat and who.name.casefold() == name]
    if not others:
        return ()
    message = f"seats {others[0]} and {seat} have the same name; seat one of them anew, with an initial or a number"
    return (Warn("SAME_NAME", message, seat=seat),)


def _warned(code: str, lines: Iterator[str], then: str) -> tuple[Warn, ...]:
    found = list(lines)
    if not found:
        return ()
    more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return (Warn(code, f"{'; '.join(found[:_TOLD])}{more}: {then}"),)


def _levels(levels: Sequence[Level]) -> Iterator[str]:
    played = [(number, level) for number, level in enumerate((each for each in levels if not each.on_break), 1)]
    timed = any(level.minutes for _, level in played)
    for number, level in played:
        if 0 < level.small_blind * _SMALL < level.big_blind:
            yield f"level {number} has blinds {level.small_blind}/{level.big_blind}"
        for name, ante in (("an ante", level.ante), ("a button ante", level.button_ante)):
            if ante > level.big_blind:
                yield f"level {number} has {name} of {ante} above its big blind {level.big_blind}"
        if level.big_blind_ante > 2 * level.big_blind:
            yield f"level {number} has a big blind ante of {level.big_blind_ante} to a big blind of {level.big_blind}"
        if timed and not level.minutes:
            yield f"level {number} has no minutes"
    yield from _steps(played)


def _steps(played: Sequence[tuple[int, Level]]) -> Iterator[str]:
    for (_, before), (number, level) in pairwise(played):
        if level.big_blind < before.big_blind:
            yield f"level {number} falls from {before.big_blind} to {level.big_blind}"
        elif level.big_blind > _JUMP * before.big_blind:
            yield f"level {number} jumps from {before.big_blind} to {level.big_blind}"
        elif level == before:
            yield f"level {number} is level {number - 1} again"


def _facts(tournament: Tournament) -> Iterator[str]:
    entrants, remaining = tournament.entrants, tournament.remaining
    if entrants is not None and remaining is not None and remaining > entrants:
        yield f"{remaining} players remain of {entrants}"
    for place, (higher, lower) in enumerate(pairwise(tournament.payouts or ()), 1):
        if lower > higher:
            yield f"place {place + 1} is paid {lower}, more than place {place} with {higher}"
