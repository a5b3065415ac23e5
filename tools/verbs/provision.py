"""Give a flashed board its name, network, broker and a fresh key, and make it known on this side."""

from __future__ import annotations

import json
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from cryptography.hazmat.primitives.serialization import Encoding

from collector.broker.keyfile import new_key
from collector.canonical import read_json
from collector.certificates.kept import AUTHORITY, Kept, load
from collector.errors import SettingsError
from tools.hardware import HardwareError
from tools.hardware.application import board_of
from tools.hardware.board_files import BoardFiles
from tools.hardware.enrolment import VenueBroker, check_name, is_known, new_password, register
from tools.hardware.given_files import text_of
from tools.hardware.login import known_port
from tools.hardware.node_settings import check_settings, is_the_board_itself
from tools.hardware.port import check_port

VERB: Final = (110, "Give a flashed board name, network, broker and key, and register it.")

_HIDDEN = "***"
_MQTT = 1883
_MQTTS = 8883
TRUSTED: Final = "ca.der"
"""The file on the board with the certificate of whom it believes (`edge/config.py`)."""
_PROPOSED = ("config.next", "config.trial")  # of a `configure` command: the node would take it for the newer one


def main(  # noqa: PLR0917 - typer gives them by name
    port: Annotated[str, typer.Option(help="The board's serial port, as /dev/ttyUSB0.")],
    device: Annotated[str, typer.Option(help="The node's name, as node-1.")],
    broker: Annotated[str, typer.Option(help="Broker as the node reaches it, host or host:port; best an address.")],
    wifi: Annotated[str | None, typer.Option(help="Wireless network to join; its password is asked for.")] = None,
    wifi_password_file: Annotated[Path | None, typer.Option(help="File with that password, for scripts.")] = None,
    ethernet: Annotated[bool, typer.Option("--ethernet", help="A wired network, for a board that has one.")] = False,
    tls: Annotated[
        bool, typer.Option("--tls", help="The node speaks TLS to the broker, and believes the house's authority only.")
    ] = False,
    ca: Annotated[
        Path | None,
        typer.Option(help="With --tls: that authority's certificate; default: certs/ca.crt of the data folder."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="JSON file with more settings of the node.")] = None,
    data: Annotated[Path, typer.Option(envvar="EBS_DATA", help="The collector's data folder.")] = Path("data"),
    passwords: Annotated[Path | None, typer.Option(help="Venue: mosquitto's password file.")] = None,
    acl: Annotated[Path | None, typer.Option(help="Venue: mosquitto's ACL.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="The node is known: its old key ends.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell what was done as JSON.")] = False,
) -> None:
    """Provision the board at PORT and register it with collector and broker. Secrets are never shown.

    Exits 2 when the call or a setting is wrong, 1 when the board did not take it.
    """
    try:
        venue = _venue(passwords, acl)
        _check_data(data, device, venue, replace=replace)
        authority = _authority(data, ca, tls=tls)
        settings = _settings(device, _address(broker, data, tls=tls), config)
        if authority:
            settings["broker"].update({"tls": True, "since": _today()})
        check_port(port)
        if wifi:
            settings["wifi"] = {"ssid": wifi, "password": _wifi_password(wifi, wifi_password_file)}
        if ethernet:
            settings.setdefault("ethernet", {})
        check_settings(settings)
        _note(settings)
    except HardwareError as error:
        _fail(error, 2)
    changed = []
    if not dry_run:
        try:
            _write(port, settings, authority)
            key, password = bytes.fromhex(settings["key"]), settings["broker"]["password"]
            changed = register(data, device, key, password, venue)
            BoardFiles(port).reset()
        except HardwareError as error:
            _fail(error, 1)
    _tell(settings, changed, venue, as_json=as_json)


def _check_data(data: Path, device: str, venue: VenueBroker | None, *, replace: bool) -> None:
    if not data.is_dir():
        raise HardwareError(f"{data}: there is no such data folder; start `ebs run` or `ebs serve` once, or --data")
    check_name(device, venue)
    if is_known(data, device) and not replace:
        raise HardwareError(f"{device} is known already; another --device, or --replace, which ends its old key")


def _settings(device: str, address: tuple[str, int], more: Path | None) -> dict[str, Any]:
    host, port = address
    broker = {"host": host, "port": port, "username": device, "password": new_password()}
    return {**_more(more), "device": device, "key": new_key().hex(), "broker": broker}


def _more(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = read_json(text_of(path, "it must be a JSON object"))
    except (ValueError, RecursionError) as error:
        raise HardwareError(f"{path}: {error}; it must be a JSON object") from error
    if not isinstance(found, dict):
        raise HardwareError(f'{path}: must be a JSON object, as {{"sealed": true}}')
    ours = sorted({"device", "key", "broker"} & set(found))
    if ours:
        raise HardwareError(f"{path}: {ours[0]} is made here; take it out of the file")
    return found


def _authority(data: Path, given: Path | None, *, tls: bool) -> bytes:
    """Return the certificate of whom the node believes, in the form that it takes; b"" for a node in clear."""
    if not tls:
        if given:
            raise HardwareError(f"--ca {given}: the node speaks no TLS; say --tls, too")
        return b""
    try:
        return load(given or Kept.of(data).certificate(AUTHORITY)).public_bytes(Encoding.DER)
    except SettingsError as error:
        raise HardwareError(str(error)) from error


def _today() -> list[int]:
    """Return a day on which the broker's certificate is valid: a node whose clock is before it sets it to this day."""
    now = datetime.now(UTC)
    return [now.year, now.month, now.day]


def _address(given: str, data: Path, *, tls: bool) -> tuple[str, int]:
    """Return host and port; without a port that of the broker which `ebs run` starts, if it does, else MQTT's."""
    host, colon, port = given.partition(":")
    if not colon:
        return host, known_port(data, "tls" if tls else "mqtt") or (_MQTTS if tls else _MQTT)
    if not host or not re.fullmatch(r"[0-9]{1,5}", port):  # what a node can use of it is told with its other settings
        raise HardwareError(f"--broker {given}: write host or host:port, as in 192.168.1.10:1883")
    return host, int(port)


def _wifi_password(ssid: str, file: Path | None) -> str:
    if file is None:
        return str(typer.prompt(f"Password of {ssid}", hide_input=True, err=True))
    return text_of(file, f"it must hold the password of {ssid}").rstrip("\r\n")


def _venue(passwords: Path | None, acl: Path | None) -> VenueBroker | None:
    if passwords is None and acl is None:
        return None
    if passwords is None or acl is None:
        raise HardwareError("--passwords and --acl belong together: a login without rights is of no use")
    venue = VenueBroker(passwords, acl)
    venue.check()
    return venue


def _note(settings: dict[str, Any]) -> None:
    """Say what may be meant, but mostly is not."""
    host = settings["broker"]["host"]
    if "uplink" not in settings and is_the_board_itself(host):
        typer.echo(f"note: {host} is the board itself; give --broker this computer's address in its network", err=True)


def _write(port: str, settings: dict[str, Any], authority: bytes) -> None:
    files = BoardFiles(port, _tell_person)
    _tell_person("looking at the board, which takes some seconds")
    there = files.listing()
    board = board_of(there.get("main.py"))
    if board is None:
        typer.echo("note: there is no application of ours on the board yet; ebs flash puts it there", err=True)
    elif settings.get("ethernet") == {} and not board.wired:
        raise HardwareError(f"{port}: board {board.name} has no wired network; --wifi, or flash with another --board")
    _tell_person("writing its settings, and reading them back")
    with tempfile.TemporaryDirectory() as scratch:  # mode 0700
        file = Path(scratch) / "config.json"
        # As it is, and not in escapes: MicroPython would make two broken signs of one beyond U+FFFF.
        file.write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
        if authority:  # before the settings that ask for it
            (Path(scratch) / TRUSTED).write_bytes(authority)
            files.put(TRUSTED, Path(scratch) / TRUSTED)
        files.put("config.json", file)
    files.remove([name for name in (*_PROPOSED, *(() if authority else (TRUSTED,))) if name in there])


def _tell_person(line: str) -> None:
    if line.strip():
        typer.echo(f"    {line.rstrip()}", err=True)  # what a program reads stays clean


def _tell(settings: dict[str, Any], changed: list[str], venue: VenueBroker | None, *, as_json: bool) -> None:
    device = settings["device"]
    after = "sudo systemctl reload mosquitto" if venue else f"ebs doctor --device {device}"
    if as_json:
        typer.echo(json.dumps({"device": device, "changed": changed, "next": after, "config": _shown(settings)}))
        return
    typer.echo(f"{device}: {json.dumps(_shown(settings))}")
    for path in changed:
        typer.echo(f"  registered in {path}")
    typer.echo(f"Next: {after}" if changed else "Nothing was changed.")


def _shown(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings without what nobody may read over a shoulder."""
    return {
        name: _shown(value) if isinstance(value, dict) else _HIDDEN if name in {"key", "password"} else value
        for name, value in settings.items()
    }


def _fail(error: HardwareError, status: int) -> NoReturn:
    typer.echo(f"ebs provision: {error}", err=True)
    raise typer.Exit(status) from error
