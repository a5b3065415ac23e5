"""The permission word of each route, by hand."""

from __future__ import annotations

WORDS = {
    "POST /api/v1/auth/login": "open",
    "POST /api/v1/auth/refresh": "open",
    "POST /api/v1/auth/session": "open",
    "POST /api/v1/auth/logout": "self",
    "GET /api/v1/auth/me": "self",
    "GET /api/v1/auth/sessions": "self",
    "DELETE /api/v1/auth/sessions/{session_id}": "self",
    "POST /api/v1/auth/password": "self",
    "GET /api/v1/users": "manage:users",
    "POST /api/v1/users": "manage:users",
    "GET /api/v1/users/{name}": "manage:users",
    "PATCH /api/v1/users/{name}": "manage:users",
    "PUT /api/v1/users/{name}/grants": "manage:users",
    "POST /api/v1/users/{name}/password": "manage:users",
    "POST /api/v1/users/{name}/totp": "manage:users",
    "DELETE /api/v1/users/{name}/totp": "manage:users",
    "DELETE /api/v1/users/{name}/sessions": "manage:users",
    "GET /api/v1/keys": "manage:keys",
    "POST /api/v1/keys": "manage:keys",
    "DELETE /api/v1/keys/{key_id}": "manage:keys",
    "GET /api/v1/audit": "read:audit",
    "GET /health/live": "open",
    "GET /health/ready": "open",
    "GET /metrics": "open",
    "GET /config.json": "open",
    "GET /api/v1/events/{event_id}/hands": "read:hands",
    "GET /api/v1/events/{event_id}/hands/{hand_id}": "read:hands",
    "GET /api/v1/events/{event_id}/hands/{hand_id}/export": "read:hands",
    "GET /api/v1/events/{event_id}/players": "read:players",
    "GET /api/v1/events/{event_id}/players/{player_id}": "read:players",
    "GET /api/v1/events/{event_id}/players/{player_id}/statistics": "read:players",
    "GET /api/v1/events/{event_id}/statistics": "read:statistics",
    "GET /api/v1/events/{event_id}/statistics/summary": "read:statistics",
    "GET /api/v1/events/{event_id}/statistics/hands": "read:statistics",
    "GET /api/v1/events/{event_id}/statistics/players": "read:players",
}


ASKING = {
    "POST /api/v1/events/{event_id}/tables/{table_id}/commands": "self",
    "POST /api/v1/house/commands": "self",
    "GET /api/v1/outputs": "manage:outputs",
    "POST /api/v1/outputs": "manage:outputs",
    "DELETE /api/v1/outputs/{name}": "manage:outputs",
    "POST /api/v1/auth/output": "open",
    "POST /api/v1/auth/output/renew": "open",
    "POST /api/v1/auth/output/end": "open",
    "POST /api/v1/auth/broker": "self",
    "POST /api/v1/auth/broker/renew": "self",
    "POST /api/v1/auth/broker/end": "self",
}
"""Routes behind which the collector is asked: tests/e2e/test_doors.py tries them with people and keys."""
