"""Plays the new kind of fact `battery_low`: python -m tests.additions.fact_kind LOG, in a copy that has it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from collector.facts.chain import Chain, digest, verify
from collector.facts.fact import Head, NewFact
from collector.secrecy import Secrecy
from collector.table.commands import COMMANDS
from collector.table.fold import fold
from tests.additions.restart import restarted
from tests.collector.table.dealer import NODE, TABLE, Dealer


def main(file: Path) -> None:
    """Log it, read it back, and fold it."""
    dealer = Dealer()
    last = dealer.facts[-1]
    chain = Chain({TABLE: Head(last.position, last.received_at, digest(last))}, lambda: last.received_at + 1)
    new = chain.place(NewFact(TABLE, "battery_low", Secrecy.S1, f"{NODE}.1.1", {"device": NODE, "percent": 7}))

    desk, streams = asyncio.run(restarted([*dealer.facts, new], file))
    verify(streams[TABLE])
    read = streams[TABLE][-1]
    assert read == new
    assert desk.tables[TABLE].position == new.position

    kind = COMMANDS.kinds.get("battery_low")
    assert kind is not None
    assert (COMMANDS.kinds.read(read), kind.secrecy(7)) == (7, Secrecy.S1)

    (warning,) = fold(COMMANDS, dealer.evening, read).warnings
    assert (warning.code, warning.device) == ("BATTERY_LOW", NODE)
    assert "7 %" in warning.message


if __name__ == "__main__":
    main(Path(sys.argv[1]))
