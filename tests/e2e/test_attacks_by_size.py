"""What is too large for the broker, for the collector or for its log: the house stays on the air, and is healed."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.facts.chain import Chain
from collector.facts.fact import Fact, NewFact
from collector.log.sqlite import SqliteLog
from collector.table.commands import COMMANDS
from collector.wire.base import MESSAGE_LIMIT
from collector.wire.command import TableCommand
from collector.wire.tournament import BountyRule, Level, SetLevels, SetSideGames
from tests.collector.table.dealer import TABLE, Dealer
from tests.e2e.client import Client, metric
from tests.e2e.waiting import eventually
from tools.rehearsal.stack import Stack

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]
STATE, ALERT = f"ebs/v1/table/{TABLE}/public/state", f"ebs/v1/table/{TABLE}/alert"
REPLY = f"ebs/v1/table/{TABLE}/reply/operator"


class House:
    """A stack with one table, and what its operator hears."""

    def __init__(self, stack: Stack, ear: Client) -> None:
        self.stack = stack
        self.ear = ear
        self._ids = 0

    def heard(self, topic: str) -> list[dict[str, Any]]:
        """Return what came on a topic so far."""
        return [json.loads(payload) for name, payload in self.ear.received() if name == topic]

    async def send(self, **fields: Any) -> dict[str, Any]:
        """Send a command; return its reply."""
        self._ids += 1
        command = f"x-{self._ids}"
        await self.ear.send(f"ebs/v1/table/{TABLE}/command/operator", json.dumps({**fields, "id": command}).encode())
        return await self._reply(command)

    async def _reply(self, command: str) -> dict[str, Any]:
        await eventually(lambda: [each for each in self.heard(REPLY) if each["id"] == command], 20)
        return next(each for each in self.heard(REPLY) if each["id"] == command)


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[House]:
    stack = Stack(folder, say=print)
    try:
        await stack.start()
        async with Client(stack.login("operator"), STATE, ALERT, REPLY, "ebs/v1/collector/+/status") as ear:
            yield House(stack, ear)
    finally:
        await stack.stop()


async def written(folder: Path, *old: TableCommand) -> None:
    """Write the log of a table, with commands at its end that this version would not take."""
    dealer = Dealer()
    facts: list[Fact] = list(dealer.facts)
    chain = Chain({}, lambda: 1_700_000_000_000)
    placed = [chain.place(as_new(fact)) for fact in facts]
    for command in old:
        body = {"client": "op", "command": json.loads(command.model_dump_json())}
        kind = COMMANDS.kind_of(COMMANDS.of(command))
        placed.append(chain.place(kind.fact(TABLE, command.id, body, None, client="op", command_id=command.id)))
    folder.mkdir(mode=0o700, parents=True)
    store = await SqliteLog.open(folder / "log.db")
    await store.append(placed)
    await store.close()


def as_new(fact: Fact) -> NewFact:
    names = ("stream", "kind", "secrecy", "trace_id", "body", "cause", "device_key", "client", "command_id", "schema")
    return NewFact(**{name: getattr(fact, name) for name in names})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    await written(tmp_path / "data")
    async with running(tmp_path / "data") as found:
        yield found


async def test_no_command_of_an_operator_takes_the_house_off_the_air(house: House) -> None:
    levels = [{"small_blind": 1, "big_blind": 2}]
    for command, code in (
        ({"type": "set_levels", "levels": levels * 595}, "BAD_COMMAND"),
        ({"type": "set_levels", "levels": levels * 200}, None),
        ({"type": "set_tournament", "payouts": [10**15] * 2000}, "TOO_LARGE"),
        ({"type": "set_tournament", "payouts": [10**15] * 3000}, "BAD_COMMAND"),
        ({"type": "set_levels", "levels": levels}, None),
    ):
        reply = await house.send(**command)
        assert (reply["error"] and reply["error"]["code"]) == code

    await eventually(lambda: house.heard(STATE)[-1]["levels"][0]["big_blind"] == 2)
    online = [each["state"] for each in house.heard("ebs/v1/collector/main/status")]
    assert set(online) == {"online"}, "the broker never ended the collector's connection"


async def test_a_log_of_an_earlier_version_is_on_the_air_tells_the_floor_and_is_healed(tmp_path: Path) -> None:
    rule = BountyRule.model_construct(
        name="seven deuce of the evening, offsuit\nor suited, or a pair" * 2, ranks="72", amount=1
    )
    await written(
        tmp_path / "data",
        SetLevels.model_construct(id="old-1", levels=(Level(small_blind=1, big_blind=2),) * 1500),
        SetSideGames.model_construct(id="old-2", bounties=(rule,) * 600),
    )
    async with running(tmp_path / "data") as house:
        await eventually(lambda: house.heard(STATE), 20)
        assert house.heard(STATE)[-1]["left_out"] == ["levels", "side_games"]
        await house.send(type="set_button", seat=2)
        await eventually(lambda: house.heard(STATE)[-1]["button"] == 2)

        assert (await house.send(type="set_levels", levels=[{"small_blind": 5, "big_blind": 10}]))["accepted"]
        await eventually(lambda: house.heard(STATE)[-1]["left_out"] == ["side_games"])
        assert (await house.send(type="set_side_games"))["accepted"]
        await eventually(lambda: "left_out" not in house.heard(STATE)[-1])

        codes = [alert["code"] for alert in house.heard(ALERT)]
        assert "STATE_TOO_LARGE" in codes
        assert set(codes) == {"STATE_TOO_LARGE"}
        lost = [each["state"] for each in house.heard("ebs/v1/collector/main/status")]
        assert set(lost) == {"online"}


async def test_topics_of_sixty_thousand_letters_cost_nothing(house: House) -> None:
    log = house.stack.folder / "collector.log"
    await house.send(type="set_button", seat=1)
    memory, bytes_before = resident(house), log.stat().st_size
    for number in range(600):
        await house.ear.send(f"ebs/v1/table/{number}{'a' * 60_000}/command/operator", b"x")
    await eventually(lambda: metric(house, 'ebs_payloads_dropped_total{reason="topic"}') == 600, 30)
    assert (await house.send(type="set_button", seat=2))["accepted"]

    assert log.stat().st_size - bytes_before < 200_000, "36 MB, were each topic a line"
    assert resident(house) - memory < 40_000, "kB; the topics alone have 36 MB, and were kept for ever"
    with contextlib.closing(sqlite3.connect(house.stack.folder / "log.db")) as database:
        (longest,) = database.execute("SELECT max(length(body)) FROM facts").fetchone()
    assert longest < MESSAGE_LIMIT


def resident(house: House) -> int:
    """Return the memory of the collector's process, in kB."""
    status = Path(f"/proc/{house.stack.collector_pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
