"""Skips an MQTT message that is too large for a node. Loaded when one comes."""

from edge import IN


async def skip(client, reader, begun, length, log):
    """Read past the rest of a message of `length` bytes, and confirm it all the same.

    The buffer holds its beginning; `begun` is (topic, payload so far, packet id) of that. A message that is not
    confirmed would come again with each connection.
    """
    topic, _, pid = begun
    length -= len(IN)
    while length:
        length -= len(await reader.readexactly(min(length, 512)))
    log.warning("message_too_large", {"topic": topic, "limit": len(IN)})
    if pid:
        client.confirm(pid)
