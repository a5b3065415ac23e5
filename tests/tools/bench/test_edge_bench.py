"""`ebs bench edge`, with a few scans: what it measures is what the table has to reach."""

import pytest

from tools.bench import edge_heap, edge_scans
from tools.bench.report import Figure
from tools.rehearsal.micropython import NoInterpreterError

FEW = 24
FEW_LOOKS = 30
"""The heap is the same after a hundred of them: `ebs bench edge` takes so many, also in `make soak`."""


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def test_looks_keep_within_their_times_and_miss_no_card() -> None:
    said: list[str] = []
    figures = by_name(edge_scans.figures(said.append, FEW))

    targets = {name for name, figure in figures.items() if figure.target}
    assert targets == {
        "empty_reader_ms", "two_known_ms", "two_new_ms", "table_steady_ms", "table_empty_ms", "missed_14443",
        "missed_15693",
    }  # fmt: skip
    assert [name for name, figure in figures.items() if not figure.met] == []
    assert all(figures[name].value > 0 for name in figures if name.endswith("_ms"))
    assert said, "whoever waits is told of progress"


@pytest.mark.node
@pytest.mark.broker
async def test_scanning_leaves_the_heap_as_it_was_on_both_chips() -> None:
    try:
        figures = by_name(await edge_heap.figures(lambda _: None, 1500, FEW_LOOKS))
    except NoInterpreterError as error:
        pytest.skip(str(error))

    assert figures["heap_growth_bytes"].value == 0
    assert (figures["heap_kb"].target, figures["heap_sealed_kb"].target) == ("<= 58.8", "<= 60")
    assert figures["heap_kb"].met, figures["heap_kb"]
    assert figures["heap_sealed_kb"].met, figures["heap_sealed_kb"]
    assert 20 < figures["heap_kb"].value < figures["heap_sealed_kb"].value < figures["heap_both_chips_kb"].value < 150
    assert figures["heap_of_simulator_kb"].value > 10
