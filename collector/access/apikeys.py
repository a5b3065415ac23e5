"""The text of an API key: `ebs_api_` and 32 of [0-9A-Za-z], the last six a checksum. Pure: chance comes from outside.

The checksum tells a typing error from a key that is unknown, and lets scanners of secrets find keys in files.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import Final

PREFIX: Final = "ebs_api_"
RANDOM: Final = 26
"""Characters that are chance: 154 bits."""
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK: Final = 6
_FORM: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + _CHECK}}}")


def key_text(number: int) -> str:
    """Return the key of a random number of at least 160 bits.

    >>> key_text(0)[-32:-6], is_key(key_text(0))
    ('00000000000000000000000000', True)
    """
    drawn = _base62(number % 62**RANDOM, RANDOM)
    return PREFIX + drawn + _checksum(drawn)


def is_key(text: str) -> bool:
    """Return whether a text has the form of a key, and the checksum is right."""
    return bool(_FORM.fullmatch(text)) and text[-_CHECK:] == _checksum(text[len(PREFIX) : -_CHECK])


def digest(secret: str) -> str:
    """Return what is kept of a key, a cookie or a code: SHA-256, in hex. They are chance, so one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(drawn: str) -> str:
    return _base62(zlib.crc32(f"{PREFIX}{drawn}".encode()), _CHECK)


def _base62(number: int, width: int) -> str:
    found = ""
    for _ in range(width):
        number, rest = divmod(number, 62)
        found = DIGITS[rest] + found
    return found
