"""Whom a request comes from, where a proxy stands before us: the house names its proxies, and believes no other.

Anybody can write `X-Forwarded-For` and `X-Forwarded-Proto`. A proxy writes who it heard from behind what was there. So
the list is read from its end, and the first address in it that is no proxy of ours is who asks.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from collector.errors import SettingsError

_MOST: Final = 32
"""Addresses of one request that are looked at."""
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxies:
    """The proxies of a house. named: addresses, or networks as 10.0.0.0/24. Raises SettingsError for anything else."""

    def __init__(self, named: Iterable[str] = ()) -> None:
        self._networks: list[_Network] = []
        for each in named:
            try:
                self._networks.append(ipaddress.ip_network(each))
            except ValueError as error:
                message = (
                    f"EBS_HTTP_PROXIES: {each[:80]!r} is no address and no network; write 192.0.2.1 or 192.0.2.0/28"
                )
                raise SettingsError(message) from error

    def seen_through(self, scope: Scope) -> None:
        """Put into a request who asks, and whether they speak TLS, if one of our proxies has sent it."""
        client = scope.get("client")
        peer = _address(client[0]) if client else None
        if peer is None or not self._is_ours(peer):
            return
        headers = Headers(scope=scope)
        listed = ",".join(headers.getlist("x-forwarded-for")).split(",")[-_MOST:]
        for text in reversed(listed):
            found = _address(text.strip())
            if found is None:
                break  # what stands before it is nobody's word
            peer = found
            if not self._is_ours(found):
                break
        scope["client"] = (str(peer), 0)
        scheme = headers.getlist("x-forwarded-proto")[-1:]
        if scheme in (["https"], ["http"]):
            scope["scheme"] = scheme[0]

    def _is_ours(self, address: _Address) -> bool:
        return any(address.version == each.version and address in each for each in self._networks)


def _address(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
