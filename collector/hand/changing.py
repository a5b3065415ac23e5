"""The small changes that every rule makes to a hand: replace a player, move chips, note a ruling. Also: who is in it.

Knows no rule of play. The rules are in the modules that import this one.
"""

from __future__ import annotations

from collector.errors import IllegalAction
from collector.hand.copying import replace
from collector.hand.games import GAMES, Betting, Game, Street
from collector.hand.model import Hand, Player


def game_of(hand: Hand) -> Game:
    """Return the game that is played."""
    return GAMES[hand.setup.game]


def betting_of(hand: Hand) -> Betting:
    """Return the betting structure: that of the hand's setup, else the usual one of the game."""
    return hand.setup.betting or game_of(hand).betting


def street_of(hand: Hand) -> Street:
    """Return the street that is played."""
    return game_of(hand).street(hand.street)


def find(hand: Hand, seat: int) -> Player:
    """Return the player in `seat`; raise IllegalAction if the seat is not in the hand."""
    for player in hand.players:
        if player.seat == seat:
            return player
    dealt = ", ".join(str(player.seat) for player in hand.players)
    raise IllegalAction("NOT_IN_HAND", f"seat {seat} is not in this hand; dealt in are seats {dealt}", {"seat": seat})


def put(hand: Hand, player: Player) -> Hand:
    """Return the hand with `player` in place of whoever had its seat."""
    return replace(hand, players=placed(hand.players, player))


def placed(players: tuple[Player, ...], player: Player) -> tuple[Player, ...]:
    """Return players with `player` in place of whoever had its seat."""
    return tuple([player if old.seat == player.seat else old for old in players])


def pay(player: Player, amount: int) -> Player:
    """Move chips from the stack into the player's bet."""
    return replace(
        player, stack=player.stack - amount, bet=player.bet + amount, contributed=player.contributed + amount
    )


def rule(hand: Hand, text: str) -> Hand:
    """Add a line to the hand's rulings, with the street before it."""
    return replace(hand, rulings=(*hand.rulings, f"{hand.street}: {text}"))


def standing(before: Hand, after: Hand) -> int:
    """Return how many acts of a record an event left standing; the acts behind them are those that it added.

    Only the last one is ever taken out: the bring-in of an absent player, when its up card was a misread.
    """
    count = len(before.actions)
    taken = count and (len(after.actions) < count or after.actions[count - 1] != before.actions[-1])
    return count - 1 if taken else count


def clockwise(hand: Hand, first: int | None) -> tuple[Player, ...]:
    """Return every player once, from seat `first` on; None, or a seat not dealt in: from left of the button."""
    players = hand.players
    if first is not None:
        for at, player in enumerate(players):
            if player.seat == first:
                return players[at:] + players[:at]
    return players


def unfolded(hand: Hand) -> tuple[Player, ...]:
    """Return the players who have not folded. One who mucked at the showdown is among them."""
    return tuple([player for player in hand.players if not player.folded])


def live(hand: Hand) -> tuple[Player, ...]:
    """Return the players who can still win."""
    return tuple([player for player in hand.players if not player.folded and not player.mucked])
