"""`ebs provision`: what goes on the board, what is registered, and that no secret is shown."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from collector.broker import node_block, write_private
from collector.keys import read_keys
from tests.tools.hardware.conftest import Plug, image_for
from tools import provision
from tools.stack import KEYS

pytestmark = pytest.mark.node


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ports.json").write_text('{"mqtt": 21999}')
    return folder


def ebs_provision(*arguments: str, typed: str = "s3cret\n") -> Result:
    app = typer.Typer()
    app.command()(provision.main)
    return CliRunner().invoke(app, arguments, input=typed)


def for_port(port: str, data: Path, *more: str) -> tuple[str, ...]:
    return ("--port", port, "--device", "node-7", "--broker", "192.168.1.10", "--data", str(data), *more)


def test_the_board_gets_its_settings_and_both_sides_the_same_secrets(plug: Plug, data: Path) -> None:
    with plug(image=image_for(0)) as board:
        done = ebs_provision(*for_port(board.port, data, "--wifi", "table"))

    assert done.exit_code == 0, done.output
    held = json.loads((board.folder / "config.json").read_text())
    logins = json.loads((data / "credentials.json").read_text())
    assert held["broker"] == {
        "host": "192.168.1.10", "port": 21999, "username": "node-7", "password": logins["node-7"]
    }  # fmt: skip
    assert bytes.fromhex(held["key"]) == read_keys(data / KEYS)["node-7"]
    assert held["wifi"] == {"ssid": "table", "password": "s3cret"}
    assert not [secret for secret in (held["key"], logins["node-7"], "s3cret") if secret in done.output]
    assert (data / "credentials.json").stat().st_mode & 0o077 == 0


def test_a_known_node_gets_a_new_key_only_when_that_is_meant(plug: Plug, data: Path) -> None:
    with plug(image=image_for(0)) as board:
        assert ebs_provision(*for_port(board.port, data, "--wifi", "t")).exit_code == 0
        first = read_keys(data / KEYS)["node-7"]
        refused = ebs_provision(*for_port(board.port, data, "--wifi", "t"))
        assert read_keys(data / KEYS)["node-7"] == first
        again = ebs_provision(*for_port(board.port, data, "--wifi", "t", "--replace"))

    assert (refused.exit_code, again.exit_code) == (2, 0)
    assert "--replace, which ends its old key" in refused.output
    assert read_keys(data / KEYS)["node-7"] != first


def test_a_venue_gets_login_and_rights_in_its_own_files(plug: Plug, data: Path, tmp_path: Path) -> None:
    passwords, acl = tmp_path / "ebs.passwords", tmp_path / "ebs.acl"
    write_private(passwords, "collector:$7$x\nnode-7:$7$old\n")
    write_private(acl, f"# ours\nuser collector\ntopic read ebs/v1/dev/+/event\n\n{node_block('node-7')}\n# end\n")
    with plug(image=image_for(0)) as board:
        done = ebs_provision(
            *for_port(board.port, data, "--wifi", "t", "--passwords", str(passwords), "--acl", str(acl), "--json")
        )

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    held = json.loads((board.folder / "config.json").read_text())
    assert told["next"] == "sudo systemctl reload mosquitto"
    assert told["config"]["key"] == "***"
    lines = passwords.read_text().splitlines()
    assert lines[0] == "collector:$7$x"
    assert [line.split(":")[0] for line in lines] == ["collector", "node-7"]
    assert "$old" not in lines[1]
    assert held["broker"]["password"] not in passwords.read_text()
    assert acl.read_text().count("user node-7") == 1
    assert acl.read_text().startswith("# ours\nuser collector\ntopic read ebs/v1/dev/+/event\n")
    assert "# end" in acl.read_text()
    assert not list(tmp_path.glob("*.plain"))
    assert not (data / "credentials.json").exists()


def test_a_dry_run_changes_nothing(plug: Plug, data: Path) -> None:
    with plug(image=image_for(0)) as board:
        done = ebs_provision(*for_port(board.port, data, "--wifi", "t", "--dry-run"))

    assert done.exit_code == 0
    assert "Nothing was changed." in done.output
    assert not list(board.folder.iterdir())
    assert [path.name for path in data.iterdir()] == ["ports.json"]


def test_a_board_that_does_not_take_it_is_not_registered(plug: Plug, data: Path, impatient: None) -> None:
    with plug() as board:
        done = ebs_provision(*for_port(board.port, data, "--wifi", "t"))

    assert done.exit_code == 1
    assert not (data / KEYS).exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((), "say how the node reaches the broker"),
        (("--wifi", "t", "--device", "no de"), "device: must be 1 to 64 letters"),
        (("--wifi", "t", "--broker", "host:mqtt"), "write host or host:port"),
        (("--wifi", "t", "--broker", "host:0"), "broker.port: must be"),
        (("--wifi", "t", "--acl", "x"), "belong together"),
        (("--wifi", "t", "--acl", "x", "--passwords", "y"), "there is no such file"),
        (("--wifi", "t", "--wifi-password-file", "/nowhere"), "must hold the password of t"),
        (("--config", "/nowhere"), "must be a JSON object"),
        (("--wifi", "t", "--data", "/nowhere"), "there is no such data folder"),
    ],
)
def test_what_is_wrong_is_named_before_anything_happens(data: Path, more: tuple[str, ...], said: str) -> None:
    done = ebs_provision(*for_port("/dev/null", data, *more))

    assert done.exit_code == 2
    assert said in done.output.replace("\n", " ")
    assert [path.name for path in data.iterdir()] == ["ports.json"]


def test_more_settings_come_from_a_file_but_no_key_does(plug: Plug, data: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.json"
    more.write_text('{"ethernet": {}, "outbox_events": 512}')
    with plug(image=image_for(0)) as board:
        done = ebs_provision(*for_port(board.port, data, "--config", str(more)))
    held = json.loads((board.folder / "config.json").read_text())
    more.write_text('{"key": "0"}')
    refused = ebs_provision(*for_port("/dev/null", data, "--config", str(more), "--replace"))

    assert done.exit_code == 0, done.output
    assert (held["ethernet"], held["outbox_events"]) == ({}, 512)
    assert "key is made here" in refused.output
