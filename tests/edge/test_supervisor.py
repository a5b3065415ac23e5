"""The watchdog is fed only while scanning, network task and memory are well."""

import io

import pytest

from edge import supervisor
from edge.logs import Log
from edge.supervisor import Supervisor


class Watchdog:
    fed = 0

    def feed(self) -> None:
        self.fed += 1


class Board:
    def __init__(self) -> None:
        self.watchdog = Watchdog()


class Uplink:
    beats = 0


class Node:
    def __init__(self) -> None:
        self.uplink = Uplink()
        self.turns = 0

    def rounds(self) -> int:
        return self.turns


class Life:
    """A node that gets on, with what is named standing still."""

    def __init__(self, *still: str) -> None:
        self.node, self.board, self.out = Node(), Board(), io.StringIO()
        self.supervisor = Supervisor(self.node, self.board, Log(self.out))
        self._still = still

    def looks(self, count: int) -> list[str | None]:
        found = []
        for _ in range(count):
            self.node.turns += "scan" not in self._still
            self.node.uplink.beats += "network" not in self._still
            found.append(self.supervisor.look())
        return found


def test_a_node_that_gets_on_is_fed_each_time() -> None:
    life = Life()

    assert life.looks(20) == [None] * 20
    assert life.board.watchdog.fed == 20


@pytest.mark.parametrize("part", ["scan", "network"])
def test_what_stands_still_for_five_looks_starves_the_watchdog(part: str) -> None:
    life = Life(part)

    assert life.looks(9) == [None] * 5 + [part] * 4
    assert life.board.watchdog.fed == 5
    assert f'"what": "{part}"' in life.out.getvalue()


def test_what_gets_on_again_is_fed_again() -> None:
    life = Life("scan")
    life.looks(9)
    life._still = ()

    assert life.looks(3) == [None] * 3


def test_memory_that_stays_short_after_a_collection_starves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    free = [10_000, 5_000, 7_000, 5_000, 5_000]
    monkeypatch.setattr(supervisor, "_free", lambda: free.pop(0))

    assert Life().looks(3) == [None, None, "memory"]


def test_a_board_without_a_watchdog_is_looked_after_all_the_same() -> None:
    life = Life()
    life.board.watchdog = None  # type: ignore[assignment]

    assert life.looks(2) == [None, None]
