"""One odd thing on an antenna: others come and go beside it, it is told as what it is, once, and nothing is flooded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from edge import antenna_odd
from tools.virtual.cards15693 import VicinityCard
from tools.virtual.table import VirtualTable
from tools.virtual.tags import Card, Tag

GOOD, OTHER, ODD = "04deadbeef0001", "0442aa5500ff02", "0499887766aa03"
SMALL, LARGE = "01000000", "feffffff"  # of all UIDs of four bytes, what a walk finds last and first
TOLD_S = 4  # by then it is told
Make = Callable[[], Tag]


class Sleepless(Card):
    """Calls itself awake as soon as it was sent to sleep."""

    def hear(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        answer = super().hear(data, bits, crc_right)
        if self.state == "HALT":
            self.forget()
        return answer


class Mute(Card):
    """Answers the call, and nothing more: as tags of type 1 do, which have another anticollision."""

    def hear(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        return super().hear(data, bits, crc_right) if bits == 7 else (0, 0)


class Wordless(Sleepless):
    """Tells its UID, and never answers when it is selected."""

    def _selected(self, *_: object) -> tuple[int, int]:
        return 0, 0


class WrongCheck(Sleepless):
    """The check byte of its UID is wrong."""

    def __init__(self, uid: bytes) -> None:
        super().__init__(uid)
        self._levels = [level ^ 0x10 << 32 for level in self._levels]

    def _selected(self, *_: object) -> tuple[int, int]:
        return 0, 0


class Babbler(Card):
    """Answers anything with the same nonsense, also what was meant for others."""

    def hear(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        return 0x1A3C, 13


class Telephone(Card):
    """Makes up a UID whenever the field comes on, marked as such."""

    made = 0
    mark = 0x08

    def power(self, now_us: int | None) -> None:
        Telephone.made += 1
        self.__init__(bytes([self.mark]) + (Telephone.made * 40503 % 2**24).to_bytes(3, "big"))  # type: ignore[misc]
        super().power(now_us)


class Emulator(Telephone):
    """The same, but not marked."""

    mark = 0x5C


class Turncoat(Card):
    """Tells another UID each time it is asked, and never sleeps."""

    def hear(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        answer = super().hear(data, bits, crc_right)
        if self.state == "HALT":
            powered = self.powered_at
            self.__init__((int.from_bytes(self.uid, "big") * 69069 + 1 & 0x77FFFFFF).to_bytes(4, "big"))  # type: ignore[misc]
            self.powered_at = powered
        return answer


class Drone(VicinityCard):
    """A card of ISO 15693 with a wrong check sum, whatever it is asked."""

    def hear(self, data: bytes) -> bytes:
        return b"" if data[1:2] == b"\x02" else bytes(10) + b"\xff\xff"

    slot = lambda self: bytes(12)  # noqa: E731


KINDS = [
    pytest.param(lambda: Sleepless(bytes.fromhex(ODD)), "card_awake", id="does not sleep"),
    pytest.param(lambda: Sleepless(bytes.fromhex(SMALL)), "card_awake", id="does not sleep, found last"),
    pytest.param(lambda: Sleepless(bytes.fromhex(LARGE)), "card_awake", id="does not sleep, found first"),
    pytest.param(lambda: Mute(bytes.fromhex(ODD)), "card_unread", id="answers the call only"),
    pytest.param(lambda: Wordless(bytes.fromhex(LARGE)), "card_unread", id="answers no SELECT"),
    pytest.param(lambda: WrongCheck(bytes.fromhex(LARGE)), "card_unread", id="wrong BCC, found first"),
    pytest.param(lambda: WrongCheck(bytes.fromhex(SMALL)), "card_unread", id="wrong BCC, found last"),
    pytest.param(lambda: Telephone(bytes(4)), "card_random", id="random UID"),
    pytest.param(lambda: Emulator(bytes(4)), "card_changing", id="another UID each time the field comes on"),
    pytest.param(lambda: Turncoat(bytes.fromhex("11000000")), "card_changing", id="another UID each time it is asked"),
]
CHIPS = [pytest.param({}, id="MFRC522"), pytest.param({"a03": {"chip": "ST25R3911B", "tech": ["A"]}}, id="ST25R3911B")]


@pytest.fixture(params=CHIPS)
def table(request: pytest.FixtureRequest) -> Iterator[VirtualTable]:
    with VirtualTable(request.param) as table:
        table.scanner._order = [2, 10, 5]  # the others pass their time in `rounds`
        yield table


async def rounds(table: VirtualTable, count: int) -> None:
    """Let so many rounds of a table of twelve pass."""
    for _ in range(count):
        await table.scan(1)
        table.world.advance(120_000)


def lay(table: VirtualTable, odd: Tag, antenna: str = "a03") -> None:
    table.world.airs[antenna].put(odd, table.world.now_us)


def lift(table: VirtualTable, odd: Tag, antenna: str = "a03") -> None:
    table.world.airs[antenna].cards.remove(odd)


async def until(table: VirtualTable, condition: Callable[[], bool], seconds: float) -> float:
    """Scan until something holds; return after how many modelled seconds."""
    begun = table.world.now_us
    while not condition():
        await rounds(table, 1)
        assert table.world.now_us - begun < seconds * 1e6, (table.told[-5:], table.faults)
    return (table.world.now_us - begun) / 1e6


@pytest.mark.parametrize(("make", "code"), KINDS)
async def test_it_is_told_as_what_it_is_and_once(table: VirtualTable, make: Make, code: str) -> None:
    odd = make()
    lay(table, odd)
    await until(table, lambda: bool(table.faults), TOLD_S)
    await rounds(table, 60)

    assert table.faults == [("a03", code)]
    told = len(table.told)
    assert told <= 2 * 12 + 2
    await rounds(table, 40)
    assert len(table.told) == told, "a card that changes its UID is not told for ever"


@pytest.mark.parametrize(("make", "code"), KINDS)
async def test_it_is_told_again_only_when_it_has_gone_and_come_back(table: VirtualTable, make: Make, code: str) -> None:
    for _ in range(2):
        odd = make()
        lay(table, odd)
        await until(table, lambda: table.faults[-1:] == [("a03", code)], TOLD_S)
        lift(table, odd)
        took = await until(table, lambda: table.faults[-1:] == [("a03", "ok")], 20)
        assert took >= antenna_odd._GONE_AFTER_MS / 1000

    assert [fault for _, fault in table.faults] == [code, "ok", code, "ok"]


@pytest.mark.parametrize(("make", "code"), KINDS)
async def test_a_good_card_beside_it_comes_moves_and_goes(table: VirtualTable, make: Make, code: str) -> None:
    odd = make()
    lay(table, odd)
    await until(table, lambda: bool(table.faults), TOLD_S)
    for uid in (GOOD, OTHER):
        table.world.put("a03", uid)
    await until(table, lambda: {("a03", GOOD), ("a03", OTHER)} <= table.lying, 3)

    table.world.remove(GOOD)
    await until(table, lambda: ("a03", GOOD) not in table.lying, 1.5)
    table.world.move("a11", OTHER)
    await until(table, lambda: ("a11", OTHER) in table.lying, 1.5)
    assert ("a03", OTHER) not in table.lying
    assert table.faults == [("a03", code)]


@pytest.mark.parametrize(("make", "code"), KINDS)
async def test_it_comes_beside_a_good_card_that_is_then_taken_away(table: VirtualTable, make: Make, code: str) -> None:
    table.world.put("a03", GOOD)
    await rounds(table, 3)
    lay(table, make())
    await rounds(table, 3)
    table.world.remove(GOOD)

    await until(table, lambda: ("a03", GOOD) not in table.lying, 1.5)
    assert table.faults in ([], [("a03", code)])


async def test_two_that_do_not_sleep_hide_no_third(table: VirtualTable) -> None:
    for uid in (SMALL, LARGE):
        lay(table, Sleepless(bytes.fromhex(uid)))
    await rounds(table, 4)
    table.world.put("a03", "7f000001")

    await until(table, lambda: ("a03", "7f000001") in table.lying, 10)


async def test_an_antenna_is_spoken_for_though_something_odd_lay_there_before_the_start(table: VirtualTable) -> None:
    """Else what lay there before the node restarted would lie there for ever."""
    lay(table, Mute(bytes.fromhex(ODD)))

    await until(table, lambda: table.antennas[2].seen_ok, TOLD_S)


async def test_what_babbles_into_every_answer_holds_no_card_for_ever_and_none_elsewhere(table: VirtualTable) -> None:
    for uid in (GOOD, OTHER):
        table.world.put("a03", uid)
    await rounds(table, 3)
    lay(table, Babbler(bytes.fromhex(ODD)))
    await until(table, lambda: table.faults == [("a03", "card_unread")], 10)
    assert table.lying == {("a03", GOOD), ("a03", OTHER)}, "nobody can say that they have gone"

    table.world.move("a11", GOOD)
    table.world.remove(OTHER)
    await until(table, lambda: ("a11", GOOD) in table.lying, 2)
    assert table.lying == {("a03", OTHER), ("a11", GOOD)}
    await until(table, lambda: table.lying == {("a11", GOOD)}, 70)
    assert table.faults == [("a03", "card_unread")]


async def test_a_15693_card_that_cannot_be_read_keeps_no_other_from_going() -> None:
    with VirtualTable({"a03": {"chip": "ST25R3911B"}}) as table:
        vicinity, near = "e0040155aa00ff11", GOOD
        for uid in (vicinity, near):
            table.world.put("a03", uid)
        await rounds(table, 3)
        drone = Drone(bytes.fromhex("e004010000000000"))
        drone.coupling = 45
        lay(table, drone)
        await until(table, lambda: table.faults == [("a03", "card_unread")], 10)
        table.world.move("a11", near)
        await until(table, lambda: ("a11", near) in table.lying, 5)
        table.world.remove(vicinity)
        await until(table, lambda: table.lying == {("a11", near)}, 70)
        assert table.faults == [("a03", "card_unread")]


async def test_a_muck_that_is_swept_away_and_dealt_again_is_nothing_odd(table: VirtualTable) -> None:
    for deal in range(6):
        for number in range(8):
            table.world.put("a03", f"04{deal:02x}{number * 2654435761 % 2**40:010x}")
            await rounds(table, 1)
        table.world.clear()
        await rounds(table, 6)

    assert table.faults == []
    assert len(table.told) == 2 * 6 * 8
