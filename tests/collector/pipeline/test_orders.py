"""Commands to a node: what it is told, what it would skip, and what the floor hears of one that failed."""

from __future__ import annotations

import pytest

import edge
from collector.wire import device as wire
from collector.wire import to_node
from edge import envelope_notices
from edge.link_mqtt import publish_packet
from tests.collector.pipeline.hall import KEY, Hall, warnings
from tests.collector.table.dealer import BOOT, NODE, Dealer


def test_a_command_to_a_node_names_its_boot_and_waits_for_one_that_was_heard() -> None:
    dealer = Dealer()
    refused = dealer.house(type="command_device", device=NODE, action="identify")
    assert refused.error
    assert refused.error.code == "DEVICE_SILENT"

    dealer.desk.nodes.heard(NODE, BOOT)
    bad = dealer.house(type="command_device", device=NODE, action="configure")
    assert bad.error
    assert bad.error.code == "BAD_CONFIGURATION"
    assert dealer.house(type="command_device", device=NODE, action="identify").accepted
    assert dealer.facts[-1].body["boot"] == BOOT


@pytest.mark.parametrize("value", ["1.5", "NaN"])
def test_a_configuration_with_a_fraction_is_refused_and_breaks_nothing(value: str) -> None:
    dealer = Dealer()
    dealer.desk.nodes.heard(NODE, BOOT)
    config = {"outbox_events": float(value)}
    reply = dealer.house(type="command_device", device=NODE, action="configure", version=1, config=config)

    assert reply.error
    assert (reply.error.code, "fractions" in reply.error.message) == ("BAD_CONFIGURATION", True)


def test_a_configuration_that_a_node_would_skip_is_refused() -> None:
    """The limit is the node's: a packet, with its topic, in the buffer that is there for it."""
    dealer = Dealer()
    dealer.desk.nodes.heard(NODE, BOOT)
    password, packet = "", 0
    while True:
        password += "x"
        config = {"wifi": {"ssid": "hall", "password": password}}
        reply = dealer.house(type="command_device", device=NODE, action="configure", version=1, config=config)
        if not reply.accepted:
            break
        unsigned = to_node.command(NODE, reply.id, BOOT, "configure", {"version": 1, "config": config})
        where, payload = f"ebs/v1/dev/{NODE}/command", wire.sign(unsigned, KEY)
        packet = len(b"".join(map(bytes, publish_packet(where, [payload], 1, False, 1, bytearray(99))))) - 3

    assert packet == len(edge.IN), "the largest that is accepted fills the buffer"
    assert reply.error
    assert reply.error.code == "BAD_CONFIGURATION"
    assert "1 bytes larger than node" in reply.error.message
    assert "x" * 9 not in reply.error.message


async def test_a_command_that_failed_is_told() -> None:
    hall = Hall()
    batch = await hall.event(1, envelope_notices.result_event("c-1", False, "no room"))

    assert warnings(batch) == ["COMMAND_FAILED"]
