"""Modelled times of looks, and what they miss: the real scanner over simulated chips, every scan with other cards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from random import Random
from statistics import fmean
from typing import Final, Self

from tools.bench.report import Figure, Progress
from tools.virtual.table import VirtualTable, deal

_SEED: Final = 3
_ANTENNA: Final = "a04"
_SIX: Final = 6
_SIXTEEN: Final = 16
_TOLD_EVERY: Final = 10  # times per case
MFRC522: Final = {"chip": "MFRC522"}
ST25R3911B: Final = {"chip": "ST25R3911B", "tech": ["A"]}
VICINITY: Final = {"chip": "ST25R3911B", "tech": ["V"]}


class _Bench:
    """One antenna, looked at with the field on long enough."""

    def __init__(self, chip: Mapping[str, object], vicinity: bool = False) -> None:
        self.table = VirtualTable({_ANTENNA: chip})
        self.reader = self.table.antennas[3].reader
        self.air = self.table.world.airs[_ANTENNA]
        self.vicinity = vicinity
        self._random = Random(_SEED)  # noqa: S311 - the same cards every time

    def __enter__(self) -> Self:
        self.table.__enter__()
        self.reader.chip.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.table.__exit__()

    def lay(self, count: int) -> list[bytes]:
        """Lay so many cards that nobody has seen, alone on the antenna and powered."""
        self.table.world.clear()
        while len(self.air.cards) < count:
            uid = bytes([0xE0, 0x04, 0x01]) if self.vicinity else b"\x04"
            uid += self._random.randbytes((8 if self.vicinity else 7) - len(uid))
            if uid not in [card.uid for card in self.air.cards]:
                self.table.world.put(_ANTENNA, uid.hex())
        self.cycle()
        return [card.uid for card in self.air.cards]

    def cycle(self) -> None:
        """Let the cards forget."""
        self.reader.chip.field_off()
        self.table.world.advance(6000)
        self.reader.chip.field_on()
        self.table.world.advance(6000)

    def look(self, known: list[bytes]) -> float:
        """Return how many modelled milliseconds a look takes."""
        begun = self.table.world.now_us
        for _ in self.reader.look(known):
            pass
        return (self.table.world.now_us - begun) / 1000


def figures(progress: Progress, scans: int) -> list[Figure]:
    """Return times and misses: MFRC522 first, then what an ST25R3911B takes for the same."""
    empty, new, known = _times(MFRC522, scans, progress)
    st_empty, st_new, st_known = _times(ST25R3911B, scans, progress)
    steady, table_empty, st_steady, st_table_empty = asyncio.run(_tables(scans, progress))
    missed, _ = _missed(MFRC522, _SIX, scans, progress)
    st_missed, _ = _missed(ST25R3911B, _SIX, scans, progress)
    missed_v, sixteen = _missed(VICINITY, _SIXTEEN, scans, progress)
    return [
        Figure.at_most("empty_reader_ms", round(max(empty), 3), "ms", 3),
        Figure.at_most("two_known_ms", round(fmean(known), 3), "ms", 18),
        Figure.told("two_known_slowest_ms", round(max(known), 3), "ms"),
        Figure.at_most("two_new_ms", round(max(new), 3), "ms", 30),
        Figure.at_most("table_steady_ms", round(fmean(steady), 3), "ms", 250),
        Figure.told("table_slowest_ms", round(max(steady), 3), "ms"),
        Figure.at_most("table_empty_ms", round(max(table_empty), 3), "ms", 100),
        Figure.at_most("missed_14443", missed + st_missed, "cards", 0),
        Figure.at_most("missed_15693", missed_v, "cards", 0),
        Figure.told("st_empty_reader_ms", round(max(st_empty), 3), "ms"),
        Figure.told("st_two_known_ms", round(fmean(st_known), 3), "ms"),
        Figure.told("st_two_new_ms", round(max(st_new), 3), "ms"),
        Figure.told("st_sixteen_15693_ms", round(fmean(sixteen), 3), "ms"),
        Figure.told("st_table_steady_ms", round(fmean(st_steady), 3), "ms"),
        Figure.told("st_table_empty_ms", round(max(st_table_empty), 3), "ms"),
    ]


def _counted(what: str, scans: int, progress: Progress) -> Iterator[int]:
    for number in range(scans):
        if number % max(1, scans // _TOLD_EVERY) == 0:
            progress(f"{what}: {number} of {scans}")
        yield number


def _times(chip: Mapping[str, object], scans: int, progress: Progress) -> tuple[list[float], list[float], list[float]]:
    """Return the times of empty looks, of two cards that are new, and of the same two when they are known."""
    empty, new, known = [], [], []
    with _Bench(chip) as bench:
        for _ in _counted(f"{chip['chip']}, two cards", scans, progress):
            bench.lay(0)
            empty.append(bench.look([]))
            uids = bench.lay(2)
            new.append(bench.look([]))
            bench.cycle()
            known.append(bench.look(uids))
    return empty, new, known


def _missed(chip: Mapping[str, object], count: int, scans: int, progress: Progress) -> tuple[int, list[float]]:
    """Return how many of so many cards were not found, as new ones or as known ones, and how long a look took."""
    missed, times = 0, []
    with _Bench(chip, vicinity=chip is VICINITY) as bench:
        for _ in _counted(f"{chip['chip']}, {count} cards", scans, progress):
            uids = bench.lay(count)
            times.append(bench.look([]))
            missed += len(set(uids) ^ set(bench.reader.seen))
            bench.cycle()
            bench.look(uids)
            missed += len(set(uids) ^ set(bench.reader.seen))
    return missed, times


async def _tables(scans: int, progress: Progress) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return the times of rounds of a full and an empty table, with either chip on all antennas."""
    times = []
    for chip in (MFRC522, ST25R3911B):
        with VirtualTable({f"a{number:02}": chip for number in range(1, 13)}) as table:
            rounds = max(2, scans // len(table.antennas))
            progress(f"{chip['chip']}, {rounds} rounds of an empty table, then of a full one")
            await table.scan(2)
            empty = await table.round_times(rounds)
            deal(table)
            await table.scan(3)
            steady = await table.round_times(rounds)
            if table.lying != table.truth():
                raise AssertionError("the full table was not read as it lies")
        times += [steady, empty]
    steady, empty, st_steady, st_empty = times
    return steady, empty, st_steady, st_empty
