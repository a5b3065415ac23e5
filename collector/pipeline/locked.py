"""A collector whose house key is not at hand: it cannot read its log, so it does nothing, and says so.

No fact is folded, since what is hidden in it would be missing from every state. None is logged. Each command is
refused, the floor is told, and nodes keep what they have: they are acknowledged by what is in the log only.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from collector.errors import LogError
from collector.facts.chain import Chain
from collector.logs import log_event, logger_of
from collector.pipeline.deciding import Own
from collector.pipeline.desk import Desk
from collector.pipeline.floor import Floor
from collector.pipeline.intake import Received, id_of
from collector.pipeline.outgoing import reply_payload
from collector.ports import Link, Log
from collector.table.effects import Warn
from collector.table.registry import Commands
from collector.wire.replies import Refusal, Reply
from collector.wire.topics import levels_of, topic

log = logger_of(__name__)
R = TypeVar("R", bound=Received)
CODE: Final = "HOUSE_KEY_MISSING"
LOOK_S: Final = 1.0
TELL_S: Final = 30.0


class Locked(Generic[R]):
    """Waits until the log can be read. problem: why it cannot be, and what to do; "" once it can.

    connected: whether the broker is there. R, puback: as `Batches` has them. store: to know which tables have a floor.
    """

    def __init__(
        self,
        problem: Callable[[], str],
        inbox: asyncio.Queue[R | Own],
        *,
        connected: Callable[[], bool],
        puback: Callable[[R], None],
        link: Link,
        floor: Floor,
        store: Log,
        commands: Commands,
    ) -> None:
        self._problem, self._inbox, self._connected, self._puback = problem, inbox, connected, puback
        self._link, self._floor, self._store, self._commands = link, floor, store, commands

    async def run(self) -> None:
        """Return when the log can be read."""
        desk, told, loop = await self._tables(), 0.0, asyncio.get_running_loop()
        while problem := self._problem():
            if self._connected() and (loop.time() - told >= TELL_S or not told):
                told = loop.time()
                log_event(log, "ERROR", "log_locked", problem=problem)
                self._floor.complain(Warn(CODE, f"the log cannot be read, no table runs: {problem}", "error"))
                await self._floor.tell(desk)
            await self._answer(problem)
        log_event(log, "INFO", "log_opened")

    async def _tables(self) -> Desk:
        """Return a desk with every table as it was opened: it says where there is a floor, and nothing else."""
        desk = Desk(Chain({}, lambda: 0), self._commands)
        for stream in await self._store.heads():
            with contextlib.suppress(LogError):  # what opens a table is never sealed; what nodes without one say may be
                desk.load(await self._store.read(stream, 0, 1))
        return desk

    async def _answer(self, problem: str) -> None:
        """Refuse the commands that come in the next second. What nodes say is passed over."""
        try:
            async with asyncio.timeout(LOOK_S):
                while True:
                    message = await self._inbox.get()
                    if not isinstance(message, Own):
                        await self._refuse(message, problem)
                        self._puback(message)
        except TimeoutError:
            return

    async def _refuse(self, message: Received, problem: str) -> None:
        match levels_of(message.topic):
            case [*where, "command", login]:
                command_id = id_of(message.payload)
            case _:
                return
        if command_id:
            error = Refusal(code=CODE, message=f"the log cannot be read, no table runs: {problem}", details={})
            reply = Reply(id=command_id, accepted=False, error=error)
            await self._link.publish(topic(*where, "reply", login), reply_payload(reply), qos=1)
