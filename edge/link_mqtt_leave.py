"""The end of an MQTT connection that is meant: DISCONNECT (MQTT 3.1.1, 3.14). Loaded for a restart."""

from micropython import const

from edge import OUT
from edge.link_mqtt import publish_packet

_DISCONNECT = const(b"\xe0\x00")


def leave(client, topic, payload):
    """End the connection in order. The broker then forgets the will, so the message of the will is sent before."""
    if client.up and not client._dirty:  # noqa: SLF001 - what belongs to a client and is rarely needed
        for piece in publish_packet(topic, [payload], 0, True, 0, OUT):
            client._write(piece)  # noqa: SLF001
        client._write(_DISCONNECT)  # noqa: SLF001
