"""Where the broker is and who we are to it, from a data folder or from what was given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from collector.broker.link import Address
from collector.broker.logins import known_logins
from collector.canonical import read_json
from collector.errors import SettingsError, reason
from collector.files import read_at_most
from collector.system import Place
from tools.choices import host_and_port
from tools.hardware import HardwareError
from tools.hardware.given_files import LARGEST, text_of


def broker_login(
    data: Path, user: str, broker: str | None, password_file: Path | None, authority: Path | None = None
) -> Address:
    """Return what to connect with; raise HardwareError that says what is missing.

    authority: speak TLS to the broker that is named. The one that `ebs run` started here is spoken to in clear: what
    passes between two programs of this machine is on no network.
    """
    host, port = broker_place(data, broker)
    place = Place(host, port, authority if broker else None)
    try:
        return Address.at(place, user, _password(data, user, password_file))
    except SettingsError as error:
        raise HardwareError(str(error)) from error


def broker_place(data: Path, broker: str | None) -> tuple[str, int]:
    """Return host and port of the broker that is named, else of the one `ebs run` started; raise HardwareError."""
    if broker is None:
        known = known_port(data)
        if known is None:
            raise HardwareError(f"no broker in {data}: start `ebs run`, or say --broker host:port")
        return "127.0.0.1", known
    address = host_and_port(broker)
    if address is None:
        raise HardwareError(f"--broker {broker}: write host:port, as in 192.168.1.10:1883")
    return address


def known_port(data: Path, name: str = "mqtt") -> int | None:
    """Return the port of the broker that `ebs run` starts for this data folder, None before its first start.

    name: `mqtt`, or `tls` for the port that nodes over TLS reach.
    """
    path = data / "ports.json"
    port = _json(path).get(name)
    if port is not None and not isinstance(port, int):
        raise HardwareError(f"{path}: {name} is no port; remove the file, `ebs run` makes it anew, or say --broker")
    return port


def _password(data: Path, user: str, file: Path | None) -> str:
    if file is not None:
        return text_of(file, f"it must hold the password of {user}").rstrip("\r\n")
    try:
        known = known_logins(data / "credentials.json")
    except SettingsError as error:
        raise HardwareError(str(error)) from error
    if user not in known:
        raise HardwareError(f"{data}/credentials.json has no login {user}; name another user, or say --password-file")
    return known[user]


def _json(path: Path) -> dict[str, Any]:
    try:
        found = read_json(read_at_most(path, LARGEST))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise HardwareError(f"{path}: {reason(error)}; restore it, or say --broker and --password-file") from error
    return found if isinstance(found, dict) else {}
