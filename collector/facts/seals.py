"""Keys of sealed facts: which one a fact is sealed under, and how each is kept, wrapped by the house key. No I/O.

A key serves one stream and one scope of one run of the collector: a hand, a deck, or an hour of what belongs to
neither. A later run makes keys of its own, since its log may be an older one that was put back: a position written
twice under one key would give both bodies away. Chance is an argument.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.canonical import compact
from collector.errors import LogError, SealedError
from collector.facts.codec import seal
from collector.facts.fact import Fact, sealed_as

KEY_BYTES: Final = 32
_NONCE: Final = 12
_RUN: Final = 8
_LABEL: Final = "ebs/key/v1"
_HOUR_MS: Final = 3_600_000
_MOST: Final = 256
"""Keys that a run seals under at once: of 80 tables the last hand, the last deck and the hour. One that was put away is
not used again.
"""


class Scope(NamedTuple):
    """What a key is for. name: of the hand or deck; of a gap its hour, counted since 1970."""

    kind: Literal["hand", "deck", "gap"]
    name: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the log keeps it, beside the chain, so that one can be deleted.

    made_at: ms since 1970, the time of its first fact. house_key: the id of the key that it is wrapped under.
    """

    key_id: str
    stream: str
    scope: Scope
    made_at: int
    house_key: str
    wrapped: bytes = field(repr=False)


class HouseKeys:
    """The keys that wrap keys: the first one those to come, the others what is there already.

    >>> HouseKeys([bytes(32)]).current
    '96f65543bec51f78'
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {_id_of(key): key for key in keys}
        self.ids = tuple(self._keys)

    @property
    def current(self) -> str:
        """The id of the key that wraps those to come."""
        return self.ids[0]

    def with_older(self, other: HouseKeys) -> HouseKeys:
        """Return these keys, and behind them those of `other`."""
        return HouseKeys([*self._keys.values(), *other._keys.values()])

    def wrap(self, row: KeyRow, key: bytes, nonce: bytes) -> KeyRow:
        """Return the row of a key, wrapped under the first house key. nonce: 12 bytes of chance."""
        row = replace(row, house_key=self.current)
        return replace(row, wrapped=nonce + AESGCM(self._keys[self.current]).encrypt(nonce, key, _bound(row)))

    def unwrap(self, row: KeyRow) -> bytes:
        """Return the key of a row. Raises LogError, with what to do."""
        house_key = self._keys.get(row.house_key)
        if house_key is None:
            raise SealedError(f"it is sealed by house key {row.house_key}, which is not at hand; give that key")
        try:
            key = AESGCM(house_key).decrypt(row.wrapped[:_NONCE], row.wrapped[_NONCE:], _bound(row))
        except (InvalidTag, ValueError):
            raise LogError(
                f"the row of key {row.key_id} was changed, cut short, or is another log's; restore from a backup"
            ) from None
        return key


class Sealer:
    """Seals the facts of one run. house: the house keys as they are now. chance: gives that many random bytes.

    `unsafe` is asked why no hand should start, "" where nothing stands against it: what is sealed could be lost.
    """

    def __init__(self, house: Callable[[], HouseKeys], chance: Callable[[int], bytes]) -> None:
        self._house = house
        self._chance = chance
        self.unsafe: Callable[[], str] = lambda: ""
        self._run = chance(_RUN).hex()
        self._made = 0
        self._in_use: OrderedDict[tuple[str, str], _InUse] = OrderedDict()  # by stream and kind of scope
        self._unkept: dict[str, KeyRow] = {}

    def seal(self, fact: Fact, clear: Collection[str] = (), scope: Scope | None = None) -> Fact:
        """Return a fact sealed. scope: what its key is for; None: the hour. clear: members that stay readable.

        Positions under one key rise. One that does not was sealed for a commit that never came, and gets another key.
        """
        wanted = scope or Scope("gap", str(fact.received_at // _HOUR_MS))
        where = fact.stream, wanted.kind
        found = self._in_use.get(where)
        if found and fact.position <= found.last:
            self._unkept.pop(found.key_id, None)
            found = None
        if found is None or found.scope != wanted:
            found = self._in_use[where] = self._fresh(fact, wanted)
        found.last = fact.position
        self._in_use.move_to_end(where)
        if len(self._in_use) > _MOST:
            self._in_use.popitem(last=False)
        return sealed_as(fact, found.key_id, seal(fact, found.key_id, found.cipher, clear))

    def rows(self, facts: Iterable[Fact]) -> list[KeyRow]:
        """Return the rows that must be kept together with facts, or these are lost."""
        wanted = dict.fromkeys(fact.key_id for fact in facts if fact.key_id)
        return [self._unkept[key_id] for key_id in wanted if key_id in self._unkept]

    def kept(self, rows: Iterable[KeyRow]) -> None:
        """Forget rows that are durable."""
        for row in rows:
            self._unkept.pop(row.key_id, None)

    def again(self, row: KeyRow) -> KeyRow:
        """Return a row wrapped under the first house key. Raises LogError where it cannot be opened."""
        house = self._house()
        return house.wrap(row, house.unwrap(row), self._chance(_NONCE))

    def opens(self, row: KeyRow) -> AESGCM:
        """Return what opens facts under the key of a row. Raises LogError."""
        return AESGCM(self._house().unwrap(row))

    @property
    def house_keys(self) -> tuple[str, ...]:
        """The ids of the house keys that are at hand; the first one wraps."""
        return self._house().ids

    def _fresh(self, fact: Fact, scope: Scope) -> _InUse:
        self._made += 1
        key, key_id = self._chance(KEY_BYTES), f"{self._run}.{self._made}"
        row = KeyRow(key_id, fact.stream, scope, fact.received_at, "", b"")
        self._unkept[key_id] = self._house().wrap(row, key, self._chance(_NONCE))
        return _InUse(key_id, scope, AESGCM(key))


@dataclass(slots=True)
class _InUse:
    """A key of this run. last: the last position that was sealed under it."""

    key_id: str
    scope: Scope
    cipher: AESGCM
    last: int = 0


def _id_of(house_key: bytes) -> str:
    return hashlib.sha256(b"ebs/house-key/v1" + house_key).hexdigest()[:16]


def _bound(row: KeyRow) -> bytes:
    return compact([_LABEL, row.key_id, row.stream, *row.scope, row.made_at, row.house_key])
