"""Decks and what follows from a deck having each card once. Nothing here names a hidden card in words.

Which card lies where is asked of the hand; what cannot be, and what alone can be, follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from collector.cards import Card
from collector.hand.changing import game_of
from collector.hand.games import GAMES
from collector.hand.model import Hand, Player
from collector.secrecy import Secret
from collector.table.state import Play, Table

BOARD: Final = 0
"""The board, where places are seats."""


def places(hand: Hand) -> Iterator[tuple[Card, int, str]]:
    """Yield every card that the hand knows, where it is (a seat, or the board), and how it lies. S0."""
    for player in hand.players:
        for hidden in player.hole:
            if hidden:
                yield hidden.reveal(), player.seat, "hole"
        for card in player.up:
            if card:
                yield card, player.seat, "up"
    for card in hand.board_read:
        yield card, BOARD, "board"
    for further in hand.further:
        for card in further.read:
            yield card, BOARD, "board"


def impossible(hand: Hand) -> list[str]:
    """Say why a hand cannot have been so: a card in two places. In words that name no card."""
    where: dict[Card, list[str]] = {}
    for card, place, _ in places(hand):
        where.setdefault(card, []).append(_named(place))
    for player in hand.players:
        read = {hidden.reveal() for hidden in player.hole if hidden} | set(player.up)
        for card in player.shown or ():
            if card not in read:
                where.setdefault(card, []).append(f"{_named(player.seat)} (tabled)")
    return sorted({f"one card is at {' and at '.join(found)}" for found in where.values() if len(found) > 1})


def _named(place: int) -> str:
    return f"seat {place}" if place else "the board"


def only_card(table: Table) -> tuple[int, Secret[Card]] | None:
    """Return the seat with the one card that was not read, and which it must be; None while more would fit."""
    play = table.play
    if play is None:
        return None
    hand, game = play.hand, game_of(play.hand)
    known = len(play.mucked) + sum(len(player.hole) + len(player.up) for player in hand.players)
    if known + len(hand.board_read) < len(game.deck) - 1:
        return None  # nearly always: asked after every card
    unread = [player.seat for player in hand.players for _ in range(_unread(hand, player))]
    if len(unread) != 1 or hand.complete:
        return None
    seen = {card for card, _, _ in places(hand)} | {card.reveal() for card in play.mucked}
    left = [card for card in game.deck if card not in seen]
    return (unread[0], Secret(left[0])) if len(left) == 1 else None


def _unread(hand: Hand, player: Player) -> int:
    """Return how many hole cards of a seat are still to be read; one that has none was not dealt in."""
    known = sum(1 for card in player.hole if card)
    return game_of(hand).down - known if known or None in player.hole else 0


def other_game(table: Table) -> str | None:
    """Name a game that deals as many cards as lie at two seats or more, where the game on the table deals fewer."""
    play = table.play
    if play is None:
        return None
    down = game_of(play.hand).down
    counts = Counter(number for number in table.lying.values() if number > down)
    number = next((number for number, seats in counts.items() if seats > 1), None)
    if number is None:
        return None
    fits = [key for key, game in GAMES.items() if game.down == number and bool(game.up) == bool(game_of(play.hand).up)]
    return fits[0] if fits else None


def gathered(table: Table) -> bool:
    """Return whether no card lies at a seat or on the board."""
    return not any(
        tags
        for key, tags in table.present.items()
        if tags and (antenna := table.antennas.get(key)) and antenna.role != "muck"
    )


def holder(play: Play, card: Card) -> int | None:
    """Return the live seat that a card was dealt to."""
    secret = Secret(card)
    for player in play.hand.players:
        if player.live and (secret in player.hole or card in player.up):
            return player.seat
    return None
