"""When this process looks for garbage: behind finished hands, and only among what is new since the last time.

Python looks through all that lives, from time to time and when it likes: after 4,000 hands that stopped a table for
1.4 s.
What a finished hand left lives as long as the evening, so it is frozen: no later search looks at it. Facts, tables and
hands refer to older ones only and make no circle, so what is frozen is freed all the same when nothing refers to it. A
circle that is frozen while it lives stays for ever; `tests/collector/pipeline/test_garbage.py` counts them.
"""

from __future__ import annotations

import gc
from typing import Final

from collector.pipeline.desk import Batch

FACTS: Final = 500
"""Facts after which to look, though no hand is over: a table that is set up, or cards that are read without a hand."""


def settle() -> None:
    """Free what is new and garbage, and never look again at what is left."""
    gc.collect()
    gc.freeze()


class Garbage:
    """Settles what committed batches have left."""

    def __init__(self) -> None:
        self._facts = 0

    def committed(self, batch: Batch) -> None:
        """Settle, if a hand was put away or many facts have come since the last time."""
        self._facts += len(batch.facts)
        if self._facts >= FACTS or any(change.outcome.ended for change in batch.changes):
            self._facts = 0
            settle()
