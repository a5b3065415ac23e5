"""Calls of `ebs` with input that is wrong, made from what each verb says that it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from tools.cli import verbs

FILES = ("missing.csv", "folder", "binary", "empty", "cut", "locked", os.fsdecode(b"na\xefve.phh"), "deep.json")
CONTENTS = ("binary", "empty", "cut", "deep.json", "locked")
NUMBERS = ("x", "", "-1", "1.5", "nan", "inf", "1e999", "99999999999999999999999", "0x10", "1" * 5000)
TEXTS = (
    "",
    " ",
    "x\x1b[31my",
    "a\nb",
    "\u202e",
    "é",
    "-",
    "--",
    "x" * 300,
    "../../etc",
    "h:²",
    "h:99999",
    ":1",
    "h:",
    "ü:1",
    os.fsdecode(b"\xff\xfe"),
)
CARDS = ("board", "dead", "folded")
DAMAGED = {
    "torn": b'{"installer": "a',
    "list": b"[]",
    "numbers": b'{"collector": 1, "installer": {}, "node-1": null, "mqtt": "x"}',
    "bytes": bytes(range(256)),
    "deep": b"[" * 100_000,
    "nothing": b"",
}
"""What may lie in the files of a data folder: the folder's name, and the content of each."""
A_FILE = ("binary", "empty", "cut", "locked")
BASE: dict[str, list[str]] = {
    # What a call needs so that only what is tried is wrong; none of them may begin anything.
    "run": ["--data", "empty"],
    "serve": ["--data", "folder"],
    "users add": ["ana", "--role", "king", "--data", "folder"],
    "users list": ["--data", "folder"],
    "users role": ["ana", "viewer", "--data", "folder"],
    "users grant": ["ana", "--role", "viewer", "--data", "folder"],
    "users password": ["ana", "--data", "folder"],
    "users totp": ["ana", "--data", "folder"],
    "users disable": ["ana", "--data", "folder"],
    "keys create": ["tv", "--owner", "ana", "--scope", "read:hands", "--data", "folder"],
    "keys list": ["--data", "folder"],
    "keys revoke": ["k_1", "--data", "folder"],
    "outputs add": ["main", "--owner", "ana", "--table", "t1", "--data", "folder"],
    "outputs list": ["--data", "folder"],
    "outputs revoke": ["main", "--data", "folder"],
    "live grant": ["--table", "t1", "--output", "main", "--hours", "1", "--data", "empty"],
    "live revoke": ["--table", "t1", "--output", "main", "--data", "empty"],
    "live list": ["--data", "folder"],
    "audit verify": ["--data", "folder"],
    "certs make": ["--data", "empty"],
    "certs renew": ["--data", "folder"],
    "certs list": ["--data", "folder"],
    "replay": ["missing.phh"],
    "convert": ["missing.phh"],
    "play": ["missing.phh"],
    "equity": ["AsAh", "KdKc"],
    "update": ["node-1", "--data", "folder"],
    "bridge": ["/dev/nowhere", "--user", "node-1", "--data", "folder"],
    "log check": ["missing.db"],
    "log encrypt": ["missing.db"],
    "log rekey": ["missing.db"],
    "flash": ["--port", "/dev/nowhere"],
    "provision": ["--device", "node-1", "--broker", "b", "--port", "/dev/nowhere", "--data", "folder"],
    "table teach": ["--data", "folder"],
    "deck register": ["red", "--data", "folder"],
    "deck import": ["red", "missing.csv", "--data", "folder"],
    "deck replace": ["red", "missing.csv", "As", "--data", "folder"],
    "deck check": ["missing.csv", "--data", "folder"],
    "monitor": ["--data", "folder", "--once", "0.1"],
    "doctor": ["--device", "node-1", "--data", "folder"],
    "bench": ["nothing"],
}


class Call(NamedTuple):
    """A call: the words behind `ebs`, and the file that it names, if it names one that is not there."""

    words: tuple[str, ...]
    missing: str | None = None


def make_files(folder: Path) -> None:
    """Put the wrong files into a folder."""
    (folder / "folder").mkdir()
    (folder / "binary").write_bytes(bytes(range(256)) * 8)
    (folder / "empty").write_bytes(b"")
    (folder / "cut").write_text('{"ohh": {"spec_version": "1.')
    (folder / "locked").write_text("uid,card\n")
    (folder / "locked").chmod(0)
    (folder / FILES[6]).write_bytes(b"variant = \xe9\n")
    (folder / "deep.json").write_text("[" * 100_000)
    for name, content in DAMAGED.items():
        (folder / name).mkdir(mode=0o700)
        for file in ("credentials.json", "device-keys.json", "ports.json"):
            (folder / name / file).write_bytes(content)
            (folder / name / file).chmod(0o600)


def commands() -> dict[str, Any]:
    """Return every command of `ebs` by the words that call it."""
    from tools.cli import group  # noqa: PLC0415 - imports the verbs one by one

    found: dict[str, Any] = {}
    for name in verbs():
        command = group().get_command(None, name)
        inner = getattr(command, "commands", None)
        found |= {f"{name} {each}": inner[each] for each in inner} if inner else {name: command}
    return found


def calls(name: str, command: Any) -> Iterator[Call]:
    """Yield wrong calls of a command. What may stand in a hand history is tried where the formats are tested."""
    words, base = name.split(), BASE[name]
    yield Call((*words, "--nosuch"))
    yield Call((*words, *base, "--nosuch", "1"))
    yield Call((*words, *base, *["\x1b[2J"] * 3))
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    if any(each.required for each in arguments):
        yield Call(tuple(words))
    for place, parameter in enumerate(arguments):
        for value in (each for each in _wrong(parameter) if name != "convert" or each not in CONTENTS):
            filled = [*base]
            filled[place] = value
            yield Call((*words, *filled), value if _is_missing(parameter, value) else None)
    for parameter in (each for each in command.params if each.param_type_name == "option"):
        option = parameter.opts[-1]
        if parameter.is_flag:
            yield Call((*words, *base, f"{option}=maybe"))
            continue
        yield Call((*words, *base, option))
        for value in _wrong(parameter):
            if (
                name not in {"run", "certs make"} or option != "--data" or value in A_FILE
            ):  # it would make any other, and begin
                yield Call((*words, *base, f"{option}={value}"))


def _wrong(parameter: Any) -> tuple[str, ...]:
    if parameter.name == "data":
        return (*FILES, *DAMAGED)
    if parameter.name in CARDS:
        return tuple(text for text in TEXTS if text.strip())  # no cards may be given
    kind = _kind(parameter)
    if kind is Path:
        return (*FILES, "", "missing.phh", "missing.db", "a/b/c")
    return NUMBERS if kind in {int, float} else TEXTS


def _kind(parameter: Any) -> Any:
    """Return the type of one value."""
    kind = parameter.type_descriptor.annotation
    return (get_args(kind) or (kind,))[0]


def _is_missing(parameter: Any, value: str) -> bool:
    return _kind(parameter) is Path and value.startswith("missing")
