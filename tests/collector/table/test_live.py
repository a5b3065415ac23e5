"""Who may hear a table live: facts of the table, which a restart and a replay know, and no command gives."""

from __future__ import annotations

from typing import Any

import pytest

from collector.access.live import LONGEST_MS, MOST_GRANTS
from collector.facts.chain import Chain
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.pipeline.desk import Batch, Desk
from collector.secrecy import Secrecy
from collector.table.commands import COMMANDS
from collector.wire.live_requests import GrantLive, LiveAnswer, RevokeLive
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import TABLE, Dealer, rendered

BY = "system:root"
KEY = "f" * 64


def ask(dealer: Dealer, request: Any, *, key: str = "") -> tuple[LiveAnswer, Batch]:
    batch = Batch()
    answer = dealer.desk.live_request(request, BY, key, batch)
    dealer.facts += batch.facts
    return answer, batch


def grant(dealer: Dealer, to: str = "output:main", *, table: str = TABLE, ms: int = 60_000, **fields: Any) -> GrantLive:
    return GrantLive(id="g1", table_id=table, to=to, until=dealer.now + ms, **fields)


def test_a_grant_is_a_fact_that_says_who_gave_what_to_whom_until_when() -> None:
    dealer = Dealer()

    answer, batch = ask(dealer, grant(dealer, sudo_user="ana"), key=KEY)

    (fact,) = batch.facts
    assert (answer.accepted, answer.seq) == (True, fact.position)
    assert (fact.stream, fact.kind, fact.secrecy, fact.client) == (TABLE, "live_granted", Secrecy.S1, BY)
    assert fact.body == {
        "to": "output:main",
        "until": dealer.desk.live[TABLE]["output:main"].until,
        "by": BY,
        "key": KEY,
        "sudo_user": "ana",
        "rehearsal": False,
    }


def test_a_restart_knows_grants_and_what_was_revoked() -> None:
    dealer = Dealer()
    ask(dealer, grant(dealer), key=KEY)
    ask(dealer, grant(dealer, "vera"))
    _, batch = ask(dealer, RevokeLive(id="r1", table_id=TABLE, to="vera"))
    assert [fact.kind for fact in batch.facts] == ["live_revoked"]

    again = Desk(Chain({}, lambda: 1), COMMANDS)
    again.load(dealer.facts)

    assert again.live == dealer.desk.live
    assert again.live[TABLE].keys() == {"output:main"}
    assert again.live[TABLE]["output:main"].key == KEY


def test_what_is_done_already_makes_no_fact() -> None:
    dealer = Dealer()
    same = grant(dealer)
    ask(dealer, same, key=KEY)

    assert ask(dealer, same, key=KEY)[1].facts == []
    assert ask(dealer, RevokeLive(id="r", table_id=TABLE, to="nobody"))[0].accepted
    assert dealer.desk.live[TABLE].keys() == {"output:main"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"table": "elsewhere"}, "UNKNOWN_TABLE"),
        ({"ms": -1}, "BAD_END"),
        ({"ms": LONGEST_MS + 1000}, "BAD_END"),
    ],
)
def test_what_cannot_be_given_is_refused(fields: dict[str, Any], code: str) -> None:
    dealer = Dealer()

    answer, batch = ask(dealer, grant(dealer, **fields))

    assert (answer.accepted, answer.error and answer.error.code, batch.facts) == (False, code, [])


def test_a_table_in_a_mode_without_a_live_channel_gives_it_to_nobody() -> None:
    dealer = Dealer()
    opened = next(fact for fact in dealer.facts if fact.kind == "table_opened")
    opened.body["mode"] = "secure"  # a log of later code
    dealer.desk = Desk(Chain({}, lambda: dealer.now), COMMANDS)
    dealer.desk.load(dealer.facts)

    answer, batch = ask(dealer, grant(dealer))

    assert (answer.error and answer.error.code, batch.facts) == ("NO_LIVE", [])


def test_grants_of_a_table_are_bounded_and_those_that_ended_count_for_nothing() -> None:
    dealer = Dealer()
    for number in range(MOST_GRANTS):
        assert ask(dealer, grant(dealer, f"p{number}"))[0].accepted

    refused, _ = ask(dealer, grant(dealer, "one-more"))
    again, _ = ask(dealer, grant(dealer, "p0", ms=50_000))
    assert (refused.error and refused.error.code, again.accepted) == ("TOO_MANY", True)
    dealer.now += 60_000
    assert ask(dealer, grant(dealer, "one-more"))[0].accepted
    assert dealer.desk.live[TABLE].keys() == {"one-more"}, "what has ended is not kept for ever"


def test_nothing_of_a_grant_shows_on_a_channel() -> None:
    dealer = Dealer()
    before = [rendered(dealer.table, "public"), rendered(dealer.table, "live")]

    _, batch = ask(dealer, grant(dealer), key=KEY)

    assert [rendered(dealer.table, "public"), rendered(dealer.table, "live")] == before
    assert [change.outcome.happenings for change in batch.changes] == [()]
    assert batch.replies == batch.warned == []


def test_an_amendment_of_the_hand_before_it_leaves_a_grant_as_it_is() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    raised = dealer.act(1, "raise_to", 300)
    ask(dealer, grant(dealer), key=KEY)
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="end_hand")

    assert raised.seq is not None
    command = {"type": "raise_to", "seat": 1, "amount": 400}
    amended(dealer, [{"seq": raised.seq, "command": command}])

    assert dealer.desk.live[TABLE].keys() == {"output:main"}


def test_no_command_gives_it() -> None:
    types = {each.type for each in (*COMMANDS, *HOUSE_COMMANDS)}

    assert not [name for name in types if "live" in name]
    assert COMMANDS.of_type("live_granted") is None
