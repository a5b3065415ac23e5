"""Stacks under everything that the simulators know to do to a frame, all at once: none is missed, none invented."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.virtual.chip_st25r3911b import FAULTS

BASES = ("fifo", "absolute", "frame")
HARMLESS_A = ("nre_twice", "nre_with_rxs", "noise", "fwl", "soft_framing", "pm_noise")
HARMLESS_V = (*HARMLESS_A, "extra_bytes")
BREAKING = {"rxs_without_rxe", "no_nre", "burst"}
"""After these no card can be read."""
near = st.one_of(*[st.binary(min_size=size, max_size=size) for size in (4, 7, 10)])
vicinity = st.binary(min_size=6, max_size=6).map(lambda serial: b"\xe0\x04" + serial)
hard = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Make = Callable[..., Any]


def stacks(cards: Any) -> Any:
    return st.sets(
        cards.filter(lambda uid: not (len(uid) == 4 and uid[0] == 0x08)).map(bytes.hex), min_size=2, max_size=6
    )


def lies(stack: Any, cards: set[str], late_us: list[int]) -> None:
    stack.lay(*sorted(cards))
    for card, late in zip(stack.cards.values(), late_us, strict=False):
        card.late_us = late
    stack.restart_field()
    for known in (set(), cards, cards):
        assert stack.look(*known) == cards
        assert stack.reader.clean


late = st.lists(st.integers(0, 14), min_size=6, max_size=6)


@hard
@given(
    cards=stacks(near),
    errors=st.lists(st.integers(0, 7), min_size=1, max_size=9).map(tuple),
    noise=st.tuples(st.integers(0, 3), st.sampled_from(BASES)),
    late_us=late,
)
def test_stacks_on_an_mfrc522_are_complete_whatever_comes_with_their_collisions(
    antenna: Make, cards: set[str], errors: tuple[int, ...], noise: tuple[int, str], late_us: list[int]
) -> None:
    stack = antenna(coll_base=noise[1])
    stack.chip.collision_errors, stack.chip.noise_bits = errors, noise[0]

    lies(stack, cards, late_us)


@hard
@given(cards=stacks(near), faults=st.sets(st.sampled_from(HARMLESS_A)).map(tuple), late_us=late)
def test_stacks_on_an_st25r3911b_are_complete_under_every_erratum(
    antenna: Make, cards: set[str], faults: tuple[str, ...], late_us: list[int]
) -> None:
    stack = antenna(kind="ST25R3911B", tech=["A"])
    stack.chip.faults = faults

    lies(stack, cards, late_us)


@hard
@given(
    cards=stacks(vicinity),
    faults=st.sets(st.sampled_from(HARMLESS_V)).map(tuple),
    late_us=st.lists(st.integers(0, 9), min_size=6, max_size=6),
)
def test_stacks_of_iso_15693_are_complete_under_every_erratum(
    antenna: Make, cards: set[str], faults: tuple[str, ...], late_us: list[int]
) -> None:
    stack = antenna(kind="ST25R3911B", tech=["V"])
    stack.chip.faults = faults

    lies(stack, cards, late_us)


def test_no_fault_of_the_simulator_is_left_out() -> None:
    assert {*HARMLESS_V, *BREAKING} == set(FAULTS)


@pytest.mark.parametrize("identity", range(0x09, 0x0E))
def test_every_revision_of_an_st25r3911b_reads_without_a_warning(antenna: Make, identity: int) -> None:
    stack = antenna("04a1b2c3d4e5f6", kind="ST25R3911B", version=identity)

    assert stack.look() == {"04a1b2c3d4e5f6"}
    assert stack.reader.chip.version in stack.reader.chip.known_versions
    assert 0x0E not in stack.reader.chip.known_versions
