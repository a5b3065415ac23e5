"""The app store on real files: what is put comes back, changes are told in order, and no secret is in it."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from collector.access.apikeys import digest, key_text
from collector.access.audit import LONGEST, Sought
from collector.access.grants import grant_of
from collector.access.people import ApiKey, Session, User
from collector.access.renewal import AGAIN_MS, FAMILY_MS, Family
from collector.appstore import AppStore
from collector.appstore.database import HEAD, open_engine
from collector.appstore.tables import AppTable
from collector.errors import AppStoreError, BadInput
from collector.ports import People
from tests.collector.signin.house import empty

NOW = 1_769_990_400_000
ANA = User("ana", "operator", (grant_of("operator", events=["evt_a"]), grant_of("", ["read:audit"])), "hash", NOW)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "app.db"


@pytest.fixture
def store(file: Path) -> Iterator[AppStore]:
    store = AppStore(empty(file))
    yield store
    store.close()


def key_of(user: str, number: int = 1) -> ApiKey:
    scopes = frozenset({"read:hands"})
    return ApiKey(f"k_{number}", "partner", user, digest(key_text(number)), scopes, NOW, NOW + 1000)


def disabled(user: User, everybody: Mapping[str, User]) -> User:
    return replace(user, disabled=True, generation=user.generation + 1)


_MADE_SLOWLY = """
import sys, time
from collector.appstore import database
made = database._migrate
database._migrate = lambda connection: (time.sleep(1.5 * database._BUSY_MS / 1000), made(connection))
database.open_engine(sys.argv[1]).dispose()
"""
"""Opens a store. To bring it to this version takes longer than who writes waits, as on a busy machine."""


def test_collector_and_web_can_start_together_however_long_the_store_takes_to_be_made(file: Path) -> None:
    command = [sys.executable, "-c", _MADE_SLOWLY, f"sqlite:///{file}"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]

    assert [process.returncode for process in both] == [0, 0], said


def test_the_store_is_the_port(store: AppStore) -> None:
    people: People = store

    assert people.users() == {}


def test_what_is_put_comes_back(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    store.add_key(key_of("ana"), "ana", NOW)

    assert store.users() == {"ana": ANA}
    assert store.keys() == {"k_1": key_of("ana")}


def test_the_file_is_its_owners_alone(store: AppStore, file: Path) -> None:
    store.add_user(ANA, "admin", NOW)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app.db").symlink_to(tmp_path / "elsewhere.db")

    with pytest.raises(AppStoreError, match="is a link"):
        AppStore(f"sqlite:///{tmp_path / 'app.db'}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "nonsense", "oracle+none://x/y"])
def test_a_url_that_is_no_store_is_told(url: str) -> None:
    with pytest.raises(AppStoreError, match="app store|app.db"):
        AppStore(url)


def test_two_people_have_two_names(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)

    with pytest.raises(BadInput) as refused:
        store.add_user(replace(ANA, role="admin"), "admin", NOW)
    assert refused.value.code == "USER_EXISTS"
    assert store.users() == {"ana": ANA}


def test_a_change_that_is_refused_changes_nothing(store: AppStore) -> None:
    def refuse(user: User, everybody: Mapping[str, User]) -> User:
        raise BadInput("LAST_ADMIN", "no")

    store.add_user(ANA, "admin", NOW)
    seen = store.news(0)
    with pytest.raises(BadInput):
        store.edit_user("ana", refuse, "user_disabled", "admin", NOW)
    with pytest.raises(BadInput) as unknown:
        store.edit_user("bob", disabled, "user_disabled", "admin", NOW)

    assert unknown.value.code == "USER_NOT_FOUND"
    assert store.news(seen.cursor).gone == frozenset()


def test_changes_are_told_behind_a_cursor(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    first = store.news(0)
    store.add_key(key_of("ana"), "ana", NOW)
    store.edit_user("ana", disabled, "user_disabled", "admin", NOW)
    second = store.news(first.cursor)

    assert (first.whole, dict(first.users), dict(first.keys)) == (True, {"ana": ANA}, {})
    assert not second.whole
    assert second.users["ana"].disabled
    assert set(second.keys) == {"k_1"}
    assert second.gone == {("user", "ana"), ("key", "k_1")}
    assert store.news(second.cursor).gone == frozenset()


def test_a_reader_that_was_away_too_long_reads_everything(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    cursor = store.news(0).cursor
    store.edit_user("ana", disabled, "user_disabled", "admin", NOW + 1)
    store.tidy(NOW + 2 * 3_600_000)
    store.add_key(key_of("ana"), "ana", NOW)

    news = store.news(cursor)

    assert news.whole
    assert news.users["ana"].disabled
    assert store.news(10_000).whole, "a store that was restored from a backup is read anew"


def test_changes_of_many_writers_come_without_a_gap(store: AppStore, file: Path) -> None:
    other = AppStore(f"sqlite:///{file}")
    store.add_user(ANA, "admin", NOW)

    def write(number: int) -> None:
        (store, other)[number % 2].add_key(key_of("ana", number), "ana", NOW)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    other.close()

    with sqlite3.connect(file) as connection:
        numbers = [row[0] for row in connection.execute("SELECT number FROM changes ORDER BY number")]
    assert numbers == list(range(1, 42))


def test_sessions_end_once_and_are_told(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    store.add_session(Session("s_1", digest("cookie"), "ana", 1, NOW, NOW, NOW + 1000, "127.0.0.1"))
    cursor = store.news(0).cursor

    store.end_session("s_1", "ana", NOW)
    store.end_session("s_1", "ana", NOW)

    news = store.news(cursor)
    assert news.gone == {("session", "s_1")}
    assert dict(news.sessions) == {}
    assert news.cursor == cursor + 1


def test_a_refresh_token_is_used_once(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    store.add_family(Family("f_1", "ana", 1, NOW, NOW + FAMILY_MS), "one", "ana")

    verdicts = [
        store.renew("one", "two", NOW + 1).verdict,  # the first time
        store.renew("one", "two", NOW + 1 + AGAIN_MS).verdict,  # the answer was lost on the way
        store.renew("two", "three", NOW + 2).verdict,
        store.renew("one", "two", NOW + 3).verdict,  # somebody else has it
        store.renew("three", "four", NOW + 4).verdict,
        store.renew("nothing", "x", NOW).verdict,
    ]

    assert verdicts == ["new", "again", "new", "reused", "over", "unknown"]


def test_a_refresh_token_comes_again_for_ten_seconds_and_no_longer(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    store.add_family(Family("f_1", "ana", 1, NOW, NOW + FAMILY_MS), "one", "ana")
    store.renew("one", "two", NOW)

    assert store.renew("one", "two", NOW + AGAIN_MS).at == NOW
    assert store.renew("one", "two", NOW + AGAIN_MS + 1).verdict == "reused"
    assert store.renew("two", "three", NOW + AGAIN_MS + 1).verdict == "over"


def test_a_family_ends_with_its_time_and_by_signing_out(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    store.add_family(Family("f_1", "ana", 1, NOW, NOW + 100), "one", "ana")
    store.add_family(Family("f_2", "ana", 1, NOW, NOW + 100), "uno", "ana")

    store.end_family("f_2", "ana", NOW + 1)

    assert store.renew("uno", "due", NOW + 2).verdict == "over"
    assert store.renew("one", "two", NOW + 100).verdict == "over"
    store.tidy(NOW + 100)
    assert store.renew("one", "two", NOW + 100).verdict == "unknown"


def test_of_many_who_renew_at_once_one_gets_a_new_token(store: AppStore) -> None:
    store.add_user(ANA, "admin", NOW)
    store.add_family(Family("f_1", "ana", 1, NOW, NOW + FAMILY_MS), "one", "ana")

    with ThreadPoolExecutor(16) as threads:
        verdicts = list(threads.map(lambda at: store.renew("one", "two", NOW + at).verdict, range(50)))

    assert sorted(verdicts) == ["again"] * 49 + ["new"]


def test_an_entry_of_the_audit_stays_as_it_is(store: AppStore, file: Path) -> None:
    store.add_user(ANA, "admin", NOW)

    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT who, what, about FROM audit").fetchall() == [("admin", "user_added", "ana")]
        for line in (
            "UPDATE audit SET who = 'nobody'",
            "UPDATE OR REPLACE audit SET who = 'nobody'",
            "DELETE FROM audit",
            "INSERT OR REPLACE INTO audit SELECT number, at, 'nobody', what, about, details, table_id FROM audit",
            "REPLACE INTO audit SELECT number, at, 'nobody', what, about, details, table_id FROM audit",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="stays as it is"):
                connection.execute(line)
        assert connection.execute("SELECT who FROM audit").fetchall() == [("admin",)]


def test_a_store_of_the_first_version_keeps_its_audit(file: Path) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    file.parent.mkdir(mode=0o700)
    with create_engine(f"sqlite:///{file}").begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "collector/appstore/migrations")
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO audit VALUES (1, 5, 'admin', 'user_added', 'ana', '{}')"))

    store = AppStore(f"sqlite:///{file}")

    (entry,) = store.audit_after(0, 10)
    assert (entry.number, entry.at, entry.who, entry.table_id) == (1, 5, "admin", "")
    store.close()


def audit(store: AppStore, **sought: object) -> list[str]:
    return [entry.about for entry in store.audit(Sought(limit=100, **sought))]  # type: ignore[arg-type]


def test_the_audit_is_sought_by_time_person_deed_and_table(store: AppStore) -> None:
    for number, (who, table) in enumerate([("ana", ""), ("bob", "t1"), ("ana", "t2")]):
        store.note(NOW + number, who, f"did{number}", f"n{number}", {"table": table})

    assert audit(store) == ["n2", "n1", "n0"]
    assert audit(store, who="ana") == ["n2", "n0"]
    assert audit(store, what="did1") == ["n1"]
    assert audit(store, table_id="t2") == ["n2"]
    assert audit(store, since=NOW + 1) == ["n2", "n1"]
    assert audit(store, until=NOW + 1) == ["n0"]
    assert audit(store, within=frozenset({"t1"})) == ["n1"], "what is of the whole house is not told either"
    assert audit(store, within=frozenset()) == []


def test_an_entry_is_bounded_whatever_comes(store: AppStore) -> None:
    store.note(NOW, "a" * 1000, "did", "b" * 1000, {"said": "c" * 100_000, "table": "d" * 1000})

    (entry,) = store.audit_after(0, 10)
    assert (len(entry.who), len(entry.about), len(entry.table_id)) == (LONGEST, LONGEST, LONGEST)
    assert entry.details == {"left_out_bytes": 100_011}


def test_no_key_and_no_cookie_is_in_the_file(store: AppStore, file: Path) -> None:
    key = key_text(2**150 + 12345)
    store.add_user(ANA, "admin", NOW)
    store.add_key(replace(key_of("ana"), digest=digest(key)), "ana", NOW)
    store.add_session(Session("s_1", digest("a-cookie-of-a-browser"), "ana", 1, NOW, NOW, NOW + 1000))

    kept = file.read_bytes()

    assert digest(key).encode() in kept
    assert key.encode() not in kept
    assert key[8:].encode() not in kept
    assert b"a-cookie-of-a-browser" not in kept
    assert "hash" not in repr(ANA)


def test_the_migrations_make_the_tables_of_this_version(file: Path) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - a second to import
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, AppTable.metadata) == []
        assert context.get_current_revision() == HEAD
    engine.dispose()
    versions = Path("collector/appstore/migrations/versions").glob("v[0-9]*.py")
    assert max(path.name[1:5] for path in versions) == HEAD


def test_a_store_of_a_newer_version_is_refused(file: Path) -> None:
    open_engine(f"sqlite:///{file}").dispose()
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(AppStoreError, match="schema 9999"):
        AppStore(f"sqlite:///{file}")


def test_postgresql_can_be_told_the_same_tables() -> None:
    made = "\n".join(
        str(CreateTable(each).compile(dialect=postgresql.dialect())) for each in AppTable.metadata.sorted_tables
    )

    assert made.count("CREATE TABLE") == len(AppTable.metadata.tables) == 11
    assert '"user" VARCHAR' in made
    assert "SERIAL" not in made, "numbers come in the order of commits, from `counters`"


def test_a_store_that_cannot_be_read_says_so(store: AppStore, file: Path) -> None:
    store.add_user(ANA, "admin", NOW)
    file.write_bytes(b"no database at all" * 1000)

    with pytest.raises(AppStoreError, match="app store"):
        store.news(0)


@pytest.mark.parametrize("words", ["read:live", "read:live read:audit", "write:decks read:audit", "read:* read:audit"])
def test_a_word_that_no_grant_can_name_counts_for_nothing_also_where_it_was_written_past_us(
    store: AppStore, file: Path, words: str
) -> None:
    store.add_user(User("eve", "viewer", (grant_of("viewer"),), "hash", 1), "system", 1)
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE grants SET words = ? WHERE user = 'eve'", (words,))
        database.commit()

    held = store.users()["eve"].identity.words()
    assert held == {"read:hands", "read:statistics"} | ({"read:audit"} if "audit" in words else set())
