"""One antenna with a simulated chip, cards and bus under the real driver."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from edge import clock
from edge.rfid import build
from edge.rfid.spi import Decoder, SpiBus
from tools.virtual import machine
from tools.virtual.chip_mfrc522 import ChipMfrc522
from tools.virtual.chip_st25r3911b import ChipSt25r3911b
from tools.virtual.tags import Card, Tag
from tools.virtual.world import World

_ENABLE = 33


@dataclass
class Antenna:
    """The driver's side (`reader`) and the table's (`world`) of one coil."""

    world: World
    chip: Any
    reader: Any
    wiring: machine.Wiring
    cards: dict[str, Tag] = field(default_factory=dict)

    def lay(self, *uids: str, shy: int = 0, coupling: int = 100) -> None:
        for uid in uids:
            self.cards[uid] = card = self.world.put("a01", uid, coupling)
            if isinstance(card, Card):
                card.shy = shy

    def take(self, uid: str) -> None:
        self.world.remove(uid)

    def restart_field(self) -> None:
        self.reader.chip.field_off()
        self.world.advance(6000)
        self.reader.chip.field_on()
        self.world.advance(6000)

    def look(self, *known: str) -> set[str]:
        for _ in self.reader.look([bytes.fromhex(uid) for uid in known]):
            pass
        assert len(set(self.reader.seen)) == len(self.reader.seen)
        found = {uid.hex() for uid in self.reader.seen}
        if self.reader.spent:
            self.restart_field()
        return found

    def lose(self, number: int) -> None:
        """Let one answer from now on get lost in the air: the card has said it, and goes by that."""
        air = self.world.airs["a01"]
        exchange, answered = air.exchange, 0

        def lossy(data: bytes, bits: int, now_us: int) -> tuple[int, int, int]:
            nonlocal answered
            answer = exchange(data, bits, now_us)
            answered += answer[1] > 0
            return (0, 0, 0) if answer[1] and answered == number + 1 else answer

        air.exchange = lossy  # type: ignore[method-assign]

    def timed_look(self, *known: str) -> float:
        begun = self.world.now_us
        for _ in self.reader.look([bytes.fromhex(uid) for uid in known]):
            pass
        return (self.world.now_us - begun) / 1000


MakeAntenna = Callable[..., Antenna]


@pytest.fixture
def antenna(monkeypatch: pytest.MonkeyPatch) -> MakeAntenna:
    """Make an antenna. The node's clock is the world's, so that waiting for a chip costs no time of ours."""

    def make(
        *uids: str, kind: str = "MFRC522", tech: list[str] | None = None, start: bool = True, **options: Any
    ) -> Antenna:
        world = World(["a01"])
        chip: Any = ChipMfrc522 if kind == "MFRC522" else ChipSt25r3911b
        chip = chip(world.airs["a01"], world, **options)
        wiring = machine.wire((), _ENABLE, [chip])
        place = (SpiBus(machine.SPI(1, baudrate=5_000_000), Decoder((), machine.Pin(_ENABLE))), 0)
        reader = build.reader(place, "a01", kind, tech)
        made = Antenna(world, chip, reader, wiring)
        monkeypatch.setattr(clock, "ticks_ms", lambda: world.now_us // 1000)
        monkeypatch.setattr(clock, "ticks_diff", lambda later, earlier: later - earlier)
        made.lay(*uids)
        if start:
            reader.chip.start()
            made.restart_field()
        return made

    return make
