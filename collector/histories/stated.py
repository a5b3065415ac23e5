"""The end of a hand as its source states it, compared with the end that the engine plays. Knows no format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand.board import boards
from collector.hand.model import Hand, Result
from collector.histories.story import Story


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source states of the end, in units; None where it states nothing.

    wins, returned (bets that nobody called) and final (stacks): by seat. A seat that is not in them has nothing.
    after_rake: the house has taken its share from `final`, and from `wins`, although the hand is played without it.
    apart: bets that nobody called are told apart; else they may be in the pot, and in what is won.
    """

    total_pot: int | None = None
    rake: int | None = None
    wins: Mapping[int, int] | None = None
    final: Mapping[int, int] | None = None
    after_rake: int = 0
    returned: Mapping[int, int] | None = None
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """A statement that the hand does not bear out. seat: None where it is the table's. Amounts are in units."""

    what: Literal["pot", "rake", "wins", "gets back", "ends with"]
    seat: int | None
    said: int
    played: int


def gaps(result: Result, stated: Stated) -> tuple[Gap, ...]:
    """Return what differs between the statements and the end that is played: the one comparison of all formats."""
    loose = {} if stated.apart else result.uncalled
    found = []
    if stated.total_pot not in (None, result.total_pot, result.total_pot + sum(loose.values())):
        found.append(Gap("pot", None, stated.total_pot or 0, result.total_pot))
    if stated.rake not in (None, result.rake):
        found.append(Gap("rake", None, stated.rake or 0, result.rake))
    won = {win.seat: win.amount for win in result.wins}
    if stated.wins is not None:
        told = {
            seat: won.get(seat, 0) if amount == won.get(seat, 0) + loose.get(seat, 0) else amount
            for seat, amount in stated.wins.items()
        }
        found += _by_seat("wins", told, won, stated.after_rake, won)
    if stated.returned is not None:
        found += _by_seat("gets back", stated.returned, result.uncalled, 0, won)
    if stated.final is not None:
        found += _by_seat("ends with", stated.final, result.final_stacks, stated.after_rake, won)
    return tuple(found)


def differences(hand: Hand, stated: Stated) -> tuple[str, ...]:
    """Return a line for each statement that the finished hand does not bear out. Amounts are in units."""
    if hand.result is None:
        return ("the hand is not over, so that nothing of its end can be compared",)
    return tuple(
        f"the source states {f'a {gap.what} of' if gap.seat is None else f'that seat {gap.seat} {gap.what}'} {gap.said}"
        f", and {gap.played} is played"
        for gap in gaps(hand.result, stated)
    )


def _by_seat(
    what: Literal["wins", "gets back", "ends with"],
    said: Mapping[int, int],
    played: Mapping[int, int],
    rake: int,
    won: Mapping[int, int],
) -> list[Gap]:
    """Compare amounts by seat. A rake that was not played comes from those who won, in no order that is known."""
    short = {seat: played.get(seat, 0) - said.get(seat, 0) for seat in sorted({*said, *played})}
    raked = rake and all(gap == 0 or (gap > 0 and won.get(seat)) for seat, gap in short.items())
    if raked and sum(short.values()) == rake:
        return []
    return [Gap(what, seat, said.get(seat, 0), played.get(seat, 0)) for seat, gap in short.items() if gap]


def card_twice(hand: Hand) -> str | None:
    """Return in words the card that lies in two places that decide: on a board, or in a hand that did not fold."""
    lying: dict[Card, str] = {}
    for number, cards in enumerate(boards(hand), 1):
        own = cards if number == 1 else cards[hand.shared :]
        for card in own:
            if card in lying:
                return f"{card} is on the board twice; correct one of them"
            lying[card] = "on the board"
    for player in hand.players:
        hole = () if player.folded else (card.reveal() for card in player.hole if card)
        for card in {*hole, *(player.shown or ()), *(card for card in player.up if card)}:
            if card in lying:
                return f"{card} is held by seat {player.seat}, and {lying[card]}; correct one of them"
            lying[card] = f"by seat {player.seat}"
    return None


def require(story: Story, found: tuple[str, ...], where: str) -> None:
    """Raise BadHistory where something differs: amounts are named as the engine has them, in units of the source."""
    if found:
        unit = "" if story.scale == 1 else f" (in 1/{story.scale} of the source's unit)"
        raise BadHistory(where, f"{found[0]}{unit}; correct the record, or read it leniently")
