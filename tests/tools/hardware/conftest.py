"""A board on a pseudo-terminal, and an image that is small."""

import hashlib
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tools.hardware import board_files, process
from tools.rehearsal.micropython import NoInterpreterError, ensure
from tools.virtual.rom_loader import ESP32, Chip
from tools.virtual.usb_board import UsbBoard

Plug = Callable[..., AbstractContextManager[UsbBoard]]


@pytest.fixture(scope="session")
def interpreter() -> list[str]:
    try:
        return ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))


@pytest.fixture
def plug(tmp_path: Path, interpreter: list[str]) -> Plug:
    @contextmanager
    def plugged(chip: Chip = ESP32, *, image: bytes = b"") -> Iterator[UsbBoard]:
        with UsbBoard(tmp_path / "flash", interpreter, chip) as board:
            board.put_image(image)
            yield board

    return plugged


def image_for(chip_id: int) -> bytes:
    """Return something with an image's header (segments, mode, entry, chip) that does not compress to nothing."""
    header = struct.pack("<BBBBIBHHBI", 0xE9, 1, 2, 0x20, 0x40080000, 0xEE, 0, 0, 0, 0)[:12]
    noise = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(256))
    return header + struct.pack("<H", chip_id) + bytes(10) + noise * 3


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a pseudo-terminal mpremote waits for ever where on a serial port it gives up after ten seconds."""
    monkeypatch.setattr(process, "MPREMOTE_S", 3.0)
    monkeypatch.setattr(board_files, "_TRIES", 1)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image.bin"
    path.write_bytes(image_for(0))
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
