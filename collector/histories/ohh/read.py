"""Reads Open Hand History documents: those of other programs by the specification, ours by the story in them.

Nothing is passed over: an act, a street or an amount that is not understood refuses the hand, by its path in the
document. What the document states of pots and chips is compared with the hand as it plays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from collector.errors import BadHistory
from collector.histories.jsonparts import Part
from collector.histories.ohh.about import about_of
from collector.histories.ohh.earlier import story_of_earlier
from collector.histories.ohh.foreign import Foreign
from collector.histories.ohh.sums import stated_in
from collector.histories.stated import differences, require
from collector.histories.story import Story, finished
from collector.histories.storyjson import story_in


def read_ohh(document: Mapping[str, Any], source: str = "document", *, lenient: bool = False) -> Story:
    """Return the story of a document; raise BadHistory, naming the place in it, where it cannot be read or played.

    A hand that ends otherwise than the document states is refused too; lenient: its story lists the differences.
    """
    body = Part(document, source).part("ohh")
    try:
        story = _story(body, source)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadHistory(source, f"is no Open Hand History document: {type(error).__name__} {error}") from error
    if not lenient:
        require(story, story.differences, source)
    return story


def _story(body: Part, source: str) -> Story:
    if body.raw("_story") is None and body.raw("_setup") is None:
        return Foreign(body, source).story()
    own = body.raw("_story")
    story = story_in(Part(own, source, "ohh._story").whole_object(), source) if own else story_of_earlier(body)
    numbers = {part.whole("id", 0, 10**9): part.whole("seat", 1, 10) for part in body.parts("players", 10)}
    found = differences(finished(story), stated_in(body, numbers, story.scale))
    about = about_of(body, numbers) if own else story.about
    return replace(story, about=about, differences=found)
