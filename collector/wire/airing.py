"""Commands about what goes on air: hide everything, show it again, and the mode of a table."""

from __future__ import annotations

from typing import Literal

from collector.wire.base import DisplayName
from collector.wire.command import TableCommand

Mode = Literal["rehearsal", "programme", "secure"]
"""rehearsal: demo decks only. programme: hidden cards go to whoever was let in to the live channel. secure: nowhere
before their release."""


class Mask(TableCommand):
    """Hide everything, at once, on every channel: no card is on air until somebody unmasks."""

    type: Literal["mask"] = "mask"
    reason: DisplayName | None = None


class Unmask(TableCommand):
    """Show what is now; nothing that was hidden meanwhile is played again."""

    type: Literal["unmask"] = "unmask"


class SetMode(TableCommand):
    """The mode of a table. A stricter one holds at once; two approvers sign a weaker one."""

    type: Literal["set_mode"] = "set_mode"
    mode: Mode
