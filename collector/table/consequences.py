"""Events that follow from a change of a table, whatever caused it. The feeds tell them after the fact's own events."""

from __future__ import annotations

from collections.abc import Callable

from collector.hand import board, boards
from collector.hand.model import Hand, Player, Result
from collector.odds.asked import Found, OddsRules, known, question
from collector.table.state import Table
from collector.wire.feed_events import EquityUpdate, EventData, HandComplete, PotUpdate, PotWon, StreetDealt

Ask = Callable[[Hand, OddsRules], Found]


def consequences(before: Table, after: Table, ask: Ask = question) -> list[EventData]:
    """Return the events that follow from the change between two tables, in order. ask: as `odds.asked.question`.

    This runs after every fact, so values are compared by identity first: the same object has not changed.
    """
    told: list[EventData] = []
    old, new = before.play, after.play
    if new is None:
        return told
    if before.odds_rules is not after.odds_rules or before.answered is not after.answered:
        told.append(EquityUpdate.of(street=new.hand.street))
    if new is old:
        return told
    same = old is not None and old.hand_id == new.hand_id
    hand, was = new.hand, old.hand if old and same else None
    changed = _changed(was, hand) if was else []
    turned = was is None or _boards_differ(was, hand)
    if was is not None and turned and boards(hand) != boards(was):
        told.append(_dealt(hand))
    paid, left, dealt = _changes(changed)
    if was is None or paid:
        told.append(PotUpdate.of(pot=sum([player.contributed for player in hand.players])))
    if was is None or turned or left or dealt:
        told += _odds_told(ask, None if left else was, hand, before.odds_rules, after.odds_rules)
    if hand.result and (was is None or hand.result != was.result):
        told.append(_complete(hand.result))
    return told


def _dealt(hand: Hand) -> StreetDealt:
    """Return the event for the boards: all of them are named where there are several."""
    if not hand.further:
        return StreetDealt(street=hand.street, board=board(hand))
    return StreetDealt(street=hand.street, board=board(hand), boards=boards(hand))


def _odds_told(ask: Ask, was: Hand | None, hand: Hand, rules_then: OddsRules, rules: OddsRules) -> list[EventData]:
    """Return the event for the odds, if there are any and they may differ from those of `was`; else []."""
    asked = ask(hand, rules)
    if asked and (was is None or asked != ask(was, rules_then)):
        return [EquityUpdate.of(street=hand.street)]
    return []


def _complete(result: Result) -> HandComplete:
    wins = tuple(PotWon(seat=win.seat, amount=win.amount, hand=win.hand) for win in result.wins)
    return HandComplete(winners=wins, total_pot=result.total_pot)


def _boards_differ(was: Hand, hand: Hand) -> bool:
    """Return whether the boards may show other cards than before."""
    same = was.board_read is hand.board_read and was.board_gaps is hand.board_gaps and was.further is hand.further
    return not same or was.reached != hand.reached or was.complete is not hand.complete


def _changed(was: Hand, hand: Hand) -> list[tuple[Player, Player]]:
    """Return the changed players, each before and after. Most facts change one seat."""
    if was.players is hand.players:
        return []
    return [(a, b) for a, b in zip(was.players, hand.players, strict=True) if a is not b]


def _changes(changed: list[tuple[Player, Player]]) -> tuple[bool, bool, bool]:
    """Return whether chips went in, a hand was given up or back, a seat has other cards.

    Tabling the cards that were read is no change.
    """
    paid = left = dealt = False
    for was, now in changed:
        paid = paid or was.contributed != now.contributed
        left = left or was.folded is not now.folded or was.mucked is not now.mucked
        dealt = dealt or was.hole is not now.hole or (was.shown is not now.shown and known(was) != known(now))
    return paid, left, dealt
