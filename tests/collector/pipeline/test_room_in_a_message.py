"""No command and no log makes a message that the broker would refuse: it ends the connection of whoever sends one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.access.senders import sender_of
from collector.broker.link import Address, MqttLink
from collector.pipeline.desk import Batch
from collector.pipeline.outgoing import Outgoing, reply_payload
from collector.pipeline.repeats import Repeats
from collector.table.commands import COMMANDS
from collector.table.show.fitting import CEILING, SMALL
from collector.wire.base import MESSAGE_LIMIT
from collector.wire.command import TableCommand
from collector.wire.replies import Refusal, Reply
from collector.wire.tournament import BountyRule, Level, SetLevels, SetSideGames
from tests.collector.pipeline.hall import Hall, Keys, restarted
from tests.collector.table.dealer import TABLE, Dealer

FEW = {"levels": [{"small_blind": 50, "big_blind": 100}]}
MANY: dict[str, Any] = {"levels": [{"small_blind": 10**15, "big_blind": 10**15, "ante": 10**15}] * 200}


def planted(dealer: Dealer, command: TableCommand) -> None:
    """Log a command as a collector did that had no bounds."""
    fields = json.loads(command.model_dump_json())
    body = {"client": "op", "command": fields}
    new = COMMANDS.kind_of(COMMANDS.of(command)).fact(TABLE, command.id, body, None, client="op", command_id=command.id)
    batch = Batch()
    dealer.desk._log(new, batch)
    dealer.facts += batch.facts


def old_hall() -> Hall:
    """Return a hall whose log holds 1,500 levels, 600 bounties, and a name with a line break."""
    before = Hall()
    level = Level(small_blind=1, big_blind=2)
    rule = BountyRule.model_construct(
        name="seven deuce of the evening, offsuit\nor suited, or a pair" * 2, ranks="72", amount=10_000
    )
    planted(before.dealer, SetLevels.model_construct(id="old-1", levels=(level,) * 1500))
    planted(before.dealer, SetSideGames.model_construct(id="old-2", bounties=(rule,) * 600))
    return restarted(before)


async def said(hall: Hall) -> dict[str, dict[str, Any]]:
    """Return the states that a hall publishes after a connection, by channel; alerts are told."""
    hall.link.sent.clear()
    await Repeats(hall.link, hall.renderer, "main", lambda: hall.desk.tables, hall.floor).connected()
    return {channel: hall.link.to(f"{channel}/state")[0] for channel in ("public", "live")}


async def test_a_log_of_an_earlier_version_sends_smaller_states_and_tells_the_floor_what_is_left_out() -> None:
    hall = old_hall()

    states = await said(hall)

    for state in states.values():
        assert state["left_out"] == ["levels", "side_games"]
        assert (state["levels"], state["side_games"]) == ([], {})
        assert state["seats"][0]["name"] == "Player 1"
        assert len(json.dumps(state)) < MESSAGE_LIMIT
    (alert,) = hall.link.to("/alert")
    assert (alert["code"], alert["severity"]) == ("STATE_TOO_LARGE", "error")
    assert "left out: levels (give `set_levels` fewer levels); side_games (give" in alert["message"]


async def test_short_lists_heal_such_a_table() -> None:
    hall = old_hall()
    hall.dealer.desk = hall.desk
    await said(hall)

    assert hall.dealer.send(type="set_levels", **FEW).accepted, "though the state is too large before and after"
    states = await said(hall)
    assert states["public"]["left_out"] == ["side_games"]
    assert states["public"]["levels"][0]["big_blind"] == 100

    assert hall.dealer.send(type="set_side_games", bounties=[]).accepted
    states = await said(hall)
    assert "left_out" not in states["public"]
    assert hall.renderer.left_out == {}


async def test_what_is_left_out_is_not_told_with_every_batch() -> None:
    hall = old_hall()
    for _ in range(3):
        await said(hall)

    assert hall.link.to("/alert") == [], "the first round told it, and a minute has not passed"


def test_a_command_whose_state_would_not_fit_is_refused_with_what_and_how_much() -> None:
    dealer = Dealer()
    dealer.command(type="set_levels", **MANY)
    before = dealer.table

    reply = dealer.send(type="set_tournament", payouts=[10**15] * 2000)

    assert reply.error is not None
    assert reply.error.code == "TOO_LARGE"
    assert reply.error.details["limit"] == CEILING == 57_344
    assert reply.error.details["bytes"] > CEILING
    assert reply.error.details["largest"] in {"levels", "tournament"}
    assert "give less" in reply.error.message
    assert dealer.table is before
    assert dealer.command(type="set_tournament", payouts=[10**15] * 100)


def test_a_hand_goes_on_however_long_it_is_but_nobody_raises_it_over_the_limit() -> None:
    dealer = Dealer(stacks=(10**9, 10**9), blinds=(1, 2))
    dealer.command(type="set_levels", **MANY)
    dealer.command(type="set_tournament", payouts=[10**15] * 100)
    dealer.command(type="start_hand")
    seat, to, refused = dealer.table.play.hand.to_act, 4, None
    for _ in range(700):
        reply = dealer.send(type="raise_to", seat=seat, amount=to)
        if not reply.accepted:
            refused = reply.error
            break
        seat, to = 3 - seat, to + 2

    assert refused is not None
    assert refused.code == "TOO_LARGE"
    assert refused.details["largest"] in {"hand", "levels"}
    public = dealer.renderer.state(dealer.table, "public")
    assert CEILING - SMALL < len(public) <= CEILING, "the last raise that was taken still fits"
    assert "left_out" not in json.loads(public)
    dealer.act(seat, "call")
    assert len(dealer.renderer.state(dealer.table, "live")) <= MESSAGE_LIMIT


def test_acts_are_left_out_last_of_all_that_is_as_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.table.show.fitting.MESSAGE_LIMIT", 6000)
    monkeypatch.setattr("collector.table.show.renderer.MESSAGE_LIMIT", 6000)
    dealer = Dealer(stacks=(10**9, 10**9), blinds=(1, 2))
    dealer.command(type="start_hand")
    for number in range(12):
        dealer.act(dealer.table.play.hand.to_act, "raise_to", 4 + 2 * number)

    state = json.loads(dealer.renderer.state(dealer.table, "public"))

    assert state["left_out"] == ["hand.actions"]
    assert (state["hand"]["actions"], state["hand"]["rulings"]) == ([], [])
    assert (state["hand"]["to_act"], state["hand"]["pot"]) == (1, 50)


def test_an_event_that_is_too_large_says_only_that_the_table_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    dealer = Dealer()
    batch = Batch()
    dealer.desk.table_command(
        TABLE, COMMANDS.decode(b'{"type":"set_tournament","id":"t","payouts":[100,50]}'), sender_of("op"), batch
    )
    (change,) = batch.changes
    whole = dealer.renderer.events(change.outcome, change.before, "public")
    monkeypatch.setattr("collector.table.show.renderer.MESSAGE_LIMIT", len(whole[0]) - 1)
    (cut,) = map(json.loads, dealer.renderer.events(change.outcome, change.before, "public"))

    assert json.loads(whole[0])["type"] == "tournament_update"
    assert (cut["type"], cut["data"], cut["seq"]) == ("table_update", {}, json.loads(whole[0])["seq"])


def test_a_refusal_with_endless_details_keeps_its_code_and_its_words() -> None:
    error = Refusal(code="AMEND_PREVIEW", message="w" * 5000, details={"differences": ["x" * 100] * 1000})
    reply = Reply(id="c", accepted=False, error=error)

    read = Reply.model_validate_json(reply_payload(reply))

    assert read.error is not None
    assert (read.id, read.error.code, read.error.details) == ("c", "AMEND_PREVIEW", {})
    assert read.error.message.startswith("w" * 2000 + " (the details have ")
    assert (
        reply_payload(reply.model_copy(update={"error": None}))
        == b'{"accepted":false,"decision":null,"error":null,"hand_id":null,"id":"c","seq":null,"v":1}'
    )


async def test_nothing_oversize_is_handed_to_the_broker_whoever_made_it(caplog: pytest.LogCaptureFixture) -> None:
    sent = []

    class Paho:
        def publish(self, topic: str, payload: bytes, qos: int, retain: bool) -> Any:
            sent.append(len(payload))
            return type("Info", (), {"rc": 0})

    link = MqttLink(Address("127.0.0.1", 1, "x", "y"), identifier="x", subscriptions=())
    link._client = type("Client", (), {"_client": Paho()})  # type: ignore[assignment]

    assert await link.publish("ebs/v1/t", b"x" * MESSAGE_LIMIT)
    assert not await link.publish("ebs/v1/t", b"x" * (MESSAGE_LIMIT + 1))
    assert sent == [MESSAGE_LIMIT]
    assert "payload_too_large" in caplog.text


async def test_a_live_batch_tells_the_floor_too() -> None:
    hall = old_hall()
    batch = Batch()
    hall.desk.table_command(TABLE, COMMANDS.decode(b'{"type":"set_button","id":"b","seat":1}'), sender_of("op"), batch)
    outgoing = Outgoing(hall.link, hall.renderer, Keys(), hall.store, hall.metrics)
    await outgoing.feed("public", batch, hall.desk)
    await outgoing.feed("live", batch, hall.desk)
    await hall.floor.tell(hall.desk)

    assert hall.told == ["STATE_TOO_LARGE"]
    assert hall.link.to("public/state")[0]["button"] == 1
