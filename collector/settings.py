"""Every setting of the service, read once from `EBS_...` in the environment and passed down. No password is among them.

Secrets are in files of their own, made at the first start (`credentials`), with mode 0600.
"""

from __future__ import annotations

import difflib
import os
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from collector.access.buckets import Rates
from collector.errors import SettingsError
from collector.log.housekey import HouseKeyFile, place_of
from collector.system import ALONE, Certificates, LoginPlace, Place, Reach, Sharing, is_anothers

PREFIX = "EBS_"
_NOT_OURS = frozenset({"EBS_HANDS", "EBS_CHROMIUM", "EBS_TRACEBACK"})
"""Of tests and tools; the service lets them be."""

_SQLITE = "sqlite:///"

Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]{1,253}$")]
Rate = Annotated[int, Field(ge=0, le=1_000_000)]
Url = Annotated[str, StringConstraints(max_length=1000)]


class Settings(BaseSettings):
    """The service's settings; each is `EBS_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    data: Path = Field(Path("data"), description="Folder of everything that is kept.")
    log_database: Url | None = Field(None, description="URL of the log; default: log.db in the data folder.")
    readmodel_database: Url | None = Field(None, description="URL of the read model; default: readmodel.db there.")
    app_url: Url | None = Field(None, description="URL of the app store (people, keys); default: app.db there.")
    shared_group: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$")] | None = Field(
        None, description="Unix group of collector and web, where they are two users: each reads the other's store."
    )
    broker_host: Host = Field("127.0.0.1", description="Where the broker is; loopback: `ebs` may start one itself.")
    broker_port: Port = Field(21883, description="Its MQTT port. Not 1883, which another broker may hold.")
    broker_ws_port: Port = Field(21884, description="Its WebSocket port, for pages.")
    broker_ws_url: str | None = Field(
        None,
        max_length=1000,
        pattern=r"^wss?://\S+$",
        description="What pages connect to; default: broker_host and broker_ws_port, which is this machine.",
    )
    broker_ca: Path | None = Field(
        None, description="Certificate of the broker's authority: speak TLS to it, and believe no other server."
    )
    broker_login_files: Path | None = Field(
        None,
        description="Folder of a broker without plugin: the files `passwords` and `acl`, for logins of pages.",
    )
    broker_pid_file: Path | None = Field(
        None, description="The pid file of that broker: have it read these files again by a signal (Linux)."
    )
    credentials: Path | None = Field(
        None, description="File of broker logins; default: credentials.json in the data folder."
    )
    house_key: Path | None = Field(
        None,
        description="File of the key that seals the log; default: the credential of the unit, else in the data folder.",
    )
    http_host: Host = Field("127.0.0.1", description="Address to serve pages on; 0.0.0.0 opens them to the network.")
    http_hosts: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\s]*$")] = Field(
        "", description="Names that pages are asked for by, with commas: of this machine's proxy, say."
    )
    http_framed_by: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\s;]*$")] = Field(
        "", description="Origins whose pages may show ours in a frame, with commas: http://spx.example:5656."
    )
    http_proxies: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\s]*$")] = Field(
        "", description="Addresses of our own proxies, with commas: what they say of clients counts, nobody else's."
    )
    http_port: Port = Field(8080, description="Port of pages and REST.")
    anonymous: Literal["nothing", "hands"] = Field(
        "nothing", description="What anybody may read without sign-in: nothing, or hands and statistics."
    )
    second_factor: Literal["admins", "nobody"] = Field("admins", description="Who must have a second factor.")
    limit_anonymous: Rate = Field(10, description="Requests a minute without sign-in; 0: no limit.")
    limit_person: Rate = Field(100, description="Requests a minute of a person's programs; 0: no limit.")
    limit_key: Rate = Field(1_000, description="Requests a minute of a key; 0: no limit.")
    limit_page: Rate = Field(1_200, description="Requests a minute of a person's pages; 0: no limit.")
    limit_sign_in: Rate = Field(5, description="Sign-ins a minute, for each name and each address; 0: no limit.")
    limit_output: Rate = Field(30, description="Logins a minute of a graphics page; 0: no limit.")
    http_certificate: Path | None = Field(None, description="Certificate to serve https with; needs http_key.")
    http_key: Path | None = Field(None, description="File of its key, that its owner alone may read.")
    instance: str = Field("main", pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Name of this collector on the broker.")
    role: Literal["all", "collector", "web"] = Field("all", description="Which half of the program runs.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Lowest level that is logged.")

    @property
    def reach(self) -> Reach:
        """Who may ask for pages, and show them."""
        machine = socket.gethostname()
        hosts = (self.http_host, machine, f"{machine}.local", *_members(self.http_hosts))
        return Reach(hosts, _members(self.http_framed_by), _members(self.http_proxies))

    @property
    def rates(self) -> Rates:
        """How often somebody may ask."""
        return Rates(
            self.limit_anonymous,
            self.limit_person,
            self.limit_key,
            self.limit_page,
            self.limit_sign_in,
            self.limit_output,
        )

    @property
    def broker(self) -> Place:
        """Where the broker is."""
        return Place(self.broker_host, self.broker_port, self.broker_ca)

    @property
    def login_files(self) -> LoginPlace | None:
        """Where the files are that the broker reads its logins from; None where its plugin keeps them."""
        return LoginPlace(self.broker_login_files, self.broker_pid_file) if self.broker_login_files else None

    @property
    def certificates(self) -> Certificates:
        """The certificates that this process has to do with."""
        shown = (self.http_certificate, self.http_key) if self.http_certificate and self.http_key else None
        return Certificates(self.data, shown, self.broker_ca)

    def for_pages(self) -> dict[str, object]:
        """Return what pages need to start. A page that came over https may open no connection in clear."""
        scheme = "wss" if self.http_certificate else "ws"
        return {"ws_url": self.broker_ws_url or f"{scheme}://{self.broker_host}:{self.broker_ws_port}"}

    @property
    def log_url(self) -> str:
        """Where the log is."""
        return self.log_database or self._file("log.db")

    @property
    def readmodel_url(self) -> str:
        """Where the read model is."""
        return self.readmodel_database or self._file("readmodel.db")

    @property
    def app_store_url(self) -> str:
        """Where people, keys and sessions are."""
        return self.app_url or self._file("app.db")

    def wall(self) -> list[str]:
        """Return what stands against the mode secure on this machine: who else could read hidden cards."""
        faults = []
        if self.role != "collector":
            faults.append("the collector plays the web too; run `ebs serve --role collector` and `--role web`")
        elif self.shared_group is None:
            faults.append("collector and web are one user; let them be two (EBS_SHARED_GROUP)")
        log = Path(self.log_url.removeprefix(_SQLITE))
        files = (log, *log.parent.glob(f"{log.name}-*"), self.credentials_file)
        opened = [path for path in files if path.exists() and path.stat().st_mode & 0o077]
        return [*faults, *(f"{path} can be read by others; chmod 600 it" for path in opened)]

    def sharing(self, keeper: Literal["collector", "web"]) -> Sharing:
        """Return whose a store is that `keeper` writes. A verb of `ebs` has no role: the owner of the file tells."""
        if self.shared_group is None:
            return ALONE
        if self.role != "all":
            return Sharing(self.shared_group, self.role == keeper)
        url = self.readmodel_url if keeper == "collector" else self.app_store_url
        file = Path(url.removeprefix(_SQLITE))
        return Sharing(self.shared_group, not (url.startswith(_SQLITE) and is_anothers(file)))

    @property
    def credentials_file(self) -> Path:
        """Where the broker logins are."""
        return self.credentials or self.data / "credentials.json"

    @property
    def house_key_file(self) -> HouseKeyFile:
        """The key that seals the log."""
        credentials = os.environ.get("CREDENTIALS_DIRECTORY")
        return HouseKeyFile(place_of(self.house_key, credentials, self.data), credentials)

    def _file(self, name: str) -> str:
        return f"{_SQLITE}{self.data / name}"


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
    if settings and (settings.http_certificate is None) != (settings.http_key is None):
        missing = "key" if settings.http_key is None else "certificate"
        faults.append(_fault(f"http_{missing}", "is not set, and the other half is"))
    if settings and settings.broker_pid_file and not settings.broker_login_files:
        faults.append(_fault("broker_login_files", "is not set, and EBS_BROKER_PID_FILE is"))
    if faults or settings is None:
        raise SettingsError("\n".join(faults))
    return settings


def _members(text: str) -> tuple[str, ...]:
    return tuple(each for each in text.split(",") if each)


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
