"""`ebs bridge` between a pty, with the firmware on MicroPython at its other end, and a real broker."""

import asyncio
import json
import os
import pty
import select
import subprocess
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.broker.link import Address
from tests.tools.virtual.conftest import DEVICE, KEY, broker, hear, interpreter
from tools.hardware import HardwareError
from tools.verbs.bridge import Bridge, Carried, Will, read_line

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'!3 ebs/v1/dev/n-1/status {"v":1}', Will(3, "ebs/v1/dev/n-1/status", "n-1", b'{"v":1}')),
        (b'>0r ebs/v1/dev/n-1/health {"v":1}', Carried(0, True, "ebs/v1/dev/n-1/health", b'{"v":1}')),
        (b'>1- ebs/v1/dev/n-1/event {"a":"> x"}', Carried(1, False, "ebs/v1/dev/n-1/event", b'{"a":"> x"}')),
        (b'>1- ebs/v1/table/t/live/state {"v":1}', None),
        (b'>1- ebs/v1/dev/n-1/event {"v":1', None),
        (b'{"timestamp":null,"level":"info"}', None),
        (b"", None),
    ],
)
def test_a_line_is_read_or_let_be(line: bytes, said: object) -> None:
    assert read_line(line) == said


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """A pty: the node's end, and the name of the port."""
    node, port = pty.openpty()
    tty.setraw(node)
    tty.setraw(port)
    yield node, os.ttyname(port)
    os.close(node)
    os.close(port)


def start_node(interpreter: list[str], folder: Path, end: int, cards: int = 1) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    config = {"device": DEVICE, "key": KEY.hex(), "uplink": "serial"}
    (folder / "config.json").write_text(json.dumps(config))
    return subprocess.Popen(
        [*interpreter, str(Path(__file__).parents[1] / "serial_inside.py"), str(cards)],
        cwd=folder,
        env={**os.environ, "MICROPYPATH": f"{REPOSITORY}:.frozen"},
        stdin=end,
        stdout=end,
        stderr=end,  # a chip has one line for both
    )


@pytest.mark.node
@pytest.mark.broker
async def test_a_table_without_network_is_heard_commanded_and_acknowledged(
    line: tuple[int, str],
    broker: Any,
    hear: Callable[[], Any],
    interpreter: list[str],
    tmp_path: Path,
) -> None:
    node = start_node(interpreter, tmp_path / "flash", line[0])
    carrying = asyncio.create_task(Bridge(line[1], Address("127.0.0.1", broker.port, DEVICE, "p")).run())
    try:
        async with hear() as ear:
            await ear.until(lambda: 1 in ear.events(), 20)
            assert ear.events()[1][1].uid.reveal() == "04a1b2c3d4e5f6"
            boot = ear.messages[0].boot
            await ear.until(lambda: ear.statuses and ear.statuses[-1].state == "online")
            await ear.ack(boot, 1)
            await ear.command(boot, "identify", "c-1")
            await ear.until(lambda: 2 in ear.events(), 10)
            assert ear.events()[2][1].ok
        await broker.stop()
        await broker.start()
        async with hear() as ear:
            await ear.until(lambda: 2 in ear.events(), 20)
            assert 1 not in ear.events(), "it was acknowledged before"

            node.kill()
            node.wait()
            node = start_node(interpreter, tmp_path / "flash", line[0])
            await ear.until(lambda: ear.statuses and ear.statuses[-1].boot.startswith("2-"), 20)
    finally:
        carrying.cancel()
        node.kill()
        node.wait()


@pytest.mark.node
def test_half_a_line_does_not_hold_the_node(line: tuple[int, str], interpreter: list[str], tmp_path: Path) -> None:
    """As a bridge leaves that is stopped amid a line, or noise on the wire."""
    port = os.open(line[1], os.O_RDWR | os.O_NOCTTY)
    node = start_node(interpreter, tmp_path / "flash", line[0])
    with os.fdopen(port, "r+b", buffering=0) as bridge:
        said = until(bridge, b"!1 ", lambda: bridge.write(b"^hello\n"))
        until(bridge, b"/snapshot ", lambda: bridge.write(b"^up 1\n"))
        bridge.write(b"<ebs/v1/dev/node")
        more = until(bridge, b"/snapshot ", lambda: None)
    node.kill()
    node.wait()

    assert said
    assert more


def until(line: Any, words: bytes, act: Callable[[], Any]) -> bool:
    """Act every half second; tell whether the words came within ten, before anybody acted a twentieth time."""
    heard = b""
    for _ in range(20):
        act()
        while select.select([line], [], [], 0.5)[0]:
            heard += os.read(line.fileno(), 4096)
            if words in heard:
                return True
    return False


@pytest.mark.broker
async def test_the_login_of_another_node_is_refused_aloud(line: tuple[int, str], broker: Any) -> None:
    node, port = line
    carrying = asyncio.create_task(Bridge(port, Address("127.0.0.1", broker.port, "node-2", "p")).run())
    assert b"^hello" in await asyncio.to_thread(os.read, node, 100)
    os.write(node, f'!1 ebs/v1/dev/{DEVICE}/status {{"v":1}}\n'.encode())

    with pytest.raises(HardwareError, match=f"is {DEVICE}, not node-2: --user {DEVICE}"):
        await asyncio.wait_for(carrying, 20)


async def test_what_does_not_work_is_said_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bridge = Bridge(str(tmp_path / "ttyUSB0"), Address("127.0.0.1", 1, "node-2", "p"))
    for _ in range(3):
        bridge._complain("no such port")
    bridge._complain("busy")

    assert capsys.readouterr().err.splitlines() == [
        "no such port; trying again until it works",
        "busy; trying again until it works",
    ]


@pytest.mark.node
@pytest.mark.broker
async def test_noise_on_the_line_and_a_log_between_the_messages_break_nothing(
    line: tuple[int, str],
    broker: Any,
    hear: Callable[[], Any],
    interpreter: list[str],
    tmp_path: Path,
) -> None:
    node = start_node(interpreter, tmp_path / "flash", line[0], cards=24)
    carrying = asyncio.create_task(Bridge(line[1], Address("127.0.0.1", broker.port, DEVICE, "p")).run())
    noise = os.open(line[1], os.O_WRONLY | os.O_NOCTTY)
    try:
        async with hear() as ear:
            await ear.until(lambda: ear.statuses, 20)
            for wrong in (b"^\xff\xfe up\n", b"<\xff\xfe {}\n", b"<ebs/v1/dev/node-1/ack\n", b"^up\n", b"\n", b"^\n"):
                os.write(noise, wrong)
            await ear.until(lambda: len(ear.events()) >= 24, 20)
            await ear.command(ear.messages[0].boot, "identify", "c-1")
            await ear.until(lambda: any(kind == "command_result" for kind, _ in ear.events().values()), 20)
            for place in range(2):  # the name comes back in the answer, and one of the two is cut amid a letter
                name = "a" * place + "ö" * 60
                await ear.command(ear.messages[0].boot, "configure", f"c-{place + 2}", version=1, config={name: 1})
            await ear.until(lambda: sum(kind == "command_result" for kind, _ in ear.events().values()) >= 3, 20)
            await asyncio.sleep(3)  # whatever still comes has to be signed: `hear` sees to it

            assert {message.boot for message in ear.messages} == {ear.messages[0].boot}, "one boot said all of it"
            assert ear.broken == []
            assert node.poll() is None
    finally:
        os.close(noise)
        carrying.cancel()
        node.kill()
        node.wait()
