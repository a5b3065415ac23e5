"""What each player's chances in several pots are worth. Side pots have fewer contenders than the main pot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from collector.cards import Card
from collector.equity.count import equity_of
from collector.equity.games import Game
from collector.equity.result import Equity
from collector.errors import BadInput


@dataclass(frozen=True)
class Pot:
    """Chips, and the players who can win them, counted from 0 in the order of the hands."""

    chips: int
    contenders: tuple[int, ...]


@dataclass(frozen=True)
class Share:
    """What one pot is worth to its contenders."""

    pot: Pot
    equity: Equity | None
    """Players count from 0 in the order of `pot.contenders`; None where only one contends."""

    def chips(self, player: int) -> Fraction:
        """Return the chips of this pot that `player` wins on average; 0 for a player who does not contend."""
        if player not in self.pot.contenders:
            return Fraction(0)
        if self.equity is None:
            return Fraction(self.pot.chips)
        return self.pot.chips * self.equity.equity(self.pot.contenders.index(player))


def share_pots(
    game: Game,
    hands: Sequence[Sequence[Card]],
    board: Sequence[Card],
    pots: Sequence[Pot],
    dead: Sequence[Card] = (),
) -> tuple[Share, ...]:
    """Return the share of each pot. Hands that do not contend for a pot are dead cards in it.

    Raises BadInput for a pot without contenders, for contenders who do not exist, and as `equity_of` does.
    """
    counted: dict[tuple[int, ...], Equity] = {}
    shares = []
    for number, pot in enumerate(pots, 1):
        _check(number, pot, len(hands))
        if len(pot.contenders) > 1 and pot.contenders not in counted:
            others = [card for player, hand in enumerate(hands) if player not in pot.contenders for card in hand]
            contending = [hands[player] for player in pot.contenders]
            counted[pot.contenders] = equity_of(game, contending, board, [*dead, *others])
        shares.append(Share(pot, counted.get(pot.contenders)))
    return tuple(shares)


def _check(number: int, pot: Pot, players: int) -> None:
    strangers = [player + 1 for player in pot.contenders if player not in range(players)]
    if strangers or not pot.contenders or len(set(pot.contenders)) < len(pot.contenders) or pot.chips < 0:
        raise BadInput(
            "BAD_POT",
            f"pot {number}: {pot.chips} for {', '.join(str(player + 1) for player in pot.contenders) or 'nobody'}; "
            f"name each of its contenders once, from 1 to {players}, and chips of 0 or more",
            {"pot": number},
        )
