"""What collector and worker say to each other, a line of JSON each: a numbered question, or none; a numbered answer."""

from __future__ import annotations

import json
from typing import Final

from collector.cards import Card
from collector.equity import Answered, Question
from collector.equity.games import BY_TITLE
from collector.secrecy import Secret

LONGEST: Final = 1 << 16
"""Bytes of a line; a question of ten players has some hundred."""


def ask_line(number: int, question: Secret[Question] | None) -> bytes:
    """Return a question as a line; None takes the one before it back."""
    return json.dumps({"number": number, "question": _dumped(question.reveal()) if question else None}).encode() + b"\n"


def question_of(line: bytes) -> tuple[int, Question | None]:
    """Return the number and the question of a line."""
    read = json.loads(line)
    asked = read["question"]
    if asked is None:
        return read["number"], None
    question = Question(
        game=BY_TITLE[asked["game"]],
        hands=tuple(tuple(Card(card) if card else None for card in hand) for hand in asked["hands"]),
        board=_cards(asked["board"]),
        dead=_cards(asked["dead"]),
        further=tuple(_cards(board) for board in asked["further"]),
    )
    return read["number"], question


def answer_line(number: int, answered: Answered | None) -> bytes:
    """Return an answer as a line; None for a question that cannot be."""
    return json.dumps({"number": number, "answer": answered.plain() if answered else None}).encode() + b"\n"


def answer_of(line: bytes) -> tuple[int, Secret[Answered] | None]:
    """Return the number and the answer of a line."""
    read = json.loads(line)
    body = read["answer"]
    if body is None:
        return read["number"], None
    return read["number"], Secret(Answered.of_plain(body))


def _dumped(question: Question) -> dict[str, object]:
    return {
        "game": question.game.title,
        "hands": question.hands,
        "board": question.board,
        "dead": question.dead,
        "further": question.further,
    }


def _cards(texts: list[str]) -> tuple[Card, ...]:
    return tuple(Card(text) for text in texts)
