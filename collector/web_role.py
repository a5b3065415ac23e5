"""Puts the web role together: pages, REST, and the door before them. Holds nothing of the collector's memory."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI

from collector.api import audit_router, create_app, create_collector_app, house_routers, people_routers
from collector.api.gate import Gate
from collector.api.kept_limits import FILE, KeptLimits
from collector.api.live import LiveKnown
from collector.api.rates import Limits
from collector.appstore import AppStore
from collector.broker.asking import Asking
from collector.broker.link import Address
from collector.broker.logins import WEB, known_logins
from collector.certificates.watch import Watch
from collector.metrics import Metrics
from collector.readmodel import ReadModelQueries
from collector.settings import Settings
from collector.signin.door import Door
from collector.signin.first import forget_first_password, make_first_admin
from collector.signin.passwords import Passwords
from collector.signin.register import Register
from collector.signin.tokens import Tokens, kept_key
from collector.system import now_ms, on_terminal

PAGES: Final = Path(__file__).parent / "web" / "static"

Background = Callable[[], Coroutine[Any, Any, None]]
"""A part that runs beside the server."""


async def web_app(
    settings: Settings, metrics: Metrics, checks: Mapping[str, asyncio.Event], watch: Watch, stack: AsyncExitStack
) -> tuple[FastAPI, list[Background]]:
    """Return what the server serves, and what runs beside it. What was opened is closed with `stack`.

    checks: the collector's, where it is the same process. watch: over the certificates, whose warnings are told.
    """

    def ready() -> Mapping[str, bool]:
        return {part: event.is_set() for part, event in checks.items()}

    if settings.role == "collector":
        return create_collector_app(
            ready=ready, registry=metrics.registry, reach=settings.reach, warned=watch.warnings
        ), []
    opened = await asyncio.to_thread(ReadModelQueries, settings.readmodel_url, settings.sharing("collector"))
    queries = stack.enter_context(closing(opened))
    door, limits, asking = await _door(settings, stack), Limits(settings.rates), _asking(settings)
    kept = KeptLimits(settings.data / FILE, limits, now_ms)
    stack.callback(kept.write)
    live = LiveKnown(queries, now_ms)
    house = house_routers(door, limits, asking, queries, settings.for_pages, live.until) if asking else []
    app = create_app(
        queries,
        ready=lambda: {**ready(), "people": door.register.holds},
        config=settings.for_pages,
        registry=metrics.registry,
        static=PAGES,
        reach=settings.reach,
        gate=Gate(door, limits, may_read=settings.anonymous == "hands", seen=live.seen),
        routers=[*people_routers(door, limits), audit_router(door, queries), *house],
        warned=watch.warnings,
    )
    return app, [door.register.run, kept.run, live.run, *([asking.run] if asking else [])]


def _asking(settings: Settings) -> Asking | None:
    """Return how the web asks the collector; None where it has no login of its own at the broker."""
    if WEB not in known_logins(settings.credentials_file):
        return None
    address = Address.of_login(WEB, settings.broker, settings.credentials_file)
    # Drawn anew, since it has no session to come back to, and not with the collector's secret, which is not the web's.
    return Asking(address, identifier=f"ebs-web-{settings.instance}-{secrets.token_hex(16)}")


async def _door(settings: Settings, stack: AsyncExitStack) -> Door:
    """Open the app store, with an admin in it, and return the door before it."""
    opened = await asyncio.to_thread(AppStore, settings.app_store_url, settings.sharing("web"))
    store = stack.enter_context(closing(opened))
    key = kept_key(settings.data)
    # A service's stderr is kept for years; a person's terminal is not.
    tell = (lambda line: sys.stderr.write(f"{line}\n")) if on_terminal() else None
    await asyncio.to_thread(make_first_admin, store, settings.data, now_ms(), tell)
    register, passwords = Register(store, now_ms), Passwords()
    stack.callback(passwords.close)
    stack.callback(register.close)
    await register.look()
    return Door(
        store,
        register,
        passwords,
        Tokens(key),
        now_ms,
        second_factor=settings.second_factor == "admins",
        forget=lambda name: forget_first_password(settings.data, name),
    )
