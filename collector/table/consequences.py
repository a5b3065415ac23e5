"""What follows from a change of a table, whatever caused it: what the feeds tell beside the fact itself."""

from __future__ import annotations

from collector.hand import board
from collector.hand.model import Hand, Player
from collector.odds.asked import known, question
from collector.table.effects import Happening
from collector.table.state import Table


def consequences(before: Table, after: Table) -> list[Happening]:
    """What follows from the change itself, whatever caused it."""
    told: list[Happening] = []
    old, new = before.play, after.play
    if new is None:
        return told
    if before.odds_rules is not after.odds_rules or before.answered is not after.answered:
        told.append(Happening("equity_update", None, {"street": new.hand.street}))
    if new is old:
        return told
    same = old is not None and old.hand_id == new.hand_id
    hand, was = new.hand, old.hand if old and same else None
    changed = _changed(was, hand) if was else []
    turned = was is None or _boards_differ(was, hand)
    if was is not None and turned and board(hand) != board(was):
        told.append(Happening("street_dealt", {"street": hand.street, "board": list(board(hand))}))
    if was is None or any(a.contributed != b.contributed for a, b in changed):
        told.append(Happening("pot_update", {"pot": sum(_chips(hand).values())}))
    left = any(a.folded is not b.folded or a.mucked is not b.mucked for a, b in changed)
    if was is None or turned or left or _hands_differ(changed):
        asked = question(hand, after.odds_rules)
        if asked and (was is None or left or asked != question(was, before.odds_rules)):
            told.append(Happening("equity_update", None, {"street": hand.street}))
    if hand.result and (was is None or hand.result != was.result):
        wins = [{"seat": win.seat, "amount": win.amount, "hand": win.hand} for win in hand.result.wins]
        told.append(Happening("hand_complete", {"winners": wins, "total_pot": hand.result.total_pot}))
    return told


def _boards_differ(was: Hand, hand: Hand) -> bool:
    """Return whether the boards may show something else; cheap, for it is asked after every fact."""
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


def _chips(hand: Hand) -> dict[int, int]:
    return {player.seat: player.contributed for player in hand.players}
