"""Where the corpus lies, and how its files are read and written: lines of JSON under xz."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "evenings"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 26}]


def names() -> list[str]:
    """Return the evenings of the corpus."""
    return sorted({path.name.split(".")[0] for path in FOLDER.glob("*.input.xz")})


def read(name: str, part: str, folder: Path = FOLDER) -> list[Any]:
    """Return the lines of a part of an evening: input, sent, facts, answers, restarts or names."""
    with lzma.open(folder / f"{name}.{part}.xz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write(name: str, part: str, lines: Iterable[Any], folder: Path = FOLDER) -> None:
    """Write them."""
    folder.mkdir(exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    path = folder / f"{name}.{part}.xz"
    path.write_bytes(lzma.compress(text.encode(), format=lzma.FORMAT_XZ, filters=_FILTERS))


def batches(name: str) -> list[list[Any]]:
    """Return the inputs of an evening, those together that arrived together."""
    return [list(group) for _, group in groupby(read(name, "input"), key=lambda line: line["batch"])]


def facts_of_schema_1() -> Iterator[Any]:
    """Yield every fact of the corpus, stream by stream in order: golden logs of schema 1, as rows of `fact_out`."""
    for name in names():
        yield from sorted(read(name, "facts"), key=lambda row: (row["stream"], row["position"]))
