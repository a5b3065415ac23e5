"""Opens a connection to the broker over TLS. Believes servers of one authority, under their own name, and no others.

Loaded for that, and let go once the connection is up. A node that speaks in clear never loads it.
"""

import asyncio

import tls


async def open_tls(options):
    """Return reader and writer. TLS itself comes up with the first bytes that are written.

    Raises OSError without an answer. Whose certificate is refused is a ValueError of the first write.
    """
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED  # type: ignore[attr-defined]
    with open(options["tls"], "rb") as file:
        context.load_verify_locations(file.read())
    host = options["host"]
    streams: tuple = await asyncio.open_connection(host, options["port"], ssl=_Wrapping(context), server_hostname=host)
    return streams


class _Wrapping:
    """Stands for the context: the socket inside is not to be had later, and is to send small packets at once."""

    def __init__(self, context):
        self._context = context

    def wrap_socket(self, line, server_hostname=None, do_handshake_on_connect=False):
        """Return a socket of TLS."""
        try:
            line.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY
        except (AttributeError, OSError):
            pass  # slower, not wrong
        return self._context.wrap_socket(
            line, server_hostname=server_hostname, do_handshake_on_connect=do_handshake_on_connect
        )
