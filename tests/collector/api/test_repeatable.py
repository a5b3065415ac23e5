"""Writes with an `Idempotency-Key`: done once, answered the same for a day; nothing told once is kept in clear."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.access.apikeys import is_key
from collector.api import outputs
from collector.appstore import store as appstore
from collector.errors import AppStoreError
from collector.signin import answers
from collector.signin.answers import Answers
from tests.collector.signin.house import House

DAY_MS = 86_400_000
ANA: dict[str, Any] = {"name": "ana", "role": "viewer"}
KEY: dict[str, Any] = {"name": "tv", "scopes": ["read:hands"], "days": 30}


class Asking:
    """Somebody who writes over REST."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, method: str, path: str, key: str | None = "once", body: Any = None) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self._client.request(method, f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    made.app.include_router(outputs.outputs_router(made.door, made.queries, lambda _output: None))
    await made.person("ada", "admin")
    yield made
    made.close()


@pytest.fixture
async def ask(house: House) -> AsyncIterator[Asking]:
    async with house.client(await house.token("ada")) as client:
        yield Asking(client)


async def test_a_repeat_gets_the_same_answer_and_does_nothing_again(house: House, ask: Asking) -> None:
    first = await ask("POST", "/users", body=ANA)
    again = await ask("POST", "/users", body=ANA)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["password"]
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert [each.what for each in house.store.audit_after(0, 100)].count("user_added") == 2, "ada and ana"


@pytest.mark.parametrize(
    ("route", "body", "status"),
    [
        ("POST /keys", KEY, 201),
        ("POST /outputs", {"name": "main", "table_id": "t1"}, 201),
        ("PATCH /users/bob", {"role": "floor"}, 200),
        ("PUT /users/bob/grants", {"grants": [{"role": "viewer"}]}, 200),
        ("POST /users/bob/password", {}, 200),
        ("POST /users/bob/totp", None, 200),
        ("DELETE /users/bob/sessions", None, 204),
    ],
)
async def test_it_holds_for_every_write_of_people_keys_and_outputs(
    house: House, ask: Asking, route: str, body: Any, status: int
) -> None:
    method, path = route.split()
    await house.person("bob", "operator")
    first = await ask(method, path, body=body)
    noted = len(house.store.audit_after(0, 100))
    again = await ask(method, path, body=body)

    assert (first.status_code, again.status_code) == (status, status), first.text
    assert again.content == first.content
    assert len(house.store.audit_after(0, 100)) == noted


async def test_what_is_gone_is_told_so_once_more(house: House, ask: Asking) -> None:
    key = (await ask("POST", "/keys", body=KEY)).json()["id"]

    assert (await ask("DELETE", f"/keys/{key}", "gone")).status_code == 200
    assert (await ask("DELETE", f"/keys/{key}", "gone")).status_code == 200
    assert (await ask("DELETE", f"/keys/{key}", None)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users", {**ANA, "role": "admin"}),
        ("POST", "/users", None),
        ("POST", "/keys", ANA),
        ("PATCH", "/users/ana", ANA),
        ("DELETE", "/users/ana/totp", ANA),
    ],
)
async def test_another_request_under_the_same_key_is_refused(
    house: House, ask: Asking, method: str, path: str, body: Any
) -> None:
    await ask("POST", "/users", body=ANA)

    answer = await ask(method, path, body=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


async def test_keys_of_two_people_are_two(house: House, ask: Asking) -> None:
    await house.person("eva", "admin")
    await ask("POST", "/keys", body=KEY)

    async with house.client(await house.token("eva")) as client:
        other = await Asking(client)("POST", "/keys", body=KEY)

    assert (other.status_code, other.json()["owner"]) == (201, "eva")


async def test_what_was_refused_may_come_again(house: House, ask: Asking) -> None:
    late = {**KEY, "owner": "ana"}
    assert (await ask("POST", "/keys", body=late)).status_code == 404
    assert (await ask("POST", "/keys", body={"name": 5})).status_code == 422
    await ask("POST", "/users", None, body=ANA)

    assert (await ask("POST", "/keys", body=late)).status_code == 201


async def test_whoever_may_not_hears_nothing_of_an_answer(house: House, ask: Asking) -> None:
    await ask("POST", "/users", body=ANA)
    await house.change("ada", grants=())
    await house.register.look()

    async with house.client(await house.token("ada")) as client:
        assert (await Asking(client)("POST", "/users", body=ANA)).status_code == 403


async def test_of_two_at_once_one_is_done(house: House, ask: Asking) -> None:
    found = await asyncio.gather(*(ask("POST", "/keys", body=KEY) for _ in range(8)))

    codes = [each.status_code for each in found]
    assert set(codes) <= {201, 409}
    assert codes.count(201) >= 1
    assert len(house.store.keys()) == 1
    assert (await ask("POST", "/keys", body=KEY)).status_code == 201


async def test_one_that_broke_off_is_told_and_not_done_again(
    house: House, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise AppStoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(house.store, "keep_answer", full)
        assert (await ask("POST", "/keys", body=KEY)).status_code == 201, "it was done, so it is said"

    again = await ask("POST", "/keys", body=KEY)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "NOT_ANSWERED")
    assert len(house.store.keys()) == 1


async def test_nothing_that_is_told_once_is_in_the_file(house: House, ask: Asking) -> None:
    chosen = {**ANA, "password": "four odd words here"}
    made = [
        await ask("POST", "/users", "k-users", body={"name": "bob", "role": "viewer"}),
        await ask("POST", "/users", "k-chosen", body=chosen),
        await ask("POST", "/keys", "k-keys", body=KEY),
        await ask("POST", "/users/bob/totp", "k-totp"),
    ]
    secrets = [made[0].json()["password"], "four odd words here", made[2].json()["key"], made[3].json()["seed"]]
    assert is_key(secrets[2])
    kept = (house.folder / "app.db").read_bytes()

    with sqlite3.connect(house.folder / "app.db") as connection:
        rows = connection.execute("SELECT key, digest, answer FROM idempotency_keys").fetchall()
    assert len(rows) == 4
    for secret in (secrets[0], secrets[1], secrets[2], "k-users", "k-chosen", *made[3].json()["recovery_codes"]):
        assert secret.encode() not in kept
    assert not [row for row in rows if secrets[3] in "".join(row)], "but the seed itself is a person's"


async def test_answers_are_opened_with_our_key_and_as_they_were(house: House, ask: Asking) -> None:
    await ask("POST", "/keys", body=KEY)
    house.door.answers = Answers(b"x" * 32, house.clock)
    assert (await ask("POST", "/keys", body=KEY)).status_code == 201, "with another key of ours it is another request"
    assert len(house.store.keys()) == 2

    with sqlite3.connect(house.folder / "app.db") as connection:
        connection.execute("UPDATE idempotency_keys SET status = 200")
    assert (await ask("POST", "/keys", body=KEY)).json()["error"]["code"] == "NOT_ANSWERED"


async def test_an_answer_is_kept_for_a_day(house: House, ask: Asking) -> None:
    first = await ask("POST", "/users/ada/totp")
    answered = []
    for later in (DAY_MS - 1000, 1000):
        house.clock.ms += later
        await house.register.look()
        async with house.client(await house.token("ada")) as client:
            answered.append(await Asking(client)("POST", "/users/ada/totp"))

    assert [each.status_code for each in answered] == [200, 200]
    assert answered[0].content == first.content
    assert answered[1].content != first.content


async def test_answers_are_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appstore, "MOST_ANSWERS_OF_ONE", 3)
    monkeypatch.setattr(appstore, "MOST_ANSWERS", 5)
    for number in range(6):
        assert house.store.begin_answer("ana", f"k{number}", "d", 2 * number + 1) is None
        assert house.store.begin_answer("bob", f"k{number}", "d", 2 * number + 2) is None

    with sqlite3.connect(house.folder / "app.db") as connection:
        rows = connection.execute("SELECT principal, key FROM idempotency_keys ORDER BY created_at, principal")
        kept = rows.fetchall()
    assert kept == [("bob", "k3"), ("ana", "k4"), ("bob", "k4"), ("ana", "k5"), ("bob", "k5")]


async def test_an_answer_without_an_end_is_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = house.door.answers.request("ana", "once", b"x")
    house.door.answers.begin(house.store, asked)

    house.door.answers.keep(house.store, asked, 200, b"x" * (answers.LARGEST + 1))

    kept = house.store.begin_answer(asked.principal, asked.name, asked.digest, house.clock.ms)
    assert kept is not None
    assert (kept.status, kept.answer) == (0, "")


@pytest.mark.parametrize("key", ["", "a b", "x" * 65, "käse"])
async def test_what_is_no_key_is_refused(house: House, ask: Asking, key: str) -> None:
    async with house.client(await house.token("ada")) as client:
        headers = {"Idempotency-Key": key.encode()}
        answer = await client.post("/api/v1/users", json=ANA, headers=headers)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "BAD_IDEMPOTENCY_KEY")
    assert "ana" not in house.store.users()


async def test_a_read_has_no_part_in_it(house: House, ask: Asking) -> None:
    before = await ask("GET", "/users")
    await ask("POST", "/users", "other", body=ANA)

    assert (await ask("GET", "/users")).content != before.content
