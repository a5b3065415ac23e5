"""Over every evening of the corpus: who may not see hidden cards reads none, in no answer and no export."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import httpx
from fastapi import Request

from collector.access.grants import Grant, Identity
from collector.api import create_app
from collector.signin.door import Caller
from tests.corpus import files, replay
from tests.corpus.wiring import Stage, playing

FORMATS = ("phh", "ohh", "pokerstars", "json")


class As:
    """A gate that takes everybody for one role."""

    def __init__(self, role: str) -> None:
        self._caller = Caller(Identity(role, (Grant(role),), user=role))

    async def admit(self, request: Request, word: str) -> Caller:
        assert self._caller.identity.may(word)
        return self._caller


def client_of(stage: Stage, role: str) -> httpx.AsyncClient:
    registry = stage.metrics.registry
    app = create_app(stage._queries, ready=dict, config=dict, registry=registry, static=None, gate=As(role))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


def cards_of(hand: dict[str, Any]) -> list[list[str]]:
    return [player["hole_cards"] or [] for player in hand["players"]]


async def strays_of(name: str) -> tuple[list[str], int]:
    """Return what was told to an operator that only an analyst may read, and how many cards were hidden."""
    found, hidden_cards = [], 0
    with tempfile.TemporaryDirectory() as folder:
        async with playing(Path(folder)) as stage:
            await replay.feed(stage, files.batches(name))
            async with client_of(stage, "analyst") as analyst, client_of(stage, "operator") as operator:
                for event_id in sorted(stage.desk.house.events):
                    hands = f"/api/v1/events/{event_id}/hands"
                    for hand in (await analyst.get(f"{hands}?limit=500")).json()["hands"]:
                        where = f"{hands}/{hand['hand_id']}"
                        mine = (await operator.get(where)).json()
                        tabled = {card for cards in [*cards_of(mine), *mine["boards"]] for card in cards}
                        tabled |= set(mine["community_cards"])
                        told = zip(cards_of(hand), cards_of(mine), strict=True)
                        hidden = {card for whole, seen in told if not seen for card in whole} - tabled
                        hidden_cards += len(hidden)
                        for form in FORMATS:
                            path = f"{where}/export?format={form}"
                            answer, whole = await operator.get(path), await analyst.get(path)
                            if answer.status_code != whole.status_code:
                                found.append(f"{path}: {answer.status_code}, not {whole.status_code}")
                            if answer.status_code == 200:
                                found += [f"{path}: {card}" for card in hidden if card in answer.text]
    return found, hidden_cards


def test_no_hidden_card_is_told_to_who_may_not_see_it() -> None:
    told = {name: asyncio.run(strays_of(name)) for name in files.names()}

    assert {name: strays for name, (strays, _) in told.items() if strays} == {}
    assert sum(hidden for _, hidden in told.values()) > 100, "a rule about nothing holds always"
