"""Draws and discards: whose turn it is, and the cards that leave a hand. The count is public, the cards are not."""

from __future__ import annotations

from collections.abc import Sequence

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.changing import clockwise, find, game_of, put, rule, street_of, unfolded
from collector.hand.copying import replace
from collector.hand.events import Draw
from collector.hand.games import Street
from collector.hand.holding import typed_less
from collector.hand.model import Hand, Player, Recorded
from collector.secrecy import Secret

Hole = tuple[Secret[Card] | None, ...]


def to_draw(hand: Hand) -> tuple[int, ...]:
    """Return the seats that draw on the street that begins: all live ones, also all-in, from left of the button."""
    street = street_of(hand)
    if not street.draw and not street.discard:
        return ()
    return tuple(player.seat for player in clockwise(hand, None) if player.live)


def draw(hand: Hand, event: Draw) -> Hand:
    """Take the draw of a seat; raise IllegalAction. The betting of the street opens after the last draw."""
    player, street = find(hand, event.seat), street_of(hand)
    refusal = _refusal(hand, event, street)
    if refusal is not None:
        if not event.override or event.seat not in hand.drawing:
            raise refusal
        hand = rule(hand, f"{refusal.message}; it stands as recorded")
    entry = Recorded(hand.street, event.seat, "draw" if street.draw else "discard", cards=event.count)
    hand = replace(
        hand,
        actions=(*hand.actions, entry),
        drawing=tuple(seat for seat in hand.drawing if seat != event.seat),
    )
    return put(hand, _thrown(player, event, comes_back=bool(street.draw)))


def _refusal(hand: Hand, event: Draw, street: Street) -> IllegalAction | None:
    seat, details = event.seat, {"seat": event.seat, "drawing": list(hand.drawing)}
    if not hand.drawing:
        return IllegalAction("NO_DRAW", f"seat {seat} cannot draw now", details)
    if seat != hand.drawing[0]:
        return IllegalAction("NOT_YOUR_TURN", f"seat {seat} cannot draw yet; seat {hand.drawing[0]} is first", details)
    most = street.draw or street.discard
    least = 0 if street.draw else most
    if not least <= event.count <= most or len(event.cards) > event.count:
        wanted = f"{least} to {most}" if least < most else str(most)
        return IllegalAction("BAD_DRAW", f"seat {seat} gives up {event.count} cards; it may give up {wanted}", details)
    return None


def _thrown(player: Player, event: Draw, *, comes_back: bool) -> Player:
    return replace(
        player,
        hole=without(player.hole, event.cards, event.count),
        exchanged=(*player.exchanged, event.count),
        discarded=(*player.discarded, *event.cards),
        owed=event.count if comes_back else 0,
        typed=typed_less(player.typed, event.cards, event.count),
        extra=tuple(card for card in player.extra if card not in event.cards),
    )


def without(hole: Hole, named: Sequence[Secret[Card]], count: int) -> Hole:
    """Return `hole` with `count` cards less: the named ones, then unread ones.

    If the cards that went are not known, the cards that stay are not known either: all of them become unread.
    """
    left = [card for card in hole if card is None or card not in named]
    more = count - (len(hole) - len(left))
    unread = left.count(None)
    if more > unread and len(left) > more:
        return (None,) * (len(left) - more)
    for _ in range(min(more, unread)):
        left.remove(None)
    return tuple(left) if more <= unread else ()


def draw_out(hand: Hand) -> Hand:
    """Return the hand at the next draw that is left, the betting being over. A shown or folded seat stands pat."""
    waiting = tuple(seat for seat in hand.drawing if (player := find(hand, seat)).live and player.shown is None)
    hand = replace(hand, drawing=waiting)
    if waiting or len(unfolded(hand)) == 1:
        return replace(hand, drawing=waiting if len(unfolded(hand)) > 1 else ())
    game = game_of(hand)
    later = (street for street in game.streets[game.index(hand.street) + 1 :] if street.draw or street.discard)
    street = next(later, None)
    if street is None:
        return hand
    hand = replace(hand, street=street.name)
    drawing = tuple(seat for seat in to_draw(hand) if find(hand, seat).shown is None)
    return replace(hand, drawing=drawing) if drawing else draw_out(hand)
