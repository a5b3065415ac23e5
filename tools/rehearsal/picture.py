"""The output that `ebs run` has for its own table, its grant to hear that live, and the person who may sign in first.

The key of an output is told once, and its hash kept. `ebs run` tells the same address at every start, so that what was
pasted goes on: it keeps the text in a file of its owner's, and makes another when that output was revoked.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from collector.access.apikeys import digest
from collector.access.live import LIVE, LONGEST_MS, output_holder
from collector.access.people import ADMIN
from collector.appstore import AppStore
from collector.signin.first import FILE as FIRST_PASSWORD
from collector.signin.making import new_output
from collector.spool import asked
from collector.system import now_ms, read_private, write_private
from collector.wire.live_requests import GrantLive

KEY: Final = "picture-key"
NAME: Final = "picture"
_BY: Final = "system:run"
_DAY_S: Final = 86_400.0
_AGAIN_S: Final = 2.0
_ANSWER_S: Final = 20.0


async def keep_live(folder: Path, table_id: str, say: Callable[[str], None]) -> None:
    """Have the output of a table hear it live, until cancelled. The table is open. A grant is as long as one may be."""
    while True:
        until = now_ms() + LONGEST_MS - 60_000
        name, to = f"live-{secrets.token_hex(8)}", output_holder(NAME)
        grant = GrantLive(id=name, table_id=table_id, to=to, until=until, sudo_user="", rehearsal=True)
        answer = await asked(folder, grant, _ANSWER_S)
        if answer and not answer.error:
            await asyncio.sleep(_DAY_S)
        else:
            say(f"the overlay waits for its grant: {answer.error.message if answer and answer.error else 'no answer'}")
            await asyncio.sleep(_AGAIN_S)


def overlay_path(folder: Path, table_id: str) -> str:
    """Return the path of the overlay of a table, with the key of its output. folder: of the data; people are known."""
    store, path = AppStore(f"sqlite:///{folder}/app.db"), folder / KEY
    try:
        key = _kept(store, path) or _made(store, path, table_id)
    finally:
        store.close()
    return f"/overlay/?table={table_id}#{key}"


def first_password(folder: Path) -> str | None:
    """Return the password that the first admin has still, None once it was changed."""
    path = folder / FIRST_PASSWORD
    return read_private(path, "set another password").strip() if path.exists() else None


def _kept(store: AppStore, path: Path) -> str | None:
    if not path.exists():
        return None
    text = read_private(path, "remove it, and another is made").strip()
    known = store.outputs().get(NAME)
    return text if known and known.digest == digest(text) and known.channel == LIVE else None


def _made(store: AppStore, path: Path, table_id: str) -> str:
    people = store.users()
    owner = ADMIN if ADMIN in people else min(people)
    output, text = new_output(NAME, owner, table_id, LIVE, now_ms())
    if NAME in store.outputs():  # its key is lost
        store.revoke_output(NAME, _BY, now_ms())
    write_private(path, f"{text}\n")
    store.add_output(output, _BY)
    return text
