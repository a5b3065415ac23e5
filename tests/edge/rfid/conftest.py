"""One antenna with the simulated chip, cards and bus under the real driver."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from edge.rfid.iso14443a import Reader
from edge.rfid.mfrc522 import MFRC522
from edge.rfid.mfrc522_bus import Mfrc522Bus
from tools.virtual.cards import Card
from tools.virtual.chip_mfrc522 import ChipMfrc522
from tools.virtual.machine import SPI
from tools.virtual.world import World


class WiredLine:
    """Stands for a chip select: begins a transaction of its chip."""

    def __init__(self, chip: ChipMfrc522) -> None:
        self.chip = chip

    def select(self) -> None:
        self.chip.begin()

    def release(self) -> None:
        pass


class WiredSpi(SPI):
    """A bus with one chip on it."""

    def __init__(self, chip: ChipMfrc522) -> None:
        super().__init__(1)
        self.chip = chip

    def write(self, data: bytes | bytearray) -> None:
        self.chip.shift(data, None)

    def write_readinto(self, sent: bytes | bytearray, received: bytearray) -> None:
        self.chip.shift(sent, received)


@dataclass
class Antenna:
    """The driver's side (`reader`) and the table's (`world`) of one coil."""

    world: World
    chip: ChipMfrc522
    reader: Reader
    cards: dict[str, Card] = field(default_factory=dict)

    def lay(self, *uids: str, shy: int = 0) -> None:
        for uid in uids:
            self.cards[uid] = Card(bytes.fromhex(uid), shy)
            self.world.airs["a01"].put(self.cards[uid], self.world.now_us)

    def take(self, uid: str) -> None:
        self.world.airs["a01"].take(bytes.fromhex(uid))

    def restart_field(self) -> None:
        self.reader.chip.field_off()
        self.reader.chip.field_on()
        self.world.advance(6000)

    def look(self, *known: str) -> set[str]:
        for _ in self.reader.look([bytes.fromhex(uid) for uid in known]):
            pass
        assert len(set(self.reader.seen)) == len(self.reader.seen)
        return {uid.hex() for uid in self.reader.seen}

    def timed_look(self, *known: str) -> float:
        begun = self.world.now_us
        self.look(*known)
        return (self.world.now_us - begun) / 1000


MakeAntenna = Callable[..., Antenna]


@pytest.fixture
def antenna() -> MakeAntenna:
    def make(*uids: str, version: int = 0x92, coll_base: str = "fifo", start: bool = True) -> Antenna:
        world = World(["a01"])
        chip = ChipMfrc522(world.airs["a01"], world, version, coll_base)
        driver = MFRC522(Mfrc522Bus(WiredSpi(chip), WiredLine(chip)), "antenna a01")
        made = Antenna(world, chip, Reader(driver))
        made.lay(*uids)
        if start:
            driver.start()
            made.restart_field()
        return made

    return make
