"""Check a log, seal one that is in clear, exchange its house key. `ebs log FILE` is `ebs log check FILE`."""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperGroup

from tools.verbs.log.check import check
from tools.verbs.log.encrypt import encrypt
from tools.verbs.log.rekey import rekey

VERB: Final = (90, "Check a log: its chain, and the digest of all it has published. Also: `encrypt`, `rekey`.")


class _Checks(TyperGroup):
    """What names none of its commands is a log to check."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front that was left out."""
        named = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named or not args else ["check", *args])


app = typer.Typer(
    cls=_Checks, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True
)


@app.callback()
def group() -> None:
    """Check a log, seal one that is in clear, exchange its house key. `ebs log FILE` checks FILE."""


app.command()(check)
app.command()(encrypt)
app.command()(rekey)
