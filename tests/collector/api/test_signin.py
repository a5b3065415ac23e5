"""Sign-in as a browser and a program meet it: cookies, tokens, keys, and what stops whoever should not be in."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.access.buckets import Rates
from collector.access.grants import grant_of
from collector.signin.passwords import QUEUE, Passwords
from tests.collector.signin.house import PASSWORD, House

AUTH = "/api/v1/auth"
ANA = {"username": "ana", "password": PASSWORD}
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


@contextlib.asynccontextmanager
async def signed_in(house: House, name: str = "ana") -> AsyncIterator[httpx.AsyncClient]:
    """Give a browser that has signed in, which sends the token that goes with its cookie."""
    async with house.client() as client:
        answer = await client.post(f"{AUTH}/session", json={"username": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


# --- programs ---


async def test_a_program_signs_in_as_the_specification_says(house: House) -> None:
    await house.person("ana", "operator")
    async with house.client() as client:
        answer = await client.post(f"{AUTH}/login", json=ANA)
        assert answer.status_code == 200
        given = answer.json()
        assert set(given) == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert (given["token_type"], given["expires_in"]) == ("bearer", 3600)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "set-cookie" not in answer.headers

        client.headers["Authorization"] = f"Bearer {given['access_token']}"
        me = (await client.get(f"{AUTH}/me")).json()

    assert (me["user"], me["role"], me["csrf_token"]) == ("ana", "operator", None)
    assert me["permissions"][:2] == ["read:*", "write:actions"]
    assert me["grants"] == [{"role": "operator", "words": [], "events": ["*"], "tables": ["*"]}]


async def test_a_program_goes_on_by_its_refresh_token(house: House) -> None:
    await house.person("ana", "operator")
    async with house.client() as client:
        first = (await client.post(f"{AUTH}/login", json=ANA)).json()
        second = (await client.post(f"{AUTH}/refresh", json={"refresh_token": first["refresh_token"]})).json()
        third = (await client.post(f"{AUTH}/refresh", json={"refresh_token": second["refresh_token"]})).json()
        reused = await client.post(f"{AUTH}/refresh", json={"refresh_token": first["refresh_token"]})
        after = await client.get(f"{AUTH}/me", headers={"Authorization": f"Bearer {third['access_token']}"})

    assert len({each["access_token"] for each in (first, second, third)}) == 3
    assert (reused.status_code, code_of(reused)) == (401, "INVALID_TOKEN")
    assert after.status_code == 401


async def test_signing_out_ends_the_tokens_at_once(house: House) -> None:
    await house.person("ana", "operator")
    async with house.client() as client:
        given = (await client.post(f"{AUTH}/login", json=ANA)).json()
        client.headers["Authorization"] = f"Bearer {given['access_token']}"
        assert (await client.post(f"{AUTH}/logout")).status_code == 204
        assert (await client.get(f"{AUTH}/me")).status_code == 401
        again = await client.post(f"{AUTH}/refresh", json={"refresh_token": given["refresh_token"]})
        assert again.status_code == 401


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YW5hOnB3",
        "Bearer x",
        "bearer a.b.c",
        "Bearer " + "x" * 5000,
        "ebs_api_",
        "Token x",
    ],
)
async def test_a_header_that_is_none_is_refused_even_beside_a_session(house: House, value: str) -> None:
    await house.person("ana", "operator")
    async with signed_in(house) as client:
        answer = await client.get(f"{AUTH}/me", headers={"Authorization": value})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="ebs"'


async def test_a_secret_in_the_query_opens_nothing(house: House) -> None:
    await house.person("ana", "operator")
    key, token = await house.key("ana", "read:hands"), await house.token("ana")
    async with house.client() as client:
        for secret in (key, token):
            for name in ("access_token", "token", "api_key", "key"):
                assert (await client.get(f"{AUTH}/me?{name}={secret}")).status_code == 401


# --- browsers ---


async def test_a_browser_gets_a_cookie_that_no_page_reads(house: House) -> None:
    await house.person("ana", "operator")
    async with house.client() as client:
        answer = await client.post(f"{AUTH}/session", json=ANA)
        cookie = answer.headers["set-cookie"]
        assert {part.strip().split("=")[0] for part in cookie.split(";")} == {
            *("ebs", "HttpOnly", "Max-Age", "Path", "SameSite"),
        }
        assert "SameSite=strict" in cookie
        assert "Path=/;" in cookie + ";"
        assert client.cookies["ebs"] not in answer.text
        assert (await client.get(f"{AUTH}/me")).json()["csrf_token"] == answer.json()["csrf_token"]


@pytest.mark.parametrize("told", ["scheme", "proxy"])
async def test_under_tls_the_cookie_is_bound_to_this_host(tmp_path: Path, told: str) -> None:
    house = House(tmp_path, proxies=("127.0.0.1",) if told == "proxy" else ())
    await house.person("ana", "operator")
    base = "https://localhost" if told == "scheme" else "http://localhost"
    headers = {} if told == "scheme" else {"X-Forwarded-Proto": "https"}
    transport = httpx.ASGITransport(house.app)
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as client:
        answer = await client.post(f"{AUTH}/session", json=ANA)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-ebs=")
        assert "; Secure" in cookie
        assert "Domain" not in cookie
        secret = cookie.split(";")[0].partition("=")[2]
        planted = await client.get(f"{AUTH}/me", headers={"Cookie": f"ebs={secret}"})
        assert planted.status_code == 401, "a neighbour can set the plain name"
    house.close()


async def test_a_session_that_was_there_before_is_not_the_one_that_is_signed_in(house: House) -> None:
    await house.person("ana", "operator")
    await house.person("mal", "viewer")
    async with signed_in(house, "mal") as planted, house.client() as victim, house.client() as made_up:
        secret = planted.cookies["ebs"]
        victim.cookies.set("ebs", secret)
        answer = await victim.post(f"{AUTH}/session", json=ANA)
        mine = answer.headers["set-cookie"].split(";")[0].partition("=")[2]

        assert mine != secret
        assert (await planted.get(f"{AUTH}/me")).status_code == 401
        made_up.cookies.set("ebs", "chosen-by-somebody-else")
        fresh = await made_up.post(f"{AUTH}/session", json=ANA)
        assert "chosen-by-somebody-else" not in fresh.headers["set-cookie"]


WRITES = [
    ("POST", f"{AUTH}/logout", None),
    ("DELETE", f"{AUTH}/sessions/s_none", None),
    ("POST", f"{AUTH}/password", {"old": PASSWORD, "new": "another good battery"}),
    ("POST", "/api/v1/users", {"name": "eve", "role": "admin"}),
    ("POST", "/api/v1/keys", {"name": "k", "scopes": ["read:hands"]}),
    ("PATCH", "/api/v1/users/ana", {"role": "viewer"}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize("sent", ["none", "wrong", "another session's", "origin"])
async def test_a_page_of_somebody_else_cannot_write(
    house: House, method: str, path: str, body: dict[str, Any] | None, sent: str
) -> None:
    await house.person("ana", "admin")
    async with signed_in(house) as client, signed_in(house) as other:
        headers = {
            "none": {"X-CSRF-Token": ""},
            "wrong": {"X-CSRF-Token": "0" * 64},
            "another session's": {"X-CSRF-Token": other.headers["X-CSRF-Token"]},
            "origin": {"Origin": "https://evil.example"},
        }[sent]
        answer = await client.request(method, path, json=body, headers=headers)
        assert (answer.status_code, code_of(answer)) == (403, "CSRF")
        assert set(house.store.users()) == {"ana"}
        assert (await client.get(f"{AUTH}/me")).status_code == 200, "nothing happened"


async def test_a_page_of_somebody_else_cannot_sign_a_browser_in(house: House) -> None:
    await house.person("ana", "operator")
    async with house.client() as client:
        for origin in ("https://evil.example", "null", "http://localhost.evil.example", "http://localhost:8081"):
            answer = await client.post(f"{AUTH}/session", json=ANA, headers={"Origin": origin})
            assert (answer.status_code, code_of(answer)) == (403, "CSRF")
        form = await client.post(f"{AUTH}/session", data=ANA)
        assert form.status_code == 422, "what a form can send is no JSON"
        ours = await client.post(f"{AUTH}/session", json=ANA, headers={"Origin": "http://localhost"})
        assert ours.status_code == 200


async def test_sessions_are_listed_and_ended(house: House) -> None:
    await house.person("ana", "operator")
    await house.person("bob", "operator")
    async with signed_in(house) as here, signed_in(house) as there, signed_in(house, "bob") as bob:
        listed = (await here.get(f"{AUTH}/sessions")).json()["sessions"]
        assert sorted(each["this"] for each in listed) == [False, True]
        other = next(each["id"] for each in listed if not each["this"])

        assert (await bob.delete(f"{AUTH}/sessions/{other}")).status_code == 404, "another person's does not exist"
        assert (await here.delete(f"{AUTH}/sessions/{other}")).status_code == 204
        assert (await there.get(f"{AUTH}/me")).status_code == 401
        assert (await here.get(f"{AUTH}/me")).status_code == 200

        out = await here.post(f"{AUTH}/logout")
        assert out.status_code == 204
        assert "Max-Age=0" in out.headers["set-cookie"]
        assert (await here.get(f"{AUTH}/me")).status_code == 401


async def test_a_password_is_set_with_the_old_one_and_ends_every_session(house: House) -> None:
    await house.person("ana", "operator")
    async with signed_in(house) as here, signed_in(house) as there:
        wrong = await here.post(f"{AUTH}/password", json={"old": "wrong", "new": "another good battery"})
        weak = await here.post(f"{AUTH}/password", json={"old": PASSWORD, "new": "aaaaaaaaaaaa"})
        done = await here.post(f"{AUTH}/password", json={"old": PASSWORD, "new": "another good battery"})
        assert [each.status_code for each in (wrong, weak, done)] == [401, 422, 200]
        assert [(await each.get(f"{AUTH}/me")).status_code for each in (here, there)] == [401, 401]
        again = await here.post(f"{AUTH}/session", json={"username": "ana", "password": "another good battery"})
        assert again.status_code == 200


async def test_the_second_factor_is_asked_for_after_the_password(tmp_path: Path) -> None:
    house = House(tmp_path, second_factor=True)
    await house.register.look()
    await house.person("ada", "admin", seed=SEED)
    await house.person("bea", "admin")
    who = {"username": "ada", "password": PASSWORD}
    async with house.client() as client:
        answers = [
            await client.post(f"{AUTH}/session", json=body)
            for body in (
                {**who, "password": "wrong", "code": house.code(SEED)},
                who,
                {**who, "code": "000000"},
                {**who, "code": house.code(SEED)},
                {**who, "code": house.code(SEED)},
                {"username": "bea", "password": PASSWORD},
            )
        ]

    assert [(each.status_code, code_of(each) if each.status_code != 200 else "") for each in answers] == [
        (401, "LOGIN_FAILED"),
        (403, "CODE_NEEDED"),
        (401, "CODE_WRONG"),
        (200, ""),
        (401, "CODE_WRONG"),
        (403, "SECOND_FACTOR_NEEDED"),
    ]
    house.close()


# --- users and keys over REST ---


async def test_an_admin_lets_somebody_in_and_out_again(house: House) -> None:
    await house.person("ada", "admin")
    async with signed_in(house, "ada") as admin, house.client() as client:
        made = await admin.post("/api/v1/users", json={"name": "eve", "role": "operator", "events": ["evt_a"]})
        assert made.status_code == HTTPStatus.CREATED
        who = {"username": "eve", "password": made.json()["password"]}
        given = (await client.post(f"{AUTH}/login", json=who)).json()
        client.headers["Authorization"] = f"Bearer {given['access_token']}"
        assert (await client.get(f"{AUTH}/me")).json()["grants"][0]["events"] == ["evt_a"]

        assert (await admin.get("/api/v1/users/eve")).json()["role"] == "operator"
        assert "password" not in (await admin.get("/api/v1/users")).text
        assert (await admin.patch("/api/v1/users/eve", json={"disabled": True})).json()["disabled"]
        assert (await client.get(f"{AUTH}/me")).status_code == 401
        assert (await client.post(f"{AUTH}/login", json=who)).status_code == 401


async def test_a_change_of_grants_ends_what_was_given_out(house: House) -> None:
    await house.person("ada", "admin")
    await house.person("ana", "operator")
    token = await house.token("ana")
    async with signed_in(house, "ada") as admin, house.client(token) as client:
        assert (await client.get(f"{AUTH}/me")).status_code == 200
        grants = {"grants": [{"role": "viewer"}, {"words": ["read:audit"], "events": ["evt_a"]}]}
        changed = await admin.put("/api/v1/users/ana/grants", json=grants)
        assert changed.status_code == 200, changed.text
        assert (await client.get(f"{AUTH}/me")).status_code == 401
    assert house.store.users()["ana"].grants == (grant_of("viewer"), grant_of("", ["read:audit"], ["evt_a"]))


async def test_the_last_admin_stays(house: House) -> None:
    await house.person("ada", "admin")
    async with signed_in(house, "ada") as admin:
        for method, path, body in (
            ("PATCH", "/api/v1/users/ada", {"disabled": True}),
            ("PATCH", "/api/v1/users/ada", {"role": "viewer"}),
            ("PUT", "/api/v1/users/ada/grants", {"grants": []}),
        ):
            answer = await admin.request(method, path, json=body)
            assert (answer.status_code, code_of(answer)) == (422, "LAST_ADMIN")
    assert house.store.users()["ada"].is_admin


async def test_a_key_is_told_once_and_ends_when_it_is_revoked(house: House) -> None:
    await house.person("ada", "admin")
    async with signed_in(house, "ada") as admin:
        made = (await admin.post("/api/v1/keys", json={"name": "tv", "scopes": ["read:hands", "read:players"]})).json()
        listed = (await admin.get("/api/v1/keys")).json()["keys"]
        assert [each["id"] for each in listed] == [made["id"]]
        assert made["key"] not in str(listed)
        async with house.client(made["key"]) as partner:
            me = (await partner.get(f"{AUTH}/me")).json()
            assert (me["name"], me["permissions"]) == (f"key:{made['id']}", ["read:hands", "read:players"])
            assert (await admin.delete(f"/api/v1/keys/{made['id']}")).json()["revoked_at"]
            assert code_of(await partner.get(f"{AUTH}/me")) == "INVALID_KEY"
        assert (await admin.delete(f"/api/v1/keys/{made['id']}")).status_code == 404
    with sqlite3.connect(house.folder / "app.db") as connection:
        dump = "\n".join(connection.iterdump())
    assert made["id"] in dump
    assert made["key"] not in dump
    assert made["key"][8:] not in dump


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "k", "scopes": ["read:live"]}, 422, "SCOPE_NOT_HELD"),
        ({"name": "k", "scopes": ["read:audit"]}, 422, "SCOPE_NOT_HELD"),
        ({"name": "k", "scopes": ["*"]}, 422, "UNKNOWN_PERMISSION"),
        ({"name": "k", "scopes": []}, 422, "INVALID_REQUEST"),
        ({"name": "k", "scopes": ["read:hands"], "owner": "nobody"}, 404, "USER_NOT_FOUND"),
        ({"name": "k", "scopes": ["read:players"], "owner": "vic"}, 422, "SCOPE_NOT_HELD"),
        ({"name": "k", "scopes": ["read:hands"], "days": 0}, 422, "INVALID_REQUEST"),
        ({"name": "", "scopes": ["read:hands"]}, 422, "INVALID_REQUEST"),
        ({"name": "k", "scopes": ["read:hands"], "digest": "x"}, 422, "INVALID_REQUEST"),
    ],
)
async def test_what_is_no_key_is_refused(house: House, body: dict[str, Any], status: int, code: str) -> None:
    await house.person("ada", "admin")
    await house.person("vic", "viewer")
    async with signed_in(house, "ada") as admin:
        answer = await admin.post("/api/v1/keys", json=body)

    assert (answer.status_code, code_of(answer)) == (status, code)
    assert house.store.keys() == {}


async def test_a_key_for_users_makes_nobody_more_than_itself(house: House) -> None:
    await house.person("ada", "admin")
    await house.person("ana", "operator")
    key = await house.key("ada", "manage:users", "manage:keys")
    async with house.client(key) as client:
        answers = [
            await client.post("/api/v1/users", json={"name": "eve", "role": "admin"}),
            await client.put("/api/v1/users/ana/grants", json={"grants": [{"role": "viewer"}]}),
            await client.patch("/api/v1/users/ana", json={"role": "admin"}),
            await client.post("/api/v1/users/ada/password", json={}),
            await client.post("/api/v1/users/ada/totp"),
            await client.delete("/api/v1/users/ada/totp"),
            await client.post("/api/v1/keys", json={"name": "k", "scopes": ["read:hands"]}),
            await client.post(f"{AUTH}/password", json={"old": PASSWORD, "new": "another good battery"}),
        ]

    assert [each.status_code for each in answers] == [403] * len(answers)
    assert set(house.store.users()) == {"ada", "ana"}


# --- bad input, floods, a store that is away ---


BAD: list[Any] = [
    {},
    [],
    "ana",
    {"username": "ana"},
    {"username": "ana", "password": 7},
    {"username": ["ana"], "password": "x"},
    {"username": "ana", "password": "x", "role": "admin"},
    {"username": "a" * 41, "password": "x"},
    {"username": "ana", "password": "x" * 257},
    {"username": "", "password": "x"},
    {"username": "ana", "password": "x", "code": "1" * 41},
    {"username": None, "password": None},
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
async def test_bad_input_is_refused_and_not_repeated(house: House, body: Any) -> None:
    async with house.client() as client:
        answer = await client.post(f"{AUTH}/login", json=body)

    assert (answer.status_code, code_of(answer)) == (422, "INVALID_REQUEST")
    assert "xxxx" not in answer.text
    assert house.passwords.looked_at == 0


async def test_a_body_is_bounded(house: House) -> None:
    async def pieces() -> Any:
        yield b"{"

    async with house.client() as client:
        large = await client.post(f"{AUTH}/login", content=b"x" * 70_000)
        endless = await client.post(f"{AUTH}/login", content=pieces())

    assert (large.status_code, code_of(large)) == (413, "BODY_TOO_LARGE")
    assert (endless.status_code, code_of(endless)) == (411, "LENGTH_NEEDED")


async def test_a_flood_of_sign_ins_is_sent_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    go = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(self: Passwords, kept: str, given: str) -> bool:
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result()
        return False

    monkeypatch.setattr(Passwords, "_verify", slow)
    async with house.client() as client:
        asked = [asyncio.create_task(client.post(f"{AUTH}/login", json=ANA)) for _ in range(100)]
        await asyncio.sleep(0.3)
        assert (await client.get("/health/live")).status_code == 200
        go.set()
        answers = await asyncio.gather(*asked)

    busy = [each for each in answers if each.status_code == 503]
    assert len(busy) == 100 - QUEUE - 1
    assert {code_of(each) for each in busy} == {"TOO_BUSY"}
    assert {each.headers["Retry-After"] for each in busy} == {"2"}


async def test_without_the_store_everything_but_health_answers_503(house: House) -> None:
    await house.person("ana", "operator")
    key = await house.key("ana", "read:hands")
    async with signed_in(house) as browser, house.client(key) as program, house.client() as nobody:
        house.clock.ms += 5_000
        for client in (browser, program, nobody):
            for path in ("/api/v1/events/evt/hands", f"{AUTH}/me"):
                answer = await client.get(path)
                assert (answer.status_code, code_of(answer)) == (503, "APP_STORE_UNAVAILABLE")
                assert answer.headers["Retry-After"] == "2"
        assert (await nobody.post(f"{AUTH}/login", json=ANA)).status_code == 503
        assert (await nobody.get("/health/live")).status_code == 200
        assert (await browser.get("/config.json")).json()["tables"] == []


async def test_too_many_requests_are_told_when_to_come_again(tmp_path: Path) -> None:
    house = House(tmp_path, may_read=True, rates=Rates(anonymous=10, person=20, key=30, page=40, sign_in=5))
    await house.register.look()
    await house.person("ana", "operator")
    key, token = await house.key("ana", "read:hands"), await house.token("ana")
    path = "/api/v1/events/evt/hands"
    async with signed_in(house) as page, house.client(key) as program, house.client(token) as person:  # noqa: SIM117
        async with house.client() as nobody:
            passed = {}
            for name, client in (("nobody", nobody), ("person", person), ("key", program), ("page", page)):
                codes = [(await client.get(path)).status_code for _ in range(50)]
                passed[name] = codes.index(429)
            refused = await nobody.get(path)
            assert (await nobody.get("/health/live")).status_code == 200
            house.clock.ms += 6_000
            await house.register.look()
            assert (await nobody.get(path)).status_code == 404

    assert passed == {"nobody": 10, "person": 20, "key": 30, "page": 40}
    assert refused.headers["Retry-After"] == "6"
    assert refused.headers["RateLimit-Policy"] == '"default";q=10;w=60'
    assert refused.headers["RateLimit"] == '"default";r=0;t=6'
    house.close()


async def test_whoever_tries_keys_is_counted_as_nobody_in_particular(tmp_path: Path) -> None:
    house = House(tmp_path, rates=Rates(anonymous=10))
    await house.register.look()
    async with house.client("ebs_api_guess") as client:
        codes = [(await client.get(f"{AUTH}/me")).status_code for _ in range(12)]

    assert codes == [401] * 10 + [429] * 2
    house.close()


async def test_sign_ins_are_few_a_minute_and_nobody_locks_another_out(tmp_path: Path) -> None:
    house = House(tmp_path, rates=Rates(sign_in=5))
    await house.register.look()
    await house.person("ana", "operator")
    attacker = httpx.ASGITransport(house.app, client=("203.0.113.7", 4))
    async with httpx.AsyncClient(transport=attacker, base_url="http://localhost") as client:
        wrong = {**ANA, "password": "guess"}
        codes = [(await client.post(f"{AUTH}/login", json=wrong)).status_code for _ in range(8)]
    async with house.client() as client:
        mine = await client.post(f"{AUTH}/login", json=ANA)

    assert codes == [401] * 5 + [429] * 3
    assert mine.status_code == 200
    house.close()
