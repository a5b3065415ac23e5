"""A house with people, its door and its API, on a clock of its own: for tests of who comes in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pyotp
from prometheus_client import CollectorRegistry

from collector.access.apikeys import digest
from collector.access.buckets import Rates
from collector.access.grants import Grant, grant_of
from collector.access.people import ApiKey, User
from collector.access.vocabulary import expand
from collector.api import create_app, house_routers, people_routers
from collector.api.gate import Gate
from collector.api.rates import Limits
from collector.appstore import AppStore
from collector.ports import Asking
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.signin.door import Door
from collector.signin.making import new_key
from collector.signin.passwords import Passwords, hashed
from collector.signin.register import Register
from collector.signin.tokens import Tokens
from collector.system import Reach

NOW = 1_769_990_400_000
PASSWORD = "correct horse battery"
HASH = hashed(PASSWORD)
KEY = bytes(range(32))
NO_LIMITS = Rates(0, 0, 0, 0, 0, 0)


@lru_cache(maxsize=1)
def made() -> bytes:
    """Return an empty app store as bytes: to migrate takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        AppStore(f"sqlite:///{folder}/app.db").close()
        return Path(folder, "app.db").read_bytes()


def empty(file: Path) -> str:
    """Put an empty app store there; return its URL."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.write_bytes(made())
    return f"sqlite:///{file}"


@dataclass
class Clock:
    ms: int = NOW

    def __call__(self) -> int:
        return self.ms

    def seconds(self) -> float:
        return self.ms / 1000


@dataclass
class House:
    """Everything before the read model. `rates` without limits, `second_factor` of admins, unless a test says else."""

    folder: Path
    second_factor: bool = False
    may_read: bool = False
    rates: Rates = NO_LIMITS
    proxies: tuple[str, ...] = ()
    asking: Asking | None = None
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.url = f"sqlite:///{self.folder / 'app.db'}"
        self.store = AppStore(empty(self.folder / "app.db"))
        self.register = Register(self.store, self.clock, self.clock.seconds)
        self.passwords = Passwords()
        self.tokens = Tokens(KEY)
        self.door = Door(
            self.store, self.register, self.passwords, self.tokens, self.clock, second_factor=self.second_factor
        )
        readmodel = f"sqlite:///{self.folder / 'readmodel.db'}"
        self.writer, self.queries = ReadModelWriter(readmodel), ReadModelQueries(readmodel)
        self.limits = limits = Limits(self.rates, self.clock.seconds)
        config = {"ws_url": "ws://127.0.0.1:1"}
        house = house_routers(self.door, limits, self.asking, self.queries, lambda: config) if self.asking else []
        self.app = create_app(
            self.queries,
            ready=dict,
            config=lambda: config,
            registry=CollectorRegistry(),
            static=None,
            gate=Gate(self.door, limits, may_read=self.may_read),
            routers=[*people_routers(self.door, limits), *house],
            reach=Reach(proxies=self.proxies),
        )

    def close(self) -> None:
        self.passwords.close()
        self.register.close()
        self.store.close()
        self.writer.close()
        self.queries.close()

    def client(self, bearer: str = "", **headers: str) -> httpx.AsyncClient:
        """Return a client that keeps cookies, as a browser does."""
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        transport = httpx.ASGITransport(self.app)
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)

    async def person(self, name: str, role: str, *grants: Grant, seed: str = "") -> User:
        user = User(name, role, grants or (grant_of(role),), HASH, self.clock.ms, seed=seed)
        await self.register.do(lambda: self.store.add_user(user, "system", self.clock.ms))
        return user

    async def key(self, owner: str, *scopes: str, days: int = 90) -> str:
        key, text = new_key("partner", owner, expand(scopes), self.clock.ms, days)
        await self.register.do(lambda: self.store.add_key(key, "system", self.clock.ms))
        return text

    async def kept(self, text: str) -> ApiKey:
        return next(key for key in self.store.keys().values() if key.digest == digest(text))

    async def token(self, name: str) -> str:
        return (await self.door.give_tokens(self.register.users[name])).access

    def code(self, seed: str) -> str:
        return pyotp.TOTP(seed).at(self.clock.ms // 1000)

    async def change(self, name: str, **values: Any) -> None:
        """Change a person as another process does: this one hears of it when it looks."""
        other = AppStore(self.url)
        raised = {"generation": self.register.users[name].generation + 1, **values}
        other.edit_user(name, lambda user, _: replace(user, **raised), "changed", "system", self.clock.ms)
        other.close()
