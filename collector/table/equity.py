"""The question of a table to the equity worker, and the fact that holds the answer.

Answers have a stream of their own (`odds_of`). An older log has them in the stream of the table.
"""

from __future__ import annotations

from typing import Any, Final

from collector.equity import Answered, Question
from collector.facts.fact import Body, Fact, NewFact, odds_of
from collector.facts.kinds import Kind
from collector.hand.copying import replace
from collector.odds.asked import for_a_worker, question
from collector.odds.chances import Chances
from collector.secrecy import Secret
from collector.table.effects import Effect
from collector.table.registration import Folded
from collector.table.state import Table


def unanswered(table: Table, chances: Chances) -> Secret[Question] | None:
    """Return the question that only a worker may count, None if there is none or its answer is known. S0.

    chances: the questions that were made for this table before.
    """
    asked = chances.question(table.play.hand, table.odds_rules) if table.play else None
    return for_a_worker(asked, table.answered) if asked else None


def answer_fact(table: Table, found: Secret[Answered]) -> NewFact:
    """Return the fact of an answer, behind the last fact of its table."""
    body = {**found.reveal().plain(), "after": table.position}
    return EQUITY_ANSWERED.fact(odds_of(table.table_id), table.live_stamp.trace_id, body, found)


def _answer(body: Body) -> Secret[Answered]:
    return Secret(Answered.of_plain(body))


def _answered(table: Table, fact: Fact, answered: Secret[Answered]) -> Effect:
    """Fold the answer of a worker. It counts only if its question is still the one of the table; else it is dropped."""
    asked = question(table.play.hand, table.odds_rules) if table.play else None
    if asked is None or not answered.reveal().fits(asked.reveal().question):
        return Effect(table)
    return Effect(replace(table, answered=answered))


EQUITY_ANSWERED: Final = Kind("equity_answered", _answer, hides=lambda _: True)
FACTS: Final[tuple[Folded[Any], ...]] = (Folded(EQUITY_ANSWERED, _answered),)
