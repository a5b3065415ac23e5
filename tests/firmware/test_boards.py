"""No wiring may keep a board from starting, or ask of a pin what it cannot do."""

from importlib import import_module
from typing import Any

import pytest

from collector.wire.topics import topic
from tools.hardware.application import ROOT, boards

# From Espressif's datasheets of the chips and user guides of the DevKitC boards.
FORBIDDEN = {
    "esp32": {
        "strapping": {0, 2, 5, 12, 15},
        "flash": set(range(6, 12)),
        "serial port": {1, 3},
        "not there": {20, 24, 28, 29, 30, 31, *range(40, 100)},
    },
    "esp32s3": {
        "strapping": {0, 3, 45, 46},
        "flash and PSRAM": set(range(26, 38)),
        "USB": {19, 20},
        "serial port": {43, 44},
        "not there": {22, 23, 24, 25, *range(49, 100)},
    },
}
INPUT_ONLY = {"esp32": {34, 35, 36, 37, 38, 39}, "esp32s3": set[int]()}


def outputs(board: Any) -> list[int]:
    pins = [board.PIN_CLOCK, board.PIN_MOSI, *board.PINS_ADDRESS, board.PIN_ENABLE, board.PIN_RESET, board.PIN_LIGHT]
    return [int(pin) for pin in pins]


def wired(board: Any) -> dict[str, int]:
    """Return the pins of a board's Ethernet, {} without."""
    pins = ("clock", "mosi", "miso", "select", "interrupt", "reset")
    return {name: pin for name, pin in getattr(board, "ETHERNET", {}).items() if name in pins}


@pytest.fixture(params=boards())
def board(request: pytest.FixtureRequest) -> Any:
    return import_module(f"firmware.boards.{request.param}")


def test_no_pin_is_one_that_the_chip_needs_itself(board: Any) -> None:
    for use, pins in FORBIDDEN[board.MCU].items():
        taken = sorted({*outputs(board), board.PIN_MISO, *wired(board).values()} & pins)
        assert not taken, f"{board.NAME}: GPIO {taken} are for {use}"


def test_no_output_is_on_a_pin_that_only_listens(board: Any) -> None:
    driven = {pin for name, pin in wired(board).items() if name not in {"miso", "interrupt"}}

    assert not {*outputs(board), *driven} & INPUT_ONLY[board.MCU]


def test_no_pin_has_two_uses(board: Any) -> None:
    used = [*outputs(board), board.PIN_MISO, *wired(board).values()]

    assert len(used) == len(set(used))


def test_the_decoder_reaches_twelve_antennas_or_more(board: Any) -> None:
    assert 12 <= len(board.ANTENNAS) <= 1 << len(board.PINS_ADDRESS)
    assert len(set(board.ANTENNAS)) == len(board.ANTENNAS)
    assert all(topic(name) for name in board.ANTENNAS)


def test_a_board_is_called_as_its_file(board: Any) -> None:
    assert board.__name__.rpartition(".")[2] == board.NAME
    assert board.SPI_HERTZ <= 10_000_000, "the MFRC522's limit"


def test_a_wired_board_has_its_readers_where_the_other_has_them() -> None:
    wired, plain = (import_module(f"firmware.boards.{name}") for name in ("esp32_s3_w5500", "esp32_s3_devkitc"))
    shared = {name for name in vars(plain) if name.isupper()} - {"NAME"}

    assert len(shared) > 8
    assert {name: getattr(wired, name) for name in shared} == {name: getattr(plain, name) for name in shared}
    assert "PIN" not in (ROOT / "firmware" / "boards" / "esp32_s3_w5500.py").read_text(), "a pin is said in one place"
