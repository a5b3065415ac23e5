"""A whole EBS for tests: real mosquitto, real collector process, real firmware on MicroPython, real browser."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright

from tests.web.conftest import CHROMIUM, CHROMIUM_ARGS
from tools import demo, micropython
from tools.console import Console
from tools.stack import DEALER, Stack, start_node
from tools.virtual.node import VirtualNode


@dataclass
class House:
    """A running stack, set up, with one console that commands and one that sees hole cards."""

    stack: Stack
    console: Console
    sees: Console
    node: VirtualNode


async def eventually(true: Any, seconds: float = 10) -> None:
    """Wait until `true()` holds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < deadline, "did not happen in time"
        await asyncio.sleep(0.02)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    stack = Stack(tmp_path / "data", say=lambda line: None)
    tasks: list[asyncio.Task[None]] = []
    node = None
    try:
        await stack.start()
        console = Console(stack.login(DEALER), demo.TABLE)
        sees = Console(stack.login("programme"), demo.TABLE, channels=("live",))
        tasks = [asyncio.create_task(part) for part in (stack.supervise(), console.run(), sees.run())]
        await demo.set_up(console, event_name="Test", table_name="Table 1")
        node = await start_node(stack, micropython.ensure(), report=lambda line: None)
        yield House(stack, console, sees, node)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if node:
            await node.stop()
        await stack.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        with contextlib.ExitStack():
            yield found
        await found.close()
