"""Who may hear the live channel of a table: facts of the table, given and taken on the collector's machine.

No command does that. So nobody gives it over the broker or over REST, no control card and no amendment does, and a
replay knows who could hear what when.
"""

from __future__ import annotations

from typing import Any, Final

from collector.access.live import LiveGrant, require_room
from collector.facts.fact import Body, Fact, NewFact
from collector.facts.kinds import Kind
from collector.hand.copying import replace
from collector.table.effects import Effect
from collector.table.registration import Folded
from collector.table.state import Table
from collector.wire.live_requests import GrantLive, RevokeLive


def _granted(body: Body) -> LiveGrant:
    return LiveGrant(body["to"], body["until"], body["by"], body["key"])


def _give(table: Table, fact: Fact, grant: LiveGrant) -> Effect:
    kept = {to: each for to, each in table.live.items() if each.holds(fact.received_at)}
    return Effect(replace(table, live={**kept, grant.to: grant}))


def _revoked(body: Body) -> str:
    return str(body["to"])


def _take(table: Table, fact: Fact, to: str) -> Effect:
    return Effect(replace(table, live={name: each for name, each in table.live.items() if name != to}))


LIVE_GRANTED: Final = Kind("live_granted", _granted, hides=lambda _: False)
LIVE_REVOKED: Final = Kind("live_revoked", _revoked, hides=lambda _: False)
FACTS: Final[tuple[Folded[Any], ...]] = (Folded(LIVE_GRANTED, _give), Folded(LIVE_REVOKED, _take))


def decide_live(table: Table, asked: GrantLive | RevokeLive, by: str, key: str, now: int) -> NewFact | None:
    """Return the fact that a request makes; None where it is done already. Raises Refused, saying what to do.

    by: the user of this machine who asks. key: the digest of the output's key, "" for a person. now: ms since 1970.
    """
    known = table.live.get(asked.to)
    body: dict[str, object] = {"to": asked.to, "by": by, "sudo_user": asked.sudo_user}
    if isinstance(asked, RevokeLive):
        if known is None or not known.holds(now):
            return None
        return LIVE_REVOKED.fact(table.table_id, asked.id, body, client=by)
    require_room(table.table_id, table.mode, table.live, asked.to, asked.until, now)
    grant = LiveGrant(asked.to, asked.until, by, key)
    if known == grant:
        return None  # the same request once more: it was taken before this collector could say so
    body |= {"until": asked.until, "key": key, "rehearsal": asked.rehearsal}
    return LIVE_GRANTED.fact(table.table_id, asked.id, body, grant, client=by)
