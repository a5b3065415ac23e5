"""A boot that tries something, and what becomes of it when it does or does not come to its broker."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from edge import node_assembly, update_slots
from edge.node import Node


class Made:
    """A node of which only its proof is looked at."""

    proven = False
    saved = 0

    async def save(self) -> None:
        self.saved += 1


@pytest.mark.parametrize(("proven", "happens"), [(True, []), (False, [1])])
async def test_only_a_boot_that_proved_nothing_is_given_back_and_what_it_saw_is_kept(
    monkeypatch: pytest.MonkeyPatch, proven: bool, happens: list[int]
) -> None:
    monkeypatch.setattr(node_assembly, "_TRIAL_MS", 1)
    node, restarts = Made(), []
    node.proven = proven

    await node_assembly._give_back(node, lambda: restarts.append(node.saved))

    assert restarts == happens


def test_the_birth_proves_the_boot_and_the_application_that_was_tried(tmp_path: Path) -> None:
    update_slots.switch(str(tmp_path), "app_a", "u-1")
    assert node_assembly._on_trial(str(tmp_path))
    node: Any = object.__new__(Node)
    node._observer = node._keeper = None
    node.trial = False
    node.proven, node.application_folder, answers = False, str(tmp_path), []
    node.answer = lambda *what: answers.append(what)

    for link in (1, 2):
        node.born(link)

    assert node.proven
    assert answers == [("u-1", True, "runs from app_a")]
    assert not node_assembly._on_trial(str(tmp_path))


async def test_what_is_being_written_is_waited_for_before_the_rest_is_saved() -> None:
    """Else a restart would cut it, and what came since would be on no flash."""

    class Outbox:
        saving, saved = True, False

        async def save(self, _now: int, *, everything: bool) -> None:
            self.saved = everything and not self.saving

    node: Any = object.__new__(Node)
    node.outbox, node.now_ms = Outbox(), lambda: 0
    saving = asyncio.create_task(node.save())
    await asyncio.sleep(0.05)
    assert not node.outbox.saved
    node.outbox.saving = False
    await saving

    assert node.outbox.saved


class OnTrial:
    """A keeper with a configuration to prove."""

    trying: dict[str, Any] | None
    outcome = None

    def __init__(self) -> None:
        self.trying = {"id": "c-1"}

    def prove(self) -> tuple[str, bool, str] | None:
        proven, self.trying = self.trying, None
        return ("c-1", True, "version 2") if proven else None


def on_trial() -> tuple[Any, list[Any]]:
    node: Any = object.__new__(Node)
    node._observer, node._keeper, node.trial = None, OnTrial(), True
    node.proven, node.application_folder, answers = False, None, []
    node.answer = lambda *what: answers.append(what)
    return node, answers


def test_no_broker_proves_a_configuration_only_the_collector_s_signed_word_does() -> None:
    node, answers = on_trial()

    node.born(1)
    assert (node.proven, node.trial, answers) == (False, True, []), "a broker that takes the birth may be anybody's"

    node.spoken_to()
    assert (node.proven, node.trial) == (True, False)
    node.spoken_to()
    assert answers == [("c-1", True, "version 2")]
