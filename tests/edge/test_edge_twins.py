"""Numbers that two modules of a node need: each has its own, since the compiler puts them where they stand.

A module that took such a number from another one would hold its name, and on a node each name costs heap. So these
constants are typed twice, and this test keeps them equal.
"""

from __future__ import annotations

import ast
import struct
from collections import defaultdict
from importlib import import_module
from typing import Any

import pytest

from tests.edge.modules import ROOT, sources

TWINS = (
    ("edge.link_mqtt._TIMEOUT_S", "edge.link_mqtt_join._TIMEOUT_S"),
    ("edge.outbox._SEALED", "edge.outbox_backlog._SEALED"),
    ("edge.outbox._MAX_EVENTS", "edge.outbox_backlog._MAX_EVENTS"),
    ("edge.outbox._ROOM", "edge.outbox_backlog._ROOM"),
    ("edge.outbox_flash._STORED", "edge.outbox_backlog._STORED"),
    ("edge.outbox_flash._HEAD_SIZE", "edge.outbox_reopen._HEAD_SIZE"),
    ("edge.outbox_flash._DIGEST_SIZE", "edge.outbox_reopen._DIGEST_SIZE"),
    ("edge.rfid.mfrc522._COMMAND", "edge.rfid.mfrc522_setup._COMMAND"),
    ("edge.rfid.mfrc522._COLL", "edge.rfid.mfrc522_setup._COLL"),
    ("edge.rfid.mfrc522._FIFO_DATA", "edge.rfid.mfrc522_bus._FIFO_DATA"),
    ("edge.rfid.mfrc522._HALT", "edge.rfid.st25r3911b._HALT_FRAME"),
    ("edge.rfid.st25r3911b_bus._FIFO_SIZE", "edge.rfid.st25r3911b_regs.FIFO_SIZE"),
    ("edge.rfid.iso14443a._UNREAD", "edge.rfid.iso15693._UNREAD"),
    ("edge.rfid.iso14443a._RANDOM", "edge.antenna_scan._RANDOM"),
    ("edge.rfid.iso14443a._RANDOM_UID", "edge.antenna_odd._RANDOM_UID"),
    ("edge.node_assembly._TRIAL_MS", "firmware.boot.TRIAL_MS"),
)
ONE_NAME_TWO_THINGS = {
    "_GONE_AFTER_MS": "a card, and something odd",
    "_UNHEARD_MS": "a card, and the broker",
    "_LOOK_MS": "how often each of them looks at what it looks after",
    "_PIECE": "what each reads of a file at once",
    "_MAX_CARDS": "a look's, of two standards",
    "_FIFO_SIZE": "two chips",
    "_KEPT": "answers of a time server, settings of a chip",
    "_STATUS": "two chips",
    "_SEEN": "two chips",
    "_ERROR_AT": "two chips",
    "_LEVEL_AT": "two chips",
    "_HALT": "the frame itself, the step of a driver",
    "_READ": "two chips",
    "_COMMAND": "a register of one chip, a buffer of the other's bus",
    "_BURST": "two buses",
    "_BURST_VIEW": "two buses",
    "_DRAIN": "two buses",
    "_DRAINED": "two buses",
    "_DRAINED_VIEW": "two buses",
    "_PAIR": "two buses",
    "_REPLY": "two buses",
}


def value(place: str) -> Any:
    module, _, name = place.rpartition(".")
    return getattr(import_module(module), name)


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_a_constant_that_two_modules_share_is_the_same_in_both(one: str, other: str) -> None:
    assert value(one) == value(other)


def constants() -> dict[str, set[str]]:
    """Return name -> modules of everything in capitals at the top of a module."""
    found = defaultdict(set)
    for module, file in sources(ROOT).items():
        for node in ast.parse(file.read_text()).body:
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Name) and target.id.isupper():
                    found[target.id].add(module)
    return found


def test_each_constant_of_two_modules_is_known_as_twins_or_as_two_things() -> None:
    """Boards are data: all of them have the same names."""
    places = {name: {module for module in modules if ".boards." not in module} for name, modules in constants().items()}
    twice = {name for name, modules in places.items() if len(modules) > 1}
    twins = {
        name
        for name in twice
        if {f"{module}.{name}" for module in places[name]} <= {place for pair in TWINS for place in pair}
    }

    assert twice - twins == set(ONE_NAME_TWO_THINGS)


@pytest.mark.parametrize(
    ("size", "form"),
    [
        ("edge.outbox_flash._HEAD_SIZE", "edge.outbox_flash.HEAD"),
        ("edge.outbox_backlog._STORED_SIZE", "edge.outbox_backlog._STORED"),
        ("edge.outbox_memory._SIZE", "edge.outbox_memory._RECORD"),
    ],
)
def test_a_size_is_that_of_the_form_beside_it(size: str, form: str) -> None:
    assert value(size) == struct.calcsize(value(form))
