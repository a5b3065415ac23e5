"""Commands that end a hand."""

from __future__ import annotations

from typing import Literal

from collector.wire.base import (
    DisplayName,
)
from collector.wire.command import TableCommand


class EndHand(TableCommand):
    """The finished hand is put away."""

    type: Literal["end_hand"] = "end_hand"


class Misdeal(TableCommand):
    """The hand is void: every stack is as it was before. After substantial action only a fouled deck voids it."""

    type: Literal["misdeal"] = "misdeal"
    reason: DisplayName | None = None
    fouled_deck: bool = False
