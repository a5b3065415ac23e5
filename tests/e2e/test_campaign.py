"""Some seeds of the fault campaign in `make test`; two hundred of them with `make soak`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.campaign import run

pytestmark = [pytest.mark.broker, pytest.mark.node]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", range(1, 3))
async def test_every_placement_is_in_the_log_once_whatever_fails(seed: int, tmp_path: Path) -> None:
    report = await run(seed, tmp_path)

    assert report.wrong == [], report


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("seed", range(3, 203))
async def test_two_hundred_seeds(seed: int, tmp_path: Path) -> None:
    report = await run(seed, tmp_path)

    assert report.wrong == [], report
