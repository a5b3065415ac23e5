"""What others hold on to is as it was at 502560e, or the list says otherwise: `python -m tests.corpus.interface`."""

from __future__ import annotations

import pytest

from tests.corpus import interface
from tests.corpus.replay import first_difference

TODAY = interface.today()


@pytest.mark.parametrize("name", sorted(interface.recorded()))
def test_what_others_hold_on_to_is_as_it_was(name: str) -> None:
    recorded = interface.recorded()[name]
    today = TODAY[name]

    assert recorded
    if isinstance(recorded, list):
        gone, new = sorted(set(recorded) - set(today)), sorted(set(today) - set(recorded))
        assert (gone, new) == ([], []), f"{name}: gone {gone}, new {new}"
    assert first_difference(name, [recorded], [today]) is None


def test_no_list_is_without_a_record() -> None:
    assert set(TODAY) == set(interface.recorded())
