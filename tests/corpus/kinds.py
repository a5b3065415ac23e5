"""Kinds of facts that no evening of the corpus has."""

from __future__ import annotations

from typing import Final

NOT_OF_AN_EVENING: Final = frozenset(
    {
        *("live_granted", "live_revoked", "clock_anchored", "hand_released"),
        *("set_release", "mask", "unmask", "set_mode"),
    }
)
"""No message brings the first four about: they are given on the collector's machine, or come of its clock.

The evenings are of before there were delays and masks: the others are not listed there.
"""
