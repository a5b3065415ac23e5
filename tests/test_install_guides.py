"""The installer's pages are true: pins, drawing, error words, topics, fields and sub-commands exist as they say."""

from __future__ import annotations

import importlib.util
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from collector.broker import _CONSOLE, _INSTALLER, _NODE, _ROLES
from collector.wire.topics import topic

ROOT = Path(__file__).resolve().parent.parent
INSTALL = (ROOT / "docs" / "install.md").read_text()
DIAGNOSE = (ROOT / "docs" / "diagnose.md").read_text()
SUBSCRIPTION = re.compile(r"^    mosquitto_sub (.+) -t '([^']+)'", re.MULTILINE)


def subscriptions() -> list[tuple[str, str]]:
    """Return who listens to what, for every line on the page."""
    found = []
    for call, name in SUBSCRIPTION.findall(DIAGNOSE):
        user = re.search(r"-u (\S+)", call)
        found.append((user[1] if user else "installer", name))
    return found


def rights(user: str) -> list[str]:
    lines = {"installer": _INSTALLER, "node-1": _NODE}.get(user) or _ROLES[user]
    return [line.split(" ")[1].format(user=user) for line in lines if line.startswith("read ")]


def covers(right: str, wanted: str) -> bool:
    levels = list(zip(right.split("/"), wanted.split("/"), strict=False))
    return len(right.split("/")) == len(wanted.split("/")) and all(one in {"+", other} for one, other in levels)


@pytest.mark.parametrize(("user", "name"), subscriptions())
def test_every_subscription_is_of_a_topic_that_exists_and_that_its_login_may_hear(user: str, name: str) -> None:
    wanted = name.removeprefix("ebs/v1/")

    assert name.startswith("ebs/v1/")
    assert topic(*[level for level in wanted.split("/") if level != "+"])
    assert any(covers(right, wanted) for right in rights(user)), f"{user} may not hear {name}"


def test_every_topic_that_is_listed_is_checked_below_and_is_one_of_the_contract() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", DIAGNOSE.split("\n## ")[0], re.MULTILINE)
    contract = (ROOT / "docs" / "integrate.md").read_text()

    assert len(listed) == len(subscriptions()) == 10
    for name in listed:
        assert f"`{name}`" in contract, f"{name} is no topic of docs/integrate.md"
        pattern = "ebs/v1/" + re.sub(r"\{\w+\}", "[^/]+", name)
        assert any(re.fullmatch(pattern, found) for _, found in subscriptions()), f"{name} has no line to check it"
        known = {line.split(" ")[1] for lines in (*_ROLES.values(), _CONSOLE, _NODE) for line in lines}
        assert any(covers(re.sub(r"\{\w+\}", "+", right), name) for right in known), f"the broker knows no {name}"


def test_every_field_of_health_that_is_named_is_sent() -> None:
    named = set(
        re.findall(r"^\| `([a-z_.0-9]+)`", DIAGNOSE.split("## How is the node?")[1].split("\n## ")[0], re.MULTILINE)
    )
    source = (ROOT / "edge" / "health.py").read_text()

    assert named
    for name in named:
        assert f'"{name.split(".")[-1]}"' in source, f"{name} is not in edge/health.py"


def test_golden_payloads_have_what_the_page_says() -> None:
    contract = ROOT / "tests" / "contract"
    birth = json.loads((contract / "device" / "status.json").read_text())
    ack = json.loads((contract / "device" / "ack.json").read_text())
    alert = json.loads((contract / "feed" / "alert.json").read_text())
    reply = json.loads((contract / "reply" / "accepted.json").read_text())

    assert {"state", "boot", "link", "firmware", "board", "antennas"} <= set(birth)
    assert "acks" in ack
    assert {"code", "message"} <= set(alert.get("data", alert))
    assert reply["accepted"] is True


@pytest.mark.parametrize("name", ["esp32_devkitc", "esp32_s3_devkitc"])
def test_the_table_of_pins_is_that_of_the_boards(name: str) -> None:
    board: Any = import_module(f"firmware.boards.{name}")
    column = {"esp32_devkitc": 2, "esp32_s3_devkitc": 3}[name]
    rows = [
        [cell.strip() for cell in row.strip("|\n ").split("|")]
        for row in re.findall(r"^\|.+GPIO.+\|$", INSTALL, re.MULTILINE)
        if row.count("|") == 5
    ]
    written = {row[0]: [int(number) for number in re.findall(r"\d+", row[column].removeprefix("GPIO"))] for row in rows}

    assert written == {
        "SCK": [board.PIN_CLOCK],
        "MOSI": [board.PIN_MOSI],
        "MISO": [board.PIN_MISO],
        "RST": [board.PIN_RESET],
        "A0, A1, A2, A3": list(board.PINS_ADDRESS),
        "enable": [board.PIN_ENABLE],
        "light": [board.PIN_LIGHT],
    }


def test_the_table_of_the_wired_network_is_that_of_its_board() -> None:
    ethernet = import_module("firmware.boards.esp32_s3_w5500").ETHERNET
    written = dict(re.findall(r"^\| (\w+)[^|]* \| GPIO (\d+)", INSTALL.split("### A wired network")[1], re.MULTILINE))
    names = {
        "SCLK": "clock", "MOSI": "mosi", "MISO": "miso", "SCS": "select", "INT": "interrupt", "RST": "reset"
    }  # fmt: skip

    assert {names[name]: int(pin) for name, pin in written.items()} == {name: ethernet[name] for name in names.values()}


def test_the_drawing_is_the_one_that_its_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("wiring_diagram", ROOT / "scripts" / "wiring_diagram.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert (ROOT / "docs" / "wiring.svg").read_text() == script.svg(), "run scripts/wiring_diagram.py"
    assert (ROOT / "docs" / "wiring.png").stat().st_size > 50_000


def test_every_message_of_the_troubleshooting_is_said_by_the_code() -> None:
    said = "\n".join(
        path.read_text() for path in [*(ROOT / "tools" / "hardware").glob("*.py"), *(ROOT / "tools").glob("*.py")]
    )
    words = re.sub(r"\s+", " ", re.sub(r"\"\s*\n\s*f?\"", "", said))
    rows = INSTALL.split("## Troubleshooting")[1]
    named = [
        name for cell in re.findall(r"^\| ([^|]*) \|", rows, re.MULTILINE) for name in re.findall(r"`([^`]+)`", cell)
    ]
    messages = [name for name in named if " " in name]

    assert len(messages) >= 10
    for message in messages:
        constant = re.split(r"ESP32-S3|\.\.\.", message)[0].strip()
        assert constant in words, f"nobody says: {message}"


def test_every_sub_command_that_is_named_exists() -> None:
    for verb in ("table", "deck"):
        group: Any = typer.main.get_command(import_module(f"tools.{verb}").app)
        named = {
            found
            for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
            for found in re.findall(rf"\bebs {verb} ([a-z]+)\b", page.read_text())
        }
        assert named == set(group.commands)


def test_the_venues_acl_gives_installer_and_nodes_what_ebs_run_gives_them() -> None:
    acl = (ROOT / "mosquitto" / "acl.example").read_text()
    for user, lines in (("installer", _INSTALLER), ("node-a1b2c3", _NODE)):
        block = re.search(rf"^user {user}\n((?:topic .*\n)+)", acl, re.MULTILINE)
        assert block
        given = {tuple(line.split(" ")[1:]) for line in block[1].splitlines()}
        ours = [line.format(user=user).split(" ") for line in lines]
        wanted = {
            (way, f"ebs/v1/{name.replace('public/+', kind)}")
            for way, name in ours
            for kind in ("public/state", "public/event")
        }
        assert given == wanted
