"""Obeys commands to a node. Knows the commands, not the link. Code for rare commands is loaded when one comes."""

import asyncio

from micropython import const

from edge import clock
from edge.errors import EdgeError

_REMEMBERED = const(32)  # commands, so that one delivered twice is done once
_GRACE_MS = const(500)  # for the answer to leave before a restart


class Orders:
    """Obeys the commands to one node. Each of them is answered by a `command_result`."""

    def __init__(self, node, restart, log):
        self._node = node
        self._restart = restart
        self._log = log
        self._update = None
        self._taken = []  # ids

    def take(self, content):
        """Obey a signed command of this boot, once."""
        if content["id"] in self._taken:
            return
        self._taken.append(content["id"])
        del self._taken[:-_REMEMBERED]
        kind = content["type"]
        if content.get("step") != "piece":
            self._log.info("commanded", {"type": kind, "id": content["id"]})
        try:
            answer = self._obey(kind, content)
        except (EdgeError, OSError, KeyError, TypeError, ValueError, MemoryError) as error:
            answer = False, str(error) or type(error).__name__
        if answer:
            self._node.answer(content["id"], *answer)

    def _obey(self, kind, content):
        if kind == "resend":
            self._node.uplink.send_again()
        elif kind == "snapshot":
            self._node.uplink.ask_snapshot()
        elif kind == "identify":
            self._node.identify()
        elif kind == "restart":
            self._soon()
        elif kind == "configure":
            return self._configure(content)
        elif kind == "update":
            return self._updated(content)
        else:
            return False, "this firmware knows no command " + str(kind)
        return True, ""

    def _configure(self, content):
        """Try another configuration in a boot of its own. The answer comes once it is proven or given back."""
        from edge.config_keeper import Keeper

        Keeper(self._node.config_folder).propose(content["id"], content["version"], content["config"])
        self._soon()

    def _updated(self, content):
        """Take a step of an update. A step is answered by the bytes that are here, the whole update by its result."""
        if not self._node.application_folder:
            return False, "this node takes no updates"
        if self._update is None:
            from edge.update import Update

            self._update = Update(self._node.application_folder, self._node.key)
        complete = self._update.take(content)
        self._node.uplink.say_progress(content["id"], self._update.offset)
        if complete:
            asyncio.create_task(self._install(self._update, content["id"]))  # noqa: RUF006 - MicroPython keeps its tasks
        return None

    async def _install(self, update, command_id):
        try:
            await update.install(command_id)
        except (EdgeError, OSError, KeyError, TypeError, ValueError, MemoryError) as error:
            self._node.answer(command_id, False, str(error) or type(error).__name__)
            return
        await self._save_and_restart()  # the new application answers, or this one after the new one failed

    def _soon(self):
        asyncio.create_task(self._save_and_restart())  # noqa: RUF006 - MicroPython keeps its tasks

    async def _save_and_restart(self):
        """Let the answer leave, put unacknowledged events on the flash, and begin a new boot."""
        await clock.sleep_ms(_GRACE_MS)
        await self._node.save()
        self._restart()
