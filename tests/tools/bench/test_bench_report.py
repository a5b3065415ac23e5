"""How figures are judged and printed."""

from __future__ import annotations

import json
import platform
import sys
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner

from tools.bench.report import Figure, Progress, machine_description, percentile, report
from tools.verbs.bench import BENCHES, main

MET = Figure.at_most("p99", 1.5, "ms", 1.5)
MISSED = Figure.at_least("rate", 4999, "1/s", 5000)


def test_a_figure_on_its_limit_is_met() -> None:
    assert (MET.target, MET.met) == ("<= 1.5", True)
    assert (MISSED.target, MISSED.met) == (">= 5000", False)
    assert not Figure.at_most("p99", 1.51, "ms", 1.5).met
    assert Figure.at_least("rate", 5000, "1/s", 5000).met


def test_json_is_one_object_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    status = report("demo", [MET], as_json=True)

    shown = json.loads(capsys.readouterr().out)
    assert status == 0
    assert list(shown) == ["bench", "machine", "figures"]
    assert shown["bench"] == "demo"
    assert shown["figures"] == [{"name": "p99", "value": 1.5, "unit": "ms", "target": "<= 1.5", "met": True}]


def test_one_missed_figure_fails_the_bench(capsys: pytest.CaptureFixture[str]) -> None:
    status = report("demo", [MET, MISSED], as_json=False)

    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert lines[2].endswith("met")
    assert lines[3].endswith("MISSED")


def test_the_machine_is_described_without_its_name() -> None:
    machine = machine_description()

    assert list(machine) == ["cpu", "cores", "python", "os"]
    assert platform.node() not in str(machine)


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]

    assert (percentile(values, 50), percentile(values, 99), percentile(values, 100)) == (50, 99, 100)
    assert percentile([7.0], 99) == 7


def test_a_bench_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(progress: Progress) -> list[Figure]:
        progress("measuring")
        return [MISSED]

    bench = ModuleType("demo_bench")
    bench.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "demo_bench", bench)
    monkeypatch.setitem(BENCHES, "demo", "demo_bench")
    app = typer.Typer()
    app.command()(main)

    result = CliRunner().invoke(app, ["demo", "--json"])

    assert result.exit_code == 1
    assert json.loads(result.stdout)["figures"][0]["name"] == "rate"
    assert result.stderr == "measuring\n"


def test_an_unknown_bench_is_refused_with_the_names_there_are() -> None:
    app = typer.Typer()
    app.command()(main)

    result = CliRunner().invoke(app, ["nothing"])

    assert result.exit_code == 2
    assert "bench: 'nothing' is not known; choose one of: access, edge, engine, equity" in result.stderr


def test_a_figure_without_a_target_is_told_and_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert report("demo", [Figure.told("bus_us", 80, "us")], as_json=False) == 0
    assert capsys.readouterr().out.splitlines()[2].split() == ["bus_us", "80.000", "us"]


def test_full_measures_for_longer_where_a_bench_can(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = ModuleType("demo_bench")
    bench.run_full = lambda _progress: [MET]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "demo_bench", bench)
    monkeypatch.setitem(BENCHES, "demo", "demo_bench")
    app = typer.Typer()
    app.command()(main)

    assert CliRunner().invoke(app, ["demo", "--full"]).exit_code == 0
    del bench.run_full  # type: ignore[attr-defined]
    refused = CliRunner().invoke(app, ["demo", "--full"])
    assert refused.exit_code == 2
    assert "bench: demo has no longer measurement" in refused.stderr
