"""Refused commands on record: who tried what, and the answer that a repeat of it gets. Pure; no clock.

They are entries of a stream of their own (`RECORD`), which no table folds (ADR 18). The preview of an amendment is a
refusal too. A console that sends more than `MOST` refused commands in a second is counted, not listed, so that a
stuck key does not grow the log without end.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from collector.canonical import canonical
from collector.facts.fact import RECORD, Body, Fact, NewFact
from collector.facts.kinds import Kind

KEPT_MS: Final = 600_000
"""For so long a repeat of a refused command gets the same answer, also from a collector that was started again."""
MOST: Final = 10
"""Entries of one client in a second."""
MOST_AN_HOUR: Final = 1000
"""Entries of one client. A console that somebody has taken over fills no disk in a night: some 20 MB a day."""
MOST_OF_ALL: Final = 10_000
"""Entries of all clients in an hour."""
MOST_KEPT: Final = 1000
"""Refusals of one client that are remembered."""
LARGEST_DETAILS: Final = 8192
"""Bytes of details that an entry holds, as canonical JSON."""
_SECOND_MS: Final = 1000
_HOUR_MS: Final = 3_600_000
_CARD: Final = re.compile(r"(?<![A-Za-z0-9_])[2-9TJQKA][cdhs](?![A-Za-z0-9_])")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that was not taken, and the answer to it.

    to: the table, or `house`. digest: SHA-256, in hex, of the command as JSON with sorted keys, or of the payload where
    that was no command. hidden: command or answer may name hidden cards or tags. skipped: refusals of the same client
    that came before this one and have no entry.
    """

    to: str
    client: str
    id: str
    digest: str
    code: str
    message: str = field(repr=False)
    details: Mapping[str, Any] = field(repr=False)
    decision: int | None
    hidden: bool
    skipped: int = 0


def _read(body: Body) -> Refusal:
    known = {each.name for each in fields(Refusal)}
    return Refusal(**{name: value for name, value in body.items() if name in known})


COMMAND_REFUSED: Final = Kind("command_refused", _read, hides=lambda refusal: refusal.hidden)


def names_card(answer: object) -> bool:
    """Return whether an answer, as plain JSON values, has the name of a card in it."""
    return _CARD.search(canonical(answer).decode()) is not None


class Refusals:
    """The refusals of the last ten minutes, and how many of each client were listed in this second."""

    def __init__(self) -> None:
        self._kept: dict[str, OrderedDict[tuple[str, str], tuple[int, Refusal]]] = {}
        self._second: dict[str, tuple[int, int]] = {}  # by client: a second, and entries in it
        self._hour = 0
        self._in_hour: Counter[str] = Counter()  # entries by client
        self._skipped: dict[str, int] = {}

    def find(self, to: str, client: str, command_id: str) -> Refusal | None:
        """Return the refusal of a command that came before, None if it is not known, or not any more."""
        kept = self._kept.get(client)
        found = kept.get((to, command_id)) if kept else None
        return found[1] if found else None

    def note(self, refusal: Refusal, now: int) -> NewFact | None:
        """Remember a refusal; return its entry, None where its client has enough of them. now: ms since 1970."""
        self._keep(refusal, now)
        client, second = refusal.client, now // _SECOND_MS
        known, listed = self._second.get(client, (second, 0))
        listed = listed if known == second else 0
        if listed >= MOST or not self._room_this_hour(client, now):
            self._skipped[client] = self._skipped.get(client, 0) + 1
            return None
        self._second[client] = second, listed + 1
        self._in_hour[client] += 1
        body = {**asdict(refusal), "skipped": self._skipped.pop(client, 0)}
        if len(canonical(body["details"])) > LARGEST_DETAILS:
            body |= {"details": {}, "message": f"{refusal.message}; the details are not kept, send it with another id"}
        return COMMAND_REFUSED.fact(RECORD, refusal.id, body, client=client)

    def _room_this_hour(self, client: str, now: int) -> bool:
        if self._hour != now // _HOUR_MS:
            self._hour, self._in_hour = now // _HOUR_MS, Counter()
        return self._in_hour[client] < MOST_AN_HOUR and self._in_hour.total() < MOST_OF_ALL

    def remember(self, fact: Fact) -> None:
        """Take in an entry of the log."""
        if fact.kind == COMMAND_REFUSED.name:
            self._keep(COMMAND_REFUSED.value(fact), fact.received_at)

    def _keep(self, refusal: Refusal, now: int) -> None:
        kept = self._kept.setdefault(refusal.client, OrderedDict())
        kept[refusal.to, refusal.id] = now, refusal
        while len(kept) > MOST_KEPT or next(iter(kept.values()))[0] < now - KEPT_MS:
            kept.popitem(last=False)
