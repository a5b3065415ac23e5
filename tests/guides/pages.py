"""The code blocks of the guides, and the shell lines in them. Knows Markdown; runs nothing.

A block `sh` holds commands. A block `console` holds commands after `$ `, and under each what it prints. The other
languages hold no commands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOUND = sorted([*ROOT.glob("[!.]*/README.md"), *(ROOT / "docs").rglob("*.md")])
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(str(page.relative_to(ROOT)) for page in FOUND)]
LANGUAGES = {"sh", "console", "conf", "json", "text"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the number of its first line, and its lines."""

    page: str
    language: str
    number: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A command of a guide, and the lines that the guide shows under it."""

    page: str
    number: int
    typed: str
    shown: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The command without its comment. A command that stands twice is one command."""
        return re.sub(r"\s{2,}#.*$", "", self.typed)


def blocks(page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    language, start, held = "", 0, []
    inside = False
    for number, text in enumerate((ROOT / page).read_text().splitlines(), start=1):
        fence = re.fullmatch(r"\s*```(\w*)\s*", text)
        if fence and inside:
            yield Block(page, language, start, tuple(held))
            inside = False
        elif fence:
            inside, language, start, held = True, fence[1], number + 1, []
        elif inside:
            held.append(text)
    assert not inside, f"{page}:{start}: the block has no end"


def prose(page: str) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line outside of blocks."""
    within = {number for one in blocks(page) for number in range(one.number - 1, one.number + len(one.lines) + 1)}
    for number, text in enumerate((ROOT / page).read_text().splitlines(), start=1):
        if number not in within:
            yield number, text


def lines(page: str) -> list[Line]:
    """Return the commands of a page, in order."""
    found: list[Line] = []
    for block in blocks(page):
        for number, text in enumerate(block.lines, start=block.number):
            if block.language == "sh" and text.strip() and not text.startswith("#"):
                found.append(Line(page, number, text))
            elif block.language == "console" and text.startswith("$ "):
                found.append(Line(page, number, text.removeprefix("$ ")))
            elif block.language == "console" and text.strip():
                last = found.pop()
                found.append(Line(page, last.number, last.typed, (*last.shown, text)))
    return found


def conf_of(page: str) -> str:
    """Return the first configuration that a page shows."""
    return "\n".join(next(block for block in blocks(page) if block.language == "conf").lines)


def json_of(page: str, member: str) -> dict[str, object]:
    """Return the JSON object of a page that has this member."""
    found = [json.loads("\n".join(block.lines)) for block in blocks(page) if block.language == "json"]
    return next(one for one in found if member in one)


def unmet(shown: tuple[str, ...], said: str) -> list[str]:
    """Return the shown lines that `said` has not, in this order. Figures, digests and `...` may differ."""
    heard = [line.strip() for line in said.splitlines()]
    missing = []
    for line in shown:
        if line.strip() == "...":
            continue
        wanted = _pattern(line.strip())
        at = next((at for at, text in enumerate(heard) if wanted.fullmatch(text)), None)
        if at is None:
            missing.append(line)
        else:
            heard = heard[at + 1 :]
    return missing


def _pattern(line: str) -> re.Pattern[str]:
    varying = {r"\.\.\.": ".*", r'"eyJ[\w-]+"': r'"[\w-]+"', r"\b[0-9a-f]{8,}\b": "[0-9a-f]+", r"\d+": r"\d+"}
    token = re.compile("|".join(f"({one})" for one in varying))
    found, at = "", 0
    for match in token.finditer(line):
        found += re.escape(line[at : match.start()]) + list(varying.values())[(match.lastindex or 1) - 1]
        at = match.end()
    return re.compile(found + re.escape(line[at:]))
