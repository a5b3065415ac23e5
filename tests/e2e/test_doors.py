"""People, keys and outputs over a whole house: real mosquitto, collector and web, each a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiomqtt
import pytest
import pytest_asyncio

from collector.access.grants import grant_of
from collector.access.people import User
from collector.broker.logins import WEB
from collector.signin.making import new_key, new_output
from collector.system import now_ms
from tests.e2e.client import Client
from tests.e2e.opened_house import TABLE, WORD, House, ended, hears, live, typed, until
from tests.e2e.waiting import eventually


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    made = House(tmp_path_factory.mktemp("house"))
    await made.start()
    yield made
    await made.stop()


pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


async def test_a_key_sends_commands_as_far_as_its_owner_may(house: House) -> None:
    blinds = {"type": "set_blinds", "small_blind": 50, "big_blind": 100}

    done = await house.command("alice", {**blinds, "id": "once"})
    again = await house.command("alice", {**blinds, "big_blind": 400}, **{"Idempotency-Key": "once"})
    assert (done.status_code, again.status_code) == (200, 200)
    assert done.json() == again.json()
    refused = await house.command("vera", blinds)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "NOT_PERMITTED")
    hidden = await house.command("tom", blinds)
    assert (hidden.status_code, hidden.json()["error"]["code"]) == (404, "UNKNOWN_TABLE")
    wrong = await house.command("alice", {**blinds, "small_blind": "many"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "BAD_COMMAND")
    late = await house.command("alice", {"type": "fold", "seat": 1})
    assert late.status_code == 409
    nobody = await house.http.post(f"/api/v1/events/e1/tables/{TABLE}/commands", json=blinds)
    assert nobody.status_code == 401


async def test_a_fact_names_who_sent_it(house: House) -> None:
    reply = (await house.command("alice", {"type": "set_blinds", "small_blind": 5, "big_blind": 10})).json()

    with contextlib.closing(sqlite3.connect(f"file:{house.stack.folder}/log.db?mode=ro", uri=True)) as log:
        (client,) = log.execute(
            "SELECT client FROM facts WHERE stream = ? AND position = ?", (TABLE, reply["seq"])
        ).fetchone()
    assert client.startswith("key:k_")


async def test_an_output_shows_its_table_until_it_is_revoked(house: House) -> None:
    answer = await house.output(house.key)
    assert answer.status_code == 200
    login = answer.json()
    assert login["login"].startswith("o-main-")
    assert (login["table_id"], login["channel"]) == (TABLE, "public")
    assert login["ws_url"].startswith("ws://")

    async with house.page(login) as page:
        await page.subscribe("#")
        assert await hears(page, 2) == {f"ebs/v1/table/{TABLE}/public/state", "ebs/v1/collector/main/status"}
        house.store.revoke_output("main", "test", now_ms())
        await ended(page)
    with pytest.raises(aiomqtt.MqttError):
        async with house.page(login):
            pass
    await until(lambda: house.output(house.key), 401, seconds=2)
    assert (await house.output("o_" + "x" * 26)).status_code == 401
    assert (await house.output("' OR 1=1")).status_code == 401


async def test_a_person_s_page_has_a_login_of_its_own_until_the_session_ends(house: House) -> None:
    login, own = await house.page_of("alice")
    elsewhere = {"Origin": house.stack.url}
    assert (await house.http.post("/api/v1/auth/broker", headers=elsewhere)).status_code == 403, "no other page's word"
    assert login["login"].startswith("c-alice-")

    reply_to = f"ebs/v1/table/{TABLE}/reply/{login['login']}"
    async with house.page(login) as page:
        await page.subscribe(reply_to)
        body = {"v": 1, "id": "p1", "type": "set_blinds", "small_blind": 1, "big_blind": 2}
        await page.publish(f"ebs/v1/table/{TABLE}/command/{login['login']}", json.dumps(body), qos=1)
        async with asyncio.timeout(5):
            message = await anext(aiter(page.messages))
        assert json.loads(message.payload)["accepted"]
        kept = await house.http.post(
            "/api/v1/auth/broker/renew", json={"logins": [login["login"], "c-vera-000000"]}, headers=own
        )
        assert kept.json()["gone"] == ["c-vera-000000"]
        await house.http.post("/api/v1/auth/logout", headers=own)
        await ended(page)


async def test_the_live_channel_is_heard_by_a_grant_of_this_machine_and_as_long_as_it_holds(house: House) -> None:
    output, key = new_output("programme", "alice", TABLE, "live", now_ms())
    house.store.add_output(output, "test")
    assert (await until(lambda: house.output(key), 409)).json()["error"]["code"] == "NO_GRANT"

    said = await live(house, "grant", "--table", TABLE, "--output", "programme", "--hours", "1")
    assert said.startswith(f"output:programme may hear table {TABLE} live until ")
    login = (await until(lambda: house.output(key), 200)).json()
    assert login["channel"] == "live"
    async with house.page(login) as page:
        await page.subscribe("#")
        assert await hears(page, 3) == {f"ebs/v1/table/{TABLE}/live/state", "ebs/v1/collector/main/status"}
    await house.stack.restart_collector()
    async with house.page(login) as page:  # the grant is in the log, and the login outlives the collector
        await page.subscribe("#")
        assert f"ebs/v1/table/{TABLE}/live/state" in await hears(page, 3)
        assert "output:programme" in await live(house, "list")
        revoking = asyncio.create_task(live(house, "revoke", "--table", TABLE, "--output", "programme"))
        await ended(page, 20)
        ended_at = now_ms()
        assert "may not hear" in await revoking
    with contextlib.closing(sqlite3.connect(f"file:{house.stack.folder}/log.db?mode=ro", uri=True)) as log:
        (revoked_at,) = log.execute("SELECT max(received_at) FROM facts WHERE kind = 'live_revoked'").fetchone()
    assert ended_at - revoked_at < 1000
    assert (await house.output(key)).status_code == 409


async def test_while_the_collector_is_stopped_a_grant_waits_for_it(house: House) -> None:
    await house.stack._collector.kill()
    assert "takes this up when it starts" in await live(house, "grant", "--table", TABLE, "--person", "vera")
    await house.stack._collector.start()
    await house.stack._collector.ready()

    answer = await house.http.post("/api/v1/auth/login", json={"username": "vera", "password": WORD})
    token = answer.json()["access_token"]
    grants = (await until_she_holds_it(house, token, yes=True))["grants"]
    assert [each["tables"] for each in grants if each["words"] == ["read:live"]] == [[TABLE]]
    assert "read:live" not in (await me(house, house.keys["vera"]))["permissions"]
    await live(house, "revoke", "--table", TABLE, "--person", "vera")
    await until_she_holds_it(house, token, yes=False)


async def me(house: House, bearer: str) -> dict[str, Any]:
    answer = await house.http.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {bearer}"})
    told: dict[str, Any] = answer.json()
    return told


async def until_she_holds_it(house: House, bearer: str, *, yes: bool) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while ("read:live" in (told := await me(house, bearer))["permissions"]) != yes:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return told


async def test_a_web_process_that_turned_evil_is_given_no_live(house: House) -> None:
    """It has the web's login at the broker, and says whatever it likes."""
    output, _ = new_output("stolen", "alice", TABLE, "live", now_ms())
    house.store.add_output(output, "test")
    assert "may hear" in await live(house, "grant", "--table", TABLE, "--output", "stolen")
    asked = [
        {"type": "admit_output", "output": "stolen"},
        {"type": "admit_output", "output": "stolen", "key": "o_" + "x" * 26},
        {"type": "grant_live", "table_id": TABLE, "to": "output:main", "until": now_ms() + 60_000},
    ]
    async with Client(house.stack.login(WEB), f"ebs/v1/house/reply/{WEB}") as web:
        for number, fields in enumerate(asked):
            body = {"v": 1, "id": f"evil-{number}", "principal": {"person": "alice", "words": ["read:live"]}, **fields}
            await web.send(f"ebs/v1/house/command/{WEB}", json.dumps(body).encode())
        await eventually(lambda: len(web.received()) == len(asked))
        replies = [json.loads(payload) for _, payload in web.received()]
    assert [reply["accepted"] for reply in replies] == [False] * len(asked)
    assert {reply["error"]["code"] for reply in replies[:2]} == {"NO_GRANT"}


async def test_all_that_was_done_here_is_in_the_audit_and_a_changed_entry_shows(house: House) -> None:
    auditor = User("audrey", "viewer", (grant_of("", ("read:audit",)),), "none", now_ms())
    house.store.add_user(auditor, "test", now_ms())
    key, text = new_key("test", "audrey", frozenset({"read:audit"}), now_ms(), 1)
    house.store.add_key(key, "test", now_ms())

    async def entries() -> list[dict[str, Any]]:
        answer = await house.http.get("/api/v1/audit?limit=500", headers={"Authorization": f"Bearer {text}"})
        found: list[dict[str, Any]] = answer.json().get("entries", []) if answer.status_code == 200 else []
        return found

    wanted = {
        *("user_added", "key_created", "output_added", "output_revoked", "signed_in", "session_ended", "token_given"),
        *("create_event", "open_table", "set_blinds", "command_refused", "login_given", "logins_ended"),
        *("live_granted", "live_revoked", "live_connected"),
    }
    async with asyncio.timeout(15):
        while not wanted <= {each["what"] for each in await entries()}:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    found = await entries()
    whole = json.dumps(found)
    assert WORD not in whole
    assert not [secret for secret in (*house.keys.values(), house.key, text) if secret in whole]
    sets = [each for each in found if each["what"] == "set_blinds"]
    assert {each["table_id"] for each in sets} == {TABLE}
    assert any(each["who"].startswith("key:k_") for each in sets)
    connected = next(each for each in found if each["what"] == "live_connected")
    assert (connected["who"], connected["table_id"]) == ("output:programme", TABLE)

    assert "entries of the read model are as the log has them" in await typed(house, "audit", "verify")
    with contextlib.closing(sqlite3.connect(house.stack.folder / "readmodel.db")) as model:
        model.execute("UPDATE audit_entries SET who = 'nobody' WHERE what = 'live_granted'")
        model.commit()
    assert f"{TABLE}: the read model has other entries than the log" in await typed(house, "audit", "verify")


async def test_a_person_who_is_shut_out_is_out_everywhere_within_a_second(house: House) -> None:
    house.store.edit_user(
        "alice",
        lambda user, _: replace(user, disabled=True, generation=user.generation + 1),
        "disabled",
        "test",
        now_ms(),
    )
    await asyncio.sleep(1)

    assert (await house.command("alice", {"type": "fold", "seat": 1})).status_code == 401


async def test_a_page_comes_back_after_the_broker_with_the_web_dead(house: House) -> None:
    output, key = new_output("second", "vera", TABLE, "public", now_ms())
    house.store.add_output(output, "test")
    answer = await until(lambda: house.output(key), 200, seconds=3)
    web = house.stack._web.process
    assert web is not None
    web.kill()
    await web.wait()

    await house.stack.restart_broker()

    async with house.page(answer.json()) as page:
        await page.subscribe("#")
        assert f"ebs/v1/table/{TABLE}/public/state" in await hears(page, 4)
