"""The second factor: codes of six digits for half a minute each (TOTP), and recovery codes. Each is taken once."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from typing import Final

import pyotp

from collector.access.apikeys import digest
from collector.access.people import User
from collector.errors import BadInput

STEP_MS: Final = 30_000
_SLACK: Final = (0, -1, 1)
"""Steps beside this one, for clocks that differ."""
RECOVERY_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def new_seed() -> str:
    """Return a seed: 160 random bits in base 32."""
    return pyotp.random_base32()


def address_of(seed: str, name: str, house: str = "EBS") -> str:
    """Return the address that an application for codes takes, as text or as a QR code. It holds the seed."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=house)


def recovery_codes() -> list[str]:
    """Return new recovery codes: four groups of four, 79 bits each."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def with_code_used(user: User, code: str, now_ms: int) -> User:
    """Return a person with a code used up. Raises BadInput, code CODE_WRONG, for one that is wrong or was used."""
    typed = code.strip().replace(" ", "").lower()
    if typed.isascii() and typed.isdigit():
        one_time = pyotp.TOTP(user.seed)
        now = now_ms // STEP_MS
        for step in (now + slack for slack in _SLACK):
            right = hmac.compare_digest(one_time.at(step * STEP_MS // 1000), typed)
            if right and step > user.last_step:
                return replace(user, last_step=step)
    elif (kept := digest(typed)) in user.recovery:
        return replace(user, recovery=tuple(each for each in user.recovery if each != kept))
    raise BadInput("CODE_WRONG", "the code is wrong, or was used before; wait for the next one, and look at the clock")
