"""Takes a hand of any game, with any number of seats, to any point of it: everybody calls, checks, draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from collector.hand import apply, board_wanted, legal, next_board, start, to_show
from collector.hand.awaiting import up_awaited
from collector.hand.changing import street_of
from collector.hand.events import BoardCard, BringIn, Call, Check, Draw, Event, Post, PostKind, Show, UpCard
from collector.hand.games import GAMES
from collector.hand.model import Hand
from tests.collector.hand.randomly import shown, unused
from tests.collector.hand.spoken import blinds, setup

SEATS: Final = range(2, 11)
STUD: Final = tuple(key for key, game in GAMES.items() if game.up)
WITH_BLINDS: Final = tuple(key for key, game in GAMES.items() if not game.up)
WITH_A_BOARD: Final = tuple(key for key, game in GAMES.items() if game.board_size)
RICH: Final = 100_000
ANTE, BRING_IN, SMALL, BIG = 10, 25, 50, 100


def begun(game: str, stacks: Sequence[int], **options: Any) -> Hand:
    """Start a hand with blinds of 50 and 100; in stud with antes of 10, a bring-in of 25 and bets of 100 and 200."""
    seats = range(1, len(stacks) + 1)
    if not GAMES[game].up:
        return start(setup(stacks, blinds(len(stacks), SMALL, BIG), BIG, game=game, **options))
    antes = [Post(seat, PostKind.ANTE, ANTE) for seat in seats]
    return start(setup(stacks, antes, BIG, game=game, big_bet=2 * BIG, bring_in=BRING_IN, **options))


def rich(game: str, players: int, **options: Any) -> Hand:
    return begun(game, [RICH] * players, **options)


def quiet(hand: Hand) -> Event:
    """Return the next thing that happens when nobody does more than it has to."""
    if hand.drawing:
        return Draw(hand.drawing[0], street_of(hand).discard)
    if board_wanted(hand):
        return BoardCard(unused(hand)[0], next_board(hand))
    options = legal(hand)
    if options is None:
        if hand.closed:
            seat = to_show(hand)[0]
            return Show(seat, shown(hand, seat))
        return UpCard(min(up_awaited(hand)), unused(hand)[0])
    if options.bring_in is not None:
        return BringIn(options.seat)
    return Check(options.seat) if options.check else Call(options.seat)


def quietly(hand: Hand, until: Callable[[Hand], bool]) -> Hand:
    """Go on until something holds."""
    for _ in range(500):
        if until(hand):
            return hand
        hand = apply(hand, quiet(hand))
    raise AssertionError("that never came")


def betting_on(street: str) -> Callable[[Hand], bool]:
    """The betting of a street is open, its cards are there, and a bring-in was posted."""
    return lambda hand: (
        hand.street == street and hand.to_act is not None and not hand.bringing_in and not board_wanted(hand)
    )


def on_each_street(game: str, players: int, **options: Any) -> Iterator[Hand]:
    """Yield a hand at the beginning of the betting of each street."""
    hand = rich(game, players, **options)
    for street in GAMES[game].streets:
        hand = quietly(hand, betting_on(street.name))
        yield hand


def put_in(hand: Hand) -> dict[int, int]:
    """Return the chips of each seat in the pot."""
    return {player.seat: player.contributed for player in hand.players}


def behind(hand: Hand) -> dict[int, int]:
    return {player.seat: player.stack for player in hand.players}
