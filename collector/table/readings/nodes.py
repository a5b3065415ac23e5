"""Warnings about the nodes of a table: faults of antennas, lost readings, orders that were not done."""

from __future__ import annotations

from typing import Any, Final

from collector.devices.readings import COMMAND_RESULT, FAULT, GONE, Answer, Fault, Lost
from collector.facts.fact import Fact
from collector.table.effects import Effect, Warn
from collector.table.registration import Folded
from collector.table.state import Table


def _fault(table: Table, fact: Fact, fault: Fault) -> Effect:
    if fault.code == "ok":
        return Effect(table)
    if fault.code.startswith("card_"):  # the antenna is well: something lies on it that is no good card
        return Effect(table, (), (Warn("ODD_CARD", fault.message, device=fault.device, antenna=fault.antenna),))
    message = f"{fault.message}; cards there are not read until it is well"
    warning = Warn("READER_FAULT", message, "error", device=fault.device, antenna=fault.antenna)
    return Effect(table, (), (warning,))


def _lost(table: Table, fact: Fact, lost: Lost) -> Effect:
    if not lost.events or lost.told:  # all were in the log already, or `EVENTS_MISSING` has told of them
        return Effect(table)
    message = f"node {lost.device} had to drop {lost.events} readings; compare the table with the picture"
    return Effect(table, (), (Warn("READINGS_GONE", message, "error", device=lost.device),))


def _answered(table: Table, fact: Fact, answer: Answer) -> Effect:
    if answer.done:
        return Effect(table)
    message = f"node {answer.device} did not do what it was told ({answer.command_id}): {answer.message}"
    return Effect(table, (), (Warn("COMMAND_FAILED", message, device=answer.device),))


FACTS: Final[tuple[Folded[Any], ...]] = (
    Folded(FAULT, _fault),
    Folded(GONE, _lost),
    Folded(COMMAND_RESULT, _answered),
)
