"""`/api/v1/users`: who may come in, and what they may do. The same as `ebs users`."""

from __future__ import annotations

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path

from collector.access.apikeys import digest
from collector.access.changes import disabled, signed_out, with_grants, with_password, with_role, with_second_factor
from collector.access.grants import Grant, Identity, grant_of
from collector.access.people import User, check_name, check_password
from collector.api.errors import NotFound
from collector.api.gate import NotPermitted
from collector.api.guarded import identity_of, takes
from collector.api.repeatable import repeatable
from collector.api.signin_models import (
    GrantsIn,
    NewPasswordIn,
    PasswordOut,
    SecondFactorOut,
    UserChange,
    UserIn,
    UserMade,
    UserOut,
    UsersOut,
    user_out,
)
from collector.api.signin_routes import ERRORS
from collector.signin.door import Door
from collector.signin.passwords import drawn_password
from collector.signin.second_factor import address_of, new_seed, recovery_codes

T = TypeVar("T")
By = Annotated[Identity, Depends(identity_of)]
UserName = Annotated[str, Path(max_length=40, examples=["ana"])]
_USERS = takes("manage:users")


def users_router(door: Door) -> APIRouter:  # noqa: C901 - a list of routes
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/users", tags=["users"], route_class=repeatable(door), responses=dict(ERRORS))

    @router.get("", summary="Everybody, by name", **_USERS)
    async def users() -> UsersOut:
        return UsersOut(users=[user_out(each) for _, each in sorted(door.register.users.items())])

    @router.post("", summary="Let somebody in", status_code=201, **_USERS)
    async def add(asked: UserIn, by: By) -> UserMade:
        name, grant = check_name(asked.name), grant_of(asked.role, events=asked.events, tables=asked.tables)
        _within(by, [grant])
        password = _password(asked.password, name)
        now = door.now_ms()
        user = User(name, asked.role, (grant,), await door.passwords.made(password), now)
        await door.register.do(lambda: door.store.add_user(user, by.name, now))
        return UserMade(**user_out(user).model_dump(), password=None if asked.password else password)

    @router.get("/{name}", summary="One person", **_USERS)
    async def one(name: UserName) -> UserOut:
        return user_out(_known(name))

    @router.patch("/{name}", summary="Another role; disable, or let in again", **_USERS)
    async def change(name: UserName, asked: UserChange, by: By) -> UserOut:
        user = _known(name)
        if asked.role is not None:
            _within(by, [grant_of(asked.role)])
            user = await door.edit(name, with_role(asked.role), "role_set", by.name)
        if asked.disabled is not None:
            what = "user_disabled" if asked.disabled else "user_enabled"
            _within(by, user.grants)
            user = await door.edit(name, disabled(is_so=asked.disabled), what, by.name)
        return user_out(user)

    @router.put("/{name}/grants", summary="What somebody may do, and where", **_USERS)
    async def grants(name: UserName, asked: GrantsIn, by: By) -> UserOut:
        _known(name)
        given = [each.grant() for each in asked.grants]
        _within(by, given)
        return user_out(await door.edit(name, with_grants(given, only=True), "grants_set", by.name))

    @router.post("/{name}/password", summary="A new password for somebody", **_USERS)
    async def set_password(name: UserName, asked: NewPasswordIn, by: By) -> PasswordOut:
        _within(by, _known(name).grants)
        password = _password(asked.password, name)
        kept = await door.passwords.made(password)
        await door.edit(name, with_password(kept), "password_set", by.name)
        return PasswordOut(password=None if asked.password else password)

    @router.post("/{name}/totp", summary="A new second factor for somebody", **_USERS)
    async def second_factor(name: UserName, by: By) -> SecondFactorOut:
        _within(by, _known(name).grants)
        seed, codes = new_seed(), recovery_codes()
        factor = with_second_factor(seed, [digest(code) for code in codes])
        await door.edit(name, factor, "second_factor_set", by.name)
        return SecondFactorOut(address=address_of(seed, name), seed=seed, recovery_codes=codes)

    @router.delete("/{name}/totp", summary="Take somebody's second factor away", status_code=204, **_USERS)
    async def no_second_factor(name: UserName, by: By) -> None:
        _within(by, _known(name).grants)
        await door.edit(name, with_second_factor("", ()), "second_factor_taken", by.name)

    @router.delete("/{name}/sessions", summary="Sign somebody out everywhere", status_code=204, **_USERS)
    async def end_sessions(name: UserName, by: By) -> None:
        _known(name)
        await door.edit(name, signed_out(), "signed_out_everywhere", by.name)

    def _known(name: str) -> User:
        found = door.register.users.get(name)
        if found is None:
            raise NotFound("USER_NOT_FOUND", "there is no such user; `GET /api/v1/users` lists them")
        return found

    return router


def _password(given: str | None, name: str) -> str:
    return drawn_password() if given is None else check_password(given, name)


def _within(by: Identity, grants: list[Grant] | tuple[Grant, ...]) -> None:
    """Have a key give nothing that it does not hold: else one for users would be one for everything."""
    if by.scopes is None:
        return
    for grant in grants:
        if beyond := sorted(grant.all_words() - by.words()):
            raise NotPermitted("NOT_PERMITTED", f"this key does not hold {beyond[0]}, and cannot give it")
