"""Answers to writes that came with an `Idempotency-Key`: the same request gets the same answer, and is done once.

An answer may hold a password or a key that is told once. So it is kept sealed, under a key made of ours and of the
Idempotency-Key. Request and Idempotency-Key are kept as digests under that same key. Whoever has the database alone can
open no answer, and try nothing out.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.access.people import KeptAnswer
from collector.errors import BadInput

LARGEST: Final = 65_536
"""Bytes of an answer that is kept. No write of ours has a larger one."""
_NONCE: Final = 12


class KeyReused(BadInput):
    """An Idempotency-Key that another request had."""


class NotAnswered(BadInput):
    """A request that is being done, or whose answer nobody knows."""


class Kept(Protocol):
    """The part of the app store that keeps answers. Every call raises AppStoreError."""

    def begin_answer(self, principal: str, key: str, digest: str, now: int) -> KeptAnswer | None:
        """Return what is kept of a request; None for a new one, which has begun with this."""

    def keep_answer(self, principal: str, key: str, status: int, answer: str) -> None:
        """Keep the answer of a request that has begun."""

    def forget_answer(self, principal: str, key: str) -> None:
        """Keep nothing of a request: nothing was done, and it may come again."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may come again. principal: who asks. name: of it, in the store; sealed: the key of its answer."""

    principal: str
    name: str
    digest: str
    sealed: bytes


class Answers:
    """Seals and opens answers. secret: ours, of 32 bytes. The store is handed in with each call: it blocks."""

    def __init__(self, secret: bytes, now_ms: Callable[[], int]) -> None:
        self._secret, self._now_ms = secret, now_ms

    def request(self, principal: str, key: str, *what: bytes) -> Repeatable:
        """Return the request of an Idempotency-Key. what: method, path, and body."""
        own = hmac.digest(self._secret, f"{principal}\n{key}".encode(), "sha256")
        whole = b"".join(len(part).to_bytes(8, "big") + part for part in what)
        # The body may hold a password: without our key nobody tries passwords out on its digest.
        digest = hmac.new(own, b"request" + whole, sha256).hexdigest()
        return Repeatable(principal, hmac.new(own, b"name", sha256).hexdigest(), digest, own)

    def begin(self, store: Kept, asked: Repeatable) -> tuple[int, bytes] | None:
        """Return status and body of the answer that a request had; None where it has to be done now.

        Raises KeyReused for another request under the same key, and NotAnswered.
        """
        kept = store.begin_answer(asked.principal, asked.name, asked.digest, self._now_ms())
        if kept is None:
            return None
        if kept.digest != asked.digest:
            message = "this Idempotency-Key came with another request before; use a new one for each request"
            raise KeyReused("IDEMPOTENCY_KEY_REUSED", message)
        opened = self._opened(asked, kept) if kept.status else None
        if opened is None:
            message = "this request is being done, or broke off before its answer; look whether it was done, and use "
            raise NotAnswered("NOT_ANSWERED", message + "a new Idempotency-Key where it was not")
        return kept.status, opened

    def keep(self, store: Kept, asked: Repeatable, status: int, body: bytes) -> None:
        """Keep the answer of a request that was done."""
        if len(body) > LARGEST:
            return  # it stays begun: a repeat is told so
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(asked.sealed).encrypt(nonce, body, _about(asked, status))
        store.keep_answer(asked.principal, asked.name, status, base64.b64encode(nonce + sealed).decode())

    @staticmethod
    def _opened(asked: Repeatable, kept: KeptAnswer) -> bytes | None:
        """Return an answer; None where it is sealed under another key of ours, or was changed."""
        sealed = base64.b64decode(kept.answer)
        try:
            return AESGCM(asked.sealed).decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(asked, kept.status))
        except (InvalidTag, ValueError):
            return None


def _about(asked: Repeatable, status: int) -> bytes:
    return f"{asked.name} {asked.digest} {status}".encode()
