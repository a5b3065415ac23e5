"""What the key of a sealed fact is for: a deck, the hand that the fact is of, or the hour. Looks at no card."""

from __future__ import annotations

from collections.abc import Mapping

from collector.facts.fact import RECORD, Fact, NewFact
from collector.facts.seals import Scope
from collector.secrecy import Secrecy
from collector.table.amend.chapters import Evening


def scope_of(new: NewFact | Fact, evenings: Mapping[str, Evening]) -> Scope | None:
    """Return the scope of a fact's key; None: it belongs to no hand and no deck, so its hour has it.

    A command may name the deck or the hand that it is about. A refusal that may name a card is of the hand that runs at
    the table which it was for.
    """
    if new.secrecy is not Secrecy.S0:
        return None
    command = new.body.get("command")
    said: Mapping[str, object] = command if isinstance(command, Mapping) else {}
    if "deck_id" in said:
        return Scope("deck", str(said["deck_id"]))
    evening = evenings.get(str(new.body["to"]) if new.stream == RECORD else new.stream)
    hand = str(said["of"]) if said.get("of") else _hand_of(evening, said.get("changes")) if evening else None
    return Scope("hand", hand) if hand else None


def _hand_of(evening: Evening, changes: object) -> str | None:
    """Return the hand that runs, or the first one that an amendment changes; None between hands."""
    play = evening.table.play
    if isinstance(changes, list) and changes:
        first = min(each["seq"] for each in changes)
        plays = (*evening.closed, *([play] if play else []))
        play = next((each for each in reversed(plays) if each.first_position <= first), None)
    return play.hand_id if play else None
