"""Sign-ins that nobody asked for, a process of its own: `python -m tools.bench.access_flood URL NET PER_SECOND`.

Each comes over a connection of its own, from another address of loopback, so that no limit of one address stops it.
Half of them try a name that is known. They come at their pace whatever the answers are, until the input ends. Prints
one JSON object: seconds, and how often each status came; 0 stands for no answer.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

from tools.bench.access_client import addresses, ready

KNOWN: Final = "flooded"
_ANSWER_S: Final = 10.0
_AT_ONCE: Final = 1000
"""Sign-ins that wait for an answer. More would only measure how many files this process may open."""


async def _flood(url: str, net: int, per_second: float, over: threading.Event) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    where = urlsplit(url)
    found: Counter[int] = Counter()
    running: set[asyncio.Task[None]] = set()
    sources = addresses(net)

    async def one(number: int, source: str) -> None:
        name = f"nobody-{number}" if number % 2 else KNOWN
        body = json.dumps({"username": name, "password": f"wrong words {number}"}).encode()
        try:
            async with asyncio.timeout(_ANSWER_S):
                found[await _status(where.hostname or "", where.port or 80, source, body)] += 1
        except (OSError, TimeoutError, ValueError, IndexError):
            found[0] += 1

    began, number = loop.time(), 0
    while not over.is_set():
        if len(running) < _AT_ONCE:
            task = asyncio.create_task(one(number, next(sources)))
            running.add(task)
            task.add_done_callback(running.discard)
        else:
            found[0] += 1
        number += 1
        await asyncio.sleep(max(0.0, began + number / per_second - loop.time()))
    lasted = loop.time() - began
    await asyncio.gather(*running)
    return {"seconds": lasted, "statuses": {str(status): count for status, count in sorted(found.items())}}


async def _status(host: str, port: int, source: str, body: bytes) -> int:
    """Return the status of the answer to one sign-in."""
    reader, writer = await asyncio.open_connection(host, port, local_addr=(source, 0))
    try:
        head = f"POST /api/v1/auth/login HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        line = await reader.readline()
        await reader.read()
        return int(line.split()[1])
    finally:
        writer.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_flood(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), ready()))))
