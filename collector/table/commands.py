"""The registry of this version: all commands of a table, and all kinds of fact that it folds."""

from __future__ import annotations

from typing import Final

from collector.table import (
    acts,
    airing,
    bank,
    close,
    contested,
    equity,
    live,
    releasing,
    rulings,
    seats,
    setup,
    start,
    tournament,
)
from collector.table.amend import preview, undo
from collector.table.readings import control, decks, flags, nodes, reading
from collector.table.registry import Commands

_SUBJECTS: Final = (
    acts,
    rulings,
    contested,
    seats,
    bank,
    setup,
    start,
    close,
    tournament,
    undo,
    preview,
    decks,
    flags,
    control,
    releasing,
    airing,
)
_FACTS: Final = (reading, nodes, close, equity, live, releasing)
COMMANDS: Final = Commands(
    (each for subject in _SUBJECTS for each in subject.COMMANDS),
    (each for subject in _FACTS for each in subject.FACTS),
)
