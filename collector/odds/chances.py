"""Odds that are counted once: the questions and answers of the last hands. Everything here is S0.

A `Chances` belongs to one table of whoever looks at its hand again and again, as a renderer does. It changes no answer,
only the time. One for all tables would have to grow with the house: a table too many, and nothing is remembered at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from collector.equity import Answered, Outs
from collector.hand.model import Hand
from collector.odds import asked as pure
from collector.odds.asked import Asked, Found, Odds, OddsRules
from collector.secrecy import Secret

_KEPT: Final = 4
"""Hands and questions that are remembered: a table looks at the one that runs, and at what an amendment makes of it."""


class Chances:
    """Asks and answers as `collector.odds.asked` does, and remembers both."""

    def __init__(self) -> None:
        self._asked: dict[int, tuple[Hand, OddsRules, Found]] = {}
        self._counted: dict[Asked, Mapping[int, Odds]] = {}
        self._outs: dict[Asked, tuple[int, Mapping[int, Outs]]] = {}

    def question(self, hand: Hand, rules: OddsRules) -> Found:
        """Return what to ask of a hand, see `asked.question`. The same hand and rules are not looked at again."""
        kept = self._asked.get(id(hand))
        if kept is not None and kept[0] is hand and kept[1] is rules:
            return kept[2]
        found = pure.question(hand, rules)
        self._asked[id(hand)] = hand, rules, found  # the hand is kept too, so that its identity stays its own
        if len(self._asked) > _KEPT:
            del self._asked[next(iter(self._asked))]
        return found

    def odds(self, asked: Secret[Asked], answered: Secret[Answered] | None = None) -> Mapping[int, Odds]:
        """Return the odds by seat, see `asked.odds`. A question that is counted here is counted once."""
        found = asked.reveal()
        if not found.question.inline:
            return pure.odds(asked, answered)
        counted = self._counted.get(found)
        if counted is None:
            counted = self._counted[found] = pure.odds(asked)
            if len(self._counted) > _KEPT:
                del self._counted[next(iter(self._counted))]
        return counted

    def outs(self, asked: Secret[Asked]) -> tuple[int, Mapping[int, Outs]]:
        """Return the outs by seat, see `asked.outs`. The same question is looked at once."""
        found = asked.reveal()
        counted = self._outs.get(found)
        if counted is None:
            counted = self._outs[found] = pure.outs(asked)
            if len(self._outs) > _KEPT:
                del self._outs[next(iter(self._outs))]
        return counted
