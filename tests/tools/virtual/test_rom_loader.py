"""The emulated loader answers as the chip does; written from the protocol's description, so that esptool judges it."""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import reduce

import pytest

from tools.virtual.rom_loader import ESP32, ESP32_S3, Chip, RomLoader

SYNC = b"\x07\x07\x12\x20" + 32 * b"\x55"


def packet(command: int, body: bytes = b"", checksum: int = 0) -> bytes:
    plain = struct.pack("<BBHI", 0, command, len(body), checksum) + body
    return b"\xc0" + plain.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc") + b"\xc0"


def block(data: bytes, sequence: int = 0) -> tuple[bytes, int]:
    return struct.pack("<IIII", len(data), sequence, 0, 0) + data, reduce(lambda one, other: one ^ other, data, 0xEF)


def answers(data: bytes) -> list[tuple[int, int, bytes]]:
    """Return command, value and body of each answer."""
    plain = [part.replace(b"\xdb\xdc", b"\xc0").replace(b"\xdb\xdd", b"\xdb") for part in data.split(b"\xc0") if part]
    return [(part[1], struct.unpack_from("<I", part, 4)[0], part[8:]) for part in plain]


@pytest.fixture
def loader() -> RomLoader:
    return RomLoader(ESP32, bytearray(b"\x00" * 16384))


def test_a_sync_is_answered_eight_times_and_by_a_rom(loader: RomLoader) -> None:
    found = answers(loader.feed(packet(0x08, SYNC)))

    assert len(found) == 8
    assert all(command == 0x08 and value for command, value, _ in found), "the value 0 would say that a stub runs"


def test_noise_and_pieces_do_no_harm(loader: RomLoader) -> None:
    whole = packet(0x0A, struct.pack("<I", 0x40001000))

    assert loader.feed(b"\x00ets Jun  8 2016\r\n" + whole[:5]) == b""
    assert answers(loader.feed(whole[5:])) == [(0x0A, ESP32.magic, bytes(4))]


@pytest.mark.parametrize(("chip", "error"), [(ESP32, 0x05), (ESP32_S3, 0)])
def test_only_the_newer_chip_tells_of_its_security(chip: Chip, error: int) -> None:
    ((_, _, body),) = answers(RomLoader(chip, bytearray()).feed(packet(0x14)))

    assert body[-4:] == bytes([1 if error else 0, error, 0, 0])
    assert (struct.unpack_from("<I", body, 12)[0] == 9) if not error else len(body) == 4


def test_what_is_not_erased_cannot_be_set_again(loader: RomLoader) -> None:
    body, checksum = block(b"\xa5" * 16)
    loader.feed(packet(0x02, struct.pack("<IIII", 16, 1, 16, 0x1000)))
    loader.feed(packet(0x03, body, checksum))

    assert loader.flash[0x1000:0x1010] == b"\xa5" * 16
    assert loader.flash[0x1010:0x2000] == b"\xff" * (0x1000 - 16), "a sector is erased whole"
    assert loader.flash[0x2000] == 0
    loader._offset = 0x2000
    loader.feed(packet(0x03, body, checksum))
    assert loader.flash[0x2000:0x2010] == bytes(16)


def test_a_block_with_a_wrong_sum_is_refused(loader: RomLoader) -> None:
    body, checksum = block(b"\xa5" * 16)
    loader.feed(packet(0x02, struct.pack("<IIII", 16, 1, 16, 0x1000)))
    ((_, _, status),) = answers(loader.feed(packet(0x03, body, checksum ^ 1)))

    assert status[:2] == b"\x01\x07"
    assert loader.flash[0x1000] == 0xFF


def test_compressed_blocks_and_digests_in_both_forms(loader: RomLoader) -> None:
    data = bytes(range(256)) * 8
    packed = zlib.compress(data)
    ask = packet(0x13, struct.pack("<IIII", 0x1000, len(data), 0, 0))
    loader.feed(packet(0x10, struct.pack("<IIII", len(data), 2, 1024, 0x1000)))
    for sequence, part in enumerate((packed[:100], packed[100:])):
        body, checksum = block(part, sequence)
        loader.feed(packet(0x11, body, checksum))
    ((_, _, rom),) = answers(loader.feed(ask))
    greeting = loader.feed(packet(0x06, struct.pack("<II", 0, 0x400BE000)))
    ((_, _, stub),) = answers(loader.feed(ask))

    digest = hashlib.md5(data, usedforsecurity=False)
    assert rom[:32] == digest.hexdigest().encode()
    assert greeting.endswith(b"\xc0OHAI\xc0")
    assert stub[:16] == digest.digest()


def test_the_flash_tells_its_maker_and_size(loader: RomLoader) -> None:
    def write(address: int, value: int) -> None:
        loader.feed(packet(0x09, struct.pack("<IIII", address, value, 0xFFFFFFFF, 0)))

    write(ESP32.spi_base + ESP32.spi_user2, 7 << 28 | 0x9F)
    write(ESP32.spi_base, 1 << 18)
    found = answers(loader.feed(packet(0x0A, struct.pack("<I", ESP32.spi_base + ESP32.spi_data))))

    assert found[0][1] == 0x1640EF
    assert answers(loader.feed(packet(0x0A, struct.pack("<I", ESP32.spi_base))))[0][1] == 0, "the command has ended"
