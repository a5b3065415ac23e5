"""A chip that answers on its bus, has its settings, and hears nothing any more: silence is doubted before it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from edge import antenna_scan
from tools.virtual.table import VirtualTable

GOOD, OTHER = "04c0ffee000001", "04c0ffee000002"
CHIPS = [pytest.param({}, id="MFRC522"), pytest.param({"a03": {"chip": "ST25R3911B", "tech": ["A"]}}, id="ST25R3911B")]


class Deaf:
    """The chip of antenna a03, deaf until it is reset."""

    def __init__(self, table: VirtualTable) -> None:
        chip, air = table.chips[2], table.world.airs["a03"]
        self._exchange = air.exchange
        self._reset: Callable[[], None] = chip._reset
        self.deaf = False
        self.resets = 0
        air.exchange = self._silent  # type: ignore[method-assign]
        chip._reset = self._healed

    def _silent(self, data: bytes | bytearray, bits: int, now_us: int) -> tuple[int, int, int]:
        return (0, 0, 0) if self.deaf else self._exchange(data, bits, now_us)

    def _healed(self) -> None:
        self.resets += 1
        self.deaf = False
        self._reset()


@pytest.fixture(params=CHIPS)
def table(request: pytest.FixtureRequest) -> Iterator[VirtualTable]:
    with VirtualTable(request.param) as table:
        table.scanner._order = [2, 10, 5]
        yield table


async def test_cards_that_vanish_all_at_once_are_asked_for_by_a_chip_set_up_anew(table: VirtualTable) -> None:
    for uid in (GOOD, OTHER):
        table.world.put("a03", uid)
    await table.scan(3)
    chip = Deaf(table)
    chip.deaf = True
    told = len(table.told)
    await table.scan(20)

    assert chip.resets == 1
    assert (table.told[told:], table.faults) == ([], [])
    assert table.lying == table.truth()


async def test_a_deaf_chip_over_an_empty_antenna_hears_again_within_minutes(table: VirtualTable) -> None:
    chip = Deaf(table)
    chip.deaf = True
    await table.scan(antenna_scan._SILENT - 10)
    assert chip.resets == 0
    await table.scan(12)
    assert chip.resets == 1
    table.world.put("a03", GOOD)
    await table.scan(3)

    assert table.lying == {("a03", GOOD)}
    assert table.faults == []


async def test_a_card_that_was_really_taken_is_told_as_soon_as_ever_and_costs_one_setting_up(
    table: VirtualTable,
) -> None:
    chip = Deaf(table)
    table.world.put("a03", GOOD)
    await table.scan(3)
    table.world.remove(GOOD)
    begun = table.world.now_us
    while table.lying:
        await table.scan(1)
    assert table.world.now_us - begun < 500_000
    await table.scan(50)

    assert chip.resets == 1
    assert table.told == [("a03", "card_read", GOOD), ("a03", "card_removed", GOOD)]


async def test_one_of_two_that_is_taken_needs_no_doubt(table: VirtualTable) -> None:
    chip = Deaf(table)
    for uid in (GOOD, OTHER):
        table.world.put("a03", uid)
    await table.scan(3)
    table.world.remove(OTHER)
    await table.scan(30)

    assert chip.resets == 0
    assert table.lying == {("a03", GOOD)}


async def test_a_deaf_chip_that_does_not_come_back_is_a_fault_and_no_absence(table: VirtualTable) -> None:
    table.world.put("a03", GOOD)
    await table.scan(3)
    chip = Deaf(table)
    chip.deaf = True
    table.chips[2]._reset = lambda: None
    table.chips[2]._awake_at = 10**12
    table.chips[2].version = 0xFF
    await table.scan(10)

    assert table.lying == {("a03", GOOD)}
    assert table.faults == [("a03", "no_chip")]
