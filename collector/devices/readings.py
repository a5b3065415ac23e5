"""What facts of a node say: readings, faults, losses, answers to orders. Knows no tables."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from collector.facts.fact import Body
from collector.facts.kinds import Kind
from collector.secrecy import Secret


class Reading(NamedTuple):
    """A card that came to an antenna, left it, or moved. S0: `tag` names a card.

    age_ms: since its detection when the fact was received; None where that is not known. came_from: the antenna that a
    card left that moved. again: an earlier boot of the node read it here too. inferred: a snapshot showed it.
    origin: the boot that saw it; None if a snapshot did.
    """

    device: str
    antenna: str
    tag: Secret[str]
    age_ms: int | None
    came_from: str | None = None
    again: bool = False
    inferred: bool = False
    origin: str | None = None


class Fault(NamedTuple):
    """What is wrong with an antenna, or the whole node (None); code `ok`: it is well again."""

    device: str
    antenna: str | None
    code: str
    message: str


class Lost(NamedTuple):
    """Events of a boot that will not come: `first` to `last`.

    events: how many of them were not in the log. told: the floor has heard of them already.
    """

    device: str
    origin: str
    first: int
    last: int
    events: int
    told: bool


class Answer(NamedTuple):
    """What a node says to an order."""

    device: str
    command_id: str
    done: bool
    message: str


def age_of(body: Body) -> int | None:
    """Return how old what a node saw was when its fact was received, in ms; None where that is not known."""
    age = body.get("age_ms")
    return age if isinstance(age, int) else None


def _reading(body: Body) -> Reading:
    return Reading(
        body["device"],
        body["antenna"],
        Secret(body["uid"]),
        age_of(body),
        body.get("came_from"),
        bool(body.get("again")),
        "source" in body,
        body.get("origin"),
    )


def _fault(body: Body) -> Fault:
    return Fault(body["device"], body.get("antenna"), body["code"], body["message"])


def _lost(body: Body) -> Lost:
    count = body.get("missing", body["last"] - body["first"] + 1)
    told = body.get("source") == "collector"
    return Lost(body["device"], body["origin"], body["first"], body["last"], count, told)


def _answer(body: Body) -> Answer:
    return Answer(body["device"], body["id"], bool(body["ok"]), body["message"])


def _hides(value: object) -> bool:
    return isinstance(value, Reading)


_SEEN: Final = ("device", "origin", "antenna", "came_from", "age_ms", "again", "source")
"""What everybody at the table sees: where a card came or went, and when. Which card it was is not among it."""
CARD_READ: Final = Kind("card_read", _reading, _hides, clear=_SEEN)
CARD_REMOVED: Final = Kind("card_removed", _reading, _hides, clear=_SEEN)
CARD_MOVED: Final = Kind("card_moved", _reading, _hides, clear=_SEEN)
FAULT: Final = Kind("fault", _fault, _hides)
GONE: Final = Kind("gone", _lost, _hides)
COMMAND_RESULT: Final = Kind("command_result", _answer, _hides)
UNKNOWN_EVENT: Final = Kind("unknown_event", lambda body: body, hides=lambda _: False)
"""What newer firmware tells: the log keeps that it came, and under which name."""
READINGS: Final = (CARD_READ, CARD_REMOVED, CARD_MOVED)
KINDS: Final[tuple[Kind[Any], ...]] = (*READINGS, FAULT, GONE, COMMAND_RESULT)
