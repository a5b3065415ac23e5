"""People who sign in at a house of these tests, and browsers that have."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from collector.access.grants import grant_of
from collector.access.people import User
from collector.appstore import AppStore
from collector.signin.passwords import Passwords
from collector.system import now_ms
from tools.rehearsal import demo
from tools.rehearsal.picture import keep_live, overlay_path
from tools.rehearsal.stack import Stack

WORD = "four odd words here"
DESK: Any = {"width": 1280, "height": 900}


def people_of(stack: Stack) -> contextlib.closing[AppStore]:
    """Return the app store of a stack: what `ebs users` and `ebs outputs` write."""
    return contextlib.closing(AppStore(f"sqlite:///{stack.folder}/app.db"))


async def let_in(stack: Stack, name: str, role: str) -> None:
    """Let somebody in under a role, with the password WORD."""
    passwords = Passwords()
    kept = await passwords.made(WORD)
    passwords.close()
    with people_of(stack) as store:
        store.add_user(User(name, role, (grant_of(role),), kept, now_ms()), "test", now_ms())


async def signed_in(browser: Browser, stack: Stack, role: str, **options: Any) -> BrowserContext:
    """Return a browser of its own in which somebody has signed in, who is called as the role."""
    with people_of(stack) as store:
        known = role in store.users()
    if not known:
        await let_in(stack, role, role)
        await asyncio.sleep(0.5)  # the web reads five times a second whom it knows, and counts those who fail
    context = await browser.new_context(**{"viewport": DESK, **options})
    asked = {"username": role, "password": WORD}
    answer = await context.request.post(f"{stack.url}/api/v1/auth/session", data=asked, headers={"Origin": stack.url})
    assert answer.ok, await answer.text()
    return context


async def open_page(browser: Browser, stack: Stack, page: str, role: str) -> Page:
    """Return a page for people at work, by name, as somebody who has signed in sees it."""
    context = await signed_in(browser, stack, role)
    opened = await context.new_page()
    await opened.goto(f"{stack.url}/{page}/?table={demo.TABLE}")
    return opened


async def show_live(page: Page, stack: Stack) -> None:
    """Open the overlay of the demo table with all its cards, as `ebs run` tells its address."""
    path = overlay_path(stack.folder, demo.TABLE)
    granted = asyncio.create_task(keep_live(stack.folder, demo.TABLE, print))
    await page.goto(f"{stack.url}{path}")
    await page.wait_for_selector("#overlay[data-link=online]", state="attached")
    granted.cancel()
