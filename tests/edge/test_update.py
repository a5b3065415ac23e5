"""What a node makes of an application that is sent to it: taken whole and signed, refused with the reason otherwise."""

import asyncio
import base64
import hashlib
import json
from pathlib import Path

import pytest

from edge.seal import Seal
from edge.update import Update, UpdateRefused

KEY = bytes(range(32))
APP = b"APP = 2\n" * 90


def bundle(path: str = "edge/node.py", key: bytes = KEY, content: bytes = APP, told: bytes = APP) -> bytes:
    """Return a bundle of one file; the manifest tells of `told`."""
    manifest = Seal(key).close(json.dumps({"files": [[path, len(told), hashlib.sha256(told).hexdigest()]]})[:-1])
    return len(manifest).to_bytes(4, "big") + manifest + content


def send(folder: Path, whole: bytes, digest: str = "") -> None:
    """Send a bundle in pieces, and have it installed."""
    update = Update(str(folder), KEY)
    update.take({"step": "begin", "size": len(whole), "sha256": digest or hashlib.sha256(whole).hexdigest()})
    at, complete = 0, False
    while not complete:
        piece = base64.b64encode(whole[at : at + 100]).decode()
        complete = update.take({"step": "piece", "offset": at, "data": piece})
        at = update.offset
    asyncio.run(update.install("u-1"))


def test_what_is_whole_and_signed_runs_from_the_next_start_on(tmp_path: Path) -> None:
    send(tmp_path, bundle())

    assert (tmp_path / "app_a" / "edge" / "node.py").read_bytes() == APP
    assert json.loads((tmp_path / "active").read_text())["slot"] == "app_a"


def test_each_file_has_its_own_bytes_and_those_of_no_other(tmp_path: Path) -> None:
    files = {"edge/node.py": APP, "edge/short.py": b"A = 1\n", "edge/exact.py": b"B" * 512, "main.py": APP[::-1]}
    told = [[path, len(content), hashlib.sha256(content).hexdigest()] for path, content in files.items()]
    manifest = Seal(KEY).close(json.dumps({"files": told})[:-1])

    send(tmp_path, len(manifest).to_bytes(4, "big") + manifest + b"".join(files.values()))

    assert {path: (tmp_path / "app_a" / path).read_bytes() for path in files} == files


@pytest.mark.parametrize(
    ("whole", "digest", "problem"),
    [
        (bundle(key=bytes(32)), "", "not signed with this node's key"),
        (bundle(path="/edge/node.py"), "", "outside of its folder"),
        (bundle(path="edge/../../config.json"), "", "outside of its folder"),
        (bundle(content=APP[:-1] + b"#"), "", "edge/node.py is not what the manifest says"),
        (bundle(content=APP[:-1]), "", "ends within .*edge/node.py"),
        (bundle(), "00" * 32, "not what was announced"),
    ],
)
def test_anything_else_is_refused_and_leaves_what_runs(tmp_path: Path, whole: bytes, digest: str, problem: str) -> None:
    send(tmp_path, bundle())
    before = (tmp_path / "active").read_text()

    with pytest.raises(UpdateRefused, match=problem):
        send(tmp_path, whole, digest)

    assert (tmp_path / "active").read_text() == before
    assert (tmp_path / "app_a" / "edge" / "node.py").read_bytes() == APP
    assert not (tmp_path / "app_b" / "manifest.json").exists()
    assert not (tmp_path / "update.part").exists()
    assert not (tmp_path / "config.json").exists()


def test_a_piece_that_is_not_the_next_changes_nothing_and_a_sender_finds_its_place(tmp_path: Path) -> None:
    update = Update(str(tmp_path), KEY)
    piece = base64.b64encode(b"x" * 10).decode()
    update.take({"step": "piece", "offset": 0, "data": piece})
    assert update.offset == 0, "nothing has begun"
    begin = {"step": "begin", "size": 30, "sha256": "00"}
    update.take(begin)
    for offset in (0, 0, 20):
        update.take({"step": "piece", "offset": offset, "data": piece})
    assert update.offset == 10

    update.take(begin)
    assert update.offset == 10, "it asks how far it was"
    update.take({**begin, "sha256": "11"})
    assert update.offset == 0, "another one begins anew"
    with pytest.raises(UpdateRefused, match="at most"):
        update.take({**begin, "size": 2_000_000})
    with pytest.raises(UpdateRefused, match="no step"):
        update.take({"step": "rest"})
    update._file.close()
