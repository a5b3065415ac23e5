"""A console in Python: sends operator commands and follows a table's feeds. What a tablet does, for scripts."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.broker.link import Address, MqttLink
from collector.canonical import canonical
from collector.wire.topics import levels_of, topic

_RESEND_S = 1.0
_GIVE_UP_S = 60.0
_UNSAID = ("cards", "hand_id", "decision")  # a deck's UIDs are secret; the others say nothing to people
_STATE_S = 6.0  # a state is retained, and repeated each five seconds

State = Mapping[str, Any]


class ConsoleError(Exception):
    """A command was refused, or nothing answered. code: of the refusal, "" where nothing answered."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Feed:
    """The last state of a table on a channel, and the events since `Console.watch` began."""

    state: State | None = None
    order: tuple[int, int] = (0, -1)
    events: list[Mapping[str, Any]] = field(default_factory=list)


class Console:
    """Commands with replies, and the feeds that its login may read."""

    def __init__(self, address: Address, table: str, *, channels: tuple[str, ...] = ("public",)) -> None:
        self._user = address.username
        self._table = table
        self._channels = channels
        self._prefix = f"{self._user}-{secrets.token_hex(4)}"
        self._numbers = itertools.count(1)
        self._replies: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._decision: int | None = None  # of the table, by the last state or reply
        self._hand_id: str | None = None
        self.feeds = {channel: Feed() for channel in channels}
        self._changed = asyncio.Condition()
        feeds = [topic("table", table, channel, kind) for channel in channels for kind in ("state", "event")]
        replies = [topic("table", table, "reply", self._user), topic("house", "reply", self._user)]
        self.link = MqttLink(
            address, identifier=self._prefix, subscriptions=(*feeds, *(replies if channels != ("live",) else ()))
        )

    async def run(self) -> None:
        """Keep the connection up and take what comes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.link.run())
            group.create_task(self._take())

    async def house(self, kind: str, **fields: Any) -> Mapping[str, Any]:
        """Send a house command; return the reply; raise ConsoleError when it is refused.

        Give an `id` to make it one command however often it is sent: the reply is the same, and it acts once.
        """
        return await self._send(topic("house", "command", self._user), kind, fields)

    async def command(self, kind: str, **fields: Any) -> Mapping[str, Any]:
        """Send a table command, as `house` does. It names the hand and the decision that this console knows of.

        So a command that was held up, or sent again later, never acts on another hand. `decision=None` leaves them out.
        """
        await self._known()
        named = fields.get("decision", self._decision)
        hand_id = self._hand_id if named == self._decision else None
        fields = {"hand_id": hand_id, "decision": named, **fields}
        return await self._send(topic("table", self._table, "command", self._user), kind, fields)

    async def _known(self) -> None:
        """Wait for a state of the table. There is none while the table is not open: then nothing can be named."""
        if self._decision is None and "public" in self.feeds:
            with contextlib.suppress(TimeoutError):
                await self.until("public", lambda _: True, _STATE_S)

    async def until(self, channel: str, seen: Callable[[State], bool], timeout: float = 10.0) -> State:  # noqa: ASYNC109
        """Return the first state for which `seen` holds; raise TimeoutError."""

        def ready() -> bool:
            state = self.feeds[channel].state
            return state is not None and seen(state)

        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(ready)
        state = self.feeds[channel].state
        if state is None:
            raise TimeoutError
        return state

    async def _send(self, where: str, kind: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        command_id = str(fields.get("id") or f"{self._prefix}-{next(self._numbers)}")
        payload = canonical({"v": 1, "type": kind, **fields, "id": command_id})
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._replies[command_id] = answer
        try:
            reply = await self._repeat_until_answered(where, payload, answer)
        finally:
            del self._replies[command_id]
        if not reply["accepted"]:
            error = reply["error"]
            shown = {name: value for name, value in fields.items() if name not in _UNSAID}
            raise ConsoleError(f"{kind} {shown}: {error['code']}: {error['message']}", error["code"])
        return reply

    async def _repeat_until_answered(
        self, where: str, payload: bytes, answer: asyncio.Future[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """The same id every time: whoever took it already answers again and does nothing."""
        deadline = asyncio.get_running_loop().time() + _GIVE_UP_S
        while asyncio.get_running_loop().time() < deadline:
            await self.link.connected.wait()
            await self.link.publish(where, payload, qos=1)
            done, _ = await asyncio.wait((answer,), timeout=_RESEND_S)
            if done:
                return answer.result()
        raise ConsoleError(f"no answer from the collector in {_GIVE_UP_S:.0f} s; is it running?")

    async def _take(self) -> None:
        while True:
            message = await self.link.received.get()
            self.link.acknowledge(message)
            found = json.loads(message.payload)
            match levels_of(message.topic):
                case [place, *_, "reply", _]:
                    if place == "table":
                        self._moved_on(found, anew=not found["accepted"])
                    answer = self._replies.get(found["id"])
                    if answer and not answer.done():
                        answer.set_result(found)
                case ["table", _, channel, kind]:
                    await self._feed(self.feeds[channel], kind, found)

    def _moved_on(self, found: Mapping[str, Any], *, anew: bool) -> None:
        """Note where the table stands. A state behind a later reply is old. anew: whatever was known before."""
        decision = found["decision"]
        if decision is not None and (anew or self._decision is None or decision >= self._decision):
            self._decision = decision
            self._hand_id = self._hand_id if anew else found["hand_id"]

    async def _feed(self, feed: Feed, kind: str, found: Mapping[str, Any]) -> None:
        async with self._changed:
            if kind == "event":
                feed.events.append(found)
            elif (order := (found["epoch"], found["seq"])) >= feed.order:
                feed.state, feed.order = found, order
                self._moved_on(found, anew=False)
            self._changed.notify_all()
