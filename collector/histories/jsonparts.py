"""Values of a JSON document, checked as they are taken. Each error names the hand, and the path of the value in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, cast

from collector.cards import Card, parse_card
from collector.errors import BadCard, BadHistory

MAX_AMOUNT: Final = 10**15
MAX_PLACES: Final = 6
_NEAR: Final = Decimal("0.000000001")
"""Programs that count in floating point write 0.30000000000000004 for 0.3."""
_UNKNOWN: Final = ("??", "Xx", "XX", "xx", "")
_SHOWN: Final = 40

Amount = int | Decimal


class Part:
    """An object of a document. where: the hand. path: the place of the object in it, empty for the whole."""

    def __init__(self, found: object, where: str, path: str = "") -> None:
        self.where, self.path = where, path
        if not isinstance(found, Mapping):
            raise BadHistory(where, f"{path or 'the document'} is {_told(found)}; it must be an object")
        self._found = cast("Mapping[str, object]", found)

    def __contains__(self, key: str) -> bool:
        """Return whether the object has a value under a key; null is none, and neither is an empty text."""
        return self._found.get(key) not in (None, "")

    def raw(self, key: str) -> object:
        """Return a value unchecked; None where there is none."""
        return self._found.get(key)

    def bad(self, key: str, wanted: str) -> BadHistory:
        """Return the error for the value under a key, which should be `wanted`."""
        place = f"{self.path}.{key}" if self.path else key
        told = "is missing" if self._found.get(key) is None else f"is {_told(self._found[key])}"
        return BadHistory(self.where, f"{place} {told}; {wanted}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        value = self._found.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.bad(key, "it must be a text")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return a truth value."""
        value = self._found.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self.bad(key, "it must be true or false")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        """Return an integer of a range."""
        value = self._found.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.bad(key, f"it must be an integer from {low} to {high}")
        return value

    def one_of(self, key: str, options: Sequence[str]) -> str:
        """Return a word of a closed list."""
        value = self._found.get(key)
        if not isinstance(value, str) or value not in options:
            raise self.bad(key, f"it must be one of {', '.join(options)}")
        return value

    def amount(self, key: str, default: int | None = None, low: int = 0) -> Decimal:
        """Return an amount of chips or money, at most `MAX_PLACES` decimals."""
        value = self._found.get(key)
        if value is None and default is not None:
            return Decimal(default)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise self.bad(key, "it must be a number")
        if isinstance(value, int) and abs(value) > MAX_AMOUNT:
            raise self.bad(key, f"amounts go from {low} to {MAX_AMOUNT}")
        number = Decimal(str(value))
        if not number.is_finite() or not low <= number <= MAX_AMOUNT:
            raise self.bad(key, f"amounts go from {low} to {MAX_AMOUNT}")
        rounded = round(number, MAX_PLACES)
        if abs(rounded - number) > _NEAR:
            raise self.bad(key, f"amounts have at most {MAX_PLACES} decimals")
        return rounded

    def whole_object(self) -> Mapping[str, object]:
        """Return the object itself."""
        return self._found

    def part(self, key: str) -> Part:
        """Return an object."""
        return Part(self._found.get(key), self.where, f"{self.path}.{key}" if self.path else key)

    def parts(self, key: str, most: int) -> list[Part]:
        """Return a list of objects, at most so many."""
        value = self._list(key, most)
        place = f"{self.path}.{key}" if self.path else key
        return [Part(each, self.where, f"{place}[{at}]") for at, each in enumerate(value)]

    def words(self, key: str, options: Sequence[str], most: int = 100) -> tuple[str, ...]:
        """Return a list of words of a closed list; a missing or empty one is none."""
        if key not in self:
            return ()
        value = self._list(key, most)
        for each in value:
            if not isinstance(each, str) or each not in options:
                raise self.bad(key, f"each must be one of {', '.join(options)}")
        return tuple(str(each) for each in value)

    def cards(self, key: str, most: int) -> tuple[Card | None, ...]:
        """Return a list of cards; None for one that is not known. A missing list is empty."""
        if key not in self:
            return ()
        return tuple(self._cards(key, self._list(key, most)))

    def _cards(self, key: str, texts: Sequence[object]) -> Iterator[Card | None]:
        for text in texts:
            if not isinstance(text, str):
                raise self.bad(key, "it must be a list of cards, as in As")
            try:
                yield None if text in _UNKNOWN else parse_card(text)
            except BadCard as error:
                raise self.bad(key, error.message) from error

    def _list(self, key: str, most: int) -> Sequence[object]:
        value = self._found.get(key)
        if not isinstance(value, list):
            raise self.bad(key, "it must be a list")
        if len(value) > most:
            raise BadHistory(self.where, f"{self.path}.{key} has {len(value)} entries; a hand has at most {most}")
        return value


def scale_of(amounts: Sequence[Decimal]) -> int:
    """Return how many units make one of the document's, by the finest decimal of its amounts."""
    places = (-int(amount.normalize().as_tuple().exponent) for amount in amounts)
    return int(10 ** max(0, *places, 0))


def _told(value: object) -> str:
    """Tell a value in few letters."""
    match value:
        case bool() | float() | str():
            return repr(value)[:_SHOWN]
        case int():
            return str(value) if abs(value) <= 10 * MAX_AMOUNT else "a huge number"
        case Decimal():
            return str(value)[:_SHOWN]
        case _:
            return {type(None): "null", list: "a list", dict: "an object"}.get(type(value), type(value).__name__)
