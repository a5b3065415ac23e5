"""What this process knows of people, keys and sessions: the app store in memory, at most a quarter of a second old.

Every request is judged by it, so that what was revoked anywhere is out within a second. When the store cannot be read
for five seconds nothing here counts any more: nobody knows what was revoked meanwhile.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from collector.access.outputs import OutputKey
from collector.access.people import ApiKey, News, Session, User
from collector.errors import AppStoreError
from collector.logs import log_event, logger_of
from collector.ports import People

log = logger_of(__name__)
LOOK_S: Final = 0.2
AGAIN_S: Final = 0.05
"""Between two looks for whoever is not known yet."""
LOOK_AGAIN_S: Final = 1.0
"""How long somebody is kept waiting by a store that hangs."""
STALE_S: Final = 5.0
TIDY_S: Final = 600.0
TOUCH_S: Final = 60.0
IDLE_MS: Final = 30 * 60_000
"""An admin's session ends when nothing was asked by it for so long."""

T = TypeVar("T")


class Register:
    """People, keys and sessions by what they show. Run `run` as a task; read it from the event loop only.

    keeps: whether it also writes when keys and sessions were used, and what is over out of the store.
    """

    def __init__(
        self,
        store: People,
        now_ms: Callable[[], int],
        monotonic: Callable[[], float] = time.monotonic,
        *,
        keeps: bool = True,
    ) -> None:
        self.store = store
        self._now_ms = now_ms
        self._monotonic = monotonic
        self._keeps = keeps
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="appstore")
        self._one = asyncio.Lock()
        self._cursor = 0
        self._read_at = -STALE_S
        self._failing = False
        self._again: asyncio.Future[None] | None = None
        self._again_at = 0.0
        self.users: dict[str, User] = {}
        self._keys: dict[str, ApiKey] = {}
        self._sessions: dict[str, Session] = {}
        self.outputs: dict[str, OutputKey] = {}
        self._key_by_digest: dict[str, str] = {}
        self._session_by_digest: dict[str, str] = {}
        self._revoked: set[str] = set()
        self._used: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    async def do(self, work: Callable[[], T]) -> T:
        """Return what `work` does with the store, on a thread, and take in what it changed."""
        found = await self.ask(work)
        await self.look()
        return found

    async def ask(self, work: Callable[[], T]) -> T:
        """Return what `work` reads from the store, on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def look(self) -> None:
        """Take in what has changed. Raises AppStoreError."""
        async with self._one:
            began = self._monotonic()
            cursor = self._cursor
            self._take(await self.ask(lambda: self.store.news(cursor)))
            self._read_at = began

    async def catch_up(self) -> None:
        """Look once more, for somebody who has come in at another process a moment ago.

        All who ask until that look begins share it, and there are at most `1 / AGAIN_S` in a second: whoever tries
        keys without end costs no more. Where the store does not answer, what is known stays.
        """
        if self._again is None:
            self._again = asyncio.ensure_future(self._look_again())
        await asyncio.shield(self._again)

    async def _look_again(self) -> None:
        await asyncio.sleep(max(0.0, self._again_at - self._monotonic()))
        self._again = None  # whoever asks from here on may ask for something younger
        self._again_at = self._monotonic() + AGAIN_S
        with suppress(AppStoreError, TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self.look()

    @property
    def age(self) -> float:
        """Seconds since the store was read."""
        return self._monotonic() - self._read_at

    @property
    def holds(self) -> bool:
        """Whether what is known here is recent enough to let anybody in on it."""
        return self.age < STALE_S

    async def run(self) -> None:
        """Look for changes, note uses, and tidy up, for ever."""
        touch_at = tidy_at = self._monotonic()
        while True:
            try:
                await self.look()
                if (now := self._monotonic()) >= touch_at:
                    touch_at = now + TOUCH_S
                    await self._touch()
                if now >= tidy_at:
                    tidy_at = now + TIDY_S
                    if self._keeps:
                        await self.ask(lambda: self.store.tidy(self._now_ms()))
                    self._cursor = 0  # read it whole: what is over goes from here too
                if self._failing:
                    log_event(log, "INFO", "app_store_answers")
                self._failing = False
            except AppStoreError as error:
                if not self._failing:
                    log_event(log, "ERROR", "app_store_unavailable", error=error)
                self._failing = True
            await asyncio.sleep(LOOK_S)

    def close(self) -> None:
        """End its threads."""
        self._threads.shutdown(wait=True)

    def key(self, digest: str) -> tuple[ApiKey, User] | None:
        """Return a key that lives, with its owner, and note its use."""
        key, now = self._keys.get(self._key_by_digest.get(digest, "")), self._now_ms()
        owner = self.users.get(key.owner) if key else None
        if key is None or owner is None or owner.disabled or key.revoked_at or key.expires_at <= now:
            return None
        self._used[key.id] = now
        return key, owner

    def session(self, digest: str) -> tuple[Session, User] | None:
        """Return a session that lives, with its person, and note that it was seen."""
        session, now = self._sessions.get(self._session_by_digest.get(digest, "")), self._now_ms()
        user = self.users.get(session.user) if session else None
        if session is None or user is None or user.disabled:
            return None
        idle = user.is_admin and session.seen_at + IDLE_MS <= now
        if session.generation != user.generation or session.expires_at <= now or idle:
            return None
        self._seen[session.id] = now
        self._sessions[session.id] = session = replace(session, seen_at=now)
        return session, user

    def person(self, name: str, version: int, family: str) -> User | None:
        """Return whom a token names, if it holds still. version: the generation in it. family: of its refresh."""
        user = self.users.get(name)
        if user is None or user.disabled or user.generation != version or family in self._revoked:
            return None
        return user

    def sessions_of(self, name: str) -> list[Session]:
        """Return the sessions of a person that live, the newest first."""
        user, now = self.users.get(name), self._now_ms()
        found = [each for each in self._sessions.values() if each.user == name and each.expires_at > now]
        found = [each for each in found if user and each.generation == user.generation]
        return sorted(found, key=lambda each: each.created_at, reverse=True)

    def has_session(self, session_id: str) -> bool:
        """Return whether a session lives."""
        session = self._sessions.get(session_id)
        user = self.users.get(session.user) if session else None
        if session is None or user is None or user.disabled:
            return False
        return session.generation == user.generation and session.expires_at > self._now_ms()

    def output_by(self, digest: str) -> OutputKey | None:
        """Return the output of a key."""
        return next((each for each in self.outputs.values() if each.digest == digest), None)

    def all_keys(self) -> list[ApiKey]:
        """Return every key, the newest first."""
        used = [replace(key, last_used=self._used.get(key.id, key.last_used)) for key in self._keys.values()]
        return sorted(used, key=lambda key: (-key.created_at, key.id))

    def _take(self, news: News) -> None:
        if news.whole:
            self.users, self._keys, self._sessions, self.outputs, self._revoked = {}, {}, {}, {}, set()
        for kind, about in news.gone:
            if kind == "user":
                self.users.pop(about, None)
            elif kind == "key":
                self._keys.pop(about, None)
            elif kind == "session":
                self._sessions.pop(about, None)
            elif kind == "output":
                self.outputs.pop(about, None)
        self.users.update(news.users)
        self._keys.update(news.keys)
        self._sessions.update(news.sessions)
        self.outputs.update(news.outputs)
        self._revoked |= news.revoked
        self._cursor = news.cursor
        if news.whole or news.gone:
            self._key_by_digest = {key.digest: key.id for key in self._keys.values()}
            self._session_by_digest = {each.digest: each.id for each in self._sessions.values()}

    async def _touch(self) -> None:
        """Write when keys and sessions were used: once a minute, since nobody waits for it."""
        used, self._used = self._used, {}
        seen, self._seen = self._seen, {}
        if self._keeps and (used or seen):
            for key_id, at in used.items():
                if key_id in self._keys:
                    self._keys[key_id] = replace(self._keys[key_id], last_used=at)
            await self.ask(lambda: self.store.touch(used, seen))
