"""Plays the new command `rename_player`: python -m tests.additions.command LOG, in a copy that has it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.additions.restart import restarted
from tests.collector.table.dealer import TABLE, Dealer


def main(file: Path) -> None:
    """Have it decided, refused, logged and folded, and look for it in what may come."""
    dealer = Dealer()
    assert dealer.state("public")["may"]["rename_player"] == [1, 2, 3]

    nobody = dealer.send(type="rename_player", seat=9, name="Nine")
    assert nobody.error is not None
    assert nobody.error.code == "SEAT_EMPTY"

    dealer.command(type="rename_player", seat=2, name="Deux")
    fact = dealer.facts[-1]
    assert (fact.kind, fact.secrecy.value, fact.client) == ("rename_player", "S1", "op")
    assert fact.body["command"]["name"] == "Deux"
    assert dealer.seat(2, "public")["name"] == "Deux"

    desk, streams = asyncio.run(restarted(dealer.facts, file))
    assert streams[TABLE][-1] == fact
    assert desk.tables[TABLE] == dealer.table


if __name__ == "__main__":
    main(Path(sys.argv[1]))
