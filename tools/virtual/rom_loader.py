"""The loader in the ROM of an ESP32 or ESP32-S3, and the flash beside it. Knows packets, not ports or files.

Written from Espressif's description of the serial protocol. It does what a flasher needs: registers, RAM segments (and
the greeting of a flasher that was started there), flash in plain and compressed blocks, digests, erasing, reading.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_END, _ESC, _ESC_END, _ESC_ESC = 0xC0, 0xDB, 0xDC, 0xDD
_CHECKSUM_SEED = 0xEF
_USER_COMMAND = 1 << 18  # of a SPI command register: run what the user registers describe
_READ_ID = 0x9F
_INVALID, _BAD_CHECKSUM = 0x05, 0x07
_SECTOR = 4096
_SYNC_ANSWERS = 8


@dataclass(frozen=True)
class Chip:
    """What tells one chip from another on this wire."""

    name: str
    chip_id: int
    magic: int
    spi_base: int
    spi_user2: int
    spi_data: int
    flash_id: int
    image_offset: int
    security_info: bool
    registers: dict[int, int] = field(default_factory=dict)


ESP32: Final = Chip(
    "ESP32", 0, 0x00F01D83, 0x3FF42000, 0x24, 0x80, 0x1640EF, 0x1000, security_info=False,
    # revision 3 (two bits of the fuses and one of the clock control), a MAC, 40 MHz by the divider of the UART
    registers={0x3FF5A004: 0x1F2E3D4C, 0x3FF5A008: 0x00AA240A, 0x3FF5A00C: 1 << 15, 0x3FF5A014: 1 << 20,
               0x3FF6607C: 1 << 31, 0x3FF40014: 347},
)  # fmt: skip
ESP32_S3: Final = Chip(
    "ESP32-S3", 9, 0x00000009, 0x60002000, 0x20, 0x58, 0x1740EF, 0x0, security_info=True,
    registers={0x60007044: 0x1F2E3D4C, 0x60007048: 0x0000240A},
)  # fmt: skip


class RomLoader:
    """One chip in download mode. `feed` takes what the host sent and returns what it answers."""

    def __init__(self, chip: Chip, flash: bytearray) -> None:
        self.chip = chip
        self.flash = flash
        self.stub = False
        self.commands: list[int] = []
        self._registers = dict(chip.registers)
        self._packet: bytearray | None = None
        self._escaped = False
        self._offset = 0
        self._inflate = zlib.decompressobj()
        self._does: dict[int, Callable[[bytes], bytes | None]] = {
            0x02: self._flash_begin, 0x03: self._flash_data, 0x04: self._nothing,
            0x05: self._nothing, 0x06: self._mem_end, 0x07: self._mem_data,
            0x09: self._write_register, 0x0B: self._nothing, 0x0D: self._nothing, 0x0F: self._nothing,
            0x10: self._compressed_begin, 0x11: self._compressed_data, 0x12: self._nothing,
            0x13: self._digest, 0x14: self._security_info, 0xD0: self._erase_all, 0xD1: self._erase_region,
        }  # fmt: skip

    def feed(self, data: bytes) -> bytes:
        """Return the answers to what was received; a packet may come in pieces."""
        return b"".join(self._answer(packet) for packet in self._packets(data))

    def _packets(self, data: bytes) -> list[bytes]:
        found = []
        for byte in data:
            if byte == _END:
                if self._packet:
                    found.append(bytes(self._packet))
                self._packet = bytearray() if not self._packet else None
            elif self._packet is None:
                continue
            elif self._escaped:
                self._packet.append({_ESC_END: _END, _ESC_ESC: _ESC}.get(byte, byte))
                self._escaped = False
            elif byte == _ESC:
                self._escaped = True
            else:
                self._packet.append(byte)
        return found

    def _answer(self, packet: bytes) -> bytes:
        if len(packet) < 8 or packet[0] != 0:  # noqa: PLR2004 - a header; noise is ignored, as in ROM
            return b""
        command, size, checksum = struct.unpack_from("<xBHI", packet)
        body = packet[8:]
        self.commands.append(command)
        if command == 0x08:  # noqa: PLR2004 - SYNC, in its own way: eight answers, whose value is not 0 in ROM
            return _framed(_response(0x08, 0x20120707, b"", self._status(0))) * _SYNC_ANSWERS
        if command == 0x0A:  # noqa: PLR2004 - READ_REG answers in the header
            (address,) = struct.unpack("<I", body)
            return _framed(_response(command, self._read_register(address), b"", self._status(0)))
        if size != len(body) or (command in {0x03, 0x07, 0x11} and _checksum(body[16:]) != checksum):
            return _framed(_response(command, 0, b"", self._status(_BAD_CHECKSUM)))
        if command == 0xD2:  # noqa: PLR2004 - READ_FLASH streams
            return _framed(_response(command, 0, b"", self._status(0))) + self._stream(body)
        does = self._does.get(command)
        result = does(body) if does else None
        answer = _framed(_response(command, 0, result or b"", self._status(0 if result is not None else _INVALID)))
        if command == 0x06 and self.stub:  # noqa: PLR2004 - MEM_END started what was loaded; it says hello
            answer += _framed(b"OHAI")
        return answer

    def _status(self, error: int) -> bytes:
        return bytes([1 if error else 0, error]) + (b"" if self.stub else bytes(2))

    def _nothing(self, body: bytes) -> bytes:
        del body
        return b""

    def _read_register(self, address: int) -> int:
        if address == 0x40001000:  # noqa: PLR2004 - in ROM; tells the chips apart
            return self.chip.magic
        return self._registers.get(address, 0)

    def _write_register(self, body: bytes) -> bytes:
        for at in range(0, len(body), 16):
            address, value, mask, _ = struct.unpack_from("<IIII", body, at)
            self._registers[address] = (self._registers.get(address, 0) & ~mask) | (value & mask)
            if address == self.chip.spi_base and value & _USER_COMMAND:
                self._spi_command()
        return b""

    def _spi_command(self) -> None:
        base = self.chip.spi_base
        opcode = self._registers.get(base + self.chip.spi_user2, 0) & 0xFF
        self._registers[base + self.chip.spi_data] = self.chip.flash_id if opcode == _READ_ID else 0
        self._registers[base] = 0

    def _mem_data(self, body: bytes) -> bytes:
        del body  # what runs in its RAM is not emulated; that something was loaded is enough to greet
        return b""

    def _mem_end(self, body: bytes) -> bytes:
        stay, entry = struct.unpack("<II", body)
        self.stub = not stay and entry != 0
        return b""

    def _flash_begin(self, body: bytes) -> bytes:
        size, _, _, offset = struct.unpack_from("<IIII", body)
        self._offset = offset
        self._erase(offset, size)
        return b""

    def _flash_data(self, body: bytes) -> bytes:
        (size,) = struct.unpack_from("<I", body)
        self._program(body[16 : 16 + size])
        return b""

    def _compressed_begin(self, body: bytes) -> bytes:
        self._inflate = zlib.decompressobj()
        return self._flash_begin(body)

    def _compressed_data(self, body: bytes) -> bytes:
        (size,) = struct.unpack_from("<I", body)
        self._program(self._inflate.decompress(body[16 : 16 + size]))
        return b""

    def _program(self, data: bytes) -> None:
        """Programming clears bits only: what was not erased stays wrong, as on a chip."""
        for place, byte in enumerate(data, self._offset):
            if place < len(self.flash):
                self.flash[place] &= byte
        self._offset += len(data)

    def _erase(self, offset: int, size: int) -> None:
        begin = offset // _SECTOR * _SECTOR
        end = min(-(-(offset + size) // _SECTOR) * _SECTOR, len(self.flash))
        self.flash[begin:end] = b"\xff" * (end - begin)

    def _erase_all(self, body: bytes) -> bytes:
        del body
        self._erase(0, len(self.flash))
        return b""

    def _erase_region(self, body: bytes) -> bytes:
        offset, size = struct.unpack("<II", body)
        self._erase(offset, size)
        return b""

    def _digest(self, body: bytes) -> bytes:
        offset, size, _, _ = struct.unpack("<IIII", body)
        digest = hashlib.md5(self.flash[offset : offset + size], usedforsecurity=False)
        return digest.digest() if self.stub else digest.hexdigest().encode()

    def _security_info(self, body: bytes) -> bytes | None:
        del body
        if not self.chip.security_info:
            return None
        return struct.pack("<IB7sII", 0, 0, bytes(7), self.chip.chip_id, 0)

    def _stream(self, body: bytes) -> bytes:
        """All at once: on a pty nothing is lost, so nobody has to wait for the host's counts."""
        offset, size, block, _ = struct.unpack("<IIII", body)
        data = bytes(self.flash[offset : offset + size])
        blocks = [_framed(data[at : at + block]) for at in range(0, len(data), block)]
        return b"".join(blocks) + _framed(hashlib.md5(data, usedforsecurity=False).digest())


def _checksum(data: bytes) -> int:
    value = _CHECKSUM_SEED
    for byte in data:
        value ^= byte
    return value


def _response(command: int, value: int, data: bytes, status: bytes) -> bytes:
    return struct.pack("<BBHI", 1, command, len(data) + len(status), value) + data + status


def _framed(packet: bytes) -> bytes:
    escaped = packet.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
    return b"\xc0" + escaped + b"\xc0"
