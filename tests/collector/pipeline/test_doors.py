"""The doors of the desk: which login gives which command, what a refused one leaves behind, what is not taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.access.household import NO_PEOPLE
from collector.access.refusals import KEPT_MS, MOST
from collector.access.rights import TODAY
from collector.access.senders import sender_of
from collector.cards import DECK
from collector.facts.chain import Chain
from collector.facts.fact import RECORD, Fact
from collector.pipeline.desk import Batch, Desk
from collector.pipeline.loading import load_desk
from collector.secrecy import Secrecy
from collector.table.commands import COMMANDS
from edge import envelope_birth
from tests.collector.pipeline.hall import Hall, Message, Store
from tests.collector.table.dealer import BOOT, NODE, OP_MAY_ALL, TABLE, Dealer, uid_of

Fields = dict[str, Any]
LOGINS = ["operator", "dealer", "installer", "programme", "public", "collector"]
OTHER_TAGS: Fields = {uid_of(str(card), 7): str(card) for card in DECK}
OF_A_TABLE: list[Fields] = [
    {"type": "assign_device", "device": "node-09"},
    {"type": "assign_antenna", "device": NODE, "antenna": "a01", "role": "up", "seat": 1},
    {"type": "use_deck", "deck_id": "deck-1"},
    {"type": "register_control", "uid": "0011223344556688", "command": {"type": "fold"}},
    {"type": "remove_control", "uid": "0011223344556688"},
]
OF_THE_HOUSE: list[Fields] = [
    {"type": "register_deck", "deck_id": "deck-7", "cards": OTHER_TAGS},
    {"type": "command_device", "device": NODE, "action": "configure", "version": 9, "config": {"sealed": False}},
    {"type": "seal_device", "device": NODE, "sealed": False},
]


def ready(access: Any = TODAY) -> Dealer:
    """A table that was set up, with a node that was heard, in a house with these rights."""
    dealer = Dealer()
    dealer.desk._access = access
    dealer.desk.nodes.heard(NODE, BOOT)
    return dealer


def record(facts: list[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.stream == RECORD]


@pytest.mark.parametrize("login", LOGINS)
def test_antennas_nodes_seals_and_decks_take_the_installer_s_login(login: str) -> None:
    dealer = ready()

    replies = [dealer.send(login, **fields) for fields in OF_A_TABLE]
    replies += [dealer.house(login, **fields) for fields in OF_THE_HOUSE]

    refused = [reply.error.code if reply.error else None for reply in replies]
    wanted = None if login == "installer" else "NOT_PERMITTED"
    assert refused == [wanted] * len(replies)
    assert len(record(dealer.facts)) == (0 if login == "installer" else len(replies))


def test_the_installer_sets_up_and_does_not_play() -> None:
    dealer = ready()

    for fields in (
        {"type": "start_hand"},
        {"type": "set_stack", "seat": 1, "stack": 5},
        {"type": "set_game", "game": "razz"},
    ):
        refused = dealer.send("installer", **fields)
        assert refused.error is not None
        assert (refused.error.code, refused.error.details["roles"]) == ("NOT_PERMITTED", ["operator", "floor"])


@pytest.mark.parametrize(
    "change",
    [
        {"command": {"type": "assign_antenna", "device": NODE, "antenna": "a01", "role": "up", "seat": 1}},
        {"command": {"type": "use_deck", "deck_id": "deck-1"}},
        {"command": None},
        {
            "command": {"type": "set_odds"},
            "more": [{"type": "assign_antenna", "device": NODE, "antenna": "a", "role": "muck"}],
        },
    ],
    ids=["replaced", "replaced by another", "taken out", "put in behind"],
)
def test_an_amendment_takes_the_words_of_all_that_it_changes(change: Fields) -> None:
    dealer = ready()
    assigned = next(fact for fact in dealer.facts if fact.kind == "assign_antenna")

    refused = dealer.send("operator", type="amend", changes=[{"seq": assigned.position, **change}])

    assert refused.error is not None
    assert (refused.error.code, refused.error.details["roles"]) == ("NOT_PERMITTED", ["installer"])


def test_a_card_that_commands_needs_no_login() -> None:
    dealer = ready(OP_MAY_ALL)
    dealer.command(type="register_control", uid=uid_of("As", 9), command={"type": "start_hand"})
    dealer.desk._access = TODAY

    dealer.read(1, "As", uid=uid_of("As", 9))

    assert dealer.table.play is not None


def test_a_refused_command_that_comes_again_hears_the_same_though_it_would_be_taken_by_now() -> None:
    dealer = Dealer()
    table, house = {"id": "go", "type": "end_hand"}, {"id": "it", "type": "open_table", "event_id": "e2", "name": "T"}
    first = dealer.send(**table), dealer.house(**house, table_id="table_02")

    dealer.house(type="create_event", event_id="e2", name="E")
    dealer.command(type="start_hand", button=1)
    for seat in (1, 2):
        dealer.act(seat, "fold")
    again = dealer.send(**table), dealer.house(**house, table_id="table_02")

    assert [reply.error.code for reply in first if reply.error] == ["NO_HAND", "UNKNOWN_EVENT"]
    assert again == first
    assert dealer.table.play is not None
    assert len(record(dealer.facts)) == 2, "a repeat is no new entry"
    assert dealer.command(type="end_hand").accepted


async def test_a_refusal_outlives_the_collector_for_as_long_as_a_repeat_may_come() -> None:
    dealer, store = Dealer(), Store()
    refused = dealer.send(id="go", type="start_hand", button=9)
    unread = Batch()
    dealer.desk.refuse(TABLE, sender_of("op"), "bad", _error(), unread, payload=b'{"id":"bad"')
    store.facts = [*dealer.facts, *unread.facts]
    at = record(store.facts)[0].received_at

    soon, _ = await load_desk(store, COMMANDS, lambda: at + KEPT_MS, OP_MAY_ALL)
    late, _ = await load_desk(store, COMMANDS, lambda: at + KEPT_MS + 10_000, OP_MAY_ALL)

    command = COMMANDS.decode(b'{"v":1,"id":"go","type":"start_hand","button":1}')
    assert soon.table_command(TABLE, command, sender_of("op"), Batch()) == refused
    assert late.table_command(TABLE, command, sender_of("op"), Batch()).accepted
    soon.refuse(TABLE, sender_of("op"), "bad", _error("OTHER"), again := Batch())
    assert again.replies == unread.replies
    assert not again.facts
    assert "_record" not in soon.tables


def _error(code: str = "BAD_COMMAND") -> Any:
    from collector.errors import Refused  # noqa: PLC0415 - for these two lines

    return Refused(code, "this command cannot be read")


def test_an_entry_holds_what_was_tried_and_its_class() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)

    dealer.command(type="deal_card", seat=1, card="Kd")
    dealer.send(id="peek", type="deal_card", seat=1, card="Kd")
    dealer.send(id="early", type="end_hand")
    dealer.send(id="open", type="deal_card", card="As", override=False)

    entries = {fact.body["id"]: fact for fact in record(dealer.facts)}
    assert entries["peek"].secrecy is Secrecy.S0
    assert entries["early"].secrecy is Secrecy.S1
    assert entries["early"].body["code"] == "HAND_RUNNING"
    assert entries["early"].body["to"] == TABLE
    digests = {fact.body["digest"] for fact in entries.values()}
    assert len(digests) == len(entries)
    assert all(len(digest) == 64 for digest in digests)


def test_a_preview_is_on_record_too() -> None:
    dealer = Dealer()
    seq = next(fact.position for fact in dealer.facts if fact.kind == "set_blinds")

    change = {"seq": seq, "command": {"type": "set_blinds", "small_blind": 1, "big_blind": 2}}
    dealer.send(id="look", type="amend", changes=[change])

    (entry,) = record(dealer.facts)
    assert (entry.body["id"], entry.body["code"]) == ("look", "AMEND_PREVIEW")
    assert entry.secrecy is Secrecy.S0


async def test_a_flood_of_refused_commands_is_answered_and_bounded() -> None:
    hall = Hall()
    payload = '{{"v":1,"id":"c{}","type":"end_hand"}}'
    messages = [
        Message(f"ebs/v1/table/{TABLE}/command/op", payload.format(number).encode()) for number in range(10_000)
    ]
    before, replies = hall.dealer.now, 0
    hall.dealer.desk._chain._clock_ms = lambda: before  # all in one second

    for start in range(0, len(messages), 250):
        batch = await hall.take_all(messages[start : start + 250])
        replies += len(batch.replies)

    assert replies == 10_000
    assert len(record(hall.store.facts)) == MOST


@pytest.mark.parametrize("where", [f"table/{TABLE}/command/op", "house/command/op"])
async def test_a_retained_command_is_dropped_told_and_counted(where: str) -> None:
    hall = Hall()
    command = {"v": 1, "id": "go", "type": "start_hand" if "table" in where else "create_event"}
    command |= {} if "table" in where else {"event_id": "e9", "name": "E"}
    payload = json.dumps(command).encode()

    kept = await hall.take_all([Message(f"ebs/v1/{where}", payload, retained=True)])

    assert (kept.facts, kept.replies) == ([], [])
    assert (hall.dropped("retained"), hall.told) == (1, ["RETAINED"])
    assert "clears it there" in hall.link.to("/alert")[0]["message"]
    sent = await hall.take_all([Message(f"ebs/v1/{where}", payload)])
    assert [reply.accepted for _, _, reply in sent.replies] == [True]
    cleared = await hall.take_all([Message(f"ebs/v1/{where}", b"")])
    assert (cleared.facts, cleared.replies, hall.told) == ([], [], ["RETAINED"])


@pytest.mark.parametrize("kind", ["event", "snapshot"])
async def test_a_reading_that_the_broker_had_kept_is_dropped(kind: str) -> None:
    hall = Hall()

    batch = await hall.take_all([Message(f"ebs/v1/dev/{NODE}/{kind}", b"{}", retained=True)])

    assert not batch.facts
    assert (hall.dropped("retained"), hall.dropped("mac")) == (1, 0)


async def test_the_floor_hears_loudly_of_a_seal_that_is_taken_off() -> None:
    hall = Hall()
    hall.desk.nodes.heard(NODE, BOOT)

    async def house(number: int, **fields: Any) -> list[str]:
        known = len(hall.told)
        payload = json.dumps({"v": 1, "id": f"s{number}", "device": NODE, **fields}).encode()
        await hall.take_all([Message("ebs/v1/house/command/op", payload)])
        return hall.told[known:]

    assert await house(1, type="seal_device", sealed=False) == [], "it never was"
    assert await house(2, type="seal_device") == []
    config = {"type": "command_device", "action": "configure", "version": 2}
    assert await house(3, **config, config={"sealed": True}) == []
    assert await house(4, **config, config={"sealed": False}) == ["NODE_UNSEALED"]
    assert hall.desk.house.unsealed == frozenset()
    assert await house(5, type="seal_device", sealed=False) == ["NODE_UNSEALED"]
    assert await house(5, type="seal_device", sealed=False) == [], "a repeat takes nothing off"
    assert hall.desk.house.unsealed == {NODE}
    alert = hall.link.to("/alert")[-1]
    assert (alert["severity"], alert["device"]) == ("error", NODE)
    assert "the login op took the seal off" in alert["message"]
    await house(6, type="seal_device")
    assert hall.desk.house.unsealed == frozenset()


async def test_a_birth_is_answered_with_a_signed_word() -> None:
    """A node on trial keeps a configuration only then: see tests/edge/test_trial.py."""
    hall = Hall()
    body = envelope_birth.will_body(NODE, BOOT, 1).replace('"lost"', '"online"')

    batch = await hall.take("status", body)

    (ack,) = await hall.acknowledged(batch)
    assert (ack["boot"], ack["log_id"], ack["acks"]) == (BOOT, "log-1", [])
    assert len(ack["mac"]) == 64


def test_the_record_s_stream_is_no_table() -> None:
    refused = Dealer().house(type="open_table", table_id="_record", event_id="evt", name="T")

    assert refused.error is not None
    assert refused.error.code == "BAD_NAME"


def test_a_desk_asks_the_table_of_today_unless_told_otherwise() -> None:
    assert Desk(Chain({}, lambda: 1), COMMANDS)._access is NO_PEOPLE
