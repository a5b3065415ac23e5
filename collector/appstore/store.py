"""The app store: people, grants, keys, sessions, refresh families, and the audit of what was done to them.

Every method is one transaction, and blocks: the web calls it on threads of its own. Who writes waits for who writes, so
that what is read is what is changed. What was changed is numbered in the order of the commits: see `CounterRow`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, tuple_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from collector.access.audit import LONGEST, WEB, Entry, Sought, bounded
from collector.access.outputs import OutputKey
from collector.access.people import ApiKey, KeptAnswer, News, Session, User
from collector.access.renewal import Family, Renewal, Standing, judge
from collector.appstore.database import begin_writing, open_engine, reason
from collector.appstore.rows import (
    by_user,
    grant_rows,
    key_of,
    key_row,
    output_of,
    output_row,
    session_of,
    session_row,
    user_of,
    user_row,
)
from collector.appstore.tables import (
    ApiKeyRow,
    AuditRow,
    ChangeRow,
    CounterRow,
    FamilyRow,
    GrantRow,
    IdempotencyRow,
    OutputKeyRow,
    RefreshRow,
    SessionRow,
    UserRow,
)
from collector.canonical import canonical
from collector.errors import AppStoreError, BadInput
from collector.system import ALONE, Sharing

CHANGES_KEPT_MS: Final = 3_600_000
"""A reader that was away for longer reads everything anew."""
ANSWERS_KEPT_MS: Final = 86_400_000
MOST_ANSWERS: Final = 10_000
MOST_ANSWERS_OF_ONE: Final = 1_000
"""Of one person or key. One more, and the oldest goes before its day is over."""


class AppStore:
    """Implements ports.People on SQLite or PostgreSQL. Open it once a process."""

    def __init__(self, url: str, sharing: Sharing = ALONE) -> None:
        self._engine = open_engine(url, sharing)

    def close(self) -> None:
        """Let go of the store."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the store."""
        try:
            with self._engine.connect() as connection:
                if connection.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN")
                else:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                yield connection
        except SQLAlchemyError as error:
            raise AppStoreError(f"app store: {reason(error)}; look at the disk and the database's log") from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection that alone writes until it commits."""
        try:
            with self._engine.begin() as connection:
                begin_writing(connection)
                if connection.dialect.name != "sqlite":
                    connection.execute(select(CounterRow.__table__).with_for_update())  # type: ignore[attr-defined]
                yield connection
        except SQLAlchemyError as error:
            raise AppStoreError(f"app store: {reason(error)}; look at the disk and the database's log") from error

    # --- what every web process has to know ---

    def news(self, after: int) -> News:
        """Return what has changed behind the change number `after`; everything, when that cannot be told. 0: all."""
        with self._reading() as connection:
            last = connection.execute(select(col(CounterRow.value)).where(col(CounterRow.name) == "changes")).scalar()
            last = last or 0
            if last == after:
                return News(after, whole=False)
            rows = connection.execute(
                select(ChangeRow.__table__).where(col(ChangeRow.number) > after)  # type: ignore[attr-defined]
            ).all()
            if after == 0 or after > last or len(rows) != last - after:
                return News(
                    last,
                    True,
                    _users(connection),
                    _keys(connection),
                    _sessions(connection),
                    _outputs(connection),
                    revoked=_revoked(connection),
                )
            kinds = ("user", "key", "session", "output", "family")
            about = {kind: {row.about for row in rows if row.kind == kind} for kind in kinds}
            return News(
                last,
                False,
                _users(connection, about["user"]),
                _keys(connection, about["key"]),
                _sessions(connection, about["session"]),
                _outputs(connection, about["output"]),
                gone=frozenset((row.kind, row.about) for row in rows),
                revoked=frozenset(about["family"]),
            )

    def users(self) -> dict[str, User]:
        """Return everybody, by name."""
        with self._reading() as connection:
            return _users(connection)

    def keys(self) -> dict[str, ApiKey]:
        """Return every key, by id."""
        with self._reading() as connection:
            return _keys(connection)

    # --- people ---

    def add_user(self, user: User, by: str, at: int) -> None:
        """Add a person. Raises BadInput, code USER_EXISTS."""
        with self._writing() as connection:
            if _users(connection, {user.name}):
                raise BadInput("USER_EXISTS", f"there is a user {user.name} already; choose another name")
            connection.execute(insert(UserRow), user_row(user))
            _write_grants(connection, user)
            _changed(connection, "user", user.name, at)
            _note(connection, at, by, "user_added", user.name, {"role": user.role})

    def edit_user(
        self, name: str, change: Callable[[User, Mapping[str, User]], User], what: str, by: str, at: int
    ) -> User:
        """Have `change` make the new value of a person, given the present one and everybody; return it.

        what: the entry in the audit, "" for none. Raises BadInput, code USER_NOT_FOUND, and what `change` raises.
        """
        with self._writing() as connection:
            everybody = _users(connection)
            before = everybody.get(name)
            if before is None:
                raise BadInput("USER_NOT_FOUND", f"there is no user {name}; `ebs users list` shows them")
            after = change(before, everybody)
            if after == before:
                return after
            connection.execute(update(UserRow).where(col(UserRow.name) == name).values(user_row(after)))
            if after.grants != before.grants:
                connection.execute(delete(GrantRow).where(col(GrantRow.user) == name))
                _write_grants(connection, after)
            _changed(connection, "user", name, at)
            if what:
                _note(connection, at, by, what, name, {"role": after.role, "generation": after.generation})
            return after

    # --- keys ---

    def add_key(self, key: ApiKey, by: str, at: int) -> None:
        """Add a key. Raises BadInput, code USER_NOT_FOUND, where its owner is not there."""
        with self._writing() as connection:
            if not _users(connection, {key.owner}):
                raise BadInput("USER_NOT_FOUND", f"there is no user {key.owner}; `ebs users list` shows them")
            connection.execute(insert(ApiKeyRow), key_row(key))
            _changed(connection, "key", key.id, at)
            told = {"owner": key.owner, "name": key.name, "scopes": sorted(key.scopes), "expires_at": key.expires_at}
            _note(connection, at, by, "key_created", key.id, told)

    def revoke_key(self, key_id: str, by: str, at: int) -> None:
        """End a key. Raises BadInput, code KEY_NOT_FOUND, where there is none that lives."""
        lives = (col(ApiKeyRow.id) == key_id) & (col(ApiKeyRow.revoked_at) == 0)
        with self._writing() as connection:
            if not connection.execute(update(ApiKeyRow).where(lives).values(revoked_at=at)).rowcount:
                raise BadInput("KEY_NOT_FOUND", f"there is no key {key_id} to revoke; `ebs keys list` shows them")
            _changed(connection, "key", key_id, at)
            _note(connection, at, by, "key_revoked", key_id, {})

    # --- outputs ---

    def outputs(self) -> dict[str, OutputKey]:
        """Return every output that was not revoked, by name."""
        with self._reading() as connection:
            return _outputs(connection)

    def add_output(self, output: OutputKey, by: str) -> None:
        """Add an output. Raises BadInput, code OUTPUT_EXISTS, where one of this name lives, or USER_NOT_FOUND."""
        with self._writing() as connection:
            if not _users(connection, {output.owner}):
                raise BadInput("USER_NOT_FOUND", f"there is no user {output.owner}; `ebs users list` shows them")
            if _outputs(connection, {output.id}):
                raise BadInput(
                    "OUTPUT_EXISTS", f"there is an output {output.id} already; revoke it, or choose another name"
                )
            connection.execute(delete(OutputKeyRow).where(col(OutputKeyRow.id) == output.id))  # one that was revoked
            connection.execute(insert(OutputKeyRow), output_row(output))
            _changed(connection, "output", output.id, output.created_at)
            told = {"owner": output.owner, "table": output.table_id, "channel": output.channel}
            _note(connection, output.created_at, by, "output_added", output.id, told)

    def revoke_output(self, output: str, by: str, at: int) -> None:
        """End an output. Raises BadInput, code OUTPUT_NOT_FOUND, where there is none that lives."""
        lives = (col(OutputKeyRow.id) == output) & (col(OutputKeyRow.revoked_at) == 0)
        with self._writing() as connection:
            if not connection.execute(update(OutputKeyRow).where(lives).values(revoked_at=at)).rowcount:
                raise BadInput("OUTPUT_NOT_FOUND", f"there is no output {output[:80]}; `ebs outputs list` shows them")
            _changed(connection, "output", output, at)
            table = connection.execute(
                select(col(OutputKeyRow.table_id)).where(col(OutputKeyRow.id) == output)
            ).scalar()
            _note(connection, at, by, "output_revoked", output, {"table": table})

    def see_output(self, output: str, address: str, at: int) -> bool:
        """Note where an output was opened last; return whether it was somewhere else before."""
        own = col(OutputKeyRow.id) == output
        with self._writing() as connection:
            before = connection.execute(select(col(OutputKeyRow.address)).where(own)).scalar()
            connection.execute(update(OutputKeyRow).where(own).values(last_seen=at, address=address))
            return before is not None and before != address

    def touch(self, keys: Mapping[str, int], sessions: Mapping[str, int]) -> None:
        """Note when keys were used last, and sessions seen: ms, by id. Nobody has to hear of it."""
        with self._writing() as connection:
            for key_id, at in keys.items():
                connection.execute(update(ApiKeyRow).where(col(ApiKeyRow.id) == key_id).values(last_used=at))
            for session_id, at in sessions.items():
                connection.execute(update(SessionRow).where(col(SessionRow.id) == session_id).values(seen_at=at))

    # --- sessions of browsers ---

    def add_session(self, session: Session) -> None:
        """Begin a session."""
        with self._writing() as connection:
            connection.execute(insert(SessionRow), session_row(session))
            _changed(connection, "session", session.id, session.created_at)
            told = {"session": session.id, "address": session.address}
            _note(connection, session.created_at, session.user, "signed_in", session.user, told)

    def end_session(self, session_id: str, by: str, at: int) -> None:
        """End a session, if it is there."""
        with self._writing() as connection:
            gone = connection.execute(delete(SessionRow).where(col(SessionRow.id) == session_id)).rowcount
            if gone:
                _changed(connection, "session", session_id, at)
                _note(connection, at, by, "session_ended", session_id, {})

    # --- refresh tokens ---

    def add_family(self, family: Family, digest: str, by: str) -> None:
        """Begin a family with its first refresh token. digest: of the token."""
        with self._writing() as connection:
            values = {name: getattr(family, name) for name in Family.__dataclass_fields__}
            connection.execute(insert(FamilyRow), values)
            connection.execute(insert(RefreshRow), {"digest": digest, "family": family.id, "used_at": 0})
            _note(connection, family.created_at, by, "token_given", family.user, {"family": family.id})

    def renew(self, digest: str, successor: str, now: int) -> Renewal:
        """Use a refresh token once, and put `successor` (a digest too) in its place; see `renewal.judge`."""
        with self._writing() as connection:
            found = _standing(connection, digest, successor)
            renewal = judge(found, now)
            if renewal.verdict == "new":
                used = update(RefreshRow).where(col(RefreshRow.digest) == digest).values(used_at=now)
                connection.execute(used)
                values = {"digest": successor, "family": renewal.family.id, "used_at": 0}
                connection.execute(insert(RefreshRow), values)
            elif renewal.verdict == "reused":
                _revoke(connection, renewal.family.id, now)
                told = {"family": renewal.family.id}
                _note(connection, now, renewal.family.user, "token_reused", renewal.family.user, told)
            return renewal

    def end_family(self, family_id: str, by: str, at: int) -> None:
        """Revoke a family of refresh tokens, if it lives."""
        lives = select(col(FamilyRow.user)).where(col(FamilyRow.id) == family_id, col(FamilyRow.revoked_at) == 0)
        with self._writing() as connection:
            user = connection.execute(lives).scalar()
            if user is not None:
                _revoke(connection, family_id, at)
                _note(connection, at, by, "signed_out", user, {"family": family_id})

    # --- answers to requests that may come again ---

    def begin_answer(self, principal: str, key: str, digest: str, now: int) -> KeptAnswer | None:
        """Return what is kept of a request; None for a new one, which has begun with this. Old ones make room."""
        own = (col(IdempotencyRow.principal) == principal) & (col(IdempotencyRow.key) == key)
        with self._writing() as connection:
            row = connection.execute(select(IdempotencyRow.__table__).where(own)).first()  # type: ignore[attr-defined]
            if row is not None and row.created_at > now - ANSWERS_KEPT_MS:
                return KeptAnswer(row.digest, row.status, row.answer)
            connection.execute(delete(IdempotencyRow).where(own))
            _make_room(connection, MOST_ANSWERS)
            _make_room(connection, MOST_ANSWERS_OF_ONE, principal)
            values = {"principal": principal, "key": key, "digest": digest, "created_at": now}
            connection.execute(insert(IdempotencyRow), {**values, "status": 0, "answer": ""})
            return None

    def keep_answer(self, principal: str, key: str, status: int, answer: str) -> None:
        """Keep the answer of a request that has begun."""
        own = (col(IdempotencyRow.principal) == principal) & (col(IdempotencyRow.key) == key)
        with self._writing() as connection:
            connection.execute(update(IdempotencyRow).where(own).values(status=status, answer=answer))

    def forget_answer(self, principal: str, key: str) -> None:
        """Keep nothing of a request: nothing was done, and it may come again."""
        own = (col(IdempotencyRow.principal) == principal) & (col(IdempotencyRow.key) == key)
        with self._writing() as connection:
            connection.execute(delete(IdempotencyRow).where(own))

    # --- the record ---

    def audit(self, sought: Sought) -> list[Entry]:
        """Return entries that the web and the verbs wrote, the newest first."""
        at, number = col(AuditRow.at), col(AuditRow.number)
        question = select(AuditRow.__table__).where(at >= sought.since)  # type: ignore[attr-defined]
        for column, asked in (
            (col(AuditRow.who), sought.who),
            (col(AuditRow.what), sought.what),
            (col(AuditRow.table_id), sought.table_id),
        ):
            question = question.where(column == asked) if asked else question
        if sought.until is not None:
            question = question.where(at < sought.until)
        if sought.within is not None:
            question = question.where(col(AuditRow.table_id).in_(sought.within))
        if sought.before is not None:
            # Entries of one moment are in the order of their sources: the collector's come before these.
            last = sought.before.number if sought.before.source == WEB else 0
            question = question.where(tuple_(at, number) < tuple_(sought.before.at, last))
        with self._reading() as connection:
            return [
                _entry(row)
                for row in connection.execute(question.order_by(at.desc(), number.desc()).limit(sought.limit))
            ]

    def audit_after(self, number: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries of the audit behind a number, in order."""
        own = col(AuditRow.number)
        question = select(AuditRow.__table__).where(own > number).order_by(own).limit(limit)  # type: ignore[attr-defined]
        with self._reading() as connection:
            return [_entry(row) for row in connection.execute(question)]

    def last_audit(self) -> int:
        """Return how many entries of the audit were written."""
        own = col(CounterRow.name) == "audit"
        with self._reading() as connection:
            found: int = connection.execute(select(col(CounterRow.value)).where(own)).scalar_one()
            return found

    def note(self, at: int, who: str, what: str, about: str, details: Mapping[str, object]) -> None:
        """Add an entry to the audit."""
        with self._writing() as connection:
            _note(connection, at, who, what, about, details)

    def tidy(self, now: int) -> None:
        """Delete what is over: sessions, refresh families, old changes, old answers."""
        with self._writing() as connection:
            over = select(col(FamilyRow.id)).where(col(FamilyRow.expires_at) <= now)
            connection.execute(delete(RefreshRow).where(col(RefreshRow.family).in_(over)))
            connection.execute(delete(FamilyRow).where(col(FamilyRow.expires_at) <= now))
            connection.execute(delete(SessionRow).where(col(SessionRow.expires_at) <= now))
            connection.execute(delete(ChangeRow).where(col(ChangeRow.at) <= now - CHANGES_KEPT_MS))
            connection.execute(delete(IdempotencyRow).where(col(IdempotencyRow.created_at) <= now - ANSWERS_KEPT_MS))


def _make_room(connection: Connection, most: int, principal: str | None = None) -> None:
    """Delete the oldest answers beyond `most` - 1."""
    rows = IdempotencyRow.__table__  # type: ignore[attr-defined]
    found = select(rows.c.principal, rows.c.key).order_by(rows.c.created_at.desc(), rows.c.key).offset(most - 1)
    if principal is not None:
        found = found.where(rows.c.principal == principal)
    for row in connection.execute(found.limit(100)).all():
        connection.execute(delete(rows).where(rows.c.principal == row.principal, rows.c.key == row.key))


def _rows(connection: Connection, model: Any, key: Any, wanted: set[str] | None) -> Any:  # noqa: ANN401
    """Return all rows of a table, or those with a wanted key."""
    question = select(model.__table__)
    return connection.execute(question if wanted is None else question.where(key.in_(wanted))).all()


def _users(connection: Connection, names: set[str] | None = None) -> dict[str, User]:
    grants = by_user(_rows(connection, GrantRow, col(GrantRow.user), names))
    rows = _rows(connection, UserRow, col(UserRow.name), names)
    return {row.name: user_of(row, grants.get(row.name, ())) for row in rows}


def _keys(connection: Connection, ids: set[str] | None = None) -> dict[str, ApiKey]:
    return {row.id: key_of(row) for row in _rows(connection, ApiKeyRow, col(ApiKeyRow.id), ids)}


def _sessions(connection: Connection, ids: set[str] | None = None) -> dict[str, Session]:
    return {row.id: session_of(row) for row in _rows(connection, SessionRow, col(SessionRow.id), ids)}


def _outputs(connection: Connection, ids: set[str] | None = None) -> dict[str, OutputKey]:
    rows = _rows(connection, OutputKeyRow, col(OutputKeyRow.id), ids)
    return {row.id: output_of(row) for row in rows if not row.revoked_at}


def _write_grants(connection: Connection, user: User) -> None:
    if rows := grant_rows(user):
        connection.execute(insert(GrantRow), rows)


def _standing(connection: Connection, digest: str, successor: str) -> Standing | None:
    """Return a refresh token with its family, and whether the one that comes of it has been used."""
    question = select(RefreshRow.__table__).where(col(RefreshRow.digest).in_((digest, successor)))  # type: ignore[attr-defined]
    rows = {row.digest: row for row in connection.execute(question)}
    if digest not in rows:
        return None
    token, after = rows[digest], rows.get(successor)
    owner = select(FamilyRow.__table__).where(col(FamilyRow.id) == token.family)  # type: ignore[attr-defined]
    row = connection.execute(owner).one()
    family = Family(**{name: getattr(row, name) for name in Family.__dataclass_fields__})
    return Standing(family, token.used_at, successor_used=bool(after and after.used_at))


def _revoke(connection: Connection, family_id: str, now: int) -> None:
    connection.execute(update(FamilyRow).where(col(FamilyRow.id) == family_id).values(revoked_at=now))
    _changed(connection, "family", family_id, now)


def _revoked(connection: Connection) -> frozenset[str]:
    question = select(col(FamilyRow.id)).where(col(FamilyRow.revoked_at) > 0)
    return frozenset(connection.execute(question).scalars())


def _next(connection: Connection, series: str) -> int:
    own = col(CounterRow.name) == series
    connection.execute(update(CounterRow).where(own).values(value=col(CounterRow.value) + 1))
    found: int = connection.execute(select(col(CounterRow.value)).where(own)).scalar_one()
    return found


def _changed(connection: Connection, kind: str, about: str, at: int) -> None:
    values = {"number": _next(connection, "changes"), "at": at, "kind": kind, "about": about}
    connection.execute(insert(ChangeRow), values)


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row of the database
    details = json.loads(row.details)
    return Entry(WEB, "", row.number, row.at, row.who, row.what, row.about, row.table_id, details)


def _note(  # noqa: PLR0917 - the columns of an entry, in their order
    connection: Connection, at: int, who: str, what: str, about: str, details: Mapping[str, object]
) -> None:
    known = dict(details)
    table = str(known.pop("table", ""))
    values = {
        "number": _next(connection, "audit"),
        "at": at,
        "who": who[:LONGEST],
        "what": what,
        "about": about[:LONGEST],
    }
    told = canonical(dict(bounded(known))).decode()
    connection.execute(insert(AuditRow), {**values, "table_id": table[:LONGEST], "details": told})
