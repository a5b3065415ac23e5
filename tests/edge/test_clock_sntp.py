"""What a node knows of the time: an offset and how sure it is. Clocks that jump change nothing else."""

import asyncio
import json
import os
import socket
import struct
import time
from pathlib import Path
from typing import Any

import pytest

import edge.clock
from edge import clock, clock_sntp
from edge.clock_sntp import Sntp
from tools.rehearsal.micropython import NoInterpreterError, ensure

SERVER_MS = 1_795_000_000_000
UNIX = 2_208_988_800
REPOSITORY = Path(__file__).parents[2]


def answer(sent: int, arrived: int, left: int, head: bytes = b"\x24\x02") -> bytes:
    def stamp(ms: int) -> bytes:
        return struct.pack("!II", ms // 1000 + UNIX, (ms % 1000 << 32) // 1000 + 1)

    return head + bytes(22) + struct.pack("!Q", sent) + stamp(arrived) + stamp(left)


def test_the_offset_is_that_of_the_middle_of_the_way() -> None:
    asked = Sntp("server", lambda: 1040)
    asked.take(answer(1000, SERVER_MS + 1015, SERVER_MS + 1025), 1000, 1040)

    assert asked.best() == (SERVER_MS, 16)


def test_the_shortest_way_counts_and_grows_old() -> None:
    now = [0]
    asked = Sntp("server", lambda: now[0])
    for sent, way in ((1000, 200), (2000, 10), (3000, 400)):
        asked.take(answer(sent, SERVER_MS + sent + way // 2, SERVER_MS + sent + way // 2), sent, sent + way)
    now[0] = 3400
    assert asked.best() == (SERVER_MS, 6)

    now[0] = 3_600_000 + 2010
    assert asked.best() == (SERVER_MS, 186), "50 parts in a million of an hour"


@pytest.mark.parametrize(
    "wrong",
    [b"", b"\x24", answer(999, 0, 0), answer(1000, 0, 0, b"\x23\x02"), answer(1000, 0, 0, b"\x24\x00")],
    ids=["nothing", "half", "to another question", "no server", "a server that says it does not know"],
)
def test_what_is_no_answer_is_left(wrong: bytes) -> None:
    asked = Sntp("server", lambda: 1010)
    asked.take(wrong, 1000, 1010)

    assert asked.best() is None
    assert asked.text() == "null"


def serve(server: socket.socket, ahead_ms: int = 0) -> None:
    """Answer one question, as a time server that is `ahead_ms` ahead of this machine."""
    question, where = server.recvfrom(100)
    now = time.time_ns() // 1_000_000 + ahead_ms
    head = b"\x24\x02" + bytes(22) + question[40:48]
    stamp = struct.pack("!II", now // 1000 + UNIX, (now % 1000 << 32) // 1000)
    server.sendto(head + stamp + stamp, where)


async def test_a_real_server_is_asked_over_udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        asked = Sntp("127.0.0.1", clock.Clock().now_ms, server.getsockname()[1])
        await asyncio.gather(asked.ask(), asyncio.to_thread(serve, server))

    told = json.loads(asked.text())
    assert abs(told["offset_ms"]) <= 1000 + told["uncertainty_ms"], "the logs' clock counts whole seconds"


@pytest.mark.node
async def test_the_chip_tells_how_far_its_clock_is_off(tmp_path: Path) -> None:
    """The real interpreter, with its own sockets, numbers of 31 bits and epoch."""
    try:
        interpreter = await asyncio.to_thread(ensure)
    except NoInterpreterError as error:
        pytest.skip(str(error))
    (tmp_path / "ask.py").write_text("""\
import asyncio, sys
from edge import clock
from edge.clock_sntp import Sntp
asked = Sntp("127.0.0.1", clock.Clock().now_ms, int(sys.argv[1]))
asyncio.run(asked.ask())
print(asked.text())
""")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        asking = await asyncio.create_subprocess_exec(
            *interpreter,
            str(tmp_path / "ask.py"),
            str(server.getsockname()[1]),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "MICROPYPATH": f"{REPOSITORY}:.frozen"},
        )
        (said, _), _ = await asyncio.gather(asking.communicate(), asyncio.to_thread(serve, server, 3_600_000))

    told = json.loads(said)
    assert abs(told["offset_ms"] - 3_600_000) <= 1000 + told["uncertainty_ms"]
    assert 0 < told["uncertainty_ms"] < 1000


async def test_a_server_that_is_silent_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_sntp, "_ANSWER_MS", 30)
    asked = Sntp("127.0.0.1", clock.Clock().now_ms, 9)
    await asked.ask()

    assert asked.best() is None


async def test_a_board_that_has_no_socket_left_asks_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(23, "ENFILE")

    monkeypatch.setattr(clock_sntp.socket, "socket", refuse)
    asked = clock_sntp.Sntp("127.0.0.1", lambda: 0)
    await asked.ask()

    assert asked.best() is None


@pytest.mark.parametrize("epoch", [1970, 2000])
def test_a_clock_from_2000_is_no_wrong_clock(monkeypatch: pytest.MonkeyPatch, epoch: int) -> None:
    class Time:
        @staticmethod
        def gmtime(seconds: int) -> tuple[int]:
            return (epoch,)

        @staticmethod
        def time() -> int:
            return SERVER_MS // 1000 - (946_684_800 if epoch == 2000 else 0)

    monkeypatch.setattr(clock_sntp, "time", Time)
    asked = Sntp("server", lambda: 1000)
    asked.take(answer(1000, SERVER_MS, SERVER_MS), 1000, 1000)

    assert json.loads(asked.text())["offset_ms"] == 0


def test_monotonic_time_goes_on_when_the_ticks_wrap(monkeypatch: pytest.MonkeyPatch) -> None:
    period = 1 << 30
    ticks: Any = iter([period - 10, period - 5, 5, 100])
    monkeypatch.setattr(edge.clock, "ticks_ms", lambda: next(ticks))
    monkeypatch.setattr(edge.clock, "ticks_diff", lambda later, earlier: (later - earlier) % period)
    watch = clock.Clock()

    assert [watch.now_ms(), watch.now_ms(), watch.now_ms()] == [5, 15, 110]
