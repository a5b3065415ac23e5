"""Finds out that the log was restored from an older backup: nodes were told of more than it holds.

Pure: it compares and remembers. Whoever keeps the log gives it another name.
"""

from __future__ import annotations

from dataclasses import dataclass

from collector.devices.nodes import Nodes
from collector.wire.device import Told


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the word of one node compares with this log.

    `holds`: the log holds every event that the node was told is in it. `older`: it does not, and it was this very log
    that told the node so. `to_tell`: the node does not know the log by its present name, or by the one it is to get.
    """

    origin: str
    holds: bool
    older: bool
    to_tell: bool


class RestoredLog:
    """Remembers from the first node that knows better until the log has its new name."""

    def __init__(self) -> None:
        self._found = False

    def compare(self, nodes: Nodes, device: str, told: Told, log_id: str) -> Comparison:
        """Compare what a node was told with what is in the log called `log_id`; `nodes` takes the claim in.

        A node that was told of more than is in here spoke to this log before it was restored. A node that knows
        another log has to hear of this one, so that it sends again what it keeps.
        """
        origin = told.origin or told.boot
        holds = nodes.claim(device, origin, told.acked)
        older = told.log_id == log_id and not holds
        self._found = self._found or older
        another = told.log_id is not None and told.log_id != log_id
        return Comparison(origin, holds, older, to_tell=self._found or another)

    def found(self) -> bool:
        """Tell whether the log needs another name. The answer is yes once for each time that it was restored."""
        found, self._found = self._found, False
        return found
