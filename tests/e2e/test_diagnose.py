"""Every line of docs/diagnose.md, typed as it stands: the real mosquitto_sub hears what the page promises."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import shlex
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from collector.broker.logins import UPDATER
from collector.cards import DECK
from tests.e2e.conftest import House
from tests.guides.pages import lines
from tools.rehearsal import demo
from tools.rehearsal.console import Console
from tools.rehearsal.stack import Stack
from tools.verbs.update import update

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(120)]
FIRST, *LINES = (line.command for line in lines("docs/diagnose.md"))
PLACE = re.fullmatch(r'B="(.+)"', FIRST)
NODE = "node-1"  # as on the page
HEARD = {
    "collector/+/status": '"state":"online"',
    "dev/+/status": "MFRC522 92",
    "dev/node-1/health": '"outbox":{"depth"',
    "dev/node-1/event": "card_read",
    "dev/node-1/ack": '"through"',
    "dev/node-1/snapshot": '"as_of"',
    "dev/node-1/command": '"type":"identify"',
    "table/table_01/alert": "READER_FAULT",
    "table/table_01/public/state": '"decision"',
    "table/table_01/reply/installer": '"accepted":true',
    "table/table_01/live/state": '"decision"',
    "house/reply/installer": '"accepted":true',
    "dev/node-1/progress": '"offset"',
}

_fresh = itertools.count(1)


async def nothing(house: House) -> None:
    """What is retained, or comes by itself, needs nobody."""


async def lay_a_card(house: House) -> None:
    await house.node.put("a05", f"04ffa1b2c3d4{next(_fresh):02x}")  # the last one may not be missed yet


async def blink(house: House) -> None:
    await house.installer.house("command_device", device=demo.DEVICE, action="identify")


async def kill_a_reader(house: House) -> None:
    await house.node.chip("a03", 0x00)


@contextlib.asynccontextmanager
async def installer(house: House) -> AsyncIterator[Console]:
    console = Console(house.stack.login("installer"), demo.TABLE)
    running = asyncio.create_task(console.run())
    try:
        yield console
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def teach(house: House) -> None:
    async with installer(house) as console:
        await console.command("assign_antenna", device=demo.DEVICE, antenna="a01", role="seat", seat=1)


async def register_a_deck(house: House) -> None:
    cards = {f"04fe{number:02x}a1b2c3d4": card for number, card in enumerate(DECK)}
    async with installer(house) as console:
        await console.house("register_deck", deck_id="green", cards=cards)


async def update_a_node(house: House) -> None:
    """Begin with one that is too long to be through in a second, and go away."""
    application = house.stack.folder / "application"
    (application / "edge").mkdir(parents=True)
    (application / "edge" / "app.py").write_bytes(bytes(200_000))
    login, data = house.stack.login(UPDATER), house.stack.folder
    updating = asyncio.create_task(update(login, data, demo.DEVICE, application, say=print))
    await asyncio.wait({updating}, timeout=1)
    while not updating.done():  # CPython 3.11's wait_for may swallow a cancellation
        updating.cancel()
        await asyncio.wait({updating}, timeout=0.1)


ACTS: dict[str, Callable[[House], Awaitable[None]]] = {
    "dev/node-1/event": lay_a_card,
    "dev/node-1/ack": lay_a_card,
    "dev/node-1/command": blink,
    "dev/node-1/progress": update_a_node,
    "house/reply/installer": register_a_deck,
    "table/table_01/alert": kill_a_reader,
    "table/table_01/live/state": lay_a_card,
    "table/table_01/reply/installer": teach,
}


def topic_of(line: str) -> str:
    """Return what a line listens to, without the prefix."""
    words = shlex.split(line)
    return words[words.index("-t") + 1].removeprefix("ebs/v1/")


def typed(line: str, stack: Stack) -> list[str]:
    """Return a line with this stack's place, node and passwords, and an end after the first message."""
    assert PLACE
    words = shlex.split(line.replace("$B", PLACE[1]))
    user = words[words.index("-u") + 1]
    login = stack.login(demo.DEVICE if user == NODE else user)
    here = {"192.168.1.10": login.host, "21883": str(login.port), "PASSWORD": login.password, NODE: login.username}
    return [here.get(word, word.replace(f"/{NODE}/", f"/{demo.DEVICE}/")) for word in words]


def test_every_line_is_tried() -> None:
    assert {topic_of(line) for line in LINES} == set(HEARD)
    assert PLACE, "the first line says where the broker is"


@pytest.mark.skipif(not shutil.which("mosquitto_sub"), reason="mosquitto_sub is not there: mosquitto-clients")
async def test_every_line_of_the_page_hears_what_it_promises(house: House) -> None:
    unheard = []
    for line in LINES:
        name = topic_of(line)
        process = await asyncio.create_subprocess_exec(*typed(line, house.stack), stdout=asyncio.subprocess.PIPE)
        assert process.stdout
        act = ACTS.get(name, nothing)
        await asyncio.sleep(0.3)  # until it has subscribed
        await act(house)
        heard = ""
        try:
            async with asyncio.timeout(15):
                while HEARD[name] not in heard and (got := await process.stdout.readline()):
                    heard += got.decode()
        except TimeoutError:
            pass
        if process.returncode is None:
            process.kill()
        await process.wait()
        await house.node.clear()
        if HEARD[name] not in heard:
            unheard.append((line, heard))

    assert unheard == []
