"""What is well with a node and what is not, and what to do about it. Pure: looks at what was heard and found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from collector.wire.device import DeviceStatus

_HEAP_LOW: Final = 20_000
_LOOP_MS: Final = 50
_ERRORS_PERCENT: Final = 20
_OUTBOX: Final = 500
_CLOCK_MS: Final = 2_000
_DISK_LOW: Final = 1 << 30
_VERSIONS: Final = {"88", "90", "91", "92"}


@dataclass(frozen=True)
class Finding:
    """One check. `advice` is empty where all is well."""

    about: str
    ok: bool
    what: str
    advice: str = ""

    def line(self) -> str:
        """Return it for a person."""
        return f"{'ok  ' if self.ok else 'FAIL'} {self.about}: {self.what}" + (
            f" -> {self.advice}" if self.advice else ""
        )


def as_json(findings: list[Finding]) -> str:
    """Return findings for a program."""
    return json.dumps({"ok": all(found.ok for found in findings), "findings": [asdict(found) for found in findings]})


def presence(device: str, status: DeviceStatus | None, firmware: str) -> Iterator[Finding]:
    """Say whether the node is there, and whether it runs what we have here."""
    if status is None:
        yield Finding(
            "node", False, f"{device} has never spoken to this broker",
            "is it powered, provisioned for this broker, on the right Wi-Fi (2.4 GHz only)? Does the broker listen "
            "there (ebs run --listen), and the firewall let it? Its words: mpremote connect PORT repl, then press EN",
        )  # fmt: skip
        return
    online = status.state == "online"
    advice = "" if online else "check its power and its network; the broker heard nothing for its keep-alive"
    yield Finding("node", online, f"{device} is {status.state}, boot {status.boot}, board {status.board}", advice)
    same = status.firmware == firmware
    advice = "" if same else f"ebs update {device}, or by cable ebs flash --port PORT --app-only, brings it up to date"
    yield Finding("firmware", same, f"{status.firmware or 'unnamed'}, here is {firmware}", advice)


def collecting(collectors: dict[str, str]) -> Iterator[Finding]:
    """Say whether somebody writes down what nodes say; `collectors` is name and state of each."""
    online = sorted(name for name, state in collectors.items() if state == "online")
    if online:
        yield Finding("collector", True, f"{', '.join(online)} is online")
    else:
        yield Finding(
            "collector", False, "none is online at this broker: nodes keep what they read, and nothing is shown",
            "start it: ebs run, or systemctl start ebs; the last lines of its log say why it ended",
        )  # fmt: skip


def signature(device: str, forged: int, *, has_key: bool) -> Iterator[Finding]:
    """Say whether it is the node that speaks."""
    if forged:
        yield Finding(
            "signature", False, f"{forged} messages in the name of {device} do not carry its signature",
            "the node has another key than the collector: ebs provision --replace; if it has not, somebody else speaks",
        )  # fmt: skip
    elif has_key:
        yield Finding("signature", True, "what was heard carries the node's signature")
    else:
        yield Finding(
            "signature", True, "not verified: the node's key is not here; --data names the collector's folder"
        )


def wiring(status: DeviceStatus, health: dict[str, Any] | None = None) -> Iterator[Finding]:
    """Say what answered at each antenna at the birth: a chip's version tells more of its wires than anything else.

    Of an antenna that the health says fails now, `figures` tells.
    """
    if not status.antennas:
        yield Finding("wiring", False, "the node names no antenna", "wait for its next birth, or restart it")
    silent = [antenna.name for antenna in status.antennas if antenna.chip.endswith("silent")]
    if silent and len(silent) == len(status.antennas):
        yield Finding(
            "wiring", False, "no reader answers",
            "shared lines: 3.3 V at the readers? ground? clock, MOSI, MISO, and RST high? The decoder's enable low?",
        )  # fmt: skip
        return
    now = (health or {}).get("antennas") or {}
    for antenna in status.antennas:
        if antenna.chip.endswith("silent") or now.get(antenna.name, {}).get("ok", True):
            yield _antenna(antenna.name, antenna.chip)


def _antenna(name: str, chip: str) -> Finding:
    about = f"antenna {name}"
    if chip.endswith("silent"):
        return Finding(
            about, False, "no chip answers (0x00 or 0xFF)", "its select line from the decoder, its 3.3 V, its cable"
        )
    version = re.match(r"MFRC522 ([0-9a-f]{2})", chip)
    if version and version[1] not in _VERSIONS:
        return Finding(
            about, False, f"{chip}: no version that is known",
            "a MISO that two chips drive? Put the 74LVC125 at it; shorten the cable; else a counterfeit: exchange it",
        )  # fmt: skip
    return Finding(about, True, chip)


def figures(health: dict[str, Any] | None) -> Iterator[Finding]:
    """Say what the node's own figures tell."""
    if health is None:
        yield Finding(
            "health", False, "no figures yet", "they come every few seconds; wait, or look at the node's power"
        )
        return
    yield from _memory(health)
    yield from _outbox(health)
    yield from _clock(health.get("time"))
    for name, antenna in sorted((health.get("antennas") or {}).items()):
        yield from _reading(name, antenna)


def _memory(health: dict[str, Any]) -> Iterator[Finding]:
    free = (health.get("heap") or {}).get("free")
    if isinstance(free, int):
        low = free < _HEAP_LOW
        advice = "restart it; if it falls again, report it with its firmware version" if low else ""
        yield Finding("memory", not low, f"{free // 1000} KB free", advice)
    loop = health.get("loop_ms", 0)
    slow = loop > _LOOP_MS
    advice = "a reader that hangs does this: look at the antennas with faults" if slow else ""
    yield Finding("loop", not slow, f"held for {loop} ms at most", advice)


def _outbox(health: dict[str, Any]) -> Iterator[Finding]:
    outbox = health.get("outbox") or {}
    depth, dropped = outbox.get("depth", 0), outbox.get("dropped", 0)
    if outbox.get("flash_faults"):
        advice = "its flash fails: what waits does not survive a power cut; exchange the board"
    elif dropped:
        advice = "readings are lost for good: was the collector away for long? Count the cards of running hands"
    elif depth > _OUTBOX:
        advice = "is the collector running, and has it this node's key? ebs provision --replace gives a new one"
    else:
        advice = ""
    yield Finding("outbox", not advice, f"{depth} waiting, {dropped} dropped", advice)


def _clock(time: Any) -> Iterator[Finding]:
    if not isinstance(time, dict) or not isinstance(time.get("offset_ms"), int):
        yield Finding("time", True, "no time server has answered the node, or it has none; nothing depends on it")
        return
    wrong = abs(time["offset_ms"]) > _CLOCK_MS
    advice = "nothing depends on it; for tidy times let the node reach a time server" if wrong else ""
    yield Finding("time", not wrong, f"{time['offset_ms']} ms off", advice)


def _reading(name: str, antenna: dict[str, Any]) -> Iterator[Finding]:
    about = f"antenna {name}"
    if not antenna.get("ok", True):
        yield Finding(
            about,
            False,
            f"{antenna.get('faults', 0)} faults, not working now",
            "its cable, its plug, its 3.3 V; then restart the node",
        )
    looks, errors = antenna.get("looks", 0), antenna.get("errors", 0)
    if looks and errors * 100 // looks > _ERRORS_PERCENT:
        advice = "cards at the edge of the coil, metal near it, a cable too long, or two coils too close"
        yield Finding(about, False, f"{errors * 100 // looks} % of its looks fail", advice)
    if (antenna.get("field") or {}).get("detuned"):
        yield Finding(about, False, "its field is weak: detuned", "metal near the coil? A metal card protector on it?")


def this_side(known: bool | None, key_fault: str, free_bytes: int) -> Iterator[Finding]:
    """Say how keys and disk are."""
    if key_fault:
        yield Finding("keys", False, key_fault, "")
    elif known is not None:
        advice = "" if known else "ebs provision makes one and registers it"
        yield Finding("keys", known, "the collector has the node's key" if known else "no key for this node", advice)
    low = free_bytes < _DISK_LOW
    advice = "make room: a collector that cannot write stops" if low else ""
    yield Finding("disk", not low, f"{free_bytes // (1 << 20)} MB free at the data folder", advice)
