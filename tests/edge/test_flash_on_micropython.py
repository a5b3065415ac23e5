"""The outbox on LittleFS under the real MicroPython: power cuts at every write, and how often the flash is erased."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools.micropython import NoInterpreterError, ensure

FLASH = Path(__file__).parent / "flash"
REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.node


def inside(script: str, *arguments: str) -> Any:
    """Run a script of tests/edge/flash/ in MicroPython and return the JSON it prints."""
    try:
        interpreter = ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))
    environment = {**os.environ, "MICROPYPATH": f"{FLASH}:{REPOSITORY}:.frozen"}
    command = [*interpreter, "-X", "heapsize=2M", str(FLASH / script), *arguments]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])  # before it, what finalisers of files say of the power cut


def test_a_power_cut_at_any_write_loses_nothing_that_was_saved_and_repeats_no_boot() -> None:
    result = inside("outbox_cut.py", "0", "100000")

    assert result["finished"], "the cuts reached the end of what was to be written"
    assert result["cuts"] > 20


def test_a_thousand_events_cost_few_erases() -> None:
    erases = inside("outbox_wear.py")

    assert erases["answering"] <= 15
    assert erases["away"] <= 130
