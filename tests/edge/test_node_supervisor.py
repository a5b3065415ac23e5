"""The watchdog is fed only while scanning, network task and memory are well."""

import io
from collections.abc import Callable

import pytest

from edge import clock, link_mqtt, link_mqtt_join, node_supervisor
from edge.logs import Log
from edge.node_supervisor import Supervisor


class Watchdog:
    fed = 0

    def feed(self) -> None:
        self.fed += 1


class Board:
    def __init__(self) -> None:
        self.watchdog = Watchdog()


class Client:
    turned = 0


class Uplink:
    def __init__(self) -> None:
        self.client = Client()


class Scanner:
    rounds = 0


class Node:
    def __init__(self) -> None:
        self.uplink = Uplink()
        self.scanner = Scanner()


class Life:
    """A node that gets on, with what is named standing still; looked at once a second."""

    def __init__(self, *still: str) -> None:
        self.node, self.board, self.out = Node(), Board(), io.StringIO()
        self.supervisor = Supervisor(self.node, self.board, Log(self.out))
        self.still = still
        self.now = 0

    def looks(self, count: int) -> list[str | None]:
        return [self.look() for _ in range(count)]

    def look(self) -> str | None:
        self.now += 1000
        self.node.scanner.rounds += "scan" not in self.still
        if "network" not in self.still:
            self.node.uplink.client.turned = self.now
        return self.supervisor.look(self.now)  # type: ignore[no-any-return]


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Life]:
    """Return what makes a node that gets on, whose clock is that of the looks."""

    def make(*still: str) -> Life:
        life = Life(*still)
        monkeypatch.setattr(clock, "ticks_ms", lambda: life.now)
        return life

    return make


def test_a_node_that_gets_on_is_fed_each_time(live: Callable[..., Life]) -> None:
    life = live()

    assert life.looks(100) == [None] * 100
    assert life.board.watchdog.fed == 100


@pytest.mark.parametrize(("part", "patience"), [("scan", 5), ("network", 60)])
def test_what_stands_still_starves_the_watchdog(live: Callable[..., Life], part: str, patience: int) -> None:
    life = live(part)

    assert life.looks(patience + 4) == [None] * patience + [part] * 4
    assert life.board.watchdog.fed == patience
    assert f'"what": "{part}"' in life.out.getvalue()


def test_a_broker_that_refuses_as_slowly_as_it_can_is_no_standstill() -> None:
    """Connecting, sending CONNECT, CONNACK, SUBACK, then the wait before the next try: no sign of life between."""
    longest_ms = 4 * link_mqtt_join._TIMEOUT_S * 1000 + link_mqtt._REFUSED_DELAY_MS

    assert link_mqtt._TIMEOUT_S == link_mqtt_join._TIMEOUT_S
    assert longest_ms * 2 <= node_supervisor._NETWORK_MS


def test_what_gets_on_again_is_fed_again(live: Callable[..., Life]) -> None:
    life = live("scan")
    life.looks(9)
    life.still = ()

    assert life.looks(3) == [None] * 3


def test_between_its_looks_it_neither_feeds_nor_counts(live: Callable[..., Life]) -> None:
    life = live("scan")
    life.look()

    for _ in range(20):
        life.supervisor.look(life.now + 900)

    assert life.board.watchdog.fed == 1
    assert life.look() is None


def test_memory_that_stays_short_after_a_collection_starves_it(
    live: Callable[..., Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10_000, 5_000, 7_000, 5_000, 5_000]
    monkeypatch.setattr(node_supervisor, "_free", lambda: free.pop(0))

    assert live().looks(3) == [None, None, "memory"]


def test_a_board_without_a_watchdog_is_looked_after_all_the_same(live: Callable[..., Life]) -> None:
    life = live()
    life.board.watchdog = None  # type: ignore[assignment]

    assert life.looks(2) == [None, None]
