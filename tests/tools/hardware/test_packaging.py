"""The other ways on a board: frozen into an image, or installed by `mip`; and that all of it compiles."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.hardware.conftest import Plug, image_for
from tools.dev import check_edge, package_json
from tools.hardware import HardwareError
from tools.hardware.application import ROOT, compile_module, modules
from tools.hardware.board_files import digests

pytestmark = pytest.mark.node


def test_the_package_lists_every_module() -> None:
    assert (ROOT / "package.json").read_text() == package_json.listing(), "run python -m tools.dev.package_json"
    assert {"edge/node.py", "edge/rfid/mfrc522.py", "firmware/main.py"} <= set(modules())


def test_mip_installs_it(plug: Plug) -> None:
    with plug(image=image_for(0)) as board:
        done = subprocess.run(
            [sys.executable, "-m", "mpremote", "connect", board.port, "mip", "install", "./package.json"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    installed = digests(board.folder / "lib")
    assert set(installed) == set(modules())
    assert all(installed[name] == digests(ROOT / name.split("/")[0])[name.partition("/")[2]] for name in installed)


def test_the_manifest_freezes_both_packages() -> None:
    frozen = []
    source = (ROOT / "firmware" / "manifest.py").read_text()
    exec(source, {"include": lambda _: None, "package": lambda name, base_path: frozen.append((name, base_path))})

    assert frozen == [("edge", ".."), ("firmware", "..")]


def test_all_of_it_compiles_and_a_mistake_would_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_edge.compile_all() == []
    (tmp_path / "edge").mkdir()
    (tmp_path / "edge" / "bad.py").write_text("match 1:\n    case 1:\n        pass\n")
    monkeypatch.setattr("tools.hardware.application.ROOT", tmp_path)

    with pytest.raises(HardwareError, match=r"edge/bad\.py: mpy-cross refuses it: (?s:.*)SyntaxError"):
        compile_module("edge/bad.py", tmp_path / "bad.mpy")
