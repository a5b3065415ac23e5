"""The text of an API key, as the specification has it: `ebs_api_` and 32 of [0-9A-Za-z]."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from collector.access.apikeys import digest, is_key, key_text

NUMBERS = st.integers(0, 2**192)


@given(NUMBERS)
def test_a_key_has_the_specified_form(number: int) -> None:
    assert re.fullmatch(r"ebs_api_[0-9A-Za-z]{32}", key_text(number))
    assert is_key(key_text(number))


@given(NUMBERS, st.integers(8, 39), st.sampled_from("0Aaz9"))
def test_one_wrong_character_is_a_typing_error(number: int, at: int, wrong: str) -> None:
    key = key_text(number)
    other = key[:at] + wrong + key[at + 1 :]

    assert is_key(other) == (other == key)


def test_the_checksum_is_the_crc_of_what_stands_before_it() -> None:
    key = key_text(0)

    assert key[-6:] == _by_hand(key[:-6])


def _by_hand(text: str) -> str:
    table = [0] * 256
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
        table[byte] = value
    crc = 0xFFFFFFFF
    for byte in text.encode():
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    number, digits = crc ^ 0xFFFFFFFF, ""
    while number:
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[number % 62] + digits
        number //= 62
    return digits.rjust(6, "0")


def test_two_numbers_are_two_keys() -> None:
    assert len({key_text(number) for number in range(5000)}) == 5000
    assert digest("a") != digest("b")
    assert re.fullmatch(r"[0-9a-f]{64}", digest(key_text(7)))
