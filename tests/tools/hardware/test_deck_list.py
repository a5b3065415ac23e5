"""Lists of decks as makers, readers and office programs write them: read, or refused with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.cards import DECK
from collector.secrecy import Secret
from tools.hardware import HardwareError
from tools.hardware.deck_list import card_of, read_deck

Uids = list[str]
WHOLE = [f"04{number * 0x9E3779B1 % 2**40:010x}81" for number in range(1, 53)]
"""As one maker's chips have them: its number first, the same last byte in a whole roll."""
SHORT = [f"{0x31A4C7E9 + number * 0x3779B1:08x}" for number in range(52)]
VICINITY = [f"e0040150{number * 0x9E3779B1 % 2**32:08x}" for number in range(1, 53)]


def turned(uid: str) -> str:
    return bytes.fromhex(uid)[::-1].hex()


def listing(uids: Uids, *, parted: str = ",", end: str = "\n", form: Callable[[str], str] = str) -> str:
    rows = [f"{form(uid)}{parted}{card}" for uid, card in zip(uids, DECK, strict=True)]
    return end.join([f"uid{parted}card", *rows]) + end


def kept(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def with_line(text: str, number: int, line: str) -> str:
    lines = text.splitlines()
    lines[number - 1 : number] = [line]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (listing(WHOLE), "utf-8"),
        (listing(WHOLE, end="\r\n"), "utf-8-sig"),
        (listing(WHOLE, parted=";", end="\r\n"), "utf-8-sig"),
        ("sep=;\r\n" + listing(WHOLE, parted=";", end="\r\n"), "utf-8"),
        (listing(WHOLE, parted="\t"), "utf-16"),
        (listing(WHOLE, form=lambda uid: f"0x{uid.upper()}"), "utf-8"),
        (listing(WHOLE, form=lambda uid: ":".join(uid[at : at + 2] for at in range(0, 14, 2))), "utf-8"),
        (listing(WHOLE, form=lambda uid: "-".join(uid[at : at + 2] for at in range(0, 14, 2))), "utf-8"),
        (listing(WHOLE, form=lambda uid: " ".join(uid[at : at + 2] for at in range(0, 14, 2))), "utf-8"),
        (listing(WHOLE, form=lambda uid: f'"=""{uid}"""'), "utf-8"),
        (listing(WHOLE, form=lambda uid: f"'{uid}"), "utf-8"),
        (listing(WHOLE).replace("uid,card", " UID , Card "), "utf-8"),
        (listing(WHOLE) + ",\n\n", "utf-8"),
    ],
)
def test_the_same_deck_is_read_however_it_is_written(tmp_path: Path, text: str, encoding: str) -> None:
    notes: list[str] = []

    found = read_deck(kept(tmp_path, text, encoding), notes.append)

    assert found == {Secret(uid): card for uid, card in zip(WHOLE, DECK, strict=True)}
    assert notes == []


@pytest.mark.parametrize("uids", [WHOLE, SHORT, VICINITY], ids=["7 bytes", "4 bytes", "8 bytes"])
def test_a_true_list_of_each_kind_of_card_is_taken_without_a_word(tmp_path: Path, uids: Uids) -> None:
    notes: list[str] = []

    assert len(read_deck(kept(tmp_path, listing(uids)), notes.append)) == 52
    assert notes == []


CUT = [f"88{uid[:6]}" for uid in WHOLE]
IMPOSSIBLE = {
    "first halves": (CUT, "52 of 52 tags begin with 88, which is no part of a UID: they are cut"),
    "both halves": ([f"88{uid[:6]}{uid[6:]}" for uid in WHOLE], "begin with 88"),
    "one of them": ([*WHOLE[:-1], CUT[-1]], "1 of 52 tags begin with 88"),
    "second halves": ([uid[6:] for uid in WHOLE], "as the second halves of longer UIDs do"),
    "turned, 7": ([turned(uid[:2] + uid[4:] + uid[2:4]) for uid in WHOLE], "all 52 tags end with 04"),
    "turned, 8": ([turned(uid) for uid in VICINITY], "52 tags of 8 bytes end with E0"),
    "not 8": ([f"ff{uid}" for uid in WHOLE], "52 tags of 8 bytes do not begin with E0"),
    "drawn anew": ([f"08{uid[2:]}" for uid in SHORT], "52 of 52 tags begin with 08"),
    "zeros behind": ([f"{uid}000000" for uid in SHORT], "all 52 tags end with 000000"),
    "zeros before": ([f"000000{uid}" for uid in SHORT], "all 52 tags begin with 000000"),
    "decimal": ([str(int(uid, 16)).zfill(10) for uid in SHORT], "the uids are decimal numbers"),
    "decimal, 14": ([f"{4 * 10**13 + number * 7919:014d}" for number in range(52)], "the uids are decimal numbers"),
    "powers of ten": ([f"4.{number:02d}E+13" for number in range(52)], "52 uids are numbers with powers of ten"),
    "powers, comma": ([f'"4,{number:02d}E+13"' for number in range(52)], "52 uids are numbers with powers of ten"),
    "check byte": (
        [uid + f"{bytes.fromhex(uid)[0] ^ bytes.fromhex(uid)[1] ^ bytes.fromhex(uid)[2] ^ bytes.fromhex(uid)[3]:02x}"
         for uid in SHORT],
        "a check byte behind their 4 bytes",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("uids", "why"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_no_deck_can_be_is_refused_with_the_reason_and_without_a_uid(tmp_path: Path, uids: Uids, why: str) -> None:
    with pytest.raises(HardwareError) as refused:
        read_deck(kept(tmp_path, listing(uids)))

    said = str(refused.value)
    assert why in said
    assert len(said.splitlines()) == 1, "one cause is told once"
    assert not [uid for uid in uids if uid.strip('"') in said.lower()]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("4.01E+13,2c", "line 2: the uid is a number with a power of ten"),
        ("4011223344556,2c", "line 2: the uid must have 4, 7, 8 or 10 bytes in hexadecimal; 13 digits where others"),
        ("04a1b2c3d4e5f,2c", "as 04a1b2c3d4e5f6; this has 13 characters"),
        ("04a1b2c3d4e5gg,2c", "line 2: the uid must have"),
        (f"{WHOLE[1]},2c", "line 3: the same uid as line 2"),
        (f"{WHOLE[0]},2d", "line 3: the 2d is there twice"),
        (WHOLE[0], "line 2: a column is missing"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(HardwareError) as refused:
        read_deck(kept(tmp_path, with_line(listing(WHOLE), 2, line)))

    assert why in str(refused.value)


def test_a_list_without_an_end_is_refused() -> None:
    with pytest.raises(HardwareError, match="/dev/zero: larger than 1 MiB; it must be a CSV file"):
        read_deck(Path("/dev/zero"))


def test_jokers_are_left_out_and_told(tmp_path: Path) -> None:
    notes: list[str] = []
    text = listing(WHOLE) + "04aabbccddee81,Joker\n04aabbccddef81,red joker 2\n"

    found = read_deck(kept(tmp_path, text), notes.append)

    assert len(found) == 52
    assert [note.partition(": ")[2] for note in notes] == [
        "2 jokers are left out; one that is laid is told as an unknown tag"
    ]


def test_a_list_that_is_odd_but_can_be_is_read_and_told(tmp_path: Path) -> None:
    ends = [f"04{number:02x}{number:02x}a1b2c3d4" for number in range(52)]
    makers = [f"{number + 16:02x}{uid[2:-2]}{number:02x}" for number, uid in enumerate(WHOLE)]
    two = [*WHOLE[:30], *SHORT[30:]]
    chance = [f"08{SHORT[0][2:]}", *SHORT[1:]]
    told = []
    for uids in (ends, makers, two, chance):
        notes: list[str] = []
        read_deck(kept(tmp_path, listing(uids)), notes.append)
        told.append(" ".join(notes))

    assert "the last 4 bytes are the same in all tags" in told[0]
    assert "these have 52 different ones; are the bytes in the right order?" in told[1]
    assert "22 of 4 bytes and 30 of 7 bytes" in told[2]
    assert "1 tags begin with 08: read them twice" in told[3]


@pytest.mark.parametrize(("end", "told"), [("b1c2", []), ("a0b1c2", ["3"]), ("9fa0b1c2", ["4"])])
def test_tags_of_one_roll_may_share_two_bytes_at_their_end(tmp_path: Path, end: str, told: list[str]) -> None:
    own = (14 - 2 - len(end)) // 2
    uids = [f"04{number * 4_919 % 256**own:0{2 * own}x}{end}" for number in range(1, 53)]
    notes: list[str] = []

    read_deck(kept(tmp_path, listing(uids)), notes.append)

    assert re.findall(r"the last (\d) bytes are the same", " ".join(notes)) == told


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("as", "As"),
        ("A♠", "As"),
        ("10h", "Th"),
        ("Ace of Spades", "As"),
        ("ten of hearts", "Th"),
        ("Q\u2666\ufe0f", "Qd"),
    ],
)
def test_a_card_is_read_as_people_write_it(text: str, card: str) -> None:
    assert card_of(text) == card


@pytest.mark.parametrize("text", ["", "A", "1s", "As As", "Ace of", "ace of spoons", "joker"])
def test_what_is_no_card_is_told(text: str) -> None:
    with pytest.raises(HardwareError, match="is no card; a card must be written as As, Td or 2c"):
        card_of(text)
