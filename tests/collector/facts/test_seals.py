"""Sealed facts: no reading without the key, no change unseen, and no key that meets a position twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.errors import LogError, SealedError
from collector.facts.chain import Chain, digest, verify
from collector.facts.codec import in_clear, opened
from collector.facts.fact import Fact, Head, NewFact
from collector.facts.seals import HouseKeys, KeyRow, Scope, Sealer
from collector.secrecy import Secrecy

HOUSE = HouseKeys([b"h" * 32])
HAND = Scope("hand", "h_table_01_3")


def chance(seed: int) -> Callable[[int], bytes]:
    return random.Random(seed).randbytes


def sealer(seed: int = 1, house: HouseKeys = HOUSE) -> Sealer:
    return Sealer(lambda: house, chance(seed))


def new(uid: str = "04aa", stream: str = "table_01", secrecy: Secrecy = Secrecy.S0) -> NewFact:
    body = {"antenna": "a01", "uid": uid}
    return NewFact(stream, "card_read", secrecy, "node-01.1.1", body, clear=("antenna",))


def placed(given: Sealer, *facts: NewFact, scope: Scope | None = HAND) -> list[Fact]:
    chain = Chain({}, lambda: 5, given)
    return [chain.place(fact, scope) for fact in facts]


def test_a_sealed_fact_says_where_a_card_lies_and_not_which() -> None:
    (fact,) = placed(sealer(), new("04c0ffee"))

    assert fact.key_id
    assert b"04c0ffee" not in fact.sealed
    assert in_clear(fact.sealed) == {"antenna": "a01"}
    assert fact.body == {"antenna": "a01", "uid": "04c0ffee"}


def test_who_has_the_house_key_reads_it_again() -> None:
    given = sealer()
    facts = placed(given, new("04aa"), new("04bb"))

    (row,) = given.rows(facts)
    cipher = sealer(2).opens(row)

    assert [opened(fact, cipher)["uid"] for fact in facts] == ["04aa", "04bb"]
    assert (row.stream, row.scope, row.made_at, row.house_key) == ("table_01", HAND, 5, HOUSE.current)


def test_what_is_public_is_not_sealed() -> None:
    (fact,) = placed(sealer(), new(secrecy=Secrecy.S1))

    assert (fact.key_id, fact.sealed) == (None, b"")


@pytest.mark.parametrize(
    "change",
    [
        {"stream": "table_02"},
        {"position": 2},
        {"kind": "card_removed"},
        {"schema": 2},
        {"secrecy": Secrecy.S1},
        {"key_id": "another.1"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_fact_that_was_changed_or_moved_is_refused(change: dict[str, object]) -> None:
    given = sealer()
    (fact,) = placed(given, new())
    cipher = given.opens(given.rows([fact])[0])

    with pytest.raises(ValueError, match="its seal does not hold"):
        opened(replace(fact, **change), cipher)  # type: ignore[arg-type]


def test_every_flipped_bit_of_a_sealed_body_is_refused() -> None:
    given = sealer()
    (fact,) = placed(given, new())
    cipher = given.opens(given.rows([fact])[0])

    for place in range(len(fact.sealed)):
        changed = bytearray(fact.sealed)
        changed[place] ^= 1
        with pytest.raises(ValueError, match=r"seal does not hold|cut short|JSON|Expecting|delimiter|Invalid"):
            opened(replace(fact, sealed=bytes(changed)), cipher)


@pytest.mark.parametrize("length", [0, 1, 18, -1])
def test_a_body_that_was_cut_is_refused(length: int) -> None:
    given = sealer()
    (fact,) = placed(given, new())
    cipher = given.opens(given.rows([fact])[0])

    with pytest.raises(ValueError, match=r"cut short|seal does not hold"):
        opened(replace(fact, sealed=fact.sealed[:length]), cipher)


@pytest.mark.parametrize(
    "change",
    [
        {"key_id": "another.1"},
        {"stream": "table_02"},
        {"scope": Scope("hand", "h_table_01_9")},
        {"scope": Scope("gap", HAND.name)},
        {"made_at": 6},
        {"wrapped": b"short"},
        {"wrapped": b""},
        {"wrapped": bytes(60)},
    ],
    ids=str,
)
def test_a_row_that_was_changed_or_is_another_keys_is_refused(change: dict[str, object]) -> None:
    given = sealer()
    (row,) = given.rows(placed(given, new()))

    with pytest.raises(LogError, match="was changed, cut short, or is another log's"):
        given.opens(replace(row, **change))  # type: ignore[arg-type]


def test_another_house_key_opens_nothing_and_names_the_one_that_would() -> None:
    given = sealer()
    (row,) = given.rows(placed(given, new()))

    with pytest.raises(SealedError, match=f"house key {HOUSE.current}, which is not at hand"):
        sealer(house=HouseKeys([b"x" * 32])).opens(row)


def test_a_row_under_a_forged_name_of_a_house_key_is_refused() -> None:
    given, other = sealer(), HouseKeys([b"x" * 32])
    (row,) = given.rows(placed(given, new()))

    with pytest.raises(LogError, match="was changed"):
        other.unwrap(replace(row, house_key=other.current))


def test_wrapped_anew_a_key_opens_what_it_sealed_under_the_old_one() -> None:
    both = HouseKeys([b"n" * 32, b"h" * 32])
    given = sealer()
    (fact,) = placed(given, new("04aa"))
    (row,) = given.rows([fact])

    again = sealer(3, both).again(row)

    assert again.house_key == both.current != row.house_key
    assert opened(fact, sealer(house=both).opens(row))["uid"] == "04aa"
    assert opened(fact, sealer(house=HouseKeys([b"n" * 32])).opens(again))["uid"] == "04aa"


def test_a_hand_a_gap_and_a_stream_each_have_a_key_of_their_own() -> None:
    given = sealer()
    chain = Chain({}, lambda: 5, given)
    deck = Scope("deck", "d")
    facts = [chain.place(new(stream=stream), scope) for stream in ("a", "b") for scope in (HAND, None, deck, HAND)]

    assert len({fact.key_id for fact in facts}) == 6
    assert facts[0].key_id == facts[3].key_id
    assert chain.place(new(stream="a"), Scope("hand", "h2")).key_id != chain.place(new(stream="a"), HAND).key_id


def test_the_chain_stands_over_what_is_on_the_disk() -> None:
    facts = placed(sealer(), new("04aa"), new("04bb"))
    lost = [replace(fact, body={}) for fact in facts]

    verify(facts)
    verify(lost)
    assert digest(facts[0]) != digest(replace(facts[0], sealed=facts[1].sealed))


def test_a_row_is_given_until_it_is_kept() -> None:
    given = sealer()
    facts = placed(given, new())
    rows = given.rows(facts)

    given.kept(rows)

    assert rows
    assert given.rows(facts) == []


def test_no_key_meets_a_position_twice_whatever_is_killed_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[bytes, bytes]] = set()
    real = AESGCM

    class Noting:
        def __init__(self, key: bytes) -> None:
            self._key, self._cipher = key, real(key)

        def encrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
            assert (self._key, nonce) not in used
            used.add((self._key, nonce))
            return self._cipher.encrypt(nonce, data, bound)

        def decrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
            return self._cipher.decrypt(nonce, data, bound)

    monkeypatch.setattr("collector.facts.seals.AESGCM", Noting)
    for seed in range(100):
        run_of_an_evening(random.Random(seed))

    assert len(used) > 5_000


def run_of_an_evening(choose: random.Random) -> None:
    """Commits, commits that fail, new desks in the same process, kills, and logs that are put back, in any order."""
    machine = choose.randbytes  # one source of chance for all runs: that of the machine
    log: list[Fact] = []
    backup: list[Fact] = []
    given, rows = Sealer(lambda: HOUSE, machine), dict[str, KeyRow]()
    chain = Chain({}, lambda: 5, given)
    for _ in range(60):
        scope = choose.choice((None, HAND, Scope("hand", "h2")))
        batch = [chain.place(new(choose.choice("abc"), choose.choice(("t", "u"))), scope) for _ in range(3)]
        match choose.choice(("commit", "commit", "commit", "poisoned", "killed", "backup", "restored")):
            case "commit":
                rows |= {row.key_id: row for row in given.rows(batch)}
                given.kept(rows.values())
                log += batch
                continue
            case "killed":
                given = Sealer(lambda: HOUSE, machine)
            case "backup":
                backup = list(log)
            case "restored":
                log, given = list(backup), Sealer(lambda: HOUSE, machine)
        chain = Chain(heads_of(log), lambda: 5, given)
    opener = Sealer(lambda: HOUSE, machine)
    for fact in log:
        assert opened(fact, opener.opens(rows[str(fact.key_id)])) == fact.body


def heads_of(log: list[Fact]) -> dict[str, Head]:
    return {fact.stream: Head(fact.position, fact.received_at, digest(fact)) for fact in log}
