"""Every format of a hand history: the format of a file is found here, and a story is written in any of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from collector.errors import BadHistory, BadInput
from collector.hand.copying import replace
from collector.histories.encoding import text_in
from collector.histories.jsontext import Document, documents_in
from collector.histories.native import read_json, write_json
from collector.histories.ohh import read_ohh, write_ohh
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import story_of_history
from collector.histories.phh.write import write_phh
from collector.histories.roomtext.read import parts_of, story_of_part
from collector.histories.roomtext.rooms import READ
from collector.histories.roomtext.write import write_room_text
from collector.histories.story import Story
from collector.texts import cleaned


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
    """Return a hand in a format; raise BadHistory where that format cannot hold it, whatever the reason."""
    try:
        return WRITERS[form](with_clean_names(story))
    except BadInput as error:
        raise _as_history(story.id, error) from error


def with_clean_names(story: Story) -> Story:
    """Return a hand whose names hold what text from people may: they come from files, and from logs of any version."""
    names = [cleaned(seat.name) if seat.name else seat.name for seat in story.setup.seats]
    if names == [seat.name for seat in story.setup.seats]:
        return story
    seats = tuple(replace(seat, name=name) for seat, name in zip(story.setup.seats, names, strict=True))
    return replace(story, setup=replace(story.setup, seats=seats))


def stories_in(path: Path, *, lenient: bool = False) -> Iterator[Story | BadHistory]:
    """Yield the hands of a file, in order: PHH, Open Hand History, the specification's JSON, card-room text.

    An error stands where a hand cannot be read; the hands behind it follow. JSON may hold one document, a list of them,
    or one a line. lenient: a hand that ends otherwise than its source states is taken, and lists the differences.
    """
    source = str(path)
    try:
        yield from _stories(path, source, lenient)
    except BadInput as error:
        yield _as_history(source, error)
    except Exception as error:  # noqa: BLE001 - the files behind it are to be read all the same
        yield _fault(source, error)


def _stories(path: Path, source: str, lenient: bool) -> Iterator[Story | BadHistory]:
    if path.suffix.lower() in (".phh", ".phhs"):
        for history in read_histories(path):
            if isinstance(history, BadHistory):
                yield history
            else:
                yield guarded(history.where(), partial(story_of_history, history, lenient=lenient))
        return
    text = text_in(path)
    if text.lstrip()[:1] in ("{", "["):
        yield from _documents(text, source, lenient)
    else:
        yield from _texts(text, source, lenient)


def guarded(where: str, read: Callable[[], Story]) -> Story | BadHistory:
    """Return what `read` gives, or a BadHistory that names `where`, whatever goes wrong: no hand ends the others."""
    try:
        return with_clean_names(read())
    except BadInput as error:
        return _as_history(where, error)
    except Exception as error:  # noqa: BLE001 - a fault of ours in one hand is no reason to lose the others
        return _fault(where, error)


def _as_history(where: str, error: BadInput) -> BadHistory:
    return error if isinstance(error, BadHistory) else BadHistory(where, error.message)


def _fault(where: str, error: Exception) -> BadHistory:
    told = f"{type(error).__name__} {error}".strip()
    return BadHistory(where, f"was not understood, by a fault of this program ({told}); report it with this file")


def _texts(text: str, source: str, lenient: bool) -> Iterator[Story | BadHistory]:
    empty = True
    for part in parts_of(text):
        empty = False
        yield guarded(f"{source}, line {part.line}", partial(story_of_part, part, source, lenient=lenient))
    if empty:
        yield BadHistory(source, f"holds no hand; give PHH, Open Hand History, JSON, or text of {READ}")


def _documents(text: str, source: str, lenient: bool) -> Iterator[Story | BadHistory]:
    for where, document in documents_in(text, source):
        if isinstance(document, BadHistory):
            yield document
        else:
            yield guarded(where, partial(_of_document, document, where, lenient))


def _of_document(document: Document, where: str, lenient: bool) -> Story:
    return (read_ohh if "ohh" in document else read_json)(document, where, lenient=lenient)
