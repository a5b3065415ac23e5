"""A story whole, as JSON values, and back: what the read model keeps of a hand, and what our documents carry along.

Hidden cards are revealed: what comes out is S0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter

from collector.errors import BadHistory
from collector.histories.codec import Json, decode, decode_setup, encode, encode_setup
from collector.histories.story import About, Story

_ABOUT: Final = TypeAdapter(About)
_SCALE: Final[TypeAdapter[int]] = TypeAdapter(Annotated[int, Field(ge=1, le=10**6)])


def story_out(story: Story) -> Json:
    """Return a story whole, as JSON values: every event with its time and source, where they are known."""
    known = bool(story.times)
    listed = [
        {
            **encode(event),
            **({"_at": story.times[at], "_source": story.sources[at]} if known else {}),
        }
        for at, event in enumerate(story.events)
    ]
    head = {"id": story.id, "button": story.button, "scale": story.scale, "setup": encode_setup(story.setup)}
    return {**head, "events": listed}


def about_out(about: About) -> Json:
    """Return what is known beside the play, for the end of a story. What PHH keeps for itself stays with PHH."""
    found = {"table": about.table, "started": about.started, "currency": about.currency}
    known = {**found, "site": about.site, "hero": about.hero}
    told = {name: value for name, value in known.items() if value not in ("", None)}
    return {"about": told} if told else {}


def story_in(document: Mapping[str, Any], source: str = "document") -> Story:
    """Return the story that `story_out` wrote; raise BadHistory where it is none."""
    try:
        listed: Sequence[Json] = document["events"]
        scale = _SCALE.validate_python(document["scale"])
        timed = bool(listed) and all("_at" in each for each in listed)
        return Story(
            id=str(document["id"]),
            setup=decode_setup(document["setup"]),
            events=tuple(decode({name: each[name] for name in each if name[0] != "_"}) for each in listed),
            button=int(document["button"]),
            scale=scale,
            times=tuple(int(each["_at"]) for each in listed) if timed else (),
            sources=tuple(str(each["_source"]) for each in listed) if timed else (),
            about=_about_in(document.get("about", {})),
        )
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration, RecursionError) as error:
        raise BadHistory(source, f"holds no story of a hand: {type(error).__name__} {error}") from error


def _about_in(found: Mapping[str, object]) -> About:
    unknown = sorted(found.keys() - About.__dataclass_fields__.keys())
    if unknown:
        raise ValueError(f"about has {', '.join(unknown)[:60]}, which means nothing here")
    return _ABOUT.validate_python(found)
