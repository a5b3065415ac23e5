"""The dealer's hands on the virtual table: lays cards on antennas and looks whether they were read."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from collector.cards import DECK, Card
from tools.rehearsal.console import Console, State
from tools.rehearsal.demo import BOARD, MUCK, seat_antenna, tag
from tools.rehearsal.pace import Pace
from tools.virtual.node import VirtualNode

_READ_S = 5.0
_TRIES = 4
_GONE_S = 0.8
"""How long after a card is lifted its antenna surely says so: presence holds on for 0.3 s against flicker."""


class FeltError(Exception):
    """Cards lie on the table and are not read."""


class Felt:
    """Cards on the table. `console` must follow the `live` channel: it is how a read card is seen."""

    def __init__(self, node: VirtualNode, console: Console, pace: Pace, seed: int = 1) -> None:
        self._node = node
        self._console = console
        self._pace = pace
        self._random = random.Random(seed)  # noqa: S311 - a show, no secret
        self._deck = 0
        self._lying: dict[Card, str] = {}
        self._cleared = [float("-inf"), float("-inf")]

    async def next_deck(self) -> None:
        """Take the other deck; wait until it is surely gone from the antennas."""
        self._deck = 1 - self._deck
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._cleared[self._deck] + _GONE_S - loop.time()))

    async def deal(self, hands: Mapping[int, Iterable[Card | None]]) -> None:
        """Deal cards to seats, one round at a time. None is a card that no antenna reads: it is not laid."""
        dealt = {seat: list(cards) for seat, cards in hands.items()}
        rounds = max((len(cards) for cards in dealt.values()), default=0)
        places = [
            (seat, cards[number]) for number in range(rounds) for seat, cards in dealt.items() if number < len(cards)
        ]
        known = [(seat_antenna(seat), card) for seat, card in places if card]
        for antenna, card in known:
            await self._put(antenna, card)
            await self._pace.wait("card")
        wanted = {seat: {card for card in cards if card} for seat, cards in dealt.items()}
        await self._seen([card for _, card in known], lambda state: _holds(state, wanted))

    async def table_cards(self, seat: int, cards: Iterable[Card]) -> None:
        """Lay the cards of a hand that is to be shown and was not read before."""
        wanted = set(cards)
        for card in wanted - set(self._lying):
            await self._put(seat_antenna(seat), card)
        await self._seen(list(wanted), lambda state: _holds(state, {seat: wanted}))

    async def board(self, cards: Iterable[Card], already: int) -> None:
        """Burn, then lay cards on the board, each when the one before is read: in the record's order."""
        await self.burn()
        for number, card in enumerate(cards, already + 1):
            await self._put(BOARD, card)
            await self._seen([card], partial(_board_holds, number))

    async def burn(self) -> None:
        """Lay a card that nobody will see at the muck. At full speed none: it changes nothing."""
        if not self._pace.instant:
            unseen = [card for card in DECK if card not in self._lying and card not in self._reserved]
            await self._put(MUCK, self._random.choice(unseen))
            await self._pace.wait("burn")

    def reserve(self, cards: Iterable[Card]) -> None:
        """Name the cards that this hand will need, so that none of them is burned."""
        self._reserved = set(cards)

    async def to_muck(self, seat: int) -> None:
        """Take a seat's cards to the muck."""
        for card in [card for card, antenna in self._lying.items() if antenna == seat_antenna(seat)]:
            await self._pace.wait("to_muck")
            await self._node.move(MUCK, tag(self._deck, card))
            self._lying[card] = MUCK

    async def gather(self) -> None:
        """Take all cards from the table."""
        await self._node.clear()
        self._lying.clear()
        self._cleared[self._deck] = asyncio.get_running_loop().time()

    async def _put(self, antenna: str, card: Card) -> None:
        await self._node.put(antenna, tag(self._deck, card))
        self._lying[card] = antenna

    async def _seen(self, cards: list[Card], seen: Callable[[State], bool]) -> None:
        """Wait until the table shows the cards; lay them again where that takes too long."""
        for attempt in range(_TRIES):
            try:
                await self._console.until("live", seen, _READ_S)
            except TimeoutError:
                if attempt < _TRIES - 1:
                    await self._lay_again(cards)
            else:
                return
        where = sorted({self._lying[card] for card in cards})
        raise FeltError(
            f"cards on {', '.join(where)} were laid {_TRIES} times and not read; see node/node.log and collector.log"
        )

    async def _lay_again(self, cards: list[Card]) -> None:
        for card in cards:
            await self._node.remove(tag(self._deck, card))
        await asyncio.sleep(_GONE_S)
        for card in cards:
            await self._node.put(self._lying[card], tag(self._deck, card))


def _holds(state: State, wanted: Mapping[int, set[Card]]) -> bool:
    return all(wanted[seat] <= set(state["seats"][seat - 1]["hole"] or ()) for seat in wanted)


def _board_holds(number: int, state: State) -> bool:
    return bool(state["hand"]) and state["hand"]["board_read"] >= number
