"""Every format of a hand history: the format of a file is found here, and a story is written in any of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from collector.errors import BadHistory
from collector.histories.native import read_json, write_json
from collector.histories.ohh import read_ohh, write_ohh
from collector.histories.phh.actions import History
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import story_of_history
from collector.histories.phh.write import write_phh
from collector.histories.roomtext.read import read_room_text, split_hands
from collector.histories.roomtext.write import write_room_text
from collector.histories.story import Story


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


WRITERS: Final[Mapping[str, Callable[[Story], str]]] = {
    "phh": write_phh,
    "ohh": lambda story: _json(write_ohh(story)),
    "pokerstars": write_room_text,
    "json": lambda story: _json(write_json(story)),
}
SUFFIXES: Final = {"phh": "phh", "ohh": "ohh", "pokerstars": "txt", "json": "json"}


def write(story: Story, form: str) -> str:
    """Return a hand in a format; raise BadHistory where that format cannot hold it."""
    return WRITERS[form](story)


def stories_in(path: Path) -> Iterator[Story | BadHistory]:
    """Yield the hands of a file, in order: PHH, Open Hand History, the specification's JSON, card-room text.

    An error stands where a hand cannot be read. JSON may hold one document, a list of them, or one a line.
    """
    if path.suffix in (".phh", ".phhs"):
        yield from map(_of_phh, read_histories(path))
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        yield BadHistory(str(path), f"cannot be read: {error}")
        return
    read = _documents if text.lstrip()[:1] in ("{", "[") else _texts
    yield from read(text, str(path))


def _of_phh(history: History | BadHistory) -> Story | BadHistory:
    return history if isinstance(history, BadHistory) else _tried(lambda: story_of_history(history))


def _tried(read: Callable[[], Story]) -> Story | BadHistory:
    try:
        return read()
    except BadHistory as error:
        return error


def _texts(text: str, source: str) -> Iterator[Story | BadHistory]:
    for at, hand in enumerate(split_hands(text), 1):
        yield _tried(lambda hand=hand, at=at: read_room_text(hand, f"{source}, hand {at}"))  # type: ignore[misc]


def _documents(text: str, source: str) -> Iterator[Story | BadHistory]:
    try:
        found = json.loads(text)
        documents = found if isinstance(found, list) else found.get("hands", [found])
    except ValueError:
        try:
            documents = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            yield BadHistory(source, f"is no JSON: {error}")
            return
    for at, document in enumerate(documents, 1):
        where = f"{source}, hand {at}"
        if not isinstance(document, dict):
            yield BadHistory(where, "is no hand; give an Open Hand History document, or one of the API")
        else:
            yield _tried(lambda d=document, w=where: read_ohh(d, w) if "ohh" in d else read_json(d, w))  # type: ignore[misc]
