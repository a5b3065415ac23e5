"""Reading a deck's list as makers, readers and office programs write it. UIDs stay wrapped, and no fault names one.

A comma, a semicolon or a tab may part the columns; UTF-8 with and without a mark, and UTF-16 with one, are read. What
an office program has made of UIDs (numbers, lost zeros, powers of ten) is told: the digits cannot be got back.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Final, NamedTuple

from collector.cards import DECK, RANKS, Card
from collector.errors import reason
from collector.files import read_at_most
from collector.house.deck_tags import impossible, odd
from collector.secrecy import Secret
from tools.hardware import HardwareError
from tools.hardware.deck_roll import ORDER
from tools.hardware.given_files import LARGEST
from tools.hardware.process import silent

_COLUMNS: Final = {"uid", "card"}
_LENGTHS: Final = {8, 14, 16, 20}
"""Digits of UIDs with 4, 7, 8 and 10 bytes."""
_FEW: Final = 10
"""Cells below which nothing can be said of a column as a whole."""
_FORM: Final = "the uid must have 4, 7, 8 or 10 bytes in hexadecimal"
_AS_TEXT: Final = "give the column the format Text before the UIDs are put in, and export it anew"
_POWER: Final = re.compile(r"\d(?:[.,]\d+)?e[+-]?\d{1,3}")
_JOKER: Final = re.compile(
    r"(?:(?:red|black|big|little|small|colou?r|bw|1st|2nd)[ _-]*)?(?:joker|jok|jk|jo)[ _-]*\d?|[rb]j|[xz]\d?"
)
_SUITS: Final = {"♣": "c", "♧": "c", "♦": "d", "♢": "d", "♥": "h", "♡": "h", "♠": "s", "♤": "s"}
_WORDS: Final = dict(
    zip(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "jack", "queen", "king", "ace"),
        RANKS,
        strict=True,
    )
)


class _Line(NamedTuple):
    number: int
    uid: str
    card: str


def read_deck(path: Path, note: Callable[[str], None] = silent) -> dict[Secret[str], Card]:
    """Return the deck in a list with the columns `uid` and `card`; raise HardwareError naming every wrong line.

    note: is told what is strange about the list, but can be. No UID is named.
    """
    lines = _lines(path)
    joker = [line for line in lines if _JOKER.fullmatch(line.card.lower())]
    lines = [line for line in lines if line not in joker]
    if joker:
        note(f"{path}: {len(joker)} jokers are left out; one that is laid is told as an unknown tag")
    whole = _as_a_whole([line.uid for line in lines])
    if whole:
        raise HardwareError(f"{path}: {whole}")
    found: dict[Secret[str], Card] = {}
    faults = list(_faults(lines, found))
    if not faults and len(found) != len(DECK):
        faults = [f"{len(found)} cards, a deck has {len(DECK)}; missing: {', '.join(_absent(found))}"]
    if not faults and (strange := impossible([uid.reveal() for uid in found])):
        faults = [strange]
    if faults:
        raise HardwareError("\n".join(f"{path}: {fault}" for fault in faults))
    for strange in odd([uid.reveal() for uid in found]):
        note(f"{path}: {strange}")
    return found


def _lines(path: Path) -> list[_Line]:
    text = _text(path)
    if text.lower().startswith("sep="):  # an office program's own first line
        text = text.partition("\n")[2]
    head = text.partition("\n")[0]
    parted = max(",;\t", key=head.count)
    rows = csv.reader(StringIO(text, newline=""), delimiter=parted)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        if not set(names) >= _COLUMNS:
            raise HardwareError(f"{path}: its first line must name the columns: uid,card")
        at_uid, at_card = names.index("uid"), names.index("card")
        least = max(at_uid, at_card)
        filled = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise HardwareError(f"{path}: line {rows.line_num}: {error}; it must be a CSV file with uid,card") from error
    short = [str(number) for number, row in filled if len(row) <= least]
    if short:
        raise HardwareError(f"{path}: line {', '.join(short[:10])}: a column is missing; write uid,card in every line")
    return [_Line(number, _digits(row[at_uid]), row[at_card].strip()) for number, row in filled]


def _text(path: Path) -> str:
    what = "it must be a CSV file with the columns uid,card"
    try:
        data = read_at_most(path, LARGEST)
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise HardwareError(f"{path}: is no text; {what}") from error
    except OSError as error:
        raise HardwareError(f"{path}: {reason(error)}; {what}") from error


def _digits(cell: str) -> str:
    """Return a cell's digits without what people and programs put round them: ="04A1", '04A1, 0x04, 04:A1, 04-A1."""
    text = cell.strip().lower().removeprefix("=").strip("'\"").removeprefix("0x")
    return text if _is_power(text) else re.sub(r"[\s:\-]", "", text)


def _as_a_whole(uids: list[str]) -> str | None:
    """Return what is wrong with the whole column, so that it need not be told in every line."""
    if len(uids) < _FEW:
        return None
    if all(uid.isdecimal() for uid in uids):
        return "the uids are decimal numbers, whose order of bytes nobody knows; let the reader write hexadecimal"
    powers = sum(_is_power(uid) for uid in uids)
    if powers * 2 > len(uids):
        return f"{powers} uids are numbers with powers of ten, their last digits are lost; {_AS_TEXT}"
    if all(len(uid) == 10 and _has_check_byte(uid) for uid in uids):  # noqa: PLR2004 - five bytes
        return "the uids have a check byte behind their 4 bytes; leave the last byte of each away"
    return None


def _is_power(uid: str) -> bool:
    """Return whether a cell is a number with a power of ten, and no UID: 12345e67 may be one, 1.2345E+7 is none."""
    return _POWER.fullmatch(uid) is not None and (not uid.isalnum() or len(uid) not in _LENGTHS)


def _has_check_byte(uid: str) -> bool:
    try:
        first, second, third, fourth, check = bytes.fromhex(uid)
    except ValueError:
        return False
    return first ^ second ^ third ^ fourth == check


def _faults(lines: list[_Line], found: dict[Secret[str], Card]) -> Iterator[str]:
    usual = Counter(len(line.uid) for line in lines).most_common(1)
    first: dict[Secret[str], int] = {}
    for line in lines:
        try:
            uid, card = _uid_of(line.uid, usual[0][0]), card_of(line.card)
        except HardwareError as error:
            yield f"line {line.number}: {error}"
            continue
        if uid in first:
            yield f"line {line.number}: the same uid as line {first[uid]}; one of the two tags must go"
        elif card in found.values():
            yield f"line {line.number}: the {card} is there twice"
        else:
            found[uid] = card
        first.setdefault(uid, line.number)


def _uid_of(text: str, usual: int) -> Secret[str]:
    if _is_power(text):
        raise HardwareError(f"the uid is a number with a power of ten, its last digits are lost; {_AS_TEXT}")
    if len(text) in _LENGTHS and re.fullmatch(r"[0-9a-f]+", text):
        return Secret(text)
    if text.isdecimal() and len(text) < usual:
        raise HardwareError(f"{_FORM}; {len(text)} digits where others have {usual}: zeros were lost; {_AS_TEXT}")
    raise HardwareError(f"{_FORM}, as 04a1b2c3d4e5f6; this has {len(text)} characters")


def card_of(text: str) -> Card:
    """Return the card that is written so: As, as, A♠, 10s, Ace of Spades; raise HardwareError for none."""
    plain = re.sub(r"[\s_-]+", " ", text.strip().lower()).replace("\ufe0f", "").replace("\ufe0e", "")
    rank, of, suit = plain.partition(" of ")
    if of:
        plain = _WORDS.get(rank, rank) + suit[:1] if suit.rstrip("s") in {"club", "diamond", "heart", "spade"} else ""
    plain = "".join(_SUITS.get(sign, sign) for sign in plain.replace(" ", "")).replace("10", "t").lower()
    known = next((card for card in DECK if card.lower() == plain), None)
    if known is None:
        raise HardwareError(f"{text!r} is no card; a card must be written as As, Td or 2c")
    return known


def _absent(found: dict[Secret[str], Card]) -> list[str]:
    return [card for card in ORDER if card not in found.values()]
