"""The pots: which chips there are, and which seats can win them. Knows stakes and seats, not cards or turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collector.hand.model import Pot


@dataclass(frozen=True, slots=True)
class Stake:
    """The chips of a seat in the hand. chips: to be matched by others; dead: matched by nobody (see Player.dead).

    open: the seat can still match more, so its chips do not cap a layer. killed: folded by a ruling.
    """

    seat: int
    chips: int
    dead: int = 0
    folded: bool = False
    open: bool = False
    killed: bool = False


def layer(stakes: Sequence[Stake]) -> tuple[Pot, ...]:
    """Return the pots, the main pot first. Layers that the same seats can win are one pot.

    Dead money lies in the first layer: a seat whose whole stack went in as dead money can win that and no more.
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
    """Return the seat whose bet nobody matched in full, and the chips it gets back (seat 0, 0 chips: none).

    Who folded left the bet there. Who was ruled out gets it back (TDA 2024 rules 15 and 65).
    """
    ranked = sorted(stakes, key=lambda stake: stake.chips, reverse=True)
    top, second = ranked[0], ranked[1]
    if (top.folded and not top.killed) or top.chips == second.chips:
        return 0, 0
    return top.seat, top.chips - second.chips


def parts(amount: int, count: int, chip: int = 1, *, apart: bool = False) -> list[int]:
    """Split an amount into equal parts of whole chips.

    The remainder goes to the first part in one piece, since a record knows no chips. apart: it goes out chip by chip,
    from the first part on, as at a table; a remainder of less than a chip goes to the first part all the same.
    """
    each = amount // (count * chip) * chip
    odd = amount - each * count
    chips = odd // chip if apart else 0
    split = [each + chip * (at < chips) for at in range(count)]
    split[0] += odd - chips * chip
    return split


def share(amount: int, winners: Sequence[int], chip: int = 1) -> dict[int, int]:
    """Return the share of each winner of a pot. winners: in the order of the odd chip; the first gets the remainder."""
    return dict(zip(winners, parts(amount, len(winners), chip), strict=True))


def drop(made: Sequence[Pot], rake: int) -> list[int]:
    """Return the part of the rake that comes from each pot. It comes from the main pot first."""
    taken = []
    for pot in made:
        part = min(rake, pot.amount)
        taken.append(part)
        rake -= part
    return taken
