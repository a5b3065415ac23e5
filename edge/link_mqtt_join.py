"""The start of an MQTT connection: the socket, CONNECT and SUBSCRIBE, and the broker's answers (MQTT 3.1.1, chapter 3).

Loaded for that, and let go once the connection is up.
"""

import asyncio

from micropython import const

from edge import forget
from edge.errors import LinkRefused

_TIMEOUT_S = const(5)
_CONNACK = const(0x20)
_SUBACK = const(0x90)
_SUBACK_REFUSED = const(0x80)
_CLEAN_SESSION = const(0x02)
_WILL = const(0x04)
_WILL_QOS_1 = const(0x08)
_WILL_RETAIN = const(0x20)
_PASSWORD = const(0x40)
_USERNAME = const(0x80)


async def opened(options):
    """Open a connection, in clear or over TLS; return its reader and writer. Raises OSError without an answer."""
    if "tls" in options:
        from edge.link_mqtt_tls import open_tls

        opening = open_tls(options)
        forget("edge.link_mqtt_tls")
    else:
        opening = asyncio.open_connection(options["host"], options["port"])
    streams: tuple = await asyncio.wait_for(opening, _TIMEOUT_S)
    return streams


async def join(client, reader, writer, options, handler):
    """Have the broker take `client` and its subscriptions; raise LinkRefused if it does not.

    Return whether the broker still had the session of the connection before.
    """
    _disable_nagle(writer)
    packet = connect_packet(options, handler.will())
    try:
        writer.write(packet)
        await asyncio.wait_for(writer.drain(), _TIMEOUT_S)
    except ValueError as error:  # of TLS, which comes up with the first bytes
        raise LinkRefused("the broker's certificate is refused: " + str(error).strip()) from error
    present: bool = await asyncio.wait_for(_accepted(client, reader), _TIMEOUT_S)
    pid, subscriptions = client.next_pid(), handler.subscriptions()
    writer.write(subscribe_packet(pid, subscriptions))
    await asyncio.wait_for(_subscribed(client, reader, pid, len(subscriptions)), _TIMEOUT_S)
    return present


async def _accepted(client, reader):
    kind, body = await client.packet(reader)
    if kind != _CONNACK or len(body) != 2 or body[0] > 1:  # noqa: PLR2004 - 3.2
        raise LinkRefused("what listens there does not speak MQTT; check host and port")
    if body[1]:
        raise LinkRefused("the broker refused the connection, code %d; check user name and password" % body[1])
    return bool(body[0])


async def _subscribed(client, reader, pid, count):
    while True:
        kind, body = await client.packet(reader)
        if kind == _SUBACK:
            if len(body) != 2 + count or body[0] << 8 | body[1] != pid:
                raise LinkRefused("the broker answered a subscription that was not made")
            if _SUBACK_REFUSED in bytes(body[2:]):
                raise LinkRefused("the broker refused a subscription; check its access list")
            return
        client.take(kind, body)


def _disable_nagle(writer):
    """Send small packets at once. Ports without the option are slower, not wrong."""
    try:
        writer.s.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY; CPython's asyncio does it by itself
    except (AttributeError, OSError):
        pass


def _string(value):
    if isinstance(value, str):
        value = value.encode()
    return len(value).to_bytes(2, "big") + value


def _packet(kind, body):
    length = len(body)
    head = bytearray([kind])
    while True:
        byte = length & 0x7F
        length >>= 7
        head.append(byte | 0x80 if length else byte)
        if not length:
            return bytes(head) + body


def connect_packet(options, will):
    """Return CONNECT with a retained QoS 1 will, as (topic, payload)."""
    flags = _WILL | _WILL_QOS_1 | _WILL_RETAIN | _USERNAME | _PASSWORD
    if options["clean"]:
        flags |= _CLEAN_SESSION
    body = _string("MQTT") + bytes([4, flags]) + options["keepalive_s"].to_bytes(2, "big")
    for part in (options["client_id"], will[0], will[1], options["username"], options["password"]):
        body += _string(part)
    return _packet(0x10, body)


def subscribe_packet(pid, subscriptions):
    """Return SUBSCRIBE for (topic, qos) pairs."""
    body = pid.to_bytes(2, "big")
    for topic, qos in subscriptions:
        body += _string(topic) + bytes([qos])
    return _packet(0x82, body)
