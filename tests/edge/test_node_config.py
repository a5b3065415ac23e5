"""What a node's configuration must say, how a mistake in it reads, and how boots are told apart."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from edge import boot_name, config
from edge.config import ConfigError
from edge.logs import Log

GOOD: dict[str, Any] = {
    "device": "node-1",
    "key": "00" * 32,
    "broker": {"host": "10.0.0.1", "username": "node-1", "password": "secret"},
}


def with_broker(**changes: object) -> dict[str, Any]:
    return {**GOOD, "broker": {**GOOD["broker"], **changes}}


def test_what_is_not_said_has_a_default() -> None:
    checked = config.check(GOOD)
    assert checked["state_folder"] == ".", "where the firmware keeps what it must not forget"

    assert (checked["broker"]["port"], checked["broker"]["keepalive_s"]) == (1883, 10)
    assert (checked["sealed"], checked["version"], checked["outbox_events"]) == (False, 0, 4096)


def test_nobody_without_the_key_knows_what_a_node_calls_itself_at_the_broker() -> None:
    name, secret = config.check(GOOD)["broker"]["client_id"].rsplit("-", 1)
    other = config.check({**GOOD, "key": "01" * 32})["broker"]["client_id"]

    expected = hmac.new(bytes(32), b"ebs-client-id", hashlib.sha256).hexdigest()[:24]
    assert (name, secret) == ("node-1", expected)
    assert other.startswith("node-1-")
    assert not other.endswith(secret)
    assert config.check(GOOD)["broker"]["client_id"] == f"node-1-{secret}", "the same after each start"


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        ([], "config.json, config: is not a JSON object"),
        ({**GOOD, "device": "a/b"}, "config.json, device: must be 1 to 64 letters"),
        ({**GOOD, "device": ""}, "config.json, device: must be"),
        ({**GOOD, "key": "0" * 63}, "config.json, key: must be 64 hexadecimal digits"),
        ({**GOOD, "key": "g" * 64}, "config.json, key: must be 64 hexadecimal digits"),
        ({**GOOD, "broker": "x"}, "config.json, broker: must be an object"),
        (with_broker(password=""), "config.json, broker.password: must be"),
        (with_broker(port=0), "config.json, broker.port: must be"),
        (with_broker(keepalive_s="10"), "config.json, broker.keepalive_s: must be"),
    ],
)
def test_a_mistake_is_named_with_its_place(mistake: object, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        config.check(mistake)


def test_each_boot_has_a_higher_number_and_bits_of_its_own(tmp_path: Path) -> None:
    boots = [boot_name.next_boot(str(tmp_path)) for _ in range(3)]

    assert [name.split("-")[0] for name in boots] == ["1", "2", "3"]
    assert len({name.split("-")[1] for name in boots}) == 3


def test_a_damaged_counter_starts_anew(tmp_path: Path) -> None:
    (tmp_path / "boot").write_text("\x00\x00")

    assert boot_name.next_boot(str(tmp_path)).startswith("1-")


def test_a_log_line_is_json_with_the_five_members() -> None:
    lines: list[str] = []

    class Out:
        def write(self, text: str) -> None:
            lines.append(text)

    Log(Out()).warning("link_lost", {"reason": 'a "quoted" one'}, "node-1.1-00.7")

    line = json.loads(lines[0])
    assert list(line) == ["timestamp", "level", "event", "data", "trace_id"]
    assert (line["level"], line["data"]["reason"], line["trace_id"]) == ("warning", 'a "quoted" one', "node-1.1-00.7")
