"""What sign-in, users and keys take and answer. What comes in is bounded, and has no field that is unknown."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collector.access.grants import Grant, grant_of
from collector.access.people import LONGEST_PASSWORD, ApiKey, Session, User
from collector.access.vocabulary import shortened
from collector.api.models import Answer
from collector.canonical import timestamp

Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PASSWORD)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Words = Annotated[list[Word], Field(max_length=200)]


class Asked(BaseModel):
    """Base of what comes in."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class LoginIn(Asked):
    """Who signs in. code: of the second factor, where there is one."""

    username: Name
    password: Secret = Field(repr=False)
    code: Annotated[str, StringConstraints(max_length=40)] = Field("", repr=False)


class RefreshIn(Asked):
    """A refresh token."""

    refresh_token: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(repr=False)


class PasswordIn(Asked):
    """A person's own password, and the new one."""

    old: Secret = Field(repr=False)
    new: Secret = Field(repr=False)


class NewPasswordIn(Asked):
    """A password for somebody; null: one is made, and told once."""

    password: Secret | None = Field(None, repr=False)


class GrantIn(Asked):
    """A grant; `*` for every event, or table."""

    role: Annotated[str, StringConstraints(max_length=40)] = ""
    words: Words = Field(default_factory=list)
    events: Words = Field(default_factory=lambda: ["*"])
    tables: Words = Field(default_factory=lambda: ["*"])

    def grant(self) -> Grant:
        """Return it. Raises BadInput."""
        return grant_of(self.role, self.words, self.events, self.tables)


class GrantsIn(Asked):
    """The grants of a person, in place of those that were there."""

    grants: Annotated[list[GrantIn], Field(max_length=50)]


class UserIn(NewPasswordIn):
    """A new person, with a first grant of the role."""

    name: Name
    role: Word
    events: Words = Field(default_factory=lambda: ["*"])
    tables: Words = Field(default_factory=lambda: ["*"])


class UserChange(Asked):
    """What is to change of a person; null stays."""

    role: Word | None = None
    disabled: bool | None = None


class KeyIn(Asked):
    """A new key. owner: null for whoever asks."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    scopes: Annotated[list[Word], Field(min_length=1, max_length=40)]
    owner: Name | None = None
    days: Annotated[int, Field(ge=1, le=3650)] = 90


class TokensOut(Answer):
    """Tokens for a program."""

    access_token: str = Field(description="JWT, for `Authorization: Bearer`.")
    token_type: str = "bearer"  # noqa: S105 - a word of OAuth
    expires_in: int = Field(description="Seconds.")
    refresh_token: str = Field(description="Gets the next tokens, once.")


class GrantOut(Answer):
    """A grant."""

    role: str
    words: list[str]
    events: list[str]
    tables: list[str]


class MeOut(Answer):
    """Who asks."""

    user: str
    name: str = Field(description="As it stands on record: `key:…` for a key.")
    role: str
    permissions: list[str]
    grants: list[GrantOut]
    csrf_token: str | None = Field(description="For writes of a page: `X-CSRF-Token`. Null without a session.")


class SessionOut(Answer):
    """A browser that has signed in."""

    id: str
    created_at: str
    seen_at: str
    expires_at: str
    address: str
    this: bool = Field(description="The one that asks.")


class SessionsOut(Answer):
    """Sessions of a person."""

    sessions: list[SessionOut]


class UserOut(Answer):
    """A person. No answer has a password or a seed, but for the one that made it."""

    name: str
    role: str
    disabled: bool
    second_factor: bool
    created_at: str
    grants: list[GrantOut]


class UsersOut(Answer):
    """Everybody."""

    users: list[UserOut]


class UserMade(UserOut):
    """A new person. password: told this once, where EBS made it."""

    password: str | None


class PasswordOut(Answer):
    """A password that EBS made; told this once. Null where one was given."""

    password: str | None


class SecondFactorOut(Answer):
    """A new second factor; told this once."""

    address: str = Field(description="`otpauth://…`, for an application for codes.")
    seed: str
    recovery_codes: list[str]


class KeyOut(Answer):
    """A key, without what opens the door."""

    id: str
    name: str
    owner: str
    scopes: list[str]
    created_at: str
    expires_at: str
    last_used: str | None
    revoked_at: str | None


class KeysOut(Answer):
    """Keys, the newest first."""

    keys: list[KeyOut]


class KeyMade(KeyOut):
    """A new key; told this once."""

    key: str


def grants_out(grants: tuple[Grant, ...]) -> list[GrantOut]:
    """Return grants for an answer."""
    return [
        GrantOut(
            role=each.role,
            words=sorted(each.words),
            events=_names(each.place.events),
            tables=_names(each.place.tables),
        )
        for each in grants
    ]


def user_out(user: User) -> UserOut:
    """Return the answer that shows a person."""
    return UserOut(
        name=user.name,
        role=user.role,
        disabled=user.disabled,
        second_factor=bool(user.seed),
        created_at=timestamp(user.created_at),
        grants=grants_out(user.grants),
    )


def key_out(key: ApiKey) -> KeyOut:
    """Return the answer that shows a key."""
    return KeyOut(
        id=key.id,
        name=key.name,
        owner=key.owner,
        scopes=shortened(key.scopes),
        created_at=timestamp(key.created_at),
        expires_at=timestamp(key.expires_at),
        last_used=timestamp(key.last_used) if key.last_used else None,
        revoked_at=timestamp(key.revoked_at) if key.revoked_at else None,
    )


def session_out(session: Session, this: Session | None) -> SessionOut:
    """Return the answer that shows a session. this: the one that asks."""
    return SessionOut(
        id=session.id,
        created_at=timestamp(session.created_at),
        seen_at=timestamp(session.seen_at),
        expires_at=timestamp(session.expires_at),
        address=session.address,
        this=this is not None and session.id == this.id,
    )


def _names(names: frozenset[str] | None) -> list[str]:
    return ["*"] if names is None else sorted(names)
