"""How fast the hand engine folds, corrects and says what is legal. CPU time of one thread, no log and no broker.

Nine players, hands that go to the river and a showdown, cards read on every seat and on the board, as at a table.
"""

from __future__ import annotations

import gc
import itertools
import json
import time
from dataclasses import dataclass, field
from random import Random
from statistics import median
from typing import Any, Final

from collector.access.senders import sender_of
from collector.cards import DECK, Card
from collector.errors import Refused
from collector.facts.chain import Chain
from collector.facts.fact import Fact
from collector.hand import legal
from collector.house.commands import decode as decode_house_command
from collector.house.house import House
from collector.pipeline.desk import Batch, Desk
from collector.table.commands import COMMANDS
from collector.table.decide import decide
from collector.table.fold import fold, open_table
from collector.table.state import Table
from tools.bench.report import Figure, Progress, percentile

HANDS: Final = 60
SEATS: Final = 9
SEED: Final = 4
TABLE: Final = "bench"
_REPEATS: Final = 5
_REFUSED: Final = 500


@dataclass
class _Evening:
    """Plays hands at a desk, as commands, and keeps the facts."""

    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - the same hands every time
    facts: list[Fact] = field(default_factory=list)
    ids: itertools.count[int] = field(default_factory=itertools.count)
    tables: list[Table] = field(default_factory=list)
    now: int = 1_000_000

    def __post_init__(self) -> None:
        """Open a table of nine."""
        self.desk = Desk(Chain({}, self._clock), COMMANDS)
        self._house(type="create_event", event_id="evt", name="Bench")
        self._house(type="open_table", table_id=TABLE, event_id="evt", name="Bench")
        self.command(type="set_blinds", small_blind=50, big_blind=100)
        for seat in range(1, SEATS + 1):
            self.command(type="seat_player", seat=seat, player_id=f"p_{seat}", name=f"Player {seat}", stack=1_000_000)

    def _clock(self) -> int:
        self.now += 1
        return self.now

    def _house(self, **fields: Any) -> None:
        batch = Batch()
        payload = json.dumps({"v": 1, "id": f"h{next(self.ids)}", **fields}).encode()
        self.desk.house_command(decode_house_command(payload), sender_of("op"), batch)
        self.facts += batch.facts

    @property
    def table(self) -> Table:
        """Return the table now."""
        return self.desk.tables[TABLE]

    def command(self, **fields: Any) -> int:
        """Send a command that must be taken; return its position in the log."""
        batch = Batch()
        payload = json.dumps({"v": 1, "id": f"c{next(self.ids)}", **fields}).encode()
        reply = self.desk.table_command(TABLE, COMMANDS.decode(payload), sender_of("op"), batch)
        if reply.error or reply.seq is None:
            raise AssertionError(reply.error)
        self.facts += batch.facts
        self.tables.append(self.table)
        return reply.seq

    def hand(self) -> int:
        """Play one hand to its showdown; return where its first raise stands in the log."""
        self.command(type="start_hand")
        deck = list(DECK)
        self.random.shuffle(deck)
        for _ in range(2):
            for seat in range(1, SEATS + 1):
                self.command(type="deal_card", seat=seat, card=deck.pop())
        raised = self._preflop()
        for cards in (3, 1, 1):
            for _ in range(cards):
                self.command(type="deal_card", card=deck.pop())
            self._round(deck)
        for seat in (player.seat for player in self._hand().players if player.live):
            self.command(type="show", seat=seat)
        self.command(type="end_hand")
        return raised

    def _hand(self) -> Any:
        play = self.table.play
        if play is None:
            raise AssertionError("no hand is running")
        return play.hand

    def _preflop(self) -> int:
        """One raises, three call, the others fold."""
        raised = self.command(type="raise_to", seat=self._hand().to_act, amount=300)
        for at in range(SEATS - 1):
            self.command(type="call" if at < 3 else "fold", seat=self._hand().to_act)  # noqa: PLR2004 - three callers
        return raised

    def _round(self, deck: list[Card]) -> None:
        del deck
        while self._hand().to_act is not None and self._hand().bet_to == 0:
            before = self._hand().street
            self.command(type="check", seat=self._hand().to_act)
            if self._hand().street != before:
                return


def run(progress: Progress) -> list[Figure]:
    """Measure folding, an amendment ten hands back, and the legal actions."""
    progress(f"{HANDS} hands of {SEATS} players")
    evening = _Evening()
    raises = [evening.hand() for _ in range(HANDS)]
    return [
        Figure.at_least("commands_per_s", round(_folding(evening)), "1/s", 20_000),
        Figure.at_most("fold_us", round(_fold(evening), 3), "us", 60),
        Figure.at_most("amend_ten_hands_back_ms", round(_amending(evening, raises[-10]), 3), "ms", 30),
        Figure.at_most("refused_us", round(_refusing(evening), 3), "us", 250),
        Figure.at_most("legal_actions_us", round(_legal(evening), 3), "us", 50),
    ]


def _folding(evening: _Evening) -> float:
    """Return commands folded a second."""
    facts = [fact for fact in evening.facts if fact.stream == TABLE]
    return sum(1 for fact in facts if fact.command_id) / _seconds(facts)


def _fold(evening: _Evening) -> float:
    """Return the microseconds of folding a fact as the log has it, with the collection of garbage off."""
    facts = [fact for fact in evening.facts if fact.stream == TABLE]
    gc.disable()
    try:
        return 1e6 * _seconds(facts) / (len(facts) - 1)
    finally:
        gc.enable()


def _seconds(facts: list[Fact]) -> float:
    """Return the CPU seconds of folding a table: the best of some runs, since other programs share the machine."""
    best = float("inf")
    for _ in range(_REPEATS):
        folded = open_table(facts[0])
        start = time.thread_time()
        for fact in facts[1:]:
            folded = fold(COMMANDS, folded, fact).evening
        best = min(best, time.thread_time() - start)
    return best


def _amending(evening: _Evening, raised: int) -> float:
    """Return the milliseconds of a previewed amendment of the tenth hand back: decided with its digest, and folded."""
    taken = []
    for to in range(400, 400 + 20 * _REPEATS, 20):
        seat = next(fact.body["command"]["seat"] for fact in evening.facts if fact.position == raised and fact.client)
        change = {"seq": raised, "command": {"type": "raise_to", "seat": seat, "amount": to}}
        fields: dict[str, Any] = {"v": 1, "type": "amend", "changes": [change]}
        start = time.thread_time()
        try:
            preview = COMMANDS.decode(json.dumps({**fields, "id": f"p{to}"}).encode())
            decide(COMMANDS, evening.desk.evenings[TABLE], House(), preview, "op")
        except Refused as refusal:
            fields["digest"] = refusal.details["digest"]
        evening.command(**fields)
        taken.append(1000 * (time.thread_time() - start))
    return percentile(taken, 50)


def _refusing(evening: _Evening) -> float:
    """Return the microseconds of a refused command at the desk, its entry on record made, without the commit."""
    taken = []
    for number in range(_REFUSED):
        evening.now += 1000  # a second later: the record lists it, it does not only count it
        command = COMMANDS.decode(f'{{"v":1,"id":"r{number}","type":"end_hand"}}'.encode())
        batch = Batch()
        start = time.thread_time()
        evening.desk.table_command(TABLE, command, sender_of("op"), batch)
        taken.append(1e6 * (time.thread_time() - start))
        if [fact.kind for fact in batch.facts] != ["command_refused"]:
            raise AssertionError("a command that was to be refused was not, or is not on record")
    return percentile(taken, 50)


def _legal(evening: _Evening) -> float:
    """Return the microseconds of the legal actions, the 99th percentile of all moments of the evening.

    Each is asked three times and the middle time kept, so that an interrupt is not taken for a slow moment.
    """
    hands = [table.play.hand for table in evening.tables if table.play and table.play.hand.to_act is not None]
    taken = []
    for hand in hands:
        asked = []
        for _ in range(3):
            start = time.perf_counter_ns()
            legal(hand)
            asked.append((time.perf_counter_ns() - start) / 1000)
        taken.append(median(asked))
    return percentile(taken, 99)
