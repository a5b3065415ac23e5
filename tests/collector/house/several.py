"""Several tables of one tournament for tests: commands to each, and to the house, at a desk without broker or log."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from collector.access.rights import Access
from collector.access.senders import sender_of
from collector.facts.chain import Chain
from collector.house.commands import decode as decode_house_command
from collector.pipeline.desk import Batch, Desk
from collector.table.commands import COMMANDS
from collector.wire.replies import Reply
from tests.collector.table.dealer import OP_MAY_ALL

EVENT = "evt"


class Several:
    """Tables `t1`, `t2`, ... of an event, each with players in some seats: `p_1_3` sits in seat 3 of `t1`."""

    def __init__(self, *tables: Sequence[int], stack: int = 10_000, access: Access = OP_MAY_ALL) -> None:
        self._now = 1_000_000
        self._ids = itertools.count(1)
        self.desk = Desk(Chain({}, self._clock), COMMANDS, access)
        self.facts: list[Any] = []
        self.house(type="create_event", name="Event")
        for number, seats in enumerate(tables, 1):
            self.open(f"t{number}", dict.fromkeys(seats, stack))

    def open(self, table: str, stacks: Mapping[int, int]) -> None:
        """Open a table of the tournament, and seat its players."""
        self.house(type="open_table", table_id=table, name=f"Table {table}")
        self.command(table, type="set_house_rules", profile="tournament")
        self.command(table, type="set_blinds", small_blind=50, big_blind=100)
        for seat, stack in stacks.items():
            name = f"{table[1:]}_{seat}"
            self.command(table, type="seat_player", seat=seat, player_id=f"p_{name}", name=f"P {name}", stack=stack)

    def _clock(self) -> int:
        self._now += 1
        return self._now

    def ask(self, login: str = "op", **fields: Any) -> Reply:
        """Send a command to the house, of this event unless it names another, whatever becomes of it."""
        batch = Batch()
        payload = json.dumps({"v": 1, "id": f"h{next(self._ids)}", "event_id": EVENT, **fields}).encode()
        reply = self.desk.house_command(decode_house_command(payload), sender_of(login), batch)
        self.facts += batch.facts
        return reply

    def house(self, **fields: Any) -> Reply:
        """Send a command to the house that must be taken."""
        reply = self.ask(**fields)
        assert reply.accepted, reply.error
        return reply

    def send(self, table: str, **fields: Any) -> Reply:
        """Send a command to a table, whatever becomes of it."""
        batch = Batch()
        payload = json.dumps({"v": 1, "id": f"c{next(self._ids)}", **fields}).encode()
        reply = self.desk.table_command(table, COMMANDS.decode(payload), sender_of("op"), batch)
        self.facts += batch.facts
        return reply

    def command(self, table: str, **fields: Any) -> Reply:
        """Send a command to a table that must be taken."""
        reply = self.send(table, **fields)
        assert reply.accepted, reply.error
        return reply

    def table(self, table: str) -> Any:
        """Return a table now."""
        return self.desk.tables[table]

    def proposals(self, kind: str = "propose_moves", **fields: Any) -> list[dict[str, Any]]:
        """Ask the house, and return what it proposes."""
        error = self.ask(type=kind, **fields).error
        assert error is not None
        assert error.code == "FLOOR_PROPOSAL", error
        found: list[dict[str, Any]] = error.details["proposals"]
        return found

    def carry_out(self, found: Sequence[Mapping[str, Any]]) -> None:
        """Give the commands of proposals, in order."""
        for proposal in found:
            for each in proposal.get("commands", ()):
                self.command(each["table_id"], **each["command"])

    def fold_out(self, table: str) -> None:
        """Have everybody fold to the last, by rules or not; the hand is not put away."""
        while (hand := self.table(table).running) is not None:
            self.command(table, type="fold", seat=hand.to_act, override=True)

    def hand(self, table: str, *losers: int, **start: Any) -> None:
        """Play a hand to its end: nobody loses but the blinds, or these seats lose all they have to another one."""
        self.command(table, type="start_hand", **start)
        if not losers:
            self.fold_out(table)
            return
        hand = self.table(table).running
        winner = next(player.seat for player in hand.players if player.seat not in losers)
        while (hand := self.table(table).running) is not None and hand.to_act is not None:
            kind = "all_in" if hand.to_act in {*losers, winner} else "fold"
            self.command(table, type=kind, seat=hand.to_act)
        for card in ("2c", "7d", "9h", "Js", "3s"):
            self.command(table, type="deal_card", card=card)
        while (hand := self.table(table).running) is not None:
            pot = sum(player.contributed for player in hand.players)
            self.command(
                table, type="award", amounts=[{"seat": winner, "amount": pot}], reason="as played", override=True
            )
