"""REST over the read model: S1 and S2 only."""

from __future__ import annotations

from collector.api.app import create_app, create_collector_app

__all__ = ["create_app", "create_collector_app"]
