"""An evening at one table by two models: `blind_book`, from the books alone, and the live table."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

from collector.errors import BadInput
from collector.facts.fact import Fact
from collector.hand import apply
from collector.hand.copying import replace
from collector.hand.events import Draw, Fold
from collector.house.house import House
from collector.table.commands import COMMANDS
from collector.table.decide import decide
from collector.table.fold import fold
from collector.wire.feed_events import ActionRecorded
from tests.collector.table.blind_book import Book, Deal
from tests.collector.table.dealer import Dealer

SMALL, BIG = 50, 100
AMOUNTS = {"small_blind": SMALL, "big_blind": BIG, "dead": SMALL, "late": BIG}
_EMPTY = Dealer(()).evening


class Floor:
    """A live table: commands in, without log, feeds and renderer, so that many evenings are played in a minute."""

    def __init__(self) -> None:
        self.evening = _EMPTY
        self.warned: list[str] = []
        self.told: list[tuple[str, int]] = []  # acts that the feeds tell of

    @property
    def table(self) -> Any:
        return self.evening.table

    def do(self, **fields: Any) -> None:
        """Give a command that must be taken."""
        command = COMMANDS.parse({"v": 1, "id": f"c{self.table.position}", **fields})
        for new in decide(COMMANDS, self.evening, House(), command, "floor"):
            fact = Fact(
                stream=new.stream,
                position=self.table.position + 1,
                kind=new.kind,
                schema=new.schema,
                secrecy=new.secrecy,
                key_id=None,
                trace_id=new.trace_id,
                cause=None,
                received_at=self.table.position,
                prev_hash="",
                body=new.body,
                client=new.client,
                command_id=new.command_id,
            )
            outcome = fold(COMMANDS, self.evening, fact, new.value)
            self.evening = outcome.evening
            self.warned += [each.code for each in outcome.warnings]
            acts = [each for each in outcome.happenings if isinstance(each, ActionRecorded)]
            self.told += [(each.action, each.seat) for each in acts]

    def refused(self, **fields: Any) -> str | None:
        """Give a command; return the code of its refusal, None if it is taken."""
        try:
            self.do(**fields)
        except BadInput as error:
            return error.code
        return None

    def fold_out(self, winner: int | None = None) -> None:
        """Have everybody fold to the last, or to a winner; in stud too, whatever lies there.

        The hand is put away by the next start.
        """
        play = self.table.play
        hand = play.hand
        for player in hand.players:
            left = [each for each in hand.players if not each.folded]
            if len(left) == 1 and hand.drawing:  # a bomb pot of a draw game, in which only this one is there
                hand = apply(hand, Draw(left[0].seat, 0, override=True))
            if hand.complete:
                break
            hand = hand if player.folded or player.seat == winner else apply(hand, Fold(player.seat, override=True))
        assert hand.complete
        self.evening = self.evening._replace(table=replace(self.table, play=replace(play, hand=hand)))


STUD_OF = {"horse": (5, (2, 3, 4)), "eight_game": (8, (3, 4, 5))}
"""Mixes: how many games there are, and which of them are stud, counted from 0."""


class Night:
    """An evening of both models. game: one that has blinds, or a mix; None: hold'em, now and then HORSE."""

    def __init__(self, seed: int, game: str | None = None) -> None:
        self.chance = Random(seed)
        self.floor = Floor()
        self.tournament = self.chance.random() < 0.35
        self.dead = self.tournament or self.chance.random() < 0.4
        newcomers = not self.tournament and self.chance.random() < 0.6
        rules: dict[str, Any] = {"profile": "tournament" if self.tournament else "cash"}
        if not self.tournament:
            rules |= {"button_rule": "dead" if self.dead else "moving", "new_players_post": newcomers}
        self.floor.do(type="set_house_rules", **rules)
        self.floor.do(type="set_blinds", small_blind=SMALL, big_blind=BIG)
        mixed = self.chance.random() < 0.3 if game is None else game in STUD_OF
        self.rotation = (game or "horse") if mixed else None
        if self.rotation:
            self.floor.do(type="set_game", rotation=self.rotation, hands_each=self.chance.randint(1, 3), bring_in=25)
        elif game:
            self.floor.do(type="set_game", game=game)
        self.book = Book(dead=self.dead, strict=not self.tournament, newcomers_post=newcomers)
        self.names = 0
        self.told: list[str] = [f"tournament {self.tournament}, dead {self.dead}, newcomers post {newcomers}"]
        for seat in self.chance.sample(range(1, 11), self.chance.randint(2, 9)):
            self.sit(seat)

    @property
    def seated(self) -> list[int]:
        return sorted(self.floor.table.seated)

    @property
    def free(self) -> list[int]:
        return [seat for seat in range(1, 11) if seat not in self.floor.table.seated]

    def do(self, **fields: Any) -> None:
        self.told.append(str(fields))
        self.floor.do(**fields)

    def refused(self, **fields: Any) -> str | None:
        """Give a command; return the code of its refusal, None if it is taken."""
        try:
            self.do(**fields)
        except BadInput as error:
            return error.code
        return None

    def sit(self, seat: int) -> None:
        self.names += 1
        name = f"p_{self.names}"
        self.do(type="seat_player", seat=seat, player_id=name, name=f"Player {self.names}", stack=10_000)
        self.book.sit(name, seat)

    def changes(self) -> None:
        """Let some things happen between two hands."""
        chance, floor = self.chance, self.floor
        for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
            what = chance.choice(
                ("join", "join", "leave", "out", "out", "back", "back", "back", "move", "bust", "rebuy")
            )
            if what == "join" and self.free:
                self.sit(chance.choice(self.free))
            if not self.seated:
                continue
            seat = chance.choice(self.seated)
            if what == "leave":
                self.do(type="remove_player", seat=seat)
                self.book.leave(seat)
            elif what in ("out", "back"):
                self.do(type="sit_out", seat=seat, out=what == "out")
            elif what == "move" and self.free:
                to = chance.choice(self.free)
                self.do(type="move_player", seat=seat, to_seat=to)
                self.book.move(seat, to)
            elif what in ("bust", "rebuy") and chance.random() < 0.5:
                self.do(type="set_stack", seat=seat, stack=0 if what == "bust" else 10_000)
        if chance.random() < 0.04 and self.seated:
            seat = chance.choice(self.seated)
            self.do(type="set_button", seat=seat)
            self.book.set_button(seat)
        while len([seat for seat in self.seated if floor.table.seated[seat].stack]) < 2 and self.free:
            self.sit(chance.choice(self.free))

    def ready(self) -> list[int]:
        """Return who has chips and is there. In a tournament absent players are dealt in."""
        seated = self.floor.table.seated
        return [seat for seat in self.seated if seated[seat].stack > 0 and (self.tournament or not seated[seat].out)]

    def hand(self) -> None:
        """Start a hand by both, compare, and end it: folded out, or void."""
        ready, chance, floor = self.ready(), self.chance, self.floor
        there = [seat for seat in ready if not floor.table.seated[seat].out]
        if len(ready) < 2 or not there:
            return
        start, kind, named = self.start(ready)
        before = deepcopy(self.book)
        deal = self.book.deal(ready, kind, start.get("button"), named)
        chips = {seat: player.stack for seat, player in floor.table.seated.items()}
        refused = self.refused(type="start_hand", **start)
        if refused == "BAD_SETUP":  # only absent players are dealt in: nobody plays
            self.book = before
            return
        assert refused == (None if deal else "NO_BUTTON_TO_BUY")
        if deal is None:
            return
        self.compare(deal, kind)
        if chance.random() < 0.15:
            self.do(type="misdeal", fouled_deck=True)
            self.book.misdeal()
            assert {seat: player.stack for seat, player in floor.table.seated.items()} == chips
            return
        floor.fold_out()
        final = floor.table.play.final_stacks
        self.do(type="end_hand")
        assert sum(final.values()) == sum(chips[seat] for seat in final), "no chip is made or lost"

    def start(self, ready: list[int]) -> tuple[dict[str, Any], str, list[tuple[int, str]]]:
        """Return (fields of `start_hand`, the kind of deal, the posts by name)."""
        chance, table = self.chance, self.floor.table
        start: dict[str, Any] = {}
        if chance.random() < 0.03:
            start["button"] = chance.choice(ready)
        if self.rotation and self.stud():
            return start, "frozen", []
        way = chance.random()
        if way < 0.08:
            return {**start, "bomb": 200}, "none", []
        if way < 0.13:
            dealt = ready if table.redeal is None or "button" in start else self.again(ready)
            named = [(seat, chance.choice(list(AMOUNTS))) for seat in chance.sample(dealt, min(3, len(dealt)))]
            posts = [{"seat": seat, "kind": what, "amount": AMOUNTS[what]} for seat, what in named]
            return {**start, "posts": posts}, "none", named
        if way < 0.25 and not self.dead:
            return {**start, "buy_button": True}, "buy", []
        return start, "blinds", []

    def again(self, ready: list[int]) -> list[int]:
        here = [seat for seat in ready if self.floor.table.seated[seat].player_id in self.floor.table.redeal.players]
        return here if len(here) >= 2 else ready

    def stud(self) -> bool:
        """Return whether the next game of the rotation is one of the stud games."""
        table = self.floor.table
        games, stud = STUD_OF[self.rotation or "horse"]
        return (table.hands_dealt // table.variant.hands_each) % games in stud

    def compare(self, deal: Deal, kind: str) -> None:
        play, table = self.floor.table.play, self.floor.table
        assert play.button == deal.button
        assert sorted(seat.seat for seat in play.setup.seats) == sorted(deal.dealt)
        if kind in ("blinds", "buy"):
            posts = sorted((post.seat, post.kind.value, post.amount) for post in play.setup.posts)
            wanted = [(seat, what) for seat, what in deal.posts if what != "small_blind" or seat in deal.dealt]
            assert posts == sorted((seat, what, AMOUNTS[what]) for seat, what in wanted)
            last = [post.seat for post in play.setup.posts if post.kind.value == "big_blind"][-1]
            assert last == deal.big, "the first turn is left of this big blind"
        for player in self.book.players:
            owes = (table.obligations or {}).get(player.name)
            if kind == "frozen" and owes is None:  # nothing was owed yet, or the player came since
                continue
            assert (owes.stand.value, owes.small, owes.big) == (player.way, player.small, player.big), player
