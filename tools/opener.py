"""What the verbs about the log share: where the house key is that opens it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from collector.facts.seals import Sealer
from collector.log.housekey import HouseKeyFile, place_of, sealer_of

HouseKey = Annotated[
    Path | None,
    typer.Option(
        "--house-key", envvar="EBS_HOUSE_KEY", help="File of the house key; default: house-key beside the log."
    ),
]


def house_key_of(log: Path, named: Path | None) -> HouseKeyFile:
    """Return the house key of a log: the one named, else the unit's credential, else the one beside it."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return HouseKeyFile(place_of(named, credentials, log.parent), credentials)


def opener_of(log: Path, named: Path | None) -> Sealer:
    """Return what opens a log. That there is no key is told when something sealed is met."""
    return sealer_of(house_key_of(log, named))
