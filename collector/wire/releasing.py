"""The command that sets when hidden cards become known."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.release.policy import LONGEST_DELAY_MS
from collector.wire.command import TableCommand

PolicyWord = Literal["never", "shown", "all_in_and_shown", "all"]


class SetRelease(TableCommand):
    """When hidden cards of a hand that is over become known, and which. What is not named stays as it is.

    Stricter terms hold at once, for the hand that runs too. Weaker ones hold for hands that start later, and outside
    rehearsal two approvers sign them.
    """

    type: Literal["set_release"] = "set_release"
    public: Annotated[PolicyWord | None, Field(description="What everybody is told: by default what was shown.")] = None
    house: Annotated[PolicyWord | None, Field(description="What the house is told, at least as much.")] = None
    delay_s: Annotated[
        int | None, Field(ge=0, le=LONGEST_DELAY_MS // 1000, description="From the end of a hand to its release.")
    ] = None
