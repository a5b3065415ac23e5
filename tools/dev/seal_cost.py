"""What sealing costs a fact, in microseconds of CPU time: `python -m tools.dev.seal_cost`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from statistics import median
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.facts.chain import Chain, digest
from collector.facts.codec import decode, encode, in_clear, opened
from collector.facts.fact import Fact, NewFact, with_body
from collector.facts.seals import HouseKeys, Scope, Sealer
from collector.secrecy import Secrecy

_FACTS: Final = 5_000
_ROUNDS: Final = 5
_HAND: Final = Scope("hand", "h_table_01_1")
_BODY: Final = {
    "device": "node-01",
    "origin": "1-0123456789abcdef",
    "seq": 12,
    "antenna": "a01",
    "uid": "04a1b2c3d4e5f6",
    "kind": "card_read",
    "age_ms": 3,
    "boot": "1-0123456789abcdef",
    "tx": 40,
}
_CLEAR: Final = ("device", "origin", "antenna", "age_ms")


def _took(work: Callable[[], object]) -> float:
    """Return the CPU time of a fact, in microseconds: the middle of some rounds."""
    rounds = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        rounds.append(1e6 * (time.process_time() - began) / _FACTS)
    return median(rounds)


def _placed(sealer: Sealer | None) -> list[Fact]:
    chain = Chain({}, lambda: 1_700_000_000_000, sealer)
    new = NewFact("table_01", "card_read", Secrecy.S0, "node-01.1.12", _BODY, clear=_CLEAR)
    return [chain.place(new, _HAND) for _ in range(_FACTS)]


def main() -> None:
    """Print what a reading costs in clear and sealed: to place it in the chain and encode it, and to read it."""
    house = HouseKeys([secrets.token_bytes(32)])
    sealer = Sealer(lambda: house, secrets.token_bytes)
    clear, sealed = _placed(None), _placed(sealer)
    cipher = sealer.opens(sealer.rows(sealed)[0])
    bodies = [encode(fact.body) for fact in clear]
    lines = {
        "place and encode, in clear": _took(lambda: [encode(fact.body) for fact in _placed(None)]),
        "place and encode, sealed": _took(lambda: _placed(Sealer(lambda: house, secrets.token_bytes))),
        "digest, in clear": _took(lambda: [digest(fact) for fact in clear]),
        "digest, sealed": _took(lambda: [digest(fact) for fact in sealed]),
        "decode, in clear": _took(lambda: [decode(body) for body in bodies]),
        "decode, sealed": _took(lambda: [_read(fact, cipher) for fact in sealed]),
        "a new key, made and wrapped": _took(lambda: [_one(house) for _ in range(_FACTS)]),
    }
    for what, us in lines.items():
        print(f"{what:<28} {us:6.2f} us")
    print(f"{'bytes, in clear / sealed':<28} {len(bodies[0])} / {len(sealed[0].sealed)}")


def _read(fact: Fact, cipher: AESGCM) -> Fact:
    known = with_body(fact, in_clear(fact.sealed))
    return with_body(known, opened(known, cipher))


def _one(house: HouseKeys) -> Sealer:
    sealer = Sealer(lambda: house, secrets.token_bytes)
    sealer.seal(Fact("t", 1, "k", 1, Secrecy.S0, None, "", None, 0, "", {}), (), _HAND)
    return sealer


if __name__ == "__main__":
    main()
