"""The game that `ebs run` shows: seeded players who bet, bluff and bust on the virtual table, hand after hand.

The dealer here knows every card, as one who lays them does; players know their own, and have a temper.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from collector import equity
from collector.cards import DECK, Card
from collector.hand.evaluation import evaluate
from tools.rehearsal.console import Console, ConsoleError, State
from tools.rehearsal.felt import Felt
from tools.rehearsal.pace import Pace

_NAMES: Final = (
    "Ana Ferreira", "Bo Lindqvist", "Chidi Okafor", "Dae-jung Park", "Elif Demir", "Farid Haddad", "Grace Mbeki",
    "Hugo Martin", "Ivana Novak", "Jonas Weber",
)  # fmt: skip
_LEVELS: Final = ((100, 200, 0), (150, 300, 0), (200, 400, 400), (300, 600, 600), (500, 1000, 1000))
"""Small blind, big blind, big-blind ante."""
_HANDS_A_LEVEL: Final = 12
_STACK_BIG_BLINDS: Final = (40, 160)
_BOARD_OF: Final = {"preflop": 0, "flop": 3, "turn": 4, "river": 5}
_ANSWER_S: Final = 15.0
_IMAGINED: Final = 12


@dataclass(frozen=True)
class Temper:
    """How a player strays from the odds: blur is the error in judging a hand, loose lowers what is enough to go on."""

    blur: float
    loose: float
    bold: float


@dataclass
class Cards:
    """Where the cards of this hand are to go."""

    holes: dict[int, tuple[Card, Card]]
    board: tuple[Card, ...]


class HouseGame:
    """Plays until cancelled. `public` commands and sees what an operator sees; `felt` lays the cards."""

    def __init__(self, console: Console, felt: Felt, pace: Pace, *, seed: int, players: int) -> None:
        self._console = console
        self._felt = felt
        self._pace = pace
        self._random = random.Random(seed)  # noqa: S311 - a show, no secret
        self._players = players
        self._tempers: dict[int, Temper] = {}
        self._hands = 0

    async def run(self) -> None:
        """Seat the players and deal hand after hand."""
        await self.sit_down()
        while True:
            await self.hand()
            await self._pace.wait("between_hands")

    async def sit_down(self) -> None:
        """Put away what an earlier run left on the table, and seat the players."""
        await self._clear_up()
        await self._seat_players()

    async def hand(self) -> None:
        """Play one hand to its end."""
        await self._next_level()
        await self._rebuy()
        await self._felt.next_deck()
        reply = await self._console.command("start_hand")
        state = await self._after(reply)
        cards = self._shuffle(state)
        self._felt.reserve({card for hole in cards.holes.values() for card in hole} | set(cards.board))
        await self._felt.deal(cards.holes)
        while state["hand"] and state["hand"]["street"] != "complete":
            await self.look(state)
            state = await self._go_on(state, cards)
        await self.look(state)
        await self._pace.wait("push")
        await self._console.command("end_hand")
        await self._felt.gather()
        self._hands += 1

    async def look(self, state: State) -> None:
        """Do nothing, before each act: for whoever wants to look at the table while it stands still."""

    async def _clear_up(self) -> None:
        """A hand that an earlier run left: its cards are not on the table any more."""
        state = await self._now()
        if state["hand"]:
            over = state["hand"]["street"] == "complete"
            await self._console.command("end_hand" if over else "misdeal", **({} if over else {"override": True}))

    async def _seat_players(self) -> None:
        """Fill the table; an earlier run may have been stopped while it did."""
        state = await self._now()
        seated = {seat["seat"]: seat["player_id"] for seat in state["seats"] if seat["player_id"]}
        names = self._random.sample(_NAMES, self._players)
        seats = sorted(self._random.sample(range(1, 11), self._players))
        for seat, name in zip(seats, names, strict=True):
            player_id = "p_" + name.lower().replace(" ", "_").replace("-", "_")
            if len(seated) < self._players and seat not in seated and player_id not in seated.values():
                await self._console.command("seat_player", seat=seat, player_id=player_id, name=name, stack=0)
                seated[seat] = player_id
        for seat in range(1, 11):
            self._tempers[seat] = Temper(
                blur=self._random.uniform(0.04, 0.12),
                loose=self._random.uniform(-0.1, 0.2),
                bold=self._random.uniform(0.4, 0.85),
            )

    async def _next_level(self) -> None:
        if self._hands % _HANDS_A_LEVEL == 0:
            small, big, ante = _LEVELS[min(self._hands // _HANDS_A_LEVEL, len(_LEVELS) - 1)]
            await self._console.command("set_blinds", small_blind=small, big_blind=big, big_blind_ante=ante)

    async def _rebuy(self) -> None:
        """Whoever has less than eight big blinds buys in again."""
        state = await self._console.until("public", lambda state: state["blinds"] is not None, _ANSWER_S)
        big = state["blinds"]["big_blind"]
        for seat in state["seats"]:
            if seat["player_id"] and seat["stack"] < 8 * big:
                stack = self._random.randint(*_STACK_BIG_BLINDS) * big
                await self._console.command("set_stack", seat=seat["seat"], stack=stack)

    def _shuffle(self, state: State) -> Cards:
        deck = list(DECK)
        self._random.shuffle(deck)
        seats = [seat["seat"] for seat in state["seats"] if seat["status"] in {"in", "all_in"}]
        holes = {seat: (deck[2 * at], deck[2 * at + 1]) for at, seat in enumerate(seats)}
        return Cards(holes, tuple(deck[2 * len(seats) : 2 * len(seats) + 5]))

    async def _go_on(self, state: State, cards: Cards) -> State:
        """Do what the table waits for; return the state after it. A refusal means that it moved on: look again."""
        hand = state["hand"]
        try:
            if hand["waiting_for"] == "board":
                return await self._deal_board(state, cards)
            if hand["waiting_for"] == "action":
                return await self._after(await self._act(state, cards))
            return await self._after(await self._show(state))
        except ConsoleError:
            await asyncio.sleep(0.1)
            return await self._now()

    async def _now(self) -> State:
        """Return what the table shows now."""
        return await self._console.until("public", bool, _ANSWER_S)

    async def _after(self, reply: Mapping[str, Any]) -> State:
        """Return the first state that includes what the reply accepted."""
        return await self._console.until("public", lambda state: state["decision"] >= reply["decision"], _ANSWER_S)

    async def _deal_board(self, state: State, cards: Cards) -> State:
        hand = state["hand"]
        live = [seat for seat in state["seats"] if seat["status"] in {"in", "all_in"}]
        if hand["to_act"] is None and not all(seat["shown"] for seat in live):
            for seat in live:  # all-in: hands are tabled before the cards run out
                if not seat["shown"]:
                    await self._pace.wait("show")
                    await self._console.command("show", seat=seat["seat"])
        read = hand["board_read"]
        await self._pace.wait("run_out" if hand["to_act"] is None else "collect")
        upto = 3 if read < 3 else read + 1  # noqa: PLR2004 - the flop
        await self._felt.board(cards.board[read:upto], read)
        return await self._console.until(
            "public", lambda state: not state["hand"] or len(state["hand"]["board"]) >= upto, _ANSWER_S
        )

    async def _show(self, state: State) -> Mapping[str, Any]:
        """The first to show tables the hand; a later one with a worse hand mostly throws it away."""
        hand = state["hand"]
        seat = hand["showdown"][0]
        await self._pace.wait("show")
        shown = [view for view in state["seats"] if view["shown"]]
        if shown and not self._best(seat, state) and self._random.random() < 0.4:  # noqa: PLR2004 - now and then
            reply = await self._console.command("muck", seat=seat, decision=state["decision"])
            await self._felt.to_muck(seat)
            return reply
        return await self._console.command("show", seat=seat, decision=state["decision"])

    def _best(self, seat: int, state: State) -> bool:
        """Tell whether the seat's hand is at least as good as every hand shown."""
        board = state["hand"]["board"]
        mine = evaluate([*self._cards.holes[seat], *map(Card, board)])
        shown = [view["hole"] for view in state["seats"] if view["shown"]]
        return all(mine >= evaluate([Card(card) for card in (*hole, *board)]) for hole in shown)

    async def _act(self, state: State, cards: Cards) -> Mapping[str, Any]:
        hand = state["hand"]
        seat = hand["to_act"]
        read = hand["board_read"]
        if read < _BOARD_OF.get(hand["street"], 0):  # the street's cards come before its first act
            await self._deal_board(state, cards)
            state = await self._now()
        self._cards = cards
        await self._pace.think(self._mood(state))
        await self._pace.wait("key")
        kind, amount = self._choose(seat, state)
        fields = {} if amount is None else {"amount": amount}
        reply = await self._console.command(kind, seat=seat, decision=state["decision"], **fields)
        if kind == "fold":
            await self._pace.wait("fold")
            await self._felt.to_muck(seat)
        return reply

    def _mood(self, state: State) -> str:
        if any(seat["status"] == "all_in" for seat in state["seats"]):
            return "all_in"
        return "preflop" if state["hand"]["street"] == "preflop" else "later"

    def _choose(self, seat: int, state: State) -> tuple[str, int | None]:
        """Weigh the hand against the price, with the seat's temper. An average hand has a strength of 1."""
        legal, temper = state["hand"]["legal"], self._tempers[seat]
        live = sum(1 for view in state["seats"] if view["status"] in {"in", "all_in"})
        strength = live * self._chance(seat, state) + self._random.gauss(0, live * temper.blur)
        pot, call = state["hand"]["pot"], legal["call"]
        price = call / (pot + call) if call else 0.0
        may_raise = legal["min_to"] is not None
        if may_raise and strength > 1.25 + price and self._random.random() < temper.bold:
            return self._raise(legal, pot, strength / live)
        if may_raise and legal["check"] and self._random.random() < temper.bold / 5:
            return self._raise(legal, pot, 0.0)  # a bluff
        if legal["check"]:
            return "check", None
        return ("call", None) if strength + temper.loose > 0.6 + 1.2 * price else ("fold", None)

    def _raise(self, legal: Mapping[str, Any], pot: int, chance: float) -> tuple[str, int | None]:
        low, high = legal["min_to"], legal["max_to"]
        if chance > 0.75 and self._random.random() < 0.18:  # noqa: PLR2004 - rarely everything
            return "all_in", None
        wanted = low + int(pot * self._random.choice((0.0, 0.3, 0.5, 0.75)))
        unit = 100 if low >= 1000 else 50  # noqa: PLR2004 - round amounts, as people bet
        to = min(high, max(low, wanted // unit * unit))
        if to == high:
            return "all_in", None
        return ("bet" if legal["opens"] else "raise_to"), to

    def _chance(self, seat: int, state: State) -> float:
        """Return the seat's share of the pot against hands it cannot see: an average over a few that they may hold."""
        others = sum(1 for view in state["seats"] if view["status"] in {"in", "all_in"} and view["seat"] != seat)
        mine, board = self._cards.holes[seat], [Card(card) for card in state["hand"]["board"]]
        unseen = [card for card in DECK if card not in {*mine, *board}]
        total = 0
        for _ in range(_IMAGINED):
            dealt = self._random.sample(unseen, 2 * others)
            hands = [mine, *(dealt[at : at + 2] for at in range(0, len(dealt), 2))]
            total += equity.holdem(hands, board).basis_points()[0].equity
        return total / _IMAGINED / 10_000
