"""From a reading to the hand: which antenna, which tag, which card, what does not fit. A misread never raises."""

from __future__ import annotations

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, board, next_board
from collector.hand.copying import replace
from collector.hand.events import BoardCard, Event, HoleCard, UpCard
from collector.ports import Fact
from collector.secrecy import Secret
from collector.table.state import Antenna, Happening, Play, Step, Table, Warn


def card_read(table: Table, fact: Fact) -> tuple[Table, list[Happening], list[Warn]]:
    """Fold a card that came to rest on an antenna.

    What becomes public depends on the antenna alone and, at the board, on the card that lies open there.
    """
    device, name, uid = _reading(fact)
    antenna = table.antennas.get((device, name))
    table = _lies(table, device, name, uid, came=True)
    if antenna is None:
        return (
            table,
            [],
            [_warn("ANTENNA_UNASSIGNED", f"antenna {name} of {device} has no role; assign it", device, name)],
        )
    if antenna.role == "muck":
        return table, [Happening("card_detected", None, {"seat": None, "antenna": name})], []
    card = table.card_of(uid)
    table, warnings = _deal(table, fact, antenna, card)
    if antenna.role == "board":
        open_card = card if table.play and card in board(table.play.hand) else None
        public: dict[str, object] = {"seat": None, "board": True, "card": open_card}
        return table, [Happening("card_detected", public)], warnings
    count = table.lying.get(antenna.seat or 0, 0)
    face_up = card if antenna.role == "up" else None
    public = {"seat": antenna.seat, "board": False, "card": face_up, "cards": count}
    return table, [Happening("card_detected", public, {"card": card})], warnings


def card_removed(table: Table, fact: Fact) -> tuple[Table, list[Happening], list[Warn]]:
    """Fold a card that left. Never a fold: the hand keeps what was dealt."""
    device, name, uid = _reading(fact)
    antenna = table.antennas.get((device, name))
    table = _lies(table, device, name, uid, came=False)
    if antenna is None or antenna.role == "muck":
        return table, [Happening("card_removed", None, {"antenna": name})], []
    seat = antenna.seat
    cards = table.lying.get(seat, 0) if seat else 0
    return table, [Happening("card_removed", {"seat": seat, "board": seat is None, "cards": cards})], []


def _reading(fact: Fact) -> tuple[str, str, str]:
    return str(fact.body["device"]), str(fact.body["antenna"]), str(fact.body["uid"])


def _lies(table: Table, device: str, name: str, uid: str, *, came: bool) -> Table:
    """Keep what lies where. The public count moves with each reading, whatever its tag is."""
    key, tag = (device, name), Secret(uid)
    there = table.present.get(key, frozenset())
    table = replace(table, present={**table.present, key: there | {tag} if came else there - {tag}})
    antenna = table.antennas.get(key)
    if antenna is None or antenna.seat is None:
        return table
    count = max(0, table.lying.get(antenna.seat, 0) + (1 if came else -1))
    return replace(table, lying={**table.lying, antenna.seat: count})


def _deal(table: Table, fact: Fact, antenna: Antenna, card: Card | None) -> tuple[Table, list[Warn]]:
    """Deal what was read into the running hand, or say what does not fit."""
    play = table.play
    device, name, seat = str(fact.body["device"]), str(fact.body["antenna"]), antenna.seat
    if card is None:
        message = f"antenna {name}: a tag of no deck in play; remove it, or register its deck"
        return table, [_warn("UNKNOWN_TAG", message, device, name, seat)]
    if play is None or play.hand.complete or _already_there(play, antenna, card):
        return table, []
    problem = _old_reading(fact, play, name) or _in_two_places(play, antenna, card)
    warnings = [_warn(*problem, device, name, seat)] if problem else []
    if problem and (antenna.role == "seat" or problem[0] == "OLD_READING"):
        return table, warnings
    event = _event(play, antenna, card)
    try:
        return with_step(table, fact, event, by_command=False), warnings
    except IllegalAction as error:
        return table, [*warnings, _warn(error.code, f"antenna {name}: {error.message}", device, name, seat)]


def _event(play: Play, antenna: Antenna, card: Card) -> Event:
    """Deal by the antenna's role: to the board that waits, face up, or face down."""
    if antenna.role == "board":
        return BoardCard(card, next_board(play.hand))
    if antenna.role == "up":
        return UpCard(antenna.seat or 0, card)
    return HoleCard(antenna.seat or 0, Secret(card))


def _old_reading(fact: Fact, play: Play, name: str) -> tuple[str, str] | None:
    age = fact.body.get("age_ms")
    if isinstance(age, int) and fact.received_at - age >= play.started_at:
        return None
    return "OLD_READING", f"antenna {name}: a card was read before this hand began and deals nothing; lay it down again"


def with_step(table: Table, fact: Fact, event: Event, *, by_command: bool) -> Table:
    """Return the table with `event` applied to its hand; raise IllegalAction where it cannot follow."""
    play = table.play
    if play is None:
        raise IllegalAction("NO_HAND", "no hand is running; start one first")
    key = fact.device_key
    return replace(
        table,
        play=replace(
            play,
            hand=apply(play.hand, event),
            steps=(
                *play.steps,
                Step(fact.position, event, by_command, bool(fact.body.get("amended")), fact.received_at),
            ),
            undone=() if by_command else play.undone,
            last_position=fact.position,
            last_at=fact.received_at,
            device_keys=(*play.device_keys, key) if key else play.device_keys,
        ),
    )


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


def _warn(code: str, message: str, device: str, antenna: str, seat: int | None = None) -> Warn:
    return Warn(code, message, device=device, antenna=antenna, seat=seat)
