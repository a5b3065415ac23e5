"""Protocols: what the pipeline asks of stores, broker and keys. Adapters implement them; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from collector.access.audit import Entry, Sought
from collector.access.live import LiveGrant, LivePlace
from collector.access.outputs import OutputKey
from collector.access.people import ApiKey, KeptAnswer, News, Session, User
from collector.access.renewal import Family, Renewal
from collector.access.senders import Sender, Where
from collector.facts.fact import DeviceKey, Fact, Head
from collector.facts.seals import Sealer
from collector.records.hands import HandDetails, HandPlace, HandRecord, ReleasedCards, ReleasedHand
from collector.records.players import EventFigures, PlayerPlace, PlayerRecord, TableRecord


class Log(Protocol):
    """The append-only log. One writer; facts come with position and `prev_hash` from a Chain that began at `heads`.

    sealer: seals what is S0 in that chain, and the log opens it; None: everything is in clear.
    """

    log_id: str
    sealer: Sealer | None

    async def append(self, facts: Sequence[Fact]) -> None:
        """Commit `facts` in one transaction. Raises LogError: nothing of them is in the log then."""

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        """Return up to `limit` facts of a stream behind position `after`, in order."""

    async def heads(self) -> dict[str, Head]:
        """Return the end of every stream."""

    async def renew(self) -> None:
        """Give the log another name, so that nodes send again what they keep: it was restored from an older backup."""

    def waiting_bytes(self) -> int:
        """Return how many bytes are durable and wait to be carried over to their place: a log on disk has a bound."""

    async def device_keys(self) -> list[DeviceKey]:
        """Return the identity of every device event in the log."""


class HandStore(Protocol):
    """Where finished hands go: the read model's writer."""

    async def put(
        self,
        records: Sequence[HandRecord],
        *,
        details: Mapping[str, HandDetails] | None = None,
        released: Sequence[ReleasedHand] = (),
        through: Mapping[str, int] | None = None,
    ) -> None:
        """Insert or replace by hand_id; a lower revision never replaces a higher one. One transaction.

        details: by hand_id. released: hidden cards that become known. through: how far each stream is projected.
        """


class Projection(HandStore, Protocol):
    """All that is projected."""

    async def put_event(self, event_id: str, name: str) -> None:
        """Record an event, or its new name."""

    async def put_table(self, table_id: str, event_id: str, name: str) -> None:
        """Record a table, or its move to another event."""

    async def put_seats(
        self, table_id: str, event_id: str, seats: Sequence[PlayerPlace], *, remaining: int | None
    ) -> None:
        """Record who sits at a table now, and how many the tournament has left, where that is known."""

    async def put_audit(self, entries: Sequence[Entry], through: Mapping[str, int]) -> None:
        """Record entries of the audit. through: how far each stream has been looked at."""

    async def audited(self, stream: str) -> int:
        """Return the position up to which a stream has been looked at for entries of the audit; 0 before the first."""

    async def put_live(self, table_id: str, event_id: str, grants: Iterable[LiveGrant]) -> None:
        """Record who may hear the live channel of a table; whoever it was before may no more."""


class DeviceKeys(Protocol):
    """Who may speak for which node."""

    def key(self, device: str) -> bytes | None:
        """Return the key of a device, None for an unknown one."""


class Link(Protocol):
    """The way out to the broker."""

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        """Publish; False when there is no connection. Nothing is queued."""

    def flush(self) -> None:
        """Have what was published leave this process now."""

    def nudge(self) -> None:
        """Have the broker hand on at once what was published: call it behind the last message of a burst."""


class Permissions(Protocol):
    """The permission question of the collector: may whoever sent a command give it?"""

    def require(self, sender: Sender, word: str, what: str, where: Where | None = None) -> None:
        """Raise Refused if a sender does not hold a word. what: the type of the command.

        where: the table that it is about, None for the whole house.
        """


class People(Protocol):
    """The app store, as sign-in and REST need it. Every call is one transaction, blocks, and raises AppStoreError."""

    def news(self, after: int) -> News:
        """Return what has changed behind the change number `after`; everything, when that cannot be told. 0: all."""

    def users(self) -> dict[str, User]:
        """Return everybody, by name."""

    def keys(self) -> dict[str, ApiKey]:
        """Return every key, by id."""

    def add_user(self, user: User, by: str, at: int) -> None:
        """Add a person. Raises BadInput, code USER_EXISTS."""

    def edit_user(
        self, name: str, change: Callable[[User, Mapping[str, User]], User], what: str, by: str, at: int
    ) -> User:
        """Have `change` make the new value of a person, given the present one and everybody; return it.

        what: the entry in the audit, "" for none. Raises BadInput, code USER_NOT_FOUND, and what `change` raises.
        """

    def add_key(self, key: ApiKey, by: str, at: int) -> None:
        """Add a key. Raises BadInput, code USER_NOT_FOUND, where its owner is not there."""

    def revoke_key(self, key_id: str, by: str, at: int) -> None:
        """End a key. Raises BadInput, code KEY_NOT_FOUND, where there is none that lives."""

    def add_output(self, output: OutputKey, by: str) -> None:
        """Add an output. Raises BadInput, code OUTPUT_EXISTS, where one of this name lives, or USER_NOT_FOUND."""

    def revoke_output(self, output: str, by: str, at: int) -> None:
        """End an output. Raises BadInput, code OUTPUT_NOT_FOUND, where there is none that lives."""

    def see_output(self, output: str, address: str, at: int) -> bool:
        """Note where an output was opened last; return whether it was somewhere else before."""

    def touch(self, keys: Mapping[str, int], sessions: Mapping[str, int]) -> None:
        """Note when keys were used last, and sessions seen: ms, by id. Nobody has to hear of it."""

    def add_session(self, session: Session) -> None:
        """Begin a session."""

    def end_session(self, session_id: str, by: str, at: int) -> None:
        """End a session, if it is there."""

    def add_family(self, family: Family, digest: str, by: str) -> None:
        """Begin a family with its first refresh token. digest: of the token."""

    def renew(self, digest: str, successor: str, now: int) -> Renewal:
        """Use a refresh token once, and put `successor` (a digest too) in its place."""

    def end_family(self, family_id: str, by: str, at: int) -> None:
        """Revoke a family of refresh tokens, if it lives."""

    def begin_answer(self, principal: str, key: str, digest: str, now: int) -> KeptAnswer | None:
        """Return what is kept of a request; None for a new one, which has begun with this."""

    def keep_answer(self, principal: str, key: str, status: int, answer: str) -> None:
        """Keep the answer of a request that has begun."""

    def forget_answer(self, principal: str, key: str) -> None:
        """Keep nothing of a request: nothing was done, and it may come again."""

    def note(self, at: int, who: str, what: str, about: str, details: Mapping[str, object]) -> None:
        """Add an entry to the audit."""

    def audit(self, sought: Sought) -> list[Entry]:
        """Return entries of the audit that the web and the verbs wrote, the newest first."""

    def audit_after(self, number: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries of the audit behind a number, in order."""

    def tidy(self, now: int) -> None:
        """Delete what is over: sessions, refresh families, old changes, old answers."""


Tables = frozenset[str] | None
"""Tables that somebody may know of; None for all of them."""


class Asking(Protocol):
    """How a web process asks the collector. login: its own at the broker."""

    login: str

    async def ask(self, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a request to a table or to `house`; return the reply to its `id`. Raises NoAnswerError."""

    async def command(self, sender: Sender, stream: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Send a command on behalf of somebody: see `ask`. sender: with the person and its words."""


class HandQueries(Protocol):
    """What the REST API asks of the read model. `within`: what lies at other tables is neither told nor counted."""

    async def ping(self) -> None:
        """Return when the store answers; raise ReadModelError when it does not."""

    async def knows_event(self, event_id: str, within: Tables = None) -> bool:
        """Return whether the event was recorded or has hands; within tables: whether one of them has played in it."""

    async def hands(
        self, event_id: str, *, limit: int, newest_first: bool, after: HandPlace | None, within: Tables = None
    ) -> list[HandRecord]:
        """Return up to `limit` hands behind `after` in the order asked for."""

    async def hand(self, event_id: str, hand_id: str) -> HandRecord | None:
        """Return one hand, or None if the event holds no such hand."""

    async def story(self, event_id: str, hand_id: str, audience: str) -> str | None:
        """Return a hand's story as JSON as an audience knows it, or None if the event holds no such hand."""

    async def released(self, hand_ids: Collection[str], audience: str) -> Mapping[str, Sequence[ReleasedCards]]:
        """Return the hidden cards that are released to an audience, by hand; a hand without any is not there."""

    async def players(self, event_id: str, within: Tables = None) -> list[PlayerRecord]:
        """Return the players of an event, by id: within tables, those who sit or played there, with what was there."""

    async def player(self, event_id: str, player_id: str, within: Tables = None) -> PlayerRecord | None:
        """Return one player, or None."""

    async def figures(self, event_id: str, within: Tables = None) -> EventFigures:
        """Return an event in figures."""

    async def tables(self) -> list[TableRecord]:
        """Return all tables, by id."""

    async def audit(self, sought: Sought) -> list[Entry]:
        """Return entries of the audit that come from the log, the newest first."""

    async def live(self) -> list[LivePlace]:
        """Return the grants of live channels, those too that have ended."""
