"""The keys of one hand in a PHH file, checked as they are taken. Knows types and ranges, not what a hand does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from collector.errors import BadHistory
from collector.hand.games import GAMES, Betting, Game

BY_PHH: Final[dict[str, tuple[Game, Betting]]] = {
    code: (GAMES[key], betting)
    for code, key, betting in (
        ("FT", "holdem", Betting.FIXED_LIMIT),
        ("NT", "holdem", Betting.NO_LIMIT),
        ("NS", "short_deck", Betting.NO_LIMIT),
        ("PO", "omaha", Betting.POT_LIMIT),
        ("FO/8", "omaha_hi_lo", Betting.FIXED_LIMIT),
        ("F7S", "stud", Betting.FIXED_LIMIT),
        ("F7S/8", "stud_hi_lo", Betting.FIXED_LIMIT),
        ("FR", "razz", Betting.FIXED_LIMIT),
        ("N2L1D", "single_draw_27", Betting.NO_LIMIT),
        ("F2L3D", "triple_draw_27", Betting.FIXED_LIMIT),
        ("FB", "badugi", Betting.FIXED_LIMIT),
    )
}
"""By the variant code of a PHH file: the game, and its betting."""

MAX_PLAYERS: Final = 10
MAX_AMOUNT: Final = 10**15
MAX_PLACES: Final = 6


class Fields:
    """The keys of one hand, checked as they are taken."""

    def __init__(self, table: object, where: str) -> None:
        self._where = where
        if not isinstance(table, Mapping):
            raise self.bad("is no table of a hand; a .phhs file has one table per hand: [1], [2], ...")
        self._table: Mapping[str, object] = table

    def bad(self, reason: str) -> BadHistory:
        """Return the error for this hand."""
        return BadHistory(self._where, reason)

    def _need(self, key: str) -> object:
        if key not in self._table:
            raise self.bad(f"{key} is missing; a hand needs it")
        return self._table[key]

    def has(self, key: str) -> bool:
        """Return whether the hand has a key."""
        return key in self._table

    @property
    def keys(self) -> tuple[str, ...]:
        """Return every key of the hand, in the order of the file."""
        return tuple(self._table)

    def raw(self, key: str) -> object:
        """Return the value of a key as TOML has it, unchecked; None where the hand has no such key."""
        return self._table.get(key)

    def listed(self, key: str, count: int) -> Sequence[object]:
        """Return a list with an entry per player, its entries unchecked."""
        return self._list(key, count)

    def switch(self, key: str) -> bool:
        """Return a truth value; false when the key is absent."""
        value = self._table.get(key, False)
        if not isinstance(value, bool):
            raise self.bad(f"{key} is of type {type(value).__name__}; it must be true or false")
        return value

    def refuse(self, *keys: str, why: str) -> None:
        """Refuse a hand that has one of these keys."""
        for key in keys:
            if key in self._table:
                raise self.bad(f"{key} {why}; take it out, or correct variant")

    def game(self) -> tuple[Game, Betting]:
        """Return the game of `variant`, and its betting."""
        variant = self._need("variant")
        if not isinstance(variant, str) or variant not in BY_PHH:
            shown = variant[:20] if isinstance(variant, str) else f"of type {type(variant).__name__}"
            raise self.bad(f"variant {shown} is not supported; supported: {', '.join(sorted(BY_PHH))}")
        return BY_PHH[variant]

    def text(self, key: str, default: str) -> str:
        """Return a text, or the default when the key is absent."""
        value = self._table.get(key, default)
        if not isinstance(value, str):
            raise self.bad(f"{key} is of type {type(value).__name__}; it must be text in quotes")
        return value

    def amount(self, key: str) -> Decimal:
        """Return one amount."""
        return self._amount(key, self._need(key))

    def bet(self, key: str) -> Decimal:
        """Return one amount above 0."""
        amount = self.amount(key)
        if not amount:
            raise self.bad(f"{key} is 0; it must be more")
        return amount

    def stacks(self) -> tuple[Decimal | None, ...]:
        """Return `starting_stacks`; None for `inf`, a stack that is not known."""
        values = self._list("starting_stacks", None)
        return tuple(
            None if isinstance(value, Decimal) and value == Decimal("inf") else self._amount("starting_stacks", value)
            for value in values
        )

    def optional_amounts(self, key: str, count: int) -> tuple[Decimal, ...] | None:
        """Return an amount per player, or None when the key is absent."""
        return self.amounts(key, count) if key in self._table else None

    def amounts(self, key: str, count: int | None) -> tuple[Decimal, ...]:
        """Return an amount per player."""
        values = self._list(key, count)
        return tuple(self._amount(key, value) for value in values)

    def lines(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self._list(key, None)
        if not all(isinstance(value, str) for value in values):
            raise self.bad(f"{key} must be a list of texts")
        return tuple(str(value) for value in values)

    def names(self, count: int) -> tuple[str, ...]:
        """Return the players' names; without `players`, and for an empty text, p1, p2, ..."""
        if "players" not in self._table:
            return tuple(f"p{number}" for number in range(1, count + 1))
        values = self._list("players", count)
        if not all(isinstance(value, str) for value in values):
            raise self.bad("players must be a list of texts")
        return tuple(str(value) or f"p{number}" for number, value in enumerate(values, 1))  # "": not known

    def seats(self, count: int) -> tuple[int, ...]:
        """Return the seat of each player; without `seats`, 1, 2, ..."""
        if "seats" not in self._table:
            return tuple(range(1, count + 1))
        values = self._list("seats", count)
        seats = [value for value in values if type(value) is int and 1 <= value <= MAX_PLAYERS]
        if len(set(seats)) != count:
            raise self.bad(f"seats must be {count} different numbers from 1 to {MAX_PLAYERS}")
        return tuple(seats)

    def late(self) -> tuple[int, ...]:
        """Return the players that `_late_posts` names: they posted out of turn."""
        values = self._table.get("_late_posts", [])
        if not isinstance(values, list) or not all(type(value) is int for value in values):
            raise self.bad("_late_posts must be a list of player numbers")
        return tuple(values)

    def _list(self, key: str, count: int | None) -> Sequence[object]:
        values = self._need(key)
        if not isinstance(values, list):
            raise self.bad(f"{key} must be a list")
        if count is not None and len(values) != count:
            raise self.bad(f"{key} has {len(values)} entries for {count} players; give one per player")
        return values

    def _amount(self, key: str, value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.bad(f"{key} has a {type(value).__name__} where a number belongs")
        if isinstance(value, int) and abs(value) > MAX_AMOUNT:
            raise self.bad(f"{key} has an amount above {MAX_AMOUNT}; amounts go from 0 to that")
        number = Decimal(value)
        if not number.is_finite() or not 0 <= number <= MAX_AMOUNT or (number and number.adjusted() < -MAX_PLACES):
            raise self.bad(f"{key} has {str(value)[:40]}; amounts go from 0 to {MAX_AMOUNT}")
        if -int(number.normalize().as_tuple().exponent) > MAX_PLACES:
            raise self.bad(f"{key} has {str(value)[:40]}; write at most {MAX_PLACES} decimals")
        return number
