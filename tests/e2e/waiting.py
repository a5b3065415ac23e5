"""Waiting for something to hold."""

from __future__ import annotations

import asyncio
from typing import Any


async def eventually(true: Any, seconds: float = 10) -> None:
    """Wait until `true()` holds."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < deadline, "did not happen in time"
        await asyncio.sleep(0.02)
