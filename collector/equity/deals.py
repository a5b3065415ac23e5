"""Checks what is known of a deal and turns cards into ranks and suits. Every refusal says where and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from collector.cards import INDEX, Card
from collector.equity.games import BoardGame, Game, OwnGame
from collector.equity.kernel import Deal, RankSuit
from collector.equity.large_tables import BOARD
from collector.errors import BadCard, BadInput

PLAYERS: Final = range(2, 11)

Cards = Sequence[Card]


@cache
def _deck(game: Game) -> dict[Card, RankSuit]:
    ranks_and_suits = ((card, *divmod(index, 4)) for card, index in INDEX.items())
    lowest = game.ranking.lowest
    return {card: (rank - lowest, suit) for card, rank, suit in ranks_and_suits if rank >= lowest}


def deal_of(game: BoardGame, hands: Sequence[Cards], board: Cards, dead: Cards) -> Deal:
    """Return the deal; raise BadInput for cards that cannot lie like that."""
    check(game, hands, board, dead)
    deck = _deck(game)
    ranked = [[deck[card] for card in cards] for cards in (*hands, board, dead)]
    return Deal(ranked[:-2], ranked[-2], ranked[-1])


def check(game: Game, hands: Sequence[Cards], board: Cards, dead: Cards) -> None:
    """Raise BadInput for cards that cannot lie like that."""
    if len(hands) not in PLAYERS:
        raise BadInput(
            "PLAYER_COUNT",
            f"hands: {len(hands)} given; an equity needs {PLAYERS[0]} to {PLAYERS[-1]} hands, one for each live player",
            {"players": len(hands)},
        )
    least, most = (game.hole, game.hole) if isinstance(game, BoardGame) else (0, game.size)
    for number, hand in enumerate(hands, 1):
        if not least <= len(hand) <= most:
            raise _bad_hand(game, number, hand)
    most = BOARD if isinstance(game, BoardGame) else 0
    if len(board) > most:
        raise BadInput(
            "BOARD_CARD_COUNT",
            f"board: {len(board)} cards ({''.join(board)}); "
            + (f"give at most {BOARD}" if most else f"{game.title} has no board"),
            {"cards": list(board)},
        )
    _check_cards(game, hands, board, dead)


def _bad_hand(game: Game, number: int, hand: Cards) -> BadInput:
    needs = f"{game.hole} cards" if isinstance(game, BoardGame) else f"at most {game.size} cards"
    return BadInput(
        "HOLE_CARD_COUNT",
        f"hand {number}: {''.join(hand) or 'no cards'}; {game.title} needs {needs} for each player",
        {"hand": number, "cards": list(hand)},
    )


def cards_left(game: Game, hands: Sequence[Cards], board: Cards, dead: Cards) -> int:
    """Return how many cards the deck still holds."""
    return 4 * game.ranking.ranks - sum(map(len, hands)) - len(board) - len(dead)


def _check_cards(game: Game, hands: Sequence[Cards], board: Cards, dead: Cards) -> None:
    """Raise unless every card is in the deck, lies in one place, and enough are left to finish the hand."""
    known = {card for cards in (*hands, board, dead) for card in cards}
    lying = sum(map(len, hands)) + len(board) + len(dead)
    if len(known) < lying or not known <= _deck(game).keys():
        _blame(game, hands, board, dead)
    left = 4 * game.ranking.ranks - lying
    if isinstance(game, OwnGame):
        needed, who = game.size * len(hands) - sum(map(len, hands)), "the players need"
    else:
        needed, who = BOARD - len(board), "the board needs"
    if left < needed:
        raise BadInput(
            "TOO_FEW_CARDS",
            f"dead: {len(dead)} cards leave {left} in the deck, but {who} {needed} more; "
            "take out dead cards that are still in the deck, or ask for fewer players",
            {"left": left, "needed": needed},
        )


def _blame(game: Game, hands: Sequence[Cards], board: Cards, dead: Cards) -> None:
    seen: dict[Card, str] = {}
    for where, card in _where(hands, board, dead):
        if card not in INDEX:
            raise BadCard(card)
        if card not in _deck(game):
            raise BadCard(card, f"is not in the deck of {game.title}; check which game is played")
        if card in seen:
            raise BadInput(
                "DUPLICATE_CARD",
                f"{where}: {card} is already in {seen[card]}; every card exists once, so correct one of the two",
                {"card": card, "places": [seen[card], where]},
            )
        seen[card] = where


def _where(hands: Sequence[Cards], board: Cards, dead: Cards) -> Iterator[tuple[str, Card]]:
    for number, hand in enumerate(hands, 1):
        yield from ((f"hand {number}", card) for card in hand)
    yield from (("the board", card) for card in board)
    yield from (("the dead cards", card) for card in dead)
