"""The verbs of `ebs` are found: each module of tools/verbs/ is one, and says its place and its line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tools.verbs
from tools.cli import verbs

ORDER = (
    *("run", "serve", "users", "keys", "outputs", "live", "certs", "audit", "replay", "convert", "play", "equity"),
    *("update", "bridge", "log", "flash", "provision", "table", "deck", "monitor", "doctor", "bench"),
)


def test_the_verbs_stand_in_the_order_of_their_use() -> None:
    places = [verb.place for verb in verbs().values()]

    assert tuple(verbs()) == ORDER
    assert places == sorted(set(places)), "two verbs in one place"


def test_listing_the_verbs_imports_none_of_them() -> None:
    program = (
        "import sys\nfrom tools.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith('tools.verbs.')])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
    assert [line.split()[0] for line in done.stdout.split("Verbs:\n")[1].splitlines() if line[2:3].isalpha()] == [
        *ORDER
    ]


def test_a_module_that_is_no_verb_has_no_place_among_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "helper.py").write_text('"""Helps the verbs."""\n')
    monkeypatch.setattr(tools.verbs, "__path__", [str(tmp_path)])

    with pytest.raises(SyntaxError, match=r"helper\.py: no verb; give it `VERB"):
        verbs()
