"""What the collector knows of people: their rights as they are now, and whether sessions and outputs live.

The collector reads the app store by itself. So a web process can ask for less than somebody has, and never for more.
"""

from __future__ import annotations

from typing import Final

from collector.access.grants import Identity
from collector.access.outputs import OutputKey
from collector.signin.register import Register

KEPT_S: Final = 60.0
"""How long rights count that could not be read again. A disk that hangs for a moment is no reason to stop a table."""


class KnownPeople:
    """Implements `Standing` of the gate, and says whose rights a command has. Reads a register in memory."""

    def __init__(self, register: Register) -> None:
        self._register = register

    @property
    def fresh(self) -> bool:
        """Whether what is known here is recent enough to end anything on it."""
        return self._register.holds

    def identity(self, name: str) -> Identity | None:
        """Return what somebody may do; None for nobody who may sign in."""
        found = self.person(name)
        return found[0] if found else None

    def person(self, name: str) -> tuple[Identity, int] | None:
        """Return what somebody may do, and how often that has changed. None: nobody who may sign in."""
        user = self._register.users.get(name) if self._register.age < KEPT_S else None
        return None if user is None or user.disabled else (user.identity, user.generation)

    def has_session(self, session: str) -> bool:
        """Return whether a session lives."""
        return self._register.has_session(session)

    def sessions_of(self, name: str) -> list[str]:
        """Return the sessions of somebody that live."""
        return [each.id for each in self._register.sessions_of(name)]

    def output(self, output: str) -> OutputKey | None:
        """Return an output. None: there is none, or it was revoked."""
        return self._register.outputs.get(output)

    async def catch_up(self) -> None:
        """Take in what was written until now. Where the store does not answer, what is known stays."""
        await self._register.catch_up()
