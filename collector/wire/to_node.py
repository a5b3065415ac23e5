"""Messages to a node, made to fit: a chip has one small buffer, and skips larger messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collector.canonical import canonical
from collector.errors import Refused
from collector.wire.device import MAC_BYTES
from collector.wire.topics import topic

TAKES = 1024
"""Bytes of a packet that a node takes in: `edge.IN`."""
_HEAD = 4
"""Bytes of an MQTT packet besides topic and payload: the length of the topic, and the number of the packet."""


def command(device: str, command_id: str, boot: str, action: str, fields: dict[str, object]) -> bytes:
    """Return a command, to be signed; raise Refused if the node would skip it, and so could not answer."""
    content = {"v": 1, "id": command_id, "boot": boot, "type": action, **fields}
    try:
        unsigned = canonical(content)
    except (TypeError, ValueError) as error:
        raise Refused("BAD_CONFIGURATION", "a node's settings hold no fractions; write a whole number") from error
    over = len(unsigned) - _room(device, "command")
    if over > 0:
        problem = f"this is {over} bytes larger than node {device} has room for"
        raise Refused("BAD_CONFIGURATION", f"{problem}; give only what is to change, in two commands if need be")
    return unsigned


def acks(device: str, boot: str, log_id: str, through: Sequence[tuple[str, int]]) -> Iterator[bytes]:
    """Yield acknowledgements, to be signed, each with as many of the (origin, through) pairs as the node has room for.

    Without any pair, one acknowledgement is made all the same: it names the log.
    """
    left = [{"origin": origin, "through": number} for origin, number in through]
    while True:
        count = len(left)
        while True:
            unsigned = canonical({"v": 1, "boot": boot, "log_id": log_id, "acks": left[:count]})
            if count <= 1 or len(unsigned) <= _room(device, "ack"):
                break
            count -= 1
        yield unsigned
        left = left[count:]
        if not left:
            return


def _room(device: str, kind: str) -> int:
    """Return how many bytes an unsigned message may have."""
    return TAKES - _HEAD - len(topic("dev", device, kind)) - MAC_BYTES
