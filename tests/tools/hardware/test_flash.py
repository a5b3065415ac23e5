"""`ebs flash`, with the real esptool and mpremote, on a board that is a pseudo-terminal."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import serial
import typer
from typer.testing import CliRunner, Result

from tests.tools.hardware.conftest import Plug, digest, image_for
from tools.hardware import HardwareError, application, board_files, images, process
from tools.hardware.board_files import digests
from tools.hardware.images import Pinned, choose, pinned
from tools.hardware.port import check_port
from tools.verbs import flash
from tools.virtual.rom_loader import ESP32_S3
from tools.virtual.usb_board import UsbBoard

pytestmark = pytest.mark.node


def ebs_flash(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(flash.main)
    return CliRunner().invoke(app, arguments)


def given(image: Path) -> tuple[str, ...]:
    return ("--image", str(image), "--sha256", digest(image))


def test_image_and_application_are_on_the_board_as_they_were_sent(plug: Plug, image: Path, tmp_path: Path) -> None:
    application.build(tmp_path / "wanted", "esp32_devkitc")
    with plug() as board:
        done = ebs_flash("--port", board.port, *given(image))
        flash_memory = bytes(board.flash)

    assert done.exit_code == 0, done.output
    assert flash_memory[0x1000 : 0x1000 + image.stat().st_size] == image.read_bytes()
    assert digests(tmp_path / "flash") == digests(tmp_path / "wanted")
    assert "3/3 Verified" in done.output
    assert "100.0%" in done.output, "progress is shown"
    assert re.search(r" 40/7\d edge/[\w/]+\.mpy\n", done.output), "of each file, too"


def test_an_esp32_s3_is_flashed_at_its_own_offset(plug: Plug, tmp_path: Path) -> None:
    image = tmp_path / "s3.bin"
    image.write_bytes(image_for(9))
    with plug(ESP32_S3) as board:
        done = ebs_flash("--port", board.port, "--board", "esp32_s3_devkitc", *given(image))
        begins = bytes(board.flash[: image.stat().st_size])

    assert done.exit_code == 0, done.output
    assert begins == image.read_bytes()
    assert 'main.start("esp32_s3_devkitc")' in (tmp_path / "flash" / "main.py").read_text()


def test_an_update_of_the_application_leaves_image_and_configuration_and_sends_what_changed(
    plug: Plug, tmp_path: Path
) -> None:
    with plug(image=image_for(0)) as board:
        (board.folder / "config.json").write_text("{}")
        assert ebs_flash("--port", board.port, "--app-only").exit_code == 0
        (board.folder / "edge" / "node.mpy").write_bytes(b"old")
        (board.folder / "active").write_text('{"slot": "a", "good": true}')
        (board.folder / "edge" / "node.py").write_text("raise SystemExit('an old source goes before a .mpy')")

        done = ebs_flash("--port", board.port, "--app-only")

        assert not board.in_loader, "the loader was not asked"
    assert done.exit_code == 0, done.output
    assert "1 of them new" in done.output
    assert (tmp_path / "flash" / "config.json").read_text() == "{}"
    assert not (tmp_path / "flash" / "edge" / "node.py").exists()
    assert not (tmp_path / "flash" / "active").exists(), "what came by cable is what runs"


def test_what_was_written_wrongly_is_noticed(plug: Plug, image: Path) -> None:
    class Worn(bytearray):
        def __setitem__(self, place: object, value: object) -> None:
            super().__setitem__(place, value & 0xFE if place == 0x1200 else value)  # type: ignore[index,operator,call-overload]

    with plug() as board:
        board.flash = Worn(board.flash)
        image.write_bytes(image.read_bytes()[:0x200] + b"\xff" * 64 + image.read_bytes()[0x240:])
        done = ebs_flash("--port", board.port, *given(image))

    assert done.exit_code == 1
    assert "is not what was sent" in done.output


def test_a_file_that_did_not_arrive_is_noticed(plug: Plug, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = board_files.run_module

    def lossy(module: str, arguments: list[str], **options: Any) -> tuple[int, str]:
        status, said = real(module, arguments, **options)
        if "cp" in arguments:
            arrived = tmp_path / "flash" / "edge" / "antenna_scan.mpy"
            arrived.write_bytes(arrived.read_bytes()[:-1])
        return status, said

    monkeypatch.setattr(board_files, "run_module", lossy)
    with plug(image=image_for(0)) as board:
        done = ebs_flash("--port", board.port, "--app-only")

    assert done.exit_code == 1
    assert "edge/antenna_scan.mpy is on the board otherwise than it was sent (1 of" in done.output


class PulledOut(UsbBoard):
    """A board whose cable goes after it has answered so many bytes."""

    answers = 0

    def _to_host(self, data: bytes) -> None:
        self.answers -= len(data)
        if self.answers >= 0:
            super()._to_host(data)
        elif not self._stop.is_set():
            self._stop.set()
            os.close(self._master)
            self._master = os.open(os.devnull, os.O_RDWR)  # `__exit__` closes it


@pytest.mark.parametrize(("has_image", "answers"), [(False, 2_000), (True, 9_000)])
def test_a_board_that_is_pulled_out_midway_is_said_to_be_gone_and_can_be_flashed_again(  # noqa: PLR0917 - fixtures
    tmp_path: Path, interpreter: list[str], image: Path, plug: Plug, has_image: bool, answers: int
) -> None:
    with PulledOut(tmp_path / "flash", interpreter) as board:
        board.answers = answers
        if has_image:
            board.put_image(image.read_bytes())
        how = ("--app-only",) if has_image else given(image)
        done = ebs_flash("--port", board.port, *how)
    written = digests(tmp_path / "flash")

    assert done.exit_code == 1
    assert f"{board.port} is gone: was the board pulled out?" in done.output
    assert "main.py" not in written, "half an application is not started"
    assert bool(written) == has_image, "it went in the middle"
    with plug(image=image_for(0)) as board:
        assert ebs_flash("--port", board.port, "--app-only").exit_code == 0


def test_a_board_that_stops_answering_midway_is_not_waited_for_for_ever(
    plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "MPREMOTE_S", 6.0)  # enough for what answers, on a busy machine
    monkeypatch.setattr(board_files, "_BYTES_A_SECOND", 1e9)
    with plug(image=image_for(0)) as board:
        answers = board._to_prompt
        seen = bytearray()  # the name may come in two pieces

        def mute(data: bytes) -> None:
            seen.extend(data)
            if b"scan.mpy" not in seen:
                answers(data)

        monkeypatch.setattr(board, "_to_prompt", mute)
        done = ebs_flash("--port", board.port, "--app-only")

    assert done.exit_code == 1
    assert "stopped answering; press EN" in done.output


@pytest.mark.parametrize(
    ("said", "is_there", "tries"),
    [("could not enter raw repl", True, 3), ("", True, 1), ("could not enter raw repl", False, 1)],
)
def test_a_board_is_asked_again_only_where_a_second_try_can_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, is_there: bool, tries: int
) -> None:
    """One that said nothing was waited for as long as anybody would, and one that is gone does not come back."""
    port = tmp_path / "ttyUSB0"
    if is_there:
        port.touch()
    asked = []

    def fails(_module: str, arguments: list[str], **_: object) -> tuple[int, str]:
        asked.append(arguments)
        return 1, said

    monkeypatch.setattr(board_files, "run_module", fails)

    with pytest.raises(HardwareError):
        board_files.BoardFiles(str(port)).listing()

    assert len(asked) == tries


def test_an_image_and_none_cannot_both_be_meant(image: Path) -> None:
    done = ebs_flash("--port", "/dev/null", "--app-only", *given(image))

    assert done.exit_code == 2
    assert "--app-only writes no image" in done.output


def test_the_folder_on_the_board_is_one_constant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "TARGET", "a")
    application.build(tmp_path, "esp32_devkitc")

    assert (tmp_path / "a" / "edge" / "node.mpy").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "boot.py", "main.py"]


def test_another_chip_is_named(plug: Plug, image: Path) -> None:
    with plug(ESP32_S3) as board:
        done = ebs_flash("--port", board.port, *given(image))

    assert done.exit_code == 1
    assert "has an ESP32-S3, not an ESP32; name the right one with --board" in done.output


def test_a_board_without_micropython_is_told_to_be_flashed(plug: Plug, impatient: None) -> None:
    with plug() as board:
        done = ebs_flash("--port", board.port, "--app-only")

    assert done.exit_code == 1
    assert "never had MicroPython" in done.output


def test_a_silent_board_is_told_to_hold_boot(tmp_path: Path, image: Path) -> None:
    _, silent = os.openpty()
    done = ebs_flash("--port", os.ttyname(silent), *given(image))

    assert done.exit_code == 1
    assert "hold its BOOT button" in done.output


def test_without_a_digest_nothing_is_written(plug: Plug, image: Path) -> None:
    with plug() as board:
        bare = ebs_flash("--port", board.port)
        undigested = ebs_flash("--port", board.port, "--image", str(image))
        wrong = ebs_flash("--port", board.port, "--image", str(image), "--sha256", "0" * 64)
        assert board.flash.count(0xFF) == len(board.flash)

    assert [done.exit_code for done in (bare, undigested, wrong)] == [2, 2, 2]
    assert "--image ESP32_GENERIC" in bare.output
    assert "say with --sha256" in undigested.output
    assert "nothing was written" in wrong.output


def test_a_pinned_image_is_fetched_once_and_checked(tmp_path: Path, image: Path) -> None:
    entry = Pinned("esp32", "ESP32", 0, 0x1000, "x.bin", image.as_uri(), digest(image))
    wrong = Pinned("esp32", "ESP32", 0, 0x1000, "y.bin", image.as_uri(), "0" * 64)

    first = choose(entry, None, None, cache=tmp_path / "cache")
    image.unlink()

    assert choose(entry, None, None, cache=tmp_path / "cache") == first
    first.write_bytes(b"spoilt")
    with pytest.raises(HardwareError, match="its SHA-256 is"):
        choose(entry, None, None, cache=tmp_path / "cache")
    with pytest.raises(HardwareError, match="download it elsewhere"):
        choose(wrong, None, None, cache=tmp_path / "cache")


@pytest.mark.parametrize(
    ("content", "said"),
    [(image_for(9), "built for another chip"), (b"UF2\n" * 9, "is no image"), (b"", "is no image")],
)
def test_an_image_of_something_else_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(content)

    with pytest.raises(HardwareError, match=said):
        choose(pinned("esp32"), path, digest(path))


def test_an_image_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.bin"):
        with pytest.raises(HardwareError, match=rf"{path}: .+; download https://micropython.org"):
            choose(pinned("esp32"), path, "0" * 64)


@pytest.mark.parametrize("app_only", [False, True])
def test_a_port_that_another_program_has_is_said_to_be_busy(
    plug: Plug, image: Path, monkeypatch: pytest.MonkeyPatch, app_only: bool
) -> None:
    monkeypatch.setattr(board_files, "_TRIES", 1)
    with plug(image=image_for(0)) as board, serial.Serial(board.port, exclusive=True):
        done = ebs_flash("--port", board.port, *(("--app-only",) if app_only else given(image)))

    assert done.exit_code == 1
    assert "another program uses it; close it (a serial monitor?)" in done.output


def test_a_port_that_cannot_be_used_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(HardwareError, match="there is no such port"):
        check_port("/dev/ttyUSB77")
    with pytest.raises(HardwareError, match="is no serial port"):
        check_port(str(tmp_path))
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(HardwareError, match=r"sudo usermod -aG \w+ \$USER"):
        check_port("/dev/null")


def test_an_unknown_board_or_chip_is_refused() -> None:
    done = ebs_flash("--port", "/dev/null", "--board", "toaster")

    assert done.exit_code == 2
    assert "choose one of: esp32_devkitc" in done.output
    with pytest.raises(HardwareError, match="has no image for esp8266"):
        pinned("esp8266")


def test_no_digest_is_pinned_that_nobody_computed() -> None:
    for chip in ("esp32", "esp32s3"):
        assert not pinned(chip, images.IMAGES).sha256
