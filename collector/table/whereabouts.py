"""Where cards lie, as far as a console may know: a card that cannot lie where a command says is refused at entry.

A console knows the open cards, and the hidden ones that it typed itself. What a reader read, or somebody else typed, it
does not know: a refusal would tell it. Such a card is taken, and is contested from then on (ADR 19).
"""

from __future__ import annotations

from collections.abc import Iterator

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.clashes import NONE, Clashes, clashes
from collector.hand.events import (
    BoardCard,
    Boxed,
    Burn,
    CommunityCard,
    Draw,
    Event,
    Expose,
    HoleCard,
    IrregularFlop,
    Rabbit,
    ReplaceCard,
    Show,
    UpCard,
)
from collector.hand.holding import capacity, face_up
from collector.hand.model import Hand
from collector.secrecy import Secret
from collector.table.effects import Warn
from collector.table.play import Play
from collector.wire.feed_events import CardEntered, EventData

_WHAT_TO_DO = "say with settle_card where it lies; until then nobody is shown it"


def require_possible(play: Play, event: Event, client: str) -> None:
    """Raise IllegalAction, saying where the card lies, if `client` knows that a card of `event` lies elsewhere.

    A seat is also full for whoever types when as many cards were typed there as it is dealt.
    """
    cards, seat = _laid(event)
    if not cards:
        return
    known = _typed_elsewhere(play, client, seat)
    if not isinstance(event, IrregularFlop):  # that one puts the cards of the board in order
        known |= _open_elsewhere(play.hand, seat, event)
    for card in cards:
        if card in known:
            message = f"{card} is {known[card]}; correct one of them"
            raise IllegalAction("CARD_ELSEWHERE", message, {"card": card, "where": known[card]})
    if isinstance(event, HoleCard):
        _require_room(play.hand, event, client)


def _require_room(hand: Hand, event: HoleCard, client: str) -> None:
    player = next((player for player in hand.players if player.seat == event.seat), None)
    if player is None:
        return
    if event.card is not None and any(each.by == client and each.card == event.card for each in player.typed):
        message = f"{event.card.reveal()} is typed at seat {event.seat} already; type the other one"
        raise IllegalAction("CARD_HELD", message, {"seat": event.seat})
    if len(player.typed) >= capacity(hand, player):
        message = f"{len(player.typed)} cards are typed at seat {event.seat}; to correct one, clear it first"
        raise IllegalAction("HAND_FULL", message, {"seat": event.seat})


def _laid(event: Event) -> tuple[tuple[Card, ...], int | None]:  # noqa: PLR0911 - one line an event
    """Return the cards that an event says lie somewhere, and the seat whose own cards they may be."""
    match event:
        case HoleCard():
            return ((event.card.reveal(),) if event.card else ()), event.seat
        case UpCard():
            return ((event.card,) if event.card else ()), None
        case Draw():
            return tuple(card.reveal() for card in event.cards), event.seat
        case Show():
            return event.cards, event.seat
        case Expose() | ReplaceCard():
            return (event.card,), event.seat
        case BoardCard() | Boxed() | Rabbit() | CommunityCard():
            return (event.card,), None
        case Burn():
            return ((event.card.reveal(),) if event.card else ()), None
        case IrregularFlop():
            return (*event.cards, *((event.burn.reveal(),) if event.burn else ())), None
        case _:
            return (), None


def _open_elsewhere(hand: Hand, seat: int | None, event: Event) -> dict[Card, str]:
    own = {f"exposed by seat {seat}", f"shown by seat {seat}"}
    own |= {f"before seat {seat}"} if isinstance(event, Show) else set()  # a whole hand of stud has its up cards too
    return {card: where for card, where in face_up(hand).items() if where not in own}


def _typed_elsewhere(play: Play, client: str, seat: int | None) -> dict[Card, str]:
    """Return the hidden cards that `client` typed at other places than `seat`, each with its place in words."""
    found: dict[Card, str] = {}
    for step in play.steps:
        if step.client == client:
            found |= {card.reveal(): where for card, where in _put_away(step.event)}
    for player in play.hand.players:
        for each in player.typed:
            if each.card and each.by == client:
                found[each.card.reveal()] = f"typed at seat {player.seat}" if player.seat != seat else ""
    return {card: where for card, where in found.items() if where}


def _put_away(event: Event) -> Iterator[tuple[Secret[Card], str]]:
    if isinstance(event, Draw):
        yield from ((card, f"in the muck, thrown away by seat {event.seat}") for card in event.cards)
    elif isinstance(event, Burn | IrregularFlop):
        card = event.card if isinstance(event, Burn) else event.burn
        if card:
            yield card, "burned"


def judged_cards(
    events: tuple[EventData, ...], before: Play | None, after: Play
) -> tuple[tuple[EventData, ...], list[Warn]]:
    """Return the events of a fact without contested cards, which the live channel does not name; and the alerts.

    An alert tells the floor of cards that `after` has in two places and `before` had not. It names no card.
    """
    if after.hand.lying is not None:
        return events, []  # nearly always
    was = before.hand if before and before.hand_id == after.hand_id else None
    found = clashes(after.hand)
    if found is NONE:
        return events, []
    known = [] if was is None else clashes(was).lines()
    alerts = [
        Warn("CARD_CONTESTED", f"hand {after.number}: {line}; {_WHAT_TO_DO}", "error", hidden=True)
        for line in found.lines()
        if line not in known
    ]
    return tuple([_unnamed(event, found) if isinstance(event, CardEntered) else event for event in events]), alerts


def _unnamed(event: CardEntered, found: Clashes) -> CardEntered:
    card = event.card
    if card is None or event.seat is None or card.reveal() not in found.seats.get(event.seat, ()):
        return event
    return event.model_copy(update={"card": None})


def held(play: Play) -> list[Warn]:
    """Return the floor's alert of a hand that is put away with contested cards; [] if it has none."""
    lines = clashes(play.hand).lines()
    message = f"hand {play.number} is over, and {'; '.join(lines)}; its record is without the card"
    return [Warn("HAND_HELD", f"{message}; {_WHAT_TO_DO}", "error", hidden=True)] if lines else []
