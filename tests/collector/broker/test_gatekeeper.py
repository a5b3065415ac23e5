"""The gatekeeper: who is in, for how long, and how many."""

from __future__ import annotations

import asyncio

import pytest

from collector.access.senders import output_of, person_of
from collector.broker.admitted.admission import MOST_LOGINS, Login
from collector.broker.admitted.gatekeeper import (
    MOST_PAGES,
    RENEWED_S,
    UNUSED_S,
    Gatekeeper,
    is_of_session,
    session_mark,
)
from collector.errors import BrokerError, Refused
from tests.collector.broker.memory import Broker

RULES = ("read ebs/v1/table/t1/public/+",)


class Gate:
    """A gatekeeper at a broker, with a clock that stands still unless it is moved."""

    def __init__(self, broker: Broker | None = None) -> None:
        self.broker = broker or Broker()
        self.now = 1000.0
        self._number = 0
        self.keeper = Gatekeeper(self.broker, clock=lambda: self.now, letters=self._letters)

    def _letters(self, count: int) -> str:
        self._number += 1
        return f"{self._number:0{count}}"

    async def page(self, person: str = "alice", session: str = "s1", instead_of: str = "") -> str:
        made = await self.keeper.admit_page(
            person, session, lambda login: (*RULES, f"write ebs/v1/house/command/{login}"), instead_of
        )
        assert self.broker.logins[made.login].password == made.password
        return made.login


@pytest.fixture
def gate() -> Gate:
    return Gate()


async def test_a_page_is_let_in_under_a_login_of_its_own_and_its_rules_name_it(gate: Gate) -> None:
    first, second = await gate.page(), await gate.page()

    mark = session_mark("s1")
    assert (first, second) == (f"c-alice-{mark}001", f"c-alice-{mark}002")
    assert gate.broker.logins[second].rules == (*RULES, f"write ebs/v1/house/command/{second}")
    assert gate.broker.logins[first].password != gate.broker.logins[second].password
    assert gate.keeper.held == {first, second}


async def test_a_session_has_so_many_pages_and_the_oldest_goes(gate: Gate) -> None:
    other = await gate.page("bob", "s2")
    pages = [await gate.page() for _ in range(MOST_PAGES + 2)]

    assert gate.broker.logins.keys() == {other, *pages[2:]} == gate.keeper.held


async def test_the_page_that_somebody_looks_at_stays_when_others_were_left(gate: Gate) -> None:
    looked_at, *left = [await gate.page() for _ in range(MOST_PAGES)]
    gate.now += 300
    await gate.keeper.renew([looked_at])

    newer = [await gate.page() for _ in range(MOST_PAGES - 1)]

    assert gate.keeper.held == {looked_at, *newer}
    assert not gate.keeper.held & set(left)


async def test_a_page_that_made_room_is_told_so_and_does_not_put_out_one_of_the_newer(gate: Gate) -> None:
    pages = [await gate.page() for _ in range(MOST_PAGES + 1)]
    with pytest.raises(Refused, match="8 newer pages are open") as refused:
        await gate.page(instead_of=pages[0])
    assert (refused.value.code, refused.value.details) == ("TOO_MANY_PAGES", {"most": MOST_PAGES})
    assert gate.keeper.held == set(pages[1:])

    await gate.keeper.end([pages[4]])
    again = await gate.page(instead_of=pages[0])

    assert gate.keeper.held == {*pages[1:4], *pages[5:], again}


async def test_a_page_that_made_room_comes_back_when_a_newer_one_was_left(gate: Gate) -> None:
    pages = [await gate.page() for _ in range(MOST_PAGES + 1)]
    gate.now += RENEWED_S
    await gate.keeper.renew(pages[2:])

    again = await gate.page(instead_of=pages[0])

    assert gate.keeper.held == {*pages[2:], again}


async def test_a_page_that_asks_anew_takes_its_own_place_and_no_other(gate: Gate) -> None:
    pages = [await gate.page() for _ in range(MOST_PAGES)]
    bob = await gate.page("bob", "s2")

    again = await gate.page(instead_of=pages[3])
    assert gate.keeper.held == {*pages[:3], *pages[4:], again, bob}
    foreign = await gate.page(instead_of=bob)

    assert gate.keeper.held == {*pages[1:3], *pages[4:], again, foreign, bob}


async def test_a_page_that_nobody_renews_goes_and_an_output_stays(gate: Gate) -> None:
    kept, left = await gate.page(), await gate.page()
    output = (await gate.keeper.admit_output("main", RULES)).login
    gate.now += UNUSED_S - 1
    assert await gate.keeper.renew([kept, output, "c-alice-999999"]) == {"c-alice-999999"}
    await gate.keeper.sweep()
    assert gate.keeper.held == {kept, left, output}, "half an hour is not over"

    gate.now += 1
    await gate.keeper.sweep()

    assert gate.broker.logins.keys() == {kept, output} == gate.keeper.held
    gate.now += 100 * UNUSED_S
    await gate.keeper.sweep()
    assert gate.keeper.held == {output}


async def test_each_source_of_an_output_has_a_login_of_its_own(gate: Gate) -> None:
    first = await gate.keeper.admit_output("main", RULES)
    second = await gate.keeper.admit_output("main", RULES)
    other = await gate.keeper.admit_output("main-2", RULES)

    assert [each.login for each in (first, second, other)] == ["o-main-000001", "o-main-000002", "o-main-2-000003"]
    assert first.password != second.password
    assert first.password not in repr(first)
    assert gate.keeper.held == {first.login, second.login, other.login}


async def test_an_output_has_so_many_sources_and_none_puts_the_others_out_for_ever(gate: Gate) -> None:
    sources = [(await gate.keeper.admit_output("main", RULES)).login for _ in range(MOST_PAGES + 1)]

    with pytest.raises(Refused, match="newer pages"):
        await gate.keeper.admit_output("main", RULES, sources[0])

    assert gate.keeper.held == set(sources[1:])


async def test_pages_end_with_their_session_and_with_their_person(gate: Gate) -> None:
    alice, again, bob = await gate.page(), await gate.page("alice", "s2"), await gate.page("bob", "s3")

    await gate.keeper.end_session("s1")
    assert gate.broker.logins.keys() == {again, bob}
    await gate.keeper.end_session("")
    await gate.keeper.end_person("alice")
    assert gate.broker.logins.keys() == {bob} == gate.keeper.held
    await gate.keeper.end([alice, bob, "o-none"])
    assert not gate.keeper.held


async def test_after_a_restart_what_the_broker_has_is_taken_over(gate: Gate) -> None:
    page = await gate.page()
    output = (await gate.keeper.admit_output("main", RULES)).login
    again = Gate(gate.broker)

    await again.keeper.compare()

    assert again.keeper.held == {page, output}
    again.now += UNUSED_S
    await again.keeper.sweep()
    assert again.keeper.held == {output}


async def test_a_page_of_an_earlier_run_counts_among_those_of_its_session(gate: Gate) -> None:
    pages = [await gate.page() for _ in range(MOST_PAGES)]
    again = Gate(gate.broker)
    await again.keeper.compare()

    made = await again.page()
    assert len(again.keeper.held) == MOST_PAGES
    assert made in again.keeper.held
    assert all(is_of_session(page, "alice", "s1") for page in pages)
    assert not any(is_of_session(page, *who) for page in pages for who in (("alice", "s2"), ("bob", "s1")))


async def test_after_the_broker_was_set_up_anew_nothing_is_held(gate: Gate) -> None:
    kept, lost = await gate.page(), await gate.page()
    del gate.broker.logins[lost]

    await gate.keeper.compare()

    assert gate.keeper.held == {kept}
    assert await gate.keeper.renew([lost]) == {lost}


async def test_the_pages_of_an_earlier_run_end_with_their_person(gate: Gate) -> None:
    await gate.page()
    again = Gate(gate.broker)
    await again.keeper.compare()

    await again.keeper.end_person("alice")

    assert not gate.broker.logins


async def test_the_broker_holds_so_many_logins_and_no_more(gate: Gate) -> None:
    for number in range(MOST_LOGINS):
        await gate.page("alice", f"s{number}")

    with pytest.raises(Refused, match="close some") as refused:
        await gate.page("bob", "more")
    assert (refused.value.code, refused.value.details) == ("TOO_MANY_LOGINS", {"most": MOST_LOGINS})
    assert len(gate.broker.logins) == MOST_LOGINS
    await gate.keeper.end_session("s7")
    assert await gate.page("bob", "more") in gate.keeper.held


async def test_an_output_that_nobody_has_looked_at_for_long_makes_room_where_there_is_none(gate: Gate) -> None:
    await gate.keeper.admit_output("old", RULES)
    gate.now += UNUSED_S
    for number in range(MOST_LOGINS - 1):
        await gate.page("alice", f"s{number}")

    assert await gate.page("bob", "more") in gate.keeper.held
    assert not [login for login in gate.keeper.held if output_of(login)]


async def test_more_than_it_can_bear_is_brought_down_oldest_first() -> None:
    gate = Gate()
    for number in range(MOST_LOGINS + 5):
        name = f"c-alice-{number:06}"
        gate.broker.logins[name] = Login(name, "x" * 43, RULES)
    await gate.keeper.compare()

    assert len(gate.broker.logins) == MOST_LOGINS == len(gate.keeper.held)


async def test_while_the_broker_is_away_nothing_is_let_in_or_forgotten(gate: Gate) -> None:
    page = await gate.page()
    gate.broker.down = True

    for ask in (gate.page(), gate.keeper.end([page]), gate.keeper.compare(), gate.keeper.admit_output("main", RULES)):
        with pytest.raises(BrokerError, match="not connected"):
            await ask

    assert gate.keeper.held == {page}


async def test_pages_that_come_at_the_same_moment_do_not_get_past_the_bound(gate: Gate) -> None:
    for number in range(MOST_LOGINS - 1):
        await gate.page("alice", f"s{number}")

    came = await asyncio.gather(*(gate.page("bob", f"b{n}") for n in range(5)), return_exceptions=True)

    assert sorted(type(each).__name__ for each in came) == ["Refused"] * 4 + ["str"]


@pytest.mark.parametrize(
    ("login", "person", "output"),
    [
        ("c-alice-k3x9ab", "alice", None),
        ("c-a-b-k3x9ab", "a-b", None),
        ("c-alice", None, None),
        ("c-alice-K3X9AB", None, None),
        ("c--k3x9ab", None, None),
        ("operator", None, None),
        ("o-main-2-k3x9ab", None, "main-2"),
        ("o-main", None, None),
        ("o--k3x9ab", None, None),
        ("o-", None, None),
    ],
)
def test_a_name_says_whose_a_login_is(login: str, person: str | None, output: str | None) -> None:
    assert person_of(login) == person
    assert output_of(login) == output
