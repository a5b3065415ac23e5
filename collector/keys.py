"""Keys of nodes, in a file of the data folder that the collector alone may read. A key per device, 32 bytes."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from collector.errors import SettingsError

_BYTES = 32


class KeyFile:
    """Implements DeviceKeys over `{device: hex}`. Read again when the file changes, so a node may be added any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, bytes] = {}

    def key(self, device: str) -> bytes | None:
        """Return the key of a device, None for one that was never provisioned."""
        if device not in self._keys:
            self._refresh()
        return self._keys.get(device)

    def _refresh(self) -> None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._seen:
            self._keys = read_keys(self._path)
            self._seen = stamp


def read_keys(path: Path) -> dict[str, bytes]:
    """Return the keys of a file; raise SettingsError where it holds something else."""
    if not path.exists():
        return {}
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"{path} can be read by others; chmod 600 it, and give the nodes new keys")
    try:
        keys = {str(device): bytes.fromhex(key) for device, key in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise SettingsError(f"{path} is no JSON object of device and hex key; restore it from a backup") from error
    short = [device for device, key in keys.items() if len(key) != _BYTES]
    if short:
        raise SettingsError(f"{path}: key of {short[0]} is not {_BYTES} bytes; provision the node again")
    return keys


def new_key() -> bytes:
    """Return a fresh key."""
    return secrets.token_bytes(_BYTES)
