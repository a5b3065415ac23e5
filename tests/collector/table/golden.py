"""Golden payloads of feeds, commands and replies, tests/contract/: what a fixed evening at a table makes.

`python -m tests.collector.table.golden` writes them anew. Read the difference: it is a change of the contract.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from collector.canonical import canonical
from collector.cards import DECK
from collector.house.commands import decode as decode_house_command
from collector.pipeline.desk import Batch
from collector.pipeline.repeats import status
from collector.release import Anchor
from collector.secrecy import reveal_all
from collector.table.commands import COMMANDS
from collector.table.lagging import Played
from collector.wire.feed_events import CardsReleased
from collector.wire.replies import Reply
from tests.collector.table.dealer import Dealer, uid_of

CONTRACT = Path(__file__).parents[2] / "contract"
STRANGE, CONTROL = "0011223344556677", "0011223344556688"
FOLDERS = ("feed", "command", "reply")
ASKED = "FLOOR_PROPOSAL"
"""The answer to a command that only asks."""


class Recorder(Dealer):
    """A dealer that keeps the first payload of every kind."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.played: list[Played] = []
        super().__init__(stacks=(10_000, 8_000, 6_000))

    def house(self, **fields: Any) -> Reply:
        """Send a house command, and keep it."""
        return self._keep(super().house(**fields), decode_house_command, fields, "accepted_house")

    def send(self, **fields: Any) -> Reply:
        """Send a table command, and keep it with its reply."""
        return self._keep(super().send(**fields), COMMANDS.decode, fields, "accepted")

    def _keep(self, reply: Reply, decode: Any, fields: dict[str, Any], taken: str) -> Reply:
        payload = json.dumps({"v": 1, **fields, "id": reply.id}).encode()
        if reply.error is None or reply.error.code == ASKED:
            self.kept.setdefault(f"command/{fields['type']}", canonical(reveal_all(decode(payload))))
        name = taken if reply.error is None else f"refused_{reply.error.code.lower()}"
        self.kept.setdefault(f"reply/{name}", canonical(reply.model_dump(mode="json")))
        return reply

    def _done(self, batch: Batch, reply: Reply | None) -> Any:
        self.played += batch.played
        return super()._done(batch, reply)

    def keep_feed(self, name: str, payload: bytes) -> None:
        """Keep a feed message."""
        self.kept.setdefault(f"feed/{name}", payload)


def payloads() -> dict[str, bytes]:
    """Return every golden payload by name, as `feed/public_state`."""
    dealer = Recorder()
    _register_a_second_deck(dealer)
    _tell_a_node(dealer)
    _between_hands(dealer)
    _first_hand(dealer)
    _second_hand(dealer)
    _settings(dealer)
    _other_games(dealer)
    _floor(dealer)
    _cards(dealer)
    _irregular(dealer)
    _turns(dealer)
    dealer.command(type="remove_player", seat=3)
    _event(dealer)
    _asked(dealer)
    dealer.desk.anchor(Anchor(dealer.now, "boot", 0, "start"), Batch())
    dealer.command(type="mask", reason="a visitor behind the desk")
    dealer.command(type="unmask")
    dealer.command(type="set_mode", mode="secure")
    dealer.command(type="set_release", public="shown", house="shown", delay_s=900)
    _delayed(dealer)
    for change in dealer.changes:
        for channel in ("public", "live"):
            for payload in dealer.renderer.events(change.outcome, change.before, channel):  # type: ignore[arg-type]
                dealer.keep_feed(f"event_{channel}_{json.loads(payload)['type']}", payload)
        for warning in change.outcome.warnings:
            alert = dealer.renderer.alert(change.outcome.table, warning, change.fact.position, change.fact.trace_id)
            dealer.keep_feed("alert", alert)
    dealer.keep_feed("collector_status", canonical({**json.loads(status("online")), "version": "0.1.0"}))
    return dealer.kept


def _delayed(dealer: Recorder) -> None:
    """A hand that is longer than the delay, and whose cards all may see once it is over."""
    object.__setattr__(dealer.table, "mode", "rehearsal")
    Dealer.send(dealer, type="set_release", public="all", house="all", delay_s=60)
    Dealer.send(dealer, type="start_hand")
    for card in ("As", "Ad"):
        dealer.read(1, card)
    dealer.now += 900_000
    while (hand := dealer.table.running) is not None:
        Dealer.send(dealer, type="fold", seat=hand.to_act, override=True)
    Dealer.send(dealer, type="end_hand")
    for step in dealer.played:
        for payload in dealer.renderer.events(step.outcome, step.before, "delayed"):
            if json.loads(payload)["type"] == CardsReleased.type:
                dealer.keep_feed("event_delayed_cards_released", payload)
                dealer.keep_feed("delayed_state", dealer.renderer.state(step.outcome.table, "delayed"))


def _tell_a_node(dealer: Recorder) -> None:
    dealer.desk.nodes.heard("node-01", "7-00112233aabbccdd")
    config = {"time_host": "192.168.1.10"}
    dealer.house(type="command_device", device="node-01", action="configure", version=2, config=config)
    dealer.house(type="seal_device", device="node-01", sealed=True)


def _event(dealer: Recorder) -> None:
    """A second table of the event: a plan, a move, a table that breaks, a round of hand for hand."""
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.house(type="open_table", table_id="table_02", event_id="evt", name="Table 2")
    Dealer.send(dealer, table="table_02", type="set_house_rules", profile="tournament")
    for seat in range(1, 6):
        who = {"player_id": f"p_2_{seat}", "name": f"Player 2.{seat}", "stack": 5_000}
        Dealer.send(dealer, table="table_02", type="seat_player", seat=seat, **who)
    dealer.house(type="set_table_plan", event_id="evt", seats=8, order=["table_02"])
    dealer.house(type="propose_moves", event_id="evt")
    dealer.house(type="hand_for_hand", event_id="evt", remaining=40)
    for table in ("table_01", "table_02"):
        Dealer.send(dealer, table=table, type="set_blinds", small_blind=50, big_blind=100)
        Dealer.send(dealer, table=table, type="start_hand")
        while (hand := dealer.desk.tables[table].running) is not None:
            Dealer.send(dealer, table=table, type="fold", seat=hand.to_act, override=True)
    Dealer.send(dealer, table="table_02", type="set_tournament", remaining=39)
    dealer.house(type="propose_places", event_id="evt", elsewhere=1)
    dealer.house(type="break_table", event_id="evt", table_id="table_02")
    Dealer.house(dealer, type="hand_for_hand", event_id="evt", on=False)


def _cards(dealer: Recorder) -> None:
    """Two decks, a reading that is asked about, a control card, a table without operator."""
    dealer.command(type="use_deck", deck_id="deck-2")
    dealer.command(type="change_deck", deck_id="deck-2")
    dealer.command(type="retire_deck", deck_id="deck-2")
    dealer.read(1, "7c", uid=STRANGE)
    (flag,) = dealer.table.flags
    dealer.command(type="resolve_flag", flag=flag.position, take="there")
    dealer.command(type="register_control", uid=CONTROL, command={"type": "set_game", "game": "omaha"})
    dealer.command(type="remove_control", uid=CONTROL)
    dealer.command(type="set_flow", flow="automatic")
    dealer.command(type="set_flow", flow="operator")


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
    dealer.keep_feed("public_state", dealer.renderer.state(dealer.table, "public"))
    dealer.keep_feed("live_state", dealer.renderer.state(dealer.table, "live"))
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
    dealer.keep_feed("public_state_complete", dealer.renderer.state(dealer.table, "public"))
    dealer.command(type="end_hand")


def _second_hand(dealer: Recorder) -> None:
    dealer.command(type="start_hand")
    dealer.command(type="misdeal", override=True)
    dealer.send(type="undo")


def _settings(dealer: Recorder) -> None:
    dealer.command(type="set_house_rules", profile="cash", rake_points=500, rake_cap=300)
    dealer.command(type="set_tournament", level=3, entrants=120, remaining=44)
    for seat in (1, 2, 3):
        dealer.command(type="set_stack", seat=seat, stack=8_000)
    dealer.command(type="transfer_chips", seat=1, to_seat=2, amount=500, reason="last longer bet")
    dealer.command(type="move_player", seat=2, to_seat=4)
    dealer.command(type="move_player", seat=4, to_seat=2)


def _other_games(dealer: Recorder) -> None:
    """A stud hand that is brought in, and a draw hand."""
    dealer.command(type="set_game", game="stud", bring_in=25)
    dealer.command(type="start_hand", button=3)
    for seat, card in ((1, "2c"), (2, "Kd"), (3, "Qs")):
        dealer.command(type="deal_card", seat=seat, card=card, up=True)
    dealer.act(1, "bring_in")
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="set_game", game="triple_draw_27")
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "fold")
    dealer.act(1, "call")
    dealer.act(2, "check")
    dealer.command(type="draw", seat=1, count=2)
    dealer.command(type="draw", seat=2, count=0)
    dealer.act(1, "check")
    dealer.command(type="misdeal", override=True)


def _floor(dealer: Recorder) -> None:
    """Rulings, an all-in that is run twice, a wrong award, and a correction of the hand before."""
    dealer.command(type="set_game", game="holdem")
    dealer.command(type="start_hand", button=3)
    reply = dealer.act(3, "raise_to", 300)
    dealer.command(type="expose_card", seat=1, card="As")
    dealer.command(type="dead_hand", seat=1, reason="a third card")
    dealer.act(2, "call")
    for card in ("Qd", "9s", "4h"):
        dealer.read(None, card)
    dealer.act(2, "check")
    dealer.act(3, "bet", 300)
    dealer.act(2, "fold")
    dealer.command(type="rabbit_card", card="2h")
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "fold")
    dealer.command(type="retrieve_hand", seat=3, reason="folded by the dealer")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    dealer.act(3, "fold")
    dealer.command(type="run_board", times=2)
    dealer.command(type="award", amounts=[{"seat": 1, "amount": 14_600}], reason="as pushed")
    dealer.command(type="misdeal", override=True)
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "fold")
    dealer.command(type="chop")
    changes = [{"seq": reply.seq, "command": {"type": "raise_to", "seat": 3, "amount": 400}}]
    previewed = dealer.send(type="amend", changes=changes)
    digest = previewed.error.details["digest"] if previewed.error else ""
    dealer.command(type="amend", changes=changes, digest=digest)
    dealer.command(type="set_odds", unread=True, folded=False)


def _turns(dealer: Recorder) -> None:
    """What the floor rules about a turn: chips without a word, passive action, the clock, chips found behind."""
    dealer.command(type="penalty", seat=3, hands=0, reason="served")
    dealer.command(type="start_hand", button=3)
    dealer.command(type="put_in", seat=3, chips=[1000])
    dealer.command(type="limit_seat", seat=1, reason="said check facing a bet")
    dealer.act(1, "call")
    dealer.command(type="call_clock", seat=2)
    dealer.command(type="time_up", seat=2)
    dealer.command(type="misdeal", override=True)
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "all_in")
    dealer.command(type="chips_found", seat=3, amount=25)
    dealer.command(type="misdeal", override=True)
    dealer.command(type="rebuy", seat=1, amount=500, behind=True)
    dealer.command(type="rebuy_paid", seat=1)
    dealer.command(type="collect_time", amount=5)
    dealer.command(type="chip_race", chip=100, odd=[{"seat": 1, "amount": 45}, {"seat": 2, "amount": 5}], won=[1])
    dealer.command(type="seat_player", seat=4, player_id="p_4", name="Player 4", stack=1_000)
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.command(type="disqualify", seat=4, reason="chip dumping")
    dealer.command(type="set_place", player_id="p_4", rank=50, shared=3)
    dealer.command(type="set_house_rules", profile="cash")


def _asked(dealer: Recorder) -> None:
    """What only some tables ask of the floor: a hand that is shown in part."""
    dealer.command(type="set_house_rules", profile="cash", sleeper="lapses")
    dealer.command(type="start_hand", button=2)
    dealer.command(type="expose_card", seat=1, card="As", by_choice=True, to_seat=2)
    dealer.command(type="show_rest", seat=1, rest=False)
    dealer.command(type="misdeal", override=True)
    _owes(dealer)


def _owes(dealer: Recorder) -> None:
    """Seat 4 was away when the blinds passed, and is dealt in unposted."""
    for seat in (3, 4, 5):
        dealer.command(type="seat_player", seat=seat, player_id=f"p_1{seat}", name=f"Player {seat}", stack=5_000)
    for away in (None, True, True, False):
        if away is not None:
            dealer.command(type="sit_out", seat=4, out=away)
        if away is not False:
            dealer.command(type="start_hand", **({} if away else {"button": 5}))
            while dealer.table.running is not None:
                dealer.act(dealer.state()["hand"]["to_act"], "fold")
    dealer.command(type="start_hand", unposted=[4])
    dealer.command(type="unposted_found", seat=4)
    dealer.command(type="misdeal", override=True)
    dealer.command(type="set_house_rules", profile="cash", time_chips=4)
    dealer.command(type="set_time_bank", chips=2)
    dealer.command(type="start_hand")
    dealer.command(type="use_time_bank", seat=dealer.state()["hand"]["to_act"])
    dealer.command(type="misdeal", override=True)


def _irregular(dealer: Recorder) -> None:
    """What goes wrong: acts out of turn, a string bet, cards that are boxed, exposed, burned; a flop of four."""
    dealer.command(type="set_levels", levels=[{"small_blind": 50, "big_blind": 100, "minutes": 30}])
    dealer.command(type="set_side_games", bounties=[{"name": "7-2", "ranks": "72", "amount": 100}], stand_up=200)
    dealer.command(type="start_hand", button=3)
    dealer.command(type="boxed_card", card="5c")
    dealer.command(type="replace_card", seat=2, card="6c", reason="exposed by the dealer")
    dealer.command(type="out_of_turn", seat=1, action="raise_to", amount=400)
    dealer.keep_feed("public_state_pending", dealer.renderer.state(dealer.table, "public"))
    dealer.send(type="out_of_turn", seat=1, action="call")
    dealer.command(type="string_bet", seat=3, amount=120)
    dealer.act(2, "call")
    dealer.act(3, "call")
    dealer.command(type="burn_card", card="2c")
    for card in ("Qd", "9s", "4h", "8d"):
        dealer.read(None, card)
    dealer.command(type="irregular_flop", cards=["Qd", "9s", "4h"], burn="8d", reason="four cards")
    dealer.act(1, "check")
    dealer.send(type="misdeal")
    dealer.command(type="misdeal", fouled_deck=True, reason="two queens of diamonds")
    dealer.command(type="penalty", seat=3, hands=1, reason="out of turn again")
    dealer.command(type="set_game", game="stud", betting="no_limit", bring_in=25)
    dealer.command(type="start_hand", button=3)
    for seat, card in ((1, "2c"), (2, "Kd"), (3, "9h")):  # the hand of seat 3 is dead, and its card counts
        dealer.command(type="deal_card", seat=seat, card=card, up=True)
    dealer.act(1, "all_in")
    dealer.act(2, "all_in")
    dealer.command(type="community_card", card="5d", override=True)
    dealer.command(type="misdeal", override=True)
    dealer.command(type="set_game", game="holdem")
    dealer.command(type="start_hand", button=3)
    dealer.read(1, "As")
    dealer.read(2, "As")
    dealer.command(type="settle_card", seat=1, card="As")
    dealer.act(1, "call")
    dealer.act(2, "check")
    dealer.send(type="check", seat=1)
    dealer.command(type="go_on")
    dealer.command(type="misdeal", override=True)
    dealer.send(type="next_game")
    dealer.command(type="set_game", rotation="horse", bring_in=25)
    dealer.command(type="next_game")
    dealer.command(type="set_game", game="holdem")


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
