"""`GET /api/v1/audit`: entries of both who write it down, page by page, and nothing of tables outside a grant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.access.audit import COLLECTOR, Entry
from collector.access.grants import Grant, grant_of
from collector.api import audit_router
from tests.collector.signin.house import NOW, House

PATH = "/api/v1/audit"


def logged(number: int, at: int, *, table: str = "t1", who: str = "ana", what: str = "fold") -> Entry:
    return Entry(COLLECTOR, table or "house", number, at, who, what, f"{table}:{number}", table, {"id": f"c{number}"})


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    made.app.include_router(audit_router(made.door, made.queries))
    await made.writer.put_table("t1", "e1", "T1")
    await made.writer.put_table("t2", "e2", "T2")
    yield made
    made.close()


async def reader(house: House, name: str = "ada", **places: Any) -> Any:
    await house.person(name, "viewer", grant_of("viewer"), grant_of("", ["read:audit"], **places))
    return house.client(await house.token(name))


async def told(client: Any, **query: Any) -> list[tuple[str, str]]:
    answer = await client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return [(each["source"], each["about"]) for each in answer.json()["entries"]]


async def test_it_takes_the_word_by_its_name(house: House) -> None:
    await house.person("root", "admin")

    async with house.client(await house.token("root")) as admin, house.client() as nobody:
        assert (await admin.get(PATH)).json()["error"]["code"] == "NOT_PERMITTED"
        assert (await nobody.get(PATH)).status_code == 401


async def test_entries_of_both_are_in_one_order_page_by_page(house: House) -> None:
    client = await reader(house)
    at = NOW + 10_000
    # The same moments in both sources, and several in one of them.
    await house.writer.put_audit([logged(n, at + n // 3) for n in range(1, 8)], {"t1": 7})
    await house.writer.put_audit([logged(n, at + n, table="t2") for n in range(3)], {"t2": 2})
    for n in range(5):
        house.store.note(at + n // 2, "ana", "did", f"n{n}", {})
    since = "2026-02-02T00:00:10.000Z"

    whole = await told(client, since=since, limit=100)
    assert len(whole) == 15
    paged: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get(PATH, params={"since": since, "limit": 2, **cursor})).json()
        paged += [(each["source"], each["about"]) for each in page["entries"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert paged == whole
    times = [each["at"] for each in (await client.get(PATH, params={"since": since})).json()["entries"]]
    assert times == sorted(times, reverse=True)


async def test_it_is_sought_by_time_person_deed_and_table(house: House) -> None:
    client = await reader(house)
    await house.writer.put_audit(
        [logged(1, NOW + 5), logged(2, NOW + 2005, who="key:k_1", what="undo"), logged(3, NOW + 6, table="t2")], {}
    )

    assert await told(client, who="key:k_1") == [("collector", "t1:2")]
    assert await told(client, what="undo") == [("collector", "t1:2")]
    assert await told(client, table_id="t2") == [("collector", "t2:3")]
    assert await told(client, what="fold", until="2026-02-02T00:00:01Z") == [
        ("collector", "t2:3"),
        ("collector", "t1:1"),
    ]
    assert await told(client, since="2026-02-02T00:00:02Z") == [("collector", "t1:2")]


async def test_what_lies_outside_a_grant_is_not_told(house: House) -> None:
    client = await reader(house, tables=["t1"])
    other = await reader(house, "eva", events=["e2"])
    await house.writer.put_audit([logged(1, NOW), logged(2, NOW, table="t2"), logged(3, NOW, table="")], {})
    house.store.note(NOW, "ana", "output_added", "main", {"table": "t1"})

    assert await told(client) == [("web", "main"), ("collector", "t1:1")]
    assert await told(client, table_id="t2") == []
    assert await told(client, who="ada") == [], "who signed in is of the whole house"
    assert await told(other) == [("collector", "t2:2")]


async def test_a_person_without_a_table_of_theirs_is_told_nothing(house: House) -> None:
    grant = Grant("", frozenset({"read:audit"}), grant_of("viewer", tables=["t9"]).place)
    await house.person("ada", "viewer", grant)
    await house.writer.put_audit([logged(1, NOW)], {})

    assert await told(house.client(await house.token("ada"))) == []


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": "eyJhIjoxfQ"},
        {"limit": 0},
        {"limit": 501},
        {"since": "yesterday"},
        {"since": "2026-02-02T00:00:00"},
        {"who": "a b"},
        {"what": "x" * 200},
        {"table_id": "'"},
    ],
)
async def test_a_question_that_is_none_is_refused(house: House, query: dict[str, Any]) -> None:
    client = await reader(house)

    assert (await client.get(PATH, params=query)).status_code == 422


async def test_no_secret_of_a_sign_in_is_in_it(house: House) -> None:
    client = await reader(house)
    async with house.client() as somebody:
        for name in ("ada", "nobody", "x' OR 1=1"):
            body = {"username": name, "password": "not this one, no"}
            assert (await somebody.post("/api/v1/auth/login", json=body)).status_code == 401
        body = {"username": "ada", "password": "correct horse battery"}
        tokens = (await somebody.post("/api/v1/auth/login", json=body)).json()

    answer = await client.get(PATH)
    whats = [each["what"] for each in answer.json()["entries"]]
    assert whats.count("sign_in_failed") == 3
    for secret in ("not this one", "correct horse", tokens["access_token"], tokens["refresh_token"], "OR 1=1"):
        assert secret not in answer.text
