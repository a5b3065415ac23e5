"""A log is read stream by stream, page by page, and each stream is a chain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collector.errors import LogError
from collector.facts import streams
from collector.facts.chain import verify
from collector.facts.fact import HOUSE, UNASSIGNED, Fact, Head
from collector.facts.streams import every_stream, house_first, pages
from collector.table.fold import opens_table
from tests.collector.facts.made import facts_of


class Log:
    """Three streams. `asked` keeps the reads."""

    def __init__(self) -> None:
        self.streams = {
            "table_01": facts_of("table_01", 5, "table_opened"),
            HOUSE: facts_of(HOUSE, 2, "create_event"),
            UNASSIGNED: facts_of(UNASSIGNED, 1),
        }
        self.asked: list[tuple[str, int]] = []

    async def heads(self) -> dict[str, Head]:
        return {name: Head(facts[-1].position) for name, facts in self.streams.items()}

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        self.asked.append((stream, after))
        return self.streams[stream][after : after + limit]


async def test_a_stream_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PAGE", 2)
    log = Log()

    read = [len(page) async for page in pages(log, "table_01")]

    assert read == [2, 2, 1]
    assert log.asked == [("table_01", after) for after in (0, 2, 4, 5)]


async def test_all_streams_come_by_name_and_the_desk_folds_the_house_first() -> None:
    log = Log()

    assert list((await every_stream(log)).items()) == sorted(log.streams.items())
    assert house_first(await log.heads()) == [HOUSE, UNASSIGNED, "table_01"]


def test_neither_the_house_nor_nodes_without_a_table_are_a_table() -> None:
    found = [name for name, facts in Log().streams.items() if opens_table(facts[0])]

    assert found == ["table_01"]


def test_a_whole_stream_is_a_chain() -> None:
    facts = facts_of("table_01", 4)

    verify(facts)
    verify([])


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_fact_that_was_changed_or_taken_out_breaks_the_chain_behind_it(at: int) -> None:
    facts = facts_of("table_01", 4)
    changed = [*facts[:at], replace(facts[at], body={"n": 99}), *facts[at + 1 :]]
    without = [*facts[:at], *facts[at + 1 :]]

    for broken, where in ((changed, at + 2), (without, at + 2)):
        with pytest.raises(LogError, match=f"table_01: the chain breaks at position {where}; restore"):
            verify(broken)
