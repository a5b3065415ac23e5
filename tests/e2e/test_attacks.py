"""The five attacks that once worked, and a command that the broker keeps: each with every login of the broker.

S1 sends a command whose state the broker would not carry. S2 holds the client id of the collector or of a node. S3
turns the cards of an antenna up in a running hand. S4 sends a node to a foreign broker, takes its seal off, or names
its tags. S5 looks at an amendment that would name hidden cards or the winner. Each login tries each under its own name
and under that of every login that may speak. `EXPECTED` is written by hand. Not in it: the login `collector`, who is
the collector.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import sqlite3
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiomqtt
import pytest
import pytest_asyncio

from collector.broker.admitted.dynsec import ADMIN
from collector.broker.keyfile import KEYS, keep_key, new_key
from collector.broker.link import Address, client_id
from collector.broker.logins import WEB
from collector.broker.mosquitto import one_each, version_of
from collector.cards import DECK
from collector.pipeline.floor import MOST_COMPLAINTS
from collector.system import program
from tests.e2e.client import Client, metric, rules_of, twin
from tests.e2e.conftest import House
from tests.e2e.logged import facts
from tests.e2e.waiting import eventually
from tools.rehearsal import demo
from tools.rehearsal.rehearsal import rehearsal

pytestmark = [
    pytest.mark.broker,
    pytest.mark.node,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
]
Fields = dict[str, Any]

ANONYMOUS: Final = "anonymous"
IDLE_NODE: Final = "node-02"  # provisioned, and at no table
SPEAKING: Final = ("operator", "dealer", "floor", "installer", WEB)
LOOKING: Final = (
    "public",
    *("programme", "felt"),
    *("monitor", "updater", demo.DEVICE, IDLE_NODE),
)
LOGINS: Final = (*SPEAKING, *LOOKING, ANONYMOUS)
SAME: Final = {"installer-2": "installer"}
"""Logins that have the rights of another one, for a second connection."""

TABLE, HOUSE = f"table/{demo.TABLE}", "house"
HELD = {1: ("Ah", "Kc"), 2: ("Qd", "Qs"), 3: ("7h", "2s")}
STATUS, NODE = "ebs/v1/collector/+/status", f"ebs/v1/dev/{demo.DEVICE}/status"

ANTENNA = {"type": "assign_antenna", "device": demo.DEVICE, "antenna": "a01"}
CONFIGURE = {"type": "command_device", "device": demo.DEVICE, "action": "configure", "version": 99}
FOREIGN = {"broker": {"host": "192.0.2.66", "port": 1883, "username": "x", "password": "y"}}


def looked(*more: Fields) -> Fields:
    """Return a look at an amendment of the call of seat 1; {seq} stands for where that lies."""
    first = {"type": "raise_to", "seat": 1, "amount": 300}
    return {"type": "amend", "changes": [{"seq": "{seq}", "command": first, "more": list(more)}]}


RUN_OUT: Sequence[Fields] = (
    *({"type": "all_in", "seat": seat} for seat in (2, 3)),
    *({"type": "deal_card", "card": card} for card in ("2c", "3c", "9h", "Js", "4c")),
    *({"type": "show", "seat": seat} for seat in HELD),
)
ATTACKS: Final[dict[str, tuple[str, Fields]]] = {
    "S1 levels": (TABLE, {"type": "set_levels", "levels": [{"small_blind": 1, "big_blind": 2}] * 595}),
    "S1 payouts": (TABLE, {"type": "set_tournament", "payouts": [10**15] * 2000}),
    "S3 up": (TABLE, {**ANTENNA, "role": "up", "seat": 1}),
    "S3 board": (TABLE, {**ANTENNA, "role": "board"}),
    "S3 override": (TABLE, {**ANTENNA, "role": "up", "seat": 1, "override": True}),
    "S4 away": (HOUSE, {**CONFIGURE, "config": FOREIGN}),
    "S4 unsealed by configuration": (HOUSE, {**CONFIGURE, "config": {"sealed": False}}),
    "S4 unsealed": (HOUSE, {"type": "seal_device", "device": demo.DEVICE, "sealed": False}),
    "S4 tags": (
        HOUSE,
        {"type": "register_deck", "deck_id": "mine", "cards": {f"04aa{n:010x}": c for n, c in enumerate(DECK)}},
    ),
    "S5 held": (TABLE, looked({"type": "clear_card", "seat": 2, "card": "Qd"})),
    "S5 not held": (TABLE, looked({"type": "clear_card", "seat": 2, "card": "3c"})),
    "S5 dealt": (TABLE, looked({"type": "deal_card", "seat": 3, "card": "Ah"})),
    "S5 run out": (TABLE, looked(*RUN_OUT)),
}

# By attack: what operator, dealer, floor and installer are told. Any other login speaks to nobody, whom nobody answers,
# and who gave no password is not let in. None: it is the installer's own. What a node makes of that, and who is told,
# tests/e2e/test_nodes.py says.
SAID: Final[dict[str, tuple[str | None, ...]]] = {
    "S1 levels": ("BAD_COMMAND", "BAD_COMMAND", "BAD_COMMAND", "BAD_COMMAND"),
    "S1 payouts": ("TOO_LARGE", "TOO_LARGE", "TOO_LARGE", "NOT_PERMITTED"),
    "S3 up": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", "HAND_RUNNING"),
    "S3 board": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", "HAND_RUNNING"),
    "S3 override": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", "HAND_RUNNING"),
    "S4 away": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", None),
    "S4 unsealed by configuration": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", None),
    "S4 unsealed": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", None),
    "S4 tags": ("NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", None),
    "S5 held": ("HAND_RUNNING", "HAND_RUNNING", "HAND_RUNNING", "NOT_PERMITTED"),
    "S5 not held": ("HAND_RUNNING", "HAND_RUNNING", "HAND_RUNNING", "NOT_PERMITTED"),
    "S5 dealt": ("HAND_RUNNING", "HAND_RUNNING", "HAND_RUNNING", "NOT_PERMITTED"),
    "S5 run out": ("HAND_RUNNING", "HAND_RUNNING", "HAND_RUNNING", "NOT_PERMITTED"),
}
NOBODY: Final = "BAD_PRINCIPAL"
"""What the web's own login is told: it speaks for people only, and names somebody who has the right."""
OTHERS: Final = {**dict.fromkeys(LOOKING, "silence"), ANONYMOUS: "not let in"}
EXPECTED: Final = {
    (attack, login): said
    for attack, told in SAID.items()
    for login, said in (*zip(SPEAKING, (*told, NOBODY), strict=True), *OTHERS.items())
    if said is not None
}
ids = (f"attack-{number}" for number in itertools.count())


@dataclass(frozen=True)
class Ground:
    """A house with a running hand. `replies` hears what every login that may speak is told, `watch` who is there."""

    house: House
    replies: dict[str, Client]
    watch: Client
    twins: dict[str, Address]  # of each login, since most are in use, and a login has one connection
    call: int  # where the call of seat 1 lies in the log

    def answered(self, command: str) -> dict[str, Any] | None:
        """Return the reply to a command, whoever was told."""
        for client in self.replies.values():
            for _, payload in client.received():
                if (reply := json.loads(payload))["id"] == command:
                    return dict(reply)
        return None

    async def asked(self) -> None:
        """Have the collector answer once more what it answered before: it has then taken in all that came before."""
        dealer = self.replies["dealer"]
        told = len(dealer.received())
        body = {"v": 1, "id": "asked-often", "type": "no_such_command"}
        await dealer.send(f"ebs/v1/{TABLE}/command/dealer", json.dumps(body).encode())
        await eventually(lambda: any(b'"asked-often"' in payload for _, payload in dealer.received()[told:]))

    def accepted(self) -> int:
        """Return how many facts came of commands."""
        with closing(sqlite3.connect(f"file:{self.log}?mode=ro", uri=True)) as log:
            query = "SELECT count(*) FROM facts WHERE client IS NOT NULL AND kind != 'command_refused'"
            return int(log.execute(query).fetchone()[0])

    @property
    def log(self) -> Path:
        return self.house.stack.folder / "log.db"

    def last_status(self, topic: str) -> list[str]:
        """Return the states that were told of the collector, or of the node, in order."""
        kind = topic.split("/")[2]
        return [json.loads(payload)["state"] for name, payload in self.watch.received() if name.split("/")[2] == kind]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    """A hand of hold'em before the flop, cards at three seats, seat 1 has called."""
    folder = tmp_path_factory.mktemp("attacked") / "data"
    folder.mkdir(mode=0o700)
    keep_key(folder / KEYS, IDLE_NODE, new_key())
    async with rehearsal(folder, say=print) as running, AsyncExitStack() as clients:
        await a_hand(running)
        with closing(sqlite3.connect(f"file:{running.stack.folder / 'log.db'}?mode=ro", uri=True)) as log:
            calls = log.execute("SELECT position FROM facts WHERE kind = 'call'").fetchall()
        assert len(calls) == 1
        listening = {}
        for login in SPEAKING:
            client = Client(
                await twin(running.stack, login), f"ebs/v1/{TABLE}/reply/{login}", f"ebs/v1/house/reply/{login}"
            )
            listening[login] = await clients.enter_async_context(client)
        watch = await clients.enter_async_context(Client(await twin(running.stack, "operator"), STATUS, NODE))
        twins = {login: await twin(running.stack, login) for login in LOGINS if login != ANONYMOUS}
        found = Ground(running, listening, watch, twins, calls[0][0])
        await eventually(lambda: found.last_status(STATUS) and found.last_status(NODE))
        yield found


async def a_hand(running: House) -> None:
    console = running.console
    await console.command("set_levels", levels=[{"small_blind": 1, "big_blind": 2}] * 200)  # what fits, just so
    await console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in HELD:
        await console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=2000)
    await console.command("start_hand", button=1)
    for seat, cards in HELD.items():
        for card in cards:
            await running.node.put(f"a{seat:02d}", demo.tag(0, card))  # type: ignore[arg-type]
    held = [sorted(cards) for cards in HELD.values()]
    await running.sees.until("live", lambda state: [sorted(each["hole"] or []) for each in state["seats"][:3]] == held)
    await console.command("call", seat=1)


def attacker(ground: Ground, login: str, **options: Any) -> aiomqtt.Client:
    """Return a connection that is not made yet; it waits for the broker's PUBACK of each message."""
    user = ground.twins.get(login)
    known: dict[str, Any] = {"username": user.username, "password": user.password} if user else {}
    return aiomqtt.Client("127.0.0.1", ground.house.stack.broker.port, **known, **options)


def placed(body: Any, call: int) -> Any:
    """Put in where the call lies."""
    return json.loads(json.dumps(body).replace('"{seq}"', str(call)))


async def tried(ground: Ground, login: str, where: str, body: Fields) -> str:
    """Send a command with a login, under its name and then under each name that may speak; return what became of it."""
    own, *others = sent = [next(ids) for _ in range(1 + len(SPEAKING))]
    names = [login, *(name for name in SPEAKING if name != login)]
    try:
        async with attacker(ground, login) as client:
            for command, name in zip(sent, names, strict=False):
                payload = json.dumps({"v": 1, "id": command, **placed(body, ground.call)}).encode()
                await client.publish(f"ebs/v1/{where}/command/{name}", payload, qos=1)
    except aiomqtt.MqttError:
        return "not let in"
    await ground.asked()
    assert not [command for command in others if ground.answered(command)], "nobody speaks under the name of another"
    reply = ground.answered(own)
    return "silence" if reply is None else "accepted" if reply["accepted"] else str(reply["error"]["code"])


@pytest.mark.parametrize(("attack", "login"), EXPECTED)
async def test_no_attack_gets_anywhere_with_any_login(ground: Ground, attack: str, login: str) -> None:
    accepted, told = ground.accepted(), len(ground.last_status(STATUS))
    where, body = ATTACKS[attack]

    assert await tried(ground, login, where, body) == EXPECTED[attack, login]
    assert ground.accepted() == accepted
    assert ground.last_status(STATUS)[told:] == [], "the broker never ended the collector's connection"
    if login in SPEAKING:
        said = EXPECTED[attack, login]
        await eventually(lambda: (login, said) in {(each["client"], each["code"]) for each in refusals(ground)})


async def test_every_login_of_the_broker_and_every_attack_is_in_the_matrix(ground: Ground) -> None:
    assert set(ground.house.stack.broker.logins.passwords) | {ANONYMOUS} == {*LOGINS, *SAME, "collector"}
    acl = ground.house.stack.folder / "broker" / "acl"
    for name, like in SAME.items():
        assert [rule.replace(f"/{name}", f"/{like}") for rule in rules_of(acl, name)] == [*rules_of(acl, like)]
    assert {*SPEAKING, *OTHERS} == set(LOGINS)
    assert set(SAID) == set(ATTACKS)


async def test_a_peek_is_hidden_after_all_of_them_tried_to_turn_the_antenna_up(ground: Ground) -> None:
    node, public = ground.house.node, ground.house.stack.login("public")
    async with Client(public, f"ebs/v1/{TABLE}/public/#") as spy:
        for login in LOGINS:
            await tried(ground, login, *ATTACKS["S3 up"])
        seen = len(facts(ground.log, "card_read"))
        await node.remove(demo.tag(0, "Ah"))  # type: ignore[arg-type]
        await asyncio.sleep(1)
        await node.put("a01", demo.tag(0, "Ah"))  # type: ignore[arg-type]
        await eventually(lambda: len(facts(ground.log, "card_read")) > seen)
        await asyncio.sleep(0.3)

        assert spy.received(), "the state repeats"
        assert not [payload for _, payload in spy.received() if b'"Ah"' in payload]


@pytest.mark.parametrize("login", LOGINS)
async def test_no_login_takes_the_session_of_the_collector_or_of_a_node(ground: Ground, login: str) -> None:
    """Each client id is one that somebody else has, or that an attacker would guess.

    Where the broker gives a session to a login, what a client calls itself does not matter: also not the real name of
    the collector, which is secret elsewhere.
    """
    collector, node = len(ground.last_status(STATUS)), len(ground.last_status(NODE))
    heard: list[str] = []
    folder = ground.house.stack.folder
    guesses = ["collector", "ebs-collector-main", f"ebs-collector-main-{'0' * 32}", demo.DEVICE, WEB, ADMIN, "dealer"]
    if one_each(version_of(program("mosquitto"))):
        guesses.append(client_id(folder, "ebs-collector-main"))
    lost = losses(folder)
    for name, clean in itertools.product(guesses, (True, False)):
        try:
            async with attacker(ground, login, identifier=name, clean_session=clean) as client:
                await client.subscribe("ebs/v1/#", qos=1)
                await ground.asked()
                while len(client.messages):
                    heard.append(str((await anext(aiter(client.messages))).topic))
        except aiomqtt.MqttError:
            assert login == ANONYMOUS
        else:
            assert login != ANONYMOUS

    its = (f"/command/{login}", f"/dev/{demo.DEVICE if login == 'monitor' else login}/command")
    assert not [topic for topic in heard if "/command" in topic and not topic.endswith(its)]
    assert ground.last_status(STATUS)[collector:] == []
    assert set(ground.last_status(NODE)[node:]) <= {"online"}
    links = [json.loads(payload)["link"] for name, payload in ground.watch.received() if name.split("/")[2] == "dev"]
    assert len(set(links)) == 1, "the node has connected once"
    assert losses(folder) == lost
    assert ready(ground)


async def test_what_the_broker_keeps_does_nothing_when_the_collector_comes_back(ground: Ground) -> None:
    """K14: every login leaves a command that stays at the broker, for a decision that comes."""
    house, accepted = ground.house, ground.accepted()
    body = {"v": 1, "type": "misdeal", "override": True, "decision": 10**9}
    topics = {login: f"ebs/v1/{TABLE}/command/{login}" for login in LOGINS if login != ANONYMOUS}
    for login, topic in topics.items():
        async with attacker(ground, login) as client:
            await client.publish(topic, json.dumps({**body, "id": next(ids)}).encode(), qos=1, retain=True)
    await ground.asked()
    refused, pid = len(refusals(ground)), house.stack.collector_pid
    async with Client(await twin(house.stack, "operator"), f"ebs/v1/{TABLE}/alert") as floor:
        assert pid
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: house.stack.collector_pid not in (None, pid), 20)
        await eventually(lambda: connected(house), 20)
        told = min(len(SPEAKING), MOST_COMPLAINTS)  # of what comes in one batch; the figure below counts all
        await eventually(lambda: told <= codes(floor).count("RETAINED") <= len(SPEAKING))
        await ground.asked()

    assert metric(house, 'ebs_payloads_dropped_total{reason="retained"}') == len(SPEAKING)
    assert len(refusals(ground)) == refused
    assert ground.accepted() == accepted
    for login, topic in topics.items():
        async with attacker(ground, login) as client:
            await client.publish(topic, b"", qos=1, retain=True)


async def test_a_refusal_is_the_same_behind_a_restart_though_it_would_be_taken_by_now(ground: Ground) -> None:
    house, pid = ground.house, ground.house.stack.collector_pid
    early = json.dumps({"v": 1, "id": "go-once", "type": "end_hand"}).encode()
    topic, answers = (f"ebs/v1/{TABLE}/{kind}/operator" for kind in ("command", "reply"))
    async with Client(await twin(house.stack, "operator"), answers) as client:
        await client.send(topic, early)
        await eventually(lambda: len(client.received()) == 1)
        decision = (house.console.feeds["public"].state or {})["decision"]
        for seat in (2, 3):
            await house.console.command("fold", seat=seat)
        assert pid
        os.kill(pid, signal.SIGKILL)
        await eventually(lambda: house.stack.collector_pid not in (None, pid), 20)
        await eventually(lambda: connected(house), 20)
        await client.send(topic, early)
        await eventually(lambda: len(client.received()) == 2)

    first, again = [json.loads(payload) for _, payload in client.got]
    assert again == first
    assert (first["error"]["code"], first["decision"]) == ("HAND_RUNNING", decision)
    await house.console.command("end_hand")


def losses(folder: Path) -> int:
    """Return how often collector, gatekeeper and web have lost their connection."""
    logs = (folder / name for name in ("collector.log", "web.log"))
    return sum(log.read_text().count("broker_lost") for log in logs)


def refusals(ground: Ground) -> list[Fields]:
    """Return who was refused, and how: it is on record."""
    return facts(ground.log, "command_refused")


def codes(floor: Client) -> list[str]:
    return [json.loads(payload)["code"] for _, payload in floor.received()]


def connected(house: House) -> bool:
    try:
        return metric(house, "ebs_broker_connected") == 1
    except OSError:
        return False


def ready(ground: Ground) -> bool:
    with urllib.request.urlopen(f"{ground.house.stack.url}/health/ready") as answer:
        return bool(answer.status == 200)
