"""A recorded hand as a dealer and an operator would play it: cards laid, keys pressed, in the record's order."""

from __future__ import annotations

import re
from typing import Any, assert_never

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, start
from collector.hand.events import BetTo, Call, Check, Fold, PostKind
from collector.hand.model import Hand
from collector.histories.phh.actions import (
    Action,
    BetAction,
    BoardAction,
    DealAction,
    DrawAction,
    History,
    MuckAction,
    ShowAction,
)
from collector.histories.phh.replay import events_of, passable
from tools.rehearsal.console import Console
from tools.rehearsal.felt import Felt
from tools.rehearsal.pace import Pace


class Seating:
    """Who sits where. A player keeps the seat where the record allows it, so that the button moves."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seats: dict[str, int] = {}  # by player id
        self._stacks: dict[int, int] = {}
        self.ids: list[str] = []  # of p1, p2, ...
        self.seats: list[int] = []

    async def seat(self, history: History) -> None:
        """Seat the players of a hand with its stacks."""
        self.ids = player_ids(history.players)
        self.seats = self._keep_seats() or [seat.seat for seat in history.setup.seats]
        wanted = dict(zip(self.ids, self.seats, strict=True))
        for player_id, seat in list(self._seats.items()):
            if wanted.get(player_id) != seat:
                await self._console.command("remove_player", seat=seat)
                del self._seats[player_id]
        for player_id, name, setup in zip(self.ids, history.players, history.setup.seats, strict=True):
            seat = wanted[player_id]
            if player_id in self._seats:
                await self._console.command("set_stack", seat=seat, stack=setup.stack)
            else:
                who = {"player_id": player_id, "name": name[:60] or player_id}
                await self._console.command("seat_player", seat=seat, stack=setup.stack, **who)
                self._seats[player_id] = seat

    def _keep_seats(self) -> list[int] | None:
        """Return today's seats in this hand's dealing order, if they go round the table once; else None."""
        if set(self.ids) != set(self._seats):
            return None
        seats = [self._seats[player_id] for player_id in self.ids]
        falls = sum(1 for this, following in zip(seats, seats[1:] + seats[:1], strict=True) if following < this)
        return seats if falls == 1 else None


def player_ids(names: tuple[str, ...]) -> list[str]:
    """Return an id for each name, all different.

    >>> player_ids(("Phil Ivey", "Phil Ivey", "Ågren"))
    ['p_phil_ivey', 'p_phil_ivey_2', 'p_gren']
    """
    ids: list[str] = []
    for number, name in enumerate(names, 1):
        slug = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50] or f"player_{number}"
        same = sum(1 for known in ids if known == f"p_{slug}" or known.startswith(f"p_{slug}_"))
        ids.append(f"p_{slug}_{same + 1}" if same else f"p_{slug}")
    return ids


class ScriptedHand:
    """One hand of a record. Keeps the same hand in the engine beside it, to know what a key means at each moment."""

    def __init__(self, history: History, console: Console, felt: Felt, pace: Pace) -> None:
        self._history = history
        self._console = console
        self._felt = felt
        self._pace = pace
        self._hand: Hand = start(history.setup)
        self._seat_of: dict[int, int] = {}  # seat in the record: seat at the table

    async def play(self, seating: Seating) -> str:
        """Play the hand to its end; return its id."""
        history = self._history
        await self._felt.next_deck()
        self._felt.reserve(_cards_of(history))
        await seating.seat(history)
        self._seat_of = {setup.seat: seat for setup, seat in zip(history.setup.seats, seating.seats, strict=True)}
        reply = await self._start(seating)
        deals = [action for action in history.actions if isinstance(action, DealAction)]
        await self._felt.deal({self._seat(deal.player): deal.cards for deal in deals})
        for action in history.actions:
            await self._do(action)
        await self._pace.wait("push")
        await self._console.command("end_hand")
        await self._felt.gather()
        return str(reply["hand_id"])

    async def _start(self, seating: Seating) -> Any:
        setup = self._history.setup
        amounts = {
            kind: max((post.amount for post in setup.posts if post.kind == kind), default=0) for kind in PostKind
        }
        small = min(amounts[PostKind.SMALL_BLIND], setup.min_bet)
        await self._console.command("set_blinds", small_blind=small, big_blind=setup.min_bet)
        posts = [
            {"seat": self._seat_of[post.seat], "kind": post.kind.value, "amount": post.amount} for post in setup.posts
        ]
        return await self._console.command("start_hand", button=seating.seats[-1], posts=posts)

    def _seat(self, player: int) -> int:
        return self._seat_of[self._history.seat(player)]

    async def _do(self, action: Action) -> None:
        """Do what the record says happened; what the engine passes over, nobody enters."""
        before = self._hand
        try:
            for event in events_of(self._hand, self._history, action):
                self._hand = apply(self._hand, event)
        except IllegalAction:
            if passable(before, action):
                return
        match action:
            case DealAction() | DrawAction():
                pass  # dealt before the first act, as a dealer does
            case BoardAction(cards):
                await self._pace.wait("run_out" if before.to_act is None else "collect")
                await self._felt.board(cards, len(before.board_read))
            case BetAction():
                await self._act(before, action)
            case ShowAction(player, cards):
                await self._show(self._seat(player), cards)
            case MuckAction(player):
                await self._pace.wait("show")
                await self._console.command("muck", seat=self._seat(player), override=True)
                await self._felt.to_muck(self._seat(player))
            case _:
                assert_never(action)

    async def _act(self, before: Hand, action: BetAction) -> None:
        await self._pace.think(_mood(before))
        seat = self._seat(action.player)
        (event,) = events_of(before, self._history, action)
        await self._pace.wait("key")
        match event:
            case Fold():
                await self._console.command("fold", seat=seat, override=True)
                await self._pace.wait("fold")
                await self._felt.to_muck(seat)
            case Check():
                await self._console.command("check", seat=seat, override=True)
            case Call():
                await self._console.command("call", seat=seat, override=True)
            case BetTo(to=to):
                kind = "raise_to" if before.bet_to else "bet"
                await self._console.command(kind, seat=seat, amount=to, override=True)
            case _:
                raise AssertionError(event)

    async def _show(self, seat: int, cards: tuple[Card, ...]) -> None:
        """A hand that was never read is laid on its antenna before it is shown; the collector knows no card but so."""
        await self._pace.wait("show")
        await self._felt.table_cards(seat, cards)
        await self._console.command("show", seat=seat)


def _mood(hand: Hand) -> str:
    if any(player.all_in for player in hand.players):
        return "all_in"
    return "preflop" if hand.street == "preflop" else "later"


def _cards_of(history: History) -> set[Card]:
    cards: set[Card] = set()
    for action in history.actions:
        if isinstance(action, DealAction | BoardAction | ShowAction):
            cards |= {card for card in action.cards if card}
    return cards
