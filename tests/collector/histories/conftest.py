"""The folder of recorded hands, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder() -> Path:
    named = os.environ.get("EBS_HANDS")
    if not named:
        pytest.skip("EBS_HANDS is not set: no recorded hand was read; set it to the folder of expected.jsonl")
    return Path(named)
