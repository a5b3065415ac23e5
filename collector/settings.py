"""Every setting of the service, read once from `EBS_...` in the environment and passed down. No password is among them.

Secrets are in files of their own, made at the first start (`credentials`), with mode 0600.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from collector.errors import SettingsError

PREFIX = "EBS_"
_NOT_OURS = frozenset({"EBS_HANDS", "EBS_CHROMIUM"})
"""Of tests and tools; the service lets them be."""

Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S+$")]


class Settings(BaseSettings):
    """The service's settings; each is `EBS_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    data: Path = Field(Path("data"), description="Folder of everything that is kept.")
    log_database: str | None = Field(None, description="URL of the log; default: log.db in the data folder.")
    readmodel_database: str | None = Field(None, description="URL of the read model; default: readmodel.db there.")
    broker_host: Host = Field("127.0.0.1", description="Where the broker is; loopback: `ebs` may start one itself.")
    broker_port: Port = Field(21883, description="Its MQTT port. Not 1883, which another broker may hold.")
    broker_ws_port: Port = Field(21884, description="Its WebSocket port, for pages.")
    broker_ws_url: str | None = Field(
        None,
        pattern=r"^wss?://\S+$",
        description="What pages connect to; default: broker_host and broker_ws_port, which is this machine.",
    )
    credentials: Path | None = Field(
        None, description="File of broker logins; default: credentials.json in the data folder."
    )
    http_host: Host = Field("127.0.0.1", description="Address to serve pages on; 0.0.0.0 opens them to the network.")
    http_port: Port = Field(8080, description="Port of pages and REST.")
    instance: str = Field("main", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Name of this collector on the broker.")
    role: Literal["all", "collector", "web"] = Field("all", description="Which half of the program runs.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Lowest level that is logged.")

    @property
    def log_url(self) -> str:
        """Where the log is."""
        return self.log_database or self._file("log.db")

    @property
    def readmodel_url(self) -> str:
        """Where the read model is."""
        return self.readmodel_database or self._file("readmodel.db")

    @property
    def credentials_file(self) -> Path:
        """Where the broker logins are."""
        return self.credentials or self.data / "credentials.json"

    def _file(self, name: str) -> str:
        return f"sqlite:///{self.data / name}"


def load_settings(**given: object) -> Settings:
    """Return the settings of the environment; `given` (from the command line) goes before it.

    Raises SettingsError with a line for each that is wrong, an unknown `EBS_...` included: it may be a typing error.
    """
    faults = [_unknown(name) for name in sorted(os.environ) if name.startswith(PREFIX) and not _is_known(name)]
    settings = None
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        faults += [_fault(str(fault["loc"][0]), fault["msg"]) for fault in error.errors(include_input=False)]
    if faults or settings is None:
        raise SettingsError("\n".join(faults))
    return settings


def _is_known(name: str) -> bool:
    return name in _NOT_OURS or name.removeprefix(PREFIX).lower() in Settings.model_fields


def _unknown(name: str) -> str:
    names = [PREFIX + field.upper() for field in Settings.model_fields]
    near = difflib.get_close_matches(name, names, 1)
    return f"{name}: no such setting; " + (
        f"did you mean {near[0]}?" if near else f"unset it, or use one of {', '.join(names)}"
    )


def _fault(field: str, problem: str) -> str:
    known = Settings.model_fields.get(field)
    hint = f"; {known.description}" if known and known.description else ""
    return f"{PREFIX}{field.upper()}: {problem[0].lower()}{problem[1:]}{hint}"
