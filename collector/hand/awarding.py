"""The award of a pot: boards, halves, ties, odd chips. Looks at tabled hands and showing boards only.

Each side pot is split separately (TDA 2024 rule 21). A pot splits by board, then between high and low, then among the
winners of each. Odd chips go to the first board, to the high side, and then by `_odd_first`. With real chips nobody
gets more than one odd chip of a split, and players who tie for high and low alike share the pot as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from collector.cards import ACE, PLAYED, SUITS, Card, rank_of
from collector.hand import pots
from collector.hand.board import boards
from collector.hand.changing import game_of
from collector.hand.games import Half
from collector.hand.model import Hand, OddChip, Player, Pot


class Share(NamedTuple):
    """A part of a pot, and the chips that each seat takes of it. board: its number from 1. half: its name.

    board 0, half "": nobody had to beat another hand for it.
    """

    board: int
    half: str
    won: Mapping[int, int]


def taken(hand: Hand, pot: Pot) -> Counter[int]:
    """Return the chips that each seat takes from a pot. If all mucked, the last one wins: its hand was still live."""
    found: Counter[int] = Counter()
    for share in shares(hand, pot):
        found.update(share.won)
    return found


def shares(hand: Hand, pot: Pot) -> list[Share]:
    """Return the parts of a pot, by board and half, as `taken` adds them up."""
    contenders = [player for player in hand.players if player.seat in pot.eligible and player.live]
    if len(contenders) <= 1:
        winner = contenders[0].seat if contenders else last_muck(hand, pot)
        return [Share(0, "", {winner: pot.amount})]
    tables = boards(hand)
    found: list[Share] = []
    for number, (part, cards) in enumerate(zip(_parts(hand, pot.amount, len(tables)), tables, strict=True), 1):
        found += _on_board(hand, part, contenders, cards, number)
    return found


class Awarded(NamedTuple):
    """A part of a finished hand's pots. pot: its place among them, 0 for the main pot; the rest as in `Share`."""

    pot: int
    board: int
    half: str
    won: Mapping[int, int]


def awards(hand: Hand) -> list[Awarded]:
    """Return who took which part of which pot of a finished hand, after the rake: the last side pot first.

    What the floor pushed, and blinds that were chopped, are one part that names no board.
    """
    if hand.result is None:
        return []
    won = {win.seat: win.amount for win in hand.result.wins}
    found: list[Awarded] = []
    standing = [player for player in hand.players if player.live]
    if hand.result.awarded is None and (len(standing) <= 1 or all(player.shown for player in standing)):
        dropped = pots.drop(hand.result.pots, hand.result.rake)
        for number, (pot, part) in reversed(list(enumerate(zip(hand.result.pots, dropped, strict=True)))):
            for share in shares(hand, Pot(pot.amount - part, pot.eligible)):
                taken_of_it = {seat: chips for seat, chips in share.won.items() if chips}
                found += [Awarded(number, share.board, share.half, taken_of_it)] if taken_of_it else []
    total: Counter[int] = Counter()
    for each in found:
        total.update(each.won)
    return found if total == won else [Awarded(0, 0, "", won)]


def last_muck(hand: Hand, pot: Pot) -> int:
    """Return the seat that mucked last, of the seats that could win the pot."""
    return [entry.seat for entry in hand.actions if entry.action == "muck" and entry.seat in pot.eligible][-1]


def _on_board(
    hand: Hand, amount: int, contenders: list[Player], board: tuple[Card, ...], number: int
) -> Iterator[Share]:
    """Split one board's share between the halves that somebody qualifies for."""
    won = [(half, winners) for half in game_of(hand).halves if (winners := _best(contenders, half, board))]
    if hand.setup.real_chips and all(winners == won[0][1] for _, winners in won):
        won = won[:1]  # the same hands for high and low: as evenly as it goes (Robert's Rules 9)
    for part, (half, winners) in zip(_parts(hand, amount, len(won)), won, strict=True):
        seats = [player.seat for player in _odd_first(hand, winners, half, board)]
        yield Share(number, half.name, dict(zip(seats, _parts(hand, part, len(seats)), strict=True)))


def _parts(hand: Hand, amount: int, count: int) -> list[int]:
    return pots.parts(amount, count, hand.setup.chip, apart=hand.setup.real_chips)


def _best(contenders: list[Player], half: Half, board: tuple[Card, ...]) -> list[Player]:
    """Return who shares a half; nobody, where none qualifies."""
    strength = {player.seat: half.strength(player.shown or (), board) for player in contenders}
    best = max(strength.values())
    return [player for player in contenders if strength[player.seat] == best] if best else []


def _odd_first(hand: Hand, winners: list[Player], half: Half, board: tuple[Card, ...]) -> Sequence[Player]:
    """Order winners for the odd chip: left of the button; in stud by suit, as the house says (see `OddChip`)."""
    if not hand.setup.real_chips or not game_of(hand).up or len(winners) == 1:
        return winners
    rule, low = hand.setup.odd_chip, half.low
    if rule is OddChip.ALL:
        return sorted(winners, key=lambda player: _of_all(player.shown or (), low=low), reverse=not low)
    ace = 1 if low and rule is OddChip.FIVE else ACE
    return sorted(winners, key=lambda player: _high_card(player.shown or (), half, board, ace), reverse=True)


def _of_all(cards: tuple[Card, ...], *, low: bool) -> tuple[int, int]:
    """Return the card by suit that decides: the highest of all that were tabled, for low the lowest, aces low."""
    return min(_by_suit(card, 1) for card in cards) if low else max(map(_by_suit, cards))


def _high_card(hole: tuple[Card, ...], half: Half, board: tuple[Card, ...], ace: int) -> tuple[int, int]:
    """Return the highest card by suit of the winning five. ace: what it counts."""
    best = half.strength(hole, board)
    fives = (five for five in combinations((*hole, *board), PLAYED) if half.strength(five, ()) == best)
    return max((max(_by_suit(card, ace) for card in five) for five in fives), default=(0, 0))


def _by_suit(card: Card, ace: int = ACE) -> tuple[int, int]:
    rank = rank_of(card)
    return ace if rank == ACE else rank, SUITS.index(card[1])


def words(hand: Hand, player: Player) -> str | None:
    """Return a tabled hand in words, by half and board; None if it is not tabled, or a board is not complete."""
    if player.shown is None or any(len(board) < game_of(hand).board_size for board in boards(hand)):
        return None
    named = [
        half.describe(player.shown, board)
        for board in boards(hand)
        for half in game_of(hand).halves
        if half.strength(player.shown, board)
    ]
    return " / ".join(named) or None
