"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str, *rest: object) -> sa.Column[str]:
    return sa.Column(name, sa.String(), *rest, nullable=False)  # type: ignore[arg-type]


def _long(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _of_user(name: str) -> sa.Column[str]:
    return _text(name, sa.ForeignKey("users.name"))


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "users",
        *(_text("name"), _text("role"), _text("password"), _long("created_at")),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        *(_text("seed"), _long("last_step"), _text("recovery")),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "grants",
        *(_of_user("user"), sa.Column("number", sa.Integer(), nullable=False)),
        *(_text("role"), _text("words"), _text("events"), _text("tables")),
        sa.PrimaryKeyConstraint("user", "number"),
    )
    op.create_table(
        "sessions",
        *(_text("id"), _text("digest"), _of_user("user"), sa.Column("generation", sa.Integer(), nullable=False)),
        *(_long("created_at"), _long("seen_at"), _long("expires_at"), _text("address")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_table(
        "refresh_families",
        *(_text("id"), _of_user("user"), sa.Column("generation", sa.Integer(), nullable=False)),
        *(_long("created_at"), _long("expires_at"), _long("revoked_at")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_refresh_families_user", "refresh_families", ["user"])
    op.create_table(
        "refresh_tokens",
        *(_text("digest"), _text("family", sa.ForeignKey("refresh_families.id")), _long("used_at")),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_refresh_tokens_family", "refresh_tokens", ["family"])
    _keys()
    _records()
    _append_only()


def _keys() -> None:
    op.create_table(
        "api_keys",
        *(_text("id"), _text("name"), _of_user("owner"), _text("digest"), _text("scopes")),
        *(_long("created_at"), _long("expires_at"), _long("last_used"), _long("revoked_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_api_keys_owner", "api_keys", ["owner"])
    op.create_table(
        "output_keys",
        *(_text("id"), _text("name"), _of_user("owner"), _text("digest"), _text("table_id"), _text("channel")),
        *(_long("created_at"), _long("last_seen"), _text("address"), _long("revoked_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_output_keys_owner", "output_keys", ["owner"])


def _records() -> None:
    op.create_table(
        "audit",
        *(_long("number"), _long("at"), _text("who"), _text("what"), _text("about"), _text("details")),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("audit_by_time", "audit", ["at"])
    op.create_index("audit_by_who", "audit", ["who", "number"])
    op.create_table(
        "idempotency_keys",
        *(_text("principal"), _text("key"), _text("digest"), _long("created_at")),
        *(sa.Column("status", sa.Integer(), nullable=False), _text("answer")),
        sa.PrimaryKeyConstraint("principal", "key"),
    )
    op.create_table(
        "changes",
        *(_long("number"), _long("at"), _text("kind"), _text("about")),
        sa.PrimaryKeyConstraint("number"),
    )
    counters = op.create_table("counters", _text("name"), _long("value"), sa.PrimaryKeyConstraint("name"))
    op.bulk_insert(counters, [{"name": "changes", "value": 0}, {"name": "audit", "value": 0}])


def _append_only() -> None:
    """Have the database itself refuse to change or delete an entry of the audit."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_keeps_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'an entry of the audit stays as it is'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'an entry of the audit stays as it is'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_keeps()"
        )
