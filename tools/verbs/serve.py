"""Run the service: collector, web, or both."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.api.server import inherited, listening
from collector.broker.admitted.ways import check_files
from collector.broker.logins import password_of
from collector.certificates.contexts import serving, trusting
from collector.errors import CollectorError, SettingsError
from collector.logs import log_event, logger_of, setup_logging
from collector.settings import Settings, load_settings
from collector.system import close_memory, give_way, private_folder
from tools.choices import host_and_port
from tools.importing import importing

WEB_NICE: Final = 5
"""Whoever reads hands waits for cards, and never the other way round, where both have too few processors."""
VERB: Final = (20, "Run the service for a venue, against a broker that is there already.")


def main(
    role: Annotated[
        str | None, typer.Option(help="all, collector (broker, log, tables; holds hole cards) or web (REST, pages).")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of log, read model, keys and logins.")] = None,
    broker: Annotated[str | None, typer.Option(help="Broker, as host:port.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of pages and REST.")] = None,
    listener: Annotated[
        int | None, typer.Option(hidden=True, help="Descriptor of a socket that listens, held by who starts this.")
    ] = None,
) -> None:
    """Run the service until SIGTERM or Ctrl-C. Everything else is set by EBS_... in the environment.

    A start that fails for its settings exits 2; a fault while running exits 1, for the supervisor to start it again.
    """
    try:
        host, broker_port = _address(broker)
        settings = load_settings(role=role, data=data, broker_host=host, broker_port=broker_port, http_port=port)
        setup_logging(settings.log_level)
        _serve(settings, listener)
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


def _serve(settings: Settings, held: int | None) -> None:
    """Serve on the socket that is held for us; None: on one of our own.

    What cannot be had is told before anything is written: a start that fails leaves nothing behind.
    """
    if settings.shared_group and settings.role == "all":
        raise SettingsError("EBS_SHARED_GROUP is for collector and web as two users; give --role, or unset it")
    if settings.role != "web":
        password_of("collector", settings.credentials_file)
        if settings.login_files:
            check_files(settings.data, settings.login_files)
    if settings.certificates.shown:
        serving(*settings.certificates.shown)
    if settings.broker_ca and settings.role != "web":
        trusting(settings.broker_ca)
    place = (settings.http_host, settings.http_port)
    with listening(*place) if held is None else inherited(held) as listener:
        if told := private_folder(settings.data):
            log_event(logger_of("ebs"), "WARNING", "data_folder_open", problem=told)
        with importing():
            from collector.service import run  # noqa: PLC0415 - heavy; a wrong setting should not wait for it

        if settings.role == "web":
            give_way(WEB_NICE)  # before the memory closes: from then on what it writes belongs to root
        close_memory()
        asyncio.run(run(settings, listener))


def _address(broker: str | None) -> tuple[str | None, int | None]:
    if broker is None:
        return None, None
    address = host_and_port(broker)
    if address is None:
        typer.echo(f"ebs serve: --broker {broker}: write host:port, as in 127.0.0.1:21883", err=True)
        raise typer.Exit(2)
    return address
