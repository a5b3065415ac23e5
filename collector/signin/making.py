"""New keys, as REST and the verbs of `ebs` make them."""

from __future__ import annotations

import secrets
from typing import Final

from collector.access.apikeys import DIGITS, digest, key_text
from collector.access.outputs import LENGTH, PREFIX, OutputKey, check_output
from collector.access.people import ApiKey, User
from collector.access.vocabulary import expand
from collector.errors import BadInput
from collector.texts import cleaned

DAY_MS: Final = 86_400_000


def scopes_of(written: list[str], owner: User) -> frozenset[str]:
    """Return the words of a new key. Raises BadInput for what is none, and for what its owner does not hold."""
    scopes = expand(written)
    if beyond := sorted(scopes - owner.identity.words()):
        raise BadInput("SCOPE_NOT_HELD", f"{owner.name} does not hold {beyond[0]}; a key holds what its owner does")
    return scopes


def new_output(name: str, owner: str, table_id: str, channel: str, now_ms: int) -> tuple[OutputKey, str]:
    """Return a new output, and the text of its key, which is kept nowhere. Raises BadInput for what cannot be one."""
    check_output(name, table_id, channel)
    text = PREFIX + "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
    return OutputKey(name, owner, digest(text), table_id, channel, now_ms), text


def new_key(name: str, owner: str, scopes: frozenset[str], now_ms: int, days: int) -> tuple[ApiKey, str]:
    """Return a new key, and its text, which is kept nowhere. days: how long it holds."""
    text = key_text(secrets.randbits(192))
    key_id = f"k_{secrets.token_hex(6)}"
    return ApiKey(key_id, cleaned(name), owner, digest(text), scopes, now_ms, now_ms + days * DAY_MS), text
