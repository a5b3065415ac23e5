"""Rows of the app store to values and back. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from collector.access.grants import Grant, Place
from collector.access.outputs import OutputKey
from collector.access.people import ApiKey, Session, User
from collector.access.vocabulary import BY_NAME

EVERYTHING = "*"
_NAMED = frozenset(BY_NAME)


def user_row(user: User) -> dict[str, Any]:
    """Return the columns of a person."""
    return {
        "name": user.name,
        "role": user.role,
        "password": user.password,
        "created_at": user.created_at,
        "generation": user.generation,
        "disabled": user.disabled,
        "seed": user.seed,
        "last_step": user.last_step,
        "recovery": " ".join(user.recovery),
    }


def grant_rows(user: User) -> list[dict[str, Any]]:
    """Return the rows of a person's grants, numbered from 1."""
    return [
        {
            "user": user.name,
            "number": number,
            "role": grant.role,
            "words": " ".join(sorted(grant.words)),
            "events": _joined(grant.place.events),
            "tables": _joined(grant.place.tables),
        }
        for number, grant in enumerate(user.grants, 1)
    ]


def user_of(row: Any, grants: Iterable[Any]) -> User:  # noqa: ANN401 - a row of the database
    """Return a person of its row and those of its grants, in order.

    A grant names words of `BY_NAME` alone. Whatever else stands there was written by no rule of ours, and counts for
    nothing: who may write the app store gives `read:live` to nobody.
    """
    return User(
        name=row.name,
        role=row.role,
        grants=tuple(
            Grant(each.role, frozenset(each.words.split()) & _NAMED, Place(_names(each.events), _names(each.tables)))
            for each in grants
        ),
        password=row.password,
        created_at=row.created_at,
        generation=row.generation,
        disabled=row.disabled,
        seed=row.seed,
        last_step=row.last_step,
        recovery=tuple(row.recovery.split()),
    )


def key_row(key: ApiKey) -> dict[str, Any]:
    """Return the columns of a key."""
    return {
        "id": key.id,
        "name": key.name,
        "owner": key.owner,
        "digest": key.digest,
        "scopes": " ".join(sorted(key.scopes)),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used": key.last_used,
        "revoked_at": key.revoked_at,
    }


def key_of(row: Any) -> ApiKey:  # noqa: ANN401 - a row of the database
    """Return a key of its row."""
    return ApiKey(
        row.id, row.name, row.owner, row.digest, frozenset(row.scopes.split()),
        row.created_at, row.expires_at, row.last_used, row.revoked_at,
    )  # fmt: skip


def output_row(output: OutputKey) -> dict[str, Any]:
    """Return the columns of an output."""
    values = {name: getattr(output, name) for name in OutputKey.__dataclass_fields__}
    return {**values, "name": output.id}


def output_of(row: Any) -> OutputKey:  # noqa: ANN401 - a row of the database
    """Return an output of its row."""
    return OutputKey(**{name: getattr(row, name) for name in OutputKey.__dataclass_fields__})


def session_row(session: Session) -> dict[str, Any]:
    """Return the columns of a session."""
    return {name: getattr(session, name) for name in Session.__dataclass_fields__}


def session_of(row: Any) -> Session:  # noqa: ANN401 - a row of the database
    """Return a session of its row."""
    return Session(**{name: getattr(row, name) for name in Session.__dataclass_fields__})


def by_user(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Return rows of grants by person, in their order."""
    found: dict[str, list[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.user, row.number)):
        found.setdefault(row.user, []).append(row)
    return found


def _joined(names: frozenset[str] | None) -> str:
    return EVERYTHING if names is None else " ".join(sorted(names))


def _names(text: str) -> frozenset[str] | None:
    return None if text == EVERYTHING else frozenset(text.split())
