"""Decks, and the conclusions from a deck having each card once: impossible hands, and the one card that is left.

The hand knows the cards and their places. No text that is made here names a hidden card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from collector.cards import Card
from collector.errors import Refused
from collector.facts.fact import HOUSE, Fact
from collector.hand.changing import game_of
from collector.hand.copying import replace
from collector.hand.games import GAMES
from collector.hand.model import Hand, Player
from collector.house.house import House
from collector.secrecy import Secret
from collector.table.effects import Effect
from collector.table.play import Play
from collector.table.registration import Asked, Registration, Resolved, Seats
from collector.table.state import Table
from collector.wire import readings as wire

BOARD: Final = 0
"""The place of the board cards. All other places are seat numbers."""


def places(hand: Hand) -> Iterator[tuple[Card, int, str]]:
    """Yield (card, place, how it lies) of every card that the hand knows. S0."""
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
    """Return the contradictions of a hand: each card in two places, in words that name no card; [] if there is none."""
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
    """Return the seat of the one card that was not read, and that card; None while more than one card would fit."""
    play = table.play
    if play is None:
        return None
    hand, game = play.hand, game_of(play.hand)
    known = len(play.mucked) + sum(len(player.hole) + len(player.up) for player in hand.players)
    if known + len(hand.board_read) < len(game.deck) - 1:
        return None  # the usual case, found cheaply: this is asked after every card
    unread = [player.seat for player in hand.players for _ in range(_unread(hand, player))]
    if len(unread) != 1 or hand.complete:
        return None
    seen = {card for card, _, _ in places(hand)} | {card.reveal() for card in play.mucked}
    left = [card for card in game.deck if card not in seen]
    return (unread[0], Secret(left[0])) if len(left) == 1 else None


def _unread(hand: Hand, player: Player) -> int:
    """Return how many hole cards of a seat are still unread; 0 if it has none at all: it was not dealt in."""
    known = sum(1 for card in player.hole if card)
    return game_of(hand).down - known if known or None in player.hole else 0


def other_game(table: Table) -> str | None:
    """Return the key of a game that deals as many cards as lie at several seats; None if this game deals as many.

    It takes two such seats with the same number of cards.
    """
    play = table.play
    if play is None:
        return None
    down = game_of(play.hand).down
    counts = Counter(number for number in table.cards_at.values() if number > down)
    number = next((number for number, seats in counts.items() if seats > 1), None)
    if number is None:
        return None
    fits = [key for key, game in GAMES.items() if game.down == number and bool(game.up) == bool(game_of(play.hand).up)]
    return fits[0] if fits else None


def gathered_openly(table: Table) -> bool:
    """Return whether no card lies at a seat or on the board. Hidden cards are counted, and not looked at."""
    return not any(table.cards_at.values()) and not any(
        tags
        for key, tags in table.present.items()
        if tags and (antenna := table.antennas.get(key)) and antenna.role in ("board", "up")
    )


def gathered(table: Table) -> bool:
    """Return whether no card lies at a seat or on the board."""
    return not any(
        tags
        for key, tags in table.present.items()
        if tags and (antenna := table.antennas.get(key)) and antenna.role != "muck"
    )


def holder(play: Play, card: Card) -> int | None:
    """Return the live seat that a card was dealt to, None if there is none."""
    secret = Secret(card)
    for player in play.hand.players:
        if player.live and (secret in player.hole or card in player.up):
            return player.seat
    return None


def _may_use(asked: Asked, command: wire.UseDeck) -> Resolved:
    beside = _cards_of(asked.house, command)
    return Resolved(beside=beside, cause=f"{HOUSE}:{asked.house.decks[command.deck_id].position}")


def _cards_of(house: House, command: wire.UseDeck) -> Mapping[str, object]:
    deck = house.decks.get(command.deck_id)
    if deck is None:
        raise Refused("UNKNOWN_DECK", f"deck {command.deck_id} is not registered; register it first")
    return {"cards": dict(deck.cards.reveal())}


def _was_used(asked: Asked, command: wire.UseDeck) -> Resolved:
    """Take a deck that is folded again. Its fact holds the cards, so later registrations of the house play no part."""
    return Resolved()


def _use(table: Table, fact: Fact, command: wire.UseDeck) -> Effect:
    """Fold a deck that comes into the rotation."""
    cards: Secret[Mapping[str, Card]] = Secret(fact.body["cards"])
    return Effect(replace(table, decks={**table.decks, command.deck_id: cards}))


def _is_in_play(asked: Asked, command: wire.ChangeDeck | wire.RetireDeck) -> Resolved:
    if command.deck_id not in asked.table.decks:
        raise Refused("UNKNOWN_DECK", f"deck {command.deck_id} is not in play at this table; use it first")
    return Resolved()


def _change(table: Table, fact: Fact, command: wire.ChangeDeck) -> Effect:
    """Fold the choice of a deck: for the running hand, else for the next one."""
    if table.running is None or table.play is None:
        return Effect(replace(table, deck=command.deck_id))
    deck = command.deck_id
    return Effect(replace(table, play=replace(table.play, deck=deck, open_deck=deck)))


def _retire(table: Table, fact: Fact, command: wire.RetireDeck) -> Effect:
    """Fold a deck that leaves the rotation."""
    gone = command.deck_id
    decks = {deck_id: cards for deck_id, cards in table.decks.items() if deck_id != gone}
    return Effect(replace(table, decks=decks, deck=None if table.deck == gone else table.deck))


def _has_decks(table: Table) -> Seats | None:
    return () if table.decks else None


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.UseDeck,
        label="Deck",
        word="write:decks",
        hides=True,
        may=_may_use,
        may_again=_was_used,
        does=_use,
        by_card=False,
        in_the_past=_cards_of,
    ),
    Registration(
        model=wire.ChangeDeck,
        label="Deck",
        word="write:tables",  # between decks that the installer brought into play
        hides=False,
        may=_is_in_play,
        does=_change,
        listed=_has_decks,
    ),
    Registration(
        model=wire.RetireDeck,
        label="Deck",
        word="write:tables",
        hides=False,
        may=_is_in_play,
        does=_retire,
        listed=_has_decks,
    ),
)
