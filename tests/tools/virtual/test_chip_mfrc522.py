"""The simulated chip and cards by themselves, against the datasheet and the standard: no driver here."""

import pytest

from tools.virtual.air import Air
from tools.virtual.chip_mfrc522 import ChipMfrc522
from tools.virtual.tags import Card, crc_a
from tools.virtual.world import World

ACE = "04a1b2c3d4e5f6"


class Bench:
    """A chip, and SPI as raw bytes."""

    def __init__(self, *uids: str) -> None:
        self.world = World(["a01"])
        self.chip = ChipMfrc522(self.world.airs["a01"], self.world)
        self.world.advance(1000)
        for uid in uids:
            self.world.put("a01", uid)

    def spi(self, *sent: int) -> list[int]:
        received = bytearray(len(sent))
        self.chip.begin()
        self.chip.shift(bytes(sent), received)
        return list(received)

    def write(self, address: int, *values: int) -> None:
        self.spi(address << 1, *values)

    def read(self, address: int) -> int:
        return self.spi(0x80 | address << 1, 0)[1]

    def field(self) -> None:
        for address, value in ((0x15, 0x40), (0x11, 0x3D), (0x2A, 0x80), (0x2B, 0xA9), (0x2D, 59), (0x14, 0x83)):
            self.write(address, value)
        self.world.advance(5000)

    def send(self, *frame: int, last_bits: int = 0) -> int:
        """Transceive; return ComIrqReg when it is over."""
        self.write(0x01, 0x00)
        self.write(0x04, 0x7F)
        self.write(0x0A, 0x80)
        self.write(0x09, *frame)
        self.write(0x0D, last_bits)
        self.write(0x01, 0x0C)
        self.write(0x0D, 0x80 | last_bits)
        return self.read(0x04)

    def fifo(self) -> list[int]:
        return [self.read(0x09) for _ in range(self.read(0x0A))]


@pytest.mark.parametrize(
    ("address", "value"),
    [
        *((0x01, 0x20), (0x02, 0x80), (0x03, 0x00), (0x04, 0x14), (0x06, 0x00), (0x07, 0x21), (0x0A, 0x00)),
        *((0x0B, 0x08), (0x0C, 0x10), (0x0D, 0x00), (0x0E, 0xA0), (0x11, 0x3F), (0x12, 0x00), (0x13, 0x00)),
        *((0x14, 0x80), (0x15, 0x00), (0x16, 0x10), (0x17, 0x84), (0x18, 0x84), (0x19, 0x4D), (0x1C, 0x62)),
        *((0x1D, 0x00), (0x1F, 0xEB), (0x21, 0xFF), (0x22, 0xFF), (0x24, 0x26), (0x26, 0x48), (0x27, 0x88)),
        *((0x28, 0x20), (0x29, 0x20), (0x2A, 0x00), (0x2B, 0x00), (0x33, 0x80), (0x36, 0x40), (0x37, 0x92)),
    ],
)
def test_registers_wake_with_the_values_of_the_datasheet(address: int, value: int) -> None:
    assert Bench().read(address) == value


def test_a_read_answers_one_byte_late() -> None:
    bench = Bench()

    assert bench.spi(0x80 | 0x37 << 1, 0x80 | 0x11 << 1, 0x00)[1:] == [0x92, 0x3F]
    assert bench.spi(0x80 | 0x37 << 1) == [0x00], "without a further byte there is no answer"


def test_bytes_after_a_write_address_go_to_the_same_register() -> None:
    bench = Bench()
    bench.write(0x09, 1, 2, 3)

    assert bench.read(0x0A) == 3
    assert bench.fifo() == [1, 2, 3]


def test_the_fifo_holds_64_bytes_and_says_when_it_overflows() -> None:
    bench = Bench()
    bench.write(0x09, *range(65))

    assert bench.read(0x0A) == 64
    assert bench.read(0x06) == 0x10


def test_interrupt_flags_are_set_and_cleared_by_bit_seven() -> None:
    bench = Bench()
    bench.write(0x04, 0x7F)
    assert bench.read(0x04) == 0
    bench.write(0x04, 0x81)
    assert bench.read(0x04) == 1


def test_after_a_soft_reset_the_oscillator_takes_its_time() -> None:
    bench = Bench()
    bench.write(0x01, 0x0F)
    assert bench.read(0x01) & 0x10
    bench.world.advance(200)
    assert not bench.read(0x01) & 0x10


def test_crc_a_of_halt_is_that_of_the_standard() -> None:
    assert crc_a(b"\x50\x00") == 0xCD57
    bench = Bench()
    bench.write(0x11, 0x3D)
    bench.write(0x09, 0x50, 0x00)
    bench.write(0x01, 0x03)
    assert (bench.read(0x21), bench.read(0x22)) == (0xCD, 0x57)


def test_silence_ends_with_the_timer() -> None:
    bench = Bench()
    bench.field()

    assert bench.send(0x26, last_bits=7) & 0x31 == 0x01


def test_a_card_answers_reqa_and_hears_nothing_else() -> None:
    bench = Bench(ACE)
    bench.field()
    assert bench.send(0x26) & 0x31 == 0x01, "a whole byte is no short frame"

    assert bench.send(0x26, last_bits=7) & 0x31 == 0x20
    assert bench.fifo() == [0x44, 0x00]
    assert bench.send(0x93, 0x20) & 0x20
    assert bench.fifo() == [0x88, 0x04, 0xA1, 0xB2, 0x88 ^ 0x04 ^ 0xA1 ^ 0xB2]


def test_a_card_needs_five_milliseconds_of_field() -> None:
    bench = Bench(ACE)
    bench.field()
    bench.write(0x14, 0x80)
    bench.write(0x14, 0x83)
    bench.world.advance(3000)
    assert not bench.send(0x26, last_bits=7) & 0x20
    bench.world.advance(3000)
    assert bench.send(0x26, last_bits=7) & 0x20


def test_a_timer_shorter_than_the_reply_delay_hears_nobody() -> None:
    bench = Bench(ACE)
    bench.field()
    bench.write(0x2D, 1)

    assert not bench.send(0x26, last_bits=7) & 0x20


def test_a_collision_is_located_and_what_follows_it_is_zero() -> None:
    bench = Bench("00000000", "01ffffff")
    bench.field()
    bench.send(0x26, last_bits=7)
    bench.write(0x0E, 0x00)

    bench.send(0x93, 0x20)

    assert bench.read(0x06) == 0x0A, "the parity is wrong too"
    assert bench.read(0x0E) == 1
    assert bench.fifo() == [1, 0, 0, 0, 0]


def test_a_start_that_is_still_set_sends_with_the_command() -> None:
    bench = Bench(ACE)
    bench.field()
    bench.send(0x26, last_bits=7)
    bench.write(0x01, 0x00)
    bench.write(0x09, 0x93)
    assert bench.read(0x0D) & 0x80

    bench.write(0x01, 0x0C)

    assert bench.chip.frames == 2


def test_time_can_begin_anew_between_two_frames() -> None:
    bench = Bench(ACE)
    bench.field()
    assert bench.send(0x26, last_bits=7) & 0x20
    bench.world.advance(2**29)

    bench.chip.rebase(bench.world.rebase())

    assert bench.world.now_us == 0
    assert bench.send(0x93, 0x20) & 0x20
    assert not bench.read(0x01) & 0x10


@pytest.mark.parametrize(
    ("frames", "state"),
    [
        ([], "IDLE"),
        (["reqa"], "READY"),
        (["reqa", "reqa"], "IDLE"),
        (["reqa", "select"], "ACTIVE"),
        (["reqa", "select", "reqa"], "IDLE"),
        (["reqa", "select", "halt"], "HALT"),
        (["reqa", "select", "halt", "reqa"], "HALT"),
        (["reqa", "select", "halt", "wupa"], "READY*"),
        (["reqa", "select", "halt", "wupa", "wupa"], "HALT"),
        (["reqa", "select", "halt", "wupa", "select"], "ACTIVE*"),
        (["reqa", "select", "halt", "wupa", "select", "reqa"], "HALT"),
        (["reqa", "other"], "IDLE"),
        (["reqa", "select", "halt", "wupa", "other"], "HALT"),
        (["halt"], "IDLE"),
    ],
)
def test_a_card_walks_through_the_states_of_the_standard(frames: list[str], state: str) -> None:
    air, card = Air(), Card(bytes.fromhex("11223344"))
    air.field(True, 0)
    air.put(card, 0)
    content = {"reqa": b"\x26", "wupa": b"\x52", "halt": b"\x50\x00"}
    content["select"] = b"\x93\x70\x11\x22\x33\x44\x44"
    content["other"] = b"\x93\x70\x11\x22\x33\x45\x45"
    for name in frames:
        data = content[name]
        if len(data) > 1:
            data += crc_a(data).to_bytes(2, "little")
        air.exchange(data, 7 if len(data) == 1 else 8 * len(data), 10_000)

    assert card.state == state
