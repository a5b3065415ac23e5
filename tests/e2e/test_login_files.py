"""Logins of pages at a mosquitto without the plugin: the collector writes its files, and it reads them again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import pytest_asyncio

from collector.broker.admitted.dynsec import ADMIN
from collector.broker.mosquitto import Mosquitto
from collector.signin.making import new_output
from collector.system import now_ms
from tests.deploy.path_unit import PathUnit
from tests.e2e.opened_house import TABLE, House, ended, hears, live, until
from tools.rehearsal.stack import Stack

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]
PUBLIC = f"ebs/v1/table/{TABLE}/public/state"
LIVE = f"ebs/v1/table/{TABLE}/live/state"


class Venue(Mosquitto):
    """A mosquitto without the plugin, that tells its number."""

    @property
    def pid_file(self) -> Path:
        return self._folder / "mosquitto.pid"

    def _configuration(self) -> str:
        return f"pid_file {self.pid_file}\n{super()._configuration()}"


class Signalled(Stack):
    """A collector that may signal the broker."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(folder, **options)
        (self.folder / ADMIN).unlink()
        self.broker: Venue = Venue(self.folder / "broker", self.broker.logins, self.broker.port, self.broker.ws_port)

    def _settings(self) -> Mapping[str, str]:
        folder = self.folder / "broker"
        files = {"EBS_BROKER_LOGIN_FILES": str(folder), "EBS_BROKER_PID_FILE": str(folder / "mosquitto.pid")}
        return {**super()._settings(), **files}


class ByUnit(Signalled):
    """A collector that may not, and the units of deploy/ beside it."""

    def _settings(self) -> Mapping[str, str]:
        return {**super()._settings(), "EBS_BROKER_PID_FILE": ""}

    def reload(self) -> bool:
        self.broker.reload()
        return self.broker._process is not None and self.broker._process.returncode is None


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[Signalled, ByUnit])
async def house(request: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    made = House(tmp_path_factory.mktemp("house"), request.param)
    unit = None
    if isinstance(made.stack, ByUnit):
        unit = asyncio.create_task(PathUnit(made.stack.folder / "broker", made.stack.reload).run())
    await made.start()
    yield made
    await made.stop()
    if unit:
        unit.cancel()


async def output(house: House, name: str, channel: str = "public") -> str:
    """Add an output; return its key."""
    made, key = new_output(name, "alice", TABLE, channel, now_ms())
    house.store.add_output(made, "test")
    return key


async def refused(house: House, login: dict[str, Any]) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with house.page(login):
            pass


async def test_a_page_hears_what_is_public_until_it_signs_out(house: House) -> None:
    login, own = await house.page_of("alice")
    assert login["login"].startswith("c-alice-")
    async with house.page(login) as page:
        await page.subscribe("#")
        heard = await hears(page, 2)
        assert PUBLIC in heard
        assert not [topic for topic in heard if "/live/" in topic]
        reply_to = f"ebs/v1/table/{TABLE}/reply/{login['login']}"
        body = {"v": 1, "id": "p1", "type": "set_blinds", "small_blind": 2, "big_blind": 4}
        await page.publish(f"ebs/v1/table/{TABLE}/command/{login['login']}", json.dumps(body), qos=1)
        assert reply_to in await hears(page, 1)

        await house.http.post("/api/v1/auth/logout", headers=own)
        await ended(page)
    await refused(house, login)


async def test_an_output_is_out_within_a_second_of_its_revocation_and_nobody_else_is(house: House) -> None:
    key = await output(house, "second")
    stays = (await until(lambda: house.output(house.key), 200)).json()
    goes = (await until(lambda: house.output(key), 200)).json()
    async with house.page(stays) as main, house.page(goes) as second:
        for page in (main, second):
            await page.subscribe("#")
            assert PUBLIC in await hears(page, 1)

        house.store.revoke_output("second", "test", now_ms())
        await ended(second)
        await house.command("alice", {"type": "set_blinds", "small_blind": 1, "big_blind": 2})
        assert PUBLIC in await hears(main, 1)


async def test_live_is_heard_by_a_grant_and_as_long_as_it_holds(house: House) -> None:
    key = await output(house, "programme", "live")
    assert (await until(lambda: house.output(key), 409)).json()["error"]["code"] == "NO_GRANT"
    assert "may hear" in await live(house, "grant", "--table", TABLE, "--output", "programme", "--hours", "1")
    login = (await until(lambda: house.output(key), 200)).json()
    async with house.page(login) as page:
        await page.subscribe("#")
        assert LIVE in await hears(page, 2)
        revoking = asyncio.create_task(live(house, "revoke", "--table", TABLE, "--output", "programme"))
        await ended(page, 20)
        assert "may not hear" in await revoking
    await refused(house, login)


async def test_who_is_revoked_while_the_collector_is_dead_is_out_when_it_starts(house: House) -> None:
    key = await output(house, "third")
    login = (await until(lambda: house.output(key), 200)).json()
    async with house.page(login) as page:
        await house.stack._collector.kill()
        house.store.revoke_output("third", "test", now_ms())
        await house.stack._collector.start()
        await ended(page, 10)
    await house.stack._collector.ready()
    await refused(house, login)


async def test_while_the_broker_is_down_nobody_is_let_in_and_the_collector_goes_on(house: House) -> None:
    collector = house.stack.collector_pid
    house.stack.broker._process.kill()  # type: ignore[union-attr]
    await house.stack.broker.wait()
    answer = await house.output(house.key)
    assert answer.status_code >= 500
    await house.stack.broker.start()

    login = (await until(lambda: house.output(house.key), 200, 20)).json()

    async with house.page(login) as page:
        await page.subscribe("#")
        assert PUBLIC in await hears(page, 2)
    assert house.stack.collector_pid == collector
    assert house.stack._collector.process.returncode is None  # type: ignore[union-attr]


async def test_a_page_comes_back_after_the_broker_with_the_web_dead(house: House) -> None:
    login = (await until(lambda: house.output(house.key), 200)).json()
    web = house.stack._web.process
    assert web is not None
    web.kill()
    await web.wait()

    await house.stack.restart_broker()

    async with house.page(login) as page:
        await page.subscribe("#")
        assert PUBLIC in await hears(page, 4)
    assert "Traceback" not in (house.stack.folder / "collector.log").read_text()
