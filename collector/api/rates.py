"""How often somebody may ask: a bucket for each person, key and address. Pages of ours have larger ones."""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from collector.access.buckets import DEFAULT_RATES, Buckets, Rates, Remembered, Told, Waits
from collector.access.grants import Identity
from collector.errors import BadInput

_OF_ONE_HOUSE: Final = 64
"""Bits of an IPv6 address that whoever has one address has all of: they count as one."""


class TooMany(BadInput):
    """Too many requests. `told`: what the bucket says."""

    def __init__(self, told: Told) -> None:
        wait = math.ceil(told.wait_s)
        super().__init__("TOO_MANY_REQUESTS", f"more than {told.limit} requests a minute; try again in {wait} s")
        self.headers = {
            "Retry-After": str(wait),
            "RateLimit-Policy": f'"default";q={told.limit};w=60',
            "RateLimit": f'"default";r={told.left};t={wait}',
        }


class Limits:
    """The buckets of this process."""

    def __init__(self, rates: Rates = DEFAULT_RATES, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self._anonymous, self._person = Buckets(rates.anonymous), Buckets(rates.person)
        self._key, self._page = Buckets(rates.key), Buckets(rates.page)
        self._sign_in, self._output = Buckets(rates.sign_in), Buckets(rates.output)
        self._waits, self._sign_ins = Waits(), rates.sign_in

    def take(self, identity: Identity, address: str, *, own_page: bool) -> None:
        """Count a request. Raises TooMany."""
        if not identity.signed_in:
            self._take(self._anonymous, counted(address))
        elif identity.scopes is not None:
            self._take(self._key, identity.name)
        else:
            self._take(self._page if own_page else self._person, identity.name)

    def sign_in(self, name: str, address: str) -> None:
        """Count a sign-in, for the account and for the address. Raises TooMany."""
        if self._sign_ins and (wait := self._waits.wait(_account(name, address), self._now())):
            raise TooMany(Told(passes=False, left=0, wait_s=wait, limit=self._sign_ins))
        self._take(self._sign_in, f"address {counted(address)}")
        self._take(self._sign_in, _account(name, address))

    def failed(self, name: str, address: str) -> None:
        """Note that a sign-in failed: each further one has to wait longer."""
        if self._sign_ins:
            self._waits.failed(_account(name, address), self._now())

    def succeeded(self, name: str, address: str) -> None:
        """Note that somebody came in."""
        self._waits.succeeded(_account(name, address))

    def refresh(self, address: str) -> None:
        """Count a refresh: it costs as little as a request of a program. Raises TooMany."""
        self._take(self._person, f"refresh {counted(address)}")

    def output(self, output: str | None, address: str) -> None:
        """Count a page that asks for the login of an output; None: by a key that is none. Raises TooMany."""
        self._take(self._output, f"output {output}" if output else f"address {counted(address)}")

    def _take(self, buckets: Buckets, name: str) -> None:
        told = buckets.take(name, self._now())
        if not told.passes:
            raise TooMany(told)

    # --- over a restart ---

    def remembered(self, most: int) -> dict[str, list[Remembered]]:
        """Return what is not as a fresh start has it, at most so many of each kind."""
        now = self._now()
        return {kind: each.remembered(now, most) for kind, each in self._kinds().items()}

    def remember(self, found: Mapping[str, Iterable[Remembered]]) -> None:
        """Take over what an earlier run has counted. A kind of another version is left out."""
        now = self._now()
        for kind, each in self._kinds().items():
            each.remember(found.get(kind, ()), now)

    def _kinds(self) -> dict[str, Buckets | Waits]:
        return {
            "anonymous": self._anonymous,
            "person": self._person,
            "key": self._key,
            "page": self._page,
            "sign_in": self._sign_in,
            "output": self._output,
            "waits": self._waits,
        }


def counted(address: str) -> str:
    """Return what an address counts as: an IPv6 address as its network, since who has one has all of it.

    >>> counted("192.0.2.7"), counted("2001:db8::7"), counted("::ffff:192.0.2.7")
    ('192.0.2.7', '2001:db8::', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _OF_ONE_HOUSE), strict=False).network_address)


def _account(name: str, address: str) -> str:
    """By address too: else a stranger could keep somebody out by trying their name."""
    return f"account {name} {counted(address)}"
