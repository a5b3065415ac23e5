"""Skips an MQTT message that a node has no room for. Loaded when one comes."""

from edge import IN
from edge.link_mqtt import parse_publish


async def skip(client, reader, kind, body, length, log):
    """Read past the rest of a message of `length` bytes, of which the buffer is full, and confirm it all the same.

    Else the broker would bring it again with each connection.
    """
    topic, _, pid = parse_publish(kind, body)
    length -= len(IN)
    while length:
        length -= len(await reader.readexactly(min(length, 512)))
    log.warning("message_too_large", {"topic": topic, "limit": len(IN)})
    if pid:
        client.confirm(pid)
