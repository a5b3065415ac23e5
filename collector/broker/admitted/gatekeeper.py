"""Who is let in at the broker beside the house's own logins: a page or an output at a time, and for how long.

A login lasts, so that a page comes back by itself while the web is down. It ends when its session or its key ends, and
when nobody has renewed it for `UNUSED_S`; an output's never ends by itself. The gatekeeper keeps nothing on disk: after
a restart it takes over what the broker has, since names say whose a login is, and of which session.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from collector.access.senders import PAGE_MARK, output_of, person_of
from collector.broker.admitted.admission import MOST_LOGINS, Admissions, Login, new_password
from collector.errors import Refused

UNUSED_S: Final = 30 * 60.0
"""After the last renewal. The web renews a page's login every five minutes while the page lives."""
MOST_PAGES: Final = 8
"""Pages of one session, or of one output, at a time. The one that was renewed longest ago goes when one more comes."""
RENEWED_S: Final = 11 * 60.0
"""Whoever was renewed within this is looked at still: two renewals, and a minute."""
_LETTERS: Final = string.ascii_lowercase + string.digits
_OF_SESSION: Final = 3
"""Letters of a page's mark that are its session's. Two sessions of one person have the same in one case of 46,656."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a page or an output connects with."""

    login: str
    password: str = field(repr=False)


@dataclass(slots=True)
class _Held:
    """A login that is let in. session: "" for an output, and for a page of an earlier run."""

    session: str
    renewed: float
    rules: frozenset[str]


class Gatekeeper:
    """Lets pages and outputs in and out. clock: seconds that only rise. letters: `n` letters for the end of a name."""

    def __init__(
        self,
        admissions: Admissions,
        *,
        clock: Callable[[], float] = time.monotonic,
        letters: Callable[[int], str] = lambda n: "".join(secrets.choice(_LETTERS) for _ in range(n)),
    ) -> None:
        self._admissions = admissions
        self._clock = clock
        self._letters = letters
        self._held: dict[str, _Held] = {}
        self._made_room: dict[str, None] = {}  # logins that went for a newer page, the oldest first
        self._one_at_a_time = asyncio.Lock()

    @property
    def held(self) -> frozenset[str]:
        """The logins that are let in."""
        return frozenset(self._held)

    def session_of(self, login: str) -> str:
        """Return the session of a page; "" for an output, and for a page of an earlier run."""
        held = self._held.get(login)
        return held.session if held else ""

    def rules_of(self, login: str) -> frozenset[str]:
        """Return what a login that is in may hear and say."""
        return self._held[login].rules

    async def admit_page(
        self, person: str, session: str, rules_of: Callable[[str], Sequence[str]], instead_of: str = ""
    ) -> Admitted:
        """Let a page of a person in under a new login. rules_of: what a login of that name may hear and say.

        instead_of: the login that this page had, which is out or goes out now. Raises Refused, code TOO_MANY_PAGES,
        where that one had to make room for newer pages, all of which are looked at still; code TOO_MANY_LOGINS, when
        the broker holds all that it can bear; and BrokerError.
        """
        mark = session_mark(session)
        async with self._one_at_a_time:
            login = self._new_name(f"c-{person}-{mark}", PAGE_MARK - len(mark))
            await self._make_room([n for n in self._held if is_of_session(n, person, session)], instead_of)
            return await self._in(login, session, rules_of(login))

    async def admit_output(self, output: str, rules: Sequence[str], instead_of: str = "") -> Admitted:
        """Let a page of an output in under a new login. Several sources may show one output.

        Raises as `admit_page` does.
        """
        async with self._one_at_a_time:
            login = self._new_name(f"o-{output}-", PAGE_MARK)
            await self._make_room([n for n in self._held if output_of(n) == output], instead_of)
            return await self._in(login, "", rules)

    async def renew(self, logins: Sequence[str]) -> frozenset[str]:
        """Keep logins in for another while; return those of them that are not in: their pages ask anew."""
        now = self._clock()
        for login in logins:
            if login in self._held:
                self._held[login].renewed = now
        return frozenset(logins) - self._held.keys()

    async def end(self, logins: Sequence[str]) -> None:
        """Let logins out: their connections end. One that is not in is no fault. Raises BrokerError."""
        async with self._one_at_a_time:
            await self._out([login for login in logins if login in self._held])

    async def end_session(self, session: str) -> None:
        """Let all pages of a session out. Raises BrokerError."""
        await self.end([name for name, each in self._held.items() if session and each.session == session])

    async def end_person(self, person: str) -> None:
        """Let all pages of a person out, those of an earlier run too. Raises BrokerError."""
        await self.end([name for name in self._held if person_of(name) == person])

    async def sweep(self) -> None:
        """Let out what nobody has renewed for `UNUSED_S`. Outputs stay. Raises BrokerError."""
        now = self._clock()
        await self.end([n for n, each in self._held.items() if person_of(n) and now - each.renewed >= UNUSED_S])

    async def compare(self) -> None:
        """Take over what the broker has: at the start, and whenever the connection to it came back.

        What it has and nobody here knows was let in by an earlier run, and has `UNUSED_S` from now. What is here and it
        has not is forgotten: the broker was set up anew. Raises BrokerError.
        """
        async with self._one_at_a_time:
            listed, now = await self._admissions.listed(), self._clock()
            self._held = {name: self._held.get(name) or _Held("", now, listed[name]) for name in sorted(listed)}
            oldest = sorted(self._held, key=lambda name: self._held[name].renewed)
            await self._out(oldest[: max(0, len(oldest) - MOST_LOGINS)])

    def _new_name(self, begins: str, letters: int) -> str:
        while (name := f"{begins}{self._letters(letters)}") in self._held:
            pass
        return name

    async def _make_room(self, pages: Sequence[str], instead_of: str) -> None:
        """Let the page go that is replaced, else the one that was renewed longest ago where there are too many."""
        if instead_of in pages:
            await self._out([instead_of])
            return
        by_age = sorted(pages, key=lambda name: self._held[name].renewed)  # those of one moment: as they came
        going = by_age[: max(0, len(pages) + 1 - MOST_PAGES)]
        if going and instead_of in self._made_room and self._clock() - self._held[going[0]].renewed < RENEWED_S:
            message = f"{MOST_PAGES} newer pages are open; close one, and this one comes up again"
            raise Refused("TOO_MANY_PAGES", message, {"most": MOST_PAGES})
        await self._out(going)
        self._made_room |= dict.fromkeys(going)
        for name in list(self._made_room)[: max(0, len(self._made_room) - MOST_LOGINS)]:
            del self._made_room[name]

    async def _in(self, login: str, session: str, rules: Sequence[str]) -> Admitted:
        if len(self._held) >= MOST_LOGINS:
            longest_ago = min(self._held, key=lambda name: self._held[name].renewed)
            if self._clock() - self._held[longest_ago].renewed >= UNUSED_S:
                await self._out([longest_ago])  # an output's: nobody has looked at it for long
        if len(self._held) >= MOST_LOGINS:
            message = f"{MOST_LOGINS} pages and outputs are open, which is all that the broker can bear; close some"
            raise Refused("TOO_MANY_LOGINS", message, {"most": MOST_LOGINS})
        made = Login(login, new_password(), tuple(rules))
        await self._admissions.give(made)
        self._held[login] = _Held(session, self._clock(), frozenset(made.rules))
        return Admitted(login, made.password)

    async def _out(self, logins: Sequence[str]) -> None:
        if not logins:
            return
        await self._admissions.take(logins)
        for login in logins:
            del self._held[login]


def session_mark(session: str) -> str:
    """Return the letters that stand for a session in the names of its pages' logins."""
    number = int.from_bytes(hashlib.sha256(session.encode()).digest()[:8])
    return "".join(_LETTERS[number // len(_LETTERS) ** at % len(_LETTERS)] for at in range(_OF_SESSION))


def is_of_session(login: str, person: str, session: str) -> bool:
    """Return whether a login is of a page of this session, also one of an earlier run."""
    return person_of(login) == person and login[-PAGE_MARK:].startswith(session_mark(session))
