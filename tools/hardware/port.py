"""Whether a serial port can be used, and by which words to say that it cannot."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

from tools.hardware import HardwareError

_USUAL = ("ttyUSB*", "ttyACM*", "cu.usb*")


def ports_here(devices: Path = Path("/dev")) -> list[str]:
    """Return the device files that boards usually have."""
    return sorted(str(found) for form in _USUAL for found in devices.glob(form))


def check_port(port: str) -> None:
    """Raise HardwareError unless `port` is a serial port that this user may open."""
    path = Path(port)
    if not path.exists():
        here = ports_here()
        what = f"here are: {', '.join(here)}" if here else "no board is plugged in, or its cable carries no data"
        raise HardwareError(f"{port}: there is no such port; {what}")
    status = path.stat()
    if not stat.S_ISCHR(status.st_mode):
        raise HardwareError(f"{port} is no serial port; give one like /dev/ttyUSB0")
    if not os.access(path, os.R_OK | os.W_OK):
        raise HardwareError(
            f"{port}: you may not use it; sudo usermod -aG {_group(status.st_gid)} $USER, then log out and in again"
        )


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return "dialout"
