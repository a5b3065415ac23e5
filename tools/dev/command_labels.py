"""Writes shared/command_labels.js, by which pages name commands: python -m tools.dev.command_labels."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any, Final

from collector.table.commands import COMMANDS
from collector.table.registration import Registration

FILE: Final = Path(__file__).parents[2] / "collector" / "web" / "static" / "shared" / "command_labels.js"
_HEAD: Final = """\
// What each command of a table is called before people, as in a refusal. Data only, made of the registrations:
// `python -m tools.dev.command_labels` writes it anew.

export const COMMAND_LABELS = {
"""


def _subject(registered: Registration[Any]) -> str:
    return registered.model.__module__.rpartition(".")[2]


def listing() -> str:
    """Return the file as it should be: the label of every registration, by the module of its payload."""
    lines = [
        line
        for subject, group in groupby(sorted(COMMANDS, key=_subject), key=_subject)
        for line in (f"  // {subject}\n", *(f"  {each.type}: '{each.label}',\n" for each in group))
    ]
    return f"{_HEAD}{''.join(lines)}}};\n"


if __name__ == "__main__":
    FILE.write_text(listing())
