"""A collector that answers what REST asks as the real one does: by the rights of people as it knows them itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.access.household import Household
from collector.access.senders import Sender, Where
from collector.errors import Refused
from collector.facts.fact import HOUSE
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.signin.register import Register
from collector.signin.standing import KnownPeople
from collector.table.commands import COMMANDS

TAKES = {each.type: each.word for each in (*COMMANDS, *HOUSE_COMMANDS)}


class Deciding:
    """Implements ports.Asking. tables: the event of each open table. register: of the house, once it is there."""

    login = "web-main"

    def __init__(self, tables: Mapping[str, str]) -> None:
        self.tables = tables
        self.register: Register | None = None

    async def ask(self, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        del stream
        return {"id": body["id"], "accepted": True, "login": "c-ana-000001", "password": "x", "gone": []}

    async def command(self, sender: Sender, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        assert self.register
        where = None if stream == HOUSE else Where(self.tables[stream], stream)
        reply = {"v": 1, "id": body["id"], "accepted": True, "decision": 1, "hand_id": None, "seq": 1, "error": None}
        try:
            household = Household(KnownPeople(self.register).identity)
            household.require(sender, TAKES[str(body["type"])], str(body["type"]), where)
        except Refused as refused:
            error = {"code": refused.code, "message": refused.message, "details": refused.details}
            return {**reply, "accepted": False, "error": error}
        return reply
