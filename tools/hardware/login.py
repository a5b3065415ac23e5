"""Where the broker is and who we are to it, from a data folder or from what was given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from collector.broker.link import Address
from tools.hardware import HardwareError


def broker_login(data: Path, user: str, broker: str | None, password_file: Path | None) -> Address:
    """Return what to connect with; raise HardwareError that says what is missing."""
    host, port = broker_place(data, broker)
    return Address(host, port, user, _password(data, user, password_file))


def broker_place(data: Path, broker: str | None) -> tuple[str, int]:
    """Return host and port of the broker that is named, else of the one `ebs run` started; raise HardwareError."""
    if broker is None:
        known = known_port(data)
        if known is None:
            raise HardwareError(f"no broker in {data}: start `ebs run`, or say --broker host:port")
        return "127.0.0.1", known
    host, _, port = broker.rpartition(":")
    if not host or not port.isdigit():
        raise HardwareError(f"--broker {broker}: write host:port, as in 192.168.1.10:1883")
    return host, int(port)


def known_port(data: Path) -> int | None:
    """Return the port of the broker that `ebs run` starts for this data folder, None before its first start."""
    path = data / "ports.json"
    port = _json(path).get("mqtt")
    if port is not None and not isinstance(port, int):
        raise HardwareError(f"{path}: mqtt is no port; remove the file, `ebs run` makes it anew, or say --broker")
    return port


def _password(data: Path, user: str, file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text().rstrip("\n")
        except OSError as error:
            raise HardwareError(f"{file}: {error.strerror}; it must hold the password of {user}") from error
    known = _json(data / "credentials.json")
    if user not in known:
        raise HardwareError(f"{data}/credentials.json has no login {user}; name another user, or say --password-file")
    return str(known[user])


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise HardwareError(f"{path}: {error}; restore it, or say --broker and --password-file") from error
    return found if isinstance(found, dict) else {}
