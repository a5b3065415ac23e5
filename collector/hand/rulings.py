"""Rulings of the floor: dead hands, hands given back, exposed cards, rabbit cards, chopped blinds, awards.

Each leaves a line in the hand's rulings. Nothing here looks at a hidden card.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from collector.errors import IllegalAction
from collector.hand import pots
from collector.hand.awarding import taken, words
from collector.hand.betting import next_to_act, stakes
from collector.hand.changing import find, game_of, live, put, rule, unfolded
from collector.hand.copying import replace
from collector.hand.events import Award, DeadHand, Expose, PostKind, Rabbit, RestRuled, Retrieve, UnpostedFound
from collector.hand.games import HEADS_UP
from collector.hand.holding import capacity, face_up
from collector.hand.limits import pot_total
from collector.hand.model import Hand, MisdealRule, Player, Recorded
from collector.hand.showdown import ended, rake, reopen

_CHIPS: Final = ("call", "bet", "raise")
"""Acts that put chips in, as the record names them."""


def kill(hand: Hand, event: DeadHand) -> Hand:
    """Kill a hand: it wins nothing, and its turn passes. Only a bet that nobody calls goes back (TDA 2024 rule 65)."""
    player = _live(hand, event.seat)
    hand = rule(hand, f"the hand of seat {event.seat} is dead: {event.reason}")
    entry = Recorded(hand.street, event.seat, "dead", to=player.bet)
    killed = replace(player, folded=True, killed=hand.setup.edition > 0)
    hand = put(replace(hand, actions=(*hand.actions, entry)), killed)
    hand = replace(
        hand,
        drawing=tuple(seat for seat in hand.drawing if seat != event.seat),
        pending=tuple(pending for pending in hand.pending if pending.act.seat != event.seat),
        clock=None if hand.clock and hand.clock[0] == event.seat else hand.clock,
    )
    return replace(hand, to_act=next_to_act(hand, event.seat)) if hand.to_act == event.seat else hand


def _live(hand: Hand, seat: int) -> Player:
    player = find(hand, seat)
    if hand.complete:
        raise IllegalAction("HAND_COMPLETE", "the hand is over; award the pot, or undo", {"seat": seat})
    if not player.live:
        raise IllegalAction("FOLDED", f"seat {seat} has no live hand to kill", {"seat": seat})
    if len(unfolded(hand)) == 1:
        message = f"seat {seat} has the last hand, and the pot is its own; go on to the end of the hand"
        raise IllegalAction("LAST_HAND", message, {"seat": seat})
    return player


def unposted(hand: Hand, event: UnpostedFound) -> Hand:
    """Rule on a seat that owes a blind, was dealt in without it, and has looked (Robert's Rules 4).

    Before it has put chips in its hand is dead; after that it is live. It goes on owing in either case: the start of
    the hand left its debt as it was.
    """
    if event.seat not in hand.unposted:
        message = f"nobody is known to have dealt seat {event.seat} in unposted; `unposted` of its start_hand says so"
        raise IllegalAction("NOT_UNPOSTED", message, {"seat": event.seat})
    _live(hand, event.seat)
    hand = replace(hand, unposted=_without(hand.unposted, event.seat))
    if any(entry.seat == event.seat and entry.amount and entry.action in _CHIPS for entry in hand.actions):
        return rule(hand, f"seat {event.seat} has put chips in unposted: it plays on, and owes its blind (RRP 4)")
    return kill(hand, DeadHand(event.seat, "dealt in unposted, it has looked; it owes its blind (RRP 4)"))


def retrieve(hand: Hand, event: Retrieve) -> Hand:
    """Give back a folded or mucked hand (TDA 2024 rule 14). It acts again when its turn comes."""
    player = find(hand, event.seat)
    if player.live:
        raise IllegalAction("HAND_LIVE", f"seat {event.seat} still has its hand", {"seat": event.seat})
    if not may_retrieve(hand, player):
        message = f"seat {event.seat} cannot have its hand back: the betting went on without it; undo instead"
        raise IllegalAction("TOO_LATE", message, {"seat": event.seat})
    hand = reopen(hand)
    hand = rule(hand, f"the hand of seat {event.seat} is retrieved: {event.reason}")
    return put(hand, replace(find(hand, event.seat), folded=False, mucked=False, killed=False))


def may_retrieve(hand: Hand, player: Player) -> bool:
    """Return whether a hand may be given back. A hand mucked at the showdown may, until the next hand begins."""
    if player.live:
        return False
    if player.mucked:
        return not hand.complete or (hand.setup.edition > 0 and hand.result is not None and not hand.result.awarded)
    return not hand.closed


def expose(hand: Hand, event: Expose) -> Hand:
    """Make a hole card public. One that was seen by accident plays on (TDA 2024 rules 65 and 68).

    What a player shows to one, all may see (Robert's Rules 3); but a hand is tabled whole, or it wins nothing.
    """
    player = find(hand, event.seat)
    if event.by_choice and event.to_seat is not None:
        _require_use(hand, event.seat, event.to_seat)
    if event.card not in game_of(hand).cards or event.card in face_up(hand) or event.card in player.exposed:
        message = f"{event.card} is face up already, or no card of this deck"
        raise IllegalAction("CARD_FACE_UP", message, {"seat": event.seat})
    told = _shown(hand, player, event) if event.by_choice else f"a card of seat {event.seat} is exposed: {event.card}"
    hand = put(rule(hand, told), replace(player, exposed=(*player.exposed, event.card)))
    if event.by_choice and event.seat not in (*hand.in_part, *hand.to_table):
        hand = replace(hand, in_part=(*hand.in_part, event.seat))
    return _all_seen(hand, event.seat)


def _require_use(hand: Hand, seat: int, to_seat: int) -> None:
    """Raise IllegalAction for a card shown to somebody who cannot act on it, while the betting goes on.

    All see it once the betting is over, so that it does not change the play of the others (Robert's Rules 3).
    """
    bets = any(each.seat == to_seat and each.live and each.stack for each in hand.players)
    if bets or hand.closed or hand.complete:
        return
    message = (
        f"seat {to_seat} cannot act on a card of seat {seat}: all see it once the betting is over; enter it then, "
        "or without to_seat if all have seen it"
    )
    raise IllegalAction("SHOWN_LATER", message, {"seat": seat, "to_seat": to_seat})


def _shown(hand: Hand, player: Player, event: Expose) -> str:
    to = f" to seat {event.to_seat}, so all see it (RRP 3)" if event.to_seat is not None else ""
    whole = "; only a whole hand that is tabled wins (TDA 15)" if in_showdown(hand, player) else ""
    return f"seat {event.seat} shows {event.card}{to}{whole}"


def in_showdown(hand: Hand, player: Player) -> bool:
    """Return whether a hand has to be tabled to win: the betting is over, and the pots are not awarded."""
    return hand.closed and not hand.complete and player.live


def _all_seen(hand: Hand, seat: int) -> Hand:
    """Return the hand without its question of a seat that tables nothing any more, once all its cards were seen."""
    player = find(hand, seat)
    if len(player.exposed) < capacity(hand, player) or (player.live and not hand.complete):
        return hand
    return replace(hand, in_part=_without(hand.in_part, seat), to_table=_without(hand.to_table, seat))


def _without(seats: tuple[int, ...], seat: int) -> tuple[int, ...]:
    return tuple(each for each in seats if each != seat)


def rest(hand: Hand, event: RestRuled) -> Hand:
    """Rule on a hand that was shown in part: its rest is tabled too (TDA 2024 rule 15), or no more of it is shown.

    Nobody has to show more than it has shown (Robert's Rules 3): the floor decides, not the cards.
    """
    find(hand, event.seat)
    if event.seat not in hand.in_part:
        message = f"seat {event.seat} has shown no part of its hand by choice; enter the card that it shows first"
        raise IllegalAction("NOTHING_SHOWN", message, {"seat": event.seat})
    hand = replace(hand, in_part=_without(hand.in_part, event.seat))
    if not event.rest:
        return rule(hand, f"seat {event.seat} shows no more than it has shown (RRP 3)")
    hand = rule(hand, f"the floor has the whole hand of seat {event.seat} tabled (TDA 15)")
    return replace(hand, to_table=(*hand.to_table, event.seat))


def rabbit(hand: Hand, event: Rabbit) -> Hand:
    """Show a card that would have come. It counts for nothing."""
    if not may_rabbit(hand):
        raise IllegalAction("NO_RABBIT", "rabbit cards come after a hand that ended before its last board card", {})
    if event.card not in game_of(hand).cards or event.card in hand.rabbit or event.card in face_up(hand):
        raise IllegalAction("CARD_FACE_UP", f"{event.card} is face up already, or no card of this deck", {})
    return replace(hand, rabbit=(*hand.rabbit, event.card))


def may_rabbit(hand: Hand) -> bool:
    """Return whether board cards are left that would have come."""
    return hand.complete and len(hand.board_read) + len(hand.rabbit) < game_of(hand).board_size


def may_chop(hand: Hand) -> bool:
    """Return whether all but the blinds have folded, and nobody has raised."""
    left = unfolded(hand)
    blinds = {post.seat for post in hand.setup.posts if post.kind in (PostKind.SMALL_BLIND, PostKind.BIG_BLIND)}
    acted = any(entry.action in ("call", "raise", "bet") for entry in hand.actions)
    return not (hand.closed or acted) and len(left) == HEADS_UP and {player.seat for player in left} == blinds


def chop(hand: Hand) -> Hand:
    """Let the blinds take their bets back: everybody else has folded, and nobody has raised."""
    left = unfolded(hand)
    if not may_chop(hand):
        raise IllegalAction("CANNOT_CHOP", "only the blinds may chop, when all others have folded to them", {})
    hand = rule(hand, "the blinds are chopped")
    if hand.setup.edition:  # the ante that one of them posted for all is its own
        back = {player.seat: player.contributed for player in left}
    else:
        back = {player.seat: player.bet for player in left}
    rest = pot_total(hand) - sum(back.values())
    shares = Counter(back) + Counter(pots.share(rest, [player.seat for player in left], hand.setup.chip))
    hand = replace(hand, closed=True, drawing=(), bet_to=0)
    return ended(hand, pots.layer(stakes(hand)), shares, 0)


def substantial(hand: Hand, until: MisdealRule = MisdealRule.SUBSTANTIAL) -> bool:
    """Return whether there was too much action for a misdeal.

    Substantial action is three acts in turn, or two of which one put chips in (TDA 2024 rules 35 and 36). Under
    Robert's Rules 3 it is any two acts, without the forced bet of stud. Posts and dead hands do not count, nor do folds
    out of turn.
    """
    counted = ("fold", "check", "call", "bet", "raise", "bring_in")
    acts = [
        entry
        for entry in hand.actions
        if entry.action in counted and not (entry.action == "fold" and entry.seat in hand.early)
    ]
    if until is MisdealRule.TWO:
        forced = hand.setup.bring_in > 0 and acts[:1] != [] and acts[0].action != "fold"
        return len(acts) - forced >= HEADS_UP
    return len(acts) > 2 or (len(acts) == 2 and any(entry.amount for entry in acts))


def award(hand: Hand, event: Award) -> Hand:
    """Push the pots as the floor says; raise IllegalAction if the amounts are not the whole pot."""
    hand = reopen(hand)
    raked = rake(hand, pot_total(hand))
    amounts = Counter(dict(event.amounts))
    if not hand.closed:
        raise IllegalAction("BETTING_OPEN", "the betting is not over; fold, or finish it, before the award", {})
    if any(amount < 0 for amount in amounts.values()) or sum(amounts.values()) != pot_total(hand) - raked:
        message = f"the award is {sum(amounts.values())}; it must be the whole {pot_total(hand) - raked}"
        raise IllegalAction("BAD_AWARD", message, {"pot": pot_total(hand) - raked})
    for seat in amounts:
        find(hand, seat)
    text = ", ".join(f"seat {seat} {amount}" for seat, amount in sorted(amounts.items()))
    hand = rule(replace(hand, drawing=()), f"awarded by the floor ({event.reason}): {text}")
    return ended(hand, pots.layer(stakes(hand)), amounts, raked, awarded=event.reason)


def misawarded(hand: Hand) -> str | None:
    """Return in words how an award differs from the worth of the tabled hands; None if it does not.

    A mucked hand is dead, whatever it held (TDA 2024 rule 22).
    """
    if hand.result is None or hand.result.awarded is None:
        return None
    due: Counter[int] = Counter()
    players = [player for player in live(hand) if player.shown is None]
    if players and len(live(hand)) > 1:
        return None  # a live hand that nobody saw: there is nothing to compare with
    for pot, part in zip(hand.result.pots, pots.drop(hand.result.pots, hand.result.rake), strict=True):
        due.update(taken(hand, replace(pot, amount=pot.amount - part)))
    given = Counter({win.seat: win.amount for win in hand.result.wins})
    if due == given:
        return None
    lines = [_difference(hand, find(hand, seat), given[seat], due[seat]) for seat in sorted(due | given)]
    return "; ".join(line for line in lines if line)


def _difference(hand: Hand, player: Player, given: int, due: int) -> str:
    if given == due:
        return ""
    held = words(hand, player)
    return f"seat {player.seat} was given {given}, its tabled hand{f' ({held})' if held else ''} takes {due}"
