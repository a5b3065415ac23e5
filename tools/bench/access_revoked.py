"""How long somebody is in yet, whose session, key, output or account has ended: at the broker, and at REST.

Counted from the call that writes the end into the app store, as the verbs of `ebs` do. Neither the collector nor the
web hears of it otherwise than by looking.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tools.bench.access_client import Page, Rest, addresses
from tools.bench.access_house import People

KINDS: Final = ("session", "key", "output", "person")
_ASKED_EVERY_S: Final = 0.02
_LATE_S: Final = 10.0
_LOOKS_S: Final = 0.3
"""Ends come at any moment between two looks."""
_NET: Final = 4
_NOT_IN: Final = 401


@dataclass
class Revoked:
    """Milliseconds by kind; infinity where it was not within `_LATE_S`."""

    connection: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    rest: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})


def measure(url: str, table: str, people: People, each: int, progress: Callable[[str], None]) -> Revoked:
    """End `each` of every kind, one after the other."""
    found, sources = Revoked(), addresses(_NET)
    for number in range(each):
        for kind in KINDS:
            _end(kind, _held(kind, Rest(url, next(sources)), table, people, f"{kind}-{number}"), found)
        if (number + 1) % 10 == 0:
            progress(f"{number + 1} of {each} sessions, keys, outputs and people ended")
    return found


@dataclass(frozen=True)
class _Held:
    """What somebody holds: how to end it, how to ask REST with it, and its page. asks: returns a status."""

    end: Callable[[], None]
    asks: Callable[[], int]
    page: Page | None = None


def _held(kind: str, rest: Rest, table: str, people: People, name: str) -> _Held:
    """Let somebody come in."""
    people.person(name)
    if kind == "key":
        key, text = people.key(name)
        rest.headers["Authorization"] = f"Bearer {text}"
        return _Held(lambda: people.revoke_key(key), lambda: rest.ask("GET", "/auth/me")[0])
    if kind == "output":
        shown = {"key": people.output(name, name, "public")}
        page = Page(rest.must("POST", "/auth/output", shown), table)
        return _Held(lambda: people.revoke_output(name), lambda: rest.ask("POST", "/auth/output", shown)[0], page)
    rest.sign_in(name)
    page = Page(rest.must("POST", "/auth/broker"), table)
    (own,) = [str(each["id"]) for each in rest.must("GET", "/auth/sessions")["sessions"] if each["this"]]
    ends = {"session": lambda: people.end_session(own), "person": lambda: people.disable(name)}
    return _Held(ends[kind], lambda: rest.ask("GET", "/auth/me")[0], page)


def _end(kind: str, held: _Held, found: Revoked) -> None:
    time.sleep(random.random() * _LOOKS_S)  # noqa: S311 - no secret
    began, page = time.monotonic(), held.page
    held.end()
    if page and kind == "output":
        page.ended.wait(_LATE_S)  # each question of an output would get it another login, and end this one
    found.rest[kind].append(_until(held.asks, began))
    if page:
        in_time = page.ended.wait(max(0.0, began + _LATE_S - time.monotonic()))
        found.connection[kind].append(1000 * (page.ended_at - began) if in_time else float("inf"))
        page.close()


def _until(asks: Callable[[], int], began: float) -> float:
    """Return the milliseconds until REST refuses."""
    while time.monotonic() < began + _LATE_S:
        if asks() == _NOT_IN:
            return 1000 * (time.monotonic() - began)
        time.sleep(_ASKED_EVERY_S)
    return float("inf")
