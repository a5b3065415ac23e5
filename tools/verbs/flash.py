"""Put MicroPython and the application on a board, and check that they are there."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

from tools.choices import unknown
from tools.hardware import HardwareError
from tools.hardware.application import OURS, POINTER, boards, build
from tools.hardware.board_files import BoardFiles
from tools.hardware.flasher import write_image
from tools.hardware.images import Pinned, choose, pinned
from tools.hardware.port import check_port, ports_here

VERB: Final = (100, "Put MicroPython and the application on a board, and check that they are there.")


def main(  # noqa: PLR0917 - typer gives them by name
    port: Annotated[str | None, typer.Option(help="The board's serial port, as /dev/ttyUSB0.")] = None,
    board: Annotated[str, typer.Option(help="Which wiring: a file of firmware/boards/.")] = "esp32_devkitc",
    image: Annotated[Path | None, typer.Option(help="MicroPython image to write instead of the pinned one.")] = None,
    sha256: Annotated[str | None, typer.Option(help="SHA-256 that the image must have.")] = None,
    app_only: Annotated[bool, typer.Option("--app-only", help="Leave MicroPython; send what changed of ours.")] = False,
    baud: Annotated[int, typer.Option(min=9600, max=2_000_000, help="Speed of writing the image.")] = 460_800,
) -> None:
    """Flash the board at PORT: MicroPython, then the application, each verified by reading back.

    What was provisioned stays. Exits 2 when the call or the image is wrong, 1 when the board did not take it.
    """
    try:
        _check_board(board)
        chosen = _port(port)
        check_port(chosen)
        entry = pinned(str(import_module(f"firmware.boards.{board}").MCU))
        file = _image(entry, image, sha256, app_only=app_only)
    except HardwareError as error:
        _fail(error, 2)
    try:
        if file:
            typer.echo(f"1/3 MicroPython: {file.name} on the {entry.name} at {chosen}")
            write_image(chosen, entry, file, baud, _show)
        typer.echo(f"2/3 Application: {board}")
        sent, held = _send_application(chosen, board)
    except HardwareError as error:
        _fail(error, 1)
    typer.echo(f"3/3 Verified: {held} files on the board are as they should be, {sent} of them new")
    typer.echo(f"Next: ebs provision --port {chosen}")


def _check_board(board: str) -> None:
    if board not in boards():
        raise HardwareError(f"--board: {unknown(board, boards())}")


def _image(entry: Pinned, image: Path | None, sha256: str | None, *, app_only: bool) -> Path | None:
    if not app_only:
        return choose(entry, image, sha256)
    if image or sha256:
        raise HardwareError("--app-only writes no image: leave --image and --sha256 out, or leave --app-only out")
    return None


def _send_application(port: str, board: str) -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build(folder, board)
        files = BoardFiles(port, _show)
        sent = files.update(folder, (*OURS, POINTER))
        files.reset()
        return sent, sum(1 for path in folder.rglob("*") if path.is_file())


def _port(given: str | None) -> str:
    if given:
        return given
    here = ports_here()
    if len(here) == 1:
        return here[0]
    what = f"say which of {', '.join(here)} with --port" if here else "no board is plugged in; else say --port"
    raise HardwareError(f"no --port: {what}")


def _show(line: str) -> None:
    text = line.rstrip()
    if text:
        typer.echo(f"    {text}")


def _fail(error: HardwareError, status: int) -> NoReturn:
    typer.echo(f"ebs flash: {error}", err=True)
    raise typer.Exit(status) from error
