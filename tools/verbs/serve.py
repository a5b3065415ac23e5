"""Run the service: collector, web, or both."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.errors import CollectorError, SettingsError
from collector.logs import log_event, logger_of, setup_logging
from collector.settings import load_settings

VERB: Final = (20, "Run the service for a venue, against a broker that is there already.")


def main(
    role: Annotated[
        str | None, typer.Option(help="all, collector (broker, log, tables; holds hole cards) or web (REST, pages).")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of log, read model, keys and logins.")] = None,
    broker: Annotated[str | None, typer.Option(help="Broker, as host:port.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of pages and REST.")] = None,
) -> None:
    """Run the service until SIGTERM or Ctrl-C. Everything else is set by EBS_... in the environment.

    A start that fails for its settings exits 2; a fault while running exits 1, for the supervisor to start it again.
    """
    from collector.service import run  # noqa: PLC0415 - heavy; a wrong setting should not wait for it

    try:
        host, broker_port = _address(broker)
        settings = load_settings(role=role, data=data, broker_host=host, broker_port=broker_port, http_port=port)
        setup_logging(settings.log_level)
        asyncio.run(run(settings))
    except CollectorError as error:
        typer.echo(f"ebs serve: {error}", err=True)
        raise typer.Exit(2) from error
    except BaseExceptionGroup as group:
        ours, others = group.split(CollectorError)
        for fault in ours.exceptions if ours else ():
            typer.echo(f"ebs serve: {fault}", err=True)
        if others:
            log_event(logger_of("ebs"), "CRITICAL", "crashed", error=others)
        wrong_settings = group.split(SettingsError)[1] is None
        raise typer.Exit(2 if wrong_settings else 1) from group


def _address(broker: str | None) -> tuple[str | None, int | None]:
    if broker is None:
        return None, None
    host, _, port = broker.rpartition(":")
    if not host or not port.isdigit():
        typer.echo(f"ebs serve: --broker {broker}: write host:port, as in 127.0.0.1:21883", err=True)
        raise typer.Exit(2)
    return host, int(port)
