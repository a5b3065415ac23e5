"""Files of the data folder are their owner's alone, whole, and no links."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.broker.keyfile import keep_key, new_key, read_keys
from collector.broker.logins import Logins, known_logins, new_login, password_of
from collector.errors import CollectorError, SettingsError, reason
from collector.readmodel.store import open_engine
from collector.system import (
    Sharing,
    append_private,
    free_port,
    give_way,
    keep_short,
    make_all_private,
    make_store,
    open_private,
    private_folder,
    read_private,
    write_private,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(autouse=True)
def _open_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_data_folder_is_made_for_its_owner_alone_and_one_that_was_open_is_put_right(tmp_path: Path) -> None:
    made, old = tmp_path / "deep" / "new", tmp_path / "old"
    old.mkdir(mode=0o755)
    (old / "log.db").touch()
    (old / "credentials.json").touch()

    assert private_folder(made) == ""
    assert private_folder(old) == f"{old} was open to other users of this machine; it is mode 0700 now"
    assert [mode(folder) for folder in (made, old)] == [0o700, 0o700]
    assert private_folder(old) == ""


def test_what_a_power_cut_left_of_a_file_is_ours_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", lambda *_: None)  # the new file keeps its own name
    write_private(tmp_path / "credentials.json", "{}")
    (left,) = tmp_path.iterdir()
    tmp_path.chmod(0o755)

    assert left.name.startswith(".credentials.json.")
    assert "it is mode 0700 now" in private_folder(tmp_path)


def test_a_folder_with_other_things_in_it_keeps_its_mode_and_is_told(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "letters").touch()

    told = private_folder(home)

    assert mode(home) == 0o755
    assert told == f"{home} is open to other users of this machine; give EBS a folder of its own, or chmod 700 this one"


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    with pytest.raises(SettingsError, match="data is a file; name a folder for the data"):
        private_folder(tmp_path / "data")
    with pytest.raises(SettingsError, match="name a folder"):
        private_folder(tmp_path / "data" / "in")


def test_a_private_file_is_whole_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    kept, sync, exchange = tmp_path / "keys.json", os.fsync, Path.replace

    def synced(number: int) -> None:
        what = Path(f"/proc/self/fd/{number}").readlink()
        done.append("folder" if what == tmp_path else what.read_text())
        sync(number)

    def replaced(self: Path, target: Path) -> Path:
        done.append("renamed")
        return exchange(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    write_private(kept, "secret")

    assert done == ["secret", "renamed", "folder"]
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    assert (mode(kept), kept.read_text()) == (0o600, "secret")


def test_a_private_file_that_cannot_be_written_leaves_the_old_one_and_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "keys.json"
    write_private(kept, "old")

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_private(kept, "new")

    assert kept.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_no_link_is_followed_where_a_secret_or_a_log_is_opened(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text('{"collector": "word"}')
    other.chmod(0o600)
    link = tmp_path / "link.json"
    link.symlink_to(other)
    ways: tuple[Callable[[], object], ...] = (
        lambda: read_private(link),
        lambda: write_private(link, "x"),
        lambda: append_private(link),
        lambda: known_logins(link),
        lambda: password_of("collector", link),
        lambda: new_login(link, "a", "b"),
        lambda: read_keys(link),
        lambda: keep_key(link, "node-1", new_key()),
        lambda: open_engine(f"sqlite:///{link}"),
    )

    for way in ways:
        with pytest.raises(CollectorError, match="is a link; remove it, and put the file itself there"):
            way()

    assert other.read_text() == '{"collector": "word"}'


def test_a_pipe_in_a_files_place_does_not_hold_the_start(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "credentials.json", 0o600)

    with pytest.raises(SettingsError, match="is no file; move it away"):
        known_logins(tmp_path / "credentials.json")


@pytest.mark.parametrize("open_to", [0o644, 0o640, 0o660, 0o602])
def test_secrets_that_others_can_read_are_not_used(tmp_path: Path, open_to: int) -> None:
    logins, keys = tmp_path / "credentials.json", tmp_path / "device-keys.json"
    Logins.kept_in(logins, consoles=("operator",), nodes=())
    keep_key(keys, "node-1", new_key())
    assert password_of("collector", logins)
    for path in (logins, keys):
        path.chmod(open_to)

    for way in (
        lambda: password_of("collector", logins),
        lambda: Logins.kept_in(logins, consoles=("operator",), nodes=()),
        lambda: new_login(logins, "a", "b"),
        lambda: read_keys(keys),
    ):
        with pytest.raises(SettingsError, match=r"can be read by others; chmod 600 it, and (exchange|give)"):
            way()


@pytest.mark.parametrize("content", ["", "[]", '{"collector": 1}', '{"collector"', "\xff", "[" * 100_000])
def test_logins_that_are_none_are_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "credentials.json"
    write_private(path, content)

    with pytest.raises(SettingsError, match="is no JSON object of user and password; restore it from a backup"):
        known_logins(path)


def test_what_is_opened_to_write_is_put_right(tmp_path: Path) -> None:
    old = tmp_path / "collector.log"
    old.write_text("line\n")
    old.chmod(0o644)

    os.close(append_private(old))
    os.close(open_private(tmp_path / "new", os.O_CREAT | os.O_RDWR))

    assert [mode(old), mode(tmp_path / "new"), old.read_text()] == [0o600, 0o600, "line\n"]


def test_a_folder_that_ebs_alone_writes_is_put_right_through_and_through(tmp_path: Path) -> None:
    inner = tmp_path / "node" / "outbox"
    inner.mkdir(parents=True, mode=0o755)
    outside = tmp_path / "outside"
    outside.touch(mode=0o644)
    (inner / "1").touch(mode=0o644)
    (inner / "link").symlink_to(outside)

    make_all_private(tmp_path / "node")

    assert [mode(path) for path in (tmp_path / "node", inner, inner / "1", outside)] == [0o700, 0o700, 0o600, 0o644]


def test_secrets_have_an_end(tmp_path: Path) -> None:
    for name, read in (("credentials.json", known_logins), ("device-keys.json", read_keys)):
        write_private(tmp_path / name, "{" + " " * 2_000_000 + "}")
        with pytest.raises(SettingsError, match="restore it from a backup"):
            read(tmp_path / name)


def test_a_reason_names_no_file() -> None:
    assert reason(PermissionError(13, "Permission denied", "/data/log.db")) == "permission denied"
    assert reason(UnicodeDecodeError("utf-8", b"ab\xff", 2, 3, "invalid start byte")) == (
        "is no text in UTF-8 (byte 3); save it as UTF-8"
    )
    assert reason(ValueError("x")) == "x"


def test_a_log_that_has_grown_is_put_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    log, aside = tmp_path / "collector.log", tmp_path / "collector.log.1"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"first\n" * 10)
        keep_short(log, 60)
        assert not aside.exists(), "as many as it may have"
        writer.write(b"more\n")
        keep_short(log, 60)
        writer.write(b"after\n")

    assert aside.read_bytes() == b"first\n" * 10 + b"more\n"
    assert log.read_bytes() == b"after\n"
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600
    keep_short(log, 1)
    assert aside.read_bytes() == b"after\n", "the one before is gone: two files are all there is"
    keep_short(tmp_path / "none", 1)


def test_a_log_is_not_put_aside_through_a_link(tmp_path: Path) -> None:
    log, aside, victim = tmp_path / "web.log", tmp_path / "web.log.1", tmp_path / "victim"
    log.write_bytes(b"lines\n")
    victim.write_bytes(b"of somebody else")
    aside.symlink_to(victim)

    keep_short(log, 1)

    assert victim.read_bytes() == b"of somebody else"
    assert (aside.is_symlink(), aside.read_bytes(), mode(aside)) == (False, b"lines\n", 0o600)


def test_a_free_port_is_none_that_the_system_gives_to_whoever_connects() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        given = (server.getsockname()[1], client.getsockname()[1])
    found = {free_port() for _ in range(200)}

    assert len(found) > 150, "two that start together seldom get the same"
    assert max(found) < min(*given, 32_768)
    assert min(found) >= 1024


@pytest.mark.parametrize("own_session", [True, False])
def test_who_gives_way_does_so_across_sessions_and_no_session_of_others_changes(own_session: bool) -> None:
    """With `sched_autogroup_enabled`, as on Debian, a priority counts within its session only."""
    waits = [sys.executable, "-c", "input()"]
    with subprocess.Popen(waits, stdin=subprocess.PIPE, start_new_session=own_session) as child:
        ours, groups = os.getpriority(os.PRIO_PROCESS, 0), Path(f"/proc/{child.pid}/autogroup")
        before = groups.read_text() if groups.exists() else ""
        give_way(7, child.pid)
        after = groups.read_text() if groups.exists() else ""
        priority = os.getpriority(os.PRIO_PROCESS, child.pid)
        child.communicate(b"\n")

    assert priority == min(ours + 7, 19)
    if before and own_session:
        assert after == before.replace("nice 0", "nice 7")
    else:
        assert after == before


def test_who_closes_its_memory_leaves_no_core_dump_and_cannot_be_dumped() -> None:
    looks = (
        "import ctypes, resource, collector.system as s; s.close_memory();"
        " print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))"
    )
    told = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["0", "0", "0"], "PR_GET_DUMPABLE, and the limits of a core dump"


def test_the_equity_worker_closes_its_memory_before_it_reads_a_question() -> None:
    with subprocess.Popen([sys.executable, "-m", "collector.solver"], stdin=subprocess.PIPE) as worker:
        limits = Path(f"/proc/{worker.pid}/limits")
        deadline = time.monotonic() + 30
        while "Max core file size        0                    0 " not in limits.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        worker.communicate()


def test_a_store_that_is_shared_is_read_by_its_group_alone_and_has_a_folder_of_its_own(tmp_path: Path) -> None:
    store, group = tmp_path / "read" / "readmodel.db", str(os.getgid())
    for _ in range(2):  # a second start finds all as it was
        make_store(store, Sharing(group))
        assert (mode(store), mode(store.parent)) == (0o640, 0o750)
        assert store.parent.stat().st_mode & stat.S_ISGID, "what SQLite puts beside it belongs to the group too"
    (tmp_path / "read" / "readmodel.db-wal").touch()
    make_store(store, Sharing(group))

    make_store(store, Sharing())
    assert mode(store) == 0o600, "one user again"
    (tmp_path / "read" / "log.db").touch()
    with pytest.raises(SettingsError, match=r"holds log.db too; give what is shared a folder of its own"):
        make_store(store, Sharing(group))
    with pytest.raises(SettingsError, match=r"no group no-such-group; make it with: groupadd"):
        make_store(tmp_path / "new" / "readmodel.db", Sharing("no-such-group"))
