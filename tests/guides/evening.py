"""One evening with the guides: every shell line is typed as it stands, in order, on one running EBS.

Nobody types a line here: the guides hold them. Here stand the acts of a person beside the keyboard (a card is laid, a
password is typed, Ctrl-C is pressed), and the values of the guides' placeholders. A line without an act is typed, and
has to end by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from collector.system import free_port
from tests.e2e.waiting import eventually
from tests.guides.exceptions import NOT_HERE
from tests.guides.pages import ROOT, Line, conf_of, json_of, lines, unmet
from tests.guides.places import Room, Venue, fetched, on_the_wire, passwords_at
from tests.guides.shell import Shell, terminal
from tests.guides.table import CARDS, Table
from tests.tools.hardware.conftest import UsbBoard, image_for

ORDER = (
    *("docs/install.md", "README.md", "docs/operate.md", "docs/run.md", "docs/integrate.md"),
    *("docs/equity.md", "docs/performance.md", "CONTRIBUTING.md"),
)
"""Pages that build on one another. The others follow by name."""
HOST = "127.0.0.2"  # loopback, and another address than that of the pages
HOUSE = ".venv/bin/ebs run --empty --listen 192.168.1.10"
ACE = "04a1b2c3d4e5f6"


@dataclass
class Outcome:
    """What came of a line: its status, what was said while it ran, and which shown lines were not among that."""

    status: int | None = None
    said: str = ""
    missing: tuple[str, ...] = ()
    fault: str = ""


class Evening:
    """Types the lines, and keeps what came of each in `outcomes`, by `key`."""

    def __init__(self, folder: Path, interpreter: list[str], pages: list[str]) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self._over: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._folder = folder
        self._interpreter = interpreter
        self._pages = [*(page for page in ORDER if page in pages), *(page for page in pages if page not in ORDER)]
        self._stack = contextlib.AsyncExitStack()
        self._rooms: dict[str, Room] = {}
        self._shells: dict[str, Shell] = {}
        self._house: Shell | None = None
        self._table: Table | None = None
        ours = ("EBS_", "MAKE", "MFLAGS", "ARGS")  # `make test ARGS=...` is no argument of a guide's `make run`
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self._environment["PATH"] += f":{ROOT / '.venv' / 'bin'}:/usr/local/sbin:/usr/sbin:/sbin"

    async def run(self) -> None:
        """Type everything; `outcomes` has each line afterwards."""
        every = [line for page in self._pages for line in lines(page)]
        async with self._stack:
            try:
                await asyncio.gather(
                    self._all([line for line in every if act_of(line) in ALONE]),
                    self._all([line for line in every if act_of(line) not in {*ALONE, Evening._log}]),
                )
                assert self._house, self.outcomes[HOUSE].fault
                self._house.interrupt()
                self.outcomes[HOUSE].status = await self._running
                await self._all([line for line in every if act_of(line) is Evening._log])
            finally:
                await self.table.asleep()

    async def _all(self, some: list[Line]) -> None:
        for line in some:
            for above in lines(line.page):
                if above.number < line.number and act_of(above) in ALONE and above.command not in NOT_HERE:
                    await self._over[key(above)].wait()
            await self._line(line)

    async def _line(self, line: Line) -> None:
        if key(line) in self.outcomes or line.command in NOT_HERE:
            return
        outcome = self.outcomes[key(line)] = Outcome()
        act = act_of(line) or Evening._typed
        try:
            outcome.status, outcome.said = await act(self, line)
        except Exception as error:  # noqa: BLE001 - the line's own test says it
            outcome.fault = f"{type(error).__name__}: {error}"
        outcome.missing = tuple(unmet(tuple(self._filled(line.page, text) for text in line.shown), outcome.said))
        self._over[key(line)].set()

    # --- places ---

    def _room(self, page: str) -> Room:
        if page not in self._rooms:
            folder = self._folder / page.replace("/", "-")
            board = self._stack.enter_context(UsbBoard(folder / "flash", self._interpreter))
            board.put_image(image_for(0))
            self._rooms[page] = Room(folder, board)
        return self._rooms[page]

    async def _shell(self, page: str) -> Shell:
        """Return the page's terminal."""
        if page not in self._shells:
            self._shells[page] = await self._another(page)
        return self._shells[page]

    async def _another(self, page: str, folder: Path | None = None, **environment: str) -> Shell:
        """Open a second terminal."""
        place = folder or self._room(page).folder
        return await self._stack.enter_async_context(terminal(place, {**self._environment, **environment}))

    def _filled(self, page: str, text: str) -> str:
        """Put this evening's values where the guide has a placeholder, or an address or port of its example."""
        for placeholder, value in PLACEHOLDERS.items():
            if re.search(placeholder, text):
                text = re.sub(placeholder, value(self, self._room(page)), text)
        return text

    @property
    def table(self) -> Table:
        """The table that the page on installing sets up."""
        if self._table is None:
            room = self._room("docs/install.md")
            self._table = Table(room.board.folder, room.folder / "data", self._interpreter)
        return self._table

    # --- acts ---

    async def _typed(self, line: Line) -> tuple[int, str]:
        """Type it, wait for its end, and for what a listener in the background is to hear."""
        shell = await self._shell(line.page)
        start = len(shell.said)
        status = await shell.type(self._filled(line.page, line.typed))
        shown = tuple(self._filled(line.page, text) for text in line.shown)
        for again in (line.shown[:1] and line.shown[0].startswith('{"accepted"'), False):
            with contextlib.suppress(AssertionError):  # what is missing is told by the line's test
                await eventually(lambda: not unmet(shown, shell.said[start:]), 8)
                break
            if again:  # a console repeats until it is answered: the listener may have come late
                status = await shell.type(self._filled(line.page, line.typed))
        if line.command.endswith("&"):
            await asyncio.sleep(1)  # a person is slower than a subscription
        return status, shell.said[start:]

    async def _clone(self, line: Line) -> tuple[int, str]:
        shell = await self._another(line.page, self._folder)
        status = await shell.type(self._filled(line.page, line.typed))
        assert (self._folder / "ebs" / "scripts" / "setup").exists()
        return status, shell.said

    async def _enter(self, line: Line) -> tuple[int, str]:
        shell = await self._another(line.page, self._folder)
        return await shell.type(line.typed), shell.said

    async def _started(self, line: Line) -> tuple[int, str]:
        """`ebs run` for the evening: it stays."""
        self._house = await self._another(line.page)
        self._running = asyncio.create_task(self._house.type(self._filled(line.page, line.typed), 600))
        await self._house.hears(r"Ctrl-C stops everything")
        return 0, self._house.said  # the status is asked for when it is stopped

    async def _run(self, line: Line) -> tuple[int, str]:
        """Start it, see its addresses, press Ctrl-C."""
        shell = await self._another(line.page)
        running = asyncio.create_task(shell.type(line.typed))
        page = (await shell.hears(r"Overlay\s+(\S+)"))[1]
        assert "overlay" in await asyncio.to_thread(fetched, page)
        shell.interrupt()
        return await running, shell.said

    async def _provisioned(self, line: Line) -> tuple[int, str]:
        shell = await self._shell(line.page)
        start = len(shell.said)
        running = asyncio.create_task(shell.type(self._filled(line.page, line.typed)))
        await shell.hears(r"Password of", start=start)
        shell.answer("correct horse")
        return await running, shell.said[start:]

    async def _doctor(self, line: Line) -> tuple[int, str]:
        """A board whose second reader stays silent: another kind of chip does not know the question."""
        board = self._room("docs/install.md").board
        (board.folder / "board.json").write_text('{"antennas": {"a02": "ST25R3911B"}}')
        await self.table.awake()
        try:
            return await self._typed(line)
        finally:
            await self.table.asleep()
            (board.folder / "board.json").unlink()

    async def _application(self, line: Line) -> tuple[int, str]:
        """The cable's way: the node is taken off the table for it."""
        await self.table.asleep()
        return await self._typed(line)

    async def _update(self, line: Line) -> tuple[int, str]:
        node = await self.table.awake()
        shell = await self._shell(line.page)
        start = len(shell.said)
        running = asyncio.create_task(shell.type(self._filled(line.page, line.typed)))
        await asyncio.wait({running, node.died}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        await self.table.asleep()
        await self.table.awake()  # a board restarts by itself
        status = await running
        assert re.search(r"node-1: runs from app_a, version ", shell.said[start:])
        return status, shell.said[start:]

    async def _bridge(self, line: Line) -> tuple[int, str]:
        """The node speaks on the wire; its settings are those of the page."""
        await self.table.asleep()
        room = self._room(line.page)
        config = json.loads((room.board.folder / "config.json").read_text()) | json_of(line.page, "uplink")
        del config["wifi"]  # as provisioned without it
        shell = await self._another(line.page)
        before = await self.table.read_cards()
        async with on_the_wire(self._folder / "serial", config, self._interpreter) as port:
            room.plug(port)
            running = asyncio.create_task(shell.type(self._filled(line.page, line.typed)))
            await shell.hears("link_up")
            await self.table.another_card(before)
            shell.interrupt()
            status = await running
        room.plug(room.board.port)
        return status, shell.said

    async def _teach(self, line: Line) -> tuple[int, str]:
        """Seats 1 and 2 and the board get an antenna; the other places have none."""
        node = await self.table.awake()
        await node.clear()
        shell = await self._shell(line.page)
        start = len(shell.said)
        running = asyncio.create_task(shell.type(self._filled(line.page, line.typed)))
        for number in range(1, 13):
            asked = (await shell.hears(rf"\[{number}/12\] Lay one card on (.+?)\.", start=start))[1]
            antenna = {"seat 1": "a01", "seat 2": "a02", "the board": "a11"}.get(asked)
            if antenna == "a01":
                await node.put(antenna, ACE)
            elif antenna:
                await node.move(antenna, ACE)
            else:
                shell.answer("s")
        status = await running
        await node.clear()
        return status, shell.said[start:]

    async def _register(self, line: Line) -> tuple[int, str]:
        """Lay the 52 cards, in the order that is asked for, and play a hand with them."""
        node = await self.table.awake()
        said = await self._laying(line, [(r"Lay the \S+ \({}/52\)", uid) for uid in CARDS])
        await node.clear()
        await self.table.first_card()
        return said

    async def _import(self, line: Line) -> tuple[int, str]:
        """The maker's list is the first deck's, with other tags."""
        folder = self._room(line.page).folder
        text = (folder / "red.csv").read_text()
        (folder / "blue.csv").write_text(text.replace("04ff", "04fe"))
        (folder / "blue.csv").chmod(0o600)
        return await self._typed(line)

    async def _check(self, line: Line) -> tuple[int, str]:
        said = await self._laying(line, [("to lay", uid) for uid in CARDS])
        await (await self.table.awake()).clear()
        return said

    async def _replace(self, line: Line) -> tuple[int, str]:
        said = await self._laying(line, [(r"Lay the Ah", "04eea1b2c3d4e5")])
        await (await self.table.awake()).clear()
        return said

    async def _laying(self, line: Line, cards: list[tuple[str, str]]) -> tuple[int, str]:
        """Type the line, and lay a card whenever its words have come."""
        node = await self.table.awake()
        shell = await self._shell(line.page)
        start = len(shell.said)
        running = asyncio.create_task(shell.type(self._filled(line.page, line.typed)))
        for number, (words, uid) in enumerate(cards):
            await shell.hears(words.format(number + 1), start=start)
            await node.put(f"a{number % 12 + 1:02}", uid)
        return await running, shell.said[start:]

    async def _alert(self, line: Line) -> tuple[int, str]:
        """Listen, lay cards where no place was taught until the floor hears of it, and press Ctrl-C."""
        shell = await self._another(line.page)
        running = asyncio.create_task(shell.type(self._filled(line.page, line.typed)))
        node = await self.table.awake()
        for number in range(3, 11):
            await node.put(f"a{number:02}", CARDS[number])
            with contextlib.suppress(AssertionError):  # it may not have subscribed yet
                await shell.hears(r'"code":"ANTENNA_UNASSIGNED"', 2)
                break
        await node.clear()
        assert "ANTENNA_UNASSIGNED" in shell.said
        shell.interrupt()
        await running  # Ctrl-C is how it ends
        return 0, shell.said

    async def _serve(self, line: Line) -> tuple[int, str]:
        """Against the page's own broker: start, see that it is ready, end it with SIGTERM as a supervisor does."""
        venue = await self._venue(line.page)
        typed = self._filled(line.page, line.typed)
        port = (re.search(r"--port (\d+)", typed) or [0, str(free_port())])[1]
        shell = await self._another(line.page, venue.folder, **venue.settings, EBS_HTTP_PORT=port)
        running = asyncio.create_task(shell.type(f"exec {typed}"))
        async with asyncio.timeout(60):
            while not running.done():
                with contextlib.suppress(OSError):
                    if await asyncio.to_thread(fetched, f"http://127.0.0.1:{port}/health/ready"):
                        break
                await asyncio.sleep(0.1)
        os.kill(shell.pid, signal.SIGTERM)
        with contextlib.suppress(ValueError):  # the shell became the service, and tells no status
            await running
        return await shell.ended(), shell.said

    async def _log(self, line: Line) -> tuple[int, str]:
        """Check the log of this evening, whose collector has ended."""
        shell = await self._another(line.page, self.table.data.parent)
        return await shell.type(line.typed), shell.said

    async def _venue(self, page: str) -> Venue:
        if not hasattr(self, "_broker"):
            self._broker = Venue(self._folder / "venue", conf_of(page), self._environment)
            self._stack.push_async_callback(self._broker.stop)
            await self._broker.start()
        return self._broker

    async def _venue_provisioned(self, line: Line) -> tuple[int, str]:
        """A venue's files are there before a node is."""
        etc = self._room(line.page).etc
        await passwords_at(etc / "ebs.passwords", self._environment)
        shutil.copy(ROOT / "mosquitto" / "acl.example", etc / "ebs.acl")
        return await self._provisioned(line)


Act = Callable[[Evening, Line], Awaitable[tuple[int, str]]]
ACTS: list[tuple[str, Act]] = [
    (r"^git clone", Evening._clone),
    (r"^cd ebs$", Evening._enter),
    (r"ebs run --empty --listen", Evening._started),
    (r"^make run|ebs run --empty$", Evening._run),
    (r"ebs provision .*--passwords", Evening._venue_provisioned),
    (r"ebs provision", Evening._provisioned),
    (r"ebs doctor", Evening._doctor),
    (r"ebs flash .*--app-only", Evening._application),
    (r"ebs flash", Evening._typed),
    (r"ebs update", Evening._update),
    (r"ebs bridge", Evening._bridge),
    (r"ebs table teach", Evening._teach),
    (r"ebs deck register", Evening._register),
    (r"ebs deck import", Evening._import),
    (r"ebs deck check", Evening._check),
    (r"ebs deck replace", Evening._replace),
    (r"^mosquitto_sub .*/alert'$", Evening._alert),
    (r"ebs serve", Evening._serve),
    (r"ebs log data/log\.db$", Evening._log),
]
"""Who does what while a line runs, by the line."""
ALONE = (Evening._run, Evening._serve)
"""They have an EBS of their own: they are typed beside the others, and before what stands below them on their page."""


PLACEHOLDERS: dict[str, Callable[[Evening, Room], str]] = {
    "THIS-REPOSITORY": lambda _, __: str(ROOT),
    r"192\.168\.1\.10": lambda _, __: HOST,
    r"/dev(?=/tty| \|)": lambda _, room: str(room.dev),
    "/etc/mosquitto": lambda _, room: str(room.etc),
    r"\bHEX\b": lambda _, __: hashlib.sha256(image_for(0)).hexdigest(),
    r"\bPORT\b": lambda evening, _: str(evening.table.ports()["mqtt"]),
    r"\bINSTALLER_PASSWORD\b": lambda evening, _: evening.table.password("installer"),
    r"\bMONITOR_PASSWORD\b": lambda evening, _: evening.table.password("monitor"),
    r"\bPASSWORD\b": lambda evening, _: evening.table.password("operator"),
    r"\bDATA\b": lambda _, room: str(room.folder / "data"),
    r"\bHOUSE_DATA\b": lambda evening, _: str(evening.table.data),
    r"\bNAME\b": lambda _, __: "table-network",
    r"http://127\.0\.0\.1:8080": lambda evening, _: f"http://127.0.0.1:{evening.table.ports()['http']}",
    r"(?<=--port )808\d": lambda _, __: str(free_port()),
    "h_table_01_32": lambda evening, _: evening.table.hand,
    r"^sudo (?=\.venv)": lambda _, __: "",
}
"""What stands for something else in a guide, and what it stands for on this evening."""


def act_of(line: Line) -> Act | None:
    """Return what somebody does while the line runs, None where nobody has to."""
    return next((act for pattern, act in ACTS if re.search(pattern, line.command)), None)


def key(line: Line) -> str:
    """Return the name of a line's outcome. A line with an act is typed once, wherever it stands."""
    return line.command if act_of(line) else f"{line.page}: {line.command}"
