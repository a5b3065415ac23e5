"""Amendments while a hand is being played: none of them may tell, or turn on, a card that is still hidden.

The preview of an amendment is an answer to whoever asks, and changes nothing. So it may not be a way to try cards out
(is this card at that seat?), nor to see who would win a board that is not dealt yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector.errors import Refused
from collector.facts.fact import Body
from collector.table.amend.chapters import Evening
from collector.table.play import Play
from collector.table.registration import Registration
from collector.table.registry import Commands


def require_cardless(commands: Commands, evening: Evening, changes: Mapping[int, tuple[Body, ...]]) -> None:
    """Raise Refused for a change that rests on cards, or on what deals them, in the running hand or before it.

    An earlier hand may be corrected meanwhile: its acts, its cards and what was shown in it are its own.
    """
    play = evening.table.play
    if play is None or play.hand.complete:
        return
    standing = {fact.position: fact.kind for fact in evening.facts_at(changes)}
    for position, bodies in sorted(changes.items()):
        here = position >= play.first_position
        for body in bodies:
            kind = str(body["command"]["type"])
            if not _harmless(commands.of_type(kind), here=here):
                raise _not_now(play, kind)
        known = standing.get(position)
        if known and not here and not _harmless(commands.of_type(known), here=False):
            raise _not_now(play, known)


def _harmless(registered: Registration[Any] | None, *, here: bool) -> bool:
    """Return whether a command may be changed. here: in the running hand; before it, acts are those of other hands."""
    return registered is None or registered.cardless or (registered.act is not None and not here)


def _not_now(play: Play, kind: str) -> Refused:
    message = f"hand {play.number} is still being played, and {kind} rests on cards or changes how they are dealt; "
    message += "enter it at the table, or amend when the hand is over"
    return Refused("HAND_RUNNING", message, {"hand_id": play.hand_id, "type": kind})


def without_winners(shown: Mapping[str, object], play: Play) -> dict[str, object]:
    """Return a hand in a preview without what its cards decide. Where all but one have folded, no card decides."""
    hand = play.hand
    if hand.result is None or sum(1 for player in hand.players if player.live) <= 1:
        return dict(shown)
    won: dict[int, int] = {}
    for win in hand.result.wins:
        won[win.seat] = won.get(win.seat, 0) + win.amount
    stacks = {str(seat): stack - won.get(seat, 0) for seat, stack in sorted(hand.result.final_stacks.items())}
    return {**shown, "winners": [], "stacks": stacks}
