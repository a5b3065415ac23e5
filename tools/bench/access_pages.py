"""Pages that come and go, a process of their own: `python -m tools.bench.access_pages URL TABLE PERSON NET COUNT`.

Sessions of eight pages each, one after the other: sign in, a login at the broker for each page, its connection, and the
sign-out, which ends all eight. They come as fast as the gate gives logins, and stop with their input, too.
Prints one JSON object: pages that came and went, and the milliseconds that each waited for its login.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Final

from tools.bench.access_client import Page, Rest, addresses, ready

A_SESSION: Final = 8
"""As many pages as the gate lets one session have."""
_ENDED_S: Final = 10.0


def main() -> None:
    """Come and go, so often as the arguments say or until the input ends."""
    url, table, person, net, count = sys.argv[1:6]
    over = ready()
    waited: list[float] = []
    gone, left, sources = 0, int(count), addresses(int(net))
    while left > 0 and not over.is_set():
        rest = Rest(url, next(sources))
        rest.sign_in(person)
        pages = [_page(rest, table, waited) for _ in range(min(left, A_SESSION))]
        rest.must("POST", "/auth/logout")  # which ends the connections of all of them
        left -= len(pages)
        gone += sum(page.ended.wait(_ENDED_S) for page in pages)
        for page in pages:
            page.close()
    print(json.dumps({"gone": gone, "waited_ms": waited}))


def _page(rest: Rest, table: str, waited: list[float]) -> Page:
    """Get a login and connect with it; note the milliseconds that the login took."""
    began = time.monotonic()
    login = rest.must("POST", "/auth/broker")
    waited.append(1000 * (time.monotonic() - began))
    return Page(login, table)


if __name__ == "__main__":
    main()
