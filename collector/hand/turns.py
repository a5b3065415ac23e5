"""What the floor does to one seat: limits it to passive action, puts the clock on it, finds chips behind it.

Each leaves a line in the hand's rulings. Knows no time: the table says when the clock was called.
"""

from __future__ import annotations

from collector.errors import IllegalAction
from collector.hand.betting import absent_brings_in, act
from collector.hand.changing import find, put, rule
from collector.hand.copying import replace
from collector.hand.events import Check, ChipsFound, ClockCalled, DeadHand, Passive, TimeBankUsed, TimeUp
from collector.hand.limits import may_raise
from collector.hand.model import Hand
from collector.hand.rulings import kill


def limit(hand: Hand, event: Passive) -> Hand:
    """Limit the seat to act to check, call or fold, until it has acted (TDA 2024 rules 53-B and 55)."""
    player = find(hand, event.seat)
    _require_turn(hand, event.seat)
    if not may_raise(hand, player):
        message = f"seat {event.seat} may not raise as it is; nothing to limit"
        raise IllegalAction("NOTHING_TO_LIMIT", message, {"seat": event.seat})
    return replace(rule(hand, f"seat {event.seat} may not raise this time: {event.reason}"), passive=event.seat)


def call_clock(hand: Hand, event: ClockCalled) -> Hand:
    """Put the clock on the seat to act (TDA 2024 rule 29). It ends with the act of the seat."""
    find(hand, event.seat)
    _require_turn(hand, event.seat)
    if timed(hand) is not None:
        raise IllegalAction("CLOCK_RUNS", f"the clock of seat {event.seat} runs already", {"seat": event.seat})
    hand = rule(hand, f"the clock is called on seat {event.seat}: {event.seconds} seconds")
    return replace(hand, clock=(event.seat, event.seconds))


def timed(hand: Hand) -> int | None:
    """Return the seat whose clock runs: it is to act. A corrected up card may have given the turn to another seat."""
    return hand.to_act if hand.clock is not None and hand.clock[0] == hand.to_act else None


def time_left(hand: Hand, seat: int) -> int:
    """Return how many time chips a seat has left in this hand."""
    return dict(hand.setup.time_bank).get(seat, 0) - dict(hand.banked).get(seat, 0)


def use_time_bank(hand: Hand, event: TimeBankUsed) -> Hand:
    """Give the seat to act more time for time chips of its own: its clock runs so much longer, or begins with that.

    Nobody's time ends by itself: the floor says when it is up.
    """
    find(hand, event.seat)
    _require_turn(hand, event.seat)
    left = time_left(hand, event.seat)
    if not 0 < event.chips <= left:
        message = f"seat {event.seat} has {left} time chips left, not {event.chips}; use no more, or call_clock"
        raise IllegalAction("NO_TIME_CHIPS", message, {"seat": event.seat, "left": left})
    more, running = event.chips * hand.setup.time_chip_seconds, timed(hand) is not None
    seconds = more + hand.clock[1] if running and hand.clock else more
    chips = "a time chip" if event.chips == 1 else f"{event.chips} time chips"
    hand = rule(hand, f"seat {event.seat} gives {chips} for {more} seconds; {left - event.chips} left")
    used = dict(hand.banked)
    used[event.seat] = used.get(event.seat, 0) + event.chips
    return replace(hand, clock=(event.seat, seconds), banked=tuple(sorted(used.items())))


def time_up(hand: Hand, event: TimeUp) -> Hand:
    """End the time of a seat: facing a bet its hand is dead, otherwise it checks (TDA 2024 rule 29)."""
    player = find(hand, event.seat)
    if timed(hand) != event.seat:
        message = f"no clock runs for seat {event.seat}; call it first"
        raise IllegalAction("NO_CLOCK", message, {"seat": event.seat})
    dead = DeadHand(event.seat, "its time is up, facing a bet")
    if hand.bringing_in and event.forced:
        hand = kill(absent_brings_in(hand, event.seat), dead)
        return put(hand, replace(find(hand, event.seat), killed=False))  # so that its forced bet never goes back
    if hand.bet_to > player.bet or hand.bringing_in:
        return kill(hand, dead)
    return act(rule(hand, f"the time of seat {event.seat} is up without a bet: it checks"), Check(event.seat))


def _require_turn(hand: Hand, seat: int) -> None:
    if hand.to_act != seat or hand.closed:
        turn = "nobody is to act" if hand.to_act is None else f"seat {hand.to_act} is to act"
        raise IllegalAction("NOT_YOUR_TURN", f"seat {seat} is not to act: {turn}", {"seat": seat})


def found(hand: Hand, event: ChipsFound) -> Hand:
    """Set chips aside that were found behind an all-in (TDA 2024 rule 62).

    They are no part of the bet: nobody pays for them. If the seat has lost all else, they go to the caller who won most
    of it, and the seat is out; otherwise they are its own.
    """
    player = find(hand, event.seat)
    if hand.complete or not player.all_in:
        message = f"seat {event.seat} is not all-in in a running hand; count its stack between hands"
        raise IllegalAction("NOT_ALL_IN", message, {"seat": event.seat})
    hand = rule(hand, f"{event.amount} found behind seat {event.seat} are no part of its all-in")
    return put(
        hand,
        replace(
            player,
            aside=player.aside + event.amount,
            found=player.found + event.amount,
            starting_stack=player.starting_stack + event.amount,
        ),
    )
