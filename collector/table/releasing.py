"""The release of hidden cards of hands that are over: what a table waits with, and the facts that let it out.

`collector/release/` has the policies and the time. Nothing here looks at a card.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from collector.access.vocabulary import PROPOSE
from collector.errors import Refused
from collector.facts.fact import Fact, NewFact
from collector.hand.copying import replace
from collector.release import (
    Anchor,
    Audience,
    Due,
    Hands,
    Policy,
    Terms,
    Waiting,
    due,
    released_seats,
    stricter,
    weakens,
)
from collector.release.due import HAND_RELEASED
from collector.release.policy import BY_DEFAULT, plain_terms
from collector.release.showtime import CLOCK_ANCHORED, ShowTime
from collector.table.effects import UPDATED, Effect, Warn
from collector.table.play import Play
from collector.table.registration import Asked, Folded, Past, Registration, Resolved, Seats
from collector.table.state import Table, require_clock
from collector.wire import releasing as wire


class Freed(NamedTuple):
    """A hand whose hidden cards become known, and to whom, of which seats."""

    play: Play
    due: Due

    @classmethod
    def of(cls, closed: Iterable[Play], due: Due) -> Freed:
        """Return the release of one of the finished hands."""
        return cls(next(play for play in closed if play.hand_id == due.hand_id), due)


def freed_at_once(ended: Iterable[Play]) -> tuple[Freed, ...]:
    """Return the releases of hands of a stream without an anchor. Before there were delays, nothing of it waited.

    The house saw all, and everybody what was tabled: that takes no release.
    """
    return tuple([Freed(play, _due(play, BY_DEFAULT, Audience.HOUSE, 0)) for play in ended])


def releases(table: Table, closed: Iterable[Play], now: int) -> list[NewFact]:
    """Return the releases that are due at a table, in order. closed: its finished hands. now: ms since 1970."""
    found, plays = due(table.waiting, table.time.shown(now)), {play.hand_id: play for play in closed}
    return [
        _due(plays[each.hand_id], each.terms, audience, each.due_at).fact(table.table_id)
        for each in found
        for audience in each.to
    ]


def is_due(table: Table, now: int) -> bool:
    """Return whether a release is due at a table. now: ms since 1970."""
    shown = table.time.shown(now)
    return any(each.due_at <= shown for each in table.waiting)


def counted_on(table: Table, fact: Fact, ended: tuple[Play, ...]) -> tuple[ShowTime, tuple[Waiting, ...]]:
    """Return how the time of a table counts behind a fact, and the hands that wait for their release.

    table: with what the fact itself did to these fields; an amendment does nothing to them. ended: by the fact.

    A hand that an amendment changed waits once more: it is the last fact of that hand. What was released stays so.
    """
    time = table.time.after(fact.received_at)
    if not ended or not time.counts:
        return time, table.waiting
    again = {play.hand_id for play in ended}
    over_at = time.shown(fact.received_at)
    fresh = [Waiting(each.hand_id, each.revision, over_at, stricter(each.terms, table.terms)) for each in ended]
    return time, (*(old for old in table.waiting if old.hand_id not in again), *fresh)


def _due(play: Play, terms: Terms, audience: Audience, due_at: int) -> Due:
    policy = terms.policy(audience)
    return Due(play.hand_id, play.revision, audience, policy, released_seats(policy, audience, _hands(play)), due_at)


def _hands(play: Play) -> Hands:
    players = play.hand.players
    return Hands(
        dealt=tuple(player.seat for player in players),
        all_in=tuple(player.seat for player in players if player.all_in and not player.folded),
        shown=tuple(player.seat for player in players if player.shown),
        void=play.void,
    )


def _anchor(table: Table, fact: Fact, anchor: Anchor) -> Effect:
    return Effect(replace(table, time=table.time.anchored(anchor, fact.received_at)))


def _release(table: Table, fact: Fact, told: Due) -> Effect:
    """Fold a release. One that is early, or of nothing that waits, releases nothing: the fold takes no log's word."""
    known = next((each for each in table.waiting if each.hand_id == told.hand_id and told.audience in each.to), None)
    if known is None:
        return Effect(table)
    if known.due_at > table.time.shown(fact.received_at):
        message = f"the log has a release of hand {told.hand_id} before it was due; nothing came of it: check the log"
        return Effect(table, warnings=(Warn("EARLY_RELEASE", message, "error"),))
    left = known.without(told.audience)
    waiting = tuple(left if each is known else each for each in table.waiting if each is not known or left.to)
    return Effect(replace(table, waiting=waiting), released=(told,))


def _may_set(asked: Asked, command: wire.SetRelease) -> Resolved:
    old, new = asked.table.terms, _terms(asked.table.terms, command)
    if not asked.logged:
        require_clock(asked.table)
    if new.house.width < new.public.width:
        message = f"the house would see less ({new.house}) than everybody ({new.public}); widen it, or narrow the other"
        raise Refused("BAD_POLICY", message)
    if weakens(old, new) and asked.table.mode != "rehearsal" and not asked.logged:
        message = "this shows more, or sooner; two approvers have to sign that on the collector's machine"
        raise Refused("NEEDS_APPROVAL", message, {"old": plain_terms(old), "new": plain_terms(new)})
    return Resolved()


def _set(table: Table, fact: Fact, command: wire.SetRelease) -> Effect:
    """Fold new terms: what is stricter holds at once, for hands that run or wait too; what is weaker for later ones."""
    terms = _terms(table.terms, command)
    waiting = tuple(each.under(terms) for each in table.waiting)
    play = table.play and replace(table.play, terms=stricter(table.play.terms, terms))
    return Effect(replace(table, terms=terms, waiting=waiting, play=play), UPDATED)


def _terms(now: Terms, said: wire.SetRelease) -> Terms:
    public = now.public if said.public is None else Policy(said.public)
    house = now.house if said.house is None else Policy(said.house)
    return Terms(public, house, now.delay_ms if said.delay_s is None else said.delay_s * 1000)


def _counts(table: Table) -> Seats | None:
    """Nothing waits at a table of before there were delays."""
    return () if table.time.counts else None


FACTS: Final[tuple[Folded[Any], ...]] = (Folded(CLOCK_ANCHORED, _anchor), Folded(HAND_RELEASED, _release))
COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.SetRelease,
        label="Set the release of hidden cards",
        word=PROPOSE,
        hides=False,
        cardless=True,
        may=_may_set,
        does=_set,
        listed=_counts,
        past=Past.FIXED,
        by_card=False,
    ),
)
