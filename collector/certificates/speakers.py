"""Names and addresses that a certificate may speak for: what is one, and which the house's authority may sign."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from typing import Final

from collector.errors import SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Speaker = str | Address
"""A host's name, in small letters, or its address."""

MOST: Final = 50
"""Names and addresses of one certificate: a node keeps all of it in memory while it connects."""
LOCAL_DOMAINS: Final = ("localhost", "local", "lan", "internal", "home.arpa")
"""Domains that nobody else's names are below."""
LOCAL_NETWORKS: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                    "::1/128", "fc00::/7", "fe80::/10")
)  # fmt: skip
"""Networks that are no part of the internet."""
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST: Final = 253


def speaker(text: str) -> Speaker:
    """Return the name or the address that `text` is; raise SettingsError that says what to write instead.

    >>> speaker("EBS.local"), speaker("192.168.1.10")
    ('ebs.local', IPv4Address('192.168.1.10'))
    """
    try:
        address = ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return _name(text)
    if address.is_unspecified or address.is_multicast or getattr(address, "scope_id", None):
        raise SettingsError(f"{text}: nobody is reached there; give an address that this machine has")
    return address


def _name(text: str) -> str:
    name = text.lower()
    hint = "give a host's name or address alone, as ebs.local or 192.168.1.10"
    if not name.isascii():
        raise SettingsError(f"{text}: write the name as browsers send it, in its form that begins with xn--")
    if len(name) > _LONGEST or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise SettingsError(f"{text[:_LONGEST]!r} is no name of a host; {hint}")
    if name.rpartition(".")[2].isdigit():
        raise SettingsError(f"{text} is no address; {hint}")
    return name


def speakers(texts: Iterable[str]) -> tuple[Speaker, ...]:
    """Return names and addresses, each once, in order; raise SettingsError for the first that is none, or too many."""
    found = tuple(dict.fromkeys(speaker(text) for text in texts))
    if not found:
        raise SettingsError("a certificate speaks for one name or address at least; say --name")
    if len(found) > MOST:
        raise SettingsError(f"{len(found)} names and addresses are more than {MOST}; leave out what nobody asks for")
    return found


def of_this_machine() -> list[str]:
    """Return what this machine is asked for by on itself and, where it has a name that is one, in its network."""
    found = ["localhost", "127.0.0.1", "::1"]
    for each in (socket.gethostname(), f"{socket.gethostname()}.local"):
        try:
            speaker(each)
        except SettingsError:  # a name that no certificate can have is nobody's fault here
            continue
        found.append(each)
    return found


def is_below(name: str, domain: str) -> bool:
    """Tell whether a host's name is `domain`, or below it."""
    return name == domain or name.endswith(f".{domain}")


def outside(wanted: Iterable[Speaker], domains: Iterable[str], networks: Iterable[Network]) -> list[Speaker]:
    """Return what an authority for these domains and networks may not sign."""
    domains, networks = tuple(domains), tuple(networks)
    return [
        each
        for each in wanted
        if not (
            any(is_below(each, domain) for domain in domains)
            if isinstance(each, str)
            else any(each in network for network in networks)
        )
    ]
