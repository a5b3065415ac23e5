"""What an Open Hand History document states of the end: the pots, who won them, what the house took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from collector.histories.jsonparts import Part
from collector.histories.stated import Stated

_MOST_POTS = 40


def pot_amounts(body: Part) -> Iterator[Decimal]:
    """Yield every amount of the pots, to find the smallest unit."""
    for pot in body.parts("pots", _MOST_POTS):
        yield pot.amount("amount")
        yield house_share(pot)
        for win in pot.parts("player_wins", _MOST_POTS):
            yield win.amount("win_amount")


def house_share(pot: Part) -> Decimal:
    """Return what the house took from a pot: rake and jackpot."""
    return pot.amount("rake", 0) + pot.amount("jackpot", 0)


def stated_in(body: Part, numbers: Mapping[int, int], scale: int) -> Stated:
    """Return the statements in units. numbers: the seat of each player id. A cash-out is paid beside the pot."""
    total, rake, wins = Decimal(0), Decimal(0), Counter[int]()
    for pot in body.parts("pots", _MOST_POTS):
        total += pot.amount("amount")
        rake += house_share(pot)
        for win in pot.parts("player_wins", _MOST_POTS):
            number = win.whole("player_id", 0, 10**9)
            if number not in numbers:
                raise win.bad("player_id", "players lists no such id")
            wins[numbers[number]] += int(win.amount("win_amount") * scale)
            win.amount("cashout_amount", 0)
            win.amount("cashout_fee", 0)
            win.amount("bonus_amount", 0)
    return Stated(int(total * scale), int(rake * scale), dict(wins))
