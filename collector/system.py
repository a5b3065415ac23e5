"""What the service asks of the machine: private files, free ports, programs and their end, version, names."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import grp
import os
import pwd
import random
import resource
import shutil
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TextIO
from urllib.parse import quote

from collector.errors import BrokerError, SettingsError

_OTHERS: Final = 0o077
"""What group and others may do with a file: nothing, where EBS keeps it."""
_NOT_THE_GROUP_S: Final = 0o037
"""What nobody else may do with a file that a program of its group reads."""
_OURS: Final = frozenset(
    {
        "credentials.json",
        "device-keys.json",
        "house-key",
        "broker-admin",
        "client-id",
        "limits.json",
        "ports.json",
        "broker",
        "certs",
        "node",
        "requests",
        "lost+found",
    }
    | {
        "collector.log",
        "web.log",
        "collector.log.1",
        "web.log.1",
        "run.log",
        "log.db",
        "log.db-wal",
        "log.db-shm",
        "log.lock",
    }
    | {"readmodel.db", "readmodel.db-wal", "readmodel.db-shm"}
    | {"app.db", "app.db-journal", "first-password", "picture-key", "token-key"}
)
"""What EBS keeps in a data folder. Of a folder that holds other things too, the mode is left to its owner."""
LARGEST_SECRETS: Final = 1024 * 1024
"""Characters of a file of keys or logins: those of ten thousand nodes."""
_SHARED_FOLDER: Final = 0o2750
"""What is made in it belongs to its group."""
LARGEST_SHARED: Final = 16 * 1024 * 1024
"""Characters of a file that another program reads: all rules of all logins that a broker can bear."""
_FREE_PORTS: Final = range(20_000, 32_768)
_PORTS_TRIED: Final = 100
_BESIDE: Final = ".new"
"""How a file ends that is to take the place of another: a power cut may leave it behind."""


def private_folder(path: Path) -> str:
    """Make the data folder, for its owner alone, or put the mode of one right; return what there is to tell, or "".

    A folder that holds other things than EBS keeps stays as it is, and is told: it may be a home folder.
    Raises SettingsError where `path` is no folder, or cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.stat().st_mode & _OTHERS:
            return ""
        if all(entry.name in _OURS or entry.suffix == _BESIDE for entry in path.iterdir()):
            path.chmod(0o700)
            return f"{path} was open to other users of this machine; it is mode 0700 now"
    except FileExistsError:
        raise SettingsError(f"{path} is a file; name a folder for the data") from None
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; name a folder that you may write") from error
    return f"{path} is open to other users of this machine; give EBS a folder of its own, or chmod 700 this one"


def is_open_to_others(opened: int) -> bool:
    """Return whether other users of this machine may read or write an open file."""
    return bool(os.fstat(opened).st_mode & _OTHERS)


def open_private(path: Path, flags: int, mode: int = 0o600) -> int:
    """Open a file that its owner alone may read, or whoever `mode` says; put its mode right; return the descriptor.

    Raises SettingsError for a link, and for what is no file: the content would go to, or come from, another place.
    """
    try:
        # O_NONBLOCK: a pipe that nobody writes to is no file either, and must not hold the start.
        opened = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SettingsError(f"{path} is a link; remove it, and put the file itself there") from None
        raise
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise SettingsError(f"{path} is no file; move it away")
    if flags & (os.O_WRONLY | os.O_RDWR) and os.fstat(opened).st_mode & _OTHERS & ~mode:
        os.fchmod(opened, mode)
    return opened


def make_private(path: Path) -> None:
    """Make a file for its owner alone where there is none, and put its mode right. Raises SettingsError for a link."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(open_private(path, os.O_CREAT | os.O_RDWR))


class Sharing(NamedTuple):
    """Whose a store is that collector and web both use.

    group: whose members may read it, where the two run as two users: a name or a number; None: its owner alone. ours:
    whether this process makes and writes it; else it only reads, and the other one may not have made it yet.
    """

    group: str | None = None
    ours: bool = True


ALONE: Final = Sharing()
"""One user has both."""


def make_store(path: Path, sharing: Sharing) -> None:
    """Make the file of a store, or put its mode and its folder's right. SQLite gives what it puts beside the same mode.

    Raises SettingsError for a link, and for a folder that cannot be opened to the group.
    """
    if sharing.group is None:
        make_private(path)
        return
    group = _group(sharing.group)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if others := sorted(each.name for each in path.parent.iterdir() if not each.name.startswith(path.name)):
        raise SettingsError(f"{path.parent} holds {others[0]} too; give what is shared a folder of its own")
    try:
        _give(path.parent, group, _SHARED_FOLDER)
        os.close(open_private(path, os.O_CREAT | os.O_RDWR, 0o640))
        _give(path, group, 0o640)
    except PermissionError as error:
        raise SettingsError(
            f"{path}: {error.strerror}; the user of this process must own its folder, and be a member of the group"
            f" {sharing.group}"
        ) from error


def _group(name: str) -> int:
    try:
        return int(name) if name.isdecimal() else grp.getgrnam(name).gr_gid
    except KeyError:
        raise SettingsError(f"there is no group {name}; make it with: groupadd --system {name}") from None


def _give(path: Path, group: int, mode: int) -> None:
    """Give a file or folder to a group, with a mode, where it has another."""
    found = path.stat()
    if found.st_gid != group:
        os.chown(path, -1, group)
    if stat.S_IMODE(path.stat().st_mode) != mode:  # a new group takes the bit of the folder away
        path.chmod(mode)


def reading_url(path: Path) -> str:
    """Return the URL of a SQLite file that is read and never written, nor made."""
    return f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&uri=true"


def is_anothers(path: Path) -> bool:
    """Return whether a file is there and is another user's."""
    return path.exists() and path.stat().st_uid != os.geteuid()


def append_private(path: Path) -> int:
    """Open a file to append to, for its owner alone; return the descriptor. Raises SettingsError for a link."""
    return open_private(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)


def make_all_private(folder: Path) -> None:
    """Put the modes of everything in a folder right that EBS alone writes; make it where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink() and path.stat().st_mode & _OTHERS:
            path.chmod(0o700 if path.is_dir() else 0o600)


def read_private(path: Path, then: str = "exchange the secrets in it") -> str:
    """Return the text of a file of secrets; raise OSError where it cannot be read, ValueError where it is too long.

    Raises SettingsError for a link, and where others may read it. then: what to do after the mode was put right.
    """
    with os.fdopen(open_private(path, os.O_RDONLY), encoding="utf-8") as file:
        if is_open_to_others(file.fileno()):
            raise SettingsError(f"{path} can be read by others; chmod 600 it, and {then}")
        return _at_most(LARGEST_SECRETS, file)


def read_shared(path: Path, then: str) -> str:
    """Return the text of a file that its owner writes, and that a program of its group reads.

    Raises as `read_private` does, and SettingsError where its group may write it, or others may do anything with it.
    """
    with os.fdopen(open_private(path, os.O_RDONLY), encoding="utf-8") as file:
        if os.fstat(file.fileno()).st_mode & _NOT_THE_GROUP_S:
            raise SettingsError(f"{path} is open to others; chmod 640 it, and {then}")
        return _at_most(LARGEST_SHARED, file)


def _at_most(most: int, file: TextIO) -> str:
    text = file.read(most + 1)
    if len(text) > most:
        raise ValueError(f"more than {most} characters")
    return text


class Reach(NamedTuple):
    """Who may ask for pages, and show them.

    hosts: the names that requests may be for, beside `localhost` and any IP address. framed_by: origins whose pages may
    show ours in a frame, beside our own. proxies: addresses and networks whose word about clients counts.
    """

    hosts: tuple[str, ...] = ()
    framed_by: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()


class Place(NamedTuple):
    """Where the broker is. authority: whom to believe about it, over TLS. None: in clear."""

    host: str
    port: int
    authority: Path | None = None


class LoginPlace(NamedTuple):
    """The files that mosquitto reads its logins from. pid_file: its own; None: somebody else has it read them again."""

    folder: Path
    pid_file: Path | None = None


class Certificates(NamedTuple):
    """The certificates that a process has to do with.

    data: folder with the house's own. shown: files of certificate and key of our own server, where it speaks TLS.
    authority: whom we believe about the broker.
    """

    data: Path
    shown: tuple[Path, Path] | None = None
    authority: Path | None = None


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, in one step that a power cut cannot halve.

    Raises SettingsError for a link.
    """
    _write_whole(path, text, 0o600)


def write_plain(path: Path, text: str) -> None:
    """Write a file that everybody may read who may enter its folder, in one step. Raises SettingsError for a link."""
    _write_whole(path, text, 0o644)


def exchange(path: Path, text: str) -> None:
    """Give a file other content in one step; owner, group and mode stay, since a program of another user reads it.

    Raises SettingsError for a link, and where the group cannot stay.
    """
    status = path.lstat()
    _write_whole(path, text, stat.S_IMODE(status.st_mode), (status.st_uid, status.st_gid))


def _write_whole(path: Path, text: str, mode: int, owner: tuple[int, int] | None = None) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink():
        raise SettingsError(f"{path} is a link; remove it, and put the file itself there")
    with _taking_the_place_of(path) as file:
        file.write(text.encode())
        file.flush()
        if owner:
            _hand_over(file.fileno(), owner, path)
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())  # else the new name could outlive the old content, with none of its own
    sync_folder(path.parent)


def _hand_over(opened: int, owner: tuple[int, int], path: Path) -> None:
    made = os.fstat(opened)
    try:
        if (made.st_uid, made.st_gid) != owner:
            os.fchown(opened, *owner)
    except PermissionError:
        advice = f"chown them to the user of EBS, and chmod g+s {path.parent}"
        raise SettingsError(f"{path} has another owner or group than new files of its folder; {advice}") from None


@contextlib.contextmanager
def _taking_the_place_of(path: Path) -> Iterator[BinaryIO]:
    """Give a file, mode 0600, that gets the name of another once it is whole; what had that name is gone."""
    opened, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_BESIDE, dir=path.parent)  # mode 0600, no link
    beside = Path(name)
    try:
        with os.fdopen(opened, "wb") as file:
            yield file
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Have the names in a folder outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def keep_short(log: Path, limit: int) -> None:
    """Put a log that has grown beyond `limit` bytes aside as `{name}.1`, in the place of the one before, and empty it.

    Whoever writes it goes on: it is open for appending. A line that comes meanwhile may be lost.
    """
    try:
        if log.stat().st_size <= limit:
            return
        with log.open("rb") as old, _taking_the_place_of(log.with_name(log.name + ".1")) as new:
            shutil.copyfileobj(old, new)
        os.truncate(log, 0)
    except FileNotFoundError:
        return


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses now.

    It is none of those that the system gives to whoever connects (from 32768 on, or higher): a connection of somebody
    could take it before it is used. Raises OSError where none is found.
    """
    # Of the system's chance: two processes with one seed would try the same ports.
    for port in random.SystemRandom().sample(_FREE_PORTS, _PORTS_TRIED):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no TCP port of 127.0.0.1 between {_FREE_PORTS[0]} and {_FREE_PORTS[-1]} is free")


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until nobody else is in here with the same folder, in whatever process: for files that are changed whole."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


async def end_process(process: asyncio.subprocess.Process | None) -> None:
    """Stop a child of ours and wait for it: SIGTERM, then SIGKILL. One that is not there or has ended is left alone."""
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()


_PR_SET_DUMPABLE: Final = 4
"""Of <sys/prctl.h>."""


def give_way(by: int, process: int = 0) -> None:
    """Let others have the processor first. process: a child of ours with a session of its own; 0: this process.

    by: as of `nice`, 1 to 19. Linux shares the processor among sessions first, where it groups processes by session
    (`sched_autogroup_enabled`), so that `nice` alone counts within a session only. A session that others share, such as
    that of a shell, keeps its share.
    """
    os.setpriority(os.PRIO_PROCESS, process, os.getpriority(os.PRIO_PROCESS, process) + by)
    named = process or os.getpid()
    if os.getsid(named) == named:
        # Without the file the system knows no such groups. The kernel lets a user write ten times a second.
        with contextlib.suppress(OSError):
            Path(f"/proc/{named}/autogroup").write_text(f"{by}\n")


def close_memory() -> None:
    """Leave no core dump of this process, and let no other process of its user read its memory or trace it.

    Programs that it starts have no core dump either; each of them has to close its own memory. Root still reads all.
    Outside Linux there is no core dump, and the rest stays as the system has it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None and prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the system does not close the memory of a process")


def program(name: str) -> str:
    """Return the path of a program. Raises BrokerError where it is not installed."""
    # Debian keeps daemons in /usr/sbin, which is not on an ordinary user's path.
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    if not found:
        raise BrokerError(
            f"{name} is not installed. Debian/Ubuntu: sudo apt-get install mosquitto;"
            " Fedora: sudo dnf install mosquitto;"
            " macOS: brew install mosquitto. Without it only `ebs replay`, `ebs equity` and `ebs bench equity` work."
        )
    return found


def user_name(number: int | None = None) -> str:
    """Return the name of a user of this machine, by default of who runs this; the number where it has no name."""
    number = os.getuid() if number is None else number
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # as in a container that was given any number
        return str(number)


def on_terminal() -> bool:
    """Return whether a person reads stderr: a terminal, and not what systemd keeps."""
    return sys.stderr.isatty() and "JOURNAL_STREAM" not in os.environ


def now_ms() -> int:
    """Return the wall clock of this machine, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def boottime_ms() -> int:
    """Return how long this machine has run since its start, sleep included, in milliseconds. Nobody can set it."""
    clock = time.CLOCK_BOOTTIME if sys.platform == "linux" else time.CLOCK_MONOTONIC  # elsewhere sleep may not count
    return time.clock_gettime_ns(clock) // 1_000_000


def boot_id() -> str:
    """Return the name of this boot of the machine, "" where the machine does not tell it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def program_version() -> str:
    """Return the version of EBS; "0" for a folder that was never installed."""
    try:
        return version("ebs")
    except PackageNotFoundError:
        return "0"
