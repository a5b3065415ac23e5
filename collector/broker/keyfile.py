"""Keys of nodes, in a file of the data folder that the collector alone may read. A key per device, 32 bytes."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from collector.canonical import read_json
from collector.errors import SettingsError
from collector.logs import log_event, logger_of
from collector.system import read_private, write_private

log = logger_of(__name__)
KEYS = "device-keys.json"
"""The file of keys in a data folder."""
_BYTES = 32


class KeyFile:
    """Implements DeviceKeys over `{device: hex}`. Read again when the file changes, so a node may be added any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, bytes] = {}

    def key(self, device: str) -> bytes | None:
        """Return the key of a device, None for one that was never provisioned."""
        self._refresh()
        return self._keys.get(device)

    def _refresh(self) -> None:
        """Read the file again if it changed. One that cannot be used leaves no key, so no node is believed."""
        try:
            status = self._path.stat()
        except OSError:  # none yet, or a folder of somebody else
            self._keys, self._seen = {}, None
            return
        stamp = (status.st_mtime_ns, status.st_size, status.st_mode)
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._keys = read_keys(self._path)
        except SettingsError as error:
            self._keys = {}
            log_event(log, "ERROR", "keys_unusable", error=error)


def read_keys(path: Path) -> dict[str, bytes]:
    """Return the keys of a file; raise SettingsError where it holds something else."""
    try:
        text = read_private(path, "give the nodes new keys")
        keys = {str(device): bytes.fromhex(key) for device, key in read_json(text).items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; the user of the collector must be able to read it") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise SettingsError(f"{path} is no JSON object of device and hex key; restore it from a backup") from error
    short = [device for device, key in keys.items() if len(key) != _BYTES]
    if short:
        raise SettingsError(f"{path}: key of {short[0]} is not {_BYTES} bytes; provision the node again")
    return keys


def new_key() -> bytes:
    """Return a fresh key."""
    return secrets.token_bytes(_BYTES)


def keep_key(path: Path, device: str, key: bytes) -> bytes:
    """Add or exchange the key of a device, and return it."""
    keys = {**read_keys(path), device: key}
    write_private(path, json.dumps({name: held.hex() for name, held in keys.items()}))
    return key
