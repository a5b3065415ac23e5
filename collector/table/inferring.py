"""Commands that nobody typed: what a control card means, and in automatic mode where a hand begins and ends.

They are decided like any command. The reading is their cause, and `antenna` their client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from collector.cards import Card
from collector.facts.fact import Fact
from collector.secrecy import Secret
from collector.table.decks import gathered, holder
from collector.table.state import Antenna, Play, Table

CLIENT: Final = "antenna"
FRESH_MS: Final = 10_000
"""A reading that is older gives no command: the table has gone on since."""
NEEDS_SEAT: Final = frozenset(
    ("seat_player", "sit_out", "set_button", "remove_player", "fold", "check", "call", "all_in", "muck", "show")
)
"""Commands of which a control card leaves the seat to the antenna that reads it."""

Command = dict[str, object]


def inferred(before: Table, after: Table, fact: Fact) -> list[Command]:
    """Return the commands that follow from a reading, in order."""
    age = fact.body.get("age_ms")
    if fact.kind not in ("card_read", "card_removed", "card_moved") or not isinstance(age, int) or age > FRESH_MS:
        return []
    tag = Secret(str(fact.body["uid"]))
    control = after.controls.get(tag)
    if control is not None:
        came = fact.kind != "card_removed" and "source" not in fact.body
        return _controlled(after, fact, control) if came else []
    return _automatic(before, after, fact) if after.automatic else []


def _controlled(table: Table, fact: Fact, control: Mapping[str, object]) -> list[Command]:
    """A player's card seats the player, or moves it; any other gives its command, for the seat that it lies at."""
    antenna, command = _antenna(table, fact), dict(control)
    if command.get("seat") is None and command["type"] in NEEDS_SEAT:
        if antenna is None or antenna.seat is None:
            return []
        command["seat"] = antenna.seat
    if command["type"] != "seat_player":
        return [command]
    seated = next((seat for seat, who in table.seated.items() if who.player_id == command["player_id"]), None)
    if seated is None:
        return [command]
    return [] if seated == command["seat"] else [{"type": "move_player", "seat": seated, "to_seat": command["seat"]}]


def _automatic(before: Table, after: Table, fact: Fact) -> list[Command]:
    """First cards begin a hand, the muck takes seats out of it, and gathered cards end it."""
    antenna, play = _antenna(after, fact), after.play
    found = after.card_of(str(fact.body["uid"]))
    if found is None:
        return []
    left = {"card_removed": antenna, "card_moved": _antenna(after, fact, "came_from")}.get(fact.kind)
    if left is not None and play is not None and play.device_keys and gathered(after):
        return [{"type": "end_hand"}]
    if antenna is None or fact.kind == "card_removed":
        return []
    if play is None:
        return [{"type": "start_hand"}] if antenna.role == "seat" else []
    if antenna.role == "muck":
        return _gone(play, found[1])
    first = antenna.role == "board" and before.play is not None and not before.play.hand.board_read
    return _absent(play) if first else []


def _gone(play: Play, card: Card) -> list[Command]:
    seat = holder(play, card)
    return [] if seat is None else [{"type": "dead_hand", "seat": seat, "reason": "its cards are on the muck"}]


def _absent(play: Play) -> list[Command]:
    """Seats that were dealt nothing by the flop were not in the hand."""
    empty = [player.seat for player in play.hand.players if player.live and not player.hole]
    return [{"type": "dead_hand", "seat": seat, "reason": "no cards were dealt to it"} for seat in empty]


def _antenna(table: Table, fact: Fact, which: str = "antenna") -> Antenna | None:
    return table.antennas.get((str(fact.body["device"]), cast("str", fact.body.get(which))))
