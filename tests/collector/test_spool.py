"""Requests of this machine: files that the collector's user alone can write, answered once what they say is durable."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.access.apikeys import digest
from collector.access.grants import Identity, grant_of
from collector.access.outputs import OutputKey
from collector.pipeline.deciding import OnMachine
from collector.spool import FOLDER, Spool, ask
from collector.system import user_name
from collector.wire.live_requests import LARGEST, GrantLive, LiveAnswer, RevokeLive, encode
from collector.wire.replies import Refusal

KEY = "o_" + "a" * 26


class House:
    """People and outputs, a spool that runs, and what came of it."""

    fresh = True

    def __init__(self, data: Path) -> None:
        self.data = data
        self.taken: list[OnMachine] = []
        self.outputs = {
            "main": OutputKey("main", "ana", digest(KEY), "t1", "live", 0),
            "old": OutputKey("old", "ana", digest(KEY), "t1", "public", 0),
        }
        self.answering = True
        self.says: LiveAnswer | None = None

    def person(self, name: str) -> tuple[Identity, int] | None:
        return (Identity("ana", (grant_of("viewer"),), user="ana"), 1) if name == "ana" else None

    def output(self, output: str) -> OutputKey | None:
        return self.outputs.get(output)

    async def catch_up(self) -> None:
        pass

    def take(self, message: OnMachine) -> None:
        self.taken.append(message)
        if self.answering:
            message.answer(self.says or LiveAnswer(id=message.request.id, accepted=True, seq=len(self.taken)))

    async def ask(self, request: Any, wait_s: float = 3) -> LiveAnswer | None:
        return await asyncio.to_thread(ask, self.data, request, wait_s)

    def left(self) -> list[str]:
        return sorted(path.suffix for path in (self.data / FOLDER).iterdir())


def grant(to: str = "output:main", table: str = "t1") -> GrantLive:
    return GrantLive(id="g1", table_id=table, to=to, until=5)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    running = asyncio.create_task(Spool(tmp_path, made, made.take).run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_request_is_taken_up_with_who_the_system_says_asks(house: House) -> None:
    answer = await house.ask(grant())

    assert answer == LiveAnswer(id="g1", accepted=True, seq=1)
    (taken,) = house.taken
    assert (taken.request, taken.key) == (grant(), digest(KEY))
    assert taken.by == f"system:{user_name()}"
    async with asyncio.timeout(3):
        while house.left():  # noqa: ASYNC110 - it goes right behind its answer
            await asyncio.sleep(0.01)


async def test_a_request_that_came_while_nobody_ran_waits(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert await house.ask(grant(), wait_s=0) is None
    (request,) = (tmp_path / FOLDER).iterdir()
    assert stat.S_IMODE(request.stat().st_mode) == 0o600

    running = asyncio.create_task(Spool(tmp_path, house, house.take).run())
    async with asyncio.timeout(3):
        while request.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [each.request for each in house.taken] == [grant()]
    assert house.left() == [".answer"], "nobody has fetched it yet"


async def test_nothing_is_answered_before_it_is_durable(house: House) -> None:
    house.answering = False
    waiting = asyncio.create_task(house.ask(grant()))
    async with asyncio.timeout(3):
        while not house.taken:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    assert not waiting.done()

    house.taken[0].answer(LiveAnswer(id="g1", accepted=True, seq=7))
    assert (await waiting) == LiveAnswer(id="g1", accepted=True, seq=7)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (grant("output:none"), "NO_OUTPUT"),
        (grant("output:old"), "NO_OUTPUT"),
        (grant("output:main", "t2"), "NO_OUTPUT"),
        (grant("nobody"), "USER_NOT_FOUND"),
    ],
)
async def test_who_is_not_there_is_given_nothing(house: House, request_: GrantLive, code: str) -> None:
    answer = await house.ask(request_)

    assert answer is not None
    assert (answer.accepted, answer.error and answer.error.code, house.taken) == (False, code, [])


async def test_what_is_gone_can_be_taken_back(house: House) -> None:
    house.outputs.clear()
    asked = RevokeLive(id="r", table_id="t1", to="output:main")

    answer = await house.ask(asked)

    assert answer is not None
    assert answer.accepted


async def test_a_refusal_of_the_table_comes_back(house: House) -> None:
    house.says = LiveAnswer(id="g1", accepted=False, error=Refusal(code="UNKNOWN_TABLE", message="table t1 is closed"))

    assert await house.ask(grant()) == house.says


async def test_until_people_are_known_requests_wait(house: House) -> None:
    house.fresh = False
    assert await house.ask(grant(), wait_s=0.6) is None
    assert (house.taken, house.left()) == ([], [".request"])


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", '{"v":1', '{"type":"grant_live","id":"a","table_id":"t1","to":"output:main","until":"never"}'],
)
async def test_what_is_no_request_is_answered_and_taken_away(house: House, content: str) -> None:
    await wrong(house, content)


async def test_what_is_too_long_is_not_read(house: House) -> None:
    await wrong(house, encode(grant()) + " " * LARGEST)


async def test_what_others_may_read_or_a_link_is_not_taken(house: House, tmp_path: Path) -> None:
    await wrong(house, encode(grant()), mode=0o644)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(encode(grant()))
    elsewhere.chmod(0o600)
    path = house.data / FOLDER / f"{'2' * 16}.request"
    path.symlink_to(elsewhere)
    async with asyncio.timeout(3):
        while path.is_symlink():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert not house.taken


async def test_what_another_user_wrote_is_not_taken(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lstat = Path.lstat

    def of_another(path: Path) -> os.stat_result:
        found = list(lstat(path))
        found[4] = os.geteuid() + 1  # st_uid
        return os.stat_result(found)

    monkeypatch.setattr(Path, "lstat", of_another)
    await wrong(house, encode(grant()))


async def test_other_files_are_left_alone(house: House) -> None:
    folder = house.data / FOLDER
    folder.mkdir(exist_ok=True)
    for name in ("notes.txt", "x.request", "../evil.request"):
        (folder / name).write_text("{}")
    await asyncio.sleep(0.5)

    assert {path.name for path in folder.iterdir()} == {"notes.txt", "x.request"}


async def wrong(house: House, content: str, mode: int = 0o600) -> None:
    folder = house.data / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"{'1' * 16}.request"
    beside = folder / "written"
    beside.write_text(content)
    beside.chmod(mode)
    beside.rename(path)
    answer = path.with_suffix(".answer")
    async with asyncio.timeout(3):
        while not answer.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    told = LiveAnswer.model_validate_json(answer.read_text())
    assert (told.accepted, told.error and told.error.code) == (False, "BAD_REQUEST")
    assert not house.taken
    answer.unlink()
