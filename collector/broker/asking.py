"""How a web process asks the collector: requests and commands over the broker, each with the answer to its id.

The web process is a client as any other: it shares no memory with the collector. Its own login carries what it sends on
behalf of people, whom the member `principal` names.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

from collector.access.senders import Sender
from collector.broker.link import Address, Incoming, MqttLink
from collector.canonical import read_json
from collector.errors import NoAnswerError
from collector.facts.fact import HOUSE
from collector.wire.topics import PREFIX, topic

ANSWER_S: Final = 5.0
MOST_OPEN: Final = 1000
"""Requests of one process that wait for an answer."""


class Asking:
    """Asks, and hears the answers. `run` keeps the connection up and is a task of whoever made it."""

    def __init__(self, address: Address, *, identifier: str) -> None:
        login = address.username
        self.login = login
        self._open: dict[tuple[str, str], asyncio.Future[dict[str, Any]]] = {}
        self._link = MqttLink(
            address,
            identifier=identifier,
            subscriptions=(topic(HOUSE, "reply", login), f"{PREFIX}/table/+/reply/{login}"),
            on_message=self._hear,
        )
        self.run = self._link.run
        self.connected = self._link.connected

    async def ask(self, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a command or request to a table or to `house`, and return the reply to its `id`.

        Raises NoAnswerError when there is no connection, when too many wait, and when none has come in `ANSWER_S`. It
        may have been done all the same: whoever asks again with the same id gets the reply.
        """
        key = stream, str(body["id"])
        if key in self._open or len(self._open) >= MOST_OPEN:
            raise NoAnswerError("the same is being asked already" if key in self._open else "too much is being asked")
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._open[key] = answered
        where = (
            topic(HOUSE, "command", self.login) if stream == HOUSE else topic("table", stream, "command", self.login)
        )
        try:
            if not await self._link.publish(where, json.dumps(body).encode(), qos=1):
                raise NoAnswerError("the collector cannot be asked: there is no connection to the broker")
            async with asyncio.timeout(ANSWER_S):
                return await answered
        except TimeoutError as error:
            raise NoAnswerError(f"the collector has not answered for {ANSWER_S:.0f} s") from error
        finally:
            del self._open[key]

    async def command(self, sender: Sender, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a command on behalf of somebody: see `ask`. sender: with the person and its words."""
        key = {"key": sender.client.removeprefix("key:")} if sender.client.startswith("key:") else {}
        words = sorted(sender.at_most or ())
        return await self.ask(stream, {**body, "principal": {"person": sender.person, "words": words, **key}})

    def _hear(self, message: Incoming) -> None:
        self._link.acknowledge(message)
        try:
            reply = read_json(message.payload)
        except (ValueError, RecursionError):
            return
        levels = message.topic.removeprefix(f"{PREFIX}/").split("/")
        stream = HOUSE if levels[0] == HOUSE else levels[1]
        if (
            isinstance(reply, dict)
            and (waiting := self._open.get((stream, str(reply.get("id")))))
            and not waiting.done()
        ):
            waiting.set_result(reply)
