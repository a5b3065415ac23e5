"""The venue's broker configuration, as it stands in mosquitto/, in a real mosquitto on other ports."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from collector.system import free_port

ROOT = Path(__file__).resolve().parents[2]
USERS = ("collector", "node-a1b2c3", "web", "programme", "operator-1", "public")
PLACES = f"{os.environ['PATH']}:{Path(sys.executable).parent}:/usr/local/sbin:/usr/sbin:/opt/homebrew/sbin"
MOSQUITTO = shutil.which("mosquitto", path=PLACES)
MOSQUITTO_PASSWD = shutil.which("mosquitto_passwd", path=PLACES)
ACL = (ROOT / "mosquitto" / "acl.example").read_text()

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(not MOSQUITTO or not shutil.which("openssl"), reason="mosquitto and openssl are needed"),
]


class Venue:
    """A broker with the venue's configuration; the password of each user is its name."""

    def __init__(self, folder: Path) -> None:
        self.tls, self.websocket = free_port(), free_port()
        certificate, key = folder / "broker.crt", folder / "broker.key"
        request = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 2"
        )
        subprocess.run(
            [*request.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
        )
        for made in (certificate, key):
            shutil.copy(made, made.with_stem("pages"))
        passwords = folder / "ebs.passwords"
        passwords.write_text("".join(f"{user}:{user}\n" for user in USERS))
        subprocess.run([str(MOSQUITTO_PASSWD), "-U", str(passwords)], check=True, capture_output=True)
        (folder / "ebs.acl").write_text(ACL)
        text = (ROOT / "mosquitto" / "venue.conf").read_text()
        for old, new in (
            ("/etc/mosquitto/certs/", f"{folder}/"),
            ("/etc/mosquitto/", f"{folder}/"),
            ("listener 8883 192.0.2.10", f"listener {self.tls} 127.0.0.1"),
            ("listener 8884 192.0.2.10", f"listener {self.websocket} 127.0.0.1"),
        ):
            assert old in text
            text = text.replace(old, new)
        for file in folder.iterdir():
            file.chmod(0o644)  # started by root, mosquitto reads them as another user
        config = folder / "venue.conf"
        config.write_text(f"{text}\nuser root\n")
        self.process = subprocess.Popen([str(MOSQUITTO), "-c", str(config)], stderr=subprocess.PIPE, text=True)
        self.await_port()

    def await_port(self) -> None:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.websocket)) == 0:
                    return
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.05)
        pytest.fail("mosquitto did not open its ports")

    def client(self, user: str | None, *, websocket: bool = False) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, transport="websockets" if websocket else "tcp")
        client.tls_set(cert_reqs=ssl.CERT_NONE)
        client.tls_insecure_set(True)
        if user:
            client.username_pw_set(user, user)
        client.connect("127.0.0.1", self.websocket if websocket else self.tls)
        client.loop_start()
        return client

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    venue = Venue(tmp_path_factory.mktemp("venue"))
    yield venue
    venue.stop()


def deliveries(venue: Venue, reader: str, topics: list[str], *, websocket: bool = False, writer: str = "") -> set[str]:
    """Return which of `topics` reach `reader` when they are written: by the collector, or by `writer`."""
    got: set[str] = set()
    ready: list[bool] = []
    receiver = venue.client(reader, websocket=websocket)
    receiver.on_message = lambda _c, _u, message: got.add(message.topic)
    receiver.on_subscribe = lambda *_: ready.append(True)
    while not receiver.is_connected():
        time.sleep(0.01)
    receiver.subscribe([(topic, 1) for topic in topics])
    while not ready:
        time.sleep(0.01)
    sender = venue.client(writer or "collector")
    for topic in topics:
        sender.publish(topic, b"{}", qos=1).wait_for_publish(5)
    time.sleep(0.2)
    for client in (receiver, sender):
        client.disconnect()
        client.loop_stop()
    return got


LIVE = ["ebs/v1/table/table_01/live/state", "ebs/v1/table/table_01/live/event"]
PUBLIC = ["ebs/v1/table/table_01/public/state", "ebs/v1/table/table_01/public/event"]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("websocket", [False, True])
def test_hole_cards_reach_programme_only(venue: Venue, user: str, websocket: bool) -> None:
    got = deliveries(venue, user, LIVE, websocket=websocket)

    assert got == (set(LIVE) if user == "programme" else set())


def test_the_public_feed_reaches_the_public_over_websocket(venue: Venue) -> None:
    assert deliveries(venue, "public", PUBLIC, websocket=True) == set(PUBLIC)


def test_nobody_gets_in_without_a_name(venue: Venue) -> None:
    refused: list[object] = []
    client = venue.client(None)
    client.on_connect = lambda _c, _u, _f, reason, _p: refused.append(reason)
    time.sleep(0.3)
    client.loop_stop()

    assert not client.is_connected()


def test_a_node_can_speak_for_itself_only(venue: Venue) -> None:
    own, other = "ebs/v1/dev/node-a1b2c3/event", "ebs/v1/dev/node-ffffff/event"

    assert deliveries(venue, "collector", [own, other], writer="node-a1b2c3") == {own}


def test_an_operator_commands_under_their_own_name_only(venue: Venue) -> None:
    own, other = "ebs/v1/table/table_01/command/operator-1", "ebs/v1/table/table_01/command/operator-2"

    assert deliveries(venue, "collector", [own, other], writer="operator-1") == {own}


def test_the_example_has_no_pattern_lines_and_no_bare_wildcard() -> None:
    lines = [line for line in ACL.splitlines() if line and not line.startswith("#")]

    assert not [line for line in lines if not re.match(r"^(user [a-z0-9-]+|topic (read|write) ebs/v1/[\w/+-]+)$", line)]
