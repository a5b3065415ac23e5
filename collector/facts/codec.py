"""Bodies of facts to bytes and back. The one place where S0 payloads are encoded, in clear or sealed.

A sealed body is the members that stay in clear, as canonical JSON, a line break, and the others in AES-256-GCM. The
nonce is the position in 96 bits, so a key serves one stream of one run of the collector (facts/seals.py). Bound to it
are stream, position, kind, schema, class, the id of the key, and the members in clear.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.canonical import canonical, compact
from collector.facts.fact import Body, Fact

_NONCE: Final = 12
_LABEL: Final = "ebs/fact/v1"
_BREAK: Final = b"\n"  # JSON escapes it, so the first one ends the members in clear


def encode(body: Body) -> bytes:
    """Return a body in clear as bytes."""
    return canonical(dict(body))


def decode(data: bytes) -> Body:
    """Return the body of `data` in clear. Raises ValueError or TypeError."""
    found = json.loads(data)
    if not isinstance(found, dict):
        raise TypeError("its body is no JSON object")
    return cast("Body", found)


def seal(fact: Fact, key_id: str, cipher: AESGCM, clear: Collection[str]) -> bytes:
    """Return the body of a fact as it is kept under a key. clear: the members that stay readable."""
    head = encode({name: value for name, value in fact.body.items() if name in clear})
    hidden = encode({name: value for name, value in fact.body.items() if name not in clear})
    return head + _BREAK + cipher.encrypt(_nonce(fact.position), hidden, _bound(fact, key_id, head))


def in_clear(sealed: bytes) -> Body:
    """Return the members of a sealed body that need no key. Raises ValueError or TypeError."""
    head, found, _ = sealed.partition(_BREAK)
    if not found:
        raise ValueError("its sealed body is cut short")
    return decode(head)


def opened(fact: Fact, cipher: AESGCM) -> Body:
    """Return the whole body of a sealed fact, whose own body has what is in clear.

    Raises ValueError where it is not what was sealed, there and so.
    """
    head, found, hidden = fact.sealed.partition(_BREAK)
    if not found:
        raise ValueError("its sealed body is cut short")
    try:
        bare = cipher.decrypt(_nonce(fact.position), hidden, _bound(fact, str(fact.key_id), head))
    except InvalidTag:
        raise ValueError("its seal does not hold: the fact was changed, moved, or sealed under another key") from None
    return {**fact.body, **decode(bare)}


def _nonce(position: int) -> bytes:
    return position.to_bytes(_NONCE, "big")


def _bound(fact: Fact, key_id: str, head: bytes) -> bytes:
    where = [_LABEL, fact.stream, fact.position, fact.kind, fact.schema, fact.secrecy.value, key_id]
    return compact(where) + _BREAK + head
