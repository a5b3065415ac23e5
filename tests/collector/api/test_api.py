"""REST as a client meets it: over a real read model, through the whole application."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter

from collector.api import create_app
from collector.api.cursor import read_cursor, write_cursor
from collector.errors import ReadModelError
from collector.histories.native import story_out
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.records.hands import HandDetails, HandPlace, HandRecord, HandWinner
from collector.records.players import TableRecord
from collector.system import Reach
from collector.table.finished.record import record_of
from collector.table.finished.story import story_of
from tests.collector.everybody import EverybodyMay
from tests.collector.hands import ROYAL, hand
from tests.collector.table.dealer import Dealer

EVENT = ROYAL.event_id
HANDS = f"/api/v1/events/{EVENT}/hands"


class Parts:
    """What the service would give the application."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'readmodel.db'}"
        self.writer = ReadModelWriter(url)
        self.queries = ReadModelQueries(url)
        self.checks = {"broker": True}
        self.registry = CollectorRegistry()
        self.pages = folder / "pages"
        self.pages.mkdir()
        (self.pages / "index.html").write_text("<!doctype html><title>EBS</title>")
        self.app = self.build()

    def build(self, **changes: Any) -> FastAPI:
        values: dict[str, Any] = {
            "ready": lambda: self.checks,
            "config": lambda: {"ws_url": "ws://127.0.0.1:21884"},
            "registry": self.registry,
            "static": self.pages,
            "gate": EverybodyMay(),
        }
        return create_app(self.queries, **(values | changes))


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    parts = Parts(tmp_path)
    await parts.writer.put([ROYAL])
    yield parts
    parts.writer.close()
    parts.queries.close()


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


@pytest.fixture
async def client(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(parts.app) as client:
        yield client


def assert_is_error(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error", "request_id", "timestamp"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["timestamp"])
    age = datetime.now(UTC) - datetime.fromisoformat(body["timestamp"])
    assert timedelta(seconds=-1) < age < timedelta(minutes=5), "it says when"


async def test_a_hand_has_the_specifications_keys(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"{HANDS}/{ROYAL.hand_id}")).json()

    specified = {
        "hand_id": "h_table_01_7",
        "event_id": "evt_wsop2026_me",
        "table_id": "table_01",
        "hand_number": 42,
        "timestamp": "2026-02-02T00:00:01.123Z",
        "players": [
            {
                "seat": 1,
                "player_id": "p_negreanu",
                "name": "Daniel Negreanu",
                "stack": 1_245_000,
                "hole_cards": ["Ah", "Kh"],
            },
            {"seat": 2, "player_id": "p_ivey", "name": "Phil Ivey", "stack": 900_000, "hole_cards": None},
        ],
        "community_cards": ["Qh", "Jh", "Th", "2c", "3d"],
        "actions": [
            {"street": "preflop", "player_id": "p_negreanu", "action": "raise", "amount": 25_000},
            {"street": "preflop", "player_id": "p_ivey", "action": "call", "amount": 25_000},
        ],
        "pot_total": 125_000,
        "winner": "p_negreanu",
        "winning_hand": "Royal Flush",
    }
    acts = specified.pop("actions")
    assert {key: found[key] for key in specified} == specified
    assert [{key: told[key] for key in act} for told, act in zip(found["actions"], acts, strict=True)] == acts


async def test_every_act_tells_its_number_time_source_and_history(client: httpx.AsyncClient) -> None:
    first, second = (await client.get(f"{HANDS}/{ROYAL.hand_id}")).json()["actions"]

    assert (first["sequence"], first["timestamp"], first["source"], first["fact"]) == (
        1,
        "2026-02-02T00:00:03.123Z",
        "operator",
        9,
    )
    assert second["history"] == [{"action": "fold", "amount": 0, "to": 0}]


async def test_a_hand_tells_beside_them_how_it_came_out(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"{HANDS}/{ROYAL.hand_id}")).json()

    beside = {
        "starting_stacks": {"p_negreanu": 1_245_000, "p_ivey": 900_000},
        "final_stacks": {"p_negreanu": 1_307_500, "p_ivey": 837_500},
        "total_pot": 125_000,
        "pots": [{"amount": 125_000, "eligible": ["p_negreanu", "p_ivey"]}],
        "uncalled_returned": {"p_negreanu": 500},
        "board": ["Qh", "Jh", "Th", "2c", "3d"],
        "reached_showdown": True,
        "winners": [{"player": "p_negreanu", "amount": 125_000}],
        "rulings": ["seat 2 acted out of turn; stands"],
        "device_events": [{"device": "node-a1", "origin": "3-00112233445566ff", "first": 4, "last": 11}],
        "facts": {"stream": "table_01", "first": 7, "last": 31},
        "revision": 1,
        "void": False,
        "button": 1,
        "game": "holdem",
    }
    assert {key: found[key] for key in beside} == beside


async def test_every_board_of_a_hand_is_named_and_of_one_there_are_none_beside_it(
    parts: Parts, client: httpx.AsyncClient
) -> None:
    both = (("2c", "7d", "9s", "3s", "5h"), ("2c", "7d", "9s", "3s", "4h"))
    await parts.writer.put([replace(ROYAL, hand_id="h_t_77", board=both[0], boards=both)])

    twice = (await client.get(f"{HANDS}/h_t_77")).json()
    once = (await client.get(f"{HANDS}/{ROYAL.hand_id}")).json()

    assert twice["boards"] == [list(cards) for cards in both]
    assert twice["community_cards"] == list(both[0])
    assert once["boards"] == []


@pytest.mark.parametrize(
    ("winners", "winner", "winning_hand"),
    [
        ((), None, None),
        ((HandWinner("p_ivey", 2, 9, None),), "p_ivey", None),
        ((HandWinner("p_ivey", 2, 9, "Straight"), HandWinner("p_negreanu", 1, 9, "Straight")), None, "Straight"),
        ((HandWinner("p_ivey", 2, 9, "Straight"), HandWinner("p_negreanu", 1, 9, "Pair")), None, None),
    ],
)
async def test_a_shared_hand_has_no_single_winner(
    parts: Parts, client: httpx.AsyncClient, winners: Any, winner: str | None, winning_hand: str | None
) -> None:
    await parts.writer.put([replace(ROYAL, winners=winners)])

    found = (await client.get(f"{HANDS}/{ROYAL.hand_id}")).json()

    assert (found["winner"], found["winning_hand"]) == (winner, winning_hand)


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_pages_lead_through_all_hands(parts: Parts, client: httpx.AsyncClient, order: str) -> None:
    await parts.writer.put([hand(number) for number in range(100, 111)])

    numbers, query = [], {"limit": "4", "order": order}
    while True:
        page = (await client.get(HANDS, params=query)).json()
        numbers += [found["hand_number"] for found in page["hands"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    expected = [42, *range(100, 111)]
    assert numbers == (expected[::-1] if order == "newest" else expected)


async def test_an_exact_last_page_has_no_next_one(client: httpx.AsyncClient) -> None:
    page = (await client.get(HANDS, params={"limit": 1})).json()

    assert len(page["hands"]) == 1
    assert page["next_cursor"] is None


async def test_a_known_event_without_hands_is_an_empty_page(parts: Parts, client: httpx.AsyncClient) -> None:
    await parts.writer.put_event("evt_friday", "Friday game")

    answer = await client.get("/api/v1/events/evt_friday/hands")

    assert (answer.status_code, answer.json()) == (200, {"hands": [], "next_cursor": None})


async def test_an_unknown_event_says_so(client: httpx.AsyncClient) -> None:
    hands = ("hands", f"hands/{ROYAL.hand_id}")
    for path in (*hands, "statistics", "statistics/summary", "statistics/hands", "statistics/players"):
        assert_is_error(await client.get(f"/api/v1/events/evt_x/{path}"), 404, "EVENT_NOT_FOUND")


async def test_figures_of_a_known_event_without_hands_are_empty(parts: Parts, client: httpx.AsyncClient) -> None:
    await parts.writer.put_event("evt_friday", "Friday game")

    found = {
        path: (await client.get(f"/api/v1/events/evt_friday/statistics/{path}")).json() for path in ("hands", "players")
    }

    assert found == {"hands": {"hands": [], "next_cursor": None}, "players": {"players": []}}


async def test_an_unknown_hand_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{HANDS}/h_table_01_8")

    assert_is_error(answer, 404, "HAND_NOT_FOUND")
    assert answer.json()["error"]["details"] == {"event_id": EVENT, "hand_id": "h_table_01_8"}


async def test_an_unknown_address_says_so(parts: Parts, client: httpx.AsyncClient) -> None:
    assert_is_error(await client.get("/api/v1/nothing"), 404, "NOT_FOUND")
    async with client_of(parts.build(static=None)) as bare:
        assert_is_error(await bare.get("/nothing"), 404, "NOT_FOUND")


async def test_a_method_that_is_not_taken_says_so(client: httpx.AsyncClient) -> None:
    for path in (HANDS, "/health/live", "/index.html"):
        assert_is_error(await client.delete(path), 405, "METHOD_NOT_ALLOWED")


async def test_a_wrong_query_names_its_field_and_repeats_no_value(client: httpx.AsyncClient) -> None:
    answer = await client.get(HANDS, params={"limit": "secret-thing"})

    assert_is_error(answer, 422, "INVALID_REQUEST")
    assert answer.json()["error"]["details"]["fields"][0]["field"] == "query.limit"
    assert "secret-thing" not in answer.text


async def test_a_cursor_of_somebody_else_is_refused(client: httpx.AsyncClient) -> None:
    for cursor in ("", "x", "e30", write_cursor(HandPlace(1, 2, "h"))[:-3], "é"):
        assert_is_error(await client.get(HANDS, params={"cursor": cursor}), 422, "BAD_CURSOR")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(query=st.dictionaries(st.sampled_from(["limit", "cursor", "order", "table_id", "x"]), st.text()))
async def test_no_query_makes_the_server_fail(parts: Parts, query: dict[str, str]) -> None:
    async with client_of(parts.app) as client:
        answer = await client.get(HANDS, params={key: value.encode("utf-8", "replace") for key, value in query.items()})

    assert answer.status_code in {200, 422}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(ended_at=st.integers(), number=st.integers(), hand_id=st.text(max_size=80))
async def test_no_forged_cursor_makes_the_server_fail(parts: Parts, ended_at: int, number: int, hand_id: str) -> None:
    async with client_of(parts.app) as client:
        answer = await client.get(HANDS, params={"cursor": write_cursor(HandPlace(ended_at, number, hand_id))})

    assert answer.status_code in {200, 422}


@given(
    st.builds(
        HandPlace, st.integers(0, 2**62), st.integers(0, 2**31), st.from_regex(r"h_[a-z0-9_]{1,80}", fullmatch=True)
    )
)
def test_a_cursor_leads_back_to_its_place(place: HandPlace) -> None:
    assert read_cursor(write_cursor(place)) == place


class BrokenQueries:
    """A read model that fails in its own way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def ping(self) -> None:
        raise self.error

    async def knows_event(self, event_id: str) -> bool:
        raise self.error

    async def hands(self, event_id: str, **_: object) -> list[HandRecord]:
        raise self.error

    async def hand(self, event_id: str, hand_id: str) -> HandRecord | None:
        raise self.error

    async def tables(self) -> list[TableRecord]:
        raise self.error


def app_over(queries: Any) -> FastAPI:
    return create_app(queries, ready=dict, config=dict, registry=CollectorRegistry(), static=None, gate=EverybodyMay())


async def test_a_fault_of_ours_tells_nothing_but_its_request_id(caplog: pytest.LogCaptureFixture) -> None:
    async with client_of(app_over(BrokenQueries(RuntimeError("uid 04a2b3c4 broke")))) as client:
        answer = await client.get(HANDS)

    assert_is_error(answer, 500, "INTERNAL_ERROR")
    assert "04a2b3c4" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["Content-Security-Policy"]
    assert [record.msg for record in caplog.records] == ["request_failed"]


async def test_a_database_that_is_away_is_503_and_not_ready() -> None:
    async with client_of(app_over(BrokenQueries(ReadModelError("disk full")))) as client:
        answer = await client.get(HANDS)
        readiness = await client.get("/health/ready")

    assert_is_error(answer, 503, "READ_MODEL_UNAVAILABLE")
    assert readiness.status_code == 503
    assert readiness.json() == {"ready": False, "checks": {"readmodel": False}}


async def test_ready_says_which_part_is_missing(parts: Parts, client: httpx.AsyncClient) -> None:
    complete = await client.get("/health/ready")
    parts.checks["broker"] = False
    without_broker = await client.get("/health/ready")

    assert (complete.status_code, complete.json()["ready"]) == (200, True)
    assert without_broker.status_code == 503
    assert without_broker.json() == {"ready": False, "checks": {"broker": False, "readmodel": True}}
    assert (await client.get("/health/live")).status_code == 200


async def test_metrics_are_those_of_the_registry(parts: Parts, client: httpx.AsyncClient) -> None:
    Counter("ebs_cards_read", "Cards read.", registry=parts.registry).inc()

    answer = await client.get("/metrics")

    assert "ebs_cards_read_total 1.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


async def test_pages_learn_where_the_broker_is_and_which_tables_there_are(
    parts: Parts, client: httpx.AsyncClient
) -> None:
    for table_id in ("table_02", "table_01"):
        await parts.writer.put_table(table_id, EVENT, "Feature")

    answer = await client.get("/config.json")

    assert answer.content == b'{"ws_url":"ws://127.0.0.1:21884","tables":["table_01","table_02"]}'


async def test_pages_learn_where_the_broker_is_while_the_read_model_is_away() -> None:
    async with client_of(app_over(BrokenQueries(ReadModelError("disk full")))) as client:
        answer = await client.get("/config.json")

    assert (answer.status_code, answer.json()) == (200, {"tables": []})


async def test_pages_are_served_at_the_root(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")

    assert "<title>EBS</title>" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/..%2freadmodel.db", "/%2e%2e/readmodel.db", "/....//readmodel.db", "/%00"])
async def test_nothing_beside_the_pages_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert_is_error(await client.get(path), 404, "NOT_FOUND")


async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", HANDS, "/nothing", "/health/live"):
        headers = (await client.get(path)).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; connect-src 'self' ws: wss:")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


async def test_a_callers_request_id_is_kept_when_it_is_a_plain_one(client: httpx.AsyncClient) -> None:
    kept = await client.get("/health/live", headers={"X-Request-Id": "req_123"})
    replaced = await client.get("/health/live", headers={"X-Request-Id": "a b\t<script>"})

    assert kept.headers["X-Request-Id"] == "req_123"
    assert re.fullmatch(r"req_[0-9a-f]{16}", replaced.headers["X-Request-Id"])


async def test_openapi_describes_the_hand_and_the_errors(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()

    answers = described["paths"]["/api/v1/events/{event_id}/hands/{hand_id}"]["get"]["responses"]
    assert "HandOut" in json.dumps(answers["200"])
    assert "ErrorAnswer" in json.dumps(answers["404"])
    assert "ErrorAnswer" in json.dumps(answers["422"])


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:8080", "127.0.0.1:8080", "[::1]:8080", "192.0.2.7", "ebs.example:80"]
)
async def test_a_name_of_ours_and_any_address_is_answered(parts: Parts, host: str) -> None:
    async with client_of(parts.build(reach=Reach(("ebs.example",)))) as client:
        assert (await client.get("/config.json", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "ebs:x", "[::1", "a@localhost.evil"]
)
@pytest.mark.parametrize("path", ["/config.json", "/", "/health/live", HANDS])
async def test_a_name_that_somebody_else_points_here_is_told_nothing(parts: Parts, host: str, path: str) -> None:
    async with client_of(parts.build(reach=Reach(("ebs.example",)))) as client:
        answer = await client.get(path, headers={"Host": host})

    assert answer.status_code == 421
    assert answer.json()["error"]["code"] == "UNKNOWN_HOST"
    assert "EBS_HTTP_HOSTS" in answer.json()["error"]["message"]
    assert host not in answer.text


async def test_a_redirect_names_no_host(parts: Parts) -> None:
    (parts.pages / "overlay").mkdir()
    (parts.pages / "overlay" / "index.html").write_text("<!doctype html>")
    async with client_of(parts.app) as client:
        answer = await client.get("/overlay?table=t1", headers={"Host": "192.0.2.7:8080"})

    assert answer.status_code == 307
    assert answer.headers["location"] == "/overlay/?table=t1"


@pytest.mark.parametrize(
    ("framed_by", "policy", "old"),
    [
        ([], "frame-ancestors 'self'", "sameorigin"),
        (["http://spx:5656"], "frame-ancestors 'self' http://spx:5656", None),
    ],
)
async def test_no_foreign_page_shows_ours_in_a_frame(
    parts: Parts, framed_by: list[str], policy: str, old: str | None
) -> None:
    async with client_of(parts.build(reach=Reach(framed_by=tuple(framed_by)))) as client:
        answer = await client.get("/")

    assert answer.headers["Content-Security-Policy"].split("; ")[-1] == policy
    assert answer.headers.get("X-Frame-Options") == old


LIE = "Ida\nIda: folds\u202e"


async def test_a_name_that_an_older_version_took_is_shown_cleaned_and_forges_no_export(
    parts: Parts, client: httpx.AsyncClient
) -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    for seat, act in ((1, "fold"), (2, "fold")):
        dealer.act(seat, act)
    dealer.command(type="end_hand")
    (play,) = dealer.evening.closed
    story = json.dumps(story_out(story_of(play))).replace('"Player 1"', json.dumps(LIE))
    record = record_of(dealer.table, play)
    first, *others = record.players
    lying = replace(record, event_id=EVENT, players=(replace(first, name=LIE), *others))
    await parts.writer.put([lying], details={lying.hand_id: HandDetails({}, story)})
    await parts.writer.put_table("table_09", EVENT, LIE)

    shown = (await client.get(f"{HANDS}/{lying.hand_id}")).json()
    exports = {
        form: (await client.get(f"{HANDS}/{lying.hand_id}/export?format={form}")).text
        for form in ("phh", "ohh", "pokerstars", "json")
    }

    assert shown["players"][0]["name"] == "Ida Ida: folds"
    assert [table.name for table in await parts.queries.tables() if table.table_id == "table_09"] == ["Ida Ida: folds"]
    for text in exports.values():
        assert "Ida Ida:" in text
        assert "\u202e" not in text
        assert "\\u202e" not in text
    assert sum(": folds" in line for line in exports["pokerstars"].splitlines()) == 2
