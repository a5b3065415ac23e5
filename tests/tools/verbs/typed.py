"""Lines of `ebs` as somebody types them, on one data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.cli import main


class Typed:
    """Types lines on one data folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def __call__(self, line: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*line.split(), "--data", str(self.folder)])
        out, err = self._capsys.readouterr()
        assert ended.value.code == status, err
        return out + err
