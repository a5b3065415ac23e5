"""Who can win which chips. Knows stakes and seats, not cards or turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collector.hand.model import Pot


@dataclass(frozen=True, slots=True)
class Stake:
    """What a seat has in. chips: what others had to match; dead: what nobody matches (see Player.dead).

    open: the seat can still match more, so that its chips do not cap a layer.
    """

    seat: int
    chips: int
    dead: int = 0
    folded: bool = False
    open: bool = False


def layer(stakes: Sequence[Stake]) -> tuple[Pot, ...]:
    """Return the pots, main pot first; layers that the same seats can win are one pot.

    Dead money is under the first layer: a seat whose whole stack went in as dead money can win that and no more.
    """
    pots = [Pot(sum(stake.dead for stake in stakes), _contenders(stakes, 0))]
    below = 0
    for level in _levels(stakes):
        amount = sum(min(stake.chips, level) - min(stake.chips, below) for stake in stakes)
        eligible = _contenders(stakes, level) or pots[-1].eligible  # none: chips of a folded seat above all others
        below = level
        if eligible == pots[-1].eligible:
            pots[-1] = Pot(pots[-1].amount + amount, eligible)
        else:
            pots.append(Pot(amount, eligible))
    return tuple(pot for pot in pots if pot.amount)


def _levels(stakes: Sequence[Stake]) -> list[int]:
    """Return the heights at which a layer ends: each stake that cannot grow, and the highest of all."""
    caps = {stake.chips for stake in stakes if not stake.folded and not stake.open}
    caps.add(max((stake.chips for stake in stakes), default=0))
    return sorted(caps - {0})


def _contenders(stakes: Sequence[Stake], level: int) -> tuple[int, ...]:
    return tuple(stake.seat for stake in stakes if not stake.folded and (stake.open or stake.chips >= level))


def uncalled(stakes: Sequence[Stake]) -> tuple[int, int]:
    """Return the seat whose bet nobody matched in full, and the chips it gets back (seat 0, 0 chips: none)."""
    ranked = sorted(stakes, key=lambda stake: stake.chips, reverse=True)
    top, second = ranked[0], ranked[1]
    if top.folded or top.chips == second.chips:
        return 0, 0
    return top.seat, top.chips - second.chips


def parts(amount: int, count: int, chip: int = 1, *, apart: bool = False) -> list[int]:
    """Split an amount into equal parts of whole chips.

    What is odd goes to the first part: a record knows no chips, so it is one piece. apart: one chip each, from the
    first part on, as it is dealt out at a table; what is less than a chip is the first one's all the same.
    """
    each = amount // (count * chip) * chip
    odd = amount - each * count
    chips = odd // chip if apart else 0
    split = [each + chip * (at < chips) for at in range(count)]
    split[0] += odd - chips * chip
    return split


def share(amount: int, winners: Sequence[int], chip: int = 1) -> dict[int, int]:
    """Split a pot. `winners` in the order of the odd chip: what does not divide goes to the first of them."""
    return dict(zip(winners, parts(amount, len(winners), chip), strict=True))


def drop(made: Sequence[Pot], rake: int) -> list[int]:
    """Take the rake from the pots, the main pot first."""
    taken = []
    for pot in made:
        part = min(rake, pot.amount)
        taken.append(part)
        rake -= part
    return taken
