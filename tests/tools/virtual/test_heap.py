"""A node runs for months: scanning leaves nothing behind on the heap."""

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


@pytest.mark.node
def test_scanning_leaves_the_heap_as_it_was(interpreter: list[str]) -> None:
    probe = Path(__file__).with_name("heap_probe.py")
    environment = {**os.environ, "MICROPYPATH": f"{REPOSITORY}:.frozen"}

    ran = subprocess.run(
        [*interpreter, str(probe), "1500"], env=environment, capture_output=True, text=True, check=True, timeout=60
    )

    before, after, cards = (int(figure) for figure in ran.stdout.split())
    assert cards == 3
    assert after <= before
