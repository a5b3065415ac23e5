"""MicroPython images: which chip wants which, and that a file is the one that was meant. Knows files, not ports."""

from __future__ import annotations

import hashlib
import re
import tomllib
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from collector.files import read_at_most
from tools.hardware import HardwareError

_ROOT: Final = Path(__file__).resolve().parents[2]
IMAGES: Final = _ROOT / "firmware" / "images.toml"
CACHE: Final = _ROOT / ".cache" / "images"
_MAGIC: Final = 0xE9
_LARGEST: Final = 32 * 1024 * 1024
"""Bytes of an image: more than the flash of any board has."""
_CHIP_ID: Final = slice(12, 14)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Pinned:
    """What images.toml says of a chip."""

    chip: str
    name: str
    chip_id: int
    offset: int
    file: str
    url: str
    sha256: str


def pinned(chip: str, listed: Path = IMAGES) -> Pinned:
    """Return the entry of a chip; raise HardwareError where there is none."""
    entries = tomllib.loads(listed.read_text())
    if chip not in entries:
        raise HardwareError(f"{listed.name} has no image for {chip}; it has {', '.join(entries)}")
    return Pinned(chip=chip, **entries[chip])


def choose(entry: Pinned, image: Path | None, sha256: str | None, *, cache: Path = CACHE) -> Path:
    """Return the image to write, its digest checked. Raises HardwareError with what to do."""
    if image is None:
        if sha256:
            raise HardwareError("--sha256 is of no use without --image; give both, or neither for the pinned image")
        return _pinned_file(entry, cache)
    if not sha256:
        raise HardwareError(f"--image {image}: say with --sha256 which digest it has; sha256sum {image} shows it")
    wanted = sha256.lower()
    if not _DIGEST.fullmatch(wanted):
        raise HardwareError("--sha256 must be 64 hexadecimal digits; sha256sum prints them")
    try:
        data = read_at_most(image, _LARGEST)
    except OSError as error:
        raise HardwareError(f"{image}: {error.strerror}; download {entry.url}") from error
    _check(image, data, wanted, entry)
    return image


def _pinned_file(entry: Pinned, cache: Path) -> Path:
    if not entry.sha256:
        raise HardwareError(
            f"no digest is pinned for the image of {entry.name}: nobody here has computed it from the file. Download "
            f"{entry.url}, run sha256sum {entry.file}, then: --image {entry.file} --sha256 HEX"
        )
    path = cache / entry.file
    if not path.exists():
        try:
            with urllib.request.urlopen(entry.url, timeout=60) as answer:  # noqa: S310 - the address is in images.toml
                data: bytes = answer.read(_LARGEST)  # of a larger one the digest is another
        except OSError as error:
            raise HardwareError(f"{entry.url}: {error}; download it elsewhere and give --image and --sha256") from error
        _check(path, data, entry.sha256, entry)
        cache.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")  # one that is broken off must not stand for the image
        beside.write_bytes(data)
        beside.replace(path)
    _check(path, path.read_bytes(), entry.sha256, entry)
    return path


def _check(path: Path, data: bytes, wanted: str, entry: Pinned) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != wanted:
        raise HardwareError(
            f"{path.name}: its SHA-256 is {found}, not {wanted}; nothing was written. Download it again, and compare"
        )
    if not data or data[0] != _MAGIC:
        raise HardwareError(f"{path.name} is no image of an ESP32 (it must begin with 0xE9); take the .bin, not .uf2")
    chip_id = int.from_bytes(data[_CHIP_ID], "little")
    if chip_id != entry.chip_id:
        raise HardwareError(
            f"{path.name} was built for another chip (number {chip_id}), not for the {entry.name} of this board; "
            f"download {entry.url}, or name the right --board"
        )
