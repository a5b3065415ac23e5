"""A whole board on a pseudo-terminal, as a USB cable shows one: the chip's loader, its flash, MicroPython's prompt.

    with UsbBoard(folder, ensure()) as board:
        subprocess.run(["esptool", "--port", board.port, "write-flash", ...])

Flashers switch a board over by the wires DTR and RTS, which a pseudo-terminal has not: here the first byte tells. A
packet's start wakes the loader, anything else the prompt, and closing the port resets the loader.
"""

from __future__ import annotations

import os
import select
import subprocess
import threading
import time
import tty
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tools.virtual.rom_loader import ESP32, Chip, RomLoader

_FLASH_BYTES: Final = 4 << 20
_IMAGE_MAGIC: Final = 0xE9
_PACKET: Final = b"\xc0"
_REPL: Final = Path(__file__).with_name("repl.py")


class UsbBoard:
    """One board. `port` is its device file, `folder` its file system, `flash` the rest of its memory."""

    def __init__(self, folder: Path, interpreter: Sequence[str], chip: Chip = ESP32) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.flash = bytearray(b"\xff" * _FLASH_BYTES)
        self.chip = chip
        self.in_loader: list[int] = []
        self._interpreter = interpreter
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        os.close(slave)
        self._loader: RomLoader | None = None
        self._prompt: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def has_image(self) -> bool:
        """Whether there is anything to start."""
        return self.flash[self.chip.image_offset] == _IMAGE_MAGIC

    def put_image(self, image: bytes) -> None:
        """Flash without a flasher."""
        self.flash[self.chip.image_offset : self.chip.image_offset + len(image)] = image

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._end_prompt()
        os.close(self._master)

    def _serve(self) -> None:
        while not self._stop.is_set():
            outputs = [self._prompt.stdout.fileno()] if self._prompt and self._prompt.stdout else []
            ready, _, _ = select.select([self._master, *outputs], [], [], 0.05)
            for source in ready:
                if source == self._master:
                    self._from_host()
                else:
                    self._from_prompt()

    def _from_host(self) -> None:
        try:
            data = os.read(self._master, 65536)
        except OSError:  # nobody has the port open; a flasher that lets go resets the chip
            self._loader = None
            time.sleep(0.01)
            return
        if self._loader is None and data.startswith(_PACKET):
            self._end_prompt()
            self._loader = RomLoader(self.chip, self.flash)
            self.in_loader = self._loader.commands
        if self._loader:
            self._to_host(self._loader.feed(data))
        elif self.has_image:
            self._to_prompt(data)

    def _to_prompt(self, data: bytes) -> None:
        if self._prompt and self._prompt.poll() is not None:
            self._end_prompt()  # it was reset a moment ago
        if self._prompt is None:
            command = [*self._interpreter, str(_REPL), str(self.folder)]
            self._prompt = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
            )
        if self._prompt.stdin:
            self._prompt.stdin.write(data)

    def _from_prompt(self) -> None:
        if self._prompt is None or self._prompt.stdout is None:
            return
        data = self._prompt.stdout.read(65536)
        if data:
            self._to_host(data)
        else:
            self._end_prompt()  # it was reset; the next byte starts it again

    def _to_host(self, data: bytes) -> None:
        while data and not self._stop.is_set():
            written = os.write(self._master, data)
            data = data[written:]

    def _end_prompt(self) -> None:
        if self._prompt is None:
            return
        self._prompt.kill()
        self._prompt.wait()
        for pipe in (self._prompt.stdin, self._prompt.stdout):
            if pipe:
                pipe.close()
        self._prompt = None
