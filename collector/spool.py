"""Requests of this machine: files of the data folder, which its owner alone enters. No broker, no HTTP, no socket.

Whoever asks writes a file, mode 0600, and waits for the one that the collector writes beside it. A request that comes
while the collector is stopped waits for it. The owner of a file is whose request it is: the system says it, and no
member of the file does.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from pydantic import ValidationError

from collector.access.grants import Identity
from collector.access.live import LIVE, output_in
from collector.access.outputs import OutputKey
from collector.errors import CollectorError, Refused, SettingsError
from collector.logs import log_event, logger_of
from collector.pipeline.deciding import OnMachine
from collector.secrecy import describe
from collector.system import read_private, user_name, write_private
from collector.wire.live_requests import LARGEST, GrantLive, LiveAnswer, Request, decode, encode
from collector.wire.replies import Refusal

log = logger_of(__name__)
FOLDER: Final = "requests"
"""In the data folder."""
LOOK_S: Final = 0.2
_POLL_S: Final = 0.05
ANSWER_S: Final = 10.0
MOST: Final = 100
"""Requests of one look; the others wait for the next."""
KEPT_S: Final = 3600.0
"""An answer that nobody has fetched is deleted."""
_REQUEST: Final = ".request"
_ANSWER: Final = ".answer"
_UNREADY: Final = ".new"
_NAME: Final = re.compile(r"[0-9a-f]{16}")


class Known(Protocol):
    """What the app store says of people and outputs now."""

    @property
    def fresh(self) -> bool:
        """Whether what is known is recent. Until it is, requests wait."""

    def person(self, name: str) -> tuple[Identity, int] | None:
        """Return what somebody may do; None for nobody who may sign in."""

    def output(self, output: str) -> OutputKey | None:
        """Return an output; None where there is none, or it was revoked."""

    async def catch_up(self) -> None:
        """Take in what was written until now."""


class Spool:
    """Run `run` as a task of the collector. take: has a request decided."""

    def __init__(self, data: Path, known: Known, take: Callable[[OnMachine], None]) -> None:
        self._folder = data / FOLDER
        self._known = known
        self._take = take

    async def run(self) -> None:
        """Answer what is asked, the oldest first, until cancelled."""
        tidy_at = 0.0
        while True:
            try:
                if time.monotonic() >= tidy_at:
                    tidy_at = time.monotonic() + KEPT_S
                    await asyncio.to_thread(self._tidy)
                if waiting := self._waiting():
                    await self._known.catch_up()
                    for path in waiting if self._known.fresh else ():
                        await self._answer(path)
            except (OSError, CollectorError) as error:
                log_event(log, "ERROR", "requests_unreadable", error=error)
            await asyncio.sleep(LOOK_S)

    def _waiting(self) -> list[Path]:
        try:
            found = [path for path in self._folder.iterdir() if path.suffix == _REQUEST and _NAME.fullmatch(path.stem)]
        except FileNotFoundError:
            return []
        return sorted(found, key=_written)[:MOST]

    async def _answer(self, path: Path) -> None:
        answer = LiveAnswer(id=path.stem, accepted=False)
        try:
            by, request = _read(path)
            answer = await self._decided(request, by)
        except (Refused, OSError) as error:
            code, said = ("BAD_REQUEST", str(error)) if isinstance(error, OSError) else (error.code, error.message)
            answer = LiveAnswer(id=path.stem, accepted=False, error=Refusal(code=code, message=said))
        log_event(log, "INFO", "request_answered", accepted=answer.accepted, code=answer.error and answer.error.code)
        await asyncio.to_thread(_tell, path, answer)

    async def _decided(self, request: Request, by: str) -> LiveAnswer:
        """Return the answer, once what it says is in the log."""
        key = _key_of(self._known, request) if isinstance(request, GrantLive) else ""
        answered: asyncio.Future[LiveAnswer] = asyncio.get_running_loop().create_future()

        def tell(answer: LiveAnswer) -> None:
            if not answered.done():
                answered.set_result(answer)

        self._take(OnMachine(request, by, key, tell))
        try:
            async with asyncio.timeout(ANSWER_S):
                return await answered
        except TimeoutError as error:
            raise Refused("NO_ANSWER", "the collector did not come to it; look at its log, and ask again") from error

    def _tidy(self) -> None:
        if self._folder.is_symlink():
            raise SettingsError(f"{self._folder} is a link; remove it")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._folder.glob(f"*{_ANSWER}"):
            if _written(path) < time.time() - KEPT_S:
                path.unlink(missing_ok=True)


def ask(data: Path, request: Request, wait_s: float) -> LiveAnswer | None:
    """Ask the collector of a data folder. Blocks until it has answered.

    None where it has not within `wait_s` seconds: it is stopped, and takes the request in when it starts. Raises
    OSError where the folder is somebody else's, and SettingsError.
    """
    place, until = hand_in(data, request), time.monotonic() + wait_s
    while (found := answer_at(place)) is None and time.monotonic() < until:
        time.sleep(_POLL_S)
    return found


async def asked(data: Path, request: Request, wait_s: float) -> LiveAnswer | None:
    """Ask as `ask` does. Whoever waits can be cancelled."""
    place = await asyncio.to_thread(hand_in, data, request)
    until = time.monotonic() + wait_s
    while True:
        found = answer_at(place)
        if found or time.monotonic() > until:
            return found
        await asyncio.sleep(_POLL_S)


def hand_in(data: Path, request: Request) -> Path:
    """Lay a request where the collector of a data folder finds it; return where its answer will be. Raises as `ask`."""
    folder = data / FOLDER
    path = folder / f"{secrets.token_hex(8)}{_REQUEST}"
    beside = path.with_suffix(_UNREADY)
    write_private(beside, encode(request))
    owner = data.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for made in (folder, beside):
            os.chown(made, owner.st_uid, owner.st_gid)
    beside.replace(path)  # a collector of that user never finds one that it may not read
    return path.with_suffix(_ANSWER)


def answer_at(place: Path) -> LiveAnswer | None:
    """Take the answer to a request away, and return it; None where there is none yet."""
    if not place.exists():
        return None
    found = LiveAnswer.model_validate_json(read_private(place, "ask again"))
    place.unlink(missing_ok=True)
    return found


def _read(path: Path) -> tuple[str, Request]:
    """Return who asks, and for what. Raises Refused, OSError."""
    status = path.lstat()
    if status.st_uid not in {os.geteuid(), 0}:
        raise Refused("BAD_REQUEST", f"{path.name} belongs to another user; ask as the collector's user")
    if status.st_size > LARGEST:
        raise Refused("BAD_REQUEST", f"{path.name} has {status.st_size} bytes, and at most {LARGEST} are read")
    try:
        return f"system:{user_name(status.st_uid)}", decode(read_private(path, "ask again"))
    except ValidationError as error:
        raise Refused("BAD_REQUEST", f"{path.name} is no request: {describe(error)}") from error
    except (ValueError, SettingsError) as error:
        raise Refused("BAD_REQUEST", f"{path.name}: {error}") from error


def _tell(path: Path, answer: LiveAnswer) -> None:
    """Answer a request, then take it away: an answer that a power cut takes away is given again."""
    write_private(path.with_suffix(_ANSWER), encode(answer))
    path.unlink(missing_ok=True)


def _key_of(known: Known, request: GrantLive) -> str:
    """Return the digest of the key of the output that a grant is to, "" for a person. Raises Refused."""
    name = output_in(request.to)
    if name is None:
        if known.person(request.to) is None:
            message = f"there is nobody {request.to} who may sign in; `ebs users list` shows everybody"
            raise Refused("USER_NOT_FOUND", message)
        return ""
    output = known.output(name)
    if output is None:
        raise Refused("NO_OUTPUT", f"there is no output {name}; `ebs outputs list` shows them")
    if (output.channel, output.table_id) != (LIVE, request.table_id):
        shows = f"{output.channel} of table {output.table_id}"
        message = f"output {name} shows {shows}; add one with `--channel live --table {request.table_id}`"
        raise Refused("NO_OUTPUT", message)
    return output.digest


def _written(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return 0.0
