"""Which permission word lets a person hear, or say something on, each topic. The broker's rules are to be made of it.

What is between nodes and collector is nobody's else: no word opens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from collector.access.vocabulary import OPEN

NOBODY: Final = ()
"""Nodes and the collector alone."""
EACH: Final = ("each command's own",)
"""The registration of the command names the word; a reply is heard by whoever sent the command."""


@dataclass(frozen=True, slots=True)
class TopicWords:
    """Who may hear and who may say: any of the words is enough."""

    hear: tuple[str, ...]
    say: tuple[str, ...] = NOBODY


TOPIC_WORDS: Final = {
    "collector/+/nudge": TopicWords(NOBODY),
    "collector/+/status": TopicWords((OPEN,)),
    "dev/+/ack": TopicWords(NOBODY),
    "dev/+/command": TopicWords(NOBODY),
    "dev/+/event": TopicWords(("write:decks",)),  # tags in clear: for whoever registers decks
    "dev/+/health": TopicWords(("read:devices",)),
    "dev/+/progress": TopicWords(NOBODY),
    "dev/+/snapshot": TopicWords(NOBODY),
    "dev/+/status": TopicWords(("read:devices",)),
    "house/command/+": TopicWords(NOBODY, EACH),
    "house/reply/+": TopicWords(EACH),
    "table/+/alert": TopicWords(("write:alerts", "read:live")),
    "table/+/command/+": TopicWords(NOBODY, EACH),
    "table/+/delayed/+": TopicWords(("read:delayed",)),
    "table/+/live/+": TopicWords(("read:live",)),
    "table/+/public/+": TopicWords(("read:hands", "read:tables")),
    "table/+/reply/+": TopicWords(EACH),
}
"""By topic under `ebs/v1/`."""
