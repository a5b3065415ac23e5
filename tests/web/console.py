"""The operator page and the collector it thinks it talks to."""

from __future__ import annotations

import itertools
import queue
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from collector.wire.command import TableCommand
from collector.wire.feeds import HandView, LegalView, SeatView, TableState
from collector.wire.replies import Refusal, Reply
from tests.web.chromium import shows
from tests.web.publisher import Publisher
from tests.web.tables import HAND, hand, seat, state

SEQ = itertools.count(1)
DECISIONS = itertools.count(7, 10)
TO_ACT = LegalView(
    seat=1,
    fold=True,
    check=False,
    call=20_000,
    opens=False,
    min_to=50_000,
    max_to=1_265_000,
    pot_to=0,
    all_in_to=1_265_000,
)


class Console:
    """The page and the collector it thinks it talks to."""

    def __init__(self, page: Page, publisher: Publisher) -> None:
        self.page = page
        self.publisher = publisher
        self.decision = next(DECISIONS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def table(self, running: HandView | None, seats: dict[int, SeatView] | None = None, **changes: Any) -> TableState:
        drawn = state(next(SEQ), seats or some_seats(), running, decision=self.decision, **changes)
        self.publisher.publish("public", drawn, retain=True)
        shows(self.page, f"body[data-seq='{drawn.seq}'][data-ready='1']")
        return drawn

    def sent(self, **expected: Any) -> TableCommand:
        """The one command sent, answered; it names this hand and this decision."""
        command = self.publisher.command()
        found = command.model_dump(mode="python")
        assert found.pop("v") == 1
        assert found.pop("id")
        assert found.pop("override") is expected.pop("override", False)
        assert found.pop("decision") == self.decision
        found.pop("card", None)
        card = getattr(command, "card", None)
        assert (card.reveal() if card else None) == expected.pop("card", None)
        named = {"hand_id", *expected}
        unset = {name: kind.default for name, kind in type(command).model_fields.items() if name not in named}
        found = {name: value for name, value in found.items() if name not in unset or value != unset[name]}
        assert found == {"hand_id": HAND} | expected
        self.answer(command)
        return command

    def answer(self, command: TableCommand, error: Refusal | None = None) -> None:
        accepted = error is None
        reply = Reply(id=command.id, accepted=accepted, seq=9 if accepted else None, error=error)
        self.publisher.reply("operator", reply.model_dump(mode="json"))
        shows(self.page, "body[data-pending='0']")

    def silent(self) -> None:
        self.page.wait_for_timeout(80)
        with pytest.raises(queue.Empty):
            self.publisher.command(0.05)

    def message(self) -> Locator:
        return self.page.locator("#message")


def some_seats(**changes: Any) -> dict[int, SeatView]:
    first = {"bet": 20_000, "stack": 1_245_000} | changes
    return {1: seat(1, **first), 2: seat(2, bet=40_000), 3: seat(3, status="folded")}


def playing(**changes: Any) -> HandView:
    return hand("flop", **({"to_act": 1, "legal": TO_ACT, "pot": 120_000} | changes))
