"""Limits: who counts as whom, what a restart takes along, and an evening of people at work that never meets one."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.access.buckets import DEFAULT_RATES, FREE_FAILURES, Rates, Remembered
from collector.access.outputs import PREFIX
from collector.access.senders import Sender
from collector.api import kept_limits
from collector.api.kept_limits import MOST, KeptLimits
from collector.api.proxies import Proxies
from collector.api.rates import Limits, TooMany, counted
from collector.errors import SettingsError
from collector.signin.making import new_output
from collector.system import Reach, now_ms
from tests.collector.signin.house import PASSWORD, Clock, House

AUTH = "/api/v1/auth"
ANA = {"username": "ana", "password": PASSWORD}
WRONG = {"username": "ana", "password": "guess"}


def client_at(house: House, address: str, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(house.app, client=(address, 4000))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


async def asked_from(house: House, peer: str, headers: list[tuple[str, str]]) -> str:
    """Return whom a house counts a sign-in of, by the session that it makes."""
    async with client_at(house, peer) as client:
        answer = await client.post(f"{AUTH}/session", json=ANA, headers=headers)
        assert answer.status_code == 200
        session = house.register.sessions_of("ana")[0]
        await house.door.end_session(session, "ana")
        return session.address


FORWARDED = "X-Forwarded-For"
# Peer, headers, who asks. The proxies of this house are 192.0.2.1 and 2001:db8:1::/48.
WHO: list[tuple[str, list[tuple[str, str]], str]] = [
    ("203.0.113.9", [(FORWARDED, "198.51.100.1")], "203.0.113.9"),
    ("127.0.0.1", [(FORWARDED, "198.51.100.1")], "127.0.0.1"),
    ("192.0.2.1", [], "192.0.2.1"),
    ("192.0.2.1", [(FORWARDED, "198.51.100.1")], "198.51.100.1"),
    ("192.0.2.1", [(FORWARDED, "10.9.9.9, 198.51.100.1")], "198.51.100.1"),
    ("192.0.2.1", [(FORWARDED, "10.9.9.9"), (FORWARDED, "198.51.100.1")], "198.51.100.1"),
    ("192.0.2.1", [(FORWARDED, "198.51.100.1, 2001:db8:1::5, 192.0.2.1")], "198.51.100.1"),
    ("192.0.2.1", [(FORWARDED, "10.9.9.9, unknown, 192.0.2.1")], "192.0.2.1"),
    ("192.0.2.1", [(FORWARDED, "10.9.9.9, <script>")], "192.0.2.1"),
    ("192.0.2.1", [(FORWARDED, "")], "192.0.2.1"),
    ("192.0.2.1", [(FORWARDED, ",".join(["198.51.100.1", *["192.0.2.1"] * 40]))], "192.0.2.1"),
    ("::ffff:192.0.2.1", [(FORWARDED, "198.51.100.1")], "198.51.100.1"),
    ("2001:db8:1::7", [(FORWARDED, "2001:db8:9::1")], "2001:db8:9::1"),
    ("192.0.2.1", [("Forwarded", "for=10.9.9.9"), ("X-Real-IP", "10.9.9.9")], "192.0.2.1"),
]


@pytest.fixture
async def behind(tmp_path: Path) -> Any:
    house = House(tmp_path, proxies=("192.0.2.1", "2001:db8:1::/48"))
    await house.register.look()
    await house.person("ana", "operator")
    yield house
    house.close()


@pytest.mark.parametrize(("peer", "headers", "who"), WHO)
async def test_the_word_of_our_own_proxies_counts_and_nobody_else_s(
    behind: House, peer: str, headers: list[tuple[str, str]], who: str
) -> None:
    assert await asked_from(behind, peer, headers) == who


@pytest.mark.parametrize(
    ("peer", "cookie"), [("192.0.2.1", "__Host-ebs"), ("203.0.113.9", "ebs"), ("127.0.0.1", "ebs")]
)
async def test_only_our_own_proxy_says_that_a_browser_speaks_tls(behind: House, peer: str, cookie: str) -> None:
    async with client_at(behind, peer, **{"X-Forwarded-Proto": "https"}) as client:
        answer = await client.post(f"{AUTH}/session", json=ANA)

    assert answer.headers["set-cookie"].startswith(f"{cookie}=")


async def test_a_header_of_one_s_own_opens_no_new_bucket(tmp_path: Path) -> None:
    house = House(tmp_path, rates=Rates(sign_in=5))
    await house.register.look()
    codes = []
    for number in range(8):
        async with client_at(house, "203.0.113.7", **{FORWARDED: f"198.51.100.{number}"}) as client:
            codes.append((await client.post(f"{AUTH}/login", json=WRONG)).status_code)

    assert codes == [401] * 5 + [429] * 3
    house.close()


@pytest.mark.parametrize("named", ["proxy.example", "192.0.2.1/24", "*", "192.0.2.256"])
def test_what_is_no_proxy_stops_the_start(named: str) -> None:
    with pytest.raises(SettingsError, match="EBS_HTTP_PROXIES"):
        Proxies((named,))


def test_addresses_of_one_network_count_as_one() -> None:
    assert counted("2001:db8::1") == counted("2001:db8::ffff:1") != counted("2001:db8:0:1::1")
    assert counted("::ffff:192.0.2.7") == counted("192.0.2.7")
    assert counted("x" * 500) == "x" * 64


# --- sign-ins ---


async def tried(house: House, address: str, body: Mapping[str, str] = WRONG) -> httpx.Response:
    async with client_at(house, address) as client:
        return await client.post(f"{AUTH}/login", json=body)


async def test_after_five_failures_each_wait_is_twice_as_long(tmp_path: Path) -> None:
    house = House(tmp_path, rates=Rates(sign_in=5))
    await house.person("ana", "operator")
    for _ in range(FREE_FAILURES):
        assert (await tried(house, "203.0.113.7")).status_code == 401
    waits = []
    for _ in range(9):
        refused = await tried(house, "203.0.113.7")
        assert refused.status_code == 429
        waits.append(int(refused.headers["Retry-After"]))
        house.clock.ms += waits[-1] * 1000
        await house.register.look()
        assert (await tried(house, "203.0.113.7")).status_code == 401, "who has waited may try"

    assert waits == [12, 24, 48, 96, 192, 384, 768, 900, 900]
    house.clock.ms += 900_000
    await house.register.look()
    assert (await tried(house, "203.0.113.7", ANA)).status_code == 200
    house.clock.ms += 60_000
    await house.register.look()
    assert (await tried(house, "203.0.113.7")).status_code == 401, "nothing is held against who came in"
    assert (await tried(house, "203.0.113.7")).status_code == 401
    house.close()


async def test_no_stranger_keeps_somebody_out_of_their_account(tmp_path: Path) -> None:
    """However many addresses try, and however long: who comes from another one is let in."""
    house = House(tmp_path, rates=Rates(sign_in=5))
    await house.person("ana", "operator")
    for number in range(8):
        for _ in range(6):
            await tried(house, f"203.0.113.{number}")

    assert (await tried(house, "198.51.100.1", ANA)).status_code == 200
    assert (await tried(house, "203.0.113.1", ANA)).status_code == 429
    house.close()


async def test_a_password_of_one_s_own_that_is_wrong_counts_too(tmp_path: Path) -> None:
    house = House(tmp_path, rates=Rates(sign_in=5, person=1000))
    await house.person("ana", "operator")
    async with house.client(await house.token("ana")) as client:
        body = {"old": "guess", "new": "another odd word here"}
        codes = [(await client.post(f"{AUTH}/password", json=body)).status_code for _ in range(8)]

    assert codes == [401] * 5 + [429] * 3
    house.close()


# --- a restart ---


def left(limits: Limits) -> int:
    """Return how many sign-ins somebody has left."""
    for number in range(20):
        try:
            limits.sign_in("ana", "203.0.113.7")
        except TooMany:
            return number
    return 20


def test_a_restart_refills_no_bucket_and_forgets_no_failure(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "limits.json"
    before = Limits(DEFAULT_RATES, clock.seconds)
    assert left(before) == 5
    for _ in range(6):
        before.failed("bob", "203.0.113.7")
    KeptLimits(file, before, clock).write()

    monotonic = Clock(5_000)  # which begins anew with the machine
    clock.ms += 13_000
    after = Limits(DEFAULT_RATES, monotonic.seconds)
    KeptLimits(file, after, clock)

    assert left(after) == 1, "what came back in 13 seconds"
    with pytest.raises(TooMany) as refused:
        after.sign_in("bob", "203.0.113.7")
    assert refused.value.headers["Retry-After"] == "11"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_what_is_kept_is_taken_where_it_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On another thread the buckets changed while they were read, which ended the web: a flood of sign-ins did it."""
    monkeypatch.setattr(kept_limits, "EVERY_S", 0.0)
    read_on: set[threading.Thread] = set()

    class Watched(Limits):
        def remembered(self, most: int) -> dict[str, list[Remembered]]:
            read_on.add(threading.current_thread())
            return super().remembered(most)

    limits, file = Watched(), tmp_path / "limits.json"
    keeping = asyncio.create_task(KeptLimits(file, limits, now_ms).run())
    limits.output("one", "192.0.2.1")
    async with asyncio.timeout(5):
        while not file.exists():  # noqa: ASYNC110 - a thread writes it
            await asyncio.sleep(0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)

    assert read_on == {threading.current_thread()}
    assert "output one" in file.read_text()


def test_what_is_kept_has_a_bound_and_is_written_when_it_has_changed(tmp_path: Path) -> None:
    clock, file = Clock(), tmp_path / "limits.json"
    limits = Limits(DEFAULT_RATES, clock.seconds)
    kept = KeptLimits(file, limits, clock)
    for number in range(MOST + 500):
        limits.sign_in(f"n{number}", f"198.51.{number // 250}.{number % 250}")
        limits.failed(f"n{number}", "198.51.100.1")
    kept.write()
    found = json.loads(file.read_text())["kinds"]
    assert {kind: len(each) for kind, each in found.items() if each} == {"sign_in": MOST, "waits": MOST}
    assert file.stat().st_size < 200_000

    file.unlink()
    kept.write()
    assert not file.exists(), "nothing was counted since"
    clock.ms += 60_000
    kept.write()
    assert [len(each) for each in json.loads(file.read_text())["kinds"].values()] == [0, 0, 0, 0, 0, 0, MOST]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"at": 1}', '{"at": "x", "kinds": {}}', '{"at": 1, "kinds": {"sign_in": [["a", 1e999, 0]]}}',
     '{"at": 1, "kinds": {"sign_in": [["a", -5, 0]]}}', '{"at": 1, "kinds": {"sign_in": [["a", 1]]}}',
     '{"at": 1, "kinds": {"waits": [["a", true, 1]]}}', '{"at": 1, "kinds": [1]}'],
)  # fmt: skip
def test_a_file_that_is_torn_is_no_reason_not_to_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "limits.json"
    file.write_text(text)
    file.chmod(0o600)
    limits = Limits(DEFAULT_RATES, Clock().seconds)
    KeptLimits(file, limits, now_ms)

    assert left(limits) == 5


# --- outputs ---


class Collector:
    """Answers what a web process asks, as a collector does that takes everything."""

    login = "web-main"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        del stream
        self.asked.append(str(body["type"]))
        return {"id": body["id"], "accepted": True, "login": "c-ana-000001", "password": "x", "gone": []}

    async def command(self, sender: Sender, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        del sender
        return {**await self.ask(stream, body), "decision": 1, "hand_id": None, "seq": 1, "error": None, "v": 1}


async def test_a_graphics_page_that_loads_without_end_is_slowed_down_and_no_other_one(tmp_path: Path) -> None:
    collector = Collector()
    house = House(tmp_path, rates=DEFAULT_RATES, asking=collector)
    await house.person("ana", "admin")
    keys = {}
    for name in ("main", "side"):
        output, keys[name] = new_output(name, "ana", "t1", "public", house.clock.ms)
        house.store.add_output(output, "test")
    async with house.client() as pages:
        codes = [(await pages.post(f"{AUTH}/output", json={"key": keys["main"]})).status_code for _ in range(35)]
        wrong = [(await pages.post(f"{AUTH}/output", json={"key": f"{PREFIX}{n:026d}"})).status_code for n in range(35)]
        other = await pages.post(f"{AUTH}/output", json={"key": keys["side"]})

    assert codes == [200] * 30 + [429] * 5
    assert wrong == [401] * 30 + [429] * 5
    assert other.status_code == 200, "wrong keys from the same address are no matter"
    assert collector.asked == ["admit_output"] * 31
    house.close()


# --- an evening ---

HOUR_S = 3600
"""A bucket is full again after a minute: whatever an evening has in store, an hour has; two have it in `make soak`."""


@pytest.mark.parametrize("evening_s", [HOUR_S, pytest.param(2 * HOUR_S, marks=pytest.mark.soak)])
async def test_an_evening_of_console_graphics_and_analytics_meets_no_limit(  # noqa: C901
    tmp_path: Path, evening_s: int
) -> None:
    """Hours with the limits as they come, second by second on a clock of its own."""
    house = House(tmp_path, rates=DEFAULT_RATES, asking=Collector())
    await house.person("ana", "operator")
    await house.person("rob", "analyst")
    output, output_key = new_output("main", "ana", "t1", "public", house.clock.ms)
    house.store.add_output(output, "test")
    partner = await house.key("rob", "read:hands", "read:statistics")
    await house.writer.put_event("evt", "Evening")
    await house.writer.put_table("t1", "evt", "One")
    codes: dict[str, set[int]] = {}
    reads = [f"/api/v1/events/evt/{what}" for what in ("hands", "statistics", "players", "statistics/players")]

    async with (
        house.client() as console,
        house.client() as graphics,
        house.client() as program,
        house.client(partner) as other,
    ):

        async def asks(who: str, client: httpx.AsyncClient, method: str, path: str, body: Any = None) -> httpx.Response:
            answer = await client.request(method, path, json=body)
            codes.setdefault(who, set()).add(answer.status_code)
            return answer

        async def signs_in() -> None:
            me = (await asks("console", console, "POST", f"{AUTH}/session", ANA)).json()
            console.headers["X-CSRF-Token"] = me["csrf_token"]
            await asks("console", console, "POST", f"{AUTH}/broker")

        await signs_in()
        given = (await asks("program", program, "POST", f"{AUTH}/login", {**ANA, "username": "rob"})).json()
        await asks("graphics", graphics, "POST", f"{AUTH}/output", {"key": output_key})
        for second in range(1, evening_s):
            house.clock.ms += 1000
            if second % 4 == 0:
                await house.register.look()
            program.headers["Authorization"] = f"Bearer {given['access_token']}"
            if second % 20 == 0:  # an act, entered over REST
                body = {"type": "check", "seat": 1}
                await asks("console", console, "POST", "/api/v1/events/evt/tables/t1/commands", body)
            if second % 60 == 7:  # a person looks at hands and figures
                for path in reads:
                    await asks("console", console, "GET", path)
            if second % 300 == 0:
                await asks("console", console, "POST", f"{AUTH}/broker/renew", {"logins": ["c-ana-000001"]})
            if second % 3600 == 1800:  # a tablet is put down and taken up, and the graphics machine starts anew
                await asks("console", console, "POST", f"{AUTH}/logout")
                await signs_in()
                for _ in range(5):
                    await asks("graphics", graphics, "POST", f"{AUTH}/output", {"key": output_key})
            if second % 5 == 0:  # the analyst's program looks for new hands
                await asks("program", program, "GET", reads[second // 5 % len(reads)])
                await asks("partner", other, "GET", reads[second // 5 % 2])
            if second % 3000 == 0:
                told = await asks(
                    "program", program, "POST", f"{AUTH}/refresh", {"refresh_token": given["refresh_token"]}
                )
                given = told.json()
            if second % 30 == 0:
                await asks("health", graphics, "GET", "/health/ready")
                await asks("graphics", graphics, "GET", "/config.json")

    assert codes == {
        "console": {200, 204}, "program": {200}, "graphics": {200}, "partner": {200}, "health": {200}
    }  # fmt: skip
    house.close()


def test_a_house_has_no_proxies_by_itself() -> None:
    assert Reach().proxies == ()
