"""A whole table under the real firmware, in the world's own time: 80 us a bus operation, as modelled for an ESP32."""

import asyncio
import sys
from collections.abc import Iterator

import pytest

from edge.presence import READ
from edge.scan import Antenna, Scanner
from firmware.boards import esp32_devkitc as board
from tools.virtual import machine
from tools.virtual.chip_mfrc522 import ChipMfrc522
from tools.virtual.world import World


class Table:
    """Board, chips and cards, and what the scanner reports."""

    def __init__(self) -> None:
        from firmware import main  # noqa: PLC0415 - it imports `machine`

        self.world = World(board.ANTENNAS)
        self.chips = [ChipMfrc522(self.world.airs[name], self.world) for name in board.ANTENNAS]
        machine.wire(board.PINS_ADDRESS, board.PIN_ENABLE, self.chips)
        antennas = [Antenna(name, reader) for name, reader in main.readers(board)]
        self.present: set[str] = set()
        self.scanner = Scanner(antennas, self, lambda: self.world.now_us // 1000, self.pause)

    async def pause(self, duration: int) -> None:
        self.world.advance(duration * 1000)

    def cards(self, index: int, changes: list[tuple[int, bytes]], _now: int) -> None:
        for kind, uid in changes:
            place = f"{board.ANTENNAS[index]} {uid.hex()}"
            if kind == READ:
                assert place not in self.present
                self.present.add(place)
            else:
                self.present.remove(place)

    def fault(self, _index: int, _code: str, message: str, _now: int) -> None:
        raise AssertionError(message)

    async def round_ms(self, rounds: int = 1) -> float:
        """Scan some rounds; return the mean modelled time of one."""
        begun, target = self.world.now_us, self.scanner.rounds + rounds
        task = asyncio.create_task(self.scanner.run())
        while self.scanner.rounds < target:  # noqa: ASYNC110 - the scanner is what is awaited
            await asyncio.sleep(0)
        elapsed = self.world.now_us - begun
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return elapsed / 1000 / rounds


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.setitem(sys.modules, "machine", machine)
    yield Table()
    sys.modules.pop("firmware.main", None)


def deal(table: Table) -> set[str]:
    """Two cards at each of ten seats, five on the board, six in the muck."""
    places = [f"a{seat:02}" for seat in range(1, 11)] * 2 + ["a11"] * 5 + ["a12"] * 6
    dealt = set()
    for number, antenna in enumerate(places):
        uid = f"04{number * 2654435761 % 2**48:012x}"
        table.world.put(antenna, uid)
        dealt.add(f"{antenna} {uid}")
    return dealt


async def test_every_card_of_a_full_table_is_told_once(table: Table) -> None:
    dealt = deal(table)
    await table.round_ms(3)

    assert table.present == dealt


async def test_every_card_taken_away_is_told(table: Table) -> None:
    deal(table)
    await table.round_ms(2)
    table.world.clear()
    await table.round_ms(8)

    assert table.present == set()


async def test_a_full_table_is_read_in_its_budget(table: Table) -> None:
    assert await table.round_ms(3) <= 100, "empty"
    deal(table)
    await table.round_ms(2)
    assert await table.round_ms(3) <= 250, "steady"
