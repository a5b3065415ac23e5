"""The browser of the picture tests, opened once, and the states, each played once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.web.pictures.states import STATES, State
from tests.web.pictures.studio import Studio, studio


@pytest.fixture(scope="package")
def taking() -> Iterator[Studio]:
    with studio() as opened:
        yield opened


@pytest.fixture(scope="session")
def played() -> Callable[[str], State]:
    return cache(lambda name: STATES[name]())
