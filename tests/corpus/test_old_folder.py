"""What a venue has of 502560e starts on the code of today: its data folder, its systemd unit, a node's flash."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import aiomqtt
import pytest

from collector.settings import Settings
from tests.corpus import files, old_folder, replay
from tests.corpus.interface import ROOT, recorded
from tests.tools.virtual.conftest import Broker
from tools.rehearsal.micropython import NoInterpreterError, ensure
from tools.virtual.node import VirtualNode


def test_a_data_folder_of_502560e_starts_and_says_the_same() -> None:
    told, answers = (files.read(old_folder.NAME, part, old_folder.ARCHIVE.parent) for part in ("sent", "answers"))

    sent, said = asyncio.run(old_folder.started([answer["request"] for answer in answers]))

    assert any("hand_id" in answer["body"] for answer in answers)
    assert replay.first_difference("what left", told, sent) is None
    assert replay.first_difference("REST", answers, said) is None


def test_the_folder_holds_all_that_was_kept(tmp_path: Path) -> None:
    data = old_folder.unpack(tmp_path)

    kept = {path.name for path in data.rglob("*")}
    assert {"log.db", "readmodel.db", "device-keys.json", "credentials.json", "acl", "config.json", "boot"} <= kept
    assert (data / "device-keys.json").stat().st_mode & 0o077 == 0


OLD_UNIT = """
ExecStart=/opt/ebs/.venv/bin/ebs serve
Environment=EBS_DATA=/var/lib/ebs
Environment=EBS_BROKER_PORT=1883
"""
"""What ebs.service of 502560e starts. A venue keeps it where it has it: without a role, both run in one process."""


@pytest.mark.parametrize("unit", ["ebs-collector.service", "ebs-web.service", ""])
def test_a_systemd_unit_calls_a_verb_that_is_there_and_sets_what_is_known(unit: str) -> None:
    text = (ROOT / "deploy" / unit).read_text() if unit else OLD_UNIT
    ((verb, options),) = re.findall(r"^ExecStart=\S+/ebs (\w+)(.*)$", text, re.MULTILINE)
    settings = re.findall(r"^Environment=(EBS_\w+)=", text, re.MULTILINE)
    known = {name for option in recorded()["verbs"]["serve"] for name in option["names"]}
    role = re.search(r"--role (\w+)", options)

    assert verb == "serve"
    assert set(re.findall(r"--\w+", options)) <= known
    assert {"EBS_DATA", "EBS_BROKER_PORT"} <= set(settings) <= set(recorded()["settings"])
    assert (role[1] if role else Settings.model_fields["role"].default) == (unit[4:-8] if unit else "all")


@pytest.mark.node
@pytest.mark.broker
async def test_a_flash_of_502560e_starts_counts_on_and_knows_its_log(tmp_path: Path) -> None:
    try:
        interpreter = ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))
    data = old_folder.unpack(tmp_path)
    flash, (name, key) = data / "node", *json.loads((data / "device-keys.json").read_text()).items()
    kept = (flash / "log_id").read_text(), int((flash / "boot").read_text())
    broker = Broker(tmp_path)
    await broker.start()
    try:
        node = await VirtualNode.start(flash, name, bytes.fromhex(key), "127.0.0.1", broker.port, "u", "p", interpreter)
        born = await _said(broker.port, f"ebs/v1/dev/{name}/status")
        await node.stop()
    finally:
        await broker.stop()

    assert (born["state"], born["log_id"]) == ("online", kept[0])
    assert int(born["boot"].split("-")[0]) == kept[1] + 1


async def _said(port: int, topic: str) -> dict[str, str]:
    async with asyncio.timeout(20), aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe(topic)
        message = await anext(aiter(client.messages))
        return dict(json.loads(bytes(message.payload)))
