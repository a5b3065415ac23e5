"""The `ebs` command. Each verb is one module with a `main`, imported when it is called: `ebs --help` stays quick."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

VERBS: Final[dict[str, tuple[str, str]]] = {
    "run": (
        "tools.verbs.run",
        "Start everything here: broker, collector, pages, and a virtual table that plays by itself.",
    ),
    "serve": ("tools.verbs.serve", "Run the service for a venue, against a broker that is there already."),
    "replay": ("tools.verbs.replay", "Replay hand-history files through the hand engine and print how they ended."),
    "convert": ("tools.verbs.convert", "Turn recorded hands into another format, from files or out of a log."),
    "play": (
        "tools.verbs.play",
        "Play hand-history files on the virtual table: firmware, broker, log, database and API.",
    ),
    "equity": ("tools.verbs.equity.command", "Print the exact equity of hands."),
    "update": ("tools.verbs.update", "Send a node a new application, which it goes back from if it fails."),
    "bridge": (
        "tools.verbs.bridge",
        "Carry a node's lines between a serial port and the broker: a table without network.",
    ),
    "log": ("tools.verbs.log", "Check a log: its chain, and the digest of everything it makes the collector publish."),
    "flash": ("tools.verbs.flash", "Put MicroPython and the application on a board, and check that they are there."),
    "provision": ("tools.verbs.provision", "Give a flashed board name, network, broker and key, and register it."),
    "table": ("tools.verbs.table", "Set a table up: `teach` which antenna is which seat."),
    "deck": ("tools.verbs.deck", "Decks of tagged cards: `register`, `import` from a file, `check` for dead ones."),
    "monitor": ("tools.verbs.monitor", "Watch nodes live: health, antennas, last readings."),
    "doctor": ("tools.verbs.doctor", "Check wiring, network, broker, time, memory and keys, and say what to do."),
    "bench": ("tools.bench.cli", "Measure this machine against the figures EBS has to reach."),
}


class Verbs(TyperGroup):
    """The verbs, loaded one at a time."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the verbs in the order of their use."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a verb; None where there is no such verb."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = import_module(VERBS[cmd_name][0])
        app = getattr(module, "app", None)  # a verb of several commands brings its own
        if app is None:
            app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
            app.command(cmd_name)(module.main)
        return typer.main.get_command(app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. Exit status: 0 done, 1 failed, 2 the call or its input is wrong."""
    help_text = (
        "EBS turns RFID cards on a poker table into an on-air picture, a record and an API.\n\n"
        "`ebs run` shows it without hardware; `ebs VERB --help` tells about each verb."
    )
    group = Verbs(name="ebs", help=help_text, no_args_is_help=True, rich_markup_mode=None)
    return group.main(arguments, prog_name="ebs")


if __name__ == "__main__":
    sys.exit(main())
