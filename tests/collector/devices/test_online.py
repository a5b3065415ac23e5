"""Which nodes are there: births count up, the will of the last connection counts down, an older one says nothing."""

from __future__ import annotations

import pytest

from collector.devices.online import Online
from collector.wire.device import DeviceStatus

BOOT = "7-00112233aabbccdd"
LATER = "8-00112233aabbccdd"


def status(state: str, link: int = 1, boot: str = BOOT) -> DeviceStatus:
    return DeviceStatus.model_validate({"v": 1, "device": "node-a1", "boot": boot, "link": link, "state": state})


def test_nodes_are_counted_by_the_last_word_of_each() -> None:
    online = Online()
    counts = []
    for name, word in (("a", "online"), ("b", "online"), ("a", "lost"), ("c", "lost"), ("a", "online")):
        assert online.note(name, status(word))
        counts.append(online.count())

    assert counts == [1, 2, 1, 1, 2]


@pytest.mark.parametrize(
    ("will", "counts"),
    [
        (status("lost", 2), True),
        (status("lost", 1), False),  # the broker was slow: the node is back since
        (status("lost", 2, LATER), False),
        (status("online", 1), True),
        (status("online", 1, LATER), True),
    ],
)
def test_the_will_of_a_connection_that_was_replaced_says_nothing(will: DeviceStatus, counts: bool) -> None:
    online = Online()
    online.note("a", status("online", 2))

    assert online.note("a", will) is counts
    assert online.count() == int(not counts or will.state == "online")
