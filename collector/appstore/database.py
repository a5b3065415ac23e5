"""Opens the app store's database, and brings its tables to this version. Knows SQLite's switches and Alembic.

SQLite keeps a rollback journal here, no WAL: the web and the verbs of `ebs` write the same file from two processes, and
before 3.51.3 two of them that write and carry over at the same instant can damage a file in WAL mode.
"""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, table
from sqlalchemy import column as sql_column
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from collector.errors import AppStoreError, SettingsError
from collector.system import ALONE, Sharing, alone_in, make_store, reading_url

HEAD: Final = "0002"
"""The newest migration. A test compares it with the folder."""
_BUSY_MS: Final = 2_000
"""How long one who writes waits for another."""
_VERSION: Final = table("alembic_version", sql_column("version_num"))


def open_engine(url: str, sharing: Sharing = ALONE) -> Engine:
    """Return an engine on the app store at `url`, made or brought to this version first. Raises AppStoreError.

    One that is another user's is only read, and opened when it is used: it may not be there yet.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise AppStoreError(f"{url}: the app store needs a file; give a URL such as sqlite:///data/app.db")
            if not sharing.ours:
                return _read_only(Path(parsed.database))
            make_store(Path(parsed.database), sharing)
        engine = create_engine(parsed)
    except (SQLAlchemyError, OSError, ImportError, SettingsError) as error:
        raise _cannot_open(error) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        with _first_alone(engine), engine.begin() as connection:
            begin_writing(connection)
            _migrate(connection)
    except (AppStoreError, SQLAlchemyError) as error:
        engine.dispose()
        raise error if isinstance(error, AppStoreError) else _cannot_open(error) from error
    return engine


def _read_only(path: Path) -> Engine:
    engine = create_engine(reading_url(path))

    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            found = cursor.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error as error:
            connection.close()
            raise AppStoreError(f"app store: not there yet ({error}); the web makes it") from error
        cursor.close()
        if found != (HEAD,):
            connection.close()
            raise AppStoreError(f"app store: it has schema {found and found[0]}, this version of EBS knows {HEAD}")

    event.listen(engine, "connect", set_up)
    return engine


def begin_writing(connection: Connection) -> None:
    """Have one who writes wait for another from the first statement on. Elsewhere a row is locked (`AppStore`)."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def reason(error: BaseException) -> str:
    """Return the driver's own words; SQLAlchemy's would repeat the statement with its values."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _first_alone(engine: Engine) -> AbstractContextManager[None]:
    """Let one process at a time bring the store to this version: that may take longer than who writes waits."""
    path = engine.url.database
    return alone_in(Path(path).parent) if engine.dialect.name == "sqlite" and path else nullcontext()


def _cannot_open(error: Exception) -> AppStoreError:
    return AppStoreError(f"app store: cannot be opened ({reason(error)}); check EBS_APP_URL, the path and its rights")


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = DELETE")
        cursor.execute("PRAGMA synchronous = FULL")  # what was revoked stays revoked
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()
    except Exception:
        connection.close()  # no database, or no right to it; nobody else has this connection yet
        raise


def _migrate(connection: Connection) -> None:
    found = None
    if inspect(connection).has_table("alembic_version"):
        found = connection.execute(select(_VERSION.c.version_num)).scalar()
    if found == HEAD:
        return
    if found is not None and found > HEAD:
        raise AppStoreError(
            f"app store: it has schema {found}, this version of EBS knows {HEAD}; start the newer version, or bring "
            "the backup from before the upgrade back"
        )
    from alembic import command  # noqa: PLC0415 - takes a while, and most starts have nothing to migrate
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
