"""Options that the verbs for real boards share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from collector.wire.topics import topic


def name(given: str | None) -> str | None:
    """Refuse what is no name of a node, a table or a deck, before anything begins."""
    if given is not None:
        try:
            topic(given)
        except ValueError as error:
            what = f"{given!r} is no name; 1 to 64 letters, digits, _ and -"
            raise typer.BadParameter(what) from error
    return given


Data = Annotated[Path, typer.Option(envvar="EBS_DATA", help="The collector's data folder.")]
Broker = Annotated[str | None, typer.Option(help="Broker as host:port; default: the one `ebs run` started.")]
Login = Annotated[str, typer.Option(help="User of the broker; it must be allowed to hear nodes.")]
PasswordFile = Annotated[Path | None, typer.Option(help="File with its password; default: the data folder's.")]
Ca = Annotated[
    Path | None,
    typer.Option(
        envvar="EBS_BROKER_CA", help="Speak TLS to the broker that --broker names, and believe this authority about it."
    ),
]
Device = Annotated[str | None, typer.Option(help="Hear this node only.", callback=name)]
DEFAULT_TABLE: Final = "table_01"
"""The table that `ebs run` opens; a house names its own."""
TableName = Annotated[str, typer.Option(help="The table.", callback=name)]
