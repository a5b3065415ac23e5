"""Which nodes are there, by the last status of each. Knows nothing of their events."""

from __future__ import annotations

from collector.wire.device import DeviceStatus


class Online:
    """Births and wills of nodes. It outlives a desk that is made anew, since no fact says who is there."""

    def __init__(self) -> None:
        self._last: dict[str, DeviceStatus] = {}

    def note(self, device: str, status: DeviceStatus) -> bool:
        """Take in a status; return False for a will of a connection that a later one has replaced: it says nothing."""
        known = self._last.get(device)
        if status.state == "lost" and known and (known.boot, known.link) != (status.boot, status.link):
            return False
        self._last[device] = status
        return True

    def count(self) -> int:
        """Return how many nodes are online."""
        return sum(1 for status in self._last.values() if status.state == "online")
