"""What a node does that hears nothing from its broker for long. Loaded for that.

The radio may have given up without a word, so it is told to join again each time. At last the node begins a new boot,
which heals what no retry does: sooner if it is in no network, later if only the broker is away. Its readings are on the
flash by then. A node that could not keep them does not restart while it holds some.
"""

import asyncio

from micropython import const

_UNJOINED_MS = const(15 * 60_000)
_ALONE_MS = const(60 * 60_000)


def act(node, for_ms, log):
    """Join the network again, or at last restart; `for_ms`: since when nothing was heard."""
    joined = node.rejoin() if node.rejoin else True
    log.warning("unheard", {"for_ms": for_ms, "network": joined})
    kept = node.outbox.store or not node.outbox.depth()
    if for_ms >= (_ALONE_MS if joined else _UNJOINED_MS) and kept:
        asyncio.create_task(_begin_anew(node))  # noqa: RUF006 - MicroPython keeps its tasks


async def _begin_anew(node):
    await node.save()
    node.restart()
