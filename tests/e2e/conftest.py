"""A whole EBS for tests: real mosquitto, real collector process, real firmware on MicroPython, real browser."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.web.chromium import CHROMIUM, CHROMIUM_ARGS
from tools.rehearsal.rehearsal import Rehearsal, rehearsal

House = Rehearsal


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with rehearsal(tmp_path / "data", say=print) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        with contextlib.ExitStack():
            yield found
        await found.close()
