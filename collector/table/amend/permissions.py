"""The permission words that a command takes. An amendment takes those of every command that it puts in or takes out."""

from __future__ import annotations

from typing import Any

from collector.access.vocabulary import READ_LIVE
from collector.secrecy import Secret
from collector.table.amend.chapters import Evening
from collector.table.registry import Commands
from collector.wire.amend import Amend
from collector.wire.command import TableCommand


def words_of(commands: Commands, evening: Evening, command: TableCommand) -> list[tuple[str, tuple[str, ...]]]:
    """Return (type of command, permission words of which one will do), once each, the command's own first.

    The answer to some commands follows from hidden cards, so they take `read:live` beside their own word.

    What is no command of a table takes no word: the amendment that holds it is refused for that.
    """
    types = [command.type]
    if isinstance(command, Amend):
        types += [kind for change in command.changes for kind in _put_in(change.command, change.more)]
        types += [fact.kind for fact in evening.facts_at(change.seq for change in command.changes)]
    registered = [each for each in map(commands.of_type, dict.fromkeys(types)) if each]
    return [(each.type, (each.word, *each.or_words)) for each in registered] + [
        (each.type, (READ_LIVE,)) for each in registered if each.live_only
    ]


def _put_in(first: Secret[dict[str, Any]] | None, more: Secret[list[dict[str, Any]]]) -> list[str]:
    listed = [*([first.reveal()] if first else []), *more.reveal()]
    return [str(each.get("type")) for each in listed]
