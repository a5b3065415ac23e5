"""The order of a batch: what happens, in which order, and what has not happened when a step fails."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from collector.errors import LogError
from collector.facts.fact import Fact
from collector.metrics import Metrics
from collector.pipeline import batch as batch_module
from collector.pipeline.batch import Batches
from collector.pipeline.deciding import Solved
from collector.pipeline.desk import Batch
from collector.pipeline.loading import desk_of
from collector.pipeline.outgoing import Outgoing
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from edge import envelope
from edge.seal import Seal
from tests.collector.pipeline.hall import KEY, Hall, Keys, Message, Store, kinds, read
from tests.collector.table.dealer import BOOT, NODE, TABLE, Dealer

ORDER = (
    "decide",
    "commit",
    "public",
    "replies",
    "delayed",
    "flush of public",
    "live",
    "acknowledge",
    "orders",
    "alerts",
    "puback",
    "flush of all",
    "solver",
    "report",
    "complaints",
    "nudge",
    "project",
)


class BrokenError(Exception):
    """A step that fails."""


class Steps:
    """Every part that a batch passes: each writes its name down, and then fails if it is the one that does."""

    def __init__(self, fails: str = "", messages: Sequence[Any] = (Message("a"), Message("b"))) -> None:
        self.done: list[str] = []
        self.fails = fails
        self.messages = messages
        dealer = Dealer()
        self.desk = dealer.desk
        self.batch = Batch(facts=dealer.facts[-1:])
        self.metrics = Metrics()
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        parts: dict[str, Any] = dict.fromkeys(("deciding", "store", "outgoing", "floor", "projector"), self)
        ways: dict[str, Any] = {"puback": self.puback, "want": self.want, "nudge": self.nudge}
        self.batches: Batches[Any] = Batches(self.inbox, self.metrics, **parts, **ways)

    def note(self, step: str) -> None:
        if step == self.fails:
            raise BrokenError(step)
        self.done.append(step)

    async def decide(self, messages: Sequence[Any]) -> Batch:
        self.note("decide")
        return self.batch

    async def append(self, facts: Sequence[Fact]) -> None:
        self.note("commit")

    def waiting_bytes(self) -> int:
        return 0

    def log_waits(self, waiting_bytes: int) -> None:
        assert self.done[-1] == "commit"

    async def feed(self, channel: str, batch: Batch, desk: Any) -> None:
        self.note(channel)

    async def replies(self, batch: Batch) -> None:
        self.note("replies")

    async def acknowledge(self, batch: Batch, desk: Any) -> None:
        self.note("acknowledge")

    async def orders(self, batch: Batch) -> None:
        self.note("orders")

    async def warn(self, warned: Sequence[Any]) -> None:
        self.note("alerts")

    def puback(self, message: Any) -> None:
        if message is self.messages[0]:
            self.note("puback")

    def want(self, questions: Any) -> None:
        self.note("solver")

    async def tell(self, desk: Any) -> None:
        self.note("complaints")

    def flush(self) -> None:
        self.note("flush of all" if "live" in self.done else "flush of public")

    def nudge(self) -> None:
        self.note("nudge")

    def committed(self, batch: Batch, desk: Any) -> None:
        self.note("project")

    async def take(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(batch_module, "log_event", lambda *_args, **_data: self.note("report"))
        await self.batches.take(self.messages)


async def test_a_batch_has_one_order(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()

    await steps.take(monkeypatch)

    assert tuple(steps.done) == ORDER


@pytest.mark.parametrize("step", ORDER)
async def test_nothing_behind_a_step_that_fails_is_done(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps(fails=step)

    with pytest.raises(BrokenError, match=step):
        await steps.take(monkeypatch)

    assert tuple(steps.done) == ORDER[: ORDER.index(step)]


async def test_a_batch_without_facts_is_not_committed_but_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    steps.batch = Batch()

    await steps.take(monkeypatch)

    assert tuple(steps.done) == tuple(step for step in ORDER if step not in {"commit", "report"})


async def test_the_broker_is_told_of_each_message_and_the_worker_of_none() -> None:
    acknowledged: list[Any] = []
    first, second = Message("a"), Message("b")
    steps = Steps()
    steps.batches._puback = acknowledged.append
    answer: Any = Solved(TABLE, Secret(None))  # type: ignore[arg-type]

    await steps.batches.take([first, answer, second])

    assert acknowledged == [first, second]


class Wired(Hall):
    """The real parts, on a log and a link that are not. `done` says what left, in order."""

    def __init__(self, append: Callable[[list[Fact]], Awaitable[None]] | None = None) -> None:
        super().__init__()
        self.done: list[str] = []
        self.wanted: list[dict[str, Any]] = []
        self.projected = asyncio.Semaphore(0)
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self.link.publish = self.publish  # type: ignore[method-assign]
        self.link.flush = lambda: self.done.append("flush")  # type: ignore[method-assign]
        append_as_usual = self.store.append
        self.store.append = append or append_as_usual  # type: ignore[assignment, method-assign]
        self.batches: Batches[Any] = Batches(
            self.inbox,
            self.metrics,
            deciding=self.deciding,
            store=self.store,
            outgoing=Outgoing(self.link, self, Keys(), self.store, self.metrics),  # type: ignore[arg-type]
            floor=self.floor,
            puback=lambda message: self.done.append(f"puback {message.topic}"),
            want=self.want,
            nudge=lambda: self.done.append("nudge"),
            projector=self,  # type: ignore[arg-type]
        )

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        self.done.append("publish " + topic.removeprefix("ebs/v1/"))
        return True

    def want(self, questions: dict[str, Any]) -> None:
        self.done.append("solver")
        self.wanted.append(questions)

    def state(self, table: Any, channel: Any) -> bytes:
        self.done.append(f"draw {channel}")
        return self.renderer.state(table, channel)

    def events(self, outcome: Any, before: Any, channel: Any) -> list[bytes]:
        self.done.append(f"draw {channel}")
        return self.renderer.events(outcome, before, channel)

    def committed(self, batch: Batch, desk: Any) -> None:
        self.done.append("project")
        self.projected.release()

    async def reload(self) -> Any:
        """Fold the log, as the service does."""
        log = Store(facts=[*self.dealer.facts, *self.store.facts])
        return await desk_of(log, COMMANDS, lambda: 1)


def command(number: int, **fields: Any) -> Message:
    payload = json.dumps({"v": 1, "id": f"x{number}", **fields}).encode()
    return Message(f"ebs/v1/table/{TABLE}/command/op", payload)


def event(seq: int, card: str) -> Message:
    body = envelope.events_body(NODE, BOOT, seq, BOOT, seq, 3, [read(card)])
    return Message(f"ebs/v1/dev/{NODE}/event", Seal(KEY).close(body))


async def test_the_public_has_left_before_any_work_on_hidden_cards_begins() -> None:
    wired = Wired()
    wired.dealer.command(type="start_hand")

    await wired.batches.take([event(1, "As"), command(1, type="set_levels", levels=[])])

    drawn = [step for step in wired.done if step.startswith("draw")]
    first = wired.done.index("draw live")
    public = [at for at, step in enumerate(wired.done) if "/public/" in step or step == "draw public"]
    assert drawn == sorted(drawn, key=lambda step: step == "draw live"), "no drawing of the one between the other's"
    assert public
    assert max(public) < wired.done.index("flush") < first, "it is on its way, not only handed over"
    replied = wired.done.index(f"publish table/{TABLE}/reply/op")
    assert replied < wired.done.index("flush"), "whoever gave a command does not wait for it"


async def test_a_real_batch_leaves_in_its_order() -> None:
    wired = Wired()

    await wired.batches.take([event(1, "As"), command(1, type="start_hand")])

    assert [step for step, _ in itertools.groupby(wired.done) if not step.startswith("draw")] == [
        f"publish table/{TABLE}/public/event",
        f"publish table/{TABLE}/public/state",
        f"publish table/{TABLE}/reply/op",
        "flush",
        f"publish table/{TABLE}/live/event",
        f"publish table/{TABLE}/live/state",
        f"publish dev/{NODE}/ack",
        f"puback ebs/v1/dev/{NODE}/event",
        f"puback ebs/v1/table/{TABLE}/command/op",
        "flush",
        "solver",
        "nudge",
        "project",
    ]


async def test_only_tables_of_the_batch_are_asked_for_questions() -> None:
    wired = Wired()
    for table_id in ("table_02", "table_03"):
        wired.dealer.house(type="open_table", table_id=table_id, event_id="evt", name=table_id)

    await wired.batches.take([command(1, type="start_hand")])
    await wired.batches.take(
        [Message("ebs/v1/table/table_02/command/op", b'{"v":1,"id":"y","type":"set_levels","levels":[]}')]
    )

    assert wired.wanted == [{TABLE: None}, {"table_02": None}]


async def test_a_log_that_waits_to_be_carried_over_is_told_of_behind_the_commit() -> None:
    wired = Wired()
    wired.store.waiting = 300_000_000

    await wired.batches.take([command(1, type="start_hand")])

    assert wired.done[-4:] == ["solver", f"publish table/{TABLE}/alert", "nudge", "project"]
    assert wired.metrics.waiting._value.get() == 300_000_000


async def test_after_a_commit_that_fails_nothing_was_answered_and_the_process_ends() -> None:
    async def full(_facts: list[Fact]) -> None:
        raise LogError("disk full")

    wired = Wired(full)
    wired.inbox.put_nowait(event(1, "As"))
    wired.inbox.put_nowait(command(1, type="start_hand"))

    with pytest.raises(LogError):
        await wired.batches.run()

    assert wired.done == []


async def test_one_poisoned_payload_among_ten_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    wired = Wired()
    as_usual = type(wired.desk).table_command

    def breaks(desk: Any, table_id: str, given: Any, client: str, batch: Batch) -> Any:
        if given.id == "x5":
            raise ZeroDivisionError
        return as_usual(desk, table_id, given, client, batch)

    monkeypatch.setattr(type(wired.desk), "table_command", breaks)
    messages = [command(number, type="set_stack", seat=1, stack=1000 + number) for number in range(10)]

    batch = await wired.deciding.decide(messages)

    assert [reply.id for _, _, reply in batch.replies] == [f"x{number}" for number in range(10) if number != 5]
    assert kinds(batch) == ["set_stack"] * 9
    assert wired.desk.tables[TABLE].seated[1].stack == 1009
    assert wired.dropped("internal") == 1


async def test_a_poisoned_payload_is_acknowledged_so_that_it_does_not_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(*_: Any) -> Any:
        raise ZeroDivisionError

    wired = Wired()
    monkeypatch.setattr(type(wired.desk), "table_command", breaks)

    await wired.batches.take([command(1, type="start_hand")])

    assert f"puback ebs/v1/table/{TABLE}/command/op" in wired.done
    assert f"publish table/{TABLE}/alert" in wired.done


async def test_what_arrives_during_a_commit_is_the_next_batch() -> None:
    commits: list[int] = []
    begun, free = asyncio.Event(), asyncio.Event()

    async def slow(facts: list[Fact]) -> None:
        commits.append(len(facts))
        begun.set()
        await free.wait()

    wired = Wired(slow)
    task = asyncio.create_task(wired.batches.run())
    wired.inbox.put_nowait(event(1, "As"))
    await begun.wait()
    for seq, card in ((2, "Ks"), (3, "Qs"), (4, "Js")):
        wired.inbox.put_nowait(event(seq, card))
    await asyncio.sleep(0.01)
    assert (commits, wired.done) == ([1], []), "nothing leaves while the commit runs"
    free.set()
    for _ in range(2):
        await wired.projected.acquire()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert commits == [1, 3]


async def test_a_batch_has_an_end() -> None:
    steps = Steps()
    sizes: list[int] = []

    async def take(messages: Sequence[Any]) -> None:
        sizes.append(len(messages))
        if steps.inbox.empty():
            raise BrokenError

    steps.batches.take = take  # type: ignore[method-assign]
    for number in range(batch_module.LARGEST + 3):
        steps.inbox.put_nowait(Message(str(number)))

    with pytest.raises(BrokenError):
        await steps.batches.run()

    assert sizes == [batch_module.LARGEST, 3]
