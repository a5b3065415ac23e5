"""Readers of REST, a process of their own: `python -m tools.bench.session_readers URL COUNT`.

Each asks for the page again and again. A line is printed with the first page. They end when their input does, and then
print how many pages they got.
"""

from __future__ import annotations

import sys
import threading
import urllib.request

from collector.system import give_way
from tools.bench.access_client import CLIENT_NICE


def main() -> None:
    """Read until the input ends. Readers stand for other machines: what is measured has the processors first."""
    give_way(CLIENT_NICE)
    url, count = sys.argv[1], int(sys.argv[2])
    pages: list[int] = []
    over, first = threading.Event(), threading.Event()

    def read() -> None:
        while not over.is_set():
            with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own address
                pages.append(len(answer.read()))
            first.set()

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    first.wait()
    print("reading", flush=True)
    sys.stdin.readline()
    over.set()
    for thread in threads:
        thread.join()
    print(len(pages))


if __name__ == "__main__":
    main()
