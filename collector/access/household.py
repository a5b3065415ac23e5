"""What the collector allows: logins of the house by their roles, people and keys by their grants. Pure.

The collector looks people up by itself. So whoever speaks for somebody, as the web process does, gives nobody more than
that person has; it may only ask for less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from collector.access.grants import Identity
from collector.access.rights import TODAY, Access, how_to_get, roles_with
from collector.access.senders import Sender, Where
from collector.errors import Refused


def nobody(_name: str) -> Identity | None:
    """Return nobody: a house without people, whose logins alone send commands."""
    return None


@dataclass(frozen=True, slots=True)
class Household:
    """Implements ports.Permissions. person: the rights of somebody now, None for nobody who may sign in."""

    person: Callable[[str], Identity | None] = nobody
    logins: Access = TODAY

    def require(self, sender: Sender, word: str, what: str, where: Where | None = None) -> None:
        """Raise Refused if a sender does not hold a word at a place.

        what: the type of the command. where: the table or event, None for the whole house. One outside of somebody's
        grants is to them not there: code UNKNOWN_TABLE or UNKNOWN_EVENT. Else the code is NOT_PERMITTED.
        """
        if sender.person is None:
            self.logins.require(sender, word, what)
            return
        known = self.person(sender.person)
        if known is None:
            raise Refused("NOT_PERMITTED", f"{sender.client} may not sign in here", {"permission": word, "roles": []})
        held = known.words() if sender.at_most is None else known.words() & sender.at_most
        if where is not None and not _sees(known, where):
            raise unknown_table(where.table_id) if where.table_id else unknown_event(where.event_id)
        there = known.everywhere(word) if where is None else known.reach(word).holds(where.event_id, where.table_id)
        if word not in held or not there:
            who = list(roles_with(word))
            message = f"{what} takes the permission {word}, which {sender.client} does not hold here; "
            message += f"somebody who is {' or '.join(who)} can send it" if who else how_to_get(word, "role")
            raise Refused("NOT_PERMITTED", message, {"permission": word, "roles": who})


def unknown_table(table_id: str) -> Refused:
    """Return the refusal of a table that is not there, or that its sender may not know of: the same for both."""
    return Refused("UNKNOWN_TABLE", f"table {table_id} is not open; open it with a house command")


def unknown_event(event_id: str) -> Refused:
    """Return the refusal of an event that is not there, or that its sender may not know of: the same for both."""
    return Refused("UNKNOWN_EVENT", f"event {event_id} does not exist; create it first")


def _sees(known: Identity, where: Where) -> bool:
    return any(known.reach(word).holds(where.event_id, where.table_id) for word in known.words())


NO_PEOPLE: Final = Household()
"""The house before anybody was added."""
