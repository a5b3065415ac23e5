"""A terminal with a shell in it, for tests that type what a guide says. Knows no guide.

async with terminal(folder, environment) as shell:
    status = await shell.type("echo hello")
    assert "hello" in shell.said
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

_LOOP = 'trap : INT; while IFS= read -r line <&{commands}; do eval "$line"; echo $? >&{statuses}; done'


class Shell:
    """One bash, in a process group of its own. `said` is all that it printed."""

    def __init__(self, process: asyncio.subprocess.Process, commands: int, statuses: asyncio.StreamReader) -> None:
        self.said = ""
        self._process = process
        self._commands = commands
        self._statuses = statuses
        self._reading = asyncio.create_task(self._read())

    async def type(self, line: str, seconds: float = 120) -> int:
        """Type a line; return the status of the command when it has ended."""
        os.write(self._commands, line.encode() + b"\n")
        async with asyncio.timeout(seconds):
            answer = await self._statuses.readline()
        await asyncio.sleep(0.05)  # its last words may still be in the pipe
        return int(answer)

    def answer(self, text: str) -> None:
        """Type what the running command asks for."""
        assert self._process.stdin
        self._process.stdin.write(text.encode() + b"\n")

    async def hears(self, pattern: str, seconds: float = 60, start: int = 0) -> re.Match[str]:
        """Wait until the text from `start` on matches."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (found := re.search(pattern, self.said[start:])):
            if asyncio.get_running_loop().time() > deadline or self._process.returncode is not None:
                raise AssertionError(f"nothing like {pattern!r} in:\n{self.said[start:]}")
            await asyncio.sleep(0.02)
        return found

    @property
    def pid(self) -> int:
        """The shell's process; that of the command after `exec`."""
        return self._process.pid

    async def ended(self) -> int:
        """Wait for the shell's end; return its status."""
        return await asyncio.wait_for(self._process.wait(), 20)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.killpg(self._process.pid, signal.SIGINT)

    async def _read(self) -> None:
        assert self._process.stdout
        while data := await self._process.stdout.read(65_536):
            self.said += data.decode(errors="replace")

    async def close(self) -> None:
        """End the shell and what still runs in it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        os.close(self._commands)
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)


def _hears_ctrl_c() -> None:
    """Let Ctrl-C reach what is typed, also where the tests run in the background and hear none themselves."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.asynccontextmanager
async def terminal(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Shell]:
    """Open a shell in `folder`; end it, and all it started, at the end."""
    commands, typing = os.pipe()
    answers, statuses = os.pipe()
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", _LOOP.format(commands=commands, statuses=statuses),
        cwd=folder, env=dict(environment), pass_fds=(commands, statuses), start_new_session=True,
        preexec_fn=_hears_ctrl_c,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    os.close(commands)
    os.close(statuses)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(answers, "rb"))
    shell = Shell(process, typing, reader)
    try:
        yield shell
    finally:
        await shell.close()
        transport.close()
