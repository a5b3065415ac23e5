"""Access tokens: what is not exactly ours, and of now, is none. The known ways to forge a JWT, each tried."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from collector.access.grants import grant_of
from collector.access.people import User
from collector.errors import SettingsError
from collector.signin.tokens import BadToken, Claims, Tokens, kept_key
from tests.collector.signin.house import KEY, NOW

ANA = User("ana", "operator", (grant_of("operator"),), "hash", NOW)
OURS = Ed25519PrivateKey.from_private_bytes(KEY)
PUBLIC = OURS.public_key()
PEM = PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
RAW = PUBLIC.public_bytes(Encoding.Raw, PublicFormat.Raw)


def tokens() -> Tokens:
    return Tokens(KEY)


def token() -> str:
    return tokens().access(ANA, "f_1", "n1", NOW)


def part(token: str, at: int) -> dict[str, Any]:
    text = token.split(".")[at]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: object, header: dict[str, Any] | None = None, key: Ed25519PrivateKey = OURS) -> str:
    """Return a token with any header and claims, rightly signed by `key`."""
    head = encoded(header) if header is not None else token().split(".")[0]
    body = encoded(claims)
    return f"{head}.{body}.{encoded(key.sign(f'{head}.{body}'.encode()))}"


def test_a_token_has_the_specified_claims_and_ours() -> None:
    claims = part(token(), 1)

    assert claims == {
        "sub": "ana",
        "role": "operator",
        "permissions": ["read:*", "write:actions", "write:tables", "write:players", "write:tags", "write:alerts"],
        "iat": NOW // 1000,
        "exp": NOW // 1000 + 3600,
        "iss": "ebs",
        "aud": "ebs-api",
        "jti": "f_1.n1",
        "ver": 1,
    }
    assert part(token(), 0).keys() == {"alg", "typ", "kid"}
    assert (part(token(), 0)["alg"], part(token(), 0)["typ"]) == ("EdDSA", "at+jwt")


def test_a_token_of_ours_is_read() -> None:
    assert tokens().read(token(), NOW + 3_599_000) == Claims("ana", 1, "f_1")
    assert signed(part(token(), 1)) != ""
    assert tokens().read(signed(part(token(), 1)), NOW) == Claims("ana", 1, "f_1")
    assert token() == token(), "a lost answer can be given again"


HEADERS: list[dict[str, Any]] = [
    {"alg": "none", "typ": "at+jwt"},
    {"alg": "None", "typ": "at+jwt"},
    {"alg": "NONE"},
    {"alg": "", "typ": "at+jwt"},
    {"alg": "HS256", "typ": "at+jwt"},
    {"alg": "ES256", "typ": "at+jwt"},
    {"alg": "Ed25519", "typ": "at+jwt"},
    {"alg": ["EdDSA"], "typ": "at+jwt"},
    {"typ": "at+jwt"},
    {"alg": "EdDSA"},
    {"alg": "EdDSA", "typ": "JWT"},
    {"alg": "EdDSA", "typ": "rt+jwt"},
    {"alg": "EdDSA", "typ": "at+jwt", "kid": "../../../../dev/null"},
    {"alg": "EdDSA", "typ": "at+jwt", "kid": "x' UNION SELECT 'key"},
    {"alg": "EdDSA", "typ": "at+jwt", "kid": 7},
    {"alg": "EdDSA", "typ": "at+jwt", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": encoded(RAW)}},
    {"alg": "EdDSA", "typ": "at+jwt", "jku": "https://elsewhere.example/keys"},
    {"alg": "EdDSA", "typ": "at+jwt", "x5u": "https://elsewhere.example/keys"},
    {"alg": "EdDSA", "typ": "at+jwt", "crit": ["b64"], "b64": False},
    {"alg": "EdDSA", "typ": "at+jwt", "zip": "DEF"},
]


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: json.dumps(header)[:50])
@pytest.mark.parametrize("kid", [True, False])
def test_a_header_that_is_not_ours_to_the_letter_is_none(header: dict[str, Any], kid: bool) -> None:
    ours = part(token(), 0)
    if kid:
        header = {**header, "kid": header.get("kid", ours["kid"])}

    with pytest.raises(BadToken):
        tokens().read(signed(part(token(), 1), header), NOW)
    head, body = encoded(header), encoded(part(token(), 1))
    for signature in ("", encoded(b""), encoded(b"\0" * 64)):
        with pytest.raises(BadToken):
            tokens().read(f"{head}.{body}.{signature}", NOW)


@pytest.mark.parametrize("secret", [PEM, PEM.strip(), b"  " + PEM, RAW, RAW.hex().encode(), b""])
def test_our_public_key_is_no_secret_to_sign_with(secret: bytes) -> None:
    import hashlib  # noqa: PLC0415 - of this attack alone
    import hmac  # noqa: PLC0415

    for header in ({"alg": "HS256", "typ": "at+jwt", "kid": part(token(), 0)["kid"]}, part(token(), 0)):
        head, body = encoded(header), encoded(part(token(), 1))
        mac = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
        with pytest.raises(BadToken):
            tokens().read(f"{head}.{body}.{encoded(mac)}", NOW)


def test_another_key_signs_nothing_of_ours() -> None:
    other = Ed25519PrivateKey.generate()

    with pytest.raises(BadToken):
        tokens().read(signed(part(token(), 1), key=other), NOW)
    with pytest.raises(BadToken):
        tokens().read(Tokens(bytes(range(1, 33))).access(ANA, "f_1", "n1", NOW), NOW)


WRONG: list[tuple[str, Any]] = [
    ("sub", None),
    ("sub", ["ana"]),
    ("sub", 7),
    ("role", None),
    ("permissions", "read:*"),
    ("permissions", [1]),
    ("permissions", {"read:*": True}),
    ("exp", str(NOW // 1000 + 3600)),
    ("exp", float(NOW // 1000 + 3600)),
    ("exp", NOW // 1000 + 360_000),
    ("exp", 10**400),
    ("exp", True),
    ("exp", None),
    ("iat", NOW // 1000 - 3600),
    ("iat", NOW // 1000 + 60),
    ("iat", "now"),
    ("iss", "other"),
    ("iss", ["ebs"]),
    ("iss", None),
    ("aud", "other"),
    ("aud", ["ebs-api"]),
    ("aud", ["ebs-api", "other"]),
    ("aud", None),
    ("aud", "ebs"),
    ("jti", 1),
    ("jti", "f_1"),
    ("jti", "f_1."),
    ("jti", ".n1"),
    ("ver", "1"),
    ("ver", 1.0),
    ("ver", True),
    ("ver", None),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_claim_of_another_type_or_value_makes_it_none(name: str, value: Any) -> None:
    with pytest.raises(BadToken):
        tokens().read(signed({**part(token(), 1), name: value}), NOW)


@pytest.mark.parametrize("name", ["sub", "role", "permissions", "exp", "iat", "iss", "aud", "jti", "ver"])
def test_no_claim_may_be_missing(name: str) -> None:
    claims = part(token(), 1)
    del claims[name]

    with pytest.raises(BadToken):
        tokens().read(signed(claims), NOW)


@pytest.mark.parametrize("claims", [[], "text", 7, None, {}, {"a": 1}])
def test_claims_that_are_no_claims(claims: Any) -> None:
    with pytest.raises(BadToken):
        tokens().read(signed(claims), NOW)


def test_one_claim_more_makes_it_none() -> None:
    for more in ({"nbf": 0}, {"admin": True}, {"scope": "*"}):
        with pytest.raises(BadToken):
            tokens().read(signed({**part(token(), 1), **more}), NOW)


def test_a_name_that_stands_twice_is_no_claim() -> None:
    text = json.dumps(part(token(), 1))
    twice = text[:-1] + ', "sub": "bob"}'

    with pytest.raises(BadToken):
        tokens().read(signed(twice.encode()), NOW)


def test_a_token_holds_for_an_hour_and_not_before() -> None:
    for late in (3_600_000, 3_600_001, 10**12):
        with pytest.raises(BadToken):
            tokens().read(token(), NOW + late)
    with pytest.raises(BadToken):
        tokens().read(token(), NOW - 6_000)
    assert tokens().read(token(), NOW - 5_000)


def test_no_bit_of_a_token_can_be_other_than_it_is() -> None:
    ours, letters = token(), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    taken = []
    for at, letter in enumerate(ours):
        if letter == ".":
            continue
        for bit in range(6):
            other = ours[:at] + letters[letters.index(letter) ^ (1 << bit)] + ours[at + 1 :]
            try:
                tokens().read(other, NOW)
                taken.append(other)
            except BadToken:
                pass

    assert taken == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        "x" * 5000,
        json.dumps({"payload": "e30", "signatures": []}),
        json.dumps({"payload": "e30", "signatures": [], "protected": "e30"}),
        "Bearer x",
        "\0",
        "e30.e30.e30",
        f"{'e30.' * 4}e30",
    ],
)
def test_what_is_no_token_at_all(text: str) -> None:
    with pytest.raises(BadToken):
        tokens().read(text, NOW)


def test_a_token_in_other_letters_is_none() -> None:
    head, body, signature = token().split(".")
    for text in (f"{head}.{body}.{signature}=", f"{head}.{body}.{signature}==", f" {token()}", f"{token()}\n"):
        with pytest.raises(BadToken):
            tokens().read(text, NOW)


def test_a_refresh_token_is_no_access_token() -> None:
    with pytest.raises(BadToken):
        tokens().read(tokens().first_refresh(), NOW)


def test_the_next_refresh_token_is_told_by_the_one_before_and_our_key_alone() -> None:
    first = tokens().first_refresh()

    assert tokens().next_refresh(first) == tokens().next_refresh(first) != first
    assert Tokens(bytes(range(1, 33))).next_refresh(first) != tokens().next_refresh(first)
    assert tokens().first_refresh() != first


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = kept_key(tmp_path)

    assert kept_key(tmp_path) == key
    assert (tmp_path / "token-key").stat().st_mode & 0o777 == 0o600
    assert len(key) == 32


@pytest.mark.parametrize("text", ["", "secret", "00" * 32, "ab" * 31, "zz" * 32, "ab" * 32])
def test_a_weak_key_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "token-key").write_text(text)
    (tmp_path / "token-key").chmod(0o600)

    with pytest.raises(SettingsError, match="holds no key"):
        kept_key(tmp_path)


def test_a_key_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    kept_key(tmp_path)
    (tmp_path / "token-key").chmod(0o640)

    with pytest.raises(SettingsError, match="can be read by others"):
        kept_key(tmp_path)


def test_the_library_is_one_that_is_not_known_to_be_broken() -> None:
    assert tuple(int(number) for number in jwt.__version__.split(".")) >= (2, 15, 1)
