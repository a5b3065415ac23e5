"""`ebs provision`: what goes on the board, what is registered, and that no secret is shown."""

import json
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import typer
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner, Result

from collector.broker.keyfile import read_keys
from collector.broker.logins import node_block
from collector.certificates.kept import Kept, load
from collector.system import write_private
from tests.tools.hardware.conftest import Plug, image_for
from tools.hardware import application, node_settings
from tools.hardware.application import ROOT
from tools.rehearsal.stack import KEYS
from tools.verbs import provision

pytestmark = pytest.mark.node


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "ports.json").write_text('{"mqtt": 21999}')
    return folder


def ebs_provision(*arguments: str, typed: str = "s3cret-word\n") -> Result:
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
    assert held["wifi"] == {"ssid": "table", "password": "s3cret-word"}
    assert not [secret for secret in (held["key"], logins["node-7"], "s3cret-word") if secret in done.output]
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
        (("--wifi", "t", "--ethernet"), "a node joins one network"),
        (("--wifi", "é" * 17), "1 to 32 bytes, this one 34"),
        (("--wifi", "a\tb"), "cannot be printed"),
        (("--wifi", "t", "--broker", "mqtt://192.168.1.10"), "write host or host:port"),
        (("--wifi", "t", "--broker", "192.168.1.10 "), "broker.host: '192.168.1.10 ': give the broker's IPv4"),
        (("--wifi", "t", "--broker", "fd00::2"), "write host or host:port"),
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


@pytest.mark.parametrize(
    "name",
    ["broker-admin", "c-node-000001", "o-x", "collector", "programme", "public", "installer", "operator", "dealer"],
)
def test_a_node_cannot_take_the_login_of_the_house(data: Path, name: str) -> None:
    write_private(data / "credentials.json", json.dumps({name: "word"}))
    done = ebs_provision(*for_port("/dev/null", data, "--wifi", "t", "--device", name))

    assert done.exit_code == 2
    assert f"--device {name}: that is a login of the house already" in done.output
    assert json.loads((data / "credentials.json").read_text()) == {name: "word"}


def test_a_node_cannot_take_a_consoles_login_of_a_venue(data: Path, tmp_path: Path) -> None:
    passwords, acl = tmp_path / "ebs.passwords", tmp_path / "ebs.acl"
    write_private(passwords, "node-7:$7$x\n")
    write_private(acl, "user node-7\ntopic write ebs/v1/table/+/command/node-7\n")
    done = ebs_provision(*for_port("/dev/null", data, "--wifi", "t", "--passwords", str(passwords), "--acl", str(acl)))

    assert done.exit_code == 2
    assert "is a login of the house already" in done.output
    assert passwords.read_text() == "node-7:$7$x\n"


@pytest.mark.parametrize("password", ["", "1234567", "x" * 64, "a\x01bcdefgh"])
def test_a_password_that_no_network_can_have_is_refused(data: Path, tmp_path: Path, password: str) -> None:
    (tmp_path / "word").write_text(password + "\n")
    done = ebs_provision(*for_port("/dev/null", data, "--wifi", "t", "--wifi-password-file", str(tmp_path / "word")))

    assert done.exit_code == 2
    assert "ebs provision: wifi" in done.output
    assert not password.strip() or password not in done.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('{"seald": true}', "seald: the firmware knows no such setting; did you mean sealed?"),
        ('{"antennas": {"a13": {}}}', "antennas.a13: is no antenna of this board"),
        ('{"antennas": {"a12": {"chip": "PN532"}}}', "antennas.a12.chip: must be one of"),
        ('{"antennas": {"a12": {"tech": ["V"]}}}', "a MFRC522 cannot read V"),
        ('{"outbox_events": 1}', "outbox_events: must be 128"),
    ],
)
def test_a_setting_on_which_the_node_would_not_start_is_found_here(
    data: Path, tmp_path: Path, more: str, said: str
) -> None:
    (tmp_path / "more.json").write_text(more)
    done = ebs_provision(*for_port("/dev/null", data, "--wifi", "t", "--config", str(tmp_path / "more.json")))

    assert done.exit_code == 2
    assert said in done.output


def test_every_setting_that_the_firmware_reads_may_be_given_and_no_other() -> None:
    source = "\n".join(path.read_text() for part in ("edge", "firmware") for path in (ROOT / part).rglob("*.py"))
    reads = set(re.findall(r"""\b(?:settings|config)(?:\.get\(|\[)"(\w+)\"""", source))
    reads |= set(re.findall(r"""_(?:number|text|one_of)\(config, "(\w+)\"""", source))

    assert reads - {"ssid", "password"} == node_settings.KNOWN


def test_names_and_passwords_in_any_script_reach_the_node_as_they_are(
    plug: Plug, data: Path, tmp_path: Path, interpreter: list[str]
) -> None:
    ssid, word = 'T "ä" 🎲\\', "ключ '🎲' \""
    (tmp_path / "word").write_bytes(f"{word}\r\n".encode())  # as an editor on Windows leaves it
    with plug(image=image_for(0)) as board:
        arguments = for_port(board.port, data, "--wifi", ssid, "--wifi-password-file", str(tmp_path / "word"))
        done = ebs_provision(*arguments)
    reading = (
        "import json; w = json.load(open('config.json'))['wifi']; print(w['ssid'].encode(), w['password'].encode())"
    )
    command = [*interpreter, "-c", reading]
    read = subprocess.run(command, cwd=board.folder, capture_output=True, text=True, check=True)

    assert done.exit_code == 0, done.output
    assert read.stdout.strip() == f"{ssid.encode()} {word.encode()}"


def test_a_proposal_that_waits_on_the_board_does_not_go_before_what_was_provisioned(plug: Plug, data: Path) -> None:
    with plug(image=image_for(0)) as board:
        (board.folder / "config.next").write_text('{"id": "c", "config": {"device": "old"}}')
        done = ebs_provision(*for_port(board.port, data, "--wifi", "t"))

    assert done.exit_code == 0, done.output
    assert [path.name for path in board.folder.iterdir()] == ["config.json"]


def test_a_board_without_a_wired_network_is_not_given_one(plug: Plug, data: Path) -> None:
    with plug(image=image_for(0)) as board:
        application.build(board.folder, "esp32_devkitc")
        refused = ebs_provision(*for_port(board.port, data, "--ethernet"))
        application.build(board.folder, "esp32_s3_w5500")
        taken = ebs_provision(*for_port(board.port, data, "--ethernet"))

    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert "board esp32_devkitc has no wired network" in refused.output
    assert "no application" not in taken.output


def test_what_is_hardly_meant_is_remarked(plug: Plug, data: Path) -> None:
    with plug(image=image_for(0)) as board:
        done = ebs_provision(*for_port(board.port, data, "--wifi", "t", "--broker", "127.0.0.1"))

    assert done.exit_code == 0
    assert "note: 127.0.0.1 is the board itself" in done.stderr
    assert "note: there is no application of ours on the board yet" in done.stderr


@pytest.mark.parametrize("content", ["{", '{"mqtt": "x"}'])
def test_a_spoilt_file_of_ports_is_named(data: Path, content: str) -> None:
    (data / "ports.json").write_text(content)
    done = ebs_provision(*for_port("/dev/null", data, "--wifi", "t", "--device", "node-8"))

    assert done.exit_code == 2
    assert f"ebs provision: {data / 'ports.json'}: " in done.output.replace("\n", "")


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


def test_a_node_over_tls_gets_the_houses_authority_before_the_settings_that_ask_for_it(plug: Plug, data: Path) -> None:
    kept = Kept.of(data)
    kept.for_this_machine(None, datetime.now(UTC))
    (data / "ports.json").write_text('{"mqtt": 21999, "tls": 21998}')
    with plug(image=image_for(0)) as board:
        done = ebs_provision(*for_port(board.port, data, "--wifi", "table", "--tls"))
        held = json.loads((board.folder / "config.json").read_text())
        authority = (board.folder / "ca.der").read_bytes()

        assert done.exit_code == 0, done.output
        assert (held["broker"]["port"], held["broker"]["tls"]) == (21998, True)
        assert date(*held["broker"]["since"]) <= datetime.now(UTC).date()
        assert authority == load(kept.certificate("ca")).public_bytes(Encoding.DER)

        again = ebs_provision(*for_port(board.port, data, "--wifi", "table", "--replace"))
        assert again.exit_code == 0, again.output
        assert not (board.folder / "ca.der").exists(), "a node in clear believes nobody"
        assert "tls" not in json.loads((board.folder / "config.json").read_text())["broker"]


def test_a_node_over_tls_without_an_authority_is_refused_before_anything_is_written(plug: Plug, data: Path) -> None:
    without = ebs_provision(*for_port("/dev/nothing", data, "--wifi", "table", "--tls"))
    pointless = ebs_provision(*for_port("/dev/nothing", data, "--wifi", "table", "--ca", str(data / "ca.crt")))

    assert (without.exit_code, pointless.exit_code) == (2, 2)
    assert "certs/ca.crt: no such file or directory; ebs certs make" in without.output
    assert "the node speaks no TLS; say --tls, too" in pointless.output
