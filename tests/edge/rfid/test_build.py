"""Which reader an antenna gets, how a mistake in the configuration reads, and how chips share a bus."""

from typing import Any

import pytest

from edge.config import ConfigError
from edge.rfid import both, build, iso14443a, iso15693
from edge.rfid.mfrc522_bus import Mfrc522Bus
from edge.rfid.spi import SpiBus
from edge.rfid.st25r3911b_bus import St25r3911bBus


class Spi:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.modes: list[int] = []

    def init(self, polarity: int, phase: int) -> None:
        assert polarity == 0
        self.modes.append(phase)

    def write(self, data: bytes) -> None:
        pass


class Selects:
    """Chip selects."""

    def enable(self, output: int) -> None:
        pass

    def disable(self) -> None:
        pass


def readers(antennas: Any, chip: str = "MFRC522") -> dict[str, Any]:
    names = ("a01", "a02")
    return dict(build.readers(SpiBus(Spi(), Selects()), names, chip, {"antennas": antennas}))


def test_an_antenna_gets_its_chip_and_reads_what_it_can() -> None:
    made = readers({"a02": {"chip": "ST25R3911B"}})

    assert (made["a01"].chip.chip, type(made["a01"])) == ("MFRC522", iso14443a.Reader)
    assert (made["a02"].chip.chip, type(made["a02"])) == ("ST25R3911B", both.Reader)


@pytest.mark.parametrize(
    ("tech", "kind"), [(["A"], iso14443a.Reader), (["V"], iso15693.Reader), (["V", "A"], both.Reader)]
)
def test_an_antenna_looks_for_what_it_is_told(tech: list[str], kind: type) -> None:
    assert type(readers({"a01": {"tech": tech}}, "ST25R3911B")["a01"]) is kind


@pytest.mark.parametrize(
    ("antennas", "says"),
    [
        ([], "antennas: must be an object"),
        ({"a99": {}}, "antennas.a99: is no antenna of this board; it has a01, a02"),
        ({"a01": "ST25R3911B"}, "antennas.a01: must be an object, as"),
        ({"a01": {"chip": "PN532"}}, "antennas.a01.chip: must be one of MFRC522, ST25R3911B"),
        ({"a01": {"tech": "A"}}, "antennas.a01.tech: must be a list of A, V"),
        ({"a01": {"tech": []}}, "antennas.a01.tech: must be a list of A, V"),
        ({"a01": {"tech": ["B"]}}, "antennas.a01.tech: must be a list of A, V"),
        ({"a01": {"tech": ["V"]}}, "antennas.a01.tech: a MFRC522 cannot read V, only A"),
    ],
)
def test_a_mistake_is_named_with_its_place(antennas: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        readers(antennas)


def test_the_mode_is_set_only_when_the_next_chip_wants_another() -> None:
    spi = Spi()
    bus = SpiBus(spi, Selects())
    one, other = Mfrc522Bus(bus, 0), St25r3911bBus(bus, 1)
    for port in (one, one, other, other, one):
        port.send(b"")

    assert spi.modes == [0, 1, 0]
