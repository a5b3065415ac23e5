"""Text from people: names, titles, reasons, notes. The one rule of what it may hold, and how any text is shown.

`said` takes a text or says what is wrong with it: for everything that comes in. `cleaned` makes of any text one that
is taken: for what is in old logs and in files of others. `shown` is for a terminal. Knows no payload and no format.

A length is what is seen: an accent, a skin tone or a joined emoji is part of the sign before it. The signs are found
by the properties of Python's own Unicode tables, not by all of UAX 29: nothing here needs where a line may break.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final, Literal

LIMIT: Final = 60
"""Signs that a name, a title or a reason may have."""
POINTS: Final = 4 * LIMIT
"""Code points of them. A joined emoji takes up to eleven."""
_MARKS: Final = 6
"""Marks on one sign. No script stacks more; what does hides its neighbours."""

_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the text behind them round, also that of others."""
_LINES: Final = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
"""Whatever some reader of lines takes for the end of one."""
_JOINERS: Final = frozenset("\u200c\u200d")
_EMPTY: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0\ufffc")
"""No letters of any word, and nothing to see, although Unicode files them under letters, marks and symbols."""
_FLAG, _TAG_END = "\U0001f3f4", "\U000e007f"
_KEYCAP: Final = "\u20e3"

Fault = Literal["line", "direction", "control", "unseen", "unpaired", "unknown"]
_WORDS: Final[dict[Fault, str]] = {
    "line": "a line break",
    "direction": "a mark that turns the direction of text",
    "control": "a control character",
    "unseen": "a character that is not seen",
    "unpaired": "half a character",
    "unknown": "a character that has no meaning",
}
_NEVER: Final[dict[Fault, frozenset[str]]] = {"line": _LINES, "direction": _DIRECTIONS, "unseen": _EMPTY}
_OF_CATEGORY: Final[dict[str, Fault]] = {
    "Cc": "control",
    "Cs": "unpaired",
    "Co": "unknown",
    "Cf": "unseen",
    "Zl": "line",
    "Zp": "line",
}


def said(text: str, limit: int = LIMIT) -> str:
    """Return a text from people as it is kept: NFC, blanks as single spaces, none at its ends.

    Raises ValueError, saying what the text may not hold and where, and where nothing of it is seen.
    """
    kept = _trimmed(text)
    for at, sign in enumerate(kept):
        if fault := _fault(kept, at) or _unknown(sign):
            raise ValueError(f"has {_WORDS[fault]} (U+{ord(sign):04X}) at place {at + 1}; leave it out")
    if not _seen(kept):
        raise ValueError("has nothing that is seen; write a text")
    if len(kept) > 4 * limit or (signs := length(kept)) > limit:
        found = len(kept) if len(kept) > 4 * limit else signs
        raise ValueError(f"has {found} characters; {limit} are the most")
    if _stacked(kept):
        raise ValueError(f"has more than {_MARKS} marks on one letter; leave them out")
    return kept


def cleaned(text: str, limit: int = LIMIT, otherwise: str = "?") -> str:
    """Return what `said` would take of any text: without what may not be in it, cut at the limit.

    `otherwise` stands for a text of which nothing is left. A character that only a newer Unicode knows stays: the log
    of a newer Python has to fold to the same names here.
    """
    if len(text) <= limit and text.isascii() and text.isprintable() and text == " ".join(text.split(" ")).strip():
        return text or otherwise  # nearly all: the fold of a log reads every name of an evening
    kept = _trimmed("".join(" " if sign in _LINES or sign == "\t" else sign for sign in text))
    while bad := [at for at in range(len(kept)) if _fault(kept, at)]:  # one that is gone may take a joiner's reason
        gone = set(bad)
        kept = _trimmed("".join(sign for at, sign in enumerate(kept) if at not in gone))
    signs = [sign if _stack(sign) <= _MARKS else sign[:1] for sign in _signs(kept)[:limit]]
    while len("".join(signs)) > 4 * limit:
        signs.pop()
    kept = "".join(signs).strip()
    return kept if _seen(kept) else otherwise


def shown(text: str) -> str:
    r"""Return a text for a terminal: what would command it, break its lines or turn them round is written as \u001b.

    Line ends and tabs stay, so a whole output can be given. What is written so is an escape of JSON and of TOML too.
    """
    return text if text.isascii() and text.isprintable() else _COMMANDING.sub(_escaped, text)


_COMMANDING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029" + "".join(sorted(_DIRECTIONS)) + "\ud800-\udfff]"
)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def length(text: str) -> int:
    """Return how many signs are seen.

    >>> length("e\u0301"), length("\U0001f469\u200d\U0001f680"), length("\U0001f1e9\U0001f1ea")
    (1, 1, 1)
    """
    return len(_signs(text))


def _trimmed(text: str) -> str:
    """Return a text in NFC, its blanks as single spaces, without those at its ends, line ends among them."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text.strip())
    # "replace" keeps halves of a pair, which NFC of some versions cannot take: they are faults of their own.
    return unicodedata.normalize("NFC", re.sub(" {2,}", " ", spaced)).strip()


def _fault(text: str, at: int) -> Fault | None:
    """Return what is wrong with the character at a place, which depends on its neighbours."""
    sign = text[at]
    for fault, signs in _NEVER.items():
        if sign in signs:
            return fault
    for is_one, has_reason in _WITH_REASON:
        if is_one(sign):
            return None if has_reason(text, at) else "unseen"
    category = unicodedata.category(sign)
    if _is_none(sign):
        return "unknown"
    if at == 0 and category in {"Mn", "Me"}:
        return "unseen"  # a mark without its letter lies on what stands before the text
    return _OF_CATEGORY.get(category)


def _unknown(sign: str) -> Fault | None:
    """Tell a character that this version of Unicode does not know. A newer one may have taken it: see `cleaned`."""
    return "unknown" if _is_new(sign) else None


def _is_new(sign: str) -> bool:
    return unicodedata.category(sign) == "Cn" and not _is_none(sign)


def _is_none(sign: str) -> bool:
    """Return whether a code point will never be a character."""
    return "\ufdd0" <= sign <= "\ufdef" or ord(sign) & 0xFFFE == 0xFFFE  # noqa: PLR2004 - the last two of each plane


def _joins(text: str, at: int) -> bool:
    """Return whether a joiner does something there: between emoji, behind a virama, between letters of one script."""
    if not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if unicodedata.combining(before) == 9:  # noqa: PLR2004 - the class of viramas
        return True
    if text[at] == "\u200d" and _pictured(after):
        return _pictured(before) or before == "\ufe0f" or "\U0001f3fb" <= before <= "\U0001f3ff"
    return all(_joining(sign) for sign in (before, after))


def _pictured(sign: str) -> bool:
    return unicodedata.category(sign) == "So" or _is_new(sign)


def _joining(sign: str) -> bool:
    """Return whether a character is of a script whose letters join: Arabic, Syriac, N'Ko, Mongolian."""
    return "\u0600" <= sign <= "\u08ff" or "\u1800" <= sign <= "\u18af" or "\ufb50" <= sign <= "\ufdff"


def _varies(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef" or sign in "\u180b\u180c\u180d\u180f"


def _is_varied(text: str, at: int) -> bool:
    """Return whether a selector chooses between forms of the character before it."""
    before, sign = text[at - 1 : at], text[at]
    if not before:
        return False
    if sign in "\ufe0e\ufe0f":
        keycap = before in "0123456789#*" and text[at + 1 : at + 2] == _KEYCAP
        varied = unicodedata.category(before) in {"So", "Sm", "Po"} or _is_new(before)
        return (varied and not before.isascii()) or keycap
    return unicodedata.category(before) == "Lo"


def _tags(sign: str) -> bool:
    return "\U000e0020" <= sign <= _TAG_END


def _in_a_flag(text: str, at: int) -> bool:
    """Return whether a tag character spells a region behind the black flag, up to the end of the tag."""
    begin = text.rfind(_FLAG, 0, at)
    between = text[begin + 1 : at] if begin >= 0 else "x"
    return all("\U000e0020" <= sign < _TAG_END for sign in between) and _TAG_END in text[at:]


_WITH_REASON: Final[tuple[tuple[Callable[[str], bool], Callable[[str, int], bool]], ...]] = (
    (_JOINERS.__contains__, _joins),
    (_varies, _is_varied),
    (_tags, _in_a_flag),
)
"""Characters that are not seen themselves, and the reason that each may have."""


def _seen(text: str) -> bool:
    return any(unicodedata.category(sign)[0] in {"L", "N", "P", "S"} or _is_new(sign) for sign in text)


def _signs(text: str) -> list[str]:
    """Return what is seen as one, in order."""
    found: list[str] = []
    for sign in text:
        if found and _goes_on(found[-1], sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _goes_on(before: str, sign: str) -> bool:
    """Return whether a character belongs to the sign before it."""
    if sign in _JOINERS or before[-1] == "\u200d" or _varies(sign):
        return True
    if "\U0001f3fb" <= sign <= "\U0001f3ff" or _tags(sign):
        return True
    if _regional(sign):
        return len(before) == 1 and _regional(before)
    if "\u1160" <= sign <= "\u11ff" or "\ud7b0" <= sign <= "\ud7fb":  # vowels and ends of a syllable in parts
        return "\u1100" <= before[-1] <= "\u11ff" or "\uac00" <= before[-1] <= "\ud7fb"
    return unicodedata.category(sign)[0] == "M"


def _regional(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _stacked(text: str) -> bool:
    return any(_stack(sign) > _MARKS for sign in _signs(text))


def _stack(sign: str) -> int:
    return sum(unicodedata.category(each) in {"Mn", "Me"} and not _varies(each) for each in sign)
