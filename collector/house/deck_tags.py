"""Whether the tags of a deck can be true: what no card has, and what readers and programs make of a UID.

A list of another maker may hold halves of UIDs, or UIDs turned round. Every card would then be an unknown tag at the
table. The words here name no UID, but the bytes that all of them share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

_CASCADE: Final = "88"
"""ISO 14443-3 puts it before the first half of a long UID; no UID begins with it."""
_RANDOM: Final = "08"
"""ISO 14443-3: a UID of 4 bytes that begins so is drawn anew each time the card gets power."""
_FEW: Final = 2
"""Older cards may begin with 08 by chance: one in 256."""
_SHARED: Final = 2
"""Bytes at the end that tags of one roll may share."""
_MAKERS: Final = 4
"""Makers that one deck may have its chips from. The first byte of a UID of 7 or 10 bytes names the maker."""
_SINGLE, _DOUBLE, _VICINITY, _TRIPLE = 8, 14, 16, 20


def impossible(uids: Collection[str]) -> str | None:
    """Return why these cannot be the UIDs of a deck's cards, and what to do; None if they can.

    uids: in lower-case hexadecimal, of 4, 7, 8 or 10 bytes each.
    """
    return _padded(uids) or _turned(uids) or _cut(uids)


def _cut(uids: Collection[str]) -> str | None:
    whole = "let the reader give whole UIDs (7 bytes), and make the list anew"
    single = [uid for uid in uids if len(uid) == _SINGLE]
    if len(single) == len(uids) > _FEW and len({uid[-2:] for uid in uids}) == 1:
        return f"all tags have 4 bytes and end with the same one, as the second halves of longer UIDs do; {whole}"
    if cut := sum(uid.startswith(_CASCADE) for uid in uids):
        return f"{cut} of {len(uids)} tags begin with {_CASCADE}, which is no part of a UID: they are cut; {whole}"
    if (drawn := sum(uid.startswith(_RANDOM) for uid in single)) > _FEW:
        return (
            f"{drawn} of {len(uids)} tags begin with {_RANDOM}: such a card has another UID each time it is read; "
            "take cards with UIDs of their own"
        )
    return None


def _turned(uids: Collection[str]) -> str | None:
    turn = "their bytes are in the other order; turn them round in every line"
    vicinity = [uid for uid in uids if len(uid) == _VICINITY]
    if all(uid.startswith(_CASCADE) for uid in vicinity):
        vicinity = []  # cut, not turned
    if strange := sum(not uid.startswith("e0") for uid in vicinity):
        if all(uid.endswith("e0") for uid in vicinity):
            return f"{strange} tags of 8 bytes end with E0, with which such a UID begins: {turn}"
        return f"{strange} tags of 8 bytes do not begin with E0, as every such UID does; look at how the list was made"
    long = [uid for uid in uids if len(uid) in {_DOUBLE, _TRIPLE}]
    firsts, lasts = Counter(uid[:2] for uid in long), Counter(uid[-2:] for uid in long)
    if len(long) > _FEW and len(firsts) > _MAKERS and len(lasts) == 1 and int(next(iter(lasts)), 16) < 0x80:  # noqa: PLR2004 - no maker has a higher number
        return f"all {len(long)} tags end with {next(iter(lasts)).upper()}, which is a maker's first byte: {turn}"
    return None


def _padded(uids: Collection[str]) -> str | None:
    long = [uid for uid in uids if len(uid) > _SINGLE]
    if len(long) <= _FEW:
        return None
    for where, zeros in (("begin", [uid[:6] for uid in long]), ("end", [uid[-6:] for uid in long])):
        if set(zeros) == {"000000"}:
            return (
                f"all {len(long)} tags {where} with 000000: shorter UIDs were filled up; let the reader leave that away"
            )
    return None


def odd(uids: Collection[str]) -> list[str]:
    """Return what is strange about the UIDs of a deck, but can be. Each line says what to look at."""
    found = []
    sizes = Counter(len(uid) // 2 for uid in uids)
    if len(sizes) > 1:
        kinds = " and ".join(f"{count} of {size} bytes" for size, count in sorted(sizes.items()))
        found.append(f"{kinds}: two kinds of card in one deck? Or is a part of the list cut?")
    long = [uid for uid in uids if len(uid) in {_DOUBLE, _TRIPLE}]
    firsts = {uid[:2] for uid in long}
    if len(firsts) > _MAKERS:
        found.append(
            f"the first byte of a long UID is its maker's number, and these have {len(firsts)} different ones; "
            "are the bytes in the right order?"
        )
    shared = _shared(uids)
    if len(uids) > _FEW and shared > _SHARED:
        found.append(f"the last {shared} bytes are the same in all tags; did the reader or a program put them there?")
    few = sum(uid.startswith(_RANDOM) and len(uid) == _SINGLE for uid in uids)
    if 0 < few <= _FEW:
        found.append(f"{few} tags begin with {_RANDOM}: read them twice; a card may have another UID each time")
    return found


def _shared(uids: Collection[str]) -> int:
    """Return how many bytes at the end are the same in all."""
    shortest = min((len(uid) // 2 for uid in uids), default=0)
    return next((count for count in range(shortest) if len({uid[-2 * count - 2 :] for uid in uids}) > 1), shortest)
