"""Access tokens: JWT signed with Ed25519, one algorithm, one key, one form. What differs in anything is no token.

The clock is given. The library checks the signature, its header and what it is for; times and types are checked here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from collector.access.people import User
from collector.access.vocabulary import shortened
from collector.canonical import read_json
from collector.errors import BadInput, SettingsError
from collector.system import read_private, write_private

EXPIRES_S: Final = 3600
ISSUER: Final = "ebs"
AUDIENCE: Final = "ebs-api"
TYPE: Final = "at+jwt"
KEY_FILE: Final = "token-key"
_SLACK_S: Final = 5
"""How far the clocks of two web processes may differ."""
_LONGEST: Final = 4096
_CLAIMS: Final = {"sub", "role", "permissions", "exp", "iat", "iss", "aud", "jti", "ver"}
_BYTES: Final = 32


class BadToken(BadInput):
    """A token that is none of ours, or not any more."""

    def __init__(self) -> None:
        super().__init__("INVALID_TOKEN", "the token is not valid, or not any more; sign in again, or use refresh")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. family: of the refresh tokens that it came with."""

    user: str
    version: int
    family: str


def kept_key(folder: Path) -> bytes:
    """Return the signing key of a data folder, made at the first start. Raises SettingsError for one to be seen."""
    path = folder / KEY_FILE
    try:
        found = read_private(path, "remove it: everybody signs in anew").strip()
    except FileNotFoundError:
        made = secrets.token_bytes(_BYTES)
        write_private(path, made.hex() + "\n")
        return made
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; the user of EBS must be able to read it") from error
    try:
        key = bytes.fromhex(found)
    except ValueError:
        key = b""
    if len(key) != _BYTES or len(set(key)) < 8:  # noqa: PLR2004 - 32 random bytes are never so alike
        raise SettingsError(f"{path} holds no key of 32 random bytes in hex; remove it: a new one is made")
    return key


class Tokens:
    """Gives and reads access tokens, and the refresh tokens beside them."""

    def __init__(self, key: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(key)
        self._public = self._private.public_key()
        raw = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._own = {"typ": TYPE, "kid": hashlib.sha256(raw).hexdigest()[:16]}
        self._head = jwt.encode({}, self._private, "EdDSA", self._own).split(".")[0]
        self._secret = hmac.digest(key, b"ebs refresh tokens", "sha256")
        self.for_answers = hmac.digest(key, b"ebs answers", "sha256")

    def access(self, user: User, family: str, number: str, now_ms: int) -> str:
        """Return an access token: the same one for the same arguments. number: tells it from others of its family."""
        now = now_ms // 1000
        claims = {
            "sub": user.name,
            "role": user.role,
            "permissions": shortened(user.identity.words()),
            "iat": now,
            "exp": now + EXPIRES_S,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "jti": f"{family}.{number}",
            "ver": user.generation,
        }
        return jwt.encode(claims, self._private, "EdDSA", self._own)

    def first_refresh(self) -> str:
        """Return the refresh token that a family begins with."""
        return f"ebs_r_{secrets.token_urlsafe(32)}"

    def next_refresh(self, token: str) -> str:
        """Return what comes after a refresh token: told by the token, so that a lost answer can be given again."""
        drawn = hmac.digest(self._secret, token.encode(), "sha256")
        return f"ebs_r_{_encoded(drawn)}"

    def read(self, token: str, now_ms: int) -> Claims:
        """Return what a token of ours says. Raises BadToken."""
        parts = token.split(".")
        # All tokens of ours begin alike: what names another algorithm, key or type is not looked at.
        if len(token) > _LONGEST or len(parts) != 3 or parts[0] != self._head:  # noqa: PLR2004 - the compact form
            raise BadToken
        try:
            if any(_encoded(_decoded(part)) != part for part in parts):
                raise BadToken  # the same bytes in other letters
            claims = self._claims(token)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise BadToken from error
        return _checked(claims, now_ms // 1000)

    def _claims(self, token: str) -> dict[str, Any]:
        options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": sorted(_CLAIMS)}
        found: dict[str, Any] = jwt.decode(
            token, self._public, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER, options=options  # type: ignore[arg-type]
        )  # fmt: skip
        # A name that stands twice in an object is read by each program in its own way.
        if read_json(_decoded(token.split(".")[1])) != found:
            raise ValueError("claims that can be read in two ways")
        return found


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def _checked(claims: dict[str, Any], now: int) -> Claims:
    texts = ("sub", "role", "iss", "aud", "jti")
    numbers = ("iat", "exp", "ver")
    words = claims.get("permissions")
    well_made = (
        claims.keys() == _CLAIMS
        and all(type(claims[name]) is str for name in texts)
        and all(type(claims[name]) is int for name in numbers)
        and isinstance(words, list)
        and all(type(word) is str for word in words)
    )
    if not well_made or (claims["aud"], claims["iss"]) != (AUDIENCE, ISSUER):
        raise BadToken
    if claims["exp"] - claims["iat"] != EXPIRES_S or claims["iat"] > now + _SLACK_S or claims["exp"] <= now:
        raise BadToken
    family, dot, number = claims["jti"].partition(".")
    if not (family and dot and number):
        raise BadToken
    return Claims(claims["sub"], claims["ver"], family)
