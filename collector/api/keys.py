"""`/api/v1/keys`: keys of other systems. The same as `ebs keys`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from collector.access.grants import Identity
from collector.api.errors import NotFound
from collector.api.gate import NotPermitted
from collector.api.guarded import identity_of, takes
from collector.api.repeatable import repeatable
from collector.api.signin_models import KeyIn, KeyMade, KeyOut, KeysOut, key_out
from collector.api.signin_routes import ERRORS
from collector.errors import BadInput
from collector.signin.door import Door
from collector.signin.making import new_key, scopes_of

By = Annotated[Identity, Depends(identity_of)]


def keys_router(door: Door) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/keys", tags=["keys"], route_class=repeatable(door), responses=dict(ERRORS))

    @router.get("", summary="Keys, the newest first", **takes("manage:keys"))
    async def keys() -> KeysOut:
        return KeysOut(keys=[key_out(each) for each in door.register.all_keys()])

    @router.post("", summary="Make a key; it is told once", status_code=201, **takes("manage:keys"))
    async def create(asked: KeyIn, by: By) -> KeyMade:
        owner = door.register.users.get(asked.owner or by.user)
        if owner is None:
            raise NotFound("USER_NOT_FOUND", "there is no such user; `GET /api/v1/users` lists them")
        scopes = scopes_of(asked.scopes, owner)
        if beyond := sorted(scopes - by.words()):
            raise NotPermitted("NOT_PERMITTED", f"you do not hold {beyond[0]}, and cannot give it to a key")
        key, text = new_key(asked.name, owner.name, scopes, door.now_ms(), asked.days)
        await door.register.do(lambda: door.store.add_key(key, by.name, key.created_at))
        return KeyMade(**key_out(key).model_dump(), key=text)

    @router.delete("/{key_id}", summary="Revoke a key", **takes("manage:keys"))
    async def revoke(key_id: Annotated[str, Path(max_length=80)], by: By) -> KeyOut:
        try:
            await door.register.do(lambda: door.store.revoke_key(key_id, by.name, door.now_ms()))
        except BadInput as error:
            raise NotFound(error.code, error.message) from error
        return key_out(next(each for each in door.register.all_keys() if each.id == key_id))

    return router
