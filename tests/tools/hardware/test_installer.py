"""Teaching a table and its decks, watching and examining a node: a whole EBS, and a table top that we lay."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable
from io import StringIO
from pathlib import Path

import pytest
import pytest_asyncio
from rich.console import Console as Terminal

from collector.broker.logins import INSTALLER, MONITOR
from collector.cards import DECK, Card
from collector.secrecy import Secret
from tests.e2e.client import twin
from tests.e2e.conftest import House
from tests.e2e.logged import facts
from tests.e2e.waiting import eventually
from tools.hardware import HardwareError
from tools.hardware.deck_grid import Board
from tools.hardware.deck_list import read_deck
from tools.hardware.deck_roll import ORDER, Enrolment, Inspection, write_deck
from tools.hardware.ear import Ear
from tools.hardware.session import Session, connected, ended, session
from tools.hardware.teaching import Place, Teaching, places
from tools.rehearsal import demo
from tools.rehearsal.console import ConsoleError
from tools.rehearsal.rehearsal import rehearsal
from tools.rehearsal.stack import Stack
from tools.verbs.deck import _register, enrol, inspect
from tools.verbs.doctor import examine
from tools.verbs.monitor import Picture, _watch

pytestmark = [pytest.mark.node, pytest.mark.broker, pytest.mark.timeout(120)]
sharing = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with rehearsal(tmp_path / "data", say=print) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for the tests that leave table, decks and antennas as they are, or need none that is untouched."""
    async with rehearsal(tmp_path_factory.mktemp("house") / "data", say=print) as running:
        yield running


@pytest.fixture
async def now(house: House) -> AsyncIterator[Session]:
    async with session(house.stack.login(INSTALLER), demo.TABLE) as made:
        yield made


class Said(list[str]):
    """What the person was told."""

    async def until(self, words: str) -> None:
        await eventually(lambda: any(words in line for line in self))


def uid(number: int) -> str:
    return f"04ff{number:02x}{(number * 0x9E3779B1) & 0xFFFFFFFF:08x}"


async def test_a_card_carried_round_the_table_teaches_it(house: House, now: Session) -> None:
    said = Said()
    wanted = places(seats=3, board=1, muck=1, up=False)
    teaching = Teaching(wanted, said.append)
    walk = asyncio.create_task(teaching.run(now))

    await said.until("Lay one card on seat 1")
    await house.node.put("a05", uid(1))
    await said.until("seat 1 is antenna a05")
    await now.queue.put("s")
    await said.until("Lay one card on seat 3")
    await house.node.put("a05", uid(2))  # leans over to the wrong place
    await said.until("a05 of node-01 is seat 1 already; lay it on seat 3")
    await house.node.put("a07", uid(3))
    await said.until("Lay one card on the board")
    await house.node.move("a08", uid(1))
    await said.until("Lay one card on the muck")
    await now.queue.put("what")
    await house.node.move("a09", uid(1))

    assert await walk
    assert teaching.taught == {
        (demo.DEVICE, "a05"): Place("seat", 1),
        (demo.DEVICE, "a07"): Place("seat", 3),
        (demo.DEVICE, "a08"): Place("board"),
        (demo.DEVICE, "a09"): Place("muck"),
    }
    assert any("type s, b or q" in line for line in said)
    assert not [line for line in said for number in (1, 2, 3) if uid(number) in line]

    await house.node.clear()
    await house.console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in (1, 3):
        await house.console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=1000)
    await house.console.command("start_hand")
    await asyncio.sleep(1)
    await house.node.put("a07", demo.tag(0, Card("As")))
    await house.sees.until("live", lambda state: state["seats"][2]["hole"] == ["As"])


async def test_going_back_teaches_a_place_anew(house: House, now: Session) -> None:
    said = Said()
    teaching = Teaching(places(seats=2, board=0, muck=0, up=False), said.append)
    walk = asyncio.create_task(teaching.run(now))
    await house.node.put("a01", uid(1))
    await said.until("Lay one card on seat 2")
    await now.queue.put("b")
    await eventually(lambda: sum("Lay one card on seat 1" in line for line in said) == 2)
    await house.node.move("a04", uid(1))
    await said.until("seat 1 is antenna a04")
    await now.queue.put("q")

    assert not await walk
    assert teaching.taught == {(demo.DEVICE, "a04"): Place("seat", 1)}


def boards(said: Said) -> Callable[[], contextlib.AbstractContextManager[Board]]:
    return lambda: contextlib.nullcontext(Board(None, said.append))


async def test_a_deck_is_learnt_card_by_card_registered_and_checked(house: House, now: Session, tmp_path: Path) -> None:
    said, enrolment = Said(), Enrolment()
    learning = asyncio.create_task(enrol(now, enrolment, boards(said)))
    for number, card in enumerate(ORDER):
        await said.until(f"Lay the {card} (")
        if card == "Kh":
            await house.node.remove(uid(3))
            await asyncio.sleep(0.5)
            await house.node.put("a03", uid(3))
            await said.until("that tag is the Js already; lay the Kh")
        await house.node.put(f"a{number % 12 + 1:02}", uid(number))
    await learning
    await _register(now.console, "red", enrolment.tags, demo.TABLE, anew=False)
    write_deck(tmp_path / "red.csv", enrolment.found)

    assert len(enrolment.found) == 52
    assert not [line for line in said for number in range(52) if uid(number) in line]
    assert (tmp_path / "red.csv").stat().st_mode & 0o077 == 0
    cards = read_deck(tmp_path / "red.csv")
    assert {tag.reveal(): card for tag, card in cards.items()} == {uid(at): card for at, card in enumerate(ORDER)}

    await house.node.clear()
    await asyncio.sleep(1)
    inspection = Inspection(cards)
    looking = asyncio.create_task(inspect(now, inspection, boards(said)))
    for number in (0, 1):
        await house.node.put(f"a0{number + 1}", uid(number))
    await house.node.put("a04", "04eeeeeeeeeeee")
    await said.until("50 to lay, 1 foreign tags")
    await now.queue.put("")
    await looking
    assert (inspection.seen, len(inspection.foreign), len(inspection.missing)) == ({"As", "Ks"}, 1, 50)


async def test_a_refused_deck_names_no_uid(house: House, now: Session) -> None:
    taken = {Secret(demo.tag(0, card)): card for card in DECK}

    with pytest.raises(ConsoleError) as refused:
        await _register(now.console, "stolen", taken, None, anew=False)

    assert "register_deck" in str(refused.value)
    assert not [tag for tag in taken if tag.reveal() in str(refused.value)]


@sharing
async def test_the_doctor_finds_a_well_node_well_and_names_what_is_not(shared: House) -> None:
    address = shared.stack.login(INSTALLER)
    well = await examine(address, demo.DEVICE, 12)
    nobody = await examine(address, "node-99", 1)
    with pytest.raises(HardwareError, match="does not take installer"):
        await examine(type(address)("127.0.0.1", 1, "installer", "x"), demo.DEVICE, 1)

    assert [found for found in well if not found.ok] == []
    assert {"broker", "collector", "node", "firmware", "signature", "antenna a12", "memory", "outbox", "time"} <= {
        found.about for found in well
    }
    assert [found.about for found in nobody if not found.ok] == ["node"]
    assert "signature" not in {found.about for found in nobody}, "nobody has been heard"
    assert "provisioned for this broker" in nobody[-1].advice


@sharing
async def test_the_monitor_shows_readings_and_uids_only_when_asked(
    shared: House, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden, shown = Picture(), Picture(show_uids=True)
    logins = shared.stack.login(MONITOR), await twin(shared.stack, MONITOR)
    watching = [
        asyncio.create_task(_watch(login, None, picture, 3.0))
        for login, picture in zip(logins, (hidden, shown), strict=True)
    ]
    await asyncio.sleep(1)
    await shared.node.put("a06", uid(9))
    await asyncio.gather(*watching)

    first, second = sorted(capsys.readouterr().out.split(f"{demo.DEVICE} online")[1:], key=len)
    assert "a06" in first
    assert (uid(9) in first, uid(9) in second) == (False, True)
    assert hidden.count == 1


async def ebs(house: House, *arguments: str, typed: str | None = "") -> tuple[int, str]:
    """Run the command as a person does, who types that, or who is there and types nothing: None."""
    place = ("--data", str(house.stack.folder), "--broker", f"127.0.0.1:{house.stack.broker.port}")
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    command = (sys.executable, "-m", "tools.cli", *arguments, *place)
    process = await asyncio.create_subprocess_exec(*command, **pipes)  # type: ignore[arg-type]
    if typed is None:
        assert process.stdout is not None
        said = await asyncio.wait_for(process.stdout.read(), 30)
    else:
        said, _ = await asyncio.wait_for(process.communicate(typed.encode()), 15)
    return await process.wait(), said.decode()


async def test_the_verbs_as_they_are_typed(house: House, tmp_path: Path) -> None:
    write_deck(tmp_path / "red.csv", {card: Secret(uid(at)) for at, card in enumerate(ORDER)})
    list_file = str(tmp_path / "red.csv")

    imported = await ebs(house, "deck", "import", "red", list_file, "--table", demo.TABLE)
    again = await ebs(house, "deck", "import", "other", list_file)
    stopped = await ebs(house, "deck", "register", "blue", typed="s\nq\n")
    checked = await ebs(house, "deck", "check", list_file, typed="\n")
    taught = await ebs(house, "table", "teach", "--seats", "1", "--board", "0", "--muck", "0", typed="s\n")
    doctor = await ebs(house, "doctor", "--device", demo.DEVICE, "--port", "/dev/ttyUSB77", "--json")
    stranger = await ebs(house, "monitor", "--login", "nobody")

    assert imported == (0, f"deck red is registered\ndeck red is in play at {demo.TABLE}\n")
    assert again[0] == 1
    assert uid(0) not in again[1]
    assert stopped[0] == 1
    assert "0 of 52, not registered; dead: As; replace them" in stopped[1]
    assert checked[0] == 1
    assert "dead or missing: As, Ks" in checked[1]
    asked = "[1/1] Lay one card on seat 1.   (s: there is none, b: back, q: stop)"
    assert taught == (0, f"{asked}\n0 of 1 places of {demo.TABLE} have an antenna.\n")
    findings = json.loads(doctor[1])
    assert (doctor[0], findings["ok"]) == (1, False)
    assert [found["about"] for found in findings["findings"] if not found["ok"]] == ["port"]
    assert stranger[0] == 1
    assert "credentials.json has no login nobody; name another user, or say --password-file" in stranger[1]


async def test_without_a_collector_nobody_lays_a_card_in_vain(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data", say=print)
    await stack.broker.start()
    try:
        with pytest.raises(HardwareError, match="no collector is online at the broker 127.0.0.1"):
            async with session(stack.login(INSTALLER), demo.TABLE):
                pass
        async with session(stack.login(INSTALLER), demo.TABLE, commands=False):
            pass
        findings = await examine(stack.login(INSTALLER), demo.DEVICE, 1)
    finally:
        await stack.stop()

    assert [found.about for found in findings if not found.ok] == ["collector", "node"]


async def test_the_monitor_says_when_the_broker_is_gone(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data", say=print)
    await stack.broker.start()
    ear = Ear(stack.login(INSTALLER), lambda _: None)
    listening = asyncio.create_task(ear.run())
    paper = Terminal(width=100, file=StringIO())
    try:
        await connected(ear.link, stack.login(INSTALLER))
        paper.print(Picture().draw(ear))
        before = paper.file.getvalue()  # type: ignore[attr-defined]
        await stack.broker.stop()
        await eventually(lambda: not ear.link.connected.is_set())
        paper.print(Picture().draw(ear))
    finally:
        await ended(listening)
        await stack.stop()

    assert "The broker is gone" not in before
    assert "The broker is gone" in paper.file.getvalue()  # type: ignore[attr-defined]


@sharing
async def test_names_and_places_that_cannot_be_are_refused_at_once(shared: House, tmp_path: Path) -> None:
    for call in (
        ("doctor", "--device", "no/de"),
        ("deck", "register", "r d"),
        ("deck", "register", "red", "--table", "#"),
        ("table", "teach", "--table", "+"),
        ("monitor", "--device", "#"),
        ("update", "no/de"),
    ):
        status, said = await ebs(shared, *call)
        assert (status, "1 to 64 letters, digits, _ and -" in " ".join(said.split())) == (2, True), said
    status, said = await ebs(shared, "deck", "register", "red", "--save", str(tmp_path / "no" / "red.csv"))
    assert (status, "there is no folder" in said) == (2, True)


@sharing
async def test_a_name_that_is_taken_and_a_table_that_is_not_there_are_said_before_the_first_card(
    shared: House, tmp_path: Path
) -> None:
    write_deck(tmp_path / "red.csv", {card: Secret(uid(at)) for at, card in enumerate(ORDER)})
    taken = await ebs(shared, "deck", "register", demo.DECKS[0])
    nowhere = await ebs(shared, "deck", "import", "red", str(tmp_path / "red.csv"), "--table", "table_99")
    now = await ebs(shared, "deck", "import", "red", str(tmp_path / "red.csv"))

    assert (taken[0], "is registered already" in taken[1], "Lay the" in taken[1]) == (1, True, False)
    assert (nowhere[0], "--table table_99: no such table is open" in nowhere[1]) == (1, True)
    assert now == (0, "deck red is registered\n"), "nothing was registered before"


async def test_a_dead_card_is_replaced_and_the_table_reads_the_new_one(house: House, tmp_path: Path) -> None:
    kept = tmp_path / "red.csv"
    write_deck(kept, {card: Secret(uid(at)) for at, card in enumerate(ORDER)})
    assert (await ebs(house, "deck", "import", "red", str(kept), "--table", demo.TABLE))[0] == 0

    laying = asyncio.create_task(
        ebs(house, "deck", "replace", "red", str(kept), "ah", "--table", demo.TABLE, typed=None)
    )
    while not laying.done():  # from when the verb listens on, whenever that is
        await house.node.put("a03", uid(99))
        await asyncio.sleep(1)
        await house.node.remove(uid(99))
        await asyncio.sleep(1)
    status, said = await laying

    assert (status, "Lay the Ah (52/52)" in said) == (0, True), said
    assert {tag.reveal(): card for tag, card in read_deck(kept).items()}[uid(99)] == "Ah"
    cards = facts(house.stack.folder / "log.db", "use_deck")[-1]["cards"]
    assert (cards[uid(99)], uid(ORDER.index("Ah")) in cards, len(cards)) == ("Ah", False, 52)


@sharing
async def test_a_card_that_is_none_is_refused_before_anything_is_laid(shared: House, tmp_path: Path) -> None:
    write_deck(tmp_path / "red.csv", {card: Secret(uid(at)) for at, card in enumerate(ORDER)})
    status, said = await ebs(shared, "deck", "replace", "red", str(tmp_path / "red.csv"), "1h")

    assert (status, "'1h' is no card" in said) == (2, True)


@sharing
async def test_a_list_that_is_kept_is_not_replaced_by_half_of_one(shared: House, tmp_path: Path) -> None:
    kept = tmp_path / "red.csv"
    kept.write_text("the whole one")
    writing = asyncio.create_task(ebs(shared, "deck", "register", "red", "--save", str(kept), typed="\ns\nq\n"))
    status, said = await writing

    assert status == 1
    assert "not registered" in said
    assert kept.read_text() == "the whole one"
