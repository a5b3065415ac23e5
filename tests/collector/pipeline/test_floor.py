"""What the floor hears: each warning, but not each time; of rubbish the first pieces; a complaint where it belongs."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from collector.facts.fact import HOUSE
from collector.pipeline.desk import Warned
from collector.pipeline.floor import AGAIN_S, LOG_WAITS, MOST_COMPLAINTS
from collector.table.effects import Warn
from edge.seal import Seal
from tests.collector.pipeline.hall import KEY, Hall, Message, born, restarted
from tests.collector.table.dealer import BOOT, NODE, TABLE

COMMANDS = f"ebs/v1/table/{TABLE}/command"
NAMELESS = b'{"v":1}'


def warned(hall: Hall, after_ms: int, seat: int = 1) -> Warned:
    fact = hall.dealer.facts[-1]
    later = replace(fact, received_at=fact.received_at + after_ms)
    return Warned(later, hall.dealer.table, Warn("UNKNOWN_TAG", "take it away", seat=seat))


def counted(hall: Hall, code: str) -> float:
    return hall.metrics.alerts.labels(code)._value.get()


async def test_what_repeats_is_told_once_in_a_while_and_counted_each_time() -> None:
    hall = Hall()

    await hall.floor.warn([warned(hall, at) for at in (0, 1, 1999, 2000, 2001)])

    assert hall.told == ["UNKNOWN_TAG"] * 2
    assert counted(hall, "UNKNOWN_TAG") == 5


async def test_another_seat_is_another_thing() -> None:
    hall = Hall()

    await hall.floor.warn([warned(hall, 0, seat=1), warned(hall, 0, seat=2)])

    assert [alert["seat"] for alert in hall.link.to("/alert")] == [1, 2]


async def test_an_alert_names_the_fact_that_it_comes_of() -> None:
    hall = Hall()
    first = warned(hall, 0)

    await hall.floor.warn([first])

    (alert,) = hall.link.to(f"table/{TABLE}/alert")
    assert (alert["seq"], alert["trace_id"]) == (first.fact.position, first.fact.trace_id)


async def test_rubbish_from_one_client_is_told_once_and_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    hall = Hall()
    for after in (0.0, AGAIN_S - 0.1, AGAIN_S):
        now = 100.0 + after
        await hall.take_all([Message(f"{COMMANDS}/op", NAMELESS)])

    assert hall.told == ["SCHEMA"] * 2
    assert hall.dropped("schema") == 3


async def test_of_many_who_send_rubbish_at_once_the_floor_hears_the_first() -> None:
    hall = Hall()
    senders = 2 * MOST_COMPLAINTS

    await hall.take_all([Message(f"{COMMANDS}/op-{number}", NAMELESS) for number in range(senders)])
    assert hall.told == ["SCHEMA"] * MOST_COMPLAINTS
    assert hall.dropped("schema") == senders

    await hall.floor.tell(hall.desk)
    assert len(hall.told) == MOST_COMPLAINTS, "the others are not told later"


async def test_a_complaint_goes_to_the_table_that_it_concerns() -> None:
    hall = Hall()
    second: dict[str, Any] = {"type": "open_table", "table_id": "table_02", "event_id": "evt", "name": "Table 2"}
    hall.dealer.house(**second)

    hall.floor.complain(Warn("BOOT_BACK", "a copy?", device=NODE))
    hall.floor.complain(Warn("SCHEMA", "no command"), "table_02")
    hall.floor.complain(Warn("SCHEMA", "no command"), HOUSE)
    await hall.floor.tell(hall.desk)
    assert [topic for topic, _ in hall.link.sent] == [f"table/{TABLE}/alert", "table/table_02/alert"]

    hall.floor.complain(Warn("LOG_RESTORED", "older", "error"))
    await hall.floor.tell(hall.desk)
    assert [topic for topic, _ in hall.link.sent[2:]] == [f"table/{TABLE}/alert", "table/table_02/alert"]


async def test_a_node_of_no_table_is_told_to_nobody() -> None:
    hall = Hall()

    hall.floor.complain(Warn("NODE_LOST", "gone", "error", device="node-99"))
    await hall.floor.tell(hall.desk)

    assert hall.told == []


def lost(boot: str, link: int) -> str:
    return f'{{"v":1,"device":"{NODE}","boot":"{boot}","link":{link},"state":"lost"'


async def test_a_node_that_is_lost_is_told_of_unless_it_is_back_already() -> None:
    hall = Hall()
    await hall.take("status", "".join(born(BOOT, BOOT, 0)))
    assert hall.metrics.nodes._value.get() == 1

    await hall.take("status", Seal(KEY).close(lost(BOOT, 0)))
    assert hall.told == [], "the will of a connection before this one"

    await hall.take("status", Seal(KEY).close(lost(BOOT, 1)))
    assert hall.told == ["NODE_LOST"]
    assert hall.link.to("/alert")[0]["severity"] == "error"
    assert hall.metrics.nodes._value.get() == 0


async def test_who_is_there_is_known_when_the_desk_is_made_anew() -> None:
    """No fact says who is there: a payload that broke us must not make nodes vanish."""
    hall = Hall()
    await hall.take("status", "".join(born(BOOT, BOOT, 0)))
    hall.deciding.desk = restarted(hall).desk

    await hall.take("status", Seal(KEY).close(lost(BOOT, 0)))

    assert hall.told == []
    assert hall.metrics.nodes._value.get() == 1


async def test_a_log_that_waits_beyond_its_bound_is_told_of_at_times(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    hall = Hall()
    hall.floor.log_waits(LOG_WAITS)
    await hall.floor.tell(hall.desk)
    assert hall.told == [], "the bound itself is allowed"

    for after in (0, 599, 600):
        now = 100.0 + after
        hall.floor.log_waits(LOG_WAITS + 1)
        await hall.floor.tell(hall.desk)

    assert hall.told == ["LOG_WAITS"] * 2
    assert "256 MB" in hall.link.to("/alert")[0]["message"]
    assert hall.metrics.waiting._value.get() == LOG_WAITS + 1


async def test_what_follows_from_hidden_cards_is_in_no_figure() -> None:
    hall = Hall()
    alert = warned(hall, 0)
    hidden = replace(alert, warning=replace(alert.warning, hidden=True))

    await hall.floor.warn([hidden, hidden, alert])

    assert [payload["code"] for payload in hall.link.to("live/alert")] == ["UNKNOWN_TAG"]
    assert [payload["code"] for payload in hall.link.to(f"{TABLE}/alert")] == ["UNKNOWN_TAG"], "each is held back alone"
    assert counted(hall, "UNKNOWN_TAG") == 1


async def test_that_the_live_state_alone_is_too_large_is_no_word_for_everybody() -> None:
    hall = Hall()
    hall.renderer.left_out[TABLE, "live"] = ("flags",)

    await hall.floor.tell_what_was_left_out(hall.desk.tables)

    assert [payload["code"] for payload in hall.link.to("live/alert")] == ["STATE_TOO_LARGE"]
    assert hall.link.to(f"{TABLE}/alert") == []
