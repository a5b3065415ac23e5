"""`/api/v1/auth`: sign-in of pages and programs, what one may do, one's own sessions and password."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from collector.access.changes import with_password
from collector.access.people import User, check_password
from collector.access.vocabulary import OPEN, SELF, shortened
from collector.api.errors import ErrorAnswer, NotFound
from collector.api.gate import address_of, check_origin, cookie_name, no_key, set_session
from collector.api.guarded import GuardedRoute, caller_of, takes
from collector.api.rates import Limits
from collector.api.signin_models import (
    LoginIn,
    MeOut,
    PasswordIn,
    RefreshIn,
    SessionsOut,
    TokensOut,
    grants_out,
    session_out,
)
from collector.signin.door import Caller, Door, Given, NotSignedIn

Asking = Annotated[Caller, Depends(caller_of)]
ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": ErrorAnswer} for status in (401, 403, 404, 422, 429, 503)}


def signin_router(door: Door, limits: Limits) -> APIRouter:  # noqa: C901 - a list of routes
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/auth", tags=["sign-in"], route_class=GuardedRoute, responses=dict(ERRORS))

    @router.post("/login", summary="Sign a program in: tokens for name and password", **takes(OPEN))
    async def login(request: Request, asked: LoginIn) -> TokensOut:
        return _tokens(await door.give_tokens(await _signed_in(request, asked)))

    @router.post("/refresh", summary="The next tokens, for a refresh token", **takes(OPEN))
    async def refresh(request: Request, asked: RefreshIn) -> TokensOut:
        limits.refresh(address_of(request))
        return _tokens(await door.refresh(asked.refresh_token))

    @router.post("/session", summary="Sign a browser in: a cookie for name and password", **takes(OPEN))
    async def begin_session(request: Request, response: Response, asked: LoginIn) -> MeOut:
        check_origin(request)
        user = await _signed_in(request, asked)
        before = await door.by_session(request.cookies.get(cookie_name(request), ""))
        if before and before.session:
            await door.end_session(before.session, user.name)  # one that was put there before is of no use to anybody
        secret = await door.begin_session(user, address_of(request))
        set_session(request, response, secret)
        return _me(Caller(user.identity, user), door.csrf_token(secret))

    async def _signed_in(request: Request, asked: LoginIn) -> User:
        name, address = asked.username, address_of(request)
        limits.sign_in(name, address)
        try:
            user = await door.password(name, asked.password, asked.code)
        except NotSignedIn:
            limits.failed(name, address)
            raise
        limits.succeeded(name, address)
        return user

    @router.post("/logout", summary="End this session, or these tokens", status_code=204, **takes(SELF))
    async def logout(request: Request, response: Response, caller: Asking) -> None:
        if caller.session:
            await door.end_session(caller.session, caller.identity.name)
            set_session(request, response, "")
        elif caller.family:
            await door.end_family(caller.family, caller.identity.name)

    @router.get("/me", summary="Who asks, and what they may do", **takes(SELF))
    async def me(request: Request, caller: Asking) -> MeOut:
        cookie = request.cookies.get(cookie_name(request), "")
        return _me(caller, door.csrf_token(cookie) if caller.session else None)

    @router.get("/sessions", summary="One's own sessions", **takes(SELF))
    async def sessions(caller: Asking) -> SessionsOut:
        found = door.register.sessions_of(caller.identity.user)
        return SessionsOut(sessions=[session_out(each, caller.session) for each in found])

    @router.delete("/sessions/{session_id}", summary="End one of one's own sessions", status_code=204, **takes(SELF))
    async def end_session(session_id: Annotated[str, Path(max_length=80)], caller: Asking) -> None:
        no_key(caller.identity)
        found = [each for each in door.register.sessions_of(caller.identity.user) if each.id == session_id]
        if not found:
            raise NotFound("SESSION_NOT_FOUND", "no such session of yours; `GET /api/v1/auth/sessions` lists them")
        await door.end_session(found[0], caller.identity.name)

    @router.post("/password", summary="Set one's own password; everybody who was in by it is out", **takes(SELF))
    async def set_password(request: Request, asked: PasswordIn, caller: Asking) -> None:
        no_key(caller.identity)
        name = caller.identity.user
        limits.sign_in(name, address_of(request))
        try:
            await door.require_password(name, asked.old)
        except NotSignedIn:
            limits.failed(name, address_of(request))
            raise
        kept = await door.passwords.made(check_password(asked.new, name))
        await door.edit(name, with_password(kept), "password_set", caller.identity.name)

    return router


def _tokens(given: Given) -> TokensOut:
    return TokensOut(access_token=given.access, expires_in=given.expires_in, refresh_token=given.refresh)


def _me(caller: Caller, csrf_token: str | None) -> MeOut:
    return MeOut(
        user=caller.identity.user,
        name=caller.identity.name,
        role=caller.user.role if caller.user else "",
        permissions=shortened(caller.identity.words()),
        grants=grants_out(caller.identity.grants),
        csrf_token=csrf_token,
    )
