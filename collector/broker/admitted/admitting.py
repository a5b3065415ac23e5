"""The gate: a task of the collector that lets pages and outputs in at the broker, as a web process asks.

The collector looks up by itself what somebody may do: the web process says who asks, and gets a login for what that
person or that output may hear and say. `live` is heard by a grant in the log of its table alone, and as long as it
holds. What is revoked is out within a second.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from collector.access.apikeys import digest
from collector.access.audit import LIVE_CONNECTED, LOGIN_GIVEN, LOGINS_ENDED, RECORDS, Thinned, recorded
from collector.access.grants import Identity
from collector.access.live import LIVE, Grants, output_holder, tables_of, with_live
from collector.access.outputs import OutputKey, check_output, is_key
from collector.access.senders import output_of, person_of
from collector.broker.admitted.admission import Admissions
from collector.broker.admitted.gatekeeper import Admitted, Gatekeeper, is_of_session
from collector.broker.admitted.rules import live_tables, rules_of_output, rules_of_page
from collector.errors import BadInput, BrokerError, CollectorError, Refused
from collector.facts.fact import HOUSE, Body, NewFact
from collector.facts.kinds import Kind
from collector.logs import log_event, logger_of
from collector.system import now_ms
from collector.wire.gate_requests import AdmitOutput, AdmitPage, Answer, EndLogins, RenewLogins, Request
from collector.wire.replies import Refusal
from collector.wire.topics import topic

log = logger_of(__name__)
LOOK_S: Final = 0.2
SWEEP_S: Final = 30.0
HEAR_LIVE: Final = re.compile(r"programme(?:-\d+)?")
"""Logins of the house's own that hear hidden cards: one for each place in which the picture is open."""
MOST_NAMED: Final = 40
"""Logins that one entry of the record names; it has their number, too."""
MOST_WAITING: Final = 1000
"""Requests that wait. One more is dropped, and whoever asked asks again."""


class Standing(Protocol):
    """What the app store says of people, sessions and outputs now."""

    @property
    def fresh(self) -> bool:
        """Whether what is known is recent. When not, nobody is let out: a store that hangs has revoked nobody."""

    def person(self, name: str) -> tuple[Identity, int] | None:
        """Return what somebody may do, and how often that has changed. None: nobody who may sign in."""

    def has_session(self, session: str) -> bool:
        """Return whether a session lives."""

    def sessions_of(self, name: str) -> Sequence[str]:
        """Return the sessions of somebody that live."""

    def output(self, output: str) -> OutputKey | None:
        """Return an output. None: there is none, or it was revoked."""

    async def catch_up(self) -> None:
        """Take in what was written until now. Where the store does not answer, what is known stays."""


class Desk(Protocol):
    """What the collector knows of its tables."""

    @property
    def events(self) -> Mapping[str, str]:
        """The event of each open table."""

    @property
    def live(self) -> Grants:
        """Who may hear the live channel of which table."""


class Broker(Admissions, Protocol):
    """What tells the broker of logins. connected: set while it can; a connection that came back is looked at anew."""

    connected: asyncio.Event


class Publish(Protocol):
    """The collector's own way to publish."""

    async def __call__(self, topic: str, payload: bytes, *, qos: int) -> bool:
        """Publish; False when there is no connection."""


class Gate:
    """Run `run` as a task. desk: what is known of tables now. note: puts a fact on record.

    admissions: None where nothing here may tell the broker of logins; then every request is refused.
    """

    def __init__(
        self,
        standing: Standing,
        admissions: Broker | None,
        *,
        desk: Callable[[], Desk],
        publish: Publish,
        note: Callable[[NewFact], None] = lambda _new: None,
        now_ms: Callable[[], int] = now_ms,
        keeper: Gatekeeper | None = None,
    ) -> None:
        self._keeper = keeper or (Gatekeeper(admissions) if admissions else None)
        self._standing = standing
        self._desk, self._publish, self._note, self._now_ms = desk, publish, note, now_ms
        self._thinned = {kind.name: Thinned() for kind in RECORDS}
        self._connected = admissions.connected if admissions else asyncio.Event()
        self._asked: asyncio.Queue[tuple[str, Request]] = asyncio.Queue(MOST_WAITING)
        self._waits_for = ""
        self._as_of: dict[str, int] = {}  # by login: how often the rights of its person had changed

    def offer(self, login: str, request: Request) -> bool:
        """Take a request of a web process; return whether there is room. Without, nobody answers: it asks again.

        login: of the web process; the answer goes there.
        """
        try:
            self._asked.put_nowait((login, request))
        except asyncio.QueueFull:
            return False
        return True

    async def run(self) -> None:
        """Take over what the broker has, then answer requests and let out what is over, until cancelled."""
        loop = asyncio.get_running_loop()
        known, sweep_at = False, 0.0
        while True:
            known = known and self._connected.is_set()
            try:
                if self._keeper and self._connected.is_set():
                    if not known:
                        await self._keeper.compare()
                        known = True
                    await self._let_out(self._keeper)
                    if loop.time() >= sweep_at:
                        sweep_at = loop.time() + SWEEP_S
                        before = self._keeper.held
                        await self._keeper.sweep()
                        self._ended(before - self._keeper.held, "unused")
                self._waits_for = ""
            except BrokerError as error:
                if str(error) != self._waits_for:  # it may wait for long
                    log_event(log, "WARNING", "gate_waits", problem=str(error))
                self._waits_for = str(error)
            try:
                async with asyncio.timeout(LOOK_S):
                    login, request = await self._asked.get()
            except TimeoutError:
                continue
            await self._serve(login, request)

    def connected(self, login: str, address: str) -> None:
        """Hear that somebody has connected to the broker, and from where. Whoever hears hidden cards goes on record."""
        held = self._keeper and login in self._keeper.held
        tables = live_tables(self._keeper.rules_of(login)) if self._keeper and held else frozenset[str]()
        if tables or HEAR_LIVE.fullmatch(login):
            table = next(iter(tables)) if len(tables) == 1 else None
            told = {"login": login, "tables": sorted(tables) or ["+"], "table": table, "address": address}
            self._record(LIVE_CONNECTED, told, _who(login))

    def _record(self, kind: Kind[Body], body: Mapping[str, Any], who: str | None) -> None:
        """Put what the gate did on record; of a flood, how many."""
        skipped = self._thinned[kind.name].take(self._now_ms())
        if skipped is not None:
            self._note(recorded(kind, f"gate.{kind.name}", {**body, "skipped": skipped}, who))

    async def _serve(self, login: str, request: Request) -> None:
        try:
            answer = await self._done(login, request)
        except (CollectorError, ValueError) as error:  # ValueError: what can be no login, whoever made it up
            refused = error if isinstance(error, Refused) else Refused("BROKER_UNAVAILABLE", str(error))
            told = Refusal(code=refused.code, message=refused.message, details=refused.details)
            answer = Answer(id=request.id, accepted=False, error=told)
        await self._publish(topic(HOUSE, "reply", login), answer.model_dump_json().encode(), qos=1)

    async def _done(self, web: str, request: Request) -> Answer:
        keeper = self._keeper
        if keeper is None:
            raise Refused("NO_GATE", "EBS may not make logins at this broker; see docs/run.md, logins of pages")
        match request:
            case AdmitPage():
                return _let_in(request, await self._page(keeper, request, web))
            case AdmitOutput():
                return _let_in(request, await self._output(keeper, request, web))
            case RenewLogins():
                gone = await keeper.renew(request.logins)
                return Answer(id=request.id, accepted=True, gone=tuple(sorted(gone)))
            case EndLogins():
                before = keeper.held
                await keeper.end(request.logins)
                if request.session:
                    await keeper.end_session(request.session)
                self._ended(before - keeper.held, "asked")
                return Answer(id=request.id, accepted=True)

    async def _page(self, keeper: Gatekeeper, request: AdmitPage, web: str) -> Admitted:
        if not self._standing.has_session(request.session):
            await self._standing.catch_up()  # whoever has just signed in asks before the next look
        found = self._standing.person(request.person)
        if found is None or not self._standing.has_session(request.session):
            raise Refused("NOT_SIGNED_IN", f"{request.person} is not signed in with this session; sign in again")
        who, changed = self.with_live(found[0]), found[1]
        made = await keeper.admit_page(
            request.person,
            request.session,
            lambda login: rules_of_page(login, who, self._desk().events),
            request.instead_of or "",
        )
        self._as_of[made.login] = changed
        log_event(log, "INFO", "login_given", login=made.login, person=request.person)
        live = sorted(live_tables(keeper.rules_of(made.login)))
        self._record(LOGIN_GIVEN, {"login": made.login, "web": web, "live": live}, request.person)
        return made

    async def _output(self, keeper: Gatekeeper, request: AdmitOutput, web: str) -> Admitted:
        if self._standing.output(request.output) is None:
            await self._standing.catch_up()
        found = self._standing.output(request.output)
        if found is None:
            raise Refused("NO_OUTPUT", f"there is no output {request.output}; add it, and use its new address")
        table_id, channel = found.table_id, found.channel
        try:
            check_output(request.output, table_id, channel)  # the web writes the app store too, and not by our rules
        except BadInput as error:
            raise Refused(error.code, error.message) from error
        if channel == LIVE:
            self._require_grant(found, request.key)
        made = await keeper.admit_output(request.output, rules_of_output(table_id, channel), request.instead_of or "")
        log_event(log, "INFO", "login_given", login=made.login, table=table_id, channel=channel)
        told = {"login": made.login, "web": web, "table": table_id, "channel": channel}
        self._record(LOGIN_GIVEN, told, output_holder(found.id))
        return made

    def _require_grant(self, output: OutputKey, key: str | None) -> None:
        """Raise Refused, code NO_GRANT, where an output may not hear its table live. key: as its page has shown it."""
        shown = is_key(key or "") and digest(key or "") == output.digest
        if not shown or output.table_id not in self._live_of(self._desk().live, output):
            message = f"output {output.id} has no grant of table {output.table_id} live, or it has ended; give one on "
            raise Refused("NO_GRANT", message + "the collector's machine, with `ebs live grant`")

    def _live_of(self, grants: Grants, output: OutputKey) -> frozenset[str]:
        """Return the tables that an output may hear live. A grant is to the key that it had then."""
        to = output_holder(output.id)
        return frozenset(t for t in tables_of(grants, to, self._now_ms()) if grants[t][to].key == output.digest)

    def with_live(self, who: Identity) -> Identity:
        """Return somebody with what the grants of live channels give now."""
        events = self._desk().events
        tables = tables_of(self._desk().live, who.user, self._now_ms())
        return with_live(who, [(events[table], table) for table in tables if table in events])

    async def _let_out(self, keeper: Gatekeeper) -> None:
        """Let out whose person, session or output is over, or whose rights have changed: their pages ask anew.

        A store that hangs has ended nobody. Grants of the live channel are no part of it, so they end all the same.
        """
        fresh, grants = self._standing.fresh, self._desk().live
        over = [
            login
            for login in keeper.held
            if not self._hears_rightly(login, keeper.rules_of(login), grants)
            or (fresh and not self._stands(login, keeper, grants))
        ]
        if over:
            over.sort(key=lambda login: not live_tables(keeper.rules_of(login)))  # hidden cards do not wait
            await keeper.end(over)
            self._ended(over, "over")
        self._as_of = {login: count for login, count in self._as_of.items() if login in keeper.held}

    def _hears_rightly(self, login: str, rules: frozenset[str], grants: Grants) -> bool:
        """Return whether a login hears live what it has a grant of, and no more. A page hears all of that, too."""
        heard, now = live_tables(rules), self._now_ms()
        if output := output_of(login):
            return heard <= tables_of(grants, output_holder(output), now)
        return heard == tables_of(grants, person_of(login) or "", now)

    def _ended(self, logins: Iterable[str], why: str) -> None:
        """Tell of logins that ended. why: `over`, for what they rest on; `asked` by the web; `unused`."""
        if names := sorted(logins):
            log_event(log, "INFO", "logins_ended", logins=names)
            self._record(LOGINS_ENDED, {"logins": names[:MOST_NAMED], "count": len(names), "why": why}, None)

    def _stands(self, login: str, keeper: Gatekeeper, grants: Grants) -> bool:
        session, rules = keeper.session_of(login), keeper.rules_of(login)
        if output := output_of(login):
            known = self._standing.output(output)
            return known is not None and live_tables(rules) <= self._live_of(grants, known)
        person = person_of(login) or ""
        found = self._standing.person(person)
        if found is None or not self._lives(login, person, session):
            return False
        if login not in self._as_of:  # an earlier run let it in, and its person's rights may have changed since
            if rules != self._rules_now(login, found[0]):
                return False
            self._as_of[login] = found[1]
        return self._as_of[login] == found[1]

    def _lives(self, login: str, person: str, session: str) -> bool:
        """Return whether the session of a page lives. session: "" for a page of an earlier run, whose name says it."""
        if session:
            return self._standing.has_session(session)
        return any(is_of_session(login, person, each) for each in self._standing.sessions_of(person))

    def _rules_now(self, login: str, who: Identity) -> frozenset[str]:
        """Return what a page would get if it asked now; nothing where it would be refused."""
        try:
            return frozenset(rules_of_page(login, self.with_live(who), self._desk().events))
        except Refused:
            return frozenset()


def _who(login: str) -> str:
    """Return who stands behind a login."""
    output = output_of(login)
    return output_holder(output) if output else person_of(login) or login


def _let_in(request: Request, made: Admitted) -> Answer:
    return Answer(id=request.id, accepted=True, login=made.login, password=made.password)
