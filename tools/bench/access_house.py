"""People, keys and outputs of a house that runs: for `ebs bench access`.

They are written as the verbs of `ebs` write them, so the web has to learn of them, and of their end, by its looks at
the app store.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from collector.access.changes import disabled
from collector.access.grants import grant_of
from collector.access.people import User
from collector.appstore import AppStore
from collector.signin.making import new_key, new_output
from collector.signin.passwords import hashed
from collector.system import now_ms
from tools.bench.access_client import WORD

_BY: Final = "bench"


class People:
    """Makes people, keys and outputs, and ends what they have. Close it at the end."""

    def __init__(self, data: Path, table: str) -> None:
        self._store = AppStore(f"sqlite:///{data}/app.db")
        self._table = table
        self._password = hashed(WORD)  # everybody's: each takes 30 ms

    def close(self) -> None:
        """Let go of the app store."""
        self._store.close()

    def person(self, name: str) -> None:
        """Add an operator of every table."""
        user = User(name, "operator", (grant_of("operator"),), self._password, now_ms())
        self._store.add_user(user, _BY, now_ms())

    def key(self, owner: str) -> tuple[str, str]:
        """Return id and text of a new key."""
        key, text = new_key("bench", owner, grant_of("operator").all_words(), now_ms(), 1)
        self._store.add_key(key, _BY, now_ms())
        return key.id, text

    def output(self, name: str, owner: str, channel: str) -> str:
        """Return the text of a new output's key."""
        output, text = new_output(name, owner, self._table, channel, now_ms())
        self._store.add_output(output, _BY)
        return text

    def end_session(self, session: str) -> None:
        """End a session."""
        self._store.end_session(session, _BY, now_ms())

    def revoke_key(self, key: str) -> None:
        """Revoke a key."""
        self._store.revoke_key(key, _BY, now_ms())

    def revoke_output(self, output: str) -> None:
        """Revoke an output."""
        self._store.revoke_output(output, _BY, now_ms())

    def disable(self, name: str) -> None:
        """Shut a person out."""
        self._store.edit_user(name, disabled(is_so=True), "disabled", _BY, now_ms())
