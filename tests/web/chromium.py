"""The browser that tests look at pages with."""

from __future__ import annotations

import os
from typing import Any

from playwright.sync_api import BrowserContext, Page, ViewportSize

CHROMIUM = os.environ.get("EBS_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SMALL: ViewportSize = {"width": 480, "height": 270}
"""A quarter of the stage: the overlay scales itself, and a small picture is drawn soon."""
DESK: ViewportSize = {"width": 1280, "height": 800}
"""A tablet or a laptop."""


_SHOWS = """([selector, ms]) => new Promise((resolve, reject) => {
  const observer = new MutationObserver(() => look());
  const look = () => { if (document.querySelector(selector)) { observer.disconnect(); resolve(); } };
  observer.observe(document, { subtree: true, childList: true, attributes: true });
  setTimeout(() => reject(new Error(`${selector} did not come in ${ms} ms`)), ms);
  look();
})"""


def shows(page: Page, selector: str, seconds: float = 10) -> None:
    """Wait until the page has what `selector` names. It is told of the change; `wait_for_selector` looks ever more
    seldom.
    """
    page.evaluate(_SHOWS, [selector, int(seconds * 1000)])


def run(page: Page, module: str, call: str, argument: Any = None) -> Any:
    """Return what `call` gives, run in the page with `m`, a module that pages share, and `argument`."""
    body = f"async (argument) => {{ const m = await import('/shared/{module}.js'); return {call}; }}"
    return page.evaluate(body, argument)


def blank_page(context: BrowserContext) -> Page:
    """A page no test is using: a new tab costs more than a new address in an old one."""
    free = [page for page in context.pages if page.url == "about:blank"]
    return free[0] if free else context.new_page()
