"""Commands: each is obeyed once and answered, whatever it meets."""

import io
from typing import Any

import pytest

from edge.logs import Log
from edge.node_orders import Orders


class Node:
    """Notes what it answers; its light breaks with `error`."""

    application_folder = None

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.answers: list[tuple[Any, ...]] = []
        self.blinked = 0

    def identify(self) -> None:
        self.blinked += 1
        if self.error:
            raise self.error

    def answer(self, *what: Any) -> None:
        self.answers.append(what)


def orders(node: Node) -> Orders:
    return Orders(node, lambda: None, Log(io.StringIO()))


def test_a_command_that_comes_twice_is_obeyed_and_answered_once() -> None:
    node = Node()
    told = orders(node)
    for _ in range(2):
        told.take({"id": "c-1", "type": "identify"})

    assert (node.blinked, node.answers) == (1, [("c-1", True, "")])


@pytest.mark.parametrize("error", [MemoryError(), OSError(28), KeyError("version"), ValueError("no")])
def test_what_goes_wrong_is_the_answer(error: Exception) -> None:
    node = Node(error)
    orders(node).take({"id": "c-1", "type": "identify"})

    [(command, ok, message)] = node.answers
    assert (command, ok) == ("c-1", False)
    assert message


def test_what_this_firmware_does_not_know_and_what_this_board_cannot_is_said() -> None:
    node = Node()
    told = orders(node)
    told.take({"id": "c-1", "type": "dance"})
    told.take({"id": "c-2", "type": "update", "step": "begin"})

    assert node.answers == [
        ("c-1", False, "this firmware knows no command dance"),
        ("c-2", False, "this node takes no updates"),
    ]
