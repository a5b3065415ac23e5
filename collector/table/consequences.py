"""What follows from a change of a table, whatever caused it: the events that the feeds tell beside the fact's own."""

from __future__ import annotations

from collections.abc import Callable

from collector.hand import board
from collector.hand.model import Hand, Player, Result
from collector.odds.asked import Found, OddsRules, known, question
from collector.table.state import Table
from collector.wire.feed_events import EquityUpdate, EventData, HandComplete, PotUpdate, PotWon, StreetDealt

Ask = Callable[[Hand, OddsRules], Found]


def consequences(before: Table, after: Table, ask: Ask = question) -> list[EventData]:
    """Return the events that follow from the change between two tables, in order. ask: as `odds.asked.question`.

    They are asked for after every fact. So values are compared by identity first: what is the same has not changed.
    """
    told: list[EventData] = []
    old, new = before.play, after.play
    if new is None:
        return told
    if before.odds_rules is not after.odds_rules or before.answered is not after.answered:
        told.append(EquityUpdate(street=new.hand.street))
    if new is old:
        return told
    same = old is not None and old.hand_id == new.hand_id
    hand, was = new.hand, old.hand if old and same else None
    changed = _changed(was, hand) if was else []
    turned = was is None or _boards_differ(was, hand)
    if was is not None and turned and board(hand) != board(was):
        told.append(StreetDealt(street=hand.street, board=board(hand)))
    if was is None or any(a.contributed != b.contributed for a, b in changed):
        told.append(PotUpdate(pot=sum(player.contributed for player in hand.players)))
    left = any(a.folded is not b.folded or a.mucked is not b.mucked for a, b in changed)
    if was is None or turned or left or _hands_differ(changed):
        told += _odds_told(ask, None if left else was, hand, before.odds_rules, after.odds_rules)
    if hand.result and (was is None or hand.result != was.result):
        told.append(_complete(hand.result))
    return told


def _odds_told(ask: Ask, was: Hand | None, hand: Hand, rules_then: OddsRules, rules: OddsRules) -> list[EventData]:
    """Tell of the odds if there are any, and if they may be others than those of `was`."""
    asked = ask(hand, rules)
    if asked and (was is None or asked != ask(was, rules_then)):
        return [EquityUpdate(street=hand.street)]
    return []


def _complete(result: Result) -> HandComplete:
    wins = tuple(PotWon(seat=win.seat, amount=win.amount, hand=win.hand) for win in result.wins)
    return HandComplete(winners=wins, total_pot=result.total_pot)


def _boards_differ(was: Hand, hand: Hand) -> bool:
    """Return whether the boards may show something else."""
    same = was.board_read is hand.board_read and was.board_gaps is hand.board_gaps and was.further is hand.further
    return not same or was.reached != hand.reached or was.complete is not hand.complete


def _changed(was: Hand, hand: Hand) -> list[tuple[Player, Player]]:
    """Return the players that are not the same value any more, before and after: most facts change one seat."""
    if was.players is hand.players:
        return []
    return [(a, b) for a, b in zip(was.players, hand.players, strict=True) if a is not b]


def _hands_differ(changed: list[tuple[Player, Player]]) -> bool:
    """Return whether a seat has other cards than before; tabling what was read changes nothing."""
    return any(a.hole is not b.hole or (a.shown is not b.shown and known(a) != known(b)) for a, b in changed)
