"""The simulated chip by itself, against the datasheet's tables: no driver here."""

import pytest

from tools.virtual.cards15693 import crc_15693
from tools.virtual.chip_st25r3911b import ChipSt25r3911b
from tools.virtual.world import World

ACE, KING = "04a1b2c3d4e5f6", "11223344"
ICODE = "e00401501234abcd"


class Bench:
    """A chip, and SPI as raw bytes."""

    def __init__(self, *uids: str) -> None:
        self.world = World(["a01"])
        self.chip = ChipSt25r3911b(self.world.airs["a01"], self.world)
        for uid in uids:
            self.world.put("a01", uid)

    def spi(self, *sent: int) -> list[int]:
        received = bytearray(len(sent))
        self.chip.begin()
        self.chip.shift(bytes(sent), received)
        return list(received)

    def read(self, address: int, count: int = 1) -> list[int]:
        return self.spi(0x40 | address, *[0] * count)[1:]

    def field(self) -> None:
        self.spi(0x02, 0x80)
        assert self.read(0x17, 3)[0] == 0x80, "the oscillator runs"
        self.spi(0x01, 0x80)
        self.spi(0x2A, 0x80)  # the data sheet: reg_s is set and cleared before the regulators are adjusted
        self.spi(0x2A, 0x00)
        self.spi(0xD6)
        assert self.read(0x17, 3) == [0x02, 0x80, 0x00]
        self.spi(0x02, 0xC8)
        self.world.advance(5000)

    def send(self, command: int, *frame: int, bits: int = 0) -> list[int]:
        """Transmit; return all interrupts until the end of it."""
        total = bits or 8 * len(frame)
        self.spi(0xC2)
        if frame:
            self.spi(0x80, *frame)
            self.spi(0x1D, total >> 8, total & 0xFF)
        self.spi(command)
        seen = [0, 0, 0]
        for _ in range(8):
            seen = [old | new for old, new in zip(seen, self.read(0x17, 3), strict=True)]
            if seen[0] & 0x10 or seen[1] & 0x40:
                break
        return seen

    def fifo(self) -> list[int]:
        return self.spi(0xBF, *[0] * self.read(0x1A)[0])[1:]

    def type_a(self, anticollision: bool = True) -> None:
        self.spi(0x03, 0x08, 0, 1 if anticollision else 0)
        self.spi(0x09, 0x80 if anticollision else 0x40)
        self.spi(0x0F, 0, 60)

    def stream(self) -> None:
        self.spi(0x03, 0x70, 0, 0xC0, 0, 0, 0x38, 0x84)
        self.spi(0x0E, 0x3F, 0, 81)


def test_it_says_who_it_is() -> None:
    assert Bench().read(0x3F) == [0x09]


def test_reading_one_interrupt_register_clears_all_three() -> None:
    bench = Bench()
    bench.field()
    bench.spi(0xDF)
    assert bench.read(0x17) == [0x02]
    assert bench.read(0x18) == [0x00], "what was not fetched in the same transaction is lost"


def test_the_supply_is_measured_and_regulators_for_another_drive_no_field() -> None:
    bench = Bench(KING)
    bench.spi(0x02, 0x80)
    bench.read(0x17, 3)
    bench.spi(0xDF)
    bench.read(0x17, 3)
    assert bench.read(0x20) == [140]
    bench.spi(0x2A, 0x80)
    bench.spi(0x2A, 0x00)
    bench.spi(0xD6)
    bench.read(0x17, 3)
    bench.spi(0x02, 0xC8)
    assert bench.read(0x30)[0] & 0x20 == 0


def test_regulators_that_were_adjusted_without_reg_s_keep_what_they_had() -> None:
    bench = Bench(KING)
    bench.spi(0x02, 0x80)
    bench.read(0x17, 3)
    bench.spi(0x01, 0x80)
    bench.spi(0xD6)
    bench.read(0x17, 3)
    bench.spi(0x02, 0xC8)

    assert bench.read(0x30)[0] & 0x20 == 0


def test_nobody_answers_ends_with_the_timer() -> None:
    bench = Bench()
    bench.field()
    bench.type_a()

    assert bench.send(0xC6)[:2] == [0x0A, 0x40]


def test_a_card_answers_and_left_over_bits_spoil_its_parity() -> None:
    bench = Bench(ACE)
    bench.field()
    bench.type_a()
    assert bench.send(0xC6) == [0x38, 0, 0]
    assert bench.fifo() == [0x44, 0x00]

    bench.send(0xC6)
    bench.spi(0x1D, 0, 3)
    assert bench.send(0xC6)[2] == 0x40


def test_a_collision_is_counted_from_the_start_of_the_frame() -> None:
    bench = Bench("00000000", "00000001")
    bench.field()
    bench.type_a()
    bench.send(0xC6)

    assert bench.send(0xC5, 0x93, 0x20)[0] & 0x04
    assert bench.read(0x1C) == [5 << 4 | 0 << 1], "SEL, NVB and three bytes of UID, bit 0"


def test_the_prefix_is_not_in_the_fifo() -> None:
    bench = Bench("ff000000")
    bench.field()
    bench.type_a()
    bench.send(0xC6)
    bench.send(0xC5, 0x93, 0x23, 0x07, bits=19)

    assert bench.fifo() == [0xF8, 0, 0, 0, 0xFF]


def test_crc_is_added_checked_and_left_in_the_fifo_as_set() -> None:
    bench = Bench("11223344")
    bench.field()
    bench.type_a()
    bench.send(0xC6)
    bench.type_a(anticollision=False)

    assert bench.send(0xC4, 0x93, 0x70, 0x11, 0x22, 0x33, 0x44, 0x44)[2] == 0
    assert len(bench.fifo()) == 3


def coded(*request: int) -> list[int]:
    crc = crc_15693(bytes(request))
    pulses = [0x21]
    for byte in (*request, crc & 0xFF, crc >> 8):
        pulses += [(0x02, 0x08, 0x20, 0x80)[byte >> shift & 3] for shift in (0, 2, 4, 6)]
    return [*pulses, 0x04]


def test_an_inventory_is_answered_in_halves_of_bits() -> None:
    bench = Bench(ICODE)
    bench.field()
    bench.stream()

    assert bench.send(0xC5, *coded(0x26, 0x01, 0x00))[0] & 0x30 == 0x30
    report = int.from_bytes(bytes(bench.fifo()), "little")
    assert report & 0x1F == 0x17
    halves = [report >> 5 + 2 * bit & 3 for bit in range(96)]
    assert set(halves) == {1, 2}
    answer = sum((half >> 1) << bit for bit, half in enumerate(halves)).to_bytes(12, "little")
    assert answer[2:10][::-1].hex() == ICODE
    assert crc_15693(answer[:10]) == int.from_bytes(answer[10:], "little")


def test_two_answers_show_both_halves_where_they_differ() -> None:
    bench = Bench(ICODE, "e00401501234abcc")
    bench.field()
    bench.stream()
    bench.send(0xC5, *coded(0x26, 0x01, 0x00))

    report = int.from_bytes(bytes(bench.fifo()), "little")
    assert report >> 5 + 2 * 16 & 3 == 3


def test_a_card_answers_in_its_slot_only() -> None:
    bench = Bench(ICODE)
    bench.field()
    bench.stream()
    heard = [bench.send(0xC5, *coded(0x06, 0x01, 0x00))[0] & 0x10]
    heard += [bench.send(0xC5, 0x04)[0] & 0x10 for _ in range(15)]

    assert [slot for slot, answered in enumerate(heard) if answered] == [0xD]


def test_a_quiet_card_is_silent_until_the_field_goes_off() -> None:
    bench = Bench(ICODE)
    bench.field()
    bench.stream()
    bench.send(0xC5, *coded(0x22, 0x02, *bytes.fromhex(ICODE)[::-1]))
    assert bench.send(0xC5, *coded(0x26, 0x01, 0x00))[1] & 0x40

    bench.spi(0x02, 0x80)
    bench.spi(0x02, 0xC8)
    bench.world.advance(5000)
    assert bench.send(0xC5, *coded(0x26, 0x01, 0x00))[0] & 0x10


@pytest.mark.parametrize("broken", ["crc", "coding", "mask"])
def test_a_card_answers_nothing_it_does_not_understand(broken: str) -> None:
    bench = Bench(ICODE)
    bench.field()
    bench.stream()
    frame = coded(0x26, 0x01, 0x08, 0xCC) if broken == "mask" else coded(0x26, 0x01, 0x00)
    if broken == "crc":
        frame[-2] = 0x02 if frame[-2] != 0x02 else 0x08
    if broken == "coding":
        frame[3] = 0x03

    assert bench.send(0xC5, *frame)[1] & 0x40


def test_time_can_begin_anew_between_two_frames() -> None:
    bench = Bench(ACE)
    bench.field()
    bench.type_a()
    bench.world.advance(2**29)
    bench.chip.rebase(bench.world.rebase())

    assert bench.send(0xC6)[0] & 0x10
