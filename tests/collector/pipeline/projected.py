"""A read model that a dealer's changes go to, and REST over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from collector.api import create_app
from collector.metrics import Metrics
from collector.pipeline.projector import Projector, hands_of
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.readmodel.counting import recounted
from collector.records.statistics import Counts
from tests.collector.everybody import EverybodyMay
from tests.collector.table.dealer import Dealer

BASE = "/api/v1/events/evt"


class Projected:
    """A read model that a dealer's changes go to."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'readmodel.db'}"
        self.writer, self.queries = ReadModelWriter(url), ReadModelQueries(url)
        self.projector = Projector(self.writer, Metrics())
        self.done = 0
        app = create_app(
            self.queries, ready=dict, config=dict, registry=CollectorRegistry(), static=None, gate=EverybodyMay()
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")

    async def take(self, dealer: Dealer) -> None:
        ended = [each for change in dealer.changes[self.done :] for each in hands_of(change)]
        self.done = len(dealer.changes)
        house: Any = [("event", "evt", "Event"), ("table", "table_01", "evt", "Table 1")]
        assert await self.projector._written([*house, *ended, dealer.table])

    async def get(self, path: str) -> Any:
        answer = await self.client.get(BASE + path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def recounted(self) -> dict[str, Counts]:
        with self.queries._worker.engine.connect() as connection:
            return recounted(connection, "evt")
