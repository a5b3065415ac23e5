"""Facts for tests that do not care what they say."""

from __future__ import annotations

from collector.facts.chain import Chain
from collector.facts.fact import Fact, NewFact
from collector.secrecy import Secrecy


def facts_of(stream: str, count: int, kind: str = "card_read") -> list[Fact]:
    """Return the first facts of a stream, in a chain."""
    chain = Chain({}, lambda: 5)
    return [chain.place(NewFact(stream, kind, Secrecy.S1, "t", {"n": n})) for n in range(count)]
