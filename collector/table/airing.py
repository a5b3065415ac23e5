"""What goes on air: the mask over every channel, and the mode of a table.

In secure mode hidden cards come from readers alone and go nowhere before their release. So no command names one, and
none turns up what a reader read: a `show` that is taken back would be a viewer of cards.
"""

from __future__ import annotations

from typing import Any, Final

from collector.access.live import LIVE
from collector.access.vocabulary import PROPOSE
from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.secrecy import Secret
from collector.table.effects import UPDATED, Effect
from collector.table.registration import Asked, Past, Reader, Registration, Resolved, Seats
from collector.table.state import SECURE, Table, require_clock
from collector.wire import airing as wire
from collector.wire.acts import Show
from collector.wire.amend import Amend
from collector.wire.command import TableCommand

STRICT: Final = ("rehearsal", "programme", SECURE)
"""The modes, the weakest first."""
UNREAD: Final = "??"
_DECKS: Final = ("use_deck", "register_control", "remove_control")
"""Name tags of a deck or of control cards, between hands, and no card of a hand."""


def _masked(table: Table, fact: Fact, command: wire.Mask) -> Effect:
    return Effect(replace(table, masked=True), UPDATED)


def _unmasked(table: Table, fact: Fact, command: wire.Unmask) -> Effect:
    return Effect(replace(table, masked=False), UPDATED)


def _may_mask(asked: Asked, command: wire.Mask) -> Resolved:
    if asked.logged:
        return Resolved()
    require_clock(asked.table)
    if asked.table.masked:
        raise Refused("MASKED", "everything is hidden already; unmask shows it again")
    return Resolved()


def _may_unmask(asked: Asked, command: wire.Unmask) -> Resolved:
    if not asked.table.masked and not asked.logged:
        raise Refused("NOT_MASKED", "nothing is hidden")
    return Resolved()


def _may_set_mode(asked: Asked, command: wire.SetMode) -> Resolved:
    """Take a mode that is stricter. A rehearsal is another table: what was played for real is no demonstration."""
    table = asked.table
    if asked.logged:
        return Resolved()
    require_clock(table)
    if command.mode == table.mode:
        raise Refused("SAME_MODE", f"the table is in the mode {table.mode} already")
    if STRICT.index(command.mode) < STRICT.index(table.mode):
        message = (
            f"{command.mode} is weaker than {table.mode}; two approvers have to sign that on the collector's machine"
        )
        raise Refused("NEEDS_APPROVAL", message, {"old": table.mode, "new": command.mode})
    if command.mode == SECURE and not any(each.role in {"seat", "up"} for each in table.antennas.values()):
        message = "in secure mode hidden cards come from readers alone, and this table has none at its seats"
        raise Refused("NO_READERS", message + "; assign nodes and antennas first")
    return Resolved()


def _set_mode(table: Table, fact: Fact, command: wire.SetMode) -> Effect:
    """Fold the mode. In secure mode nobody keeps a grant of the live channel: nothing is published there."""
    live = {} if command.mode == SECURE else table.live
    return Effect(replace(table, mode=command.mode, live=live), UPDATED)


def airs(table: Table, channel: str) -> bool:
    """Return whether anything is published on a channel: nothing on `live` in secure mode, whoever may hear it."""
    return channel != LIVE or table.mode != SECURE


def require_mode(commands: Reader, table: Table, command: TableCommand) -> None:
    """Raise Refused for a command that the mode of a table does not take: in secure mode, one about a hidden card."""
    if table.mode == SECURE:
        _require_secure(commands, command)


def _require_secure(commands: Reader, command: TableCommand) -> None:
    if isinstance(command, Amend):
        for inner in _inner(commands, command):
            _require_secure(commands, inner)
    elif isinstance(command, Show) and command.cards is None:
        message = "in secure mode a hand is tabled by typing its cards; what the readers read is not turned up"
        raise Refused("TYPE_CARDS", message)
    elif _names_hidden(commands, command):
        message = f"in secure mode hidden cards come from the readers alone; {command.type} would name one"
        raise Refused("SECURE_MODE", message)


def _inner(commands: Reader, command: Amend) -> list[TableCommand]:
    """Return the commands that an amendment puts in; what is none is refused where the amendment is decided."""
    raw = [
        each
        for change in command.changes
        for each in (change.command and change.command.reveal(), *change.more.reveal())
    ]
    found = []
    for fields in raw:
        try:
            found += [commands.parse({**fields, "id": command.id})] if fields else []
        except ValueError:
            continue
    return found


def _names_hidden(commands: Reader, command: TableCommand) -> bool:
    registered = commands.of_type(command.type)
    if registered is None or command.type in _DECKS or not registered.hidden(command):
        return False
    held = (value.reveal() for value in command.__dict__.values() if isinstance(value, Secret))
    return any(each and each != UNREAD for each in held)


def _can_mask(table: Table) -> Seats | None:
    return () if table.time.counts and not table.masked else None


def _can_unmask(table: Table) -> Seats | None:
    return () if table.masked else None


def _can_be_stricter(table: Table) -> Seats | None:
    return () if table.time.counts and table.mode != SECURE else None


def _registered(model: type[Any], label: str, *words: str, **rest: Any) -> Registration[Any]:  # noqa: ANN401 - its own
    """Return the registration of a command that shows no card. words: any of them will do."""
    first, *others = words
    fixed: dict[str, Any] = {"hides": False, "cardless": True, "past": Past.FIXED, "by_card": False}
    return Registration(model=model, label=label, word=first, or_words=tuple(others), **fixed, **rest)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    _registered(
        *(wire.Mask, "Hide everything", "write:actions", "write:graphics"),
        may=_may_mask,
        does=_masked,
        listed=_can_mask,
    ),
    _registered(
        *(wire.Unmask, "Show again", "write:rulings", "write:graphics"),
        may=_may_unmask,
        does=_unmasked,
        listed=_can_unmask,
    ),
    _registered(
        *(wire.SetMode, "Set the mode", PROPOSE, "write:graphics"),
        may=_may_set_mode,
        does=_set_mode,
        listed=_can_be_stricter,
    ),
)
