"""The count of one deal, cards in and `Equity` out, whatever the game."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from collector.cards import DECK, INDEX, Card, parse_cards
from collector.equity.deals import cards_left, check, deal_of
from collector.equity.games import GAMES, HOLDEM, BoardGame, Game, OwnGame, game_named
from collector.equity.kernel import count_winners
from collector.equity.lookup import tables
from collector.equity.own import count_own
from collector.equity.result import Equity
from collector.errors import BadInput

Cards = Sequence[Card]
Written = Cards | str
"""Cards, or a text such as "AsKd"."""


def holdem(hands: Sequence[Written], board: Written = (), dead: Written = ()) -> Equity:
    """Return the equity of 2 to 10 Hold'em hands over every board that can still come.

    Args:
        hands: two cards for each live player.
        board: the 0 to 5 board cards that lie; one or two are a flop half dealt.
        dead: cards that cannot come, such as folded hands that were read.

    Raises BadInput for cards that cannot lie like that.
    """
    return _over_boards(HOLDEM, *_read(hands, board, dead))


def equity_of(game: Game | str, hands: Sequence[Written], board: Written = (), dead: Written = ()) -> Equity:
    """Return the equity of 2 to 10 hands of any game; see GAMES and `game_named`.

    >>> equity_of("omaha4hl", ["AsAh2s3h", "JdTd9c8c"]).hi_lo(0).scoop
    597383

    Exact for every game with a board. In stud and draw games it is exact or a sample, fixed by how many cards are
    known: `exact` and `standard_error` of the result say which.

    Args:
        game: a Game, or its name. A board game takes a whole hand of each live player; stud and draw games what he
            holds, and he draws the rest.
        hands: the cards of each live player.
        board: the 0 to 5 board cards that lie.
        dead: cards that cannot come: folded hands that were read, discards.

    Raises BadInput for cards that cannot lie like that.
    """
    read = _read(hands, board, dead)
    rules = game if isinstance(game, BoardGame | OwnGame) else _named(game, read[0])
    return _over_boards(rules, *read) if isinstance(rules, BoardGame) else _over_draws(rules, *read)


def _read(hands: Sequence[Written], board: Written, dead: Written) -> tuple[list[Cards], Cards, Cards]:
    """Return cards for whatever was written as text."""
    read = [parse_cards(hand) if isinstance(hand, str) else hand for hand in hands]
    board, dead = (parse_cards(cards) if isinstance(cards, str) else cards for cards in (board, dead))
    return read, board, dead


def _named(name: str, hands: Sequence[Cards]) -> Game:
    game = game_named(name, max(map(len, hands), default=0))
    if game is None:
        raise BadInput("BAD_GAME", f"game: {name!r} is not known here; choose one of: {', '.join(GAMES)}")
    return game


def _over_boards(game: BoardGame, hands: Sequence[Cards], board: Cards, dead: Cards) -> Equity:
    deal = deal_of(game, hands, board, dead)
    won = count_winners(tables(game), deal)
    runouts = comb(cards_left(game, hands, board, dead), deal.to_come)
    if not game.split:
        sets = won.boards[0].nonzero()[0]
        counts = dict(zip(sets.tolist(), won.boards[0, sets].tolist(), strict=True))
        return Equity(len(hands), runouts, counts)
    low, sets = won.boards.nonzero()
    both = [(high, won.lows[place]) for high, place in zip(sets.tolist(), low.tolist(), strict=True)]
    return Equity.of_halves(len(hands), runouts, dict(zip(both, won.boards[low, sets].tolist(), strict=True)))


def _over_draws(game: OwnGame, hands: Sequence[Cards], board: Cards, dead: Cards) -> Equity:
    check(game, hands, board, dead)
    known = {*dead, *(card for hand in hands for card in hand)}
    left = [index for index, card in enumerate(DECK) if card not in known]
    return count_own(game, [[INDEX[card] for card in hand] for hand in hands], left)
