"""The log is the truth: folding it again, anywhere, gives the same bytes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from collector.facts.chain import Chain
from collector.log.sqlite import SqliteLog
from collector.pipeline.desk import Desk
from collector.table.commands import COMMANDS
from tests.collector.table.dealer import TABLE, Dealer, rendered
from tests.collector.table.openings import dealt, flop
from tools.verbs.log.check import outputs


def played() -> Dealer:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.act(1, "raise_to", 300)
    dealer.act(2, "call")
    dealer.act(3, "fold")
    flop(dealer)
    dealer.act(2, "check")
    dealer.command(type="undo")
    dealer.act(2, "bet", 400)
    dealer.act(1, "fold")
    dealer.command(type="start_hand")
    dealer.read(1, "7c")
    return dealer


def test_a_restart_at_any_fact_resumes_where_it_was() -> None:
    dealer = played()
    facts = dealer.facts

    for upto in range(1, len(facts) + 1):
        desk = Desk(Chain({}, lambda: 0), COMMANDS)
        desk.load(facts[:upto])
        desk.load(facts[upto:])
        assert desk.tables[TABLE] == dealer.table


def test_outputs_of_a_replay_are_those_that_were_published() -> None:
    dealer = played()
    stream = [fact for fact in dealer.facts if fact.stream == TABLE]

    for channel in ("public", "live"):
        assert outputs(stream, channel)[1:] == dealer.output(channel)[1:]


async def test_another_process_with_other_hashes_gives_the_same_bytes(tmp_path: Path) -> None:
    dealer = played()
    log = await SqliteLog.open(tmp_path / "log.db")
    await log.append(dealer.facts)
    await log.close()

    runs = [
        subprocess.run(
            [sys.executable, "-m", "tools.cli", "log", str(tmp_path / "log.db"), "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            check=True,
            capture_output=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Seoul"))
    ]

    assert runs[0] == runs[1]
    expected = [rendered(dealer.changes[0].outcome.table, "live"), *dealer.output("live")[1:]]
    assert hashlib.sha256(b"\n".join(expected)).hexdigest().encode() in runs[0]


async def test_a_log_whose_chain_is_broken_is_refused(tmp_path: Path) -> None:
    dealer = played()
    log = await SqliteLog.open(tmp_path / "log.db")
    await log.append([fact for fact in dealer.facts if fact.position != 5 or fact.stream != TABLE])
    await log.close()

    run = subprocess.run(
        [sys.executable, "-m", "tools.cli", "log", str(tmp_path / "log.db")],
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 2
    assert "the chain breaks at position 6" in run.stderr
