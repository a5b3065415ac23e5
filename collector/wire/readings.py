"""Commands about decks, tags and readings: decks in play, answers to flagged readings, control cards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from collector.secrecy import Secret
from collector.wire.base import (
    CardText,
    FreeObject,
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
    """A deck of the rotation is in play: in the running hand, or between hands in the next one."""

    type: Literal["change_deck"] = "change_deck"
    deck_id: Name


class RetireDeck(TableCommand):
    """A deck leaves the rotation of this table."""

    type: Literal["retire_deck"] = "retire_deck"
    deck_id: Name


class ResolveFlag(TableCommand):
    """Answers a flagged reading. flag: the `flag` of its alert.

    take: here: the card is where the alert says; there: the reading counts for nothing; nowhere: the card is taken away
    from every place. card: the card of the tag, if no deck knows it.
    """

    type: Literal["resolve_flag"] = "resolve_flag"
    flag: Seq
    take: Literal["here", "there", "nowhere"]
    card: Secret[CardText] | None = None


class RegisterControl(TableCommand):
    """A tag that is no card: laid on an antenna, it gives a command. Without a `seat`, that of the antenna counts."""

    type: Literal["register_control"] = "register_control"
    uid: Secret[Uid]
    command: Annotated[FreeObject, Field(description="A command of a table, without `id`.")]


class RemoveControl(TableCommand):
    """A control card no longer gives a command."""

    type: Literal["remove_control"] = "remove_control"
    uid: Secret[Uid]
