"""Which cards a look finds, on the simulated chip: every stack a table can build."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.errors import ChipFault
from edge.rfid import mfrc522_setup
from edge.rfid.frames import COLLISION
from tests.edge.rfid.stacks import frames_needed
from tools.virtual.tags import Card

SEVEN = ["04a1b2c3d4e5f6", "04a1b2c3d4e5f7", "0411223344556680", "04ffeeddccbbaa", "04000000000001", "04a1b2000000ff"]
SEVEN[2] = "04112233445566"
BASES = ("fifo", "absolute", "frame")
uids = st.one_of(*[st.binary(min_size=size, max_size=size) for size in (4, 7, 10)]).map(bytes.hex)


@pytest.mark.parametrize("coll_base", BASES)
@pytest.mark.parametrize("count", range(7))
def test_every_card_of_a_stack_is_found(antenna: Callable[..., Any], count: int, coll_base: str) -> None:
    stack = antenna(*SEVEN[:count], coll_base=coll_base)

    assert stack.look() == set(SEVEN[:count])
    assert stack.reader.clean


@pytest.mark.parametrize("coll_base", BASES)
@pytest.mark.parametrize(
    "cards",
    [
        pytest.param(["11223344", "04112233445566", "04112233445566778899"], id="4, 7 and 10 bytes"),
        pytest.param(["8804a1b2", "04a1b2c3d4e5f6"], id="4-byte UID that begins like a cascade"),
        pytest.param(["88ffffff"], id="4-byte UID that begins with the cascade tag, alone"),
        pytest.param(["04a1b2c3d4e5f6", "04a1b2c3d4e5f7", "04a1b2c3d4e576"], id="collisions in level 2 only"),
        pytest.param(["00000000", "80000000", "c0000000", "e0000000"], id="collisions at every bit of a byte"),
        pytest.param(["01000000", "00000001", "00000080"], id="first and last bit"),
        pytest.param(["0400000000000000000a", "0400000000000000000b"], id="collision in level 3"),
        pytest.param(
            ["04aa5500000000", "04a25500000000", "04825500000000", "04025500000000"], id="three deep in level 1"
        ),
    ],
)
def test_cards_that_differ_late_are_told_apart(antenna: Callable[..., Any], cards: list[str], coll_base: str) -> None:
    stack = antenna(*cards, coll_base=coll_base)

    assert stack.look() == set(cards)
    assert stack.reader.clean


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cards=st.sets(uids, max_size=6), coll_base=st.sampled_from(BASES))
def test_any_cards_are_found_and_then_known(antenna: Callable[..., Any], cards: set[str], coll_base: str) -> None:
    stack = antenna(*cards, coll_base=coll_base)

    assert stack.look() == cards
    assert stack.look(*cards) == cards, "a second look, at halted cards"
    stack.restart_field()
    assert stack.look(*cards) == cards
    assert stack.reader.clean


def test_a_new_card_beside_known_ones_is_found(antenna: Callable[..., Any]) -> None:
    stack = antenna(*SEVEN[:2])
    stack.look()
    stack.lay(SEVEN[2])
    stack.world.advance(6000)

    assert stack.look(*SEVEN[:2]) == set(SEVEN[:3])


def test_a_card_that_left_is_missed_cleanly(antenna: Callable[..., Any]) -> None:
    stack = antenna(*SEVEN[:3])
    stack.look()
    stack.take(SEVEN[1])

    assert stack.look(*SEVEN[:3]) == {SEVEN[0], SEVEN[2]}
    assert stack.reader.clean


def test_a_halted_card_is_seen_again_by_its_uid(antenna: Callable[..., Any]) -> None:
    stack = antenna(SEVEN[0])
    stack.look()

    assert stack.cards[SEVEN[0]].state == "HALT"
    assert stack.look() == set(), "REQA does not wake it"
    assert stack.look(SEVEN[0]) == {SEVEN[0]}, "WUPA does"


@pytest.mark.parametrize("shy", [1, 2, 3])
def test_a_weak_card_that_was_masked_is_called_again(antenna: Callable[..., Any], shy: int) -> None:
    stack = antenna("04000000000001", "04ff0000000001")
    stack.cards["04ff0000000001"].shy = shy

    assert "04000000000001" in stack.look() | stack.look()


@pytest.mark.parametrize("kind", ["MFRC522", "ST25R3911B"])
@pytest.mark.parametrize("cards", [SEVEN[:1], SEVEN[:2], ["11223344", "0400000000000000000a"]])
@pytest.mark.parametrize("lost", range(9))
def test_one_answer_that_got_lost_is_no_absence(
    antenna: Callable[..., Any], cards: list[str], lost: int, kind: str
) -> None:
    """The card believes it was selected, and takes the next call for a mistake: it would be missed twice."""
    stack = antenna(*cards, kind=kind, tech=["A"])
    stack.look()
    stack.lose(lost)

    for _ in range(3):
        assert stack.look(*cards) == set(cards)


@pytest.mark.parametrize("kind", ["MFRC522", "ST25R3911B"])
@pytest.mark.parametrize("lost", range(1, 5))
def test_a_new_card_of_which_an_answer_got_lost_is_called_again(
    antenna: Callable[..., Any], lost: int, kind: str
) -> None:
    stack = antenna(SEVEN[0], kind=kind, tech=["A"])
    stack.lose(lost)

    assert stack.look() == {SEVEN[0]}


@pytest.mark.parametrize("kind", ["MFRC522", "ST25R3911B"])
def test_more_cards_than_a_look_takes_in_are_found_by_the_next_ones(antenna: Callable[..., Any], kind: str) -> None:
    cards = {f"04{number * 2654435761 % 2**48:012x}" for number in range(14)}
    stack = antenna(*cards, kind=kind, tech=["A"])
    found: set[str] = set()
    for _ in range(8):
        assert found <= stack.look(*found) <= cards
        found = {uid.hex() for uid in stack.reader.seen}
        stack.restart_field()

    assert found == cards


class Turncoat(Card):
    """Says another UID each time, and never sleeps."""

    def hear(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        answer = super().hear(data, bits, crc_right)
        if self.state == "HALT":
            self.uid = (int.from_bytes(self.uid, "big") + 1).to_bytes(4, "big")
            super().__init__(self.uid)
            self.powered_at = 0
        return answer


@pytest.mark.parametrize("known", [0, 9, 10, 12])
def test_a_look_at_a_card_of_endless_uids_ends(antenna: Callable[..., Any], known: int) -> None:
    cards = [f"04{number:012x}" for number in range(known)]
    stack = antenna(*cards)
    stack.look()
    stack.look(*cards)
    stack.world.airs["a01"].put(Turncoat(bytes(4)), 0)
    stack.world.advance(6000)

    begun = stack.world.now_us
    for _ in stack.reader.look([bytes.fromhex(uid) for uid in cards]):
        assert stack.world.now_us - begun < 1_000_000


def test_garbled_answers_are_never_an_absence(antenna: Callable[..., Any]) -> None:
    stack = antenna(SEVEN[0])
    stack.look()
    stack.chip._check_crc = lambda: stack.chip._registers.__setitem__(6, 0x04)

    assert stack.look(SEVEN[0]) == set()
    assert not stack.reader.clean


@pytest.mark.parametrize("version", [0x88, 0x90, 0x91, 0x92, 0x12, 0x82, 0xB2])
def test_no_version_is_refused(antenna: Callable[..., Any], version: int) -> None:
    stack = antenna(SEVEN[0], version=version)

    assert stack.reader.chip.version == version
    assert stack.look() == {SEVEN[0]}


@pytest.mark.parametrize("stuck_at", [0x00, 0xFF])
def test_a_dead_chip_is_a_fault_that_names_its_antenna(antenna: Callable[..., Any], stuck_at: int) -> None:
    dead = antenna(version=stuck_at, start=False)

    with pytest.raises(ChipFault, match=r"antenna a01: .*check its power"):
        dead.reader.chip.start()


def test_a_chip_that_dies_later_is_a_fault_not_an_empty_antenna(antenna: Callable[..., Any]) -> None:
    stack = antenna(SEVEN[0])
    for stuck_at in (0xFF, 0x00):
        stack.chip.version = stuck_at
        with pytest.raises(ChipFault, match="antenna a01"):
            stack.look(SEVEN[0])


def test_a_chip_without_its_timer_does_not_hang_the_node(antenna: Callable[..., Any]) -> None:
    stack = antenna()
    stack.reader.chip._bus.write(mfrc522_setup._T_MODE, 0)

    with pytest.raises(ChipFault, match="timer never ends"):
        stack.look()


def test_the_last_bit_of_a_level_is_a_position_too(antenna: Callable[..., Any]) -> None:
    """CollPos has five bits: 32 is written as 0."""
    stack = antenna("00000000", "00000080")
    stack.look()

    assert stack.chip.frames == frames_needed(["00000000", "00000080"])


def test_a_position_that_the_chip_does_not_vouch_for_is_not_believed(antenna: Callable[..., Any]) -> None:
    stack = antenna("00000000", "00000080")
    chip, simulated = stack.reader.chip, stack.chip
    simulated._note_collision = lambda *_: simulated._registers.__setitem__(6, 0x08)
    chip.wake(False)

    assert chip.anticollide(bytearray(b"\x93\x20\0\0\0\0\0"), 0) == COLLISION
    assert chip.position == -1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cards=st.sets(st.binary(min_size=7, max_size=7).map(bytes.hex), max_size=6).map(sorted))
def test_where_positions_are_right_no_frame_is_wasted(antenna: Callable[..., Any], cards: list[str]) -> None:
    stack = antenna(*cards)

    stack.look()

    assert stack.chip.frames == frames_needed(cards)


def test_bits_after_a_collision_read_as_zero(antenna: Callable[..., Any]) -> None:
    assert antenna().chip._registers[0x0E] & 0x80 == 0, "ValuesAfterColl, set by a reset"


def test_the_reply_timer_lasts_one_to_two_milliseconds(antenna: Callable[..., Any]) -> None:
    empty = antenna()
    begun, operations = empty.world.now_us, empty.world.operations

    empty.look()

    assert 1000 < empty.world.now_us - begun - 80 * (empty.world.operations - operations) < 2000


@pytest.mark.parametrize("coll_base", BASES)
def test_a_look_lets_the_node_breathe(antenna: Callable[..., Any], coll_base: str) -> None:
    stack = antenna(*SEVEN, coll_base=coll_base)
    last, longest = stack.world.now_us, 0
    for _ in stack.reader.look([]):
        longest = max(longest, stack.world.now_us - last)
        last = stack.world.now_us

    assert longest / 1000 < 50


def test_looks_keep_within_the_modelled_times(antenna: Callable[..., Any]) -> None:
    """At 80 us a bus operation: the table's budget (3 ms empty, 30 ms two new cards, 18 ms two known ones)."""
    assert antenna().timed_look() <= 3
    pair = antenna(*SEVEN[:2])
    assert pair.timed_look() <= 30
    assert pair.timed_look(*SEVEN[:2]) <= 18
