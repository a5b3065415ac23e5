"""The betting: the turn, the legal acts, their effects. Knows chips and turns, not cards; amounts are in `limits`.

An act that the rules refuse may carry an override. It is then applied as recorded, as far as the stack covers it, and
the hand lists it in its rulings. An act that cannot be applied at all is refused, with or without an override.
"""

from __future__ import annotations

from typing import assert_never

from collector.errors import IllegalAction
from collector.hand.changing import betting_of, clockwise, find, game_of, live, pay, placed, put, rule, unfolded
from collector.hand.copying import completed, replace
from collector.hand.events import Act, AllIn, BetTo, BringIn, Call, Check, Fold
from collector.hand.games import Betting
from collector.hand.limits import answerable, capped, is_half_bet, least_to, may_raise, most_to, pot_to, reopened
from collector.hand.model import Hand, Legal, Player, Recorded, recorded
from collector.hand.pots import Stake


def legal(hand: Hand) -> Legal | None:
    """Return the options of the seat to act, None if there is none. Folding is always legal, except to a bring-in."""
    if hand.to_act is None:
        return None
    player = find(hand, hand.to_act)
    owed = max(0, hand.bet_to - player.bet)
    all_in = player.bet + player.stack
    raises = may_raise(hand, player)
    min_to = min(least_to(hand), all_in) if raises else None
    return Legal(
        seat=player.seat,
        check=owed == 0 and not hand.bringing_in,
        call=min(owed, player.stack),
        min_to=min_to,
        max_to=most_to(hand, player) if raises else None,
        opens=hand.bet_to == 0,
        pot_to=None if min_to is None else max(min_to, min(pot_to(hand, player), most_to(hand, player))),
        bring_in=min(hand.setup.bring_in, player.stack) if hand.bringing_in else None,
    )


def next_to_act(hand: Hand, first: int | None) -> int | None:
    """Return the first seat that has to act, from `first` clockwise (None: from left of the button).

    A straddler who acts last waits for all others on the first street, until somebody has raised.
    """
    waiting = None
    for player in clockwise(hand, first):
        if not must_act(hand, player):
            continue
        if player.seat != hand.setup.acts_last:
            return player.seat
        if hand.aggressor is not None or game_of(hand).index(hand.street) != 0:
            return player.seat
        waiting = player.seat
    return waiting


def must_act(hand: Hand, player: Player) -> bool:
    """Return whether the seat has chips and has not answered the bet; alone against all-ins, only one above its own."""
    if player.stack == 0 or not player.live or player.seat in hand.settled:
        return False
    for other in hand.players:
        if (other.stack or other.bet > player.bet) and other.seat != player.seat and other.live:
            return True
    return False


def stakes(hand: Hand) -> tuple[Stake, ...]:
    """Return the stakes of all seats, for the pots. A seat that can still match a bet caps no layer."""
    return tuple(
        Stake(
            seat=player.seat,
            chips=player.contributed - player.dead,
            dead=player.dead,
            folded=player.folded,
            open=not hand.closed and player.live and player.stack > 0,
            killed=player.killed,
        )
        for player in hand.players
    )


def act(hand: Hand, event: Act) -> Hand:
    """Return the hand after an act, with the next seat to act; streets are not moved on. Raise IllegalAction."""
    player = find(hand, event.seat)
    require_possible(hand, player, event)
    refused = refusal(hand, player, event)
    if refused is not None:
        if not event.override:
            raise refused
        hand = rule(hand, f"{refused.details['reason']}; {_stands(hand, player, event)}")
    onward = isinstance(event, BringIn) and event.onward
    turn = event.seat if hand.to_act is None or onward else hand.to_act
    hand = _done(hand, player, event)
    if hand.clock is not None or hand.passive is not None:
        hand = _freed(hand, event.seat)
    if hand.drawing:  # an act that stands by an override: the draws go on
        return replace(hand, drawing=tuple(seat for seat in hand.drawing if find(hand, seat).live))
    return completed(hand, to_act=next_to_act(hand, turn))


def _freed(hand: Hand, seat: int) -> Hand:
    """Return the hand after an act of a seat: what the floor laid on it ends."""
    clock = None if hand.clock and hand.clock[0] == seat else hand.clock
    return replace(hand, clock=clock, passive=None if hand.passive == seat else hand.passive)


def _stands(hand: Hand, player: Player, event: Act) -> str:
    counts = isinstance(event, BetTo) and _target(hand, player, event) > event.to
    return f"it counts as {_target(hand, player, event)}" if counts else "it stands as recorded"


def _done(hand: Hand, player: Player, event: Act) -> Hand:
    if isinstance(event, Fold):
        return _fold(hand, player)
    if isinstance(event, BringIn):
        return _bring_in(hand, player)
    return _bet(hand, player, _target(hand, player, event))


def require_possible(hand: Hand, player: Player, event: Act) -> None:
    """Raise IllegalAction for an act that no override can apply."""
    if hand.complete:
        _refuse("HAND_COMPLETE", player, "cannot act: the hand is over", "start the next hand, or undo")
    if hand.closed:
        _refuse("BETTING_OVER", player, "cannot act: the betting is over", "deal the board, show and muck, or undo")
    if player.folded:
        _refuse("FOLDED", player, "cannot act: it has folded", "undo the fold first if that was wrong")
    if isinstance(event, Fold) and len(unfolded(hand)) == 1:
        _refuse("LAST_HAND", player, "cannot fold: all others have", "the pot is its own; go on to the end of the hand")
    if player.stack == 0 and not isinstance(event, Fold):
        _refuse("ALL_IN", player, "cannot act: it is all-in", f"it is seat {hand.to_act}'s turn")
    if isinstance(event, BetTo) and event.to < 0:
        _refuse("BAD_AMOUNT", player, f"cannot bet {event.to}", "give the whole bet of this street, 0 or more")


def _refuse(code: str, player: Player, reason: str, advice: str) -> None:
    raise IllegalAction(code, f"seat {player.seat} {reason}; {advice}", {"seat": player.seat})


def refusal(hand: Hand, player: Player, event: Act) -> IllegalAction | None:
    """Return why the rules refuse the act, None if they do not."""
    found = breach(hand, player, event)
    if found is None:
        return None
    code, reason = found
    options = legal(hand)
    advice = f"seat {hand.to_act} is to act" if code == "NOT_YOUR_TURN" or options is None else _advice(options)
    whole = f"seat {player.seat} {reason}"
    details = {"seat": player.seat, "to_act": hand.to_act, "reason": whole, "legal": _as_details(options)}
    return IllegalAction(code, f"{whole}; {advice}", details)


def breach(hand: Hand, player: Player, event: Act) -> tuple[str, str] | None:  # noqa: C901, PLR0911 - one case an act
    """Return (code, reason) if the rules refuse an act, else None."""
    if hand.to_act is None and hand.drawing:
        return "DRAW_OPEN", f"cannot {verb(event)}: seat {hand.drawing[0]} is to draw"
    if hand.to_act is None and isinstance(event, BringIn) and _may_open(hand):
        return None  # not every up card is read: the people at the table know who is low
    if hand.to_act != player.seat:
        return "NOT_YOUR_TURN", f"cannot {verb(event)} out of turn"
    owed = max(0, hand.bet_to - player.bet)
    if hand.bringing_in and isinstance(event, Fold | Check | Call) and not (hand.stands_in and isinstance(event, Fold)):
        return "BRING_IN", f"cannot {verb(event)}: it must bring in {hand.setup.bring_in}, or complete"
    match event:
        case Fold():
            return None
        case BringIn():
            return None if hand.bringing_in else ("NO_BRING_IN", "cannot bring in now")
        case Check():
            return ("CANNOT_CHECK", f"cannot check: {min(owed, player.stack)} to call") if owed else None
        case Call():
            return None if owed else ("NOTHING_TO_CALL", "cannot call: nothing is bet")
        case BetTo():
            return _wrong_size(hand, player, event.to)
        case AllIn():
            return _wrong_size(hand, player, player.bet + player.stack) if _all_in_raises(hand, player) else None
        case _:
            assert_never(event)


def _may_open(hand: Hand) -> bool:
    return hand.setup.bring_in > 0 and hand.bet_to == 0 and game_of(hand).index(hand.street) == 0


def _wrong_size(hand: Hand, player: Player, to: int) -> tuple[str, str] | None:
    """Return (code, reason) if a bet or raise to `to` has the wrong size, else None."""
    word = "bet" if hand.bet_to == 0 else "raise to"
    all_in = player.bet + player.stack
    if to > all_in:
        return "NOT_ENOUGH_CHIPS", f"cannot {word} {to}: its stack reaches {all_in}"
    if to <= hand.bet_to:
        return "RAISE_TOO_SMALL", f"cannot {word} {to}: the bet is {hand.bet_to}"
    if not may_raise(hand, player):
        return "RAISE_NOT_ALLOWED", f"cannot {word} {to}: {_why_not(hand, player)}"
    if to < min(least_to(hand), all_in):
        return "RAISE_TOO_SMALL", f"cannot {word} {to}: the least is {least_to(hand)}"
    most = most_to(hand, player)
    if to > most:
        return "RAISE_TOO_BIG", f"cannot {word} {to}: the most is {most}"
    between = betting_of(hand) is Betting.FIXED_LIMIT and least_to(hand) < to < most
    return ("BAD_BET_SIZE", f"cannot {word} {to}: it is {least_to(hand)} or {most}") if between else None


def _why_not(hand: Hand, player: Player) -> str:
    if not answerable(hand, player):
        return "nobody is left to call"
    if capped(hand):
        return f"the betting is capped at {hand.setup.bets_cap} bets"
    if hand.passive == player.seat:
        return "the floor limits it to check, call or fold"
    if reopened(hand, player):
        return "its stack does not exceed the bet"
    whole = "half a bet" if betting_of(hand) is Betting.FIXED_LIMIT else "a full one"
    return f"no raise since it acted was {whole}"


def _all_in_raises(hand: Hand, player: Player) -> bool:
    """An all-in is a raise when it exceeds the bet and somebody can answer; otherwise it is a call."""
    return player.bet + player.stack > hand.bet_to and answerable(hand, player)


def _advice(options: Legal) -> str:
    choices = ["fold", "check" if options.check else f"call {options.call}"]
    if options.bring_in is not None:
        choices = [f"bring in {options.bring_in}"]
    if options.min_to is not None:
        verb = "bet" if options.opens else "raise to"
        least = f"{verb} at least {options.min_to}"
        choices.append(f"{verb} {options.max_to}" if options.min_to == options.max_to else least)
    return f"{', '.join(choices[:-1])} or {choices[-1]}" if len(choices) > 1 else choices[0]


def _as_details(options: Legal | None) -> dict[str, object] | None:
    if options is None:
        return None
    names = ("seat", "check", "call", "min_to", "max_to", "opens", "pot_to", "bring_in")
    return {name: getattr(options, name) for name in names}


def verb(event: Act) -> str:
    """Return an act in words, as in "seat 3 cannot bet to 300"."""
    match event:
        case Fold():
            return "fold"
        case Check():
            return "check"
        case Call():
            return "call"
        case BetTo():
            return f"bet to {event.to}"
        case AllIn():
            return "go all-in"
        case BringIn():
            return "bring in"
        case _:
            assert_never(event)


def _target(hand: Hand, player: Player, event: Act) -> int:
    """Return the bet of the street that the act makes."""
    all_in = player.bet + player.stack
    match event:
        case BetTo():
            return _whole_raise(hand, player, max(player.bet, min(event.to, all_in)))
        case Call():
            return max(player.bet, min(hand.bet_to, all_in))
        case AllIn():
            return all_in if _all_in_raises(hand, player) else max(player.bet, min(hand.bet_to, all_in))
        case Fold() | Check() | BringIn():
            return player.bet
        case _:
            assert_never(event)


def _whole_raise(hand: Hand, player: Player, to: int) -> int:
    """Return the bet of a fixed-limit raise: a full one, even if the record has only the part that others can call."""
    least = min(least_to(hand), player.bet + player.stack)
    reach = max((other.bet + other.stack for other in live(hand) if other.seat != player.seat), default=0)
    fixed = betting_of(hand) is Betting.FIXED_LIMIT
    return least if fixed and hand.bet_to < to < least and reach <= to else to


def _fold(hand: Hand, player: Player) -> Hand:
    entry = recorded(hand.street, player.seat, "fold", to=player.bet)
    players = placed(hand.players, replace(player, folded=True))
    return replace(hand, actions=(*hand.actions, entry), players=players)


def _bet(hand: Hand, player: Player, to: int) -> Hand:
    """Put chips in, up to a bet of `to`: a check, call, bet or raise, as the bet makes it."""
    paid = to - player.bet
    if paid == 0:
        action = "check"
    elif to <= hand.bet_to:
        action = "call"
    else:
        action = "raise" if hand.bet_to else "bet"
    entry = recorded(hand.street, player.seat, action, paid, to, all_in=paid > 0 and paid == player.stack)
    actions = (*hand.actions, entry)
    players = placed(hand.players, pay(player, paid)) if paid else hand.players
    if to > hand.bet_to:
        return replace(_raised(hand, player.seat, to), actions=actions, players=players)
    settled, acted = hand.settled | {player.seat}, hand.acted | {player.seat}
    return replace(hand, actions=actions, players=players, settled=settled, acted=acted, bringing_in=False)


def _bring_in(hand: Hand, player: Player) -> Hand:
    """Open a stud hand. A short stack brings in all its chips; the others still owe the whole bring-in."""
    paid = min(hand.setup.bring_in, player.stack)
    entry = Recorded(hand.street, player.seat, "bring_in", paid, paid, all_in=paid == player.stack)
    hand = replace(hand, actions=(*hand.actions, entry), bet_to=hand.setup.bring_in, bringing_in=False)
    return put(replace(hand, settled=frozenset({player.seat})), pay(player, paid))


def is_absent(hand: Hand, seat: int) -> bool:
    """Return whether the seat that brings a stud hand in is dead since the start, and has chips for it."""
    player = find(hand, seat)
    brings = hand.setup.edition > 0 and hand.setup.bring_in > 0 and game_of(hand).index(hand.street) == 0
    return brings and seat in hand.setup.killed and player.folded and player.stack > 0


def absent_brings_in(hand: Hand, seat: int) -> Hand:
    """Post the bring-in of a player who is not there (TDA 2024 rules 30 and 71)."""
    hand = _bring_in(hand, find(hand, seat))
    return replace(hand, to_act=next_to_act(hand, seat))


def not_brought_in(hand: Hand) -> Hand:
    """Return the hand without the bring-in of an absent player, if nobody has acted since: its card was a misread."""
    last = hand.actions[-1] if hand.actions else None
    if last is None or last.action != "bring_in" or not find(hand, last.seat).folded or hand.closed:
        return hand
    player = find(hand, last.seat)
    back = replace(
        player,
        stack=player.stack + last.amount,
        bet=player.bet - last.amount,
        contributed=player.contributed - last.amount,
    )
    hand = replace(hand, actions=hand.actions[:-1], bet_to=0, settled=frozenset(), to_act=None)
    return put(hand, back)


def _raised(hand: Hand, seat: int, to: int) -> Hand:
    """Return the hand after a raise: all have to answer. Those who have acted may raise again only after a full one."""
    rise = to - hand.bet_to
    full = to >= least_to(hand) or is_half_bet(hand, to)
    return replace(
        hand,
        bet_to=to,
        min_raise=max(rise, hand.setup.min_bet) if full else hand.min_raise,
        full_bet=to if full else hand.full_bet,
        bets=hand.bets + full,
        acted=frozenset({seat}) if full else hand.acted | {seat},
        settled=frozenset({seat}),
        aggressor=seat,
        bringing_in=False,
    )
