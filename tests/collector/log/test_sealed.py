"""The log, sealed: read again by whoever has the house key, by nobody else; what is wrong with a key is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from secrets import token_bytes

import pytest

from collector.errors import LogError, SealedError, SettingsError
from collector.facts.chain import Chain, verify
from collector.facts.fact import Fact, NewFact
from collector.facts.seals import HouseKeys, Scope
from collector.log.housekey import HouseKeyFile, place_of, read_keys, sealer_of, write_keys
from collector.log.keeping import Keeping, rewrapped
from collector.log.sqlite import SCHEMA_VERSION, LogReader, SqliteLog
from collector.secrecy import Secrecy

CANARY = "04c0ffee00aa55"
HAND = Scope("hand", "h_table_01_1")


def new(uid: str = CANARY, secrecy: Secrecy = Secrecy.S0) -> NewFact:
    return NewFact("table_01", "card_read", secrecy, "t", {"antenna": "a01", "uid": uid}, clear=("antenna",))


@pytest.fixture
def key(tmp_path: Path) -> HouseKeyFile:
    file = HouseKeyFile(tmp_path / "house-key")
    file.make()
    return file


async def kept(path: Path, key: HouseKeyFile, *facts: NewFact) -> list[Fact]:
    """Have a run of the collector append facts, and end."""
    log = await SqliteLog.open(path, sealer_of(key))
    chain = Chain(await log.heads(), lambda: 5, log.sealer)
    placed = [chain.place(fact, HAND) for fact in facts]
    await log.append(placed)
    await log.close()
    return placed


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())


def run(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement, values)


async def test_a_later_run_reads_what_an_earlier_one_sealed_and_seals_under_keys_of_its_own(
    tmp_path: Path, key: HouseKeyFile
) -> None:
    path = tmp_path / "log.db"
    first = await kept(path, key, new(), new("04bb"))
    second = await kept(path, key, new("04cc"))

    log = await SqliteLog.open(path, sealer_of(key))
    facts = await log.read("table_01")
    await log.close()

    assert facts == [*first, *second]
    verify(facts)
    assert len({fact.key_id for fact in facts}) == 2
    assert CANARY.encode() not in everything(tmp_path)


async def test_without_the_house_key_the_chain_is_checked_and_no_card_is_read(
    tmp_path: Path, key: HouseKeyFile
) -> None:
    await kept(tmp_path / "log.db", key, new())

    with LogReader(tmp_path / "log.db") as log:
        verify(log.facts("table_01", bodies=False))
        assert [fact.body for fact in log.facts("table_01", bodies=False)] == [{"antenna": "a01"}]
        with pytest.raises(SealedError, match="position 1 cannot be read: it is sealed, and no house key was given"):
            list(log.facts("table_01"))

    log = await SqliteLog.open(tmp_path / "log.db")
    assert (await log.heads())["table_01"].position == 1
    with pytest.raises(SealedError, match="no house key was given"):
        await log.read("table_01")
    await log.close()


async def test_an_older_log_in_clear_stays_readable_and_goes_on_sealed(tmp_path: Path, key: HouseKeyFile) -> None:
    path = tmp_path / "log.db"
    log = await SqliteLog.open(path)
    clear = Chain({}, lambda: 5).place(new("04aa"))
    await log.append([clear])
    await log.close()
    run(path, "DROP TABLE keys")  # as an earlier version left it

    await kept(path, key, new("04bb"))

    with LogReader(path, sealer_of(key)) as found:
        facts = list(found.facts("table_01"))
    verify(facts)
    assert [(fact.key_id is None, fact.body["uid"]) for fact in facts] == [(True, "04aa"), (False, "04bb")]


async def test_an_earlier_version_goes_on_with_a_log_until_something_is_sealed_in_it(
    tmp_path: Path, key: HouseKeyFile
) -> None:
    def schema() -> str:
        with closing(sqlite3.connect(tmp_path / "log.db")) as database:
            return str(database.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()[0])

    await kept(tmp_path / "log.db", key, new(secrecy=Secrecy.S1))
    assert schema() == "1"

    await kept(tmp_path / "log.db", key, new())
    assert schema() == str(SCHEMA_VERSION)


async def test_a_commit_that_fails_keeps_neither_fact_nor_key(tmp_path: Path, key: HouseKeyFile) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", sealer_of(key))
    chain = Chain({}, lambda: 5, log.sealer)
    fact = chain.place(new(), HAND)

    with pytest.raises(LogError):
        await log.append([fact, fact])
    assert log.house_keys == {}

    await log.append([fact])
    assert await log.read("table_01") == [fact]
    await log.close()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM keys", "is not in the log any more"),
        ("UPDATE keys SET wrapped = substr(wrapped, 1, 20)", "was changed, cut short, or is another log's"),
        ("UPDATE keys SET wrapped = x''", "was changed, cut short, or is another log's"),
        ("UPDATE keys SET stream = 'table_02'", "was changed, cut short, or is another log's"),
        ("UPDATE keys SET house_key = '0123456789abcdef'", "house key 0123456789abcdef, which is not at hand"),
    ],
)
async def test_what_is_wrong_with_a_key_is_told_with_its_place(
    tmp_path: Path, key: HouseKeyFile, statement: str, told: str
) -> None:
    await kept(tmp_path / "log.db", key, new())
    run(tmp_path / "log.db", statement)

    with LogReader(tmp_path / "log.db", sealer_of(key)) as log, pytest.raises(LogError, match=told) as error:
        list(log.facts("table_01"))

    assert str(error.value).startswith(f"{tmp_path / 'log.db'}: table_01: the fact at position 1 cannot be read: ")


async def test_a_row_of_another_log_under_the_same_house_key_opens_nothing(tmp_path: Path, key: HouseKeyFile) -> None:
    await kept(tmp_path / "log.db", key, new())
    await kept(tmp_path / "other.db", key, new())
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        (wrapped,) = other.execute("SELECT wrapped FROM keys").fetchone()
    run(tmp_path / "log.db", "UPDATE keys SET wrapped = ?", wrapped)

    with LogReader(tmp_path / "log.db", sealer_of(key)) as log, pytest.raises(LogError, match="is another log's"):
        list(log.facts("table_01"))


async def test_a_sealed_body_that_was_changed_is_told_as_damage(tmp_path: Path, key: HouseKeyFile) -> None:
    await kept(tmp_path / "log.db", key, new())
    run(tmp_path / "log.db", "DROP TRIGGER facts_stay")
    run(tmp_path / "log.db", "UPDATE facts SET body = CAST(substr(body, 1, length(body) - 1) || 'x' AS BLOB)")

    told = "position 1 is damaged .its seal does not hold"
    with LogReader(tmp_path / "log.db", sealer_of(key)) as log, pytest.raises(LogError, match=told):
        list(log.facts("table_01"))


async def test_all_keys_are_wrapped_anew_and_both_house_keys_open_until_then(tmp_path: Path, key: HouseKeyFile) -> None:
    path, old = tmp_path / "log.db", read_keys(key.path)
    for number in range(5):
        await kept(path, key, new(f"04a{number}"))
    write_keys(key.path, [token_bytes(32), *old])

    log = await SqliteLog.open(path, sealer_of(key))
    assert await log.rewrap(2) == 2
    assert len(log.house_keys) == 2
    assert len(await log.read("table_01")) == 5
    assert await rewrapped(log) == 3
    assert log.house_keys == {key.keys.current: 5}
    await log.close()

    write_keys(key.path, read_keys(key.path)[:1])
    with LogReader(path, sealer_of(HouseKeyFile(key.path))) as found:
        assert len(list(found.facts("table_01"))) == 5


async def test_a_run_wraps_keys_anew_by_itself_once_another_house_key_comes_first(
    tmp_path: Path, key: HouseKeyFile
) -> None:
    await kept(tmp_path / "log.db", key, new())
    log, told = await SqliteLog.open(tmp_path / "log.db", sealer_of(key)), list[str]()
    keeping = Keeping(log, key, told.append)
    await keeping._look()
    assert log.house_keys.keys() == {key.keys.current}

    write_keys(key.path, [token_bytes(32), *read_keys(key.path)])
    await keeping._look()

    assert log.house_keys == {HouseKeys(read_keys(key.path)).current: 1}
    assert told == []
    await log.close()


async def test_a_house_key_that_goes_is_told_and_what_was_read_still_opens(tmp_path: Path, key: HouseKeyFile) -> None:
    await kept(tmp_path / "log.db", key, new())
    log, told = await SqliteLog.open(tmp_path / "log.db", sealer_of(key)), list[str]()
    keeping = Keeping(log, key, told.append)
    await keeping._look()
    text = key.path.read_text()

    key.path.unlink()
    await keeping._look()
    assert told == [f"{key.path}: there is no house key; put it back, it opens the log's hidden cards"]
    assert len(await log.read("table_01")) == 1

    write_keys(key.path, [token_bytes(32)])
    assert "lacks house key" in key.lacks(log.house_keys)

    write_keys(key.path, [bytes.fromhex(text.strip())])
    assert key.lacks(log.house_keys) == ""
    await log.close()


async def test_a_log_whose_house_key_is_not_there_is_locked(tmp_path: Path, key: HouseKeyFile) -> None:
    await kept(tmp_path / "log.db", key, new())
    text = key.path.read_text()
    write_keys(key.path, [token_bytes(32)])
    other = HouseKeyFile(key.path)
    log = await SqliteLog.open(tmp_path / "log.db", sealer_of(other))

    right = bytes.fromhex(text.strip())
    assert f"lacks house key {HouseKeys([right]).current}, which 1 keys of the log need" in other.lacks(log.house_keys)

    write_keys(key.path, [right])
    assert other.lacks(log.house_keys) == ""
    await log.close()


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ("", 0o400, "is no house key, which is a line of 64 hex digits"),
        ("00" * 31, 0o400, "is no house key"),
        ("xy" * 32, 0o400, "is no house key"),
        ("00" * 32, 0o440, "can be read by others; chmod 600 it"),
        ("\udcff", 0o400, "must be able to read it"),
    ],
)
def test_a_file_that_is_no_house_key_is_refused(tmp_path: Path, text: str, mode: int, told: str) -> None:
    path = tmp_path / "house-key"
    path.write_bytes(text.encode(errors="surrogateescape"))
    path.chmod(mode)

    with pytest.raises(SettingsError, match=told):
        read_keys(path)


def test_a_house_key_is_made_for_its_owner_alone_and_never_twice(tmp_path: Path) -> None:
    file = HouseKeyFile(tmp_path / "house-key")

    file.make()
    text = file.path.read_text()
    file.make()

    assert file.path.stat().st_mode & 0o777 == 0o400
    assert file.path.read_text() == text


def test_the_key_is_the_one_that_was_named_else_the_credential_else_that_of_the_data_folder(tmp_path: Path) -> None:
    credentials, data = tmp_path / "credentials", tmp_path / "data"
    credentials.mkdir()
    given = credentials / "house-key"

    assert place_of(None, None, data) == data / "house-key"
    assert place_of(None, str(credentials), data) == data / "house-key"
    given.write_text("none")
    assert place_of(None, str(credentials), data) == data / "house-key"
    given.write_text("00" * 32)
    assert place_of(None, str(credentials), data) == given
    assert place_of(tmp_path / "named", str(credentials), data) == tmp_path / "named"

    given.chmod(0o440)  # systemd lets the unit's user in by an entry of the group
    assert HouseKeyFile(given, str(credentials)).problem() == ""
