"""Who may see and say what on the broker. A denial looks like success to MQTT 3.1.1, so delivery is what is tested."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from collector.broker.link import Address, MqttLink
from collector.broker.logins import Logins
from tests.e2e.client import Client, twin
from tests.e2e.conftest import House
from tests.e2e.logged import facts
from tests.e2e.waiting import eventually
from tools.rehearsal import demo
from tools.rehearsal.rehearsal import rehearsal

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(120)]
sharing = pytest.mark.asyncio(loop_scope="module")
EVERYTHING = ("#", "+/#", "ebs/#", "ebs/v1/#", "$SYS/#", f"ebs/v1/table/{demo.TABLE}/live/#")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for all tests here: each may find a hand running."""
    async with rehearsal(tmp_path_factory.mktemp("house") / "data", say=print) as running:
        yield running


async def deal_one_card(house: House) -> None:
    """Deal the ace of spades to seat 1, in a new hand: what another test dealt is called off and taken away."""
    if (house.console.feeds["public"].state or {})["hand"]:
        await house.console.command("misdeal")
        gone = len(facts(house.stack.folder / "log.db", "card_removed"))
        await house.node.clear()
        await eventually(lambda: len(facts(house.stack.folder / "log.db", "card_removed")) > gone)
    else:
        await house.console.command("set_blinds", small_blind=50, big_blind=100)
        for seat in (1, 2):
            await house.console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=1000)
    await house.console.command("start_hand")
    await house.node.put("a01", demo.tag(0, "As"))  # type: ignore[arg-type]
    await house.sees.until("live", lambda state: bool(state["hand"]) and state["seats"][0]["hole"] == ["As"])


@sharing
@pytest.mark.parametrize("user", ["public", "operator", "dealer", demo.DEVICE])
async def test_only_programme_clients_see_hidden_cards(house: House, user: str) -> None:
    async with (
        Client(await twin(house.stack, user), *EVERYTHING) as spy,
        Client(await twin(house.stack, "programme"), f"ebs/v1/table/{demo.TABLE}/live/#") as programme,
    ):
        await deal_one_card(house)
        await eventually(lambda: any(b'"As"' in payload for _, payload in programme.received()))
        await asyncio.sleep(1.2)  # a repeat of the live state later
        got = spy.received()

    secret = demo.tag(0, "As").encode()  # type: ignore[arg-type]
    assert not [topic for topic, payload in got if b'"As"' in payload]
    assert not [topic for topic, payload in got if secret in payload]
    assert not [topic for topic, _ in got if "/live/" in topic or topic.startswith("$SYS")]
    heard = {topic.rsplit("/", 1)[1] for topic, _ in got if topic.startswith("ebs/v1/dev/")}
    allowed = {"public": set(), demo.DEVICE: {"status", "ack", "command"}}.get(user, {"status", "health"})
    assert heard <= allowed


@sharing
async def test_hidden_cards_are_never_retained(house: House) -> None:
    await deal_one_card(house)
    async with Client(await twin(house.stack, "programme"), f"ebs/v1/table/{demo.TABLE}/live/#") as late:
        message = await asyncio.wait_for(late.link.received.get(), 5)

    assert not message.retained


@sharing
async def test_nobody_speaks_for_another(house: House) -> None:
    fold = json.dumps({"id": "forged", "type": "misdeal"}).encode()
    forgeries = {
        "programme": [f"ebs/v1/table/{demo.TABLE}/command/programme", f"ebs/v1/table/{demo.TABLE}/command/operator"],
        "public": [f"ebs/v1/table/{demo.TABLE}/command/public", f"ebs/v1/dev/{demo.DEVICE}/event"],
        "operator": [f"ebs/v1/table/{demo.TABLE}/command/dealer", f"ebs/v1/table/{demo.TABLE}/public/state"],
        demo.DEVICE: ["ebs/v1/dev/node-02/event", f"ebs/v1/table/{demo.TABLE}/command/operator"],
    }
    await deal_one_card(house)
    before = (house.console.feeds["public"].state or {})["decision"]
    async with Client(
        await twin(house.stack, "collector"), "ebs/v1/table/+/command/+", "ebs/v1/dev/node-02/event"
    ) as heard:
        for user, topics in forgeries.items():
            async with Client(await twin(house.stack, user)) as forger:
                for topic in topics:
                    await forger.send(topic, fold)
        await asyncio.sleep(0.5)
        assert heard.received() == []

    assert (house.console.feeds["public"].state or {})["decision"] == before


@sharing
async def test_nobody_gets_in_without_a_password(house: House) -> None:
    for user, password in (("", ""), ("collector", ""), ("collector", "wrong"), ("nobody", "x")):
        client = Client(Address("127.0.0.1", house.stack.broker.port, user, password), "#")
        await asyncio.sleep(0.4)
        assert not client.link.connected.is_set()
        await client.__aexit__()


@sharing
async def test_everything_listens_on_loopback_only_and_never_on_the_standard_port(house: House) -> None:
    ports = {house.stack.broker.port, house.stack.broker.ws_port, house.stack.http_port}
    listening = {
        (fields[1].split(":")[0], int(fields[1].split(":")[1], 16))
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in (line.split() for line in Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A"
    }
    loopback = "0100007F"

    assert {port for address, port in listening if address == loopback} >= ports
    assert not {(address, port) for address, port in listening if port in ports and address != loopback}
    assert 1883 not in ports
    with socket.socket() as probe:
        probe.settimeout(1)
        assert probe.connect_ex(("127.0.0.1", house.stack.http_port)) == 0


@sharing
async def test_secrets_are_for_their_owner_alone(house: House) -> None:
    for name in ("credentials.json", "device-keys.json", "log.db", "readmodel.db", "node/config.json"):
        path = house.stack.folder / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, name
    for name in ("passwords", "acl", "mosquitto.conf"):
        assert stat.S_IMODE((house.stack.folder / "broker" / name).stat().st_mode) == 0o600, name


@sharing
async def test_nothing_in_the_data_folder_is_for_others(house: House) -> None:
    kept = {path: path.stat().st_mode for path in (house.stack.folder, *house.stack.folder.rglob("*"))}
    names = {path.name for path in kept}

    assert {"collector.log", "mosquitto.log", "node.log", "board.json", "boot", "log.db", "log.lock"} <= names
    assert not {str(path): oct(mode) for path, mode in kept.items() if mode & 0o077}
    assert not [path for path in kept if path.is_symlink()]


def test_logins_are_made_once_so_that_a_pasted_address_keeps_working(tmp_path: Path) -> None:
    first = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=("node-01",))
    again = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator", "second"), nodes=("node-01",))

    assert {user: again.passwords[user] for user in first.passwords} == first.passwords
    assert len(set(again.passwords.values())) == len(again.passwords)
    assert first.passwords["operator"] not in repr(first)


@sharing
@pytest.mark.parametrize("user", ["public", "operator", demo.DEVICE])
async def test_nobody_ends_the_session_of_a_node_under_its_name(house: House, user: str) -> None:
    """A node with older firmware calls itself by its name alone; each of these connections would have ended its own."""
    async with Client(await twin(house.stack, "operator"), f"ebs/v1/dev/{demo.DEVICE}/status") as floor:
        await eventually(floor.received)
        for name in (demo.DEVICE, f"{demo.DEVICE}-", f"{demo.DEVICE}-{'0' * 24}"):
            link = MqttLink(await twin(house.stack, user), identifier=name, subscriptions=())
            task = asyncio.create_task(link.run())
            await asyncio.wait_for(link.connected.wait(), 10)
            await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        said = [json.loads(payload) for _, payload in floor.received()]

    assert {status["state"] for status in said} == {"online"}
    assert len({status["link"] for status in said}) == 1, "the node connected once"
