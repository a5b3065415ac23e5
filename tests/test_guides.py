"""The guides are true of the code where that can be checked: verbs, options, links, settings, codes, kinds, figures."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from collector import settings
from collector.access.audit import AUDIT_DAY, RECORDS
from collector.access.refusals import COMMAND_REFUSED
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.house.commands import KINDS as HOUSE_KINDS
from collector.house.commands import TABLE_OPENED
from collector.metrics import Metrics
from collector.settings import Settings
from collector.table.commands import COMMANDS
from collector.wire.feed_events import EVENTS, EventData
from tests.guides.pages import blocks
from tools.cli import verbs
from tools.verbs.bench import BENCHES

ROOT = Path(__file__).resolve().parent.parent
VERBS = verbs()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "firmware").glob("*.md")])
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)|^(?:    |\$ )?((?:sudo )?(?:\.venv/bin/)?ebs .+)$", re.MULTILINE)
CALL = re.compile(r"(?:^|[\s/])ebs ([a-z]+)\b([^|;#]*)")
CODES = re.compile(r"[A-Z]{3,}(?:_[A-Z]+)*|[A-Z]{2}(?:_[A-Z]+)+")
NO_CODES = {
    *("INFO", "ERROR", "WARNING", "BTN", "BAD_HISTORY", "EBS", "FIRST", "SECOND", "THIRD", "RIVER"),
    *("EUR", "GBP", "USD", "XXX", "GMT", "UTC", "MTT", "STT"),
}
"""Text that looks like a code: levels, positions, the name, runs and streets of a board, currencies, time zones, kinds
of tournaments; and what only hand-history files raise.
"""
NO_MESSAGES = {"GET", "POST", "HEAD", "OPTIONS", "CSRF_HEADER", "UPDATE", "DELETE", "REPEATABLE READ", "JWT"}
"""Methods, and words of SQL."""
DROPS = {"self.drop", "self._floor.drop"}
"""Calls that drop a payload: the second argument is the reason."""
REFUSING = (
    *("access/rights.py", "access/household.py", "access/senders.py", "access/refusals.py"),
    *("hand", "histories", "table", "house", "pipeline", "errors.py"),
)


def text(page: str) -> str:
    return (ROOT / page).read_text()


def section(page: str, heading: str) -> str:
    """Return what stands under a heading, to the next one of its level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    found = re.search(
        rf"^{re.escape(heading)}$\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text(page), re.MULTILINE | re.DOTALL
    )
    assert found, f"{page} has no heading {heading}"
    return found[1]


def first_cells(table: str) -> list[str]:
    """Return the code spans in the first cell of each row."""
    return [
        name for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)
    ]


def test_there_are_pages() -> None:
    assert {"README.md", "install.md", "architecture.md"} <= {page.name for page in PAGES}
    assert len(PAGES) >= 30


def calls() -> Iterator[tuple[str, str, str]]:
    """Yield page, verb and arguments of every call of `ebs` that a page shows."""
    for page in PAGES:
        for span, line in CODE.findall(page.read_text()):
            for verb, arguments in CALL.findall(span or line):
                yield str(page.relative_to(ROOT)), verb, arguments


def options(verb: str) -> set[str]:
    module = import_module(f"tools.verbs.{verb}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False)
        app.command(verb)(module.main)
    command: Any = typer.main.get_command(app)
    commands = [command, *getattr(command, "commands", {}).values()]
    return {
        name for one in commands for parameter in one.params for name in parameter.opts if name.startswith("--")
    } | {"--help"}


def test_every_verb_and_option_that_is_named_exists() -> None:
    found = list(calls())
    strays = {
        f"{page}: ebs {verb}{arguments}"
        for page, verb, arguments in found
        if verb not in VERBS or not set(re.findall(r"--[a-z0-9-]+", arguments)) <= options(verb)
    }

    assert {verb for _, verb, _ in found} >= set(VERBS)
    assert not strays


def test_every_option_of_ebs_run_is_listed_and_no_other() -> None:
    assert set(first_cells(section("docs/run.md", "## On one machine: `ebs run`"))) == options("run") - {"--help"}


def slug(heading: str) -> str:
    return re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), f"{target}: no such file"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            assert anchor in map(slug, headings), f"{target}: no such heading"


def test_every_setting_is_listed_and_no_other() -> None:
    listed = first_cells(section("docs/run.md", "## Settings"))
    ours = {f"EBS_{name.upper()}" for name in Settings.model_fields} | settings._NOT_OURS

    assert {name for name in listed if name.startswith("EBS_")} == ours
    for page in PAGES:
        assert set(re.findall(r"\bEBS_[A-Z_]*[A-Z]", page.read_text())) <= ours, page.name


def constants(*places: str) -> set[str]:
    """Return every text constant of parts of collector/ that looks like a code, and why payloads are dropped."""
    found = set()
    for place in places:
        path = ROOT / "collector" / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODES.fullmatch(node.value):
                    found.add(node.value)
                if isinstance(node, ast.Call) and ast.unparse(node.func) in DROPS:
                    found.add(ast.literal_eval(node.args[1]).upper())
    return found - NO_CODES


def test_every_refusal_and_alert_is_listed_with_its_cure_and_no_other() -> None:
    listed = first_cells(section("docs/operate.md", "## Refusals")) + first_cells(
        section("docs/operate.md", "## Alerts")
    )

    assert set(listed) == constants(*REFUSING)


def test_every_error_of_rest_is_listed_and_no_other() -> None:
    listed = {name for name in first_cells(section("docs/integrate.md", "## REST")) if CODES.fullmatch(name)}

    people = [f"access/{name}.py" for name in ("changes", "grants", "people", "vocabulary")]
    said = constants("api", "signin", "appstore", *people) - {"BEGIN", "EVERYTHING", *NO_MESSAGES}
    assert listed == said | {"NOT_FOUND", "METHOD_NOT_ALLOWED"}


def test_every_metric_is_listed_and_no_other() -> None:
    listed = {name.removesuffix("_total") for name in first_cells(section("docs/integrate.md", "## Metrics"))}

    assert listed == {metric.name for metric in Metrics().registry.collect()}


def test_every_command_and_event_is_listed_and_no_other() -> None:
    commands = {each.type for each in (*HOUSE_COMMANDS, *COMMANDS)}
    golden = {path.stem.split("_", 2)[2] for path in (ROOT / "tests" / "contract" / "feed").glob("event_*.json")}

    assert set(first_cells(section("docs/integrate.md", "## Commands"))) == commands
    assert set(first_cells(section("docs/integrate.md", "### Events"))) == golden


@pytest.mark.parametrize("model", EVENTS, ids=lambda model: model.type)
def test_every_field_of_an_event_is_named_in_its_row(model: type[EventData]) -> None:
    row = re.search(
        rf"^\| `{model.type}` \|(.*)\| (\S+?)( only)? \|$", section("docs/integrate.md", "### Events"), re.MULTILINE
    )

    assert row
    assert set(model.model_fields) - {"player_id"} <= set(re.findall(r"`([^`]+)`", row[1]))
    where = "delayed" if model.type == "cards_released" else "live" if model.hidden else "both"
    assert row[2] == where


def test_every_kind_of_fact_is_listed() -> None:
    listed = set(first_cells(section("docs/architecture.md", "## What is written down")))
    folded = (set(HOUSE_KINDS.names) | set(COMMANDS.kinds.names) | {TABLE_OPENED.name, COMMAND_REFUSED.name}) | {
        AUDIT_DAY.name,
        *(kind.name for kind in RECORDS),
    }

    assert listed == folded | {"unknown_event"}


def test_every_log_event_is_listed() -> None:
    source = "\n".join(
        file.read_text() for file in [*(ROOT / "collector").rglob("*.py"), ROOT / "tools" / "verbs" / "serve.py"]
    )
    named = set(re.findall(r'log_event\(\s*[\w_("\')]+,\s*"[A-Z]+",\s*"([a-z_]+)"', source)) - {"card_read"}

    assert named
    assert named <= set(re.findall(r"`([a-z_]+)`", section("docs/integrate.md", "## Log lines")))


def test_the_two_commands_of_the_readme_are_in_the_makefile() -> None:
    commands = re.findall(r"^make ([a-z]+)", text("README.md"), re.MULTILINE)

    assert commands == ["run", "test"]
    assert all(re.search(rf"^{command}:", text("Makefile"), re.MULTILINE) for command in commands)


def test_the_units_are_some_that_systemd_takes(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    units = sorted(path.name for path in (ROOT / "deploy").glob("ebs*"))
    for name in units:  # the venue's checkout is not on this machine
        unit = re.sub(r"^ExecStart=\S+ (.*)$", r"ExecStart=/bin/true \1", text(f"deploy/{name}"), flags=re.MULTILINE)
        (tmp_path / name).write_text(unit)

    files = [str(tmp_path / name) for name in units]
    checked = subprocess.run([program, "verify", *files], capture_output=True, text=True, check=False)

    assert units == [
        *("ebs-collector.service", "ebs-logins.path", "ebs-logins.service"),
        *("ebs-web.service", "ebs.target"),
    ]
    assert not [line for line in checked.stderr.splitlines() if re.search(r"\bebs[-.]", line)]


def test_every_figure_that_is_shown_is_one_that_its_bench_prints() -> None:
    page = [block for block in blocks("docs/performance.md") if block.language == "console"]
    shown = [name for block in page for line in block.lines for name in re.findall(r"^  (\w+) +[\d.]+ ", line)]
    benches = {name for block in page for name in re.findall(r"^\$ \.venv/bin/ebs bench (\w+)$", block.lines[0])}
    made = {
        "".join("*" if isinstance(part, ast.FormattedValue) else str(ast.literal_eval(part)) for part in parts)
        for file in (ROOT / "tools" / "bench").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if (parts := node.values if isinstance(node, ast.JoinedStr) else [node] if is_text(node) else [])
    }

    assert len(shown) > 40
    assert benches == set(BENCHES)
    assert not [name for name in shown if not any(fnmatch(name, pattern) for pattern in made if pattern[:1].isalpha())]


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
