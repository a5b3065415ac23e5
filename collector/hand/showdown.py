"""The end of a hand: the order of showing, the award, the result. Only tabled hands and the showing board count."""

from __future__ import annotations

from collections import Counter
from typing import Final

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import opening, pots
from collector.hand.awarding import last_muck, taken, words
from collector.hand.betting import stakes
from collector.hand.board import board_complete, run_out
from collector.hand.changing import clockwise, find, game_of, live, put, rule, unfolded
from collector.hand.copying import replace
from collector.hand.drawing import draw_out
from collector.hand.events import Muck
from collector.hand.games import COMPLETE, SHOWDOWN
from collector.hand.holding import face_up
from collector.hand.limits import pot_total
from collector.hand.model import Hand, Player, Pot, Recorded, Result, Win
from collector.hand.sidegames import pay_side_games, take_back

_BETTING: Final = frozenset({"check", "bet", "call", "raise"})


def pots_so_far(hand: Hand) -> tuple[Pot, ...]:
    """Return the pots as they stand, bets included. While the betting goes on, only an all-in splits them."""
    return hand.result.pots if hand.result else pots.layer(stakes(hand))


def to_show(hand: Hand) -> tuple[int, ...]:
    """Return the seats that still have to show or muck, in order (TDA 2024 rule 17).

    The last to bet or raise on the final street shows first. Without a bet, the seat that acts first there does: the
    first left of the button, or the best board of stud. Who is all-in for the main pot alone shows after those who bet
    the final street for a side pot, the smallest all-in last (Robert's Rules 3).
    """
    if not hand.closed or hand.complete or hand.drawing:
        return ()
    first = hand.aggressor
    if first is None and opening.by_cards(hand):
        first = opening.opener(hand)
    order = [player.seat for player in clockwise(hand, first) if player.live and not whole(hand, player)]
    final = game_of(hand).last
    if not any(act.street == final and act.action in _BETTING for act in hand.actions):
        return tuple(order)  # all were all-in before: their hands lie open already
    made = pots_so_far(hand)
    return tuple(sorted(order, key=lambda seat: -sum(seat in pot.eligible for pot in made)))


def whole(hand: Hand, player: Player) -> bool:
    """Return whether a seat has tabled its whole hand. An all-in stud hand may be tabled before its last cards."""
    return player.shown is not None and len(player.shown) == hand_size(hand)


def hand_size(hand: Hand) -> int:
    """Return how many cards a whole hand has: one less if the last street of stud was one card for all."""
    return game_of(hand).hole - len(hand.community)


def close(hand: Hand) -> Hand:
    """End the betting for good: an uncalled bet goes back, bets go into the pots, the board may run out."""
    streets = game_of(hand).streets
    contested = len(unfolded(hand)) > 1
    last = hand.street == streets[-1].name
    seat, excess = pots.uncalled(stakes(hand))
    players = tuple(_collected(player, excess if player.seat == seat else 0) for player in hand.players)
    return replace(
        hand,
        players=players,
        closed=True,
        to_act=None,
        bringing_in=False,
        drawing=(),
        bet_to=0,
        pending=(),
        aggressor=hand.aggressor if last else None,  # only a bet of the final street says who shows first
        street=SHOWDOWN if contested and last else hand.street,
        reached=streets[-1].name if contested else hand.reached,
    )


def _collected(player: Player, excess: int) -> Player:
    return replace(
        player,
        bet=0,
        stack=player.stack + excess,
        contributed=player.contributed - excess,
        returned=player.returned + excess,
    )


def settle(hand: Hand) -> Hand:
    """Move to the last street on the table, and award the pots once nothing is open. The betting has to be over."""
    if hand.complete or not hand.closed:
        return hand
    hand = draw_out(hand)
    hand = hand if hand.drawing else run_out(hand)
    standing = live(hand)
    shown = not hand.drawing and board_complete(hand) and all(whole(hand, player) for player in standing)
    return _award(hand) if len(unfolded(hand)) == 1 or len(standing) <= 1 or shown else hand


def _award(hand: Hand) -> Hand:
    """Give every pot to its winners."""
    made = pots.layer(stakes(hand))
    won: Counter[int] = Counter()
    raked = rake(hand, sum(pot.amount for pot in made))
    for pot, part in zip(made, pots.drop(made, raked), strict=True):
        won.update(taken(hand, replace(pot, amount=pot.amount - part)))
        if not any(find(hand, seat).live for seat in pot.eligible):
            last = last_muck(hand, pot)
            hand = _ruled_once(hand, f"every hand in the pot of {pot.amount} is mucked; the last, seat {last}, wins")
    return ended(hand, made, won, raked)


def ended(hand: Hand, made: tuple[Pot, ...], won: Counter[int], raked: int, *, awarded: str | None = None) -> Hand:
    """Return the finished hand.

    made: its pots; won: chips by seat; raked: the chips of the house; awarded: why the floor pushed them.
    """
    players = tuple(replace(player, bet=0, stack=player.stack + won[player.seat]) for player in hand.players)
    result = Result(
        total_pot=pot_total(hand),
        pots=made,
        uncalled={player.seat: player.returned for player in players if player.returned},
        wins=tuple(Win(player.seat, won[player.seat], words(hand, player)) for player in players if won[player.seat]),
        final_stacks=_final(players, won),
        reached_showdown=len(unfolded(hand)) > 1,
        rake=raked,
        awarded=awarded,
    )
    return pay_side_games(replace(hand, players=players, street=COMPLETE, to_act=None, result=result))


def _final(players: tuple[Player, ...], won: Counter[int]) -> dict[int, int]:
    """Return the stacks after the hand. Chips found behind a seat that has lost all else go to the winner (rule 62)."""
    final = {player.seat: player.stack + player.aside for player in players}
    for player in players:
        if player.found and player.stack == 0:
            takers = [seat for seat, amount in won.most_common() if amount and seat != player.seat]
            if takers:
                final[player.seat] -= player.found
                final[takers[0]] += player.found
    return final


def rake(hand: Hand, total: int) -> int:
    """Return the drop of a pot of `total`: the rake in whole chips, up to the cap, and the jackpot.

    Nothing is dropped before the flop if that is the rule.
    """
    rule_of = hand.setup.rake
    if rule_of is None or (rule_of.no_flop_no_drop and game_of(hand).index(hand.reached) == 0):
        return 0
    if rule_of.fixed:
        return min(total, rule_of.fixed)
    wanted = total * rule_of.points // 10_000
    wanted = min(wanted, rule_of.cap) if rule_of.cap else wanted
    jackpot = rule_of.jackpot if total >= rule_of.jackpot_from else 0
    return min(total, wanted // hand.setup.chip * hand.setup.chip + jackpot)


def reopen(hand: Hand) -> Hand:
    """Take the award back, for a board that was corrected."""
    hand = take_back(hand)
    if hand.result is None:
        return hand
    won = {win.seat: win.amount for win in hand.result.wins}
    players = tuple(replace(player, stack=player.stack - won.get(player.seat, 0)) for player in hand.players)
    return replace(hand, players=players, street=SHOWDOWN, result=None)


def _ruled_once(hand: Hand, text: str) -> Hand:
    line = f"{SHOWDOWN}: {text}"
    return hand if line in hand.rulings else rule(replace(hand, street=SHOWDOWN), text)


def show(hand: Hand, seat: int, cards: tuple[Card, ...]) -> Hand:
    """Table a hand: its cards become public, and count whatever was read. Raise IllegalAction if it cannot be so."""
    player = _who_may_end(hand, seat, "show")
    if player.shown is not None and (whole(hand, player) or not set(player.shown) < set(cards)):
        raise IllegalAction("ALREADY_SHOWN", f"seat {seat} has shown; undo that to correct its cards", {"seat": seat})
    if not hand.closed and player.stack:
        raise IllegalAction("BETTING_OPEN", f"seat {seat} cannot show: it still has chips to bet with", {"seat": seat})
    _require_hand(hand, seat, cards)
    entry = Recorded(hand.street, seat, "show")
    hand = put(replace(hand, actions=(*hand.actions, entry)), replace(player, shown=tuple(cards)))
    return _tabled(hand, seat) if hand.in_part or hand.to_table else hand


def _tabled(hand: Hand, seat: int) -> Hand:
    """Return the hand without the question of a seat whose whole hand is tabled now."""
    if not whole(hand, find(hand, seat)):
        return hand
    asked = ("in_part", "to_table")
    return replace(hand, **{name: tuple(each for each in getattr(hand, name) if each != seat) for name in asked})


def muck(hand: Hand, event: Muck) -> Hand:
    """Muck a hand. Raise IllegalAction for a tabled one, whose cards have spoken, or if all must be tabled."""
    seat = event.seat
    player = _who_may_end(hand, seat, "muck")
    if not hand.closed:
        raise IllegalAction("BETTING_OPEN", f"seat {seat} cannot muck before the showdown; fold it", {"seat": seat})
    if player.shown is not None and not hand.complete:
        raise IllegalAction("ALREADY_SHOWN", f"seat {seat} has shown, and a tabled hand counts; undo", {"seat": seat})
    if must_table(hand) or seat in hand.to_table:
        why = "with somebody all-in every hand is tabled" if must_table(hand) else "the floor has its hand tabled"
        reason = f"seat {seat} cannot muck: {why}"
        if not event.override:
            raise IllegalAction("MUST_TABLE", f"{reason}; show it", {"seat": seat})
        hand = rule(hand, f"{reason}; it stands as recorded")
    entry = Recorded(hand.street, seat, "muck")
    hand = replace(hand, actions=(*hand.actions, entry))
    return hand if player.shown is not None else put(hand, replace(player, mucked=True))


def must_table(hand: Hand) -> bool:
    """Return whether every hand must be tabled: somebody is all-in, and the house has the rule (TDA 2024 rule 16)."""
    contested = unfolded(hand)
    tabled = hand.setup.all_in_tabled and hand.closed and not hand.complete and len(contested) > 1
    return tabled and any(player.stack == 0 for player in contested)


def _who_may_end(hand: Hand, seat: int, verb: str) -> Player:
    player = find(hand, seat)
    if player.folded:
        raise IllegalAction("FOLDED", f"seat {seat} cannot {verb}: it has folded", {"seat": seat})
    if player.mucked:
        raise IllegalAction("MUCKED", f"seat {seat} cannot {verb}: it has mucked; undo that first", {"seat": seat})
    return player


def _require_hand(hand: Hand, seat: int, cards: tuple[Card, ...]) -> None:
    """Raise IllegalAction for cards that cannot be a hand beside the cards that lie face up."""
    game = game_of(hand)
    details = {"seat": seat, "cards": list(cards)}
    size = hand_size(hand)
    sizes = {size} | ({_dealt_so_far(find(hand, seat))} if game.up else set())
    if len(cards) not in sizes or len(set(cards)) != len(cards) or any(card not in game.cards for card in cards):
        message = f"seat {seat} shows {' '.join(cards) or 'nothing'}; a hand is {size} different cards, as in As Kd"
        raise IllegalAction("BAD_HAND", message, details)
    own = {f"before seat {seat}", f"shown by seat {seat}", f"exposed by seat {seat}"}
    seen = {card: where for card, where in face_up(hand).items() if where not in own}
    for card in cards:
        if card in seen:
            message = f"seat {seat} cannot show {card}: it is {seen[card]}; correct one of them"
            raise IllegalAction("CARD_FACE_UP", message, details)


def _dealt_so_far(player: Player) -> int:
    return len(player.hole) + len(player.up)
