"""Kinds of facts that no evening of the corpus has."""

from __future__ import annotations

from typing import Final

NOT_OF_AN_EVENING: Final = frozenset({"live_granted", "live_revoked"})
"""No message brings these about: they are given on the collector's machine."""
