"""Text from people: what is taken, what is refused, and what is made of what older logs hold."""

from __future__ import annotations

import random
import sys
import unicodedata

import pytest

from collector.texts import LIMIT, cleaned, length, said, shown

TAKEN = {
    "  Lena   Ng ": "Lena Ng",
    "Rene\u0301e": "Renée",
    "Li\u3000Wei": "Li Wei",
    "Max\u00a0Ott\r\n": "Max Ott",
    "Łukasz Żak": "Łukasz Żak",
    "محمد علی": "محمد علی",
    "می\u200cخواهم": "می\u200cخواهم",  # noqa: RUF001 - Persian
    "ক্\u200dষ": "ক্\u200dষ",
    "葛\U000e0100木": "葛\U000e0100木",
    "Ada \U0001f469\u200d\U0001f680": "Ada \U0001f469\u200d\U0001f680",
    "\u2764\ufe0f\u200d\U0001f525": "\u2764\ufe0f\u200d\U0001f525",
    "7\ufe0f\u20e3": "7\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f": (
        "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
    ),
    "\u1109\u1165": "\uc11c",
    "=1+1": "=1+1",
}
REFUSED = {
    "": "nothing that is seen",
    "   ": "nothing that is seen",
    "\u2800": "not seen (U+2800)",
    "\u3164": "not seen (U+3164)",
    "Zoe\nZoe: folds": "a line break (U+000A) at place 4",
    "a\u2028b": "a line break (U+2028) at place 2",
    "a\x85b": "a line break (U+0085)",
    "a\x0bb": "a line break (U+000B)",
    "a\tb": "a control character (U+0009)",
    "\x1b[31mred": "a control character (U+001B) at place 1",
    "a\x9bb": "a control character (U+009B)",
    "Zo\u202ee": "turns the direction of text (U+202E) at place 3",
    "\u2067Zoe\u2069": "turns the direction of text (U+2067)",
    "Zo\u200be": "not seen (U+200B)",
    "Zo\u200de": "not seen (U+200D)",
    "Zo\u00ade": "not seen (U+00AD)",
    "\ufeffZoe": "not seen (U+FEFF)",
    "Zoe\ufe0f": "not seen (U+FE0F)",
    "Zoe\U000e0041": "not seen (U+E0041)",
    "\U0001f3f4\U000e0067": "not seen (U+E0067)",
    "\u0301Zoe": "not seen (U+0301)",
    "\ue001": "no meaning (U+E001)",
    "\ufdd0": "no meaning (U+FDD0)",
    "\ud83c": "half a character (U+D83C)",
    "Z" + "\u0335" * 7: "more than 6 marks",
    "x" * 61: "61 characters; 60 are the most",
    "e\u0301" * 61: "61 characters",
    "\U0001f469\u200d\U0001f680" * 61: "61 characters",
}


@pytest.mark.parametrize(("given", "kept"), TAKEN.items(), ids=lambda text: ascii(text)[:40])
def test_a_text_is_kept_in_one_form(given: str, kept: str) -> None:
    assert said(given) == kept
    assert said(kept) == kept
    assert cleaned(given) == kept


@pytest.mark.parametrize(("given", "why"), REFUSED.items(), ids=lambda text: ascii(text)[:40])
def test_what_is_refused_is_named_with_its_place(given: str, why: str) -> None:
    with pytest.raises(ValueError, match="characters|nothing|has ") as refused:
        said(given)

    assert why in str(refused.value)
    assert said(cleaned(given)) == cleaned(given)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("Zoe\nZoe: folds", "Zoe Zoe: folds"),
        ("Zo\u202ee", "Zoe"),
        ("\x1b[31mred", "[31mred"),
        ("a\u200d\u200db", "ab"),
        ("\u200b", "?"),
        ("x" * 99, "x" * 60),
        ("e\u0301" * 70, "é" * 60),
        ("Z" + "\u0335" * 9, "Z"),
    ],
)
def test_what_an_older_log_holds_is_cleaned(given: str, left: str) -> None:
    assert cleaned(given) == left


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("", 0),
        ("Zoe", 3),
        ("e\u0301", 1),
        ("\U0001f1e9\U0001f1ea\U0001f1ef\U0001f1f5", 2),
        ("\U0001f44d\U0001f3fd", 1),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", 1),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", 2),
        ("ไพ่", 2),
        ("क्षि", 2),
        ("7\ufe0f\u20e3", 1),
    ],
)
def test_a_length_is_what_is_seen(text: str, signs: int) -> None:
    assert length(text) == signs


def test_sixty_signs_are_taken_however_they_are_made_up() -> None:
    for sign in ("x", "é", "क्", "\U0001f1e9\U0001f1ea", "\U0001f44d\U0001f3fd"):
        assert length(said(sign * LIMIT)) == LIMIT
        with pytest.raises(ValueError, match=r"characters; 60 are the most"):
            said(sign * (LIMIT + 1))


def test_a_text_of_as_many_characters_as_fit_is_taken_whole_and_of_one_more_is_not() -> None:
    """Four characters to a sign, sixty signs: 240 are the most, however few signs they are."""
    text = "Z\u0335\u0336\u0335" * LIMIT

    assert said(text) == text
    assert cleaned(text) == text
    with pytest.raises(ValueError, match=r"has 241 characters; 60 are the most"):
        said(text + "\u0335")
    assert cleaned(text + "\u0335") == text[:-4]


def test_whatever_comes_what_is_cleaned_is_taken() -> None:
    chance = random.Random(11)
    odd = [*REFUSED, *TAKEN, "\u200c", "\u200d", "\ufe0f", "\U000e0101", "\u0300", "\U0001f3f4", "\U000e0061", " "]
    for _ in range(4_000):
        text = "".join(chance.choice(odd)[:3] for _ in range(chance.randint(0, 12)))
        text += "".join(chr(chance.randrange(sys.maxunicode)) for _ in range(chance.randint(0, 6)))
        kept = cleaned(text)

        if not any(unicodedata.category(sign) == "Cn" for sign in kept):
            assert said(kept) == kept
        assert cleaned(kept) == kept
        assert length(kept) <= LIMIT
        assert kept.splitlines() == [kept]
        assert unicodedata.is_normalized("NFC", kept)


def test_what_only_a_newer_unicode_knows_is_refused_but_stays_in_a_log() -> None:
    new = "Ada \U000323b0\u200d\U0001f680\ufe0f"

    with pytest.raises(ValueError, match=r"no meaning \(U\+323B0\) at place 5"):
        said(new)
    assert unicodedata.category(new[4]) == "Cn"
    assert cleaned(new) == new
    assert cleaned("\U000323b0") == "\U000323b0"


def test_a_terminal_is_shown_control_characters_as_text() -> None:
    assert shown("plain\n\ttext, é, \U0001f469\u200d\U0001f680") == "plain\n\ttext, é, \U0001f469\u200d\U0001f680"
    assert shown("\x1b]0;x\x07\r\x9b\u202e\u2028\ud800") == "\\u001b]0;x\\u0007\\u000d\\u009b\\u202e\\u2028\\ud800"
