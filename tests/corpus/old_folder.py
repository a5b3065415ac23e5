"""A data folder as `ebs run` of 502560e left it: log, read model, keys, logins, broker files, a node's flash.

`python -m tests.corpus.old_folder` records what a collector over it tells. The folder itself is data.
"""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.corpus import files, record, replay
from tests.corpus.wiring import playing

ARCHIVE = Path(__file__).parent / "folder" / "data.tar.xz"
NAME = "old_folder"
_AT = 1_800_000_000_000


def unpack(folder: Path) -> Path:
    """Put the data folder into `folder`; return it."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))  # not in 3.11.2
    return folder / "data"


async def started(asked: list[str] | None = None) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """Start a collector over the folder; return what it tells and what REST says, of what is `asked` or of all."""
    with tempfile.TemporaryDirectory() as folder:
        async with playing(unpack(Path(folder)), begin=False) as stage:
            if asked is None:
                asked = await record.requests_about(stage)
            acts = [_command(f"c{number}", act) for number, act in enumerate(("call", "check", "fold"))]
            batches = [[{"do": "connect", "at": _AT}], *([{"at": _AT, **act}] for act in acts)]
            sent, _ = await replay.feed(stage, batches)
            return sent, await stage.get(asked)


def _command(name: str, act: str) -> dict[str, str]:
    return {"topic": "ebs/v1/table/table_01/command/op", "payload": f'{{"v":1,"id":"{name}","type":"{act}","seat":1}}'}


def main() -> None:
    """Record what the collector tells."""
    sent, answers = asyncio.run(started())
    files.write(NAME, "sent", sent, ARCHIVE.parent)
    files.write(NAME, "answers", answers, ARCHIVE.parent)


if __name__ == "__main__":
    main()
