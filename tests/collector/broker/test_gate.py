"""The gate: who is let in as a web process asks, who is not, and what is out within a second."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from collector.access.apikeys import digest
from collector.access.audit import MOST_A_MINUTE
from collector.access.grants import Identity, grant_of
from collector.access.live import LiveGrant
from collector.access.outputs import OutputKey
from collector.access.senders import output_of
from collector.broker.admitted.admitting import MOST_NAMED, MOST_WAITING, Gate
from collector.broker.admitted.gatekeeper import UNUSED_S, Gatekeeper
from collector.facts.fact import RECORD, NewFact
from collector.wire.gate_requests import TYPES, decode
from tests.collector.broker.memory import Broker

TABLES = {"t1": "e1", "t2": "e1"}
KEY = "o_" + "a" * 26


def output(name: str, channel: str, key: str = KEY) -> OutputKey:
    return OutputKey(name, "alice", digest(key), "t1", channel, 0)


class House:
    """People, sessions and outputs as a test says, a gate that runs, and what it answered."""

    def __init__(self) -> None:
        self.people = {
            "alice": (Identity("alice", (grant_of("operator"),), user="alice"), 1),
            "vera": (Identity("vera", (grant_of("viewer"),), user="vera"), 1),
        }
        self.sessions = {"s1", "s2"}
        self.outputs = {"main": output("main", "public"), "late": output("late", "live")}
        self.live: dict[str, dict[str, LiveGrant]] = {}
        self.now_ms = 1_000_000
        self.unread: list[Callable[[], object]] = []  # what the store has and nobody here has looked at
        self.broker = Broker()
        self.now = 0.0
        self.connected = asyncio.Event()
        self.connected.set()
        self.noted: list[NewFact] = []
        self.answers: list[tuple[str, dict[str, Any]]] = []
        self.gate = self.new_gate()
        self._asked = 0

    def new_gate(self) -> Gate:
        broker: Any = self.broker
        broker.connected = self.connected
        keeper = Gatekeeper(broker, clock=lambda: self.now)
        return Gate(
            self,
            broker,
            desk=lambda: self,
            publish=self._publish,
            note=self.noted.append,
            now_ms=lambda: self.now_ms,
            keeper=keeper,
        )

    def grant(self, to: str, key: str = "", table: str = "t1", ms: int = 1000) -> None:
        self.live = {table: {to: LiveGrant(to, self.now_ms + ms, "system:root", key)}}

    fresh = True
    events = TABLES

    def person(self, name: str) -> tuple[Identity, int] | None:
        return self.people.get(name)

    def has_session(self, session: str) -> bool:
        return session in self.sessions

    def sessions_of(self, name: str) -> list[str]:
        return sorted(self.sessions) if name in self.people else []

    def output(self, output: str) -> OutputKey | None:
        return self.outputs.get(output)

    async def catch_up(self) -> None:
        for read in self.unread:
            read()

    async def _publish(self, topic: str, payload: bytes, *, qos: int) -> bool:
        assert qos == 1
        self.answers.append((topic, json.loads(payload)))
        return True

    async def ask(self, **fields: Any) -> dict[str, Any]:
        self._asked += 1
        name = f"r{self._asked}"
        assert self.gate.offer("web-main", decode({"v": 1, "id": name, **fields}))
        async with asyncio.timeout(5):
            while not self.answers or self.answers[-1][1]["id"] != name:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        topic, answer = self.answers[-1]
        assert topic == "ebs/v1/house/reply/web-main"
        return answer

    async def page(self, person: str = "alice", session: str = "s1") -> str:
        answer = await self.ask(type="admit_page", person=person, session=session)
        assert answer["accepted"], answer
        assert self.broker.logins[answer["login"]].password == answer["password"]
        login: str = answer["login"]
        return login

    async def source(self, output: str = "main", key: str | None = None) -> str:
        answer = await self.ask(type="admit_output", output=output, key=key)
        assert answer["accepted"], answer
        login: str = answer["login"]
        assert login.startswith(f"o-{output}-")
        return login

    async def out(self, login: str) -> None:
        async with asyncio.timeout(1):
            while login in self.broker.logins:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    running = asyncio.create_task(made.gate.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_page_gets_what_its_person_may_hear_and_say(house: House) -> None:
    alice, vera = await house.page(), await house.page("vera", "s2")

    assert alice.startswith("c-alice-")
    assert f"write ebs/v1/table/+/command/{alice}" in house.broker.logins[alice].rules
    assert set(house.broker.logins[vera].rules) == {"read ebs/v1/collector/+/status", "read ebs/v1/table/+/public/+"}


async def test_an_output_gets_its_channel_and_no_more(house: House) -> None:
    answer = await house.ask(type="admit_output", output="main")

    assert answer["login"].startswith("o-main-")
    assert house.broker.logins[answer["login"]].rules[0] == "read ebs/v1/table/t1/public/+"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"type": "admit_page", "person": "nobody", "session": "s1"}, "NOT_SIGNED_IN"),
        ({"type": "admit_page", "person": "alice", "session": "s9"}, "NOT_SIGNED_IN"),
        ({"type": "admit_output", "output": "none"}, "NO_OUTPUT"),
        ({"type": "admit_output", "output": "late"}, "NO_GRANT"),
        ({"type": "admit_output", "output": "late", "key": KEY}, "NO_GRANT"),
    ],
)
async def test_who_is_not_known_here_is_not_let_in_whatever_the_web_says(
    house: House, asked: dict[str, str], code: str
) -> None:
    answer = await house.ask(**asked)

    assert (answer["accepted"], answer["error"]["code"]) == (False, code)
    assert answer["login"] is answer["password"] is None
    assert not house.broker.logins


async def test_what_is_revoked_is_out_within_a_second(house: House) -> None:
    alice, again, vera = await house.page(), await house.page("alice", "s2"), await house.page("vera", "s2")
    output = (await house.ask(type="admit_output", output="main"))["login"]

    house.sessions.discard("s1")
    await house.out(alice)
    assert house.broker.logins.keys() == {again, vera, output}
    del house.outputs["main"]
    await house.out(output)
    identity, count = house.people["vera"]
    house.people["vera"] = identity, count + 1
    await house.out(vera)
    assert house.broker.logins.keys() == {again}
    del house.people["alice"]
    await house.out(again)


async def test_pages_are_renewed_and_ended_as_the_web_asks(house: House) -> None:
    kept, left = await house.page(), await house.page()
    house.now = UNUSED_S - 1

    assert (await house.ask(type="renew_logins", logins=[kept, "c-alice-000000"]))["gone"] == ["c-alice-000000"]
    assert (await house.ask(type="end_logins", logins=[left]))["accepted"]
    assert house.broker.logins.keys() == {kept}
    await house.ask(type="end_logins", session="s1")
    assert not house.broker.logins


async def test_while_the_broker_is_away_it_says_so_and_goes_on_afterwards(house: House) -> None:
    alice = await house.page()
    house.broker.down = True
    assert (await house.ask(type="admit_page", person="alice", session="s1"))["error"]["code"] == "BROKER_UNAVAILABLE"
    house.sessions.clear()
    await asyncio.sleep(0.5)
    house.broker.down = False
    await house.out(alice)


async def test_after_a_restart_pages_stay_in_until_their_person_is_out(house: House) -> None:
    alice, vera = await house.page(), await house.page("vera", "s2")
    again = house.new_gate()
    running = asyncio.create_task(again.run())
    await asyncio.sleep(0.3)
    assert house.broker.logins.keys() == {alice, vera}

    identity, count = house.people["alice"]
    house.people["alice"] = identity, count + 1
    await house.out(alice)

    assert vera in house.broker.logins
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_after_a_restart_a_page_ends_with_its_session(house: House) -> None:
    alice, other = await house.page(), await house.page("alice", "s2")
    again = house.new_gate()
    running = asyncio.create_task(again.run())
    await asyncio.sleep(0.3)

    house.sessions.discard("s1")
    await house.out(alice)

    assert other in house.broker.logins
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_page_says_which_login_it_had(house: House) -> None:
    before = await house.page()
    output = (await house.ask(type="admit_output", output="main"))["login"]

    await house.ask(type="admit_page", person="alice", session="s1", instead_of=before)
    await house.ask(type="admit_output", output="main", instead_of=output)

    assert not house.broker.logins.keys() & {before, output}
    assert len(house.broker.logins) == 2


async def test_a_flood_of_requests_is_bounded() -> None:
    gate = House().gate
    request = decode({"v": 1, "id": "r", "type": "admit_output", "output": "main"})

    assert [gate.offer("web-main", request) for _ in range(MOST_WAITING + 1)].count(False) == 1


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"type": "admit_page", "id": "r"},
        {"type": "admit_page", "id": "r", "person": "a/b", "session": "s"},
        {"type": "renew_logins", "id": "r", "logins": ["c"] * 301},
        {"type": "renew_logins", "id": "r", "logins": "c"},
        {"type": "admit_live", "id": "r"},
    ],
)
def test_what_is_no_request_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own words
        decode(told)


def test_the_types_of_requests_are_these() -> None:
    assert {"admit_page", "admit_output", "renew_logins", "end_logins"} == TYPES


async def test_whoever_signed_in_a_moment_ago_is_let_in(house: House) -> None:
    house.unread = [lambda: house.sessions.add("s9"), lambda: house.outputs.update(new=output("new", "public"))]

    page = await house.ask(type="admit_page", person="alice", session="s9")
    shown = await house.ask(type="admit_output", output="new")

    assert (page["accepted"], shown["accepted"]) == (True, True)


async def test_a_store_that_hangs_lets_nobody_out(house: House) -> None:
    alice = await house.page()
    house.fresh = False
    house.people.clear()
    house.sessions.clear()
    await asyncio.sleep(0.5)
    assert alice in house.broker.logins

    house.fresh = True
    await house.out(alice)


async def test_where_the_broker_is_not_ours_to_tell_every_request_is_refused(house: House) -> None:
    house.gate = Gate(house, None, desk=lambda: house, publish=house._publish)
    running = asyncio.create_task(house.gate.run())

    answer = await house.ask(type="admit_page", person="alice", session="s1")

    assert (answer["accepted"], answer["error"]["code"]) == (False, "NO_GATE")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("t1", "+"), "UNKNOWN_CHANNEL"),
        (("t1", "#"), "UNKNOWN_CHANNEL"),
        (("t1", "live/#"), "UNKNOWN_CHANNEL"),
        (("+", "public"), "BAD_NAME"),
        (("t1/live", "public"), "BAD_NAME"),
        (("t1\ntopic read #", "public"), "BAD_NAME"),
    ],
)
async def test_an_output_that_was_written_into_the_store_by_no_rule_is_refused_and_the_gate_goes_on(
    house: House, told: tuple[str, str], code: str
) -> None:
    house.outputs["odd"] = replace(output("odd", told[1]), table_id=told[0])
    refused = await house.ask(type="admit_output", output="odd")

    assert refused["error"]["code"] == code
    assert (await house.ask(type="admit_output", output="main"))["accepted"], "the gate serves the next one"
    assert [output_of(login) for login in await house.broker.listed()] == ["main"]


async def test_an_output_of_the_live_channel_is_in_as_long_as_its_grant_holds(house: House) -> None:
    house.grant("output:late", digest(KEY))
    for key in (None, "o_" + "b" * 26, "late"):
        answer = await house.ask(type="admit_output", output="late", key=key)
        assert answer["error"]["code"] == "NO_GRANT", "a web process that has not its key lets nobody hear cards"

    late = await house.source("late", KEY)
    assert house.broker.logins[late].rules[0] == "read ebs/v1/table/t1/live/+"
    await asyncio.sleep(0.5)
    assert late in house.broker.logins
    house.now_ms += 1000
    await house.out(late)

    house.grant("output:late", digest(KEY))
    late = await house.source("late", KEY)
    house.live = {}
    house.fresh = False  # what the app store says is no part of it
    await house.out(late)


async def test_a_grant_is_to_one_output_of_one_table(house: House) -> None:
    house.grant("output:late", digest(KEY), table="t2")
    assert (await house.ask(type="admit_output", output="late", key=KEY))["error"]["code"] == "NO_GRANT"
    house.grant("late", digest(KEY))
    assert (await house.ask(type="admit_output", output="late", key=KEY))["error"]["code"] == "NO_GRANT"


async def test_another_key_under_the_name_of_an_output_has_no_part_in_its_grant(house: House) -> None:
    house.grant("output:late", digest(KEY))
    late = await house.source("late", KEY)
    other = "o_" + "b" * 26
    house.outputs["late"] = output("late", "live", other)
    await house.out(late)

    assert (await house.ask(type="admit_output", output="late", key=other))["error"]["code"] == "NO_GRANT"
    assert (await house.ask(type="admit_output", output="late", key=KEY))["error"]["code"] == "NO_GRANT"


async def test_a_person_with_a_grant_hears_that_table_live_and_no_other(house: House) -> None:
    before = await house.page("vera", "s2")
    house.grant("vera")
    await house.out(before)

    page = await house.page("vera", "s2")
    rules = house.broker.logins[page].rules
    assert [rule for rule in rules if "live" in rule] == ["read ebs/v1/table/t1/live/+"], "alerts of hidden cards too"
    alice = await house.page()
    assert not [rule for rule in house.broker.logins[alice].rules if "live" in rule]
    house.now_ms += 1000
    await house.out(page)
    assert alice in house.broker.logins


async def test_after_a_restart_nobody_hears_more_than_they_may_now(house: House) -> None:
    house.grant("vera")
    vera, alice = await house.page("vera", "s2"), await house.page()
    house.grant("output:late", digest(KEY))
    await house.out(vera)
    house.grant("vera")
    vera = await house.page("vera", "s2")
    house.live["t1"]["output:late"] = LiveGrant("output:late", house.now_ms + 1000, "system:root", digest(KEY))
    late = await house.source("late", KEY)
    assert house.broker.logins.keys() == {vera, alice, late}
    _, count = house.people["alice"]

    house.live, house.fresh = {}, False
    again = house.new_gate()
    house.people["alice"] = Identity("alice", (grant_of("viewer"),), user="alice"), count + 1
    running = asyncio.create_task(again.run())
    await house.out(vera)
    await house.out(late)
    assert alice in house.broker.logins, "nobody knows yet what she may do now"
    house.fresh = True
    await house.out(alice)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def told(house: House, kind: str) -> list[dict[str, Any]]:
    return [dict(new.body) for new in house.noted if new.kind == kind]


async def test_who_was_let_in_and_who_is_out_goes_on_record_without_a_password(house: House) -> None:
    alice, main = await house.page(), await house.source()
    await house.ask(type="end_logins", logins=[alice])
    del house.outputs["main"]
    await house.out(main)
    await asyncio.sleep(0.05)

    assert {new.stream for new in house.noted} == {RECORD}
    assert [new.client for new in house.noted if new.kind == "login_given"] == ["alice", "output:main"]
    assert told(house, "login_given")[1] == {
        "login": main,
        "web": "web-main",
        "table": "t1",
        "channel": "public",
        "skipped": 0,
    }
    assert told(house, "logins_ended") == [
        {"logins": [alice], "count": 1, "why": "asked", "skipped": 0},
        {"logins": [main], "count": 1, "why": "over", "skipped": 0},
    ]
    passwords = [answer["password"] for _, answer in house.answers if answer["password"]]
    assert not [word for word in passwords if word in repr([new.body for new in house.noted])]


async def test_whoever_connects_to_hear_hidden_cards_goes_on_record(house: House) -> None:
    house.grant("output:late", digest(KEY))
    late, alice = await house.source("late", KEY), await house.page()
    for login in (late, alice, "o-unknown", "public", "programme", "programme-2", "collector"):
        house.gate.connected(login, "192.168.1.7")

    noted = [new for new in house.noted if new.kind == "live_connected"]
    assert [(new.client, new.body["tables"], new.body["address"]) for new in noted] == [
        ("output:late", ["t1"], "192.168.1.7"),
        ("programme", ["+"], "192.168.1.7"),
        ("programme-2", ["+"], "192.168.1.7"),
    ]


async def test_of_a_flood_of_logins_so_many_a_minute_go_on_record(house: House) -> None:
    house.now_ms = 60_000_000
    for _ in range(MOST_A_MINUTE + 20):
        house.gate.connected("programme", "192.168.1.7")
    house.now_ms += 60_000
    house.gate.connected("programme", "192.168.1.7")

    noted = told(house, "live_connected")
    assert len(noted) == MOST_A_MINUTE + 1
    assert noted[-1]["skipped"] == 20
    house.gate._ended([f"c-alice-{number:06}" for number in range(200)], "over")
    (ended,) = told(house, "logins_ended")
    assert (len(ended["logins"]), ended["count"]) == (MOST_NAMED, 200)
