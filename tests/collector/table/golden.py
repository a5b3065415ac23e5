"""Golden payloads of feeds, commands and replies, tests/contract/: what a fixed evening at a table makes.

`python -m tests.collector.table.golden` writes them anew. Read the difference: it is a change of the contract.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from collector.canonical import canonical
from collector.cards import DECK
from collector.secrecy import reveal_all
from collector.service import _status
from collector.table import view
from collector.wire.commands import Reply, decode_house_command, decode_table_command
from tests.collector.table.dealer import Dealer, uid_of

CONTRACT = Path(__file__).parents[2] / "contract"
FOLDERS = ("feed", "command", "reply")


class Recorder(Dealer):
    """A dealer that keeps the first payload of every kind."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        super().__init__(stacks=(10_000, 8_000, 6_000))

    def house(self, **fields: Any) -> Reply:
        """Send a house command, and keep it."""
        return self._keep(super().house(**fields), decode_house_command, fields, "accepted_house")

    def send(self, **fields: Any) -> Reply:
        """Send a table command, and keep it with its reply."""
        return self._keep(super().send(**fields), decode_table_command, fields, "accepted")

    def _keep(self, reply: Reply, decode: Any, fields: dict[str, Any], taken: str) -> Reply:
        payload = json.dumps({"v": 1, **fields, "id": reply.id}).encode()
        if reply.error is None:
            self.kept.setdefault(f"command/{fields['type']}", canonical(reveal_all(decode(payload))))
        name = taken if reply.error is None else f"refused_{reply.error.code.lower()}"
        self.kept.setdefault(f"reply/{name}", canonical(reply.model_dump(mode="json")))
        return reply

    def keep_feed(self, name: str, payload: bytes) -> None:
        """Keep a feed message."""
        self.kept.setdefault(f"feed/{name}", payload)


def payloads() -> dict[str, bytes]:
    """Return every golden payload by name, as `feed/public_state`."""
    dealer = Recorder()
    _register_a_second_deck(dealer)
    _between_hands(dealer)
    _first_hand(dealer)
    _second_hand(dealer)
    dealer.command(type="remove_player", seat=3)
    for change in dealer.changes:
        for channel in ("public", "live"):
            for payload in view.events(change.outcome, change.before, channel):  # type: ignore[arg-type]
                dealer.keep_feed(f"event_{channel}_{json.loads(payload)['type']}", payload)
        for warning in change.outcome.warnings:
            alert = view.alert(change.outcome.table, warning, change.fact.position, change.fact.trace_id)
            dealer.keep_feed("alert", alert)
    dealer.keep_feed("collector_status", canonical({**json.loads(_status("online")), "version": "0.1.0"}))
    return dealer.kept


def _register_a_second_deck(dealer: Recorder) -> None:
    cards = {uid_of(card, deck=2): str(card) for card in DECK}
    dealer.house(type="register_deck", deck_id="deck-2", demo=True, cards=cards)


def _between_hands(dealer: Recorder) -> None:
    dealer.command(type="sit_out", seat=3, out=True)
    dealer.command(type="sit_out", seat=3, out=False)
    dealer.command(type="set_stack", seat=3, stack=7_000)
    dealer.command(type="set_button", seat=3)
    dealer.send(type="seat_player", seat=1, player_id="p_9", name="Player 9", stack=100)


def _first_hand(dealer: Recorder) -> None:
    """Three players: a raise, a flop with a misread, a correction, an all-in, a showdown."""
    dealer.command(type="start_hand", button=3)
    for seat, cards in ((1, ("As", "Kd")), (2, ("Qs", "Qh"))):
        for card in cards:
            dealer.read(seat, card)
    dealer.read(3, "7c", uid="0011223344556677")  # eight bytes: a tag of no deck
    dealer.command(type="deal_card", seat=3, card="7c")
    dealer.command(type="deal_card", seat=3, card="2d")
    dealer.send(type="check", seat=3)
    dealer.command(type="raise_to", seat=3, amount=300)
    dealer.send(type="call", seat=1, decision=0)
    dealer.act(1, "call")
    dealer.act(2, "call")
    for card in ("Qd", "9s", "4h"):
        dealer.read(None, card)
    dealer.keep_feed("public_state", view.state(dealer.table, "public"))
    dealer.keep_feed("live_state", view.state(dealer.table, "live"))
    dealer.command(type="clear_card", card="4h")
    dealer.command(type="undo")
    dealer.command(type="redo")
    dealer.command(type="undo")
    dealer.act(1, "check")
    dealer.act(2, "bet", 500)
    dealer.act(3, "fold")
    dealer.lift(3, "7c", uid="0011223344556677")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("Th", "2s"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1)
    dealer.command(type="muck", seat=2)
    dealer.keep_feed("public_state_complete", view.state(dealer.table, "public"))
    dealer.command(type="end_hand")


def _second_hand(dealer: Recorder) -> None:
    dealer.command(type="start_hand")
    dealer.command(type="misdeal")
    dealer.send(type="undo")


def files() -> dict[Path, bytes]:
    """Return what tests/contract/ should hold."""
    return {CONTRACT / f"{name}.json": payload + b"\n" for name, payload in payloads().items()}


def main() -> None:
    """Write the files anew."""
    wanted = files()
    for folder in FOLDERS:
        (CONTRACT / folder).mkdir(exist_ok=True)
        for old in set((CONTRACT / folder).glob("*.json")) - set(wanted):
            old.unlink()
    for path, payload in wanted.items():
        path.write_bytes(payload)


if __name__ == "__main__":
    main()
