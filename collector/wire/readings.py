"""Commands about decks, tags and readings: which deck is in play, what a reading was, what a control card does."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from collector.secrecy import Secret
from collector.wire.base import (
    CardText,
    Name,
    Seq,
    Uid,
)
from collector.wire.command import TableCommand


class UseDeck(TableCommand):
    """A registered deck comes into play at this table; two may rotate."""

    type: Literal["use_deck"] = "use_deck"
    deck_id: Name


class ChangeDeck(TableCommand):
    """Which deck of the rotation is in play: of the running hand, or between hands of the next one."""

    type: Literal["change_deck"] = "change_deck"
    deck_id: Name


class RetireDeck(TableCommand):
    """A deck leaves the rotation of this table."""

    type: Literal["retire_deck"] = "retire_deck"
    deck_id: Name


class ResolveFlag(TableCommand):
    """Answers a flagged reading. flag: the `flag` of its alert.

    take: here: it is right where the alert says; there: it counts for nothing; nowhere: it is taken from everywhere.
    card: which card it is, where no deck says.
    """

    type: Literal["resolve_flag"] = "resolve_flag"
    flag: Seq
    take: Literal["here", "there", "nowhere"]
    card: Secret[CardText] | None = None


class RegisterControl(TableCommand):
    """A tag that is no card: laid on an antenna it gives a command. `seat` is the antenna's, where it is not named."""

    type: Literal["register_control"] = "register_control"
    uid: Secret[Uid]
    command: Annotated[dict[str, Any], Field(description="A command of a table, without `id`.")]


class RemoveControl(TableCommand):
    """A control card means nothing any more."""

    type: Literal["remove_control"] = "remove_control"
    uid: Secret[Uid]
