"""Which cards a look finds on an ST25R3911B, of both standards, and that its simulator's cards are all it needs."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import ChipFault
from edge.rfid.frames import COLLISION
from tests.edge.rfid.stacks import frames_needed
from tools.virtual.cards15693 import crc_15693

ST = "ST25R3911B"
uids_a = st.one_of(*[st.binary(min_size=size, max_size=size) for size in (4, 7, 10)]).map(bytes.hex)
uids_v = st.binary(min_size=6, max_size=6).map(lambda serial: "e004" + serial.hex())
ALIKE = [f"e0040150{high:01x}0000000" for high in range(8)]
"""Vicinity cards that differ in the last bits that are asked for."""
hypothesis_settings = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Make = Callable[..., Any]


@hypothesis_settings
@given(cards=st.sets(uids_a, max_size=6))
def test_any_cards_of_type_a_are_found_and_then_known(antenna: Make, cards: set[str]) -> None:
    stack = antenna(*cards, kind=ST, tech=["A"])

    assert stack.look() == cards
    assert stack.look(*cards) == cards
    assert stack.reader.clean


@hypothesis_settings
@given(cards=st.sets(st.binary(min_size=7, max_size=7).map(bytes.hex), max_size=6).map(sorted))
def test_positions_are_trusted_and_no_frame_is_wasted(antenna: Make, cards: list[str]) -> None:
    stack = antenna(*cards, kind=ST, tech=["A"])

    stack.look()

    assert stack.chip.frames == frames_needed(cards)


@hypothesis_settings
@given(cards=st.sets(uids_v, max_size=16))
def test_any_vicinity_cards_are_found_and_then_known(antenna: Make, cards: set[str]) -> None:
    stack = antenna(*cards, kind=ST, tech=["V"])

    assert stack.look() == cards
    assert stack.look(*cards) == cards
    assert stack.reader.clean


@hypothesis_settings
@given(near=st.sets(uids_a, max_size=3), vicinity=st.sets(uids_v, max_size=4))
def test_cards_of_both_standards_lie_on_one_antenna(antenna: Make, near: set[str], vicinity: set[str]) -> None:
    stack = antenna(*near, *vicinity, kind=ST)

    assert stack.look() == near | vicinity
    assert stack.look(*near, *vicinity) == near | vicinity


def test_cards_that_differ_in_their_last_bits_only_are_told_apart(antenna: Make) -> None:
    stack = antenna(*ALIKE, kind=ST, tech=["V"])

    assert stack.look() == set(ALIKE)


def test_only_the_cards_that_are_looked_for_are_found(antenna: Make) -> None:
    cards = ("04a1b2c3d4e5f6", "e00401501234abcd")

    assert antenna(*cards, kind=ST, tech=["A"]).look() == {cards[0]}
    assert antenna(*cards, kind=ST, tech=["V"]).look() == {cards[1]}


def test_a_vicinity_card_that_left_is_missed_cleanly(antenna: Make) -> None:
    stack = antenna(*ALIKE[:3], kind=ST, tech=["V"])
    stack.look()
    stack.take(ALIKE[1])

    assert stack.look(*ALIKE[:3]) == {ALIKE[0], ALIKE[2]}
    assert stack.reader.clean


def test_a_drowned_card_that_is_known_is_heard_when_it_is_called_alone(antenna: Make) -> None:
    stack = antenna(ALIKE[0], kind=ST, tech=["V"])
    stack.lay(ALIKE[1], coupling=31)

    assert stack.look(*ALIKE[:2]) == set(ALIKE[:2])


@pytest.mark.parametrize("lost", range(6))
def test_a_request_that_got_lost_is_no_absence(antenna: Make, lost: int) -> None:
    """Nor are two in a row: the first inventory, or the call of a card that another one drowns."""
    stack = antenna(ALIKE[0], kind=ST, tech=["V"])
    stack.lay(ALIKE[1], coupling=31)
    air = stack.world.airs["a01"]
    vicinity, asked = air.vicinity, []

    def lossy(data: bytes, now_us: int) -> list[bytes]:
        asked.append(data)
        return [] if len(asked) - 1 in (lost, lost + 1) else vicinity(data, now_us)

    air.vicinity = lossy

    assert stack.look(*ALIKE[:2]) == set(ALIKE[:2])


@pytest.mark.parametrize("kind", ["MFRC522", ST])
@pytest.mark.parametrize("card", ["04a1b2c3d4e5f6", "04112233445566778899"])
@pytest.mark.parametrize("bit", [0x01, 0x04, 0x08, 0x10, 0x20])
def test_a_sak_that_was_not_read_from_the_fifo_cuts_no_uid_short(antenna: Make, kind: str, card: str, bit: int) -> None:
    """A bit error in the request has the chip answer something else, in which the UID seems to end."""
    stack = antenna(card, kind=kind, tech=["A"])
    shift, spoilt = stack.chip.shift, []

    def disturbed(sent: bytes, received: bytearray | None) -> None:
        if sent[0] in (0x92, 0xBF) and len(sent) < 6 and not spoilt:
            spoilt.append(sent)
            sent = bytes([sent[0] ^ bit]) + bytes(sent[1:])
        shift(sent, received)

    stack.chip.shift = disturbed

    assert stack.look() <= {card}
    stack.restart_field()
    assert stack.look() == {card}
    assert spoilt


@pytest.mark.parametrize(("card", "mode"), [("11223344", 0x08), (ALIKE[0], 0x70)])
def test_settings_are_written_anew_before_the_silence_of_a_known_card_counts(
    antenna: Make, card: str, mode: int
) -> None:
    """A bit error may have spoilt them when the look began."""
    stack = antenna(card, kind=ST)
    bus = stack.reader.chip._bus
    spoilt = []

    def once(burst: bytes) -> None:
        changed = bytearray(burst)
        if changed[:2] == bytes([0x03, mode]) and not spoilt:
            changed[1 + 0x0E - 0x03] = 0xFF  # until then the receiver does not listen
            spoilt.append(burst)
        bus.send(changed)

    bus.write_many = once

    assert stack.look(card) == {card}
    assert len(spoilt) == 1


def test_cards_with_other_dsfids_are_told_apart(antenna: Make) -> None:
    stack = antenna(*ALIKE[:2], kind=ST, tech=["V"])
    stack.cards[ALIKE[1]].dsfid = 0xFF

    assert stack.look() == set(ALIKE[:2])


def test_two_cards_of_one_uid_are_one_card(antenna: Make) -> None:
    from tools.virtual.tags import Card  # noqa: PLC0415

    for kind in ("MFRC522", ST):
        stack = antenna("04a1b2c3d4e5f6", kind=kind, tech=["A"])
        stack.world.airs["a01"].put(Card(bytes.fromhex("04a1b2c3d4e5f6")), stack.world.now_us)
        stack.restart_field()
        assert stack.look() == {"04a1b2c3d4e5f6"}


@pytest.mark.parametrize("supply_mv", [3000, 3300, 5000])
def test_the_field_comes_up_at_every_supply(antenna: Make, supply_mv: int) -> None:
    assert antenna("11223344", kind=ST, supply_mv=supply_mv).look() == {"11223344"}


@pytest.mark.parametrize(
    ("version", "code"), [(0x00, "no_chip"), (0xFF, "no_chip"), (0x2A, "wrong_chip"), (0x92, "wrong_chip")]
)
def test_a_chip_that_is_none_or_another_is_a_fault(antenna: Make, version: int, code: str) -> None:
    dead = antenna(kind=ST, version=version, start=False)

    with pytest.raises(ChipFault, match="antenna a01: ") as fault:
        dead.reader.chip.start()
    assert fault.value.code == code


@pytest.mark.parametrize("stuck_at", [0x00, 0xFF])
@pytest.mark.parametrize("tech", ["A", "V"])
def test_a_chip_that_dies_later_is_a_fault_not_an_empty_antenna(antenna: Make, stuck_at: int, tech: str) -> None:
    stack = antenna("11223344", kind=ST, tech=[tech])
    stack.chip.version = stuck_at

    with pytest.raises(ChipFault, match="antenna a01"):
        stack.look()


def test_a_look_at_a_babbling_field_ends(antenna: Make) -> None:
    stack = antenna(kind=ST, tech=["V"])
    stack.world.airs["a01"].vicinity = lambda *_: [b"\xff" * 12]
    begun = stack.world.now_us

    assert stack.look() == set()
    assert not stack.reader.clean
    assert stack.world.now_us - begun < 5_000_000


@pytest.mark.parametrize("bit", range(0, 96, 5))
def test_an_answer_with_a_wrong_bit_is_no_card_and_no_absence(antenna: Make, bit: int) -> None:
    stack = antenna(ALIKE[0], kind=ST, tech=["V"])
    air = stack.world.airs["a01"]
    vicinity = air.vicinity

    def disturbed(data: bytes, now_us: int) -> list[bytes]:
        return [_flipped(answer, bit) for answer in vicinity(data, now_us)]

    air.vicinity = disturbed

    assert stack.look(ALIKE[0]) == set()
    assert not stack.reader.clean


def _flipped(answer: bytes, bit: int) -> bytes:
    return (int.from_bytes(answer, "little") ^ 1 << bit).to_bytes(len(answer), "little")


def test_a_known_card_whose_own_call_is_garbled_is_no_absence(antenna: Make) -> None:
    stack = antenna(ALIKE[0], kind=ST, tech=["V"])
    stack.lay(ALIKE[1], coupling=31)
    air = stack.world.airs["a01"]
    vicinity = air.vicinity

    def disturbed(data: bytes, now_us: int) -> list[bytes]:
        answers = vicinity(data, now_us)
        return [_flipped(answer, 40) for answer in answers] if data and data[2:3] == b"\x40" else answers

    air.vicinity = disturbed

    assert ALIKE[1] not in stack.look(*ALIKE[:2])
    assert not stack.reader.clean


def test_a_mess_of_one_standard_is_no_absence_of_the_other(antenna: Make) -> None:
    stack = antenna("11223344", ALIKE[0], kind=ST)
    stack.look()
    air = stack.world.airs["a01"]
    exchange = air.exchange
    air.exchange = lambda data, bits, now_us: (0x1234, 11, 0) if bits > 50 else exchange(data, bits, now_us)

    assert stack.look("11223344", ALIKE[0]) == {ALIKE[0]}
    assert not stack.reader.clean


@pytest.mark.parametrize("place", [0x00, 0x10, 0x1E, 0x60, 0x70, 0xFE])
def test_a_collision_where_none_can_be_is_not_believed(antenna: Make, place: int) -> None:
    """In what we sent, or beyond the UID: the walk goes on bit by bit."""
    stack = antenna("00000000", "00000080", kind=ST, tech=["A"])
    chip, simulated = stack.reader.chip, stack.chip
    collide = simulated._collide

    def elsewhere(*answer: int) -> int:
        value: int = collide(*answer)
        simulated._registers[0x1C] = place
        return value

    simulated._collide = elsewhere
    chip.wake(False)

    assert chip.anticollide(bytearray(b"\x93\x20\0\0\0\0\0"), 0) == COLLISION
    assert chip.position == -1
    stack.restart_field()
    assert stack.look() == {"00000000", "00000080"}


def test_an_error_that_a_card_answers_is_no_card(antenna: Make) -> None:
    stack = antenna(kind=ST, tech=["V"])
    answer = b"\x01" + bytes(9)
    stack.world.airs["a01"].vicinity = lambda *_: [answer + crc_15693(answer).to_bytes(2, "little")]

    assert stack.look() == set()
    assert not stack.reader.clean


def test_cards_that_answered_once_over_each_other_and_then_not_are_no_absence(antenna: Make) -> None:
    stack = antenna(*ALIKE[:2], kind=ST, tech=["V"])
    air = stack.world.airs["a01"]
    vicinity, asked = air.vicinity, []

    def once(data: bytes, now_us: int) -> list[bytes]:
        asked.append(data)
        return vicinity(data, now_us) if len(asked) == 1 else []

    air.vicinity = once

    assert stack.look(*ALIKE[:2]) == set()
    assert not stack.reader.clean


def test_a_chip_without_its_timer_does_not_hang_the_node(antenna: Make) -> None:
    stack = antenna(kind=ST)
    stack.chip.faults = ("no_nre",)

    begun = stack.world.now_us
    with pytest.raises(ChipFault, match="timer never ends"):
        stack.look()
    assert stack.world.now_us - begun < 50_000


def test_the_field_is_measured(antenna: Make) -> None:
    stack = antenna("11223344", kind=ST)
    chip = stack.reader.chip

    assert not chip.measure()
    tuned = (chip.amplitude, chip.phase)
    assert tuned[0] > 150
    assert chip.trim == 8
    stack.world.metal("a01", 70)
    assert chip.measure()
    assert chip.amplitude < tuned[0]
    assert chip.phase > tuned[1]
    stack.world.metal("a01", 0)
    stack.world.advance(6000)
    assert not chip.measure()
    assert stack.look() == {"11223344"}


@pytest.mark.parametrize(("amplitude", "phase"), [(0, 60), (0, -60), (-100, 0)])
def test_amplitude_and_phase_each_show_metal_by_themselves(antenna: Make, amplitude: int, phase: int) -> None:
    """Where the metal is thin, or far from the loop, only one of the two moves."""
    stack = antenna("11223344", kind=ST)
    chip, air = stack.reader.chip, stack.world.airs["a01"]
    assert not chip.measure()
    tuned = (air.amplitude(), air.phase())
    air.amplitude, air.phase = lambda: tuned[0] + amplitude, lambda: tuned[1] + phase

    assert chip.measure()


def test_an_antenna_is_judged_by_its_own_best(antenna: Make) -> None:
    """One that was never tuned well works and is not told for ever; metal that lies there at first is forgotten."""
    stack = antenna("11223344", kind=ST)
    chip, air = stack.reader.chip, stack.world.airs["a01"]
    air.metal = 40
    assert not chip.measure()
    air.metal = 0
    assert not chip.measure()
    air.metal = 60
    assert chip.measure()
    chip.start()
    stack.restart_field()
    assert chip.measure(), "a chip that was started anew must not take the metal for its best"
    air.metal = 95
    chip.start()
    stack.restart_field()
    assert chip.measure(), "no field at all"
