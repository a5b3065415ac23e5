"""The installer's pages are true: pins, drawing, error words, topics, fields and sub-commands exist as they say."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from collector.broker.logins import _COMMANDS, _CONSOLE, _INSTALLER, _MONITOR, _NODE, _ROLES, WEB
from collector.wire.topics import topic
from tools.hardware import images, teaching
from tools.hardware.application import boards

ROOT = Path(__file__).resolve().parent.parent
INSTALL = (ROOT / "docs" / "install.md").read_text()
DIAGNOSE = (ROOT / "docs" / "diagnose.md").read_text()
SUBSCRIPTION = re.compile(r"^mosquitto_sub (.+) -t '([^']+)'", re.MULTILINE)


def subscriptions() -> list[tuple[str, str]]:
    """Return who listens to what, for every line on the page."""
    found = []
    for call, name in SUBSCRIPTION.findall(DIAGNOSE):
        user = re.search(r"-u (\S+)", call)
        found.append((user[1] if user else "monitor", name))
    return found


def rights(user: str) -> list[str]:
    lines = {"monitor": _MONITOR}.get(user) or _ROLES[user]
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

    assert len(listed) == len(subscriptions()) == 13
    for name in listed:
        assert f"`{name}`" in contract, f"{name} is no topic of docs/integrate.md"
        pattern = "ebs/v1/" + re.sub(r"\{\w+\}", "[^/]+", name)
        assert any(re.fullmatch(pattern, found) for _, found in subscriptions()), f"{name} has no line to check it"
        known = {line.split(" ")[1] for lines in (*_ROLES.values(), _CONSOLE, _COMMANDS, _NODE) for line in lines}
        assert any(covers(re.sub(r"\{\w+\}", "+", right), name) for right in known), f"the broker knows no {name}"


def test_every_field_of_health_that_is_named_is_sent() -> None:
    named = set(
        re.findall(r"^\| `([a-z_.0-9]+)`", DIAGNOSE.split("## How is the node?")[1].split("\n## ")[0], re.MULTILINE)
    )
    source = (ROOT / "edge" / "envelope_health.py").read_text()

    assert named
    for name in named:
        assert f'"{name.split(".")[-1]}"' in source, f"{name} is not in edge/envelope_health.py"


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


def test_the_images_are_those_that_ebs_flash_wants_and_each_board_is_named() -> None:
    wanted = {str(entry["url"]) for entry in tomllib.loads(images.IMAGES.read_text()).values()}

    assert set(re.findall(r"<(https://micropython\.org/[^>]+)>", INSTALL)) == wanted
    assert set(re.findall(r"`(esp32_[a-z0-9_]+)`", INSTALL)) >= set(boards())
    for named in re.findall(r"(ESP32_GENERIC\S+\.bin)", INSTALL):
        assert any(url.endswith(named) for url in wanted), f"{named} is not what images.toml names"


def test_the_pins_of_the_chips_are_the_same_on_the_page_and_in_the_drawing() -> None:
    decoder, buffers = re.findall(r"^\| 74(?:HC154|LVC125, four gates) \| (A0.+|OE.+) \|$", INSTALL, re.MULTILINE)
    drawn = dict(zip(("A0", "A1", "A2", "A3"), re.findall(r"\d+", decoder.split(": ")[1])[:4], strict=True))
    drawn |= dict(re.findall(r"\b(G1|G2|Y11)[^:.]*: (\d+)", decoder))

    # From the data sheets: 74HC154 in DIP-24, 74LVC125 in SO-14.
    assert drawn == {"A0": "23", "A1": "22", "A2": "21", "A3": "20", "G1": "18", "G2": "19", "Y11": "13"}
    words = re.findall(r">([^<]+)</text>", (ROOT / "docs" / "wiring.svg").read_text())
    for name in ("A0", "A1", "A2", "A3", "G1"):
        assert f"{drawn[name]}: {name}" in words
    assert {"Y0 :1", "Y1 :2", ":3 to 11", "Y11 :13", "19: G2 to GND"} <= set(words)
    gates = {way: re.findall(r"\d+", part) for way, part in re.findall(r"(OE|MISO): ([\d, ]+)\.", buffers)}
    assert gates["OE"] == ["1", "4", "10", "13"]
    assert [re.findall(r"[\d]+", part)[:4] for part in buffers.split(". ")[1:3]] == [
        ["2", "5", "9", "12"], ["3", "6", "8", "11"]
    ]  # fmt: skip
    assert any("OE 1, 4, 10, 13;" in text for text in words)
    assert any("MISO 2, 5, 9, 12; to the common MISO 3, 6, 8, 11;" in text for text in words)


def test_what_the_page_shows_of_commands_is_what_they_say() -> None:
    place = teaching.Place("seat", 1)
    files = ("verbs/flash.py", "verbs/run.py", "hardware/findings.py")
    words = {path: (ROOT / "tools" / path).read_text() for path in files}

    assert f"Lay one card on {place}.   (s: there is none, b: back, q: stop)" in INSTALL
    assert "Verified: {held} files on the board are as they should be, {sent} of them new" in words["verbs/flash.py"]
    assert re.search(r"3/3 Verified: (\d+) files on the board are as they should be, \1 of them new", INSTALL)
    addresses = re.findall(r"^  (\w+)  +(?:http|\d)", INSTALL, re.MULTILINE)
    assert addresses == ["Overlay", "Operator", "Readers", "Nodes"]
    for name in addresses:
        assert f'f"  {name} ' in words["verbs/run.py"], name
    page = "\n".join(path.read_text() for path in (ROOT / "collector" / "web").rglob("*.[jh][st]*"))
    for button in ("Seat the player", "Set the blinds", "Start hand", "Blinds from the next hand on"):
        assert button in INSTALL
        assert button in page, f"the operator page has no {button}"


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
        path.read_text() for room in ("hardware", "verbs") for path in (ROOT / "tools" / room).glob("*.py")
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
        group: Any = typer.main.get_command(import_module(f"tools.verbs.{verb}").app)
        named = {
            found
            for page in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]
            for found in re.findall(rf"\bebs {verb} ([a-z]+)\b", page.read_text())
        }
        assert named == set(group.commands)


def test_the_venues_acl_gives_installer_nodes_and_web_what_ebs_run_gives_them() -> None:
    acl = (ROOT / "mosquitto" / "acl.example").read_text()
    for user, lines in (
        *(("installer", (*_INSTALLER, *_COMMANDS)), ("monitor", _MONITOR), ("node-a1b2c3", _NODE)),
        (WEB, _ROLES[WEB]),
    ):
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
