"""What `config.json` of a node may hold, checked before it leaves for the board. Knows no board and no port.

On the board a wrong setting would be found by nobody but the node, which then starts again and again without a word to
the broker.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from importlib import import_module
from typing import Any, Final

from tools.hardware import HardwareError
from tools.hardware.application import boards

KNOWN: Final = frozenset(
    (
        "device", "key", "broker", "wifi", "ethernet", "uplink", "sealed", "antennas", "time_host", "outbox_events",
        "state_folder", "version",
    )
)  # fmt: skip
"""Every setting that the firmware reads. It takes a misspelt one for none, and would not seal for `seald`."""
_SSID_BYTES: Final = 32
_PASSWORD: Final = range(8, 64)
_RAW_KEY: Final = re.compile(r"[0-9a-fA-F]{64}")
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def check_settings(settings: dict[str, Any]) -> None:
    """Raise HardwareError that names what no node could use, and what to do."""
    for name in settings:
        _require(name in KNOWN, f"{name}: the firmware knows no such setting{_nearest(name)}")
    if not {"wifi", "ethernet", "uplink"} & set(settings):
        raise HardwareError("say how the node reaches the broker: --wifi NAME, --ethernet, or --config with `uplink`")
    _require(not {"wifi", "ethernet"} <= set(settings), "wifi and ethernet: a node joins one network; take one out")
    try:  # the firmware's own checks, by name: the chip's code has a type checker of its own
        import_module("edge.config").check(settings)
        import_module("edge.rfid.build").readers(None, _antennas(), _chip(), settings)
    except import_module("edge.config").ConfigError as error:
        raise HardwareError(str(error).removeprefix("config.json, ")) from error
    if "wifi" in settings:
        _wifi(settings["wifi"])
    if "broker" in settings:
        _host(settings["broker"]["host"])


def is_the_board_itself(host: str) -> bool:
    """Whether `host` is, for whoever connects to it, the machine that it is on."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wifi(wifi: dict[str, str]) -> None:
    ssid, password = wifi["ssid"], wifi["password"]
    length = len(ssid.encode())
    _require(1 <= length <= _SSID_BYTES, f"wifi.ssid: a network's name has 1 to {_SSID_BYTES} bytes, this one {length}")
    _require(ssid.isprintable() and password.isprintable(), "wifi: there is a sign in it that cannot be printed")
    fits = len(password.encode()) in _PASSWORD or _RAW_KEY.fullmatch(password)
    what = "must have 8 to 63 signs, as WPA2 asks; the table's network is not to be open"
    _require(fits, f"wifi.password: {what}")


def _host(host: str) -> None:
    what = "give the broker's IPv4 address, or a name, without blanks and without mqtt://"
    _require(_HOST.fullmatch(host), f"broker.host: {host!r}: {what}")


def _antennas() -> list[str]:
    """Return the antennas of all boards: which one is at the port is not known here."""
    made = [import_module(f"firmware.boards.{board}") for board in boards()]
    return list(dict.fromkeys(name for board in made for name in board.ANTENNAS))


def _chip() -> str:
    return str(import_module("firmware.boards.esp32_devkitc").CHIP)


def _nearest(name: str) -> str:
    near = difflib.get_close_matches(name, KNOWN, 1)
    return f"; did you mean {near[0]}?" if near else f"; it knows {', '.join(sorted(KNOWN))}"


def _require(condition: object, what: str) -> None:
    if not condition:
        raise HardwareError(what)
