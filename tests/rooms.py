"""The rooms of the collector, and the files of a room."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREES = ("edge", "firmware", "collector", "tools")


def python_files(place: str) -> list[Path]:
    files = sorted((ROOT / place).rglob("*.py"))
    assert files, f"{place} holds no Python; a rule about nothing holds always"
    return files


def parts_of_collector() -> list[str]:
    found = {file.stem if file.is_file() else file.name for file in (ROOT / "collector").iterdir()}
    return sorted(found - {"__init__", "__main__", "__pycache__", "web", "py"})


def files_of(part: str) -> list[Path]:
    single = ROOT / "collector" / f"{part}.py"
    return [single] if single.exists() else python_files(f"collector/{part}")


def within(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)
