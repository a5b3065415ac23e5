"""Whatever is written to the terminal, its control characters are seen and command nothing."""

from __future__ import annotations

import io
import sys

import pytest
import typer

from tools.terminal import plain_streams, raw


def test_both_streams_show_control_characters_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with plain_streams():
        sys.stdout.write("a\x1b[31mb\x07\n")  # `typer.echo` takes colours out of what is no terminal
        typer.echo("c\rd\u202e\x9be", err=True)
        sys.stdout.writelines(["f\x08", "\tg\n"])
        raw(sys.stdout).write("\x1b[0m")
    out, err = capsys.readouterr()

    assert out == "a\\u001b[31mb\\u0007\nf\\u0008\tg\n\x1b[0m"
    assert err == "c\\u000dd\\u202e\\u009be\n"
    assert (sys.stdout, sys.stderr) == before
    assert raw(sys.stdout) is sys.stdout


@pytest.mark.parametrize(("encoding", "shown"), [("ascii", b"Zo\\xeb \\udcff"), ("utf-8", "Zoë \\udcff".encode())])
def test_no_character_stops_the_output(encoding: str, shown: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    held = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(held, encoding=encoding))

    with plain_streams():
        sys.stdout.write("Zoë \udcff")

    assert held.getvalue() == shown
