"""The end of a hand: when it can be put away, what carries over, misdeals, and the `hand_closed` fact."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from collector.canonical import canonical
from collector.errors import Refused
from collector.facts.fact import Body, Fact, NewFact
from collector.facts.kinds import Kind
from collector.hand.copying import replace
from collector.hand.model import MisdealRule
from collector.hand.rulings import substantial
from collector.table.effects import UPDATED, Effect, Warn
from collector.table.killing import after_pot
from collector.table.play import Play
from collector.table.readings.decks import impossible
from collector.table.readings.flags import still_asked, strays_told
from collector.table.registration import Asked, Folded, Registration, Resolved, Seats, When
from collector.table.state import Table, play_of
from collector.table.tournament import after_hand, tournament_update
from collector.table.whereabouts import held
from collector.wire import close as wire
from collector.wire.feed_events import EventData, HandCorrected

FOLD_VERSION: Final = 1


class Closed(NamedTuple):
    """The content of a `hand_closed` fact: the stacks by seat, as the code folded them that closed the hand."""

    stacks: Mapping[int, int]


def _closed(body: Body) -> Closed:
    return Closed({int(seat): stack for seat, stack in body["stacks"].items()})


def between_hands(table: Table) -> bool:
    """Return whether no hand is being played.

    Cards that contradict each other play no part here: they may be hidden, and every state lists what may come. Only
    the refusal of `require_over` names them.
    """
    return table.play is None or table.play.over


def require_over(table: Table, when: When, *, override: bool) -> None:
    """Raise Refused where a command of this time may not come, or where the cards of a hand contradict each other."""
    play = table.play
    if when is When.AFTER_A_HAND and play is None:
        raise Refused("NO_HAND", "there is no hand to end")
    if play is None or when is When.ANY_TIME:
        return
    if not play.over:
        raise Refused("HAND_RUNNING", f"hand {play.number} is still being played; finish it, or call a misdeal")
    # Of a hand with contested cards nothing is said here: the refusal would tell a hidden card (ADR 19).
    wrong = [] if override or play.setup.contests else impossible(play.hand)
    if wrong:
        message = f"hand {play.number} cannot have been so: {'; '.join(wrong)}; correct the cards, or override"
        raise Refused("IMPOSSIBLE_HAND", message, {"reasons": wrong})


def closing(table: Table, command_id: str, *, when: When, override: bool) -> list[NewFact]:
    """Return the `hand_closed` fact that stands before a command, [] without a hand; raise Refused if it may not be.

    The fact keeps the stacks as they were folded now. Newer code that folds other stacks can tell, and warns the floor.
    """
    require_over(table, when, override=override)
    play = table.play
    if play is None or when is When.ANY_TIME:
        return []
    stacks = {str(seat): stack for seat, stack in sorted(play.final_stacks.items())}
    body = {"fold_version": FOLD_VERSION, "hand_id": play.hand_id, "stacks": stacks, "button": play.button}
    body["digest"] = _digest(play)
    return [HAND_CLOSED.fact(table.table_id, command_id, body)]


def _digest(play: Play) -> str:
    ids = {player.seat: player.player_id for player in play.hand.players}
    wins = play.hand.result.wins if play.hand.result else ()
    return hashlib.sha256(canonical({"wins": [[ids[win.seat], win.amount] for win in wins]})).hexdigest()


def put_aside(table: Table) -> Table:
    """Return the table without its finished hand: stacks carried over, places, side games and penalties counted."""
    play = table.play
    if play is None:
        return table
    final = play.final_stacks
    seated = {
        seat: replace(player, stack=final[seat]) if seat in final else player for seat, player in table.seated.items()
    }
    had = dict(play.setup.time_bank)
    for seat, used in play.hand.banked:
        if seat in seated:
            seated[seat] = replace(seated[seat], time_chips=had[seat] - used)
    kill = table.kill if table.variant.kill == "none" else after_pot(table, play)
    return after_hand(replace(table, seated=seated, play=None, kill=kill), play)


def put_away(table: Table, fact: Fact) -> Effect:
    """Close the finished hand by a fact; change nothing if there is none, or if it is still being played."""
    play = table.play
    if play is None or not play.over:
        return Effect(table)
    after = replace(put_aside(table), flags=still_asked(table))
    ended, warnings = _ended(_ruled(play), fact), held(play)
    if warnings:
        after = replace(after, held=(*after.held, ended))
    return Effect(after, warnings=(*warnings, *strays_told(play)), closed=(ended,))


def _ruled(play: Play) -> Play:
    """Return the hand with a ruling for each contradiction of its cards: an override put it away all the same."""
    if play.setup.contests:
        return play
    lines = tuple(f"put away although {line}" for line in impossible(play.hand))
    return replace(play, hand=replace(play.hand, rulings=(*play.hand.rulings, *lines))) if lines else play


def _ended(play: Play, fact: Fact, *, void: bool = False) -> Play:
    return replace(play, last_position=fact.position, last_at=fact.received_at, void=void)


def _hand_closed(table: Table, fact: Fact, closed: Closed) -> Effect:
    """Fold the end of a hand. The stacks of this fold carry over; if those of the fact differ, the floor hears it."""
    play = table.play
    if play is None or not play.over:
        return Effect(table)
    warnings: tuple[Warn, ...] = ()
    if closed.stacks != play.final_stacks:
        message = "this version folds the closed hand to other stacks than were recorded; count the stacks"
        warnings = (Warn("FOLD_DIFFERS", message, "error"),)
    effect = put_away(table, fact)
    told: tuple[EventData, ...] = UPDATED
    if effect.table.tournament is not table.tournament:
        told += (tournament_update(effect.table),)
    return effect._replace(happenings=told, warnings=(*effect.warnings, *warnings))


def _end(table: Table, fact: Fact, command: wire.EndHand) -> Effect:
    """Fold the command itself: nothing is left to do, the `hand_closed` fact before it put the hand away."""
    return Effect(table)


def _may_be_misdealt(asked: Asked, command: wire.Misdeal) -> Resolved:
    play = play_of(asked.table)
    # A misdeal that was taken stands by the rule that every house had then.
    until = MisdealRule.SUBSTANTIAL if asked.logged else asked.table.house.misdeal_until
    if substantial(play.hand, until) and not (command.fouled_deck or command.override):
        many = "there was substantial action" if substantial(play.hand) else "two players have acted"
        message = f"{many}, so the deal stands; a fouled deck voids it, or an override"
        raise Refused("SUBSTANTIAL_ACTION", message, {"hand_id": play.hand_id})
    return Resolved()


def _misdeal(table: Table, fact: Fact, command: wire.Misdeal) -> Effect:
    """Fold a misdeal: the button stays, missed blinds are owed as before, and the void hand stays in the record."""
    play = play_of(table)
    told = HandCorrected(reason="misdeal", hand_id=play.hand_id)
    line = f"misdeal: {command.reason or 'no reason given'}"
    void = replace(play, hand=replace(play.hand, rulings=(*play.hand.rulings, line)))
    after = replace(
        table, play=None, button_stays=True, owed=play.owed, redeal=table.before_hand, flags=still_asked(table)
    )
    return Effect(after, (told,), strays_told(play), closed=(_ended(void, fact, void=True),))


def _can_end(table: Table) -> Seats | None:
    return () if table.play and table.play.over else None


def _has_hand(table: Table) -> Seats | None:
    return () if table.play else None  # also after substantial action: a fouled deck voids a hand at any time


HAND_CLOSED: Final = Kind("hand_closed", _closed, hides=lambda _: False)
FACTS: Final[tuple[Folded[Any], ...]] = (Folded(HAND_CLOSED, _hand_closed),)
COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.EndHand,
        label="End hand",
        word="write:actions",
        hides=False,
        cardless=True,
        does=_end,
        listed=_can_end,
        when=When.AFTER_A_HAND,
    ),
    Registration(
        model=wire.Misdeal,
        label="Misdeal",
        word="write:actions",
        hides=False,
        cardless=True,
        may=_may_be_misdealt,
        does=_misdeal,
        listed=_has_hand,
    ),
)
