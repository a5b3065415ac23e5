"""`ebs bench`: finds a bench by name and runs it."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Final

import typer

from tools.bench.report import report
from tools.choices import unknown

VERB: Final = (160, "Measure this machine against the figures EBS has to reach.")

BENCHES: Final[dict[str, str]] = {
    "access": "tools.bench.access",
    "edge": "tools.bench.edge",
    "engine": "tools.bench.engine",
    "equity": "tools.bench.equity",
    "latency": "tools.bench.latency",
    "session": "tools.bench.session_figures",
}
"""Name to module. A module has `run(progress) -> list[Figure]` and is imported when it is called. One that can measure
for longer has `run_full(progress)` too."""


def main(
    name: Annotated[str, typer.Argument(help=f"What to measure: {', '.join(BENCHES)}.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Measure for much longer, as before a release.")] = False,
) -> None:
    """Measure this machine against the figures EBS has to reach. Exits 1 when one is missed.

    Example: ebs bench equity
    """
    if name not in BENCHES:
        typer.echo(f"ebs bench: {unknown(name, BENCHES)}", err=True)
        raise typer.Exit(2)
    bench = import_module(BENCHES[name])
    if full and not hasattr(bench, "run_full"):
        typer.echo(f"bench: {name} has no longer measurement; leave --full out", err=True)
        raise typer.Exit(2)
    figures = bench.run_full(_progress) if full else bench.run(_progress)
    raise typer.Exit(report(name, figures, json))


def _progress(text: str) -> None:
    typer.echo(text, err=True)


if __name__ == "__main__":
    typer.run(main)
