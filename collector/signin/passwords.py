"""Passwords as argon2id hashes. One at a time: each takes 19 MiB and some 30 ms, and cards must not wait for it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from collector.errors import BadInput

T = TypeVar("T")
QUEUE: Final = 20
"""How many may wait. One more is asked to come again."""
RETRY_S: Final = 2
REST_S: Final = 0.07
"""Between two that are looked at: some ten in a second. Without it a flood of sign-ins had a processor for itself."""
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class TooBusy(BadInput):
    """More people sign in than can be looked at; come again in `RETRY_S` seconds."""


def hashed(password: str) -> str:
    """Return the argon2id hash of a password. Takes some 30 ms and 19 MiB."""
    return _HASHER.hash(password)


def drawn_password() -> str:
    """Return a random password that can be typed: five groups of five, 123 bits, no 0 and o, 1 and l."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(5))


class Passwords:
    """Looks at passwords, one at a time, off the event loop. Somebody unknown costs as much as somebody known."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._waiting = 0
        self._free_at = 0.0
        self._nobodys = hashed(secrets.token_urlsafe(24))
        self.looked_at = 0

    async def right(self, kept: str | None, given: str) -> bool:
        """Return whether `given` is the password of the hash `kept`; None stands for somebody unknown: never.

        Raises TooBusy.
        """
        if self._waiting > QUEUE:
            raise TooBusy("TOO_BUSY", f"too many people sign in at this moment; try again in {RETRY_S} seconds")
        self._waiting += 1
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._in_turn, lambda: self._verify(self._nobodys if kept is None else kept, given)
            )
        finally:
            self._waiting -= 1
        return found and kept is not None

    async def made(self, password: str) -> str:
        """Return the hash of a new password, in turn with what is looked at. Raises TooBusy."""
        if self._waiting > QUEUE:
            raise TooBusy("TOO_BUSY", f"too many people sign in at this moment; try again in {RETRY_S} seconds")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._in_turn, lambda: hashed(password)
            )
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Finish what is being looked at."""
        self._thread.shutdown(wait=True)

    def _in_turn(self, work: Callable[[], T]) -> T:
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        try:
            return work()
        finally:
            self._free_at = time.monotonic() + REST_S

    def _verify(self, kept: str, given: str) -> bool:
        self.looked_at += 1
        try:
            return _HASHER.verify(kept, given)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
