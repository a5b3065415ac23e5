"""Every route that writes leaves an entry in the audit, with who did it; what each leaves is written here by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.api.outputs import outputs_router
from tests.collector.api.words import ASKING, WORDS
from tests.collector.signin.house import PASSWORD, House

LEAVES: dict[str, tuple[dict[str, Any] | None, str]] = {
    "POST /api/v1/auth/login": ({"username": "ada", "password": PASSWORD}, "token_given"),
    "POST /api/v1/auth/session": ({"username": "ada", "password": PASSWORD}, "signed_in"),
    "POST /api/v1/auth/logout": (None, "signed_out"),
    "DELETE /api/v1/auth/sessions/{session_id}": (None, "session_ended"),
    "POST /api/v1/auth/password": ({"old": PASSWORD, "new": "four odd words here"}, "password_set"),
    "POST /api/v1/users": ({"name": "ana", "role": "viewer"}, "user_added"),
    "PATCH /api/v1/users/{name}": ({"role": "floor"}, "role_set"),
    "PUT /api/v1/users/{name}/grants": ({"grants": [{"role": "floor"}]}, "grants_set"),
    "POST /api/v1/users/{name}/password": ({}, "password_set"),
    "POST /api/v1/users/{name}/totp": (None, "second_factor_set"),
    "DELETE /api/v1/users/{name}/totp": (None, "second_factor_taken"),
    "DELETE /api/v1/users/{name}/sessions": (None, "signed_out_everywhere"),
    "POST /api/v1/keys": ({"name": "tv", "scopes": ["read:hands"]}, "key_created"),
    "DELETE /api/v1/keys/{key_id}": (None, "key_revoked"),
    "POST /api/v1/outputs": ({"name": "main", "table_id": "t1"}, "output_added"),
    "DELETE /api/v1/outputs/{name}": (None, "output_revoked"),
}
"""By route: what is sent, and what is on record afterwards."""
OF_THE_COLLECTOR = {
    "POST /api/v1/events/{event_id}/tables/{table_id}/commands",
    "POST /api/v1/house/commands",
    "POST /api/v1/auth/output",
    "POST /api/v1/auth/output/renew",
    "POST /api/v1/auth/output/end",
    "POST /api/v1/auth/broker",
    "POST /api/v1/auth/broker/renew",
    "POST /api/v1/auth/broker/end",
}
"""The collector puts these on record, in its log: tests/e2e/test_doors.py."""
LEAVES_NOTHING = {"POST /api/v1/auth/refresh": "once an hour for each program; a second use is on record"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    made.app.include_router(outputs_router(made.door, made.queries, lambda _output: None))
    await made.person("ada", "admin")
    await made.person("bob", "viewer")
    yield made
    made.close()


def test_every_route_that_writes_is_here() -> None:
    writes = {route for route in (*WORDS, *ASKING) if not route.startswith("GET ")}

    assert LEAVES.keys() | OF_THE_COLLECTOR | LEAVES_NOTHING.keys() == writes


@pytest.mark.parametrize("route", LEAVES)
async def test_it_leaves_an_entry_with_who_did_it(house: House, route: str) -> None:
    body, what = LEAVES[route]
    method, path = route.split()
    async with house.client(await house.token("ada")) as client:
        key = (await client.post("/api/v1/keys", json={"name": "old", "scopes": ["read:hands"]})).json()["id"]
        await client.post("/api/v1/outputs", json={"name": "old", "table_id": "t1"})
        await house.door.begin_session(house.register.users["ada"], "::1")
        named = {
            "{session_id}": house.register.sessions_of("ada")[0].id,
            "{key_id}": key,
            "{name}": "old" if "outputs" in path else "bob",
        }
        if route == "DELETE /api/v1/users/{name}/totp":
            await client.post("/api/v1/users/bob/totp")
        for part, value in named.items():
            path = path.replace(part, value)
        before = len(house.store.audit_after(0, 100))

        answer = await client.request(method, path, json=body)

    assert answer.is_success, answer.text
    entries = house.store.audit_after(before, 100)
    assert [(each.what, each.who) for each in entries] == [(what, "ada")]
