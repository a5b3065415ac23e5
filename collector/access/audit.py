"""The audit: who did what, when and where. Entries from the log, kinds of facts that only it reads, digests. Pure.

Entries have two sources. The web and the verbs write theirs into the app store. Those of the collector are read out of
the log: commands, refusals and previews, logins at the broker, who connected to hear hidden cards, and who may. No
entry holds a card, a tag, a password or a reason that somebody typed: it names the fact, and the fact has the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from collector.access.refusals import COMMAND_REFUSED
from collector.canonical import canonical
from collector.facts.fact import HOUSE, RECORD, Body, Fact, NewFact
from collector.facts.kinds import Kind

WEB: Final = "web"
COLLECTOR: Final = "collector"
SYSTEM: Final = "system:collector"
"""Who did what nobody asked for."""
LARGEST_DETAILS: Final = 4096
"""Bytes of the details of an entry, as canonical JSON."""
MOST_A_MINUTE: Final = 60
"""Entries of one kind that somebody from outside can bring about. The rest is counted in the next one."""
_MINUTE_MS: Final = 60_000
_ASKED: Final[Mapping[str, str]] = {"AMEND_PREVIEW": "amend_previewed", "FLOOR_PROPOSAL": "floor_asked"}
"""Refusals that answer a question, by code: what their entries are called."""
LONGEST: Final = 128
"""Characters of a name in an entry."""
_OF_LIVE: Final = frozenset({"live_granted", "live_revoked"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. at: ms since 1970. who: a person, `key:…`, `output:…`, a login, or `system:…`.

    stream, number: where it stands in its source; the app store has the stream "". table_id: "" for the whole house.
    """

    source: str
    stream: str
    number: int
    at: int
    who: str
    what: str
    about: str
    table_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> EntryPlace:
        """Its place among all entries."""
        return EntryPlace(self.at, self.source, self.stream, self.number)


class EntryPlace(NamedTuple):
    """The place of an entry among those of all sources: they are in the order of this."""

    at: int
    source: str
    stream: str
    number: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries are asked for. since, until: ms since 1970, the first in and the second not. before: of a place.

    who, what, table_id: "" for any. within: tables that may be told of, None for all, and what is of no table.
    """

    limit: int
    since: int = 0
    until: int | None = None
    who: str = ""
    what: str = ""
    table_id: str = ""
    within: frozenset[str] | None = None
    before: EntryPlace | None = None


class AuditDay(NamedTuple):
    """What the log has of entries of the app store: the digest over `first` to `through`, behind that of before."""

    day: str
    first: int
    through: int
    digest: str


def _day(body: Body) -> AuditDay:
    return AuditDay(body["day"], body["first"], body["through"], body["digest"])


def _same(body: Body) -> Body:
    return body


AUDIT_DAY: Final = Kind("audit_day", _day, hides=lambda _: False)
"""In the stream of the house."""
LOGIN_GIVEN: Final = Kind("login_given", _same, hides=lambda _: False)
LOGINS_ENDED: Final = Kind("logins_ended", _same, hides=lambda _: False)
LIVE_CONNECTED: Final = Kind("live_connected", _same, hides=lambda _: False)
"""These are entries of the record: no table folds them."""
LOG_SEALED: Final = Kind("log_sealed", _same, hides=lambda _: False)
"""A log that was in clear was written anew: it names the heads of the chains as they were (`ebs log encrypt`)."""
RECORDS: Final = (LOGIN_GIVEN, LOGINS_ENDED, LIVE_CONNECTED, LOG_SEALED)


class Thinned:
    """Counts what goes on record of one kind: at most `most` a minute, and how many were left out since the last."""

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self._most = most
        self._minute, self._noted, self._skipped = 0, 0, 0

    def take(self, now: int) -> int | None:
        """Return how many were left out before this one, None where it is left out too. now: ms since 1970."""
        if self._minute != now // _MINUTE_MS:
            self._minute, self._noted = now // _MINUTE_MS, 0
        if self._noted >= self._most:
            self._skipped += 1
            return None
        skipped, self._skipped = self._skipped, 0
        self._noted += 1
        return skipped


def recorded(kind: Kind[Body], trace_id: str, body: Mapping[str, Any], who: str | None) -> NewFact:
    """Return a fact of the record. who: the person, output or login that it is about; None: nobody asked for it."""
    return kind.fact(RECORD, trace_id, dict(body), client=who)


def entry_of(fact: Fact) -> Entry | None:
    """Return what a fact is in the audit, None for one that nobody did: a reading, an answer, a hand put away."""
    if fact.kind == COMMAND_REFUSED.name:
        return _refused(fact)
    if fact.kind in _OF_LIVE:
        told = {name: fact.body[name] for name in ("until", "sudo_user", "rehearsal") if name in fact.body}
        return _entry(fact, fact.body["by"], fact.body["to"], fact.stream, told)
    if fact.stream == RECORD:
        kinds = {kind.name for kind in RECORDS}
        return _of_the_door(fact) if fact.kind in kinds else None
    if fact.kind == AUDIT_DAY.name:
        return _entry(fact, SYSTEM, str(fact.body["day"]), "", fact.body)
    if fact.command_id is None or fact.client is None:
        return None
    table = "" if fact.stream == HOUSE else fact.stream
    return _entry(fact, fact.client, f"{fact.stream}:{fact.position}", table, {"id": fact.command_id})


def _refused(fact: Fact) -> Entry:
    body = fact.body
    told = {"id": body["id"], "code": body["code"], "skipped": body.get("skipped", 0)}
    table = "" if body["to"] == HOUSE else str(body["to"])
    # Not the digest of the command: of one that names a card it tells which, to whoever tries all 52.
    about = f"{fact.stream}:{fact.position}"
    return _entry(fact, body["client"], about, table, told, _ASKED.get(body["code"], ""))


def _of_the_door(fact: Fact) -> Entry:
    body = fact.body
    table = body.get("table") or ""
    about = body.get("login") or f"{fact.stream}:{fact.position}"
    return _entry(fact, fact.client or SYSTEM, about, table, {n: v for n, v in body.items() if n != "table"})


def _entry(  # noqa: PLR0917 - the parts of an entry, in their order
    fact: Fact, who: str, about: str, table_id: str, details: Mapping[str, Any], what: str = ""
) -> Entry:
    return Entry(
        COLLECTOR,
        fact.stream,
        fact.position,
        fact.received_at,
        who[:LONGEST],
        what or fact.kind,
        about[:LONGEST],
        table_id,
        bounded(details),
    )


def bounded(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the details of an entry as they are kept: those that are too large are left out, and their size told."""
    size = len(canonical(dict(details)))
    return dict(details) if size <= LARGEST_DETAILS else {"left_out_bytes": size}


class Digest:
    """The digest of entries behind another: SHA-256. before: that one in hex, "" for the first."""

    def __init__(self, before: str) -> None:
        self._found = hashlib.sha256(before.encode())

    def add(self, entry: Entry) -> None:
        """Add the next entry."""
        told = [entry.number, entry.at, entry.who, entry.what, entry.about, entry.table_id, dict(entry.details)]
        self._found.update(canonical(told) + b"\n")

    def hex(self) -> str:
        """Return the digest of what was added, in hex."""
        return self._found.hexdigest()
