"""Plays a pair of runs that differ in hidden cards alone, and says where what is seen of them parts.

`python -m tests.secrecy.pairs KIND SEED` plays one pair and prints the first difference.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from random import Random
from typing import Final

from tests.corpus.evening import Fields, Node
from tests.secrecy.scripts import KINDS, Script, Slot, setting, tag_beside
from tests.secrecy.watched import Seen, Watched, watching


@dataclass
class Pair:
    """What two runs came to."""

    kind: str
    seed: int
    first: list[Seen]
    second: list[Seen]
    sent: Counter[tuple[str, int | None]]
    games: set[str]
    changed: int
    """Cards at seats that differ."""
    hidden_alerts: int
    """Alerts that whoever may hear hidden cards heard in the first run."""
    answers: int
    """Answers of the equity worker in the first run."""

    @property
    def difference(self) -> str | None:
        """Where what is seen of the two parts, None where it is the same byte for byte."""
        if self.first == self.second:
            return None
        return f"{self.kind}, seed {self.seed}: of what may be seen differs\n{self._parted()}"

    def _parted(self) -> str:
        """Return the text around the first byte that differs."""
        for was, now in zip_longest(self.first, self.second, fillvalue=""):
            one, other = (json.dumps(each) for each in (was, now))
            if one != other:
                at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
                begin = max(0, at - 90)
                return f"  {one[:60]}\n  … {one[begin : at + 90]}\n  … {other[begin : at + 90]}"
        return ""


class Other:
    """Renders the inputs of a script for the second run."""

    def __init__(self, script: Script, random: Random) -> None:
        self._script, self._random = script, random
        self._nodes: dict[str, Node] = {}
        self._tags: dict[int, str] = {}
        self._lying: dict[str, set[str]] = {}
        self.changed = 0

    def line(self, line: Fields) -> Fields:
        """Return a line of the inputs as it is in the second run."""
        if "events" in line:
            name = line["node"]
            node = self._nodes.setdefault(name, Node(name, int(name.rpartition("-")[2])))
            pairs = zip(line["events"], line["slots"], strict=True)
            message = node.event(*[self._event(event, slot) for event, slot in pairs], **line["how"])
            return {**line, **message}
        if "payload" in line and not self._script.by_tags:
            return {**line, "payload": setting(line["payload"], self._permuted)}
        return line

    def _event(self, event: Fields, slot: int | None) -> Fields:
        if slot is None or "uid" not in event:
            return event
        if slot not in self._tags:
            self._tags[slot] = self._chosen(self._script.slots[slot])
            self.changed += self._tags[slot] != self._script.slots[slot].tag
        return {**event, "uid": self._tags[slot]}

    def _chosen(self, slot: Slot) -> str:
        """Return a tag for a slot: not one that may lie on the same antenna, since no tag lies there twice."""
        tag = slot.tag if slot.open or not self._script.by_tags else self._another(slot)
        for antenna in slot.antennas:
            self._lying.setdefault(antenna, set()).add(tag)
        return tag

    def _another(self, slot: Slot) -> str:
        script = self._script
        there = set().union(*(self._lying.get(antenna, set()) for antenna in slot.antennas))
        there |= {each.tag for each in script.slots if each.open and each.antennas & slot.antennas}
        everywhere = set(self._tags.values()) | script.open_tags
        for _ in range(20):
            tag = tag_beside(script, everywhere, self._random)
            if tag not in there:
                return tag
        return slot.tag

    def _permuted(self, cards: Fields) -> Fields:
        free = [tag for tag in cards if tag not in self._script.open_tags]
        printed = [cards[tag] for tag in free]
        self._random.shuffle(printed)
        self.changed += sum(cards[tag] != card for tag, card in zip(free, printed, strict=True))
        return {**cards, **dict(zip(free, printed, strict=True))}


async def play(kind: str, seed: int) -> Pair:
    """Play a pair. The first run is made up by chance, the second is the same with other hidden cards."""
    random = Random(f"{kind} {seed}")
    async with watching() as stage:
        script = Script(stage, random, by_tags=random.random() < 0.8)
        await KINDS[kind](script)
        first = stage.seen
        alerts = sum(str(row[0]).endswith("/live/alert") for row in stage.sent)
        answers = sum(fact.kind == "equity_answered" for _, fact in stage.facts)
    other = Other(script, random)
    async with watching() as stage:
        await again(stage, script.inputs, other)
        return Pair(kind, seed, first, stage.seen, script.sent, script.games, other.changed, alerts, answers)


async def again(stage: Watched, inputs: list[Fields], other: Other) -> None:
    """Play the inputs of a script with other hidden cards."""
    for batch in batches(inputs):
        await stage.take([other.line(line) for line in batch])


def batches(inputs: list[Fields]) -> Iterator[list[Fields]]:
    """Yield the inputs that arrive together."""
    for _, lines in groupby(inputs, key=lambda line: line["batch"]):
        yield list(lines)


def played(kind: str, seed: int) -> Pair:
    """Play a pair, outside of a loop."""
    return asyncio.run(play(kind, seed))


SHORT: Final = ("clashing", "calm", "two decks", "without operator")
SLICE: Final = (*((kind, 1) for kind in KINDS), *((kind, seed) for kind in SHORT for seed in range(2, 7)))
"""The pairs of `make test`: one of each kind, and some more of the short ones."""
MOST: Final = 2000
"""The pairs of `make soak`."""


def main() -> int:
    """Play the kinds that are named, or all, with seeds FIRST to LAST."""
    first, last, *kinds = sys.argv[1:]
    failed: Counter[str] = Counter()
    for seed in range(int(first), int(last) + 1):
        for kind in kinds or KINDS:
            pair = played(kind, seed)
            difference = pair.difference
            if difference:
                failed[kind] += 1
                print(difference, flush=True)  # noqa: T201 - a command
    print(json.dumps(failed))  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
