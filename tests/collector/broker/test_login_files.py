"""mosquitto's files of logins: what others have written there stays, what is wrong is told, and no change is lost."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.broker.admitted import acl_files, reading_again
from collector.broker.admitted.acl_files import LoginFiles
from collector.broker.admitted.admission import Login, new_password
from collector.broker.admitted.dynsec import ADMIN
from collector.broker.admitted.reading_again import CHANGED, TELLING, ByAnother, BySignal
from collector.broker.admitted.ways import check_files
from collector.errors import BrokerError, SettingsError
from collector.system import LoginPlace, alone_in
from tests.deploy.path_unit import PathUnit, said
from tests.guides.pages import lines
from tools.hardware.enrolment import VenueBroker, register

PAGE = Login("c-ana-000001", new_password(), ("read ebs/v1/table/t1/public/+",))
OTHER = Login("o-main-000001", new_password(), ("read ebs/v1/table/t2/public/+",))
HOUSE = """# Who may do what.
topic read ebs/v1/for-everybody

# The collector.
user collector
topic read ebs/v1/dev/+/event
"""


class Reloads:
    """Counts how often the broker read again. trouble: told by each, if it is set."""

    def __init__(self) -> None:
        self.count, self.trouble = 0, ""

    async def __call__(self) -> None:
        self.count += 1
        if self.trouble:
            raise BrokerError(self.trouble)


@pytest.fixture
def reloads() -> Reloads:
    return Reloads()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "logins"
    made.mkdir(mode=0o750)
    for name, text in (("passwords", "collector:$7$101$x$y"), ("acl", HOUSE)):
        (made / name).write_text(text)
        (made / name).chmod(0o640)
    return made


@pytest.fixture
def files(folder: Path, reloads: Reloads) -> LoginFiles:
    return LoginFiles(folder, reloads)


def texts(folder: Path) -> tuple[str, str]:
    return (folder / "passwords").read_text(), (folder / "acl").read_text()


# --- what stands there ---


async def test_what_others_wrote_stays_as_it_is(files: LoginFiles, folder: Path) -> None:
    await files.give(PAGE)
    await files.give(OTHER)
    passwords, acl = texts(folder)
    assert [line.split(":")[0] for line in passwords.splitlines()] == ["collector", PAGE.name, OTHER.name]
    assert acl.startswith(HOUSE)

    await files.take([PAGE.name, OTHER.name])

    assert texts(folder) == ("collector:$7$101$x$y\n", HOUSE)


async def test_a_block_that_follows_without_an_empty_line_is_no_part_of_a_page_s(
    files: LoginFiles, folder: Path
) -> None:
    await files.give(PAGE)
    with (folder / "acl").open("a") as acl:
        acl.write("# by hand\nuser node-2\ntopic write ebs/v1/dev/node-2/event\n")

    assert await files.listed() == {PAGE.name: frozenset(PAGE.rules)}
    await files.take([PAGE.name])

    assert texts(folder)[1] == f"{HOUSE}\n# by hand\nuser node-2\ntopic write ebs/v1/dev/node-2/event\n"


async def test_mode_owner_and_group_stay_since_the_broker_is_another_user(files: LoginFiles, folder: Path) -> None:
    if os.geteuid() == 0:
        for name in ("passwords", "acl"):
            os.chown(folder / name, 12_345, 23_456)
    before = [(folder / name).stat() for name in ("passwords", "acl")]

    await files.give(PAGE)

    for name, old in zip(("passwords", "acl"), before, strict=True):
        new = (folder / name).stat()
        assert (stat.S_IMODE(new.st_mode), new.st_uid, new.st_gid) == (0o640, old.st_uid, old.st_gid)


async def test_a_group_that_cannot_stay_is_told(
    files: LoginFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refuse)
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of another group here")
    os.chown(folder / "acl", 0, 23_456)
    before = texts(folder)

    with pytest.raises(BrokerError, match=r"acl has another owner or group .* chmod g\+s"):
        await files.give(PAGE)

    assert texts(folder) == before
    assert sorted(path.name for path in folder.iterdir()) == ["acl", "passwords"]


async def test_a_node_that_is_provisioned_and_pages_that_come_lose_nobody(
    files: LoginFiles, folder: Path, tmp_path: Path
) -> None:
    venue = VenueBroker(folder / "passwords", folder / "acl")

    def provision(number: int) -> None:
        register(tmp_path / "data", f"node-{number}", bytes([number]) * 32, "p" * 32, venue)

    pages = [Login(f"c-ana-{number:06}", new_password(), PAGE.rules) for number in range(20)]
    await asyncio.gather(
        *(files.give(page) for page in pages), *(asyncio.to_thread(provision, number) for number in range(20))
    )

    passwords, acl = texts(folder)
    assert await files.listed() == {page.name: frozenset(page.rules) for page in pages}
    for number in range(20):
        assert f"\nnode-{number}:" in passwords
        assert f"user node-{number}\ntopic write ebs/v1/dev/node-{number}/status\n" in acl


def test_a_node_is_provisioned_below_a_last_line_without_an_end(folder: Path, tmp_path: Path) -> None:
    register(tmp_path / "data", "node-1", bytes(32), "p" * 32, VenueBroker(folder / "passwords", folder / "acl"))

    assert texts(folder)[0].startswith("collector:$7$101$x$y\nnode-1:$7$")


async def test_whoever_changes_the_files_by_hand_can_keep_the_collector_out(files: LoginFiles, folder: Path) -> None:
    with alone_in(folder):
        giving = asyncio.create_task(files.give(PAGE))
        await asyncio.sleep(0.2)
        (folder / "passwords").write_text("collector:new\n")
    await giving

    assert texts(folder)[0].startswith(f"collector:new\n{PAGE.name}:")


async def test_a_login_by_hand_as_the_guide_has_it_leaves_pages_and_modes_alone(
    files: LoginFiles, folder: Path
) -> None:
    await files.give(PAGE)
    (line,) = [each.typed for each in lines("docs/run.md") if each.typed.startswith("sudo flock")]
    typed = line.removeprefix("sudo ").replace("/var/lib/ebs-logins", str(folder))
    shell = await asyncio.create_subprocess_shell(typed)
    assert await shell.wait() == 0

    passwords, _ = texts(folder)
    assert [each.split(":")[0] for each in passwords.splitlines()] == ["collector", PAGE.name, "NAME"]
    check_files(folder.parent, LoginPlace(folder))
    await files.take([PAGE.name])
    assert "NAME:" in texts(folder)[0]


# --- when the broker does not read ---


async def test_a_page_that_could_not_be_let_in_is_not_in_the_files(
    files: LoginFiles, folder: Path, reloads: Reloads
) -> None:
    before = texts(folder)
    reloads.trouble = "no broker"

    with pytest.raises(BrokerError, match="no broker"):
        await files.give(PAGE)

    assert texts(folder) == (f"{before[0]}\n", before[1])


async def test_who_was_let_out_while_no_broker_read_is_let_out_when_one_does(
    files: LoginFiles, reloads: Reloads
) -> None:
    await files.give(PAGE)
    await files.give(OTHER)
    reloads.trouble = "no broker"
    for _ in range(2):
        with pytest.raises(BrokerError, match="no broker"):
            await files.take([PAGE.name])
    reloads.trouble, before = "", reloads.count

    await files.take([PAGE.name])
    assert reloads.count == before + 1, "the files say so already, and the broker does not know it"
    await files.take([PAGE.name])
    assert reloads.count == before + 1, "nothing was behind"


async def test_what_an_earlier_run_wrote_is_read_before_anybody_is_taken_over(folder: Path, reloads: Reloads) -> None:
    """It may have ended between its last word and the signal: then who is out would be in until the next change."""
    files = LoginFiles(folder, reloads)

    assert await files.listed() == {}
    assert await files.listed() == {}

    assert reloads.count == 1


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


SPOILED: list[tuple[Callable[[Path], Any], str]] = [
    (Path.unlink, "no such file"),
    (link, "is a link; remove it"),
    (lambda path: path.chmod(0o660), "is open to others; chmod 640 it"),
    (lambda path: path.chmod(0o644), "is open to others; chmod 640 it"),
    (lambda path: path.write_bytes(b"\xff"), "is no text in UTF-8"),
    (lambda path: (path.unlink(), path.mkdir()), "is no file; move it away|is a directory"),
    (lambda path: path.write_text("x" * 20_000_000), "more than 16777216 characters"),
]


@pytest.mark.parametrize("name", ["passwords", "acl"])
@pytest.mark.parametrize(("spoil", "told"), SPOILED)
async def test_what_is_wrong_with_a_file_is_told_and_ends_nothing(
    files: LoginFiles, folder: Path, name: str, spoil: Callable[[Path], Any], told: str
) -> None:
    spoil(folder / name)

    for asked in (files.give(PAGE), files.listed(), files.take([PAGE.name])):
        with pytest.raises(BrokerError, match=told):
            await asked
    with pytest.raises(SettingsError, match=told):
        check_files(folder, LoginPlace(folder))


async def test_a_full_disk_is_told_and_both_files_are_whole(
    files: LoginFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = texts(folder)
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(BrokerError, match="no space left on device; no login was changed"):
        await files.give(PAGE)

    assert texts(folder) == before


# --- a signal ---


@pytest.fixture
def pid_file(tmp_path: Path) -> Path:
    return tmp_path / "mosquitto.pid"


async def test_without_a_pid_file_or_with_that_of_a_broker_that_ended_it_is_told(pid_file: Path) -> None:
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    for text in (None, f"{ended.pid}\n"):
        if text:
            pid_file.write_text(text)
        with pytest.raises(BrokerError, match="names no program that runs; start mosquitto"):
            await BySignal(pid_file)()


async def test_no_other_program_is_ever_signalled(pid_file: Path) -> None:
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(60)")
    try:
        pid_file.write_text(f"{other.pid}\n")
        with pytest.raises(BrokerError, match="which is no mosquitto"):
            await BySignal(pid_file)()
        assert other.returncode is None
    finally:
        other.kill()
        await other.wait()


@pytest.mark.parametrize("text", ["", "0", "1", "-1", "twelve", "12 13", "9" * 100, "\xff"])
async def test_what_is_no_number_of_a_process_is_told(pid_file: Path, text: str) -> None:
    pid_file.write_text(text)

    with pytest.raises(BrokerError, match="mosquitto"):
        await BySignal(pid_file)()


async def test_a_pid_file_that_is_a_link_is_refused(pid_file: Path) -> None:
    pid_file.with_name("elsewhere").write_text("2\n")
    pid_file.symlink_to(pid_file.with_name("elsewhere"))

    with pytest.raises(BrokerError, match="is a link"):
        await BySignal(pid_file)()


async def test_a_broker_of_another_user_takes_the_other_way(pid_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    pid_file.write_text("4242\n")
    monkeypatch.setattr(reading_again, "_name_of", lambda _pid: "mosquitto")
    monkeypatch.setattr(os, "kill", refuse)

    with pytest.raises(BrokerError, match=r"may not signal mosquitto .*ebs-logins\.path"):
        await BySignal(pid_file)()


# --- somebody else ---


async def test_a_unit_that_is_not_on_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_again, "_TOLD_S", 0.1)

    with pytest.raises(BrokerError, match=r"nobody had mosquitto read .* is ebs-logins\.path on"):
        await ByAnother(folder)()


async def test_a_broker_that_was_down_is_told_of_what_changed_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_again, "_TOLD_S", 0.3)
    up = False
    unit = asyncio.create_task(PathUnit(folder, lambda: up).run())
    again = ByAnother(folder)

    with pytest.raises(BrokerError, match="does mosquitto run"):
        await again()
    assert (folder / TELLING).exists()
    up = True
    await again()

    assert not (folder / TELLING).exists()
    unit.cancel()


async def test_what_changes_while_the_broker_is_told_is_told_too(folder: Path) -> None:
    """systemd does not look at a path while its service runs: a change then must not wait for the next."""
    read: list[str] = []

    def reload() -> bool:
        read.append((folder / "passwords").read_text())
        if len(read) == 1:
            (folder / "passwords").write_text("second\n")
            (folder / CHANGED).touch()
        return True

    unit = asyncio.create_task(PathUnit(folder, reload).run())
    (folder / "passwords").write_text("first\n")
    await ByAnother(folder)()

    assert read == ["first\n", "second\n"]
    unit.cancel()


def test_the_units_and_the_collector_mean_the_same_files() -> None:
    assert said("ebs-logins.path", "PathExists") == [f"/var/lib/ebs-logins/{CHANGED}"]
    assert said("ebs-logins.service", "ExecStart")[0].endswith(f"/{CHANGED} /var/lib/ebs-logins/{TELLING}")
    assert said("ebs-logins.service", "ReadWritePaths") == ["/var/lib/ebs-logins"]
    assert "-/var/lib/ebs-logins" in said("ebs-collector.service", "ReadWritePaths")
    assert "-/var/lib/ebs-logins" in said("ebs-web.service", "InaccessiblePaths")[0].split()


# --- the start ---


def test_files_that_are_right_are_taken_and_a_broker_that_is_down_is_no_fault(folder: Path, pid_file: Path) -> None:
    check_files(folder, LoginPlace(folder))
    check_files(folder, LoginPlace(folder, pid_file))


def nobody_s(folder: Path, data: Path) -> None:
    del data
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (nobody_s, "is no folder; make it"),
        (lambda folder, _: folder.chmod(0o770), "others may write in .*; chmod go-w it"),
        (lambda _, data: (data / ADMIN).touch(), "the broker's plugin keeps these logins; unset"),
        (lambda _, data: (data / "pid").write_text("no"), "holds no number of a process"),
    ],
)
def test_a_start_with_files_that_cannot_work_says_why(
    folder: Path, tmp_path: Path, spoil: Callable[[Path, Path], Any], told: str
) -> None:
    spoil(folder, tmp_path)

    with pytest.raises(SettingsError, match=told):
        check_files(tmp_path, LoginPlace(folder, tmp_path / "pid"))


def test_a_pid_file_in_a_folder_that_is_not_there_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such folder; name mosquitto's own"):
        check_files(folder, LoginPlace(folder, tmp_path / "run" / "mosquitto.pid"))


def test_a_file_that_was_not_changed_is_not_written(folder: Path) -> None:
    before = [(folder / name).stat().st_ino for name in ("passwords", "acl")]

    assert not acl_files._write(folder, ("c-nobody-000001",), "", "")

    assert [(folder / name).stat().st_ino for name in ("passwords", "acl")] == before
