"""From a reading to the hand: the card is dealt, or the floor hears why it does not fit. A misread never raises.

A card may seem to lie in two places. The board takes it all the same, and no message names it: a refusal at the board
or a name would tell the public or the floor a hidden card (ADR 6).
"""

from __future__ import annotations

from collector.cards import Card
from collector.devices.readings import Reading
from collector.errors import IllegalAction
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.hand.events import HoleCard
from collector.secrecy import Secret
from collector.table.effects import Warn
from collector.table.play import Play
from collector.table.readings.decks import holder, only_card, other_game
from collector.table.readings.flags import dealt_at, flagged
from collector.table.state import Antenna, Table, play_of, with_step

Found = tuple[str, Card]
"""The deck and the card of a tag."""


def is_old(table: Table, fact: Fact, age_ms: int | None) -> bool:
    """Return whether a reading is, or may be, older than the hand that is being played. age_ms: None if not known."""
    play = table.play
    return play is not None and not play.hand.complete and _is_before(play, fact, age_ms)


def _is_before(play: Play, fact: Fact, age_ms: int | None) -> bool:
    return age_ms is None or fact.received_at - age_ms < play.started_at


def dealt(
    table: Table, fact: Fact, reading: Reading, antenna: Antenna, found: Found | None
) -> tuple[Table, list[Warn]]:
    """Return the table with the card dealt into the running hand, and the warnings about what does not fit.

    found: the deck and card of the tag, None for a tag of no deck. A card that was dealt there already changes nothing.
    """
    play, name = table.play, reading.antenna
    if found is None:
        message = f"antenna {name}: a tag of no deck in play; remove it, or say which card it is"
        return flagged(table, fact, reading, antenna, ("UNKNOWN_TAG", message))
    if play is None or _already_there(play, antenna, found[1]):
        return table, []
    if play.hand.complete:
        return _completed(table, fact, reading, antenna, found), []
    deck = _deck_at(play, antenna)
    if deck is not None and deck != found[0]:
        message = f"antenna {name}: a card of deck {found[0]}, and this hand is dealt from {deck}; take it away"
        return flagged(table, fact, reading, antenna, ("RESTING_DECK", message), found[1])
    if _is_before(play, fact, reading.age_ms):
        message = f"antenna {name}: a card was read before this hand began and deals nothing; lay it down again"
        return table, [_about(reading, antenna, "OLD_READING", message)]
    return _placed(table, fact, reading, antenna, found)


def _deck_at(play: Play, antenna: Antenna) -> str | None:
    """Return the deck that a card at an antenna has to be of, None while any will do.

    In the open only open cards and commands count: else a missing board card would tell of which deck the seats' are.
    """
    return play.open_deck if play.setup.contests and antenna.role != "seat" else play.deck


def _placed(table: Table, fact: Fact, reading: Reading, antenna: Antenna, found: Found) -> tuple[Table, list[Warn]]:
    """Deal a card of this hand. A card that lies elsewhere too is flagged, and is contested from then on.

    The board must not depend on hole cards: without the card, everybody would see that a seat holds it (ADR 6). Nor may
    the cards of a seat depend on those of others, once it tables them (ADR 19). In a hand of an older log a seat is not
    dealt such a card.
    """
    warnings: list[Warn] = []
    problem = _in_two_places(play_of(table), antenna, found[1])
    if problem:
        table, warnings = flagged(table, fact, reading, antenna, problem, found[1])
        if antenna.role == "seat" and not play_of(table).setup.contests:
            return table, warnings
    try:
        table = with_step(table, fact, dealt_at(play_of(table), antenna, found[1]), by_command=False)
    except IllegalAction as error:
        if warnings and antenna.role == "seat":
            return table, warnings  # that it lies elsewhere too says more than that the seat is full
        message = _too_many(table, antenna, error.message)
        return table, [*warnings, _about(reading, antenna, error.code, message)]
    return one_card_fits(_from_deck(table, found[0], antenna), fact, reading, warnings)


def _from_deck(table: Table, deck: str, antenna: Antenna) -> Table:
    """Return the table with the deck of the hand known: the deck of its first card, if none was chosen."""
    play = play_of(table)
    known = play.open_deck if antenna.role == "seat" else play.open_deck or deck
    if play.deck is not None and known == play.open_deck:
        return table
    return replace(table, play=replace(play, deck=play.deck or deck, open_deck=known))


def one_card_fits(table: Table, fact: Fact, reading: Reading, warnings: list[Warn]) -> tuple[Table, list[Warn]]:
    """Flag the one card that is left, if it can only be the one that was not read.

    The flag holds the card, and its message does not: the floor may take it without knowing it.
    """
    fits = only_card(table)
    if fits is None or any(flag.code == "ONE_CARD_FITS" for flag in table.flags):
        return table, warnings
    message = f"only one card of the deck fits the one that seat {fits[0]} has unread; take it, or lay the card down"
    there = Antenna("seat", fits[0])
    table, told = flagged(table, fact, reading, there, ("ONE_CARD_FITS", message), fits[1].reveal())
    return table, [*warnings, *told]


def _completed(table: Table, fact: Fact, reading: Reading, antenna: Antenna, found: Found) -> Table:
    """Deal a card that is scanned after the end of its hand: it completes the cards of a player who was still in.

    Tabled cards count whatever is read, so a shown hand is left alone. What does not fit is left without a warning.
    """
    play = play_of(table)
    player = next((player for player in play.hand.players if player.seat == antenna.seat), None)
    if antenna.role != "seat" or player is None or not player.live or player.shown:
        return table
    if play.deck not in (None, found[0]) or _is_before(play, fact, reading.age_ms):
        return table
    if _in_two_places(play, antenna, found[1]):
        return table
    try:
        return with_step(table, fact, HoleCard(player.seat, Secret(found[1])), by_command=False)
    except IllegalAction:
        return table


def mucked(table: Table, fact: Fact, reading: Reading) -> tuple[Table, list[Warn]]:
    """Note a card on the muck, and suggest a fold to the floor. The card is evidence; only a person enters the fold."""
    found, play = table.card_of(reading.tag.reveal()), table.play
    if found is None or play is None or play.hand.complete or found[0] != (play.deck or found[0]):
        return table, []
    card = found[1]
    table = replace(table, play=replace(play, mucked=play.mucked | {Secret(card)}))
    seat = holder(play, card)
    if seat is None or table.automatic:
        return one_card_fits(table, fact, reading, [])
    what = "mucked" if play.hand.closed else "folded"
    message = f"a card of seat {seat} was read on the muck: enter it if the seat has {what}"
    return table, [Warn("FOLD_SUGGESTED", message, "info", reading.device, reading.antenna, seat, hidden=True)]


def _too_many(table: Table, antenna: Antenna, message: str) -> str:
    """Return the message of a seat with too many cards. If several seats have so many, it names the game that fits."""
    other = other_game(table) if antenna.role == "seat" else None
    return f"antenna of seat {antenna.seat}: {message}" + (
        f"; several seats have so many: if the game is {other}, call a misdeal and set it" if other else ""
    )


def _about(reading: Reading, antenna: Antenna, code: str, message: str) -> Warn:
    hidden = antenna.role == "seat"
    return Warn(code, message, device=reading.device, antenna=reading.antenna, seat=antenna.seat, hidden=hidden)


def already_dealt(table: Table, fact: Fact) -> Table:
    """Deal the cards that lie at the seats: a hand without an operator begins after its first cards were read.

    Sorted, because a set has no order: each replay has to deal in the same order.
    """
    for key, antenna in sorted(table.antennas.items(), key=lambda each: each[0]):
        for uid in sorted(tag.reveal() for tag in table.present.get(key, frozenset())):
            found = table.card_of(uid)
            if antenna.role == "seat" and found:
                table = _dealt_if_legal(table, fact, antenna, found)
    return table


def _dealt_if_legal(table: Table, fact: Fact, antenna: Antenna, found: Found) -> Table:
    try:
        table = with_step(table, fact, dealt_at(play_of(table), antenna, found[1]), by_command=False)
    except IllegalAction:
        return table
    return replace(table, play=replace(play_of(table), deck=found[0]))


def _already_there(play: Play, antenna: Antenna, card: Card) -> bool:
    if antenna.role == "board":
        return card in play.hand.board_read or any(card in further.read for further in play.hand.further)
    if antenna.role == "up":
        return any(player.seat == antenna.seat and card in player.up for player in play.hand.players)
    secret, seat = Secret(card), antenna.seat
    return any(player.seat == seat and secret in (*player.hole, *player.extra) for player in play.hand.players)


def _in_two_places(play: Play, antenna: Antenna, card: Card) -> tuple[str, str] | None:
    """Return (code, message) if a card lies elsewhere too, else None. The message says where, and never which card.

    The floor may not be cleared for hidden cards.
    """
    for player in play.hand.players:
        if Secret(card) in player.hole and not (antenna.role == "seat" and antenna.seat == player.seat):
            where = "the board" if antenna.role == "board" else f"seat {antenna.seat}"
            message = (
                f"the same card was read at seat {player.seat} and at {where}; look, then clear it where it is wrong"
            )
            return "DUPLICATE_CARD", message
    if antenna.role == "seat" and card in play.hand.board_read:
        message = f"a card of the board was read at seat {antenna.seat}; look, then clear it where it is wrong"
        return "DUPLICATE_CARD", message
    return None
