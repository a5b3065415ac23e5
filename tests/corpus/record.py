"""Writes what evenings of the corpus make: `python -m tests.corpus.record`, of those that are named or of all.

Read the difference: it is a change of what the collector does. The inputs stay as they are.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.corpus import files, replay
from tests.corpus.wiring import Stage, log_names, playing

FORMATS = ("phh", "ohh", "pokerstars", "json")
_OPENAPI = "GET /openapi.json"
_ALWAYS = (
    "GET /health/live",
    "GET /health/ready",
    "GET /config.json",
    "GET /api/v1/events/nowhere/hands",
    "GET /api/v1/events/nowhere/players",
    "GET /api/v1/events/nowhere/statistics",
    "GET /api/v1/nothing",
    "POST /api/v1/events/nowhere/hands",
)


async def requests_of(name: str) -> list[str]:
    """Return what there is to ask after an evening: every hand and player, pages, figures, exports, what is refused."""
    with tempfile.TemporaryDirectory() as folder:
        async with playing(Path(folder)) as stage:
            await replay.feed(stage, files.batches(name))
            found = await requests_about(stage)
            return [_OPENAPI, *found] if name == "tables" else found  # it is the same after each, and takes its time


async def requests_about(stage: Stage) -> list[str]:
    """Return what there is to ask of a collector as it stands."""
    found = list(_ALWAYS)
    for event_id in sorted(stage.desk.house.events):
        found += await _of_event(stage, f"/api/v1/events/{event_id}")
    return [*found, replay.METRICS]


async def _of_event(stage: Stage, event: str) -> list[str]:
    found = [f"GET {event}/{what}" for what in ("players", "statistics", "statistics/summary", "statistics/players")]
    found += [f"GET {event}/hands?limit=0", f"GET {event}/hands?cursor=x", f"GET {event}/hands/h_nothing"]
    found += [f"GET {event}/players/p_nobody", f"GET {event}/hands?table_id=table_02&order=oldest"]
    for pages in (f"{event}/hands?limit=7", f"{event}/hands?limit=9&order=oldest", f"{event}/statistics/hands?limit=7"):
        found += await _pages(stage, f"GET {pages}")
    hands = json.loads((await stage.get([f"GET {event}/hands?limit=500"]))[0]["body"])["hands"]
    for hand in hands:
        found.append(f"GET {event}/hands/{hand['hand_id']}")
        found += [f"GET {event}/hands/{hand['hand_id']}/export?format={form}" for form in FORMATS]
    players = json.loads((await stage.get([f"GET {event}/players"]))[0]["body"]).get("players", [])
    for player in players:
        where = f"GET {event}/players/{player['player_id']}"
        found += [where, f"{where}/statistics"]
    return found


async def _pages(stage: Stage, first: str) -> list[str]:
    found = [first]
    while cursor := json.loads((await stage.get(found[-1:]))[0]["body"])["next_cursor"]:
        found.append(f"{first}&cursor={cursor}")
    return found


def record(name: str) -> None:
    """Write what an evening makes."""
    files.write(name, "requests", asyncio.run(requests_of(name)))
    played = asyncio.run(replay.whole(name))
    files.write(name, "restarts", restarts_of(name, played))
    for part in ("sent", "facts", "answers", "names"):
        files.write(name, part, getattr(played, part))


def restarts_of(name: str, played: replay.Played) -> list[dict[str, Any]]:
    """Return what differs when the collector starts again behind each 97th fact."""
    batches = files.batches(name)
    first = max((at for at, batch in enumerate(batches) if batch[0].get("do") in ("backup", "restore")), default=-1)
    usual, found = replay.by_batch(played.sent), []
    places = replay.restarts(played.facts, first)
    for after, until in zip(places, replay.untils(places), strict=True):
        log_id = played.log_ids[after]
        lines = replay.by_batch(asyncio.run(replay.from_the_middle(name, after, played.facts, log_id, until)))
        begun = lines.pop(after)
        numbers = [number for number in range(after + 1, len(batches)) if until is None or number < until]
        differs = [lines.get(at, [[at]]) for at in numbers if lines.get(at) != usual.get(at)]
        found.append({"after": after, "until": until, "log_id": log_id, "begun": begun, "differs": differs})
    return [*found, folded_of(name, played)]


def folded_of(name: str, played: replay.Played) -> dict[str, Any]:
    """Return what a collector tells that starts on the whole log, and what REST says other than before."""
    begun, answers = asyncio.run(replay.folded(name, played.facts, played.log_ids[-1]))
    return {"log_id": played.log_ids[-1], "begun": begun, "answers": replay.differing(played.answers, answers)}


def main(wanted: list[str]) -> None:
    """Record the evenings that are named, or all."""
    with log_names():
        for name in wanted or files.names():
            record(name)


if __name__ == "__main__":
    main(sys.argv[1:])
