"""The `ebs` command, typed as a person does."""

from __future__ import annotations

import asyncio
import sys


async def ebs(*arguments: str) -> str:
    """Run the command as a person does; return what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tools.cli", *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()
