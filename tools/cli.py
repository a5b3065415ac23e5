"""The `ebs` command. Finds the verbs: each is one module of tools/verbs/ with a `main` and a `VERB`.

A verb is imported when it is called, and its `VERB` is read without importing it: `ebs --help` stays quick.
"""

from __future__ import annotations

import ast
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperGroup

import tools.verbs
from collector.errors import CollectorError, reason
from collector.system import program_version
from tools.choices import unknown
from tools.importing import importing
from tools.terminal import plain_streams


class Verb(NamedTuple):
    """What `ebs --help` says of a verb, and where: its place among the others, and a line."""

    place: int
    line: str


def verbs() -> dict[str, Verb]:
    """Return every verb by name in the order of its use. Each module says its own `VERB`; none is imported."""
    found = {name: _said(name) for name in _names()}
    return dict(sorted(found.items(), key=lambda item: item[1].place))


def _names() -> list[str]:
    return [module.name for module in iter_modules(tools.verbs.__path__)]


def _said(name: str) -> Verb:
    """Return the literal `VERB` of a verb's module; raise SyntaxError where it has none."""
    path = Path(tools.verbs.__path__[0], name)
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "VERB" and node.value:
            return Verb(*ast.literal_eval(node.value))
    raise SyntaxError(f'{source}: no verb; give it `VERB: Final = (place, "its line of ebs --help")`')


class Verbs(TyperGroup):
    """The verbs, loaded one at a time."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the verbs in the order of their use."""
        del ctx
        return list(verbs())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a verb; None where there is no such verb."""
        del ctx
        if cmd_name not in _names():
            return None
        with importing():
            module = import_module(f"tools.verbs.{cmd_name}")
        app = getattr(module, "app", None)  # a verb of several commands brings its own
        if app is None:
            app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
            app.command(cmd_name)(module.main)
        return typer.main.get_command(app)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the verb that is called; a name that is none is told with the nearest one."""
        if args and not args[0].startswith("-") and args[0] not in _names():
            ctx.fail(f"verb {unknown(args[0], verbs())}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.line) for name, verb in verbs().items()])


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. Exit status: 0 done, 1 failed, 2 the call or its input is wrong.

    What a verb lets through ends in a line, not in a traceback; `EBS_TRACEBACK=1` shows the traceback as well.
    """
    before = os.umask(0o077)  # whatever a verb or a child of it writes may hold cards, tags or passwords
    verb = next((each for each in (sys.argv[1:] if arguments is None else arguments) if each in _names()), "")
    called = f"ebs {verb}".rstrip()
    with plain_streams():
        try:
            return group().main(arguments, prog_name="ebs")
        except BrokenPipeError:  # whoever read this has gone away
            sys.exit(1)
        except (CollectorError, OSError, UnicodeError) as error:
            _end(called, _where(error), error)
        except RecursionError as error:
            _end(called, "the input is nested too deep to be read; give one that is not", error)
        except Exception as error:  # noqa: BLE001 - the last place that can tell a person what to do
            what = f"a fault of EBS itself ({type(error).__name__}: {error})"
            _end(called, f"{what}; please report it with what you typed", error)
        finally:
            os.umask(before)


def _where(error: Exception) -> str:
    """Return an error of the system with the file that it is about, once."""
    named = getattr(error, "filename", None)
    return f"{named}: {reason(error)}" if named else reason(error)


def _end(called: str, said: str, error: Exception) -> NoReturn:
    if os.environ.get("EBS_TRACEBACK"):
        traceback.print_exception(error)
    typer.echo(f"{called}: {said}", err=True)
    sys.exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ebs {program_version()}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version, and exit.")
    ] = False,
) -> None:
    """Hold the options of `ebs` itself."""


def group() -> Verbs:
    """Return `ebs` with all its verbs."""
    help_text = (
        "EBS turns RFID cards on a poker table into an on-air picture, a record and an API.\n\n"
        "`ebs run` shows it without hardware; `ebs VERB --help` tells about each verb."
    )
    only = typer.Typer(add_completion=False, rich_markup_mode=None)
    only.command()(_options)
    options = typer.main.get_command(only).params
    return Verbs(name="ebs", params=options, help=help_text, no_args_is_help=True, rich_markup_mode=None)


if __name__ == "__main__":
    sys.exit(main())
