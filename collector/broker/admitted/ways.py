"""Which way a house tells its broker of logins that come and go: by the plugin, by files, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from collector.broker.admitted.acl_files import LoginFiles, both
from collector.broker.admitted.admitting import Broker
from collector.broker.admitted.dynsec import ADMIN, DynamicSecurity, admin_password
from collector.broker.admitted.reading_again import ByAnother, BySignal, running
from collector.broker.link import Address
from collector.errors import BrokerError, SettingsError
from collector.system import LoginPlace, Place

_OTHERS_WRITE: Final = 0o022


def way_of(data: Path, broker: Place, files: LoginPlace | None) -> Broker | None:
    """Return what tells the broker of logins. None: no files are set, and `data` has no password of `ADMIN`."""
    if files:
        return LoginFiles(files.folder, BySignal(files.pid_file) if files.pid_file else ByAnother(files.folder))
    if (data / ADMIN).exists():
        return DynamicSecurity(Address.at(broker, ADMIN, admin_password(data)))
    return None


def check_files(data: Path, files: LoginPlace) -> None:
    """Raise SettingsError with what to do where logins cannot be made by files. A broker that is down is no fault."""
    if (data / ADMIN).exists():
        kept = f"{data / ADMIN} says that the broker's plugin keeps these logins"
        raise SettingsError(f"{kept}; unset EBS_BROKER_LOGIN_FILES, or remove that file")
    if wrong := _wrong_with(files.folder):
        raise SettingsError(f"EBS_BROKER_LOGIN_FILES: {wrong}")
    try:
        both(files.folder)
        if files.pid_file:
            running(files.pid_file)
    except BrokerError as error:
        raise SettingsError(str(error)) from error
    if files.pid_file and not files.pid_file.parent.is_dir():
        raise SettingsError(f"{files.pid_file.parent}: there is no such folder; name mosquitto's own `pid_file`")


def _wrong_with(folder: Path) -> str:
    """Return what is wrong with the folder of the files, and what to do; "" where nothing is."""
    if not folder.is_dir():
        return f"{folder} is no folder; make it, and put mosquitto's files there: docs/run.md"
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return f"the user of EBS may not write in {folder}; make that user its owner"
    if folder.stat().st_mode & _OTHERS_WRITE:
        return f"others may write in {folder}; chmod go-w it, and look what is in it"
    return ""
