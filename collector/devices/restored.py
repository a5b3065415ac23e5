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
    """Compares logs. `found`: a node knows that this log was restored, and the log has no other name yet."""

    def __init__(self) -> None:
        self.found = False

    def compare(self, nodes: Nodes, device: str, told: Told, log_id: str) -> Comparison:
        """Compare what a node was told with what is in the log called `log_id`; `nodes` takes the claim in.

        A node that was told of more than is in here spoke to this log before it was restored. A node that knows
        another log has to hear of this one, so that it sends again what it keeps.
        """
        origin = told.origin or told.boot
        holds = nodes.claim(device, origin, told.acked)
        older = told.log_id == log_id and not holds
        self.found = self.found or older
        another = told.log_id is not None and told.log_id != log_id
        return Comparison(origin, holds, older, to_tell=self.found or another)

    def renewed(self) -> None:
        """Note that the log has another name."""
        self.found = False
