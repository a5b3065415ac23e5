"""What others hold on to: verbs, options, metrics, log events, settings, codes, kinds of facts, commands, topics.

`python -m tests.corpus.interface` writes `interface.json` anew. Read the difference: somebody has to learn it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.corpus import wiring

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("interface.json")
TREES = ("collector", "tools", "edge", "firmware")
_CODE = re.compile(r"[A-Z]{3,}(?:_[A-Z]+)*|[A-Z]{2}(?:_[A-Z]+)+")
_NO_CODES = {"BTN", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "FIRST", "SECOND", "THIRD"} | {
    *("COMMIT", "ROLLBACK", "GAMES", "PATH", "EBS", "EBS_CHROMIUM", "EBS_HANDS", "EBS_TRACEBACK", "NFC"),
    *("BEGIN", "DELETE", "GET", "HEAD", "OPTIONS", "UPDATE", "EBS_ANONYMOUS", "JOURNAL_STREAM"),
    *("EUR", "GBP", "USD", "XXX", "GMT", "UTC", "MTT", "STT", "RIVER"),
}
"""Text that looks like a code: levels, a position, runs and streets of a board, words of SQL, HTTP, settings and
Unicode, currencies, time zones and kinds of tournaments.
"""
_EVENT = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_EDGE_LEVELS = {"debug", "info", "warning", "error"}

Lists = dict[str, Any]


def today() -> Lists:
    """Return the lists as the code has them."""
    return {
        "verbs": wiring.verbs(),
        "metrics": wiring.metrics(),
        "settings": wiring.settings(),
        "commands": wiring.commands(),
        "games": sorted(wiring.GAMES),
        "rotations": sorted(wiring.ROTATIONS),
        "kinds": sorted(wiring.folded_kinds()),
        "subscriptions": list(wiring.subscriptions()),
        "log_events": sorted({event for tree in TREES for event in _events(tree)}),
        "codes": sorted(set(_codes())),
        **_documented(),
    }


def sources(tree: str) -> list[Path]:
    """Return the modules of a tree, wherever in it they are; raise AssertionError where there are none."""
    found = sorted((ROOT / tree).rglob("*.py"))
    if not found:
        raise AssertionError(f"{tree}/ holds no module")
    return found


def _nodes(tree: str) -> Iterator[ast.AST]:
    for file in sources(tree):
        yield from ast.walk(ast.parse(file.read_text()))


def _codes() -> Iterator[str]:
    """Yield every text constant of the collector that looks like a code."""
    for node in _nodes("collector"):
        text = _text(node)
        if text is not None and _CODE.fullmatch(text) and text not in _NO_CODES:
            yield text


def _events(tree: str) -> Iterator[str]:
    """Yield the literals that are logged as events, with their levels."""
    for node in _nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        name, texts = ast.unparse(node.func).rsplit(".", 1)[-1], [_text(each) for each in node.args[:3]]
        if name == "log_event" and len(texts) > 2 and texts[1] and texts[2]:
            yield f"{texts[1]} {texts[2]}"
        on_a_node = tree in ("edge", "firmware") and name in _EDGE_LEVELS and isinstance(node.func, ast.Attribute)
        if on_a_node and texts and texts[0] and _EVENT.fullmatch(texts[0]):
            yield f"node {name} {texts[0]}"


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _documented() -> Lists:
    """Return refusals and alerts as docs/operate.md lists them; another test holds that list against the code."""
    page = (ROOT / "docs" / "operate.md").read_text()
    found = {}
    for heading in ("Refusals", "Alerts"):
        section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
        rows = re.findall(r"^\| (`[^|]*) \|", section[1] if section else "", re.MULTILINE)
        found[heading.lower()] = sorted(name for row in rows for name in re.findall(r"`([^`]+)`", row))
        if not found[heading.lower()]:
            raise AssertionError(f"docs/operate.md lists no {heading}")
    return found


def recorded() -> Lists:
    """Return the lists as they were."""
    lists: Lists = json.loads(FILE.read_text())
    return lists


def main() -> None:
    """Write the lists anew."""
    FILE.write_text(json.dumps(today(), indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
