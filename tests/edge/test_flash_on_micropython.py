"""What is kept, on LittleFS under the real MicroPython: power cuts at every write, and how often it is erased."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools.rehearsal.micropython import NoInterpreterError, ensure

FLASH = Path(__file__).parent / "flash"
REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.node


def ran(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of tests/edge/flash/ in MicroPython."""
    try:
        interpreter = ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))
    environment = {**os.environ, "MICROPYPATH": f"{FLASH}:{REPOSITORY}:.frozen"}
    command = [*interpreter, "-X", "heapsize=400M", str(FLASH / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, check=False)


def inside(script: str, *arguments: str) -> Any:
    """Run a script and return the JSON it prints."""
    done = ran(script, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_power_cut_at_any_write_loses_nothing_that_was_saved_and_repeats_no_boot() -> None:
    result = inside("outbox_cut.py", "0", "100000")

    assert result["finished"], "the cuts reached the end of what was to be written"
    assert result["cuts"] > 20


def test_a_power_cut_at_any_write_of_a_configuration_leaves_one_and_the_truth_about_it() -> None:
    assert inside("keeper_cut.py")["cuts"] > 20


def test_a_thousand_events_cost_few_erases() -> None:
    erases = inside("outbox_wear.py")

    assert erases["answering"] <= 80
    assert erases["away"] <= 130


def test_a_power_cut_at_any_write_of_an_update_leaves_an_application_that_is_whole(tmp_path: Path) -> None:
    """Each process looks at what the one before left behind when it lost power, then loses its own a write later."""
    state = str(tmp_path / "cut")
    done = ran("update_cut.py", state, "first", "0")
    cut = 0
    while done.returncode == -signal.SIGKILL:
        cut += 1
        done = ran("update_cut.py", state, "check", str(cut))

    assert done.returncode == 0, done.stdout + done.stderr
    assert cut > 100
