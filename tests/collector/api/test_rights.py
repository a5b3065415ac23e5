"""REST behind the gate: every operation with every identity, against answers written here by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from collector.access.grants import grant_of
from collector.api import audit_router
from collector.histories.hiding import without_hidden
from collector.histories.native import story_out
from collector.records.hands import HandDetails, HandPlayer, HandRecord, tabled_only
from collector.records.players import PlayerPlace
from collector.records.statistics import Counts
from collector.signin.making import new_output
from collector.table.finished.record import record_of
from collector.table.finished.story import story_of
from tests.collector.api.deciding import Deciding
from tests.collector.api.words import ASKING, WORDS
from tests.collector.hands import ROYAL, hand, to_the_house
from tests.collector.signin.house import House
from tests.collector.table.dealer import Dealer

EVENT = ROYAL.event_id
HANDS = f"/api/v1/events/{EVENT}/hands"
PLAYERS = f"/api/v1/events/{EVENT}/players"
FIGURES = f"/api/v1/events/{EVENT}/statistics"

IDENTITIES = [
    "nobody",
    "open",
    "viewer",
    "key",
    "commentator",
    "analyst",
    "operator",
    "floor",
    "installer",
    "programme",
    "admin",
    "event",
    "table",
]
"""nobody: without sign-in. open: the same, where the house shows hands to anybody. key: of an admin, for hands. event,
table: admins of another event, and of another table of this one."""
ANSWERS = """
                                             nob ope vie key com ana ope flo ins pro adm eve tab
GET {hands}                                  401 200 200 200 200 200 200 200 403 200 200 404 404
GET {hands}/{hand}                           401 200 200 200 200 200 200 200 403 200 200 404 404
GET {hands}/{hand}/export?format=json        401 200 200 200 200 200 200 200 403 200 200 404 404
GET {players}                                401 401 403 403 200 200 200 200 403 200 200 404 404
GET {players}/p_1                     401 401 403 403 200 200 200 200 403 200 200 404 404
GET {players}/p_1/statistics          401 401 403 403 200 200 200 200 403 200 200 404 404
GET {figures}                                401 200 200 403 200 200 200 200 403 200 200 404 404
GET {figures}/summary                        401 200 200 403 200 200 200 200 403 200 200 404 404
GET {figures}/hands                          401 200 200 403 200 200 200 200 403 200 200 404 404
GET {figures}/players                        401 401 403 403 200 200 200 200 403 200 200 404 404
GET /config.json                             200 200 200 200 200 200 200 200 200 200 200 200 200
GET /health/live                             200 200 200 200 200 200 200 200 200 200 200 200 200
GET /health/ready                            200 200 200 200 200 200 200 200 200 200 200 200 200
GET /metrics                                 200 200 200 200 200 200 200 200 200 200 200 200 200
GET /api/v1/auth/me                          401 401 200 200 200 200 200 200 200 200 200 200 200
GET /api/v1/auth/sessions                    401 401 200 200 200 200 200 200 200 200 200 200 200
DELETE /api/v1/auth/sessions/s_none          401 401 404 403 404 404 404 404 404 404 404 404 404
POST /api/v1/auth/password                   401 401 422 422 422 422 422 422 422 422 422 422 422
POST /api/v1/auth/login                      422 422 422 422 422 422 422 422 422 422 422 422 422
POST /api/v1/auth/session                    422 422 422 422 422 422 422 422 422 422 422 422 422
POST /api/v1/auth/refresh                    422 422 422 422 422 422 422 422 422 422 422 422 422
POST /api/v1/auth/logout                     401 401 204 204 204 204 204 204 204 204 204 204 204
GET /api/v1/users                            401 401 403 403 403 403 403 403 403 403 200 403 403
POST /api/v1/users                           401 401 403 403 403 403 403 403 403 403 422 403 403
GET /api/v1/users/viewer                     401 401 403 403 403 403 403 403 403 403 200 403 403
PATCH /api/v1/users/viewer                   401 401 403 403 403 403 403 403 403 403 422 403 403
PUT /api/v1/users/viewer/grants              401 401 403 403 403 403 403 403 403 403 422 403 403
POST /api/v1/users/nobody/password           401 401 403 403 403 403 403 403 403 403 422 403 403
POST /api/v1/users/nobody/totp               401 401 403 403 403 403 403 403 403 403 404 403 403
DELETE /api/v1/users/nobody/totp             401 401 403 403 403 403 403 403 403 403 404 403 403
DELETE /api/v1/users/nobody/sessions         401 401 403 403 403 403 403 403 403 403 404 403 403
GET /api/v1/keys                             401 401 403 403 403 403 403 403 403 403 200 403 403
POST /api/v1/keys                            401 401 403 403 403 403 403 403 403 403 422 403 403
DELETE /api/v1/keys/k_none                   401 401 403 403 403 403 403 403 403 403 404 403 403
POST {table}/commands                        401 401 403 403 403 403 200 200 403 403 200 404 404
POST /api/v1/house/commands                  401 401 403 403 403 403 403 403 403 403 200 403 403
GET /api/v1/outputs                          401 401 403 403 403 403 403 403 403 200 200 200 200
POST /api/v1/outputs                         401 401 403 403 403 403 403 403 403 201 201 404 404
DELETE /api/v1/outputs/main                  401 401 403 403 403 403 403 403 403 204 204 404 404
POST /api/v1/auth/output                     401 401 401 401 401 401 401 401 401 401 401 401 401
POST /api/v1/auth/output/renew               401 401 401 401 401 401 401 401 401 401 401 401 401
POST /api/v1/auth/output/end                 401 401 401 401 401 401 401 401 401 401 401 401 401
POST /api/v1/auth/broker                     401 401 403 403 403 403 403 403 403 403 403 403 403
POST /api/v1/auth/broker/renew               401 401 200 200 200 200 200 200 200 200 200 200 200
POST /api/v1/auth/broker/end                 401 401 204 204 204 204 204 204 204 204 204 204 204
GET /api/v1/audit                            401 401 403 403 403 403 403 403 403 403 403 403 403
"""
BODIES: dict[str, dict[str, Any]] = {
    "POST {table}/commands": {"type": "set_blinds", "small_blind": 1, "big_blind": 2},
    "POST /api/v1/house/commands": {"type": "create_event", "event_id": "e2", "name": "Another"},
    "POST /api/v1/auth/output": {"key": "o_" + "x" * 26},
    "POST /api/v1/auth/output/renew": {"key": "o_" + "x" * 26, "logins": ["o-main-000001"]},
    "POST /api/v1/auth/output/end": {"key": "o_" + "x" * 26, "logins": ["o-main-000001"]},
    "POST /api/v1/auth/broker/renew": {"logins": ["c-somebody-000001"]},
    "POST /api/v1/auth/broker/end": {"logins": ["c-somebody-000001"]},
}
"""What is sent where it is not an object that no route takes."""
LINES = [line.split() for line in ANSWERS.strip("\n").split("\n")[1:]]
ROWS = {" ".join(line[:2]): line[2:] for line in LINES}


SEEN = {1: ("Ah", "Kd"), 2: ("2c", "7s"), 3: ("Qh", "Qs")}
"""Cards that were read, by seat; seat 3 tables its own."""


def played() -> tuple[HandRecord, str]:
    """Return a hand with its story: everybody folds to seat 3, which shows."""
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    for at in (0, 1):
        for seat in (2, 3, 1):
            dealer.read(seat, SEEN[seat][at])
    for seat in (1, 2):
        dealer.act(seat, "fold")
    dealer.command(type="show", seat=3, cards=list(SEEN[3]))
    dealer.command(type="end_hand")
    (play,) = dealer.evening.closed
    record = replace(record_of(dealer.table, play), event_id=EVENT)
    return record, json.dumps(story_out(story_of(play)))


HAND, STORY = played()


class Asked:
    """A house with a hand, and everybody who may ask for it."""

    def __init__(self, folder: Path) -> None:
        for name in ("closed", "open"):
            (folder / name).mkdir()
        collectors = [Deciding({HAND.table_id: EVENT}) for _ in range(2)]
        self.closed = House(folder / "closed", asking=collectors[0])
        self.opened = House(folder / "open", may_read=True, asking=collectors[1])
        collectors[0].register, collectors[1].register = self.closed.register, self.opened.register

    async def begin(self) -> None:
        for house in (self.closed, self.opened):
            house.app.include_router(audit_router(house.door, house.queries))
            await house.register.look()
            await house.writer.put_event(EVENT, "Main Event")
            await house.writer.put_table(HAND.table_id, EVENT, "Table 1")
            counts = {p.player_id: Counts() for p in HAND.players}
            seen = without_hidden(json.loads(STORY))
            details = {HAND.hand_id: HandDetails(counts, json.dumps(seen))}
            released = [to_the_house(HAND, STORY)]
            await house.writer.put([tabled_only(HAND)], details=details, released=released)
            places = [PlayerPlace(p.player_id, p.name, p.seat, p.final_stack) for p in HAND.players]
            await house.writer.put_seats(HAND.table_id, EVENT, places, remaining=None)
        for role in IDENTITIES[2:]:
            if role not in {"key", "event", "table"}:
                await self.closed.person(role, role)
        await self.closed.person("event", "admin", grant_of("admin", events=["evt_other"]))
        await self.closed.person("table", "admin", grant_of("admin", events=[EVENT], tables=["table_99"]))
        self.key = await self.closed.key("admin", "read:hands")
        output, _ = new_output("main", "admin", HAND.table_id, "public", self.closed.clock.ms)
        await self.closed.register.do(lambda: self.closed.store.add_output(output, "admin"))

    async def client(self, identity: str) -> httpx.AsyncClient:
        if identity in {"nobody", "open"}:
            return (self.opened if identity == "open" else self.closed).client()
        return self.closed.client(self.key if identity == "key" else await self.closed.token(identity))

    def close(self) -> None:
        self.closed.close()
        self.opened.close()


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    asked = Asked(tmp_path)
    await asked.begin()
    yield asked
    asked.close()


NAMES = {
    "table": f"/api/v1/events/{EVENT}/tables/{HAND.table_id}",
    "hands": HANDS,
    "hand": HAND.hand_id,
    "players": PLAYERS,
    "figures": FIGURES,
}


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_every_operation_answers_each_identity_as_written(asked: Asked, identity: str) -> None:
    answered = {}
    async with await asked.client(identity) as client:
        for row in ROWS:
            method, path = row.format(**NAMES).split(" ")
            bare = method in {"GET", "DELETE"} or row.endswith(("logout", "/totp", "/auth/broker"))
            body: dict[str, Any] = {} if bare else {"json": BODIES.get(row, {"unknown": 1})}
            if row == "POST /api/v1/outputs":
                body = {"json": {"name": f"by-{identity}", "table_id": HAND.table_id}}
            answered[row] = str((await client.request(method, path, **body)).status_code)
            if row.endswith("logout"):
                client.headers.update((await asked.client(identity)).headers)

    assert answered == {row: told[IDENTITIES.index(identity)] for row, told in ROWS.items()}


def test_the_rows_are_all_operations() -> None:
    """`tests/collector/api/words.py` counts the routes."""
    told = {" ".join(line[:2]) for line in LINES}

    assert len(told) == len(LINES) == len(WORDS) + len(ASKING)
    assert {len(answers) for answers in ROWS.values()} == {len(IDENTITIES)}


# --- hidden cards ---


def cards_of(hand: dict[str, Any]) -> dict[int, list[str] | None]:
    return {player["seat"]: player["hole_cards"] for player in hand["players"]}


@pytest.mark.parametrize(
    "identity", [each for each in IDENTITIES if each not in {"nobody", "installer", "event", "table"}]
)
async def test_hidden_cards_take_their_own_word(asked: Asked, identity: str) -> None:
    async with await asked.client(identity) as client:
        page = (await client.get(HANDS)).json()["hands"][0]
        one = (await client.get(f"{HANDS}/{HAND.hand_id}")).json()
        files = {
            form: (await client.get(f"{HANDS}/{HAND.hand_id}/export?format={form}"))
            for form in ("phh", "ohh", "pokerstars", "json")
        }

    assert {form: answer.status_code for form, answer in files.items()} == dict.fromkeys(files, 200)
    hidden = [card for seat in (1, 2) for card in SEEN[seat]]
    if identity == "analyst":
        assert cards_of(page) == cards_of(one) == {seat: list(cards) for seat, cards in SEEN.items()}
        assert all(card in files["json"].text for card in hidden)
    else:
        assert cards_of(page) == cards_of(one) == {1: None, 2: None, 3: list(SEEN[3])}
        strays = [(form, card) for form, answer in files.items() for card in hidden if card in answer.text]
        assert strays == []
        assert all("Qh" in answer.text for answer in files.values()), "what was tabled is told"


async def test_what_a_hidden_hand_is_called_is_hidden_too(asked: Asked) -> None:
    winner = replace(HAND.winners[0], hand="Pair of Queens")
    players = tuple(replace(each, shown=False) for each in HAND.players)
    record = replace(HAND, revision=9, winners=(winner,), players=players)
    await asked.closed.writer.put([tabled_only(record)], released=[to_the_house(record)])

    async with await asked.client("operator") as client:
        assert (await client.get(f"{HANDS}/{HAND.hand_id}")).json()["winning_hand"] is None
    async with await asked.client("analyst") as client:
        assert (await client.get(f"{HANDS}/{HAND.hand_id}")).json()["winning_hand"] == "Pair of Queens"


async def test_hidden_cards_are_given_for_one_table_alone(asked: Asked) -> None:
    grants = (grant_of("operator"), grant_of("", ["read:holecards"], events=[EVENT], tables=["table_09"]))
    await asked.closed.person("ola", "operator", *grants)
    record = replace(HAND, hand_id="h_9", table_id="table_09")
    await asked.closed.writer.put([tabled_only(record)], released=[to_the_house(record)])

    async with asked.closed.client(await asked.closed.token("ola")) as client:
        hands = (await client.get(HANDS)).json()["hands"]

    assert {each["table_id"]: cards_of(each)[1] for each in hands} == {
        "table_01": None,
        "table_09": list(SEEN[1]),
    }


# --- what lies outside of a grant ---


async def two_tables(house: House) -> None:
    """Three hands at table 1, two at table 2: p_2 plays at both and sits at table 2, p_9 at table 2 only."""
    await house.register.look()
    await house.writer.put_event(EVENT, "Main Event")
    counts = Counts(hands=1)
    for number in (1, 2, 3):
        players = (player(1, "p_1"), player(2, "p_2"))
        await put(house, hand(number, players=players, total_pot=100 * number), counts)
    for number in (4, 5):
        players = (player(1, "p_2"), player(2, "p_9"))
        await put(house, hand(number, "table_02", players=players, total_pot=1000 * number), counts)
    await house.writer.put_table("table_01", EVENT, "One")
    await house.writer.put_table("table_02", EVENT, "Two")
    await house.writer.put_seats("table_01", EVENT, [PlayerPlace("p_1", "Ann", 1, 500)], remaining=None)
    seats = [PlayerPlace("p_2", "Bob", 1, 700), PlayerPlace("p_9", "Cyd", 2, 900)]
    await house.writer.put_seats("table_02", EVENT, seats, remaining=None)


def player(seat: int, player_id: str) -> HandPlayer:
    return HandPlayer(seat, player_id, player_id, 100, 100, None, shown=False)


async def put(house: House, record: HandRecord, counts: Counts) -> None:
    details = HandDetails({each.player_id: counts for each in record.players}, "{}")
    await house.writer.put([record], details={record.hand_id: details})


@pytest.fixture
async def tables(house: House) -> House:
    await two_tables(house)
    await house.person("whole", "admin")
    await house.person("one", "admin", grant_of("admin", events=[EVENT], tables=["table_01"]))
    await house.person("any", "admin", grant_of("admin", tables=["table_01"]))
    await house.person("else", "admin", grant_of("admin", tables=["table_77"]))
    return house


async def got(house: House, name: str, path: str) -> Any:
    async with house.client(await house.token(name)) as client:
        answer = await client.get(path)
        return answer.json() if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize("name", ["one", "any"])
async def test_another_table_s_hands_are_not_found_and_not_listed(tables: House, name: str) -> None:
    listed = await got(tables, name, f"{HANDS}?limit=2&order=oldest")
    second = await got(tables, name, f"{HANDS}?limit=2&order=oldest&cursor={listed['next_cursor']}")

    assert [each["hand_number"] for each in listed["hands"]] == [1, 2]
    assert [each["hand_number"] for each in second["hands"]] == [3]
    assert second["next_cursor"] is None
    assert (await got(tables, name, f"{HANDS}?table_id=table_02"))["hands"] == []
    assert await got(tables, name, f"{HANDS}/h_table_02_400") == 404
    assert (await got(tables, "whole", f"{HANDS}/h_table_02_400"))["table_id"] == "table_02"


async def test_another_table_s_hand_answers_as_one_that_does_not_exist(tables: House) -> None:
    async with tables.client(await tables.token("one")) as client:
        there = (await client.get(f"{HANDS}/h_table_02_400")).json()
        nowhere = (await client.get(f"{HANDS}/h_table_02_401")).json()

    assert there["error"]["message"].replace("_400", "_401") == nowhere["error"]["message"]
    assert there["error"]["code"] == nowhere["error"]["code"] == "HAND_NOT_FOUND"


@pytest.mark.parametrize("name", ["one", "any"])
async def test_another_table_is_in_no_figure(tables: House, name: str) -> None:
    whole, mine = await got(tables, "whole", FIGURES), await got(tables, name, FIGURES)

    assert (whole["hands_played"], whole["largest_pot"]) == (5, 5000)
    assert (mine["hands_played"], mine["largest_pot"], mine["average_pot"]) == (3, 300, 200)
    assert (mine["players_remaining"], mine["average_stack"]) == (1, 500)
    assert len((await got(tables, name, f"{FIGURES}/hands"))["hands"]) == 3


@pytest.mark.parametrize("name", ["one", "any"])
async def test_players_are_known_as_far_as_they_played_there(tables: House, name: str) -> None:
    whole = await got(tables, "whole", PLAYERS)
    mine = {each["player_id"]: each for each in (await got(tables, name, PLAYERS))["players"]}

    assert [each["player_id"] for each in whole["players"]] == ["p_1", "p_2", "p_9"]
    assert set(mine) == {"p_1", "p_2"}
    assert mine["p_2"]["current_stack"] == 0, "where it sits now is another table's"
    assert mine["p_2"]["statistics"]["hands_played"] == 3
    assert await got(tables, name, f"{PLAYERS}/p_9") == 404
    assert await got(tables, name, f"{PLAYERS}/p_9/statistics") == 404


async def test_an_event_without_a_table_of_one_s_own_does_not_exist(tables: House) -> None:
    for path in (HANDS, PLAYERS, FIGURES, f"{FIGURES}/hands", f"{FIGURES}/players", f"{HANDS}/h_table_01_100"):
        assert await got(tables, "else", path) == 404
        assert await got(tables, "any", path) != 404


async def test_pages_hear_of_one_s_own_tables_only(tables: House) -> None:
    assert (await got(tables, "whole", "/config.json"))["tables"] == ["table_01", "table_02"]
    assert (await got(tables, "one", "/config.json"))["tables"] == ["table_01"]
    async with tables.client() as client:
        assert (await client.get("/config.json")).json()["tables"] == []
