"""From a reading to the hand: which antenna, which tag, which card, what does not fit. A misread never raises."""

from __future__ import annotations

from typing import Final, cast

from collector.cards import Card
from collector.errors import IllegalAction
from collector.facts.fact import Fact
from collector.hand import apply, board, next_board
from collector.hand.copying import replace
from collector.hand.events import (
    BoardCard,
    BoardCardTaken,
    Event,
    HoleCard,
    HoleCardTaken,
    UpCard,
    UpCardTaken,
)
from collector.secrecy import Secret
from collector.table.decks import BOARD, gathered, holder, only_card, other_game, places
from collector.table.state import Antenna, Flag, Happening, Play, Step, Table, Warn

Told = tuple[Table, list[Happening], list[Warn]]
STRAYS: Final = ("UNKNOWN_TAG", "RESTING_DECK")
"""Tags that are no card of the hand: taking them away is the answer."""


def card_read(table: Table, fact: Fact) -> Told:
    """Fold a card that came to rest on an antenna.

    What becomes public depends on the antenna alone and, at the board, on the card that lies open there.
    """
    device, name, uid = _reading(fact)
    antenna = table.antennas.get((device, name))
    if table.controls and Secret(uid) in table.controls:
        return _present(table, device, name, uid, came=True), [_unseen("card_detected", name)], []
    old = is_old(table, fact)
    table = _lies(table, device, name, uid, moves=0 if fact.body.get("again") else 1)
    if antenna is None:
        message = f"antenna {name} of {device} has no role; assign it"
        return table, [], [Warn("ANTENNA_UNASSIGNED", message, device=device, antenna=name)]
    if antenna.role == "muck":
        table, warnings = (table, []) if old else _on_the_muck(table, fact)
        return table, [_unseen("card_detected", name)], warnings
    found = table.card_of(uid)
    card = found[1] if found else None
    table, warnings = _deal(table, fact, antenna, found)
    if old:  # evidence: no card of the live table moves
        return table, [], warnings
    if antenna.role == "board":
        open_card = card if table.play and card in board(table.play.hand) else None
        public: dict[str, object] = {"seat": None, "board": True, "card": open_card}
        return table, [Happening("card_detected", public)], warnings
    count = table.lying.get(antenna.seat or 0, 0)
    face_up = card if antenna.role == "up" else None
    public = {"seat": antenna.seat, "board": False, "card": face_up, "cards": count}
    return table, [Happening("card_detected", public, {"card": card})], warnings


def _unseen(kind: str, name: str) -> Happening:
    """What the public does not hear of: a card on the muck, a control card."""
    return Happening(kind, None, {"seat": None, "antenna": name})


def card_moved(table: Table, fact: Fact) -> Told:
    """Fold a card that lies on another antenna than before. Consumers hear that it left one and came to the other."""
    table, left = _left(table, replace(fact, body={**fact.body, "antenna": fact.body["came_from"]}))
    table, came, warnings = card_read(table, fact)
    return table, [*left, *came], [*warnings, *([] if is_old(table, fact) else _over(table))]


def card_removed(table: Table, fact: Fact) -> Told:
    """Fold a card that left. Never a fold: the hand keeps what was dealt."""
    table, told = _left(table, fact)
    return table, told, [] if is_old(table, fact) else _over(table)


def _left(table: Table, fact: Fact) -> tuple[Table, list[Happening]]:
    device, name, uid = _reading(fact)
    antenna = table.antennas.get((device, name))
    if table.controls and Secret(uid) in table.controls:
        return _present(table, device, name, uid, came=False), [Happening("card_removed", None, {"antenna": name})]
    table = _lies(table, device, name, uid, moves=-1)
    if is_old(table, fact):
        return table, []
    if antenna is None or antenna.role == "muck":
        return table, [Happening("card_removed", None, {"antenna": name})]
    table = _lifted(table, device, name, uid)
    seat = antenna.seat
    cards = table.lying.get(seat, 0) if seat else 0
    return table, [Happening("card_removed", {"seat": seat, "board": seat is None, "cards": cards})]


def _lifted(table: Table, device: str, name: str, uid: str) -> Table:
    """A tag that was no card of this hand is gone: nothing is left to ask about it."""
    if not table.flags:
        return table
    where = (device, name, Secret(uid))
    flags = tuple(f for f in table.flags if f.code not in STRAYS or (f.device, f.name, f.tag) != where)
    return replace(table, flags=flags)


def _over(table: Table) -> list[Warn]:
    """Say when the cards are gathered: the hand is over, whatever was entered."""
    play = table.play
    if play is None or not play.device_keys or table.automatic or not gathered(table):
        return []
    if play.hand.complete:
        return [Warn("HAND_OVER", f"hand {play.number} is over and its cards are gathered; put it away", "info")]
    if not play.mucked and not play.hand.closed:
        return []  # everybody lifts at once: a peek
    message = f"the cards are gathered, and hand {play.number} is not finished; enter what is missing"
    return [Warn("HAND_OVER", message)]


def _on_the_muck(table: Table, fact: Fact) -> tuple[Table, list[Warn]]:
    """A card on the muck is evidence: it suggests a fold, which somebody enters or does not."""
    device, name, uid = _reading(fact)
    found, play = table.card_of(uid), table.play
    if found is None or play is None or play.hand.complete or found[0] != (play.deck or found[0]):
        return table, []
    card = found[1]
    table = replace(table, play=replace(play, mucked=play.mucked | {Secret(card)}))
    seat = holder(play, card)
    if seat is None or table.automatic:
        return _fitting(table, fact, [])
    what = "mucked" if play.hand.closed else "folded"
    message = f"a card of seat {seat} was read on the muck: enter it if the seat has {what}"
    return table, [Warn("FOLD_SUGGESTED", message, "info", device, name, seat)]


def _reading(fact: Fact) -> tuple[str, str, str]:
    return str(fact.body["device"]), str(fact.body["antenna"]), str(fact.body["uid"])


def _lies(table: Table, device: str, name: str, uid: str, *, moves: int) -> Table:
    """Keep what lies where. The public count moves with each reading by `moves`, whatever its tag is."""
    table = _present(table, device, name, uid, came=moves >= 0)
    antenna = table.antennas.get((device, name))
    if antenna is None or antenna.seat is None:
        return table
    count = max(0, table.lying.get(antenna.seat, 0) + moves)
    return replace(table, lying={**table.lying, antenna.seat: count})


def is_old(table: Table, fact: Fact) -> bool:
    """Tell whether a reading is older than the hand that runs, or may be."""
    play = table.play
    return play is not None and not play.hand.complete and _old_reading(fact, play, "") is not None


def _present(table: Table, device: str, name: str, uid: str, *, came: bool) -> Table:
    key, tag = (device, name), Secret(uid)
    there = table.present.get(key, frozenset())
    return replace(table, present={**table.present, key: there | {tag} if came else there - {tag}})


def _deal(table: Table, fact: Fact, antenna: Antenna, found: tuple[str, Card] | None) -> tuple[Table, list[Warn]]:
    """Deal what was read into the running hand, or say what does not fit."""
    play = table.play
    name = str(fact.body["antenna"])
    if found is None:
        message = f"antenna {name}: a tag of no deck in play; remove it, or say which card it is"
        return flagged(table, fact, antenna, ("UNKNOWN_TAG", message))
    if play is None or _already_there(play, antenna, found[1]):
        return table, []
    if play.hand.complete:
        return _late(table, fact, play, antenna, found), []
    if play.deck is not None and play.deck != found[0]:
        message = f"antenna {name}: a card of deck {found[0]}, and this hand is dealt from {play.deck}; take it away"
        return flagged(table, fact, antenna, ("RESTING_DECK", message), found[1])
    old = _old_reading(fact, play, name)
    return (table, [_about(fact, antenna, *old)]) if old else _placed(table, fact, play, antenna, found)


def _placed(
    table: Table, fact: Fact, play: Play, antenna: Antenna, found: tuple[str, Card]
) -> tuple[Table, list[Warn]]:
    """Deal a card of this hand; one that is somewhere else already counts at the board, and at a seat does not."""
    warnings: list[Warn] = []
    problem = _in_two_places(play, antenna, found[1])
    if problem:
        table, warnings = flagged(table, fact, antenna, problem, found[1])
        if antenna.role == "seat":
            return table, warnings
    return _dealt(table, fact, antenna, found, warnings)


def _dealt(
    table: Table, fact: Fact, antenna: Antenna, found: tuple[str, Card], warnings: list[Warn]
) -> tuple[Table, list[Warn]]:
    play = cast("Play", table.play)
    try:
        table = with_step(table, fact, _event(play, antenna, found[1]), by_command=False)
    except IllegalAction as error:
        return table, [*warnings, _about(fact, antenna, error.code, _too_many(table, antenna, error.message))]
    if play.deck is None:
        table = replace(table, play=replace(cast("Play", table.play), deck=found[0]))
    return _fitting(table, fact, warnings)


def _fitting(table: Table, fact: Fact, warnings: list[Warn]) -> tuple[Table, list[Warn]]:
    """Name the one card that is left for the one place that is unread, by a flag that holds it."""
    fits = only_card(table)
    if fits is None or any(flag.code == "ONE_CARD_FITS" for flag in table.flags):
        return table, warnings
    message = f"only one card of the deck fits the one that seat {fits[0]} has unread; take it, or lay the card down"
    there = Antenna("seat", fits[0])
    table, told = flagged(table, fact, there, ("ONE_CARD_FITS", message), fits[1].reveal())
    return table, [*warnings, *told]


def _late(table: Table, fact: Fact, play: Play, antenna: Antenna, found: tuple[str, Card]) -> Table:
    """A hand is scanned after its end: that completes what is known of a player who was still in it."""
    player = next((player for player in play.hand.players if player.seat == antenna.seat), None)
    if antenna.role != "seat" or player is None or not player.live or player.shown:
        return table
    if play.deck not in (None, found[0]) or _old_reading(fact, play, "") or _in_two_places(play, antenna, found[1]):
        return table
    try:
        return with_step(table, fact, HoleCard(player.seat, Secret(found[1])), by_command=False)
    except IllegalAction:
        return table


def _too_many(table: Table, antenna: Antenna, message: str) -> str:
    """More cards at several seats than the game deals: it may be another game."""
    other = other_game(table) if antenna.role == "seat" else None
    return f"antenna of seat {antenna.seat}: {message}" + (
        f"; several seats have so many: if the game is {other}, call a misdeal and set it" if other else ""
    )


def flagged(
    table: Table, fact: Fact, antenna: Antenna, problem: tuple[str, str], card: Card | None = None
) -> tuple[Table, list[Warn]]:
    """Keep a reading that did not fit until somebody answers, and tell the floor; the same one only once."""
    device, name, uid = _reading(fact)
    code, message = problem
    flag = Flag(fact.position, code, message, antenna, device, name, Secret(uid), Secret(card) if card else None)
    same = (code, device, name, flag.tag, antenna)
    known = any((each.code, each.device, each.name, each.tag, each.antenna) == same for each in table.flags)
    after = table if known else replace(table, flags=(*table.flags, flag))
    return after, [Warn(code, message, device=device, antenna=name, seat=antenna.seat, flagged=not known)]


def _about(fact: Fact, antenna: Antenna, code: str, message: str) -> Warn:
    device, name, _ = _reading(fact)
    return Warn(code, message, device=device, antenna=name, seat=antenna.seat)


def _event(play: Play, antenna: Antenna, card: Card) -> Event:
    """Deal by the antenna's role: to the board that waits, face up, or face down."""
    if antenna.role == "board":
        return BoardCard(card, next_board(play.hand))
    if antenna.role == "up":
        return UpCard(antenna.seat or 0, card)
    return HoleCard(antenna.seat or 0, Secret(card))


def answered(play: Play, flag: Flag, take: str, card: Card | None) -> list[Event]:
    """Return what happens in the hand when a flagged reading is answered; raises nothing."""
    card = card or (flag.card.reveal() if flag.card else None)
    if card is None:
        return []
    here = flag.antenna.seat or BOARD
    lies = [(place, how) for found, place, how in places(play.hand) if found == card]
    keep = here if take == "here" else None
    if take == "there":
        return [_taken(card, place, how) for place, how in lies if place == here and len(lies) > 1]
    events = [_taken(card, place, how) for place, how in lies if place != keep]
    there = any(place == here for place, _ in lies)
    return [*events, _event(play, flag.antenna, card)] if take == "here" and not there else events


def _taken(card: Card, place: int, how: str) -> Event:
    if place == BOARD:
        return BoardCardTaken(card)
    return UpCardTaken(place, card) if how == "up" else HoleCardTaken(place, Secret(card))


def _old_reading(fact: Fact, play: Play, name: str) -> tuple[str, str] | None:
    age = fact.body.get("age_ms")
    if isinstance(age, int) and fact.received_at - age >= play.started_at:
        return None
    return "OLD_READING", f"antenna {name}: a card was read before this hand began and deals nothing; lay it down again"


def already_dealt(table: Table, fact: Fact) -> Table:
    """Deal what lies at the seats: a hand without operator begins when its first cards are read."""
    for key, antenna in sorted(table.antennas.items(), key=lambda each: each[0]):
        for uid in sorted(tag.reveal() for tag in table.present.get(key, frozenset())):
            found = table.card_of(uid)
            if antenna.role == "seat" and found:
                table = _quietly(table, fact, antenna, found)
    return table


def _quietly(table: Table, fact: Fact, antenna: Antenna, found: tuple[str, Card]) -> Table:
    play = cast("Play", table.play)
    try:
        table = with_step(table, fact, _event(play, antenna, found[1]), by_command=False)
    except IllegalAction:
        return table
    return replace(table, play=replace(cast("Play", table.play), deck=found[0]))


def with_step(table: Table, fact: Fact, event: Event, *, by_command: bool) -> Table:
    """Return the table with `event` applied to its hand; raise IllegalAction where it cannot follow."""
    play = table.play
    if play is None:
        raise IllegalAction("NO_HAND", "no hand is running; start one first")
    key = fact.device_key
    step = step_of(fact, event, by_command=by_command)
    return replace(
        table,
        play=replace(
            play,
            hand=apply(play.hand, event),
            steps=(*play.steps, step),
            undone=() if by_command else play.undone,
            last_position=fact.position,
            last_at=fact.received_at,
            device_keys=(*play.device_keys, key) if key else play.device_keys,
        ),
    )


def step_of(fact: Fact, event: Event, *, by_command: bool) -> Step:
    """Return the step that a fact makes, with what stood there before it was amended."""
    body = fact.body
    before = cast("tuple[Event, ...]", body.get("before") or ())
    inferred = "source" in body  # a snapshot showed it, or a control card said it
    return Step(fact.position, event, by_command, bool(body.get("amended")), fact.received_at, inferred, before)


def _already_there(play: Play, antenna: Antenna, card: Card) -> bool:
    if antenna.role == "board":
        return card in play.hand.board_read or any(card in further.read for further in play.hand.further)
    if antenna.role == "up":
        return any(player.seat == antenna.seat and card in player.up for player in play.hand.players)
    return any(player.seat == antenna.seat and Secret(card) in player.hole for player in play.hand.players)


def _in_two_places(play: Play, antenna: Antenna, card: Card) -> tuple[str, str] | None:
    """Say where else a card is, without saying which card: the floor may not be cleared for it."""
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
