"""REST over the read model: S1 and S2 only."""

from __future__ import annotations

from collector.api.app import create_app, create_collector_app, house_routers, people_routers
from collector.api.audit import audit_router
from collector.api.server import serve

__all__ = ["audit_router", "create_app", "create_collector_app", "house_routers", "people_routers", "serve"]
