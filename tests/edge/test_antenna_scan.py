"""How the antennas take turns: fields, faults, and looks at once."""

import asyncio
from collections.abc import Generator, Iterable
from itertools import pairwise
from typing import Any

import pytest

from edge.antenna_presence import READ, REMOVED
from edge.antenna_scan import Antenna, Scanner
from edge.antenna_start import start, visiting_order
from edge.errors import ChipFault
from edge.node import Node

ACE = b"\x04ace"


class FakeChip:
    """Counts what the scanner does with it."""

    version = 0x92
    on = False
    broken = False
    fault: Exception = ChipFault("no_chip", "a")
    starts = 0

    def start(self) -> None:
        self.starts += 1
        self.on = False
        self._check()

    def field_on(self) -> None:
        self._check()
        self.on = True

    def field_off(self) -> None:
        self.on = False

    def _check(self) -> None:
        if self.broken:
            raise self.fault


class FakeReader:
    """Sees what the test lays down."""

    spent = False

    def __init__(self, table: "Table") -> None:
        self.chip = FakeChip()
        self.cards: list[bytes] = []
        self.seen: list[bytes] = []
        self.unsure: list[bytes] = []
        self.clean = True
        self.odd = 0
        self.fails = False  # in the middle of a look
        self._table = table

    def look(self, _known: Iterable[bytes]) -> Generator[None, None, None]:
        self.chip._check()
        assert self.chip.on
        self._table.check_fields()
        assert self._table.now - self._table.lit[self] >= 5, "cards need 5 ms of field"
        self.seen = list(self.cards)
        self._table.now += 1
        yield
        if self.fails:
            raise ChipFault("no_interrupt", "a", "reply timer")


class Table:
    """Twelve antennas, a clock that moves when the scanner waits, and what it reported."""

    def __init__(self, count: int = 12) -> None:
        self.now = 0
        self.lit: dict[FakeReader, int] = {}
        self.dark: dict[FakeReader, int] = {}
        self.readers = [FakeReader(self) for _ in range(count)]
        self.antennas = [Antenna(f"a{index + 1:02}", reader) for index, reader in enumerate(self.readers)]
        self.changes: list[tuple[int, int, bytes]] = []
        self.faults: list[tuple[int, str]] = []
        self.moves: list[tuple[int, int, bytes]] = []
        self.most_on = 0
        self.scanner = Scanner(self.antennas, self, lambda: self.now, self.pause)
        start(self.scanner)

    def cards(self, index: int, changes: list[tuple[int, bytes]], _now: int) -> None:
        self.changes += [(index, kind, uid) for kind, uid in changes]

    def moved(self, index: int, left: int, uid: bytes, _now: int) -> None:
        self.moves.append((left, index, uid))

    def fault(self, index: int, code: str, _message: str, _now: int) -> None:
        self.faults.append((index, code))

    async def pause(self, duration: int) -> None:
        self.now += duration
        self.check_fields()
        await asyncio.sleep(0)

    def check_fields(self) -> None:
        on = [index for index, reader in enumerate(self.readers) if reader.chip.on]
        self.most_on = max(self.most_on, len(on))
        count = len(self.readers)
        assert all((one - other) % count not in (1, count - 1) for one in on for other in on if one != other), on

    async def scan(self, rounds: int = 2) -> None:
        for reader in self.readers:
            turn_on, turn_off = reader.chip.field_on, reader.chip.field_off

            def lit(reader: FakeReader = reader, turn_on: object = turn_on) -> None:
                assert callable(turn_on)
                assert self.now - self.dark.get(reader, -6) >= 6, "cards need 6 ms without a field to forget"
                turn_on()
                self.lit[reader] = self.now

            def dark(reader: FakeReader = reader, turn_off: object = turn_off) -> None:
                assert callable(turn_off)
                turn_off()
                self.dark[reader] = self.now

            reader.chip.field_on = lit  # type: ignore[method-assign]
            reader.chip.field_off = dark  # type: ignore[method-assign]
        task = asyncio.create_task(self.scanner.run())
        target = self.scanner.rounds + rounds
        while self.scanner.rounds < target and not task.done():  # noqa: ASYNC110 - the scanner is what is awaited
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if task.done() and not task.cancelled():
            task.result()


@pytest.mark.parametrize("count", range(1, 25))
def test_every_antenna_is_visited_once_a_round(count: int) -> None:
    order = visiting_order(count)

    assert sorted(order) == list(range(count))
    if count > 6:
        assert all((one - other) % count not in (1, count - 1) for one, other in pairwise(order))


@pytest.mark.parametrize("count", [1, 2, 3, 6, 12])
async def test_two_neighbours_are_never_on_together(count: int) -> None:
    table = Table(count)

    await table.scan(3)

    assert all(antenna.looks >= 3 for antenna in table.antennas)
    assert table.most_on <= 2


@pytest.mark.parametrize(("off_ms", "is_lit"), [(5, False), (6, True)])
def test_the_next_antenna_is_lit_early_once_its_cards_have_forgotten(off_ms: int, is_lit: bool) -> None:
    table = Table()
    antenna = table.antennas[3]
    table.now = 100
    antenna.dark_since = 100 - off_ms

    table.scanner._warm_up(antenna)

    assert (table.readers[3].chip.on, antenna.field_since) == (is_lit, 100 if is_lit else None)


async def test_a_new_card_is_told_in_the_visit_that_first_sees_it() -> None:
    table = Table()
    await table.scan(1)
    table.readers[4].cards = [ACE]

    await table.scan(1)

    assert table.changes == [(4, READ, ACE)]
    assert table.antennas[4].looks == 3


async def test_a_card_taken_away_is_told_after_300_ms() -> None:
    table = Table()
    table.readers[4].cards = [ACE]
    await table.scan(1)
    table.readers[4].cards = []
    since = table.now

    while len(table.changes) < 2:
        await table.scan(1)

    assert table.changes[1] == (4, REMOVED, ACE)
    assert 300 <= table.now - since < 500


async def test_a_dead_chip_is_told_once_and_does_not_slow_the_others() -> None:
    table = Table()
    table.readers[3].chip.broken = True
    await table.scan(20)

    assert table.faults == [(3, "no_chip")]
    assert table.readers[3].chip.starts < 12, "retries get rare"
    assert all(antenna.looks >= 20 for index, antenna in enumerate(table.antennas) if index != 3)


async def test_a_chip_that_works_again_is_told_and_keeps_its_cards() -> None:
    table = Table()
    table.readers[3].cards = [ACE]
    await table.scan(2)
    table.readers[3].chip.broken = True
    await table.scan(10)
    table.readers[3].chip.broken = False
    await table.scan(30)

    assert table.faults == [(3, "no_chip"), (3, "ok")]
    assert table.changes == [(3, READ, ACE)], "a fault is no absence"


async def test_a_chip_that_fails_while_it_is_looked_at_leaves_no_field_beside_its_neighbours() -> None:
    table = Table()
    table.readers[3].fails = True
    await table.scan(8)

    assert table.faults == [(3, "no_interrupt")]
    assert all(antenna.looks >= 8 for index, antenna in enumerate(table.antennas) if index != 3)


async def test_a_bus_that_fails_at_the_start_is_a_fault_not_the_end_of_the_node() -> None:
    table = Table()
    chip = table.readers[3].chip
    chip.broken, chip.fault = True, OSError(19)
    start(table.scanner)
    await table.scan(4)

    assert table.faults == [(3, "bus")]


async def test_an_antenna_is_spoken_for_once_its_cards_had_time_to_be_found() -> None:
    """A node that has just started must not say that nothing lies where it has hardly looked."""
    table = Table()
    table.readers[4].clean = False
    await table.scan(2)
    assert not any(antenna.seen_ok for antenna in table.antennas)

    await table.scan(1)

    assert [antenna.seen_ok for antenna in table.antennas] == [index != 4 for index in range(12)]


async def test_what_lies_is_told_of_the_antennas_that_were_looked_at_alone() -> None:
    """Else the collector would take the cards of an antenna that cannot be read for lifted."""
    table = Table()
    table.readers[2].cards = [ACE]
    table.readers[4].clean = False
    node: Any = object.__new__(Node)
    node.antennas = table.antennas
    await table.scan(1)
    assert node.lying() == []

    await table.scan(2)

    assert node.lying() == [(f"a{at:02}", [ACE] if at == 3 else []) for at in range(1, 13) if at != 5]
