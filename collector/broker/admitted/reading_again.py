"""How a mosquitto is told to read its files of logins again: by a signal, or by somebody else who may send one."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Final

from collector.errors import BrokerError, CollectorError, reason
from collector.system import make_private, open_private

CHANGED: Final = "changed"
"""A file beside the two that asks for it. Whoever has the broker read again renames it before, and removes it after."""
TELLING: Final = "telling"
_BROKER: Final = "mosquitto"
_PROGRAMS: Final = Path("/proc")
_READS_S: Final = 0.2
"""mosquitto looks ten times a second whether somebody told it to read again. It is the pace of the changes, too: each
has mosquitto count a hash for every connection, inside its loop, which takes some 20 ms for 300."""
_TOLD_S: Final = 5.0
_LOOK_S: Final = 0.02
_LONGEST_PID: Final = 32


class BySignal:
    """Sends SIGHUP to the mosquitto whose pid file this is: for a collector that is the broker's user, or root."""

    def __init__(self, pid_file: Path) -> None:
        self._pid_file = pid_file

    async def __call__(self) -> None:
        """Have the broker read again. Raises BrokerError with what to do where this is no running mosquitto's file."""
        pid = running(self._pid_file)
        if pid is None:
            raise BrokerError(f"{self._pid_file} names no program that runs; start mosquitto, with this `pid_file`")
        try:
            os.kill(pid, signal.SIGHUP)
        except OSError as error:
            advice = "run EBS as its user, or unset EBS_BROKER_PID_FILE, and set up deploy/ebs-logins.path"
            raise BrokerError(f"EBS may not signal mosquitto ({reason(error)}); {advice}") from error
        await asyncio.sleep(_READS_S)


class ByAnother:
    """Asks for it by a file in `folder`, and waits until it was done: by deploy/ebs-logins.path, say."""

    def __init__(self, folder: Path) -> None:
        self._changed, self._telling = folder / CHANGED, folder / TELLING

    async def __call__(self) -> None:
        """Have the broker read again. Raises BrokerError where nobody does it: who was let out could be in still."""
        try:
            make_private(self._changed)
            async with asyncio.timeout(_TOLD_S):
                while self._changed.exists() or self._telling.exists():  # noqa: ASYNC110 - nobody tells us of a file
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError as error:
            told = f"nobody had mosquitto read its logins again within {_TOLD_S:.0f} s"
            message = f"{told} ({self._changed}); is ebs-logins.path on, and does mosquitto run?"
            raise BrokerError(message) from error
        except CollectorError as error:
            raise BrokerError(str(error)) from error
        except OSError as error:
            raise BrokerError(f"{self._changed}: {reason(error)}; the user of EBS must be able to write it") from error
        await asyncio.sleep(_READS_S)


def running(pid_file: Path) -> int | None:
    """Return the process that a pid file of mosquitto names; None where there is none, or it has ended.

    Raises BrokerError where it is another program's.
    """
    try:
        with os.fdopen(open_private(pid_file, os.O_RDONLY), encoding="ascii") as file:
            text = file.read(_LONGEST_PID)
    except FileNotFoundError:
        return None
    except CollectorError as error:
        raise BrokerError(str(error)) from error
    except (OSError, ValueError) as error:
        raise BrokerError(f"{pid_file}: {reason(error)}; name mosquitto's own `pid_file`") from error
    if not text.strip().isdecimal() or int(text) <= 1:
        raise BrokerError(f"{pid_file} holds no number of a process; name mosquitto's own `pid_file`")
    found = _name_of(int(text))
    if found not in {None, _BROKER}:
        raise BrokerError(f"{pid_file} names {found!r}, which is no mosquitto; name mosquitto's own `pid_file`")
    return int(text) if found else None


def _name_of(pid: int) -> str | None:
    """Return the name of a program that runs; None where none has this number."""
    if not _PROGRAMS.joinpath("self").exists():
        raise BrokerError("this system does not tell what a process is; unset EBS_BROKER_PID_FILE")
    try:
        return (_PROGRAMS / str(pid) / "comm").read_text(errors="replace").rstrip("\n")
    except OSError:
        return None
