"""The traps of these chips and cards, each as a scenario that a driver fails if it falls into it.

Every trap is run twice: with the driver as it is, and with one that is broken in exactly that way, which must fail.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from edge import antenna_scan, antenna_start
from edge.antenna_presence import Presence
from edge.errors import ChipFault
from edge.rfid import iso14443a, iso15693, iso15693_line, mfrc522, mfrc522_bus, mfrc522_setup, st25r3911b
from edge.rfid import st25r3911b_regs as st_reg
from edge.rfid.frames import ANSWER, COLLISION, GARBLED, SILENCE
from edge.rfid.mfrc522 import MFRC522
from edge.rfid.spi import SpiBus
from edge.rfid.st25r3911b import ST25R3911B
from tests.edge.rfid.stacks import frames_needed
from tools.virtual.cards15693 import VicinityCard
from tools.virtual.table import VirtualTable, deal

ACE, ACE_TOO, KING = "04a1b2c3d4e5f6", "04a1b2c3d4e5f7", "11223344"
DEEP = ["04005500000000", "04085500000000", "04285500000000", "04a85500000000"]
SHALLOW = ["00000000", "80000000", "80020000", "80060000"]
LATE = ["04a1b2c3d4e5f6", "04a1b2c3d4e5f7", "04a1b2c3d4e576"]
VICINITY, VICINITY_TOO = "e00401501234abcd", "e0040150123400c1"
ST: dict[str, Any] = {"kind": "ST25R3911B", "tech": ["A"]}
ST_V: dict[str, Any] = {"kind": "ST25R3911B", "tech": ["V"]}
Patch = pytest.MonkeyPatch
Make = Callable[..., Any]


@dataclass(frozen=True)
class Trap:
    """`scenario` holds for a right driver; `broken` puts the trap into it."""

    name: str
    scenario: Callable[[Make], None]
    broken: Callable[[Patch], None]


def setting(owner: Any, name: str, value: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(owner, name, value)


# --- scenarios ---


def every_card(*uids: str, clean: bool = True, **options: Any) -> Callable[[Make], None]:
    def scenario(make: Make) -> None:
        stack = make(*uids, **options)
        assert stack.look() == set(uids)
        assert stack.reader.clean or not clean
        assert stack.look(*uids) == set(uids), "and again, halted"
        assert stack.reader.clean or not clean

    return scenario


def no_frame_wasted(*uids: str, **options: Any) -> Callable[[Make], None]:
    def scenario(make: Make) -> None:
        stack = make(*uids, **options)
        stack.look()
        assert stack.chip.frames == frames_needed(list(uids))

    return scenario


def with_fault(fault: str, *uids: str, clean: bool = True, **options: Any) -> Callable[[Make], None]:
    """The erratum happens with every frame, and nobody notices."""

    def scenario(make: Make) -> None:
        stack = make(**options)
        stack.chip.faults = (fault,)
        assert stack.look() == set()
        assert stack.reader.clean
        stack.lay(*uids)
        stack.restart_field()
        for _ in range(3):
            assert stack.look(*uids) == set(uids)
            assert stack.reader.clean or not clean

    return scenario


def every_card_of_a_chip(*uids: str, late_us: int = 0, chip: dict[str, Any], **options: Any) -> Callable[[Make], None]:
    """The simulated chip, or its cards, are as `chip` and `late_us` say."""

    def scenario(make: Make) -> None:
        stack = make(**options)
        for name, value in chip.items():
            assert hasattr(stack.chip, name)
            setattr(stack.chip, name, value)
        assert stack.look() == set()
        assert stack.reader.clean, "an empty antenna"
        stack.lay(*uids)
        for card in stack.cards.values():
            card.late_us = late_us
        stack.restart_field()
        for known in ((), uids, uids):
            assert stack.look(*known) == set(uids)
            assert stack.reader.clean

    return scenario


def a_weak_card_is_not_drowned_by_the_gain(make: Make) -> None:
    stack = make(VICINITY, **ST_V)
    stack.lay(VICINITY_TOO, coupling=40)
    stack.restart_field()
    assert stack.reader.chip.request(bytearray(b"\x26\x01\x00\0\0"), 3) == COLLISION


def the_antenna_is_tuned(make: Make) -> None:
    stack = make(ACE, **ST)
    assert not stack.reader.chip.measure()
    assert stack.reader.chip.trim == 8
    assert stack.look() == {ACE}, "and its regulators were adjusted once more"


def a_timeout_that_comes_again(make: Make) -> None:
    """Whenever that is: while the next frame is prepared, under way, or waits for its answer."""
    for again_us in range(60, 1000, 20):
        stack = make(ACE, ACE_TOO, **ST)
        stack.chip.faults, stack.chip.again_us = ("nre_twice",), again_us
        assert stack.look(ACE, ACE_TOO) == {ACE, ACE_TOO}
        assert stack.reader.clean
        stack.restart_field()
        assert stack.look() == {ACE, ACE_TOO}, "and nobody asks again for a card that is not known"


def empty_look_is_quick(make: Make) -> None:
    assert make().timed_look() <= 3


def sixteen_slots_are_quick(make: Make) -> None:
    assert make(VICINITY, VICINITY_TOO, **ST_V).timed_look(VICINITY, VICINITY_TOO) <= 40


def garbled_is_no_absence(make: Make) -> None:
    stack = make(ACE)
    stack.look()
    stack.chip._check_crc = lambda: stack.chip._registers.__setitem__(6, 0x04)
    stack.look(ACE)
    assert not stack.reader.clean


def a_reception_without_end_is_no_absence(make: Make) -> None:
    stack = make(ACE, **ST)
    stack.look()
    stack.chip.faults = ("rxs_without_rxe",)
    assert stack.look(ACE) == set()
    assert not stack.reader.clean


def gain_is_33_db(make: Make) -> None:
    assert make().chip._registers[0x26] & 0x70 == 0x40


def reqa_after_an_odd_frame(make: Make) -> None:
    chip = make(ACE, **ST).reader.chip
    assert chip.wake(False) == ANSWER
    chip.anticollide(bytearray(b"\x93\x20\x88\x04\xa1\x00\x00"), 11)
    chip.wake(False)
    assert chip.wake(False) == ANSWER


def a_head_that_differs_is_no_collision(_make: Make) -> None:
    """Flags and DSFID of the cards in a slot may differ; only UIDs tell them apart."""
    card = VicinityCard(bytes.fromhex(VICINITY))
    card.power(0)
    report = bytearray(1) + bytearray(_report(card, 0b11 << 5 + 2 * 9))
    assert iso15693_line.decode(report, 26, bytearray(12)) == ANSWER


def _report(card: VicinityCard, disturbed: int) -> bytes:
    from tools.virtual import chip_st25r3911b_air as chip  # noqa: PLC0415

    halves, size = chip._report(card._answer())
    return (halves | disturbed).to_bytes((size + 7) // 8, "little")


def both_chips_on_one_bus(_make: Make) -> None:
    with VirtualTable({"a04": {"chip": "ST25R3911B"}}) as table:
        table.world.put("a01", ACE)
        table.world.put("a04", KING)
        asyncio.run(table.scan(3))
        assert table.lying == table.truth()
        assert not table.faults


def both_chips_look_around_in_time(_make: Make) -> None:
    """The bus is made anew where an antenna of the other chip comes next, and nowhere else."""
    with VirtualTable({f"a{number:02}": {"chip": "ST25R3911B"} for number in range(1, 12, 2)}) as table:
        deal(table)
        asyncio.run(table.scan(3))
        before = table.wiring.mode_changes
        times = asyncio.run(table.round_times(3))
        assert 0 < table.wiring.mode_changes - before <= 3 * 2 * 12
        assert max(times) <= 300
        assert table.lying == table.truth()


def alone(*uids: str, rounds: int = 3, prepare: Callable[[VirtualTable], None] | None = None) -> Callable[[Make], None]:
    """A whole table with cards on one antenna."""

    def scenario(_make: Make) -> None:
        with VirtualTable({"a02": {"chip": "ST25R3911B"}}) as table:
            for uid in uids:
                table.world.put("a04", uid)
            asyncio.run(table.scan(3))
            if prepare:
                prepare(table)
            asyncio.run(table.scan(rounds))
            assert table.lying == table.truth()
            assert not table.faults
            assert len(table.told) == len(table.truth())

    return scenario


def lay_a_drowsy_card(table: VirtualTable) -> None:
    table.world.put("a04", "0401000000000f").drowsy = True  # type: ignore[attr-defined]


def lay_a_weak_vicinity_card(table: VirtualTable) -> None:
    table.world.put("a02", VICINITY)
    asyncio.run(table.scan(3))
    table.world.put("a02", VICINITY_TOO, coupling=31)


def let_it_flicker(table: VirtualTable) -> None:
    table.world.airs["a04"].cards[0].flicker = 200


def cover_with_metal(_make: Make) -> None:
    with VirtualTable({"a02": {"chip": "ST25R3911B"}}) as table:
        table.world.put("a02", ACE)
        asyncio.run(table.scan(3))
        table.world.metal("a02", 90)
        asyncio.run(table.scan(10))
        assert table.faults == [("a02", "detuned")]
        assert table.lying == {("a02", ACE)}


def a_card_that_holds_its_charge(_make: Make) -> None:
    """Halted, it must have forgotten so when its antenna is visited again."""
    with VirtualTable() as table:
        table.world.put("a01", ACE).holds_us = 5000
        scanner = table.scanner
        scanner.antennas, scanner._order = table.antennas[:1], [0]
        asyncio.run(table.scan(2))
        table.antennas[0].presence.forget(bytes.fromhex(ACE))  # as after three misses
        table.lying.clear()
        asyncio.run(table.scan(2))
        assert table.lying == table.truth()


def neighbours(_make: Make) -> None:
    with VirtualTable({"a02": {"chip": "ST25R3911B"}, "a12": {"chip": "ST25R3911B"}}) as table:
        together = []

        async def watch() -> None:
            task = asyncio.create_task(table.scan(3))
            while not task.done():
                lit = [index for index, name in enumerate(table.world.antennas) if table.world.airs[name].powered]
                together.append(any((one - other) % 12 in (1, 11) for one in lit for other in lit))
                await asyncio.sleep(0)
            await task

        asyncio.run(watch())
        assert len(together) > 20
        assert not any(together)


# --- ways to break the driver ---


def absolute_position(self: Any, _known: int) -> None:
    self.position = (mfrc522._SEEN[mfrc522._COLL_AT] & mfrc522._COLL_POS or 32) - 1


def position_in_the_uid(self: Any, _known: int) -> None:
    self.position = st25r3911b._SEEN[st25r3911b._COLLISION_AT] >> st_reg.COLLISION_BIT


def cascade_by_tag(patch: Patch) -> None:
    real = MFRC522.select

    def select(self: Any, frame: bytearray) -> int:
        outcome = real(self, frame)
        self.sak = 0x04 if frame[2] == 0x88 else 0
        return outcome

    patch.setattr(MFRC522, "select", select)


def collision_is_failure(patch: Patch) -> None:
    for driver in (MFRC522, ST25R3911B):
        real = driver.wake

        def wake(self: Any, halted: bool, real: Any = real) -> int:
            outcome: int = real(self, halted)
            return SILENCE if outcome == COLLISION else outcome

        patch.setattr(driver, "wake", wake)


def only_reqa(patch: Patch) -> None:
    real = MFRC522.wake
    patch.setattr(MFRC522, "wake", lambda self, _halted: real(self, False))


def forget_the_prefix(patch: Patch) -> None:
    real = st25r3911b.merge

    def merge(frame: bytearray, known: int, received: bytearray, count: int) -> None:
        at = 2 + (known >> 3)
        real(frame, known, received, count)
        frame[at] = received[1]

    patch.setattr(st25r3911b, "merge", merge)


def status(change: Callable[[bytearray], None]) -> Callable[[Patch], None]:
    """Let the driver take the interrupts of the ST25R3911B in another way."""

    def broken(patch: Patch) -> None:
        from edge.rfid.st25r3911b_bus import St25r3911bBus  # noqa: PLC0415

        real = St25r3911bBus.read_many

        def read_many(self: Any, request: bytes, reply: bytearray) -> None:
            real(self, request, reply)
            change(reply)

        patch.setattr(St25r3911bBus, "read_many", read_many)

    return broken


def timer_first(reply: bytearray) -> None:
    if reply[2] & 0x40:
        reply[1] &= ~0x30


def any_end_is_an_answer(reply: bytearray) -> None:
    if reply[1] & 0x10:
        reply[1] |= 0x20


def water_level_is_an_end(reply: bytearray) -> None:
    if reply[1] & 0x40:
        reply[1] |= 0x30


def one_register_at_a_time(patch: Patch) -> None:
    from edge.rfid.st25r3911b_bus import St25r3911bBus  # noqa: PLC0415

    def read_many(self: Any, request: bytes, reply: bytearray) -> None:
        for index in range(1, len(request)):
            reply[index] = self.read((request[0] & 0x3F) + index - 1)

    patch.setattr(St25r3911bBus, "read_many", read_many)


def any_timeout_counts(patch: Patch) -> None:
    """The interrupts of the last frame are taken for those of this one."""
    real = ST25R3911B._transmit

    def give_up(_self: Any) -> bool:
        raise TimeoutError

    def transmit(self: Any, command: int) -> int:
        try:
            interrupts: int = real(self, command)
        except TimeoutError:
            return 0
        return interrupts

    patch.setattr(ST25R3911B, "_gave_up", give_up)
    patch.setattr(ST25R3911B, "_transmit", transmit)


def bits_left_over(patch: Patch) -> None:
    real = ST25R3911B._count
    patch.setattr(ST25R3911B, "_count", lambda self, bits: real(self, bits) if bits else None)


def raise_on_hanging(self: Any, _main: int) -> int:
    raise ChipFault("no_interrupt", self.name, "answer")


def no_answer_to_address(patch: Patch) -> None:
    """A read without the byte that fetches its answer."""
    reply = bytearray(1)

    def read(self: Any, register: int) -> int:
        self.exchange(bytes([0x80 | register << 1]), reply)
        return reply[0]

    patch.setattr(mfrc522_bus.Mfrc522Bus, "read", read)


def errors_first(self: Any) -> int:
    """As the best-known public driver has it."""
    error, level = mfrc522._SEEN[mfrc522._ERROR_AT], mfrc522._SEEN[mfrc522._LEVEL_AT]
    if error & 0x17 or not level:
        return GARBLED
    return COLLISION if error & 0x08 else ANSWER


def impatient_for_a(patch: Patch) -> None:
    patch.setattr(st25r3911b, "_SOON", 29)
    patch.setattr(st25r3911b, "_MODE_A", st25r3911b._MODE_A[:-1] + b"\x1d")


def mode_v(at: int, value: int) -> Callable[[Patch], None]:
    """Let the driver write another value to the register that is so far after MODE."""

    def broken(patch: Patch) -> None:
        mode = bytearray(st25r3911b._MODE_V)
        mode[1 + at] = value
        patch.setattr(st25r3911b, "_MODE_V", bytes(mode))

    return broken


def adjust_only(self: Any) -> None:
    self._bus.write(0x2A, 0)
    self._finish(0xD6)


def calibrate_once(patch: Patch) -> None:
    real, given = ST25R3911B._finish, []

    def finish(self: Any, command: int) -> None:
        if given[-1:] != [command]:
            real(self, command)
        given.append(command)

    patch.setattr(ST25R3911B, "_finish", finish)


def whole_reports_only(patch: Patch) -> None:
    real = ST25R3911B._stream

    def stream(self: Any, coded: bytes, length: int) -> int:
        outcome: int = real(self, coded, length)
        return GARBLED if outcome and st25r3911b._SEEN[st25r3911b._LEVEL_AT] > iso15693_line.REPORT_SIZE else outcome

    patch.setattr(ST25R3911B, "_stream", stream)


def slow_slots(patch: Patch) -> None:
    mode = bytearray(st25r3911b._MODE_V)
    mode[-2:] = (4_000_000 // 4720).to_bytes(2, "big")
    patch.setattr(st25r3911b, "_MODE_V", bytes(mode))


def uid_as_received(patch: Patch) -> None:
    def note(self: Any, _mask: bytearray, _slot: int = -1) -> None:
        self.seen.append(bytes(self.chip.answer[2:10]))

    patch.setattr(iso15693.Reader, "_note", note)


def all_at_once(patch: Patch) -> None:
    patch.setattr(antenna_scan.Scanner, "_couples", lambda *_: False)
    patch.setattr(antenna_start, "visiting_order", lambda count: list(range(count)))


def a_bus_made_anew_each_time(patch: Patch) -> None:
    real = SpiBus.use

    def use(self: Any, mode: int) -> None:
        real(self, 1 - mode)
        real(self, mode)

    patch.setattr(SpiBus, "use", use)


def impatient(patch: Patch) -> None:
    patch.setattr("edge.antenna_presence._MISSES", 1)
    patch.setattr("edge.antenna_presence._GONE_AFTER_MS", 0)


TRAPS = [
    Trap(
        "CollPos counts in the FIFO, RxAlign included",
        no_frame_wasted(*DEEP),
        setting(MFRC522, "_locate", absolute_position),
    ),
    Trap(
        "a chip that counts otherwise is survived",
        every_card(*SHALLOW, coll_base="absolute"),
        setting(iso14443a, "_MAX_MISSES", 0),
    ),
    Trap(
        "a chip that counts from SEL is survived",
        every_card(*SHALLOW, coll_base="frame"),
        setting(iso14443a, "_MAX_MISSES", 0),
    ),
    *(
        Trap(
            f"a collision sets error bits {bits} too",
            every_card_of_a_chip(ACE, ACE_TOO, KING, *DEEP, chip={"collision_errors": bits}),
            setting(MFRC522, "_judge", errors_first),
        )
        for bits in ((0x01,), (0x02,), (0x04,), (0x07,), (0x00, 0x06, 0x01))
    ),
    Trap(
        "fewer than four bits are noise",
        every_card_of_a_chip(ACE, KING, chip={"noise_bits": 3}),
        setting(mfrc522, "_RX_MODE_NO_ERR", 0),
    ),
    Trap(
        "a reception is noticed after four bits, and cards may be late",
        every_card_of_a_chip(ACE, ACE_TOO, late_us=14, chip={}, **ST),
        impatient_for_a,
    ),
    Trap(
        "a 15693 reception is noticed after 57 us, and cards may be late",
        every_card_of_a_chip(VICINITY, VICINITY_TOO, late_us=9, chip={}, **ST_V),
        mode_v(13, 81),
    ),
    Trap(
        "good frames with a soft framing error",
        every_card_of_a_chip(ACE, ACE_TOO, KING, chip={"faults": ("soft_framing",)}, **ST),
        setting(st_reg, "IRQ_ERROR_FRAME", 0xF0),
    ),
    Trap(
        "bytes after the end of a 15693 frame",
        every_card_of_a_chip(VICINITY, VICINITY_TOO, chip={"faults": ("extra_bytes",)}, **ST_V),
        whole_reports_only,
    ),
    Trap(
        "the PM channel hears nothing",
        every_card_of_a_chip(ACE, KING, chip={"faults": ("pm_noise",)}, **ST),
        setting(st_reg, "OP_CONTROL_FIELD", 0xC8),
    ),
    Trap("automatic gain drowns weak cards", a_weak_card_is_not_drowned_by_the_gain, mode_v(8, 0x12)),
    Trap("reg_s goes up and down before D6", every_card(ACE, **ST), setting(ST25R3911B, "_adjust", adjust_only)),
    Trap("erratum 1.5: the first calibration is wrong", the_antenna_is_tuned, calibrate_once),
    Trap("SAK decides the cascade, not 0x88", every_card("88ffffff"), cascade_by_tag),
    Trap("a collision at REQA is normal", every_card(ACE, KING), collision_is_failure),
    Trap("a collision at REQA is normal, ST25R3911B", every_card(ACE, KING, **ST), collision_is_failure),
    Trap("a reply timer of 25 ms", empty_look_is_quick, setting(mfrc522_setup, "_REPLY_TICKS", 256)),
    Trap("a halted card answers WUPA only", every_card(ACE), only_reqa),
    Trap("errors are no absence", garbled_is_no_absence, setting(mfrc522, "GARBLED", SILENCE)),
    Trap("a read needs a last byte", every_card(ACE), no_answer_to_address),
    Trap("a gain over 33 dB with neighbours", gain_is_33_db, setting(mfrc522_setup, "_RF_CFG_GAIN_33_DB", 0x70)),
    Trap("cards need 5 ms of field", alone(ACE), setting(antenna_scan, "_GUARD_MS", 0)),
    Trap("cards need 5 ms without field", a_card_that_holds_its_charge, setting(antenna_scan, "_OFF_MS", 0)),
    Trap(
        "cards that halt when passed over",
        alone(ACE, rounds=50, prepare=lay_a_drowsy_card),
        setting(iso14443a, "_FRESH_EVERY", 10**6),
    ),
    Trap("never two neighbouring fields", neighbours, all_at_once),
    Trap("a card that flickers stays", alone(ACE, KING, rounds=60, prepare=let_it_flicker), impatient),
    Trap("SPI mode 1 beside mode 0", both_chips_on_one_bus, setting(SpiBus, "use", lambda *_: None)),
    Trap("another SPI mode makes the bus anew", both_chips_look_around_in_time, a_bus_made_anew_each_time),
    Trap(
        "register 1C counts SEL and NVB",
        no_frame_wasted(*LATE, **ST),
        setting(ST25R3911B, "_locate", position_in_the_uid),
    ),
    Trap("the own prefix is not in the FIFO", every_card(*DEEP, **ST), forget_the_prefix),
    Trap("interrupts are cleared by reading, all three", every_card(ACE, KING, **ST), one_register_at_a_time),
    Trap("NUM_TX before REQA", reqa_after_an_odd_frame, bits_left_over),
    Trap(
        "erratum 1.1: a reception without end",
        a_reception_without_end_is_no_absence,
        setting(ST25R3911B, "_hanging", raise_on_hanging),
    ),
    Trap("erratum 1.7: the timeout comes twice", a_timeout_that_comes_again, any_timeout_counts),
    Trap(
        "erratum 1.7: the timeout comes with an answer",
        with_fault("nre_with_rxs", ACE, ACE_TOO, **ST),
        status(timer_first),
    ),
    Trap("erratum 1.9: the end of noise", with_fault("noise", ACE, ACE_TOO, **ST), status(any_end_is_an_answer)),
    Trap("the water level after the last byte", with_fault("fwl", ACE, ACE_TOO, **ST), status(water_level_is_an_end)),
    Trap("the supply decides the regulators", every_card(ACE, **ST), setting(st25r3911b, "_LOW_SUPPLY", 0)),
    Trap(
        "the supply decides the regulators, at 5 V",
        every_card(ACE, **ST, supply_mv=5000),
        setting(st25r3911b, "_LOW_SUPPLY", 255),
    ),
    Trap("silent slots last 0.4 ms, not 4", sixteen_slots_are_quick, slow_slots),
    Trap("UIDs come lowest byte first", every_card(VICINITY, **ST_V), uid_as_received),
    Trap("flags and DSFID may collide", a_head_that_differs_is_no_collision, setting(iso15693_line, "_HEAD", 0)),
    Trap(
        "a drowned 15693 card",
        alone(rounds=9, prepare=lay_a_weak_vicinity_card),
        setting(iso15693.Reader, "_find_hidden", lambda _self: iter(())),
    ),
    Trap("metal is no absence", cover_with_metal, setting(ST25R3911B, "measure", lambda _self: False)),
    Trap(
        "two misses are no absence",
        alone(ACE, KING, rounds=60, prepare=let_it_flicker),
        setting(Presence, "_missed", lambda self, uid, _now, changes: (self.forget(uid), changes.append((2, uid)))),
    ),
]


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_the_driver_avoids_it(antenna: Make, trap: Trap) -> None:
    trap.scenario(antenna)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_driver_with_this_fault_is_caught(antenna: Make, monkeypatch: Patch, trap: Trap) -> None:
    trap.broken(monkeypatch)

    with pytest.raises((AssertionError, ChipFault, IndexError)):
        trap.scenario(antenna)
