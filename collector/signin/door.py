"""Coming in and going out: password and second factor to a session or tokens, tokens to tokens, and who is asking.

Knows no HTTP: a route hands it what came, and answers with what it says.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from collector.access.apikeys import digest, is_key
from collector.access.audit import Thinned
from collector.access.changes import Change
from collector.access.grants import Identity
from collector.access.outputs import OutputKey
from collector.access.outputs import is_key as is_output_key
from collector.access.people import LONGEST_PASSWORD, Session, User
from collector.access.renewal import FAMILY_MS, Family
from collector.errors import AppStoreError, BadInput
from collector.ports import People
from collector.signin.answers import Answers
from collector.signin.passwords import Passwords
from collector.signin.register import Register
from collector.signin.second_factor import with_code_used
from collector.signin.tokens import EXPIRES_S, BadToken, Tokens

SESSION_MS: Final = 12 * 3_600_000
MOST_SESSIONS: Final = 20
"""Of one person. A new one ends the oldest."""
NOTED_FAILURES: Final = 60
"""Entries of the audit in a minute about sign-ins that failed; the rest is counted in the next entry."""
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class NotSignedIn(BadInput):
    """Name, password or code is wrong, or a token, key or session does not hold."""


class NotKnown(NotSignedIn):
    """A key or token that is well made, of somebody or something that is not known here, or not any more."""


class SecondFactorNeeded(BadInput):
    """The password is right, and is not enough."""


class StoreAway(AppStoreError):
    """The app store could not be read for seconds: nobody is let in on what it said before."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a program gets. Lives in one answer, and nowhere else."""

    access: str
    refresh: str
    expires_in: int = EXPIRES_S


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. session: by which session, None for a token or key. family: of the token, "" without one."""

    identity: Identity
    user: User | None = None
    session: Session | None = None
    family: str = ""


class Door:
    """Lets people and keys in. second_factor: whether admins must have one.

    forget: is called with the name of whoever got another password.
    """

    def __init__(
        self,
        store: People,
        register: Register,
        passwords: Passwords,
        tokens: Tokens,
        now_ms: Callable[[], int],
        *,
        second_factor: bool,
        forget: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self.store, self.register, self.passwords = store, register, passwords
        self._tokens, self.now_ms = tokens, now_ms
        self.answers = Answers(tokens.for_answers, now_ms)
        self._second_factor = second_factor
        self._forget = forget
        self._failures = Thinned(NOTED_FAILURES)

    def require_store(self) -> None:
        """Raise StoreAway where the app store was not read for seconds."""
        if not self.register.holds:
            raise StoreAway("app store: it does not answer; look at the disk and the database's log")

    # --- in ---

    async def password(self, name: str, password: str, code: str) -> User:
        """Return who signs in. code: of the second factor, or "". The same work for a name that is unknown.

        Raises NotSignedIn, SecondFactorNeeded, TooBusy, AppStoreError.
        """
        self.require_store()
        await self.register.catch_up()  # of whoever asks: who is known and who is not take as long
        user = self.register.users.get(name)
        kept = user.password if user and not user.disabled else None
        right = await self.passwords.right(kept, password[: LONGEST_PASSWORD + 1])
        if not right or user is None:
            await self._failed(name if user else "", "password")
            raise NotSignedIn("LOGIN_FAILED", "name or password is wrong; try again, or ask an admin for a new one")
        if not user.seed:
            if user.is_admin and self._second_factor:
                raise SecondFactorNeeded(
                    "SECOND_FACTOR_NEEDED",
                    f"an admin needs a second factor; on the machine of EBS type `ebs users totp {name}`",
                )
            return user
        if not code:
            raise SecondFactorNeeded("CODE_NEEDED", "the password is right; give the code of the second factor too")
        return await self._with_code(user, code)

    async def require_password(self, name: str, password: str) -> None:
        """Raise NotSignedIn unless this is the password of somebody who has signed in."""
        user = self.register.users.get(name)
        if not await self.passwords.right(user.password if user else None, password):
            await self._failed(name, "password")
            raise NotSignedIn("LOGIN_FAILED", "the old password is wrong; try again, or ask an admin for a new one")

    async def edit(self, name: str, change: Change, what: str, by: str) -> User:
        """Change a person, and act on it here at once. Raises BadInput, AppStoreError."""
        now = self.now_ms()
        user = await self.register.do(lambda: self.store.edit_user(name, change, what, by, now))
        if what == "password_set":
            self._forget(name)
        return user

    async def _with_code(self, user: User, code: str) -> User:
        now = self.now_ms()
        try:
            return await self.register.do(
                lambda: self.store.edit_user(user.name, lambda u, _: with_code_used(u, code, now), "", user.name, now)
            )
        except BadInput as error:
            await self._failed(user.name, "code")
            raise NotSignedIn(error.code, error.message) from error

    async def _failed(self, name: str, what: str) -> None:
        """Put a sign-in that failed on record; somebody who tries without end fills no disk."""
        now = self.now_ms()
        skipped = self._failures.take(now)
        if skipped is not None:
            told = {"wrong": what, "skipped": skipped}
            await self.register.ask(lambda: self.store.note(now, "anonymous", "sign_in_failed", name, told))

    async def begin_session(self, user: User, address: str) -> str:
        """Return the secret of a new session, for a cookie."""
        secret, now = secrets.token_urlsafe(32), self.now_ms()
        session = Session(
            f"s_{secrets.token_hex(8)}", digest(secret), user.name, user.generation, now, now, now + SESSION_MS, address
        )
        too_many = self.register.sessions_of(user.name)[MOST_SESSIONS - 1 :]

        def work() -> None:
            for each in too_many:
                self.store.end_session(each.id, user.name, now)
            self.store.add_session(session)

        await self.register.do(work)
        return secret

    async def give_tokens(self, user: User) -> Given:
        """Return the first tokens of a new family."""
        now, first = self.now_ms(), self._tokens.first_refresh()
        family = Family(f"f_{secrets.token_hex(8)}", user.name, user.generation, now, now + FAMILY_MS)
        await self.register.ask(lambda: self.store.add_family(family, digest(first), user.name))
        return Given(self._tokens.access(user, family.id, _number(first), now), first)

    async def refresh(self, token: str) -> Given:
        """Return the next tokens; the same ones again for a client whose answer was lost. Raises NotSignedIn."""
        self.require_store()
        after = self._tokens.next_refresh(token)
        renewal = await self.register.do(lambda: self.store.renew(digest(token), digest(after), self.now_ms()))
        family = renewal.family
        user = self.register.person(family.user, family.generation, family.id)
        if renewal.verdict not in {"new", "again"} or user is None:
            raise NotSignedIn("INVALID_TOKEN", "the refresh token is not valid, or was used before; sign in again")
        return Given(self._tokens.access(user, family.id, _number(after), renewal.at), after)

    # --- who asks ---

    async def by_secret(self, secret: str) -> Caller:
        """Return who shows an API key or an access token. Raises NotSignedIn, StoreAway.

        One that is well made and not known here may have been given by another process a moment ago.
        """
        try:
            return self._by_secret(secret)
        except NotKnown:
            await self.register.catch_up()
            return self._by_secret(secret)

    def _by_secret(self, secret: str) -> Caller:
        self.require_store()
        if is_key(secret):
            found = self.register.key(digest(secret))
            if found is None:
                raise NotKnown("INVALID_KEY", "the key is unknown, revoked or expired; ask for a new one")
            key, owner = found
            return Caller(key.identity(owner), owner)
        if secret.startswith("ebs_api_"):
            raise NotSignedIn("INVALID_KEY", "this is no whole API key: its checksum is wrong; copy it anew")
        try:
            claims = self._tokens.read(secret, self.now_ms())
        except BadToken as error:
            raise NotSignedIn(error.code, error.message) from error
        user = self.register.person(claims.user, claims.version, claims.family)
        if user is None:
            raise NotKnown("INVALID_TOKEN", BadToken().message)
        return Caller(user.identity, user, family=claims.family)

    async def by_session(self, secret: str) -> Caller | None:
        """Return whose session a cookie is; None where it is over. Raises StoreAway."""
        self.require_store()
        found = self.register.session(digest(secret))
        if found is None and _SESSION.fullmatch(secret):
            await self.register.catch_up()
            found = self.register.session(digest(secret))
        if found is None:
            return None
        session, user = found
        return Caller(user.identity, user, session)

    async def output(self, key: str) -> OutputKey | None:
        """Return the output of a key; None for what is no key, or none that holds. Raises StoreAway."""
        self.require_store()
        if not is_output_key(key):
            return None
        if (found := self.register.output_by(digest(key))) is None:
            await self.register.catch_up()
            found = self.register.output_by(digest(key))
        return found

    @staticmethod
    def csrf_token(secret: str) -> str:
        """Return what a page has to send along with a write: told by the session's secret, which no page can read."""
        return hmac.new(secret.encode(), b"ebs csrf", sha256).hexdigest()

    # --- out ---

    async def end_session(self, session: Session, by: str) -> None:
        """End a session."""
        now = self.now_ms()
        await self.register.do(lambda: self.store.end_session(session.id, by, now))

    async def end_family(self, family: str, by: str) -> None:
        """End refresh tokens, and the access tokens beside them. family: as `Caller` has it."""
        now = self.now_ms()
        await self.register.do(lambda: self.store.end_family(family, by, now))


def _number(refresh: str) -> str:
    """Return what tells the access token beside a refresh token from others of its family."""
    return digest(f"beside {refresh}")[:16]
