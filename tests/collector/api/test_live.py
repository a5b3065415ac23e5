"""What REST says of grants of the live channel: they come from the collector's log, by way of the read model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.access.live import LiveGrant
from collector.api.live import STALE_S, LiveKnown
from collector.errors import ReadModelError
from collector.signin.door import Caller
from tests.collector.signin.house import House


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path)
    await made.person("vera", "viewer")
    yield made
    made.close()


async def given(house: House, *grants: LiveGrant) -> LiveKnown:
    await house.writer.put_live("t1", "e1", grants)
    known = LiveKnown(house.queries, house.clock, house.clock.seconds)
    await known.look()
    return known


def caller(house: House, **values: Any) -> Caller:
    user = house.register.users["vera"]
    return Caller(user.identity, user, **values)


async def test_a_person_holds_it_for_the_table_of_the_grant_until_its_end(house: House) -> None:
    known = await given(house, LiveGrant("vera", house.clock.ms + 1000, "system:root"))

    reach = known.seen(caller(house)).identity.reach("read:live")
    assert (reach.holds("e1", "t1"), reach.holds("e1", "t2"), reach.holds("e2", "t1")) == (True, False, False)
    house.clock.ms += 1000
    assert "read:live" not in known.seen(caller(house)).identity.words()


async def test_a_key_of_the_person_has_no_part_in_it(house: House) -> None:
    known = await given(house, LiveGrant("vera", house.clock.ms + 1000, "system:root"))
    user = house.register.users["vera"]
    key = await house.kept(await house.key("vera", "read:hands"))

    assert known.seen(Caller(key.identity(user), user)).identity.words() == {"read:hands"}


async def test_a_grant_that_was_taken_back_is_gone(house: House) -> None:
    known = await given(house, LiveGrant("vera", house.clock.ms + 1000, "system:root"))
    await house.writer.put_live("t1", "e1", [])
    await known.look()

    assert known.seen(caller(house)) == caller(house)


async def test_an_output_is_told_until_when(house: House) -> None:
    until = house.clock.ms + 1000
    known = await given(house, LiveGrant("output:main", until, "system:root", "key"))

    assert (known.until("main"), known.until("other")) == (until, None)


async def test_what_cannot_be_read_any_more_holds_for_seconds_only(house: House, monkeypatch: Any) -> None:
    known = await given(house, LiveGrant("vera", house.clock.ms + 60_000, "system:root"))

    async def away() -> None:
        raise ReadModelError("away")

    monkeypatch.setattr(house.queries, "live", away)
    await known.look()
    assert "read:live" in known.seen(caller(house)).identity.words()
    house.clock.ms += int(STALE_S * 1000)
    await known.look()
    assert "read:live" not in known.seen(caller(house)).identity.words()
