"""Nodes in the whole EBS: sealed, attacked, configured, told, updated. Compiled modules on a flash, a real broker."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from collector.broker.link import Address
from collector.broker.logins import UPDATER, Logins
from collector.broker.mosquitto import Mosquitto
from collector.wire.device import sign
from edge.seal import Hmac
from edge.seal_frames import Frames
from tests.e2e.client import Client, metric, twin
from tests.e2e.logged import facts, read
from tests.e2e.powered import Floor, compiled, powered
from tests.e2e.waiting import eventually
from tests.tools.hardware.typed import ebs
from tools.hardware.application import version
from tools.rehearsal import demo
from tools.rehearsal.demo import DEVICE
from tools.rehearsal.micropython import NoInterpreterError, ensure
from tools.verbs.update import UpdateError, update

pytestmark = [pytest.mark.node, pytest.mark.broker, pytest.mark.timeout(180)]
ACE, KING, QUEEN = (demo.tag(0, card) for card in ("As", "Kd", "Qh"))
EVENT = f"ebs/v1/dev/{DEVICE}/event"
ALERTS = f"ebs/v1/table/{demo.TABLE}/alert"


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("application"))


@pytest.fixture
async def floor(tmp_path: Path, application: Path) -> AsyncIterator[Floor]:
    try:
        interpreter = await asyncio.to_thread(ensure)
    except NoInterpreterError as error:
        pytest.skip(str(error))
    async with powered(tmp_path, application, interpreter) as running:
        yield running


def log_of(floor: Floor) -> Path:
    return floor.stack.folder / "log.db"


def results(floor: Floor) -> dict[str, tuple[bool, str]]:
    """Return what became of each command."""
    return {body["id"]: (body["ok"], body.get("message", "")) for body in facts(log_of(floor), "command_result")}


async def told(floor: Floor, action: str, command: str, **fields: Any) -> tuple[bool, str]:
    """Have the house tell the node something; return what became of it."""
    await floor.installer.house("command_device", id=command, device=DEVICE, action=action, **fields)
    await eventually(lambda: command in results(floor), 60)
    return results(floor)[command]


def dropped(floor: Floor, reason: str) -> float:
    return metric(floor, f'ebs_payloads_dropped_total{{reason="{reason}"}}')


async def sealed(floor: Floor) -> None:
    """Have the node seal, and the collector take nothing else."""
    ok, message = await told(floor, "configure", "c-seal", version=1, config={"sealed": True})
    assert ok, message
    await floor.installer.house("seal_device", id="s-1", device=DEVICE)


def alerted(client: Client) -> set[str]:
    return {json.loads(payload)["code"] for _, payload in client.received()}


async def test_a_node_told_to_seal_does_and_its_cards_are_read_and_shown(floor: Floor) -> None:
    first = floor.board.boot
    async with Client(await twin(floor.stack, "collector"), EVENT) as wire:
        await sealed(floor)
        node = await floor.board.running(other_than=first)
        await floor.console.command("seat_player", seat=1, player_id="p_ann", name="Ann", stack=1000)
        await floor.console.command("seat_player", seat=2, player_id="p_bob", name="Bob", stack=1000)
        await floor.console.command("set_blinds", small_blind=5, big_blind=10)
        await floor.console.command("start_hand")
        await node.put("a01", ACE)
        await node.put("a01", KING)
        await floor.sees.until("live", lambda state: sorted(state["seats"][0]["hole"] or []) == ["As", "Kd"])
        told_at_last = [json.loads(payload) for _, payload in wire.received()][-2:]

    assert all("sealed" in message and "events" not in message for message in told_at_last)


async def test_the_flash_of_a_sealed_node_holds_frames_only(floor: Floor) -> None:
    first = floor.board.boot
    await sealed(floor)
    node = await floor.board.running(other_than=first)
    pid = floor.stack.collector_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)  # nothing is acknowledged, so it has to be kept
    try:
        await node.put("a01", ACE)
        await node.put("a02", KING)
        outbox = floor.board.flash / "outbox"
        await eventually(lambda: any(path.stat().st_size > 500 for path in outbox.iterdir()), 20)
        kept = b"".join(path.read_bytes() for path in outbox.iterdir())
    finally:
        os.kill(pid, signal.SIGCONT)

    await eventually(lambda: len(read(log_of(floor))) == 2, 30)
    for word in (b"uid", b"antenna", ACE.encode(), bytes.fromhex(ACE), base64.b64encode(bytes.fromhex(ACE))):
        assert word not in kept


async def test_a_sealed_node_is_not_believed_in_clear(floor: Floor) -> None:
    await sealed(floor)
    boot = await floor.board.running()
    clear = {"v": 1, "device": DEVICE, "boot": boot.boot, "tx": 5000, "origin": boot.boot, "seq": 5000, "age_ms": 1}
    clear |= {"events": [{"kind": "card_read", "antenna": "a01", "uid": QUEEN}]}
    async with (
        Client(await twin(floor.stack, DEVICE)) as forger,
        Client(await twin(floor.stack, "operator"), ALERTS) as heard,
    ):
        await forger.send(EVENT, sign(json.dumps(clear).encode(), floor.stack.device_key()))
        await eventually(lambda: "UNSEALED" in alerted(heard))

    assert dropped(floor, "unsealed") == 1
    assert QUEEN not in read(log_of(floor))


async def test_what_is_replayed_reordered_or_forged_is_refused_counted_and_told(floor: Floor) -> None:
    await sealed(floor)
    node = await floor.board.running()
    async with (
        Client(await twin(floor.stack, "collector"), EVENT) as wire,
        Client(await twin(floor.stack, DEVICE)) as forger,
        Client(await twin(floor.stack, "operator"), ALERTS) as heard,
    ):
        for antenna, tag in (("a01", ACE), ("a02", KING)):
            await node.put(antenna, tag)
            await eventually(lambda tag=tag: tag in read(log_of(floor)))
        recorded = [payload for _, payload in wire.received() if json.loads(payload)["boot"] == node.boot]
        key, last = floor.stack.device_key(), json.loads(recorded[-1])
        del last["mac"]

        await forger.send(EVENT, recorded[-1])
        await eventually(lambda: "REPLAYED" in alerted(heard))
        assert dropped(floor, "replayed") == 1

        content = json.dumps({"kind": "card_read", "antenna": "a04", "uid": QUEEN})
        frame = Frames(key, DEVICE, node.boot).event(last["seq"] + 1, content)
        behind = {**last, "tx": 1, "seq": last["seq"] + 1, "sealed": [base64.b64encode(frame).decode()]}
        await forger.send(EVENT, sign(json.dumps(behind).encode(), key))  # well made, held back, and let go later
        await eventually(lambda: dropped(floor, "replayed") == 2)

        another = {**last, "tx": last["tx"] + 1, "seq": last["seq"] + 7}  # a true frame under another number
        await forger.send(EVENT, sign(json.dumps(another).encode(), key))
        await eventually(lambda: "FRAME" in alerted(heard))

        await forger.send(EVENT, recorded[-1][:-70] + b"0" * 68 + b'"}')
        await eventually(lambda: "MAC" in alerted(heard))
        assert sorted(read(log_of(floor))) == sorted([ACE, KING])

        await node.put("a03", QUEEN)  # and the node itself is still believed
        await eventually(lambda: QUEEN in read(log_of(floor)))

    assert dropped(floor, "frame") == 1
    assert dropped(floor, "mac") == 1
    [reading] = [body for body in facts(log_of(floor), "card_read") if body["uid"] == QUEEN]
    assert reading["antenna"] == "a03"


async def test_a_configuration_that_does_not_work_goes_back_and_the_node_says_so(floor: Floor) -> None:
    first = floor.board.boot
    async with Client(await twin(floor.stack, "operator"), ALERTS) as heard:
        ok, message = await told(floor, "configure", "c-bad", version=1, config={"broker": {"port": 1}})
        await eventually(lambda: "COMMAND_FAILED" in alerted(heard))
    await floor.board.running(other_than=first)
    refused = await told(floor, "configure", "c-worse", version=1, config={"broker": {"port": "x"}})

    assert (ok, "went back" in message) == (False, True)
    assert refused[0] is False
    assert "broker.port" in refused[1]
    assert floor.board.config["broker"]["port"] == floor.stack.broker.port  # type: ignore[index]


async def test_a_node_that_is_sent_to_a_foreign_broker_tells_it_no_card_and_comes_back(
    floor: Floor, tmp_path: Path
) -> None:
    """Any broker takes a birth; only the collector has the key to sign a word for it."""
    folder = tmp_path / "foreign"
    folder.mkdir()
    logins = Logins.kept_in(folder / "credentials.json", consoles=(), nodes=(DEVICE,))
    foreign, first = Mosquitto(folder, logins), floor.board.boot
    await foreign.start()
    theirs = {"port": foreign.port, "password": logins.passwords[DEVICE]}
    listener = Address("127.0.0.1", foreign.port, "collector", logins.passwords["collector"])
    topics = [f"ebs/v1/dev/{DEVICE}/{kind}" for kind in ("status", "event", "snapshot")]
    try:
        async with Client(listener, *topics) as heard:
            away = {"action": "configure", "version": 1, "config": {"broker": theirs}}
            await floor.installer.house("command_device", id="c-away", device=DEVICE, **away)
            node = await floor.board.running(other_than=first)
            await eventually(lambda: any(b'"online"' in payload for _, payload in heard.received()), 30)
            await node.put("a01", ACE)
            await eventually(lambda: "c-away" in results(floor), 100)
            told_there = {topic.rsplit("/", 1)[-1] for topic, _ in heard.received()}
    finally:
        await foreign.stop()

    assert told_there == {"status"}
    assert results(floor)["c-away"] == (False, "the node did not hear its collector with it and went back")
    assert floor.board.config["broker"]["port"] == floor.stack.broker.port  # type: ignore[index]
    await eventually(lambda: ACE in read(log_of(floor)), 30)  # what was read meanwhile is not lost


async def test_identify_snapshot_resend_and_restart_by_the_house(floor: Floor) -> None:
    node = await floor.board.running()
    await node.put("a01", ACE)
    await eventually(lambda: ACE in read(log_of(floor)))
    for number, action in enumerate(("identify", "snapshot", "resend")):
        assert await told(floor, action, f"t-{number}") == (True, "")
    assert floor.board.boot == node.boot

    assert await told(floor, "restart", "t-9") == (True, "")
    again = await floor.board.running(other_than=node.boot)
    await again.put("a02", KING)
    await eventually(lambda: KING in read(log_of(floor)))

    assert floor.board.failures == []
    assert read(log_of(floor))[KING] == 1


async def test_ebs_update_sends_this_version_compiled_and_the_node_runs_it_from_its_slot(floor: Floor) -> None:
    first = floor.board.boot
    broker = f"127.0.0.1:{floor.stack.broker.port}"

    said = await ebs("update", DEVICE, "--data", str(floor.stack.folder), "--broker", broker)

    node = await floor.board.running(other_than=first)
    assert said.splitlines()[-1] == f"{DEVICE}: runs from app_a, version {version()}"
    assert floor.board.active == {"slot": "app_a", "good": True}
    assert {path.suffix for path in (floor.board.flash / "app_a" / "edge").iterdir() if path.is_file()} == {".mpy"}
    await node.put("a01", ACE)
    await eventually(lambda: ACE in read(log_of(floor)))
    assert floor.board.failures == []


async def test_a_sealed_node_is_configured_and_updated_like_any_other(floor: Floor) -> None:
    """All that it answers is in frames: to the collector, and to `ebs update`, which listens beside it."""
    first = floor.board.boot
    async with Client(await twin(floor.stack, "collector"), EVENT) as wire:
        await sealed(floor)
        node = await floor.board.running(other_than=first)
        assert await told(floor, "configure", "c-2", version=2, config={"broker": {"keepalive_s": 9}}) == (
            True,
            "version 2",
        )
        configured = await floor.board.running(other_than=node.boot)
        refused = await told(floor, "configure", "c-3", version=2, config={"sealed": False})
        said = await ebs(
            "update",
            DEVICE,
            "--data",
            str(floor.stack.folder),
            "--broker",
            f"127.0.0.1:{floor.stack.broker.port}",
        )
        again = await floor.board.running(other_than=configured.boot)
        await again.put("a01", ACE)
        await eventually(lambda: ACE in read(log_of(floor)))
        told_sealed = [json.loads(payload) for _, payload in wire.received()]

    assert refused == (False, "version: must be above 2, which this node has")
    assert said.splitlines()[-1] == f"{DEVICE}: runs from app_a, version {version()}"
    assert floor.board.active == {"slot": "app_a", "good": True}
    assert all("sealed" in message for message in told_sealed if message["boot"] not in (first, node.boot))
    assert {message["boot"] for message in told_sealed} >= {configured.boot, again.boot}
    assert floor.board.failures == []


async def test_an_application_of_another_version_than_was_sent_is_said(floor: Floor, application: Path) -> None:
    where = floor.stack.login(UPDATER), floor.stack.folder
    with pytest.raises(UpdateError, match="runs from app_a but tells version .*, not 9.9.9; flash it by cable"):
        await asyncio.wait_for(update(*where, DEVICE, application, say=print, expected="9.9.9"), 90)


async def test_an_application_that_does_not_start_is_given_up_after_three_starts(floor: Floor, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / "edge").mkdir(parents=True)
    (broken / "firmware").mkdir()
    (broken / "edge" / "app.py").write_text("raise ValueError('no good')\n")
    (broken / "firmware" / "main.py").write_text("from edge import node\n")
    first, starts = floor.board.boot, floor.board.starts
    where = floor.stack.login(UPDATER), floor.stack.folder

    with pytest.raises(UpdateError, match="failed to start three times; the one before runs again"):
        await asyncio.wait_for(update(*where, DEVICE, broken, say=print), 120)

    node = await floor.board.running(other_than=first)
    assert floor.board.starts == starts + 4
    assert len(floor.board.failures) == 3
    assert floor.board.active == {"slot": "", "good": True}
    await node.put("a01", ACE)
    await eventually(lambda: ACE in read(log_of(floor)))


async def test_a_node_whose_flash_was_wiped_begins_another_boot_and_is_told_of(floor: Floor) -> None:
    """Its counter begins anew, and its numbers too: the random half of the boot's name keeps them apart."""
    await sealed(floor)
    node = await floor.board.running()
    await node.put("a01", ACE)
    await eventually(lambda: ACE in read(log_of(floor)))
    async with Client(await twin(floor.stack, "operator"), ALERTS) as heard:
        await node.stop()
        for name in ("boot", "log_id", "outbox"):
            path = floor.board.flash / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        again = await floor.board.running(other_than=node.boot)
        while again.boot.split("-")[0] != "1":  # the board was faster, and began before it was wiped
            await again.stop()
            again = await floor.board.running(other_than=again.boot)
        await again.put("a02", KING)
        await eventually(lambda: KING in read(log_of(floor)))
        await eventually(lambda: "BOOT_BACK" in alerted(heard))

    [new] = [body for body in facts(log_of(floor), "card_read") if body["uid"] == KING]
    boots = {body["boot"] for body in facts(log_of(floor), "card_read")}
    assert (new["boot"], new["origin"], new["seq"]) == (again.boot, again.boot, new["seq"])
    assert len(boots) == 2
    keys = {Hmac(floor.stack.device_key()).digest(b"ebs-frame-key ", boot.encode()) for boot in boots}
    assert len(keys) == 2
    assert read(log_of(floor)) == {ACE: 1, KING: 1}


async def test_a_node_without_the_collectors_key_is_told_nothing(floor: Floor) -> None:
    """An acknowledgement or a command that somebody else signed changes nothing on the node."""
    node = await floor.board.running()
    command = {"v": 1, "id": "forged", "boot": node.boot, "type": "restart"}
    login = await twin(floor.stack, "collector")
    async with aiomqtt.Client(login.host, login.port, username=login.username, password=login.password) as client:
        await client.publish(f"ebs/v1/dev/{DEVICE}/command", sign(json.dumps(command).encode(), bytes(32)), qos=1)
    await eventually(lambda: any("mac_wrong" in line for line in node.logs))

    assert floor.board.boot == node.boot
    assert "forged" not in results(floor)
