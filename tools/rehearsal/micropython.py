"""Finds a MicroPython interpreter, or unpacks Debian's into a private folder. Knows nothing of nodes or tables.

The firmware runs on the real interpreter, 32-bit where the machine allows, because a 32-bit heap is what an ESP32 has.
apt resolves and verifies the packages with a configuration of its own: nothing is installed on the machine, and no
root is needed. `ensure()` costs one start of the interpreter once the folder is there.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST = (1, 25)
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "micropython"
_SUITE = "trixie"  # Debian 13, the first with 1.25
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_PACKAGES = ("micropython", "libc6", "libffi8", "libgcc-s1", "libmbedtls21", "libmbedcrypto16", "libmbedx509-7")
_ARCHITECTURES = {
    "x86_64": ("i386", "amd64"),  # amd64 where the kernel starts no 32-bit programs
    "aarch64": ("arm64",),
    "armv7l": ("armhf",),
}
_PROBE = "import sys; print(1); print(sys.implementation.name, *sys.implementation.version[:2])"


class NoInterpreterError(Exception):
    """There is no MicroPython on this machine, and none could be unpacked. The message says what to install."""


def ensure(folder: Path = DEFAULT_FOLDER) -> list[str]:
    """Return the command prefix that starts MicroPython 1.25 or later.

    Looks on PATH, then in `folder`, then fills `folder` from Debian 13. Raises NoInterpreterError.
    """
    on_path = shutil.which("micropython")
    if on_path and _works([on_path]):
        return [on_path]
    folder = folder.resolve()
    return _unpacked(folder) or _unpack(folder)


def _works(command: list[str]) -> bool:
    try:
        ran = subprocess.run([*command, "-c", _PROBE], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.fullmatch(r"1\nmicropython (\d+) (\d+)\n", ran.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def _unpacked(folder: Path) -> list[str] | None:
    for architecture in _architectures():
        command = _command(folder / architecture)
        if command and _works(command):
            return command
    return None


def _architectures() -> tuple[str, ...]:
    return _ARCHITECTURES.get(platform.machine(), ()) if sys.platform == "linux" else ()


def _command(root: Path) -> list[str] | None:
    loader = next(iter(sorted((root / "usr").glob("lib*/ld-linux*.so.*"))), None)
    libraries = next((found.parent for found in sorted((root / "usr/lib").glob("*/libc.so.6"))), None)
    if loader is None or libraries is None:
        return None
    return [str(loader), "--library-path", str(libraries), str(root / "usr/bin/micropython")]


def _unpack(folder: Path) -> list[str]:
    missing = [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]
    if not _architectures() or missing:
        raise NoInterpreterError(_advice("no MicroPython 1.25 on PATH"))
    if not _KEYRING.exists():
        raise NoInterpreterError(
            f"{_KEYRING}: the keys that sign Debian's packages are missing; "
            "sudo apt-get install debian-archive-keyring, or install MicroPython 1.25 and put it on PATH"
        )
    folder.mkdir(parents=True, exist_ok=True)
    reason = ""
    with _locked(folder / "lock"):
        already = _unpacked(folder)  # another process may have been faster
        if already:
            return already
        for architecture in _architectures():
            try:
                _fetch(folder, architecture)
            except subprocess.CalledProcessError as error:
                reason = _last_words(error)
                continue
            command = _command(folder / architecture)
            if command and _works(command):
                return command
            reason = f"the {architecture} interpreter does not start here"
    raise NoInterpreterError(_advice(reason))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path, architecture: str) -> None:
    """Unpack the packages of `architecture` into a fresh folder, then give it its name in one step."""
    print(f"micropython: fetching Debian 13's {architecture} packages into {folder}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpack-") as scratch:
        work = Path(scratch)
        options = _private_apt(work, architecture)
        _run(["apt-get", *options, "--quiet=2", "update"], work)
        _run(["apt-get", *options, "--quiet=2", "download", *_PACKAGES], work)
        for package in sorted(work.glob("*.deb")):
            _run(["dpkg-deb", "--extract", package.name, "root"], work)
        target = folder / architecture
        shutil.rmtree(target, ignore_errors=True)
        (work / "root").rename(target)


def _private_apt(work: Path, architecture: str) -> list[str]:
    """Return apt options that read only `work`, so that root is not needed. Proxies stay those of the machine."""
    for name in ("lists/partial", "cache/archives/partial", "none", "root"):
        (work / name).mkdir(parents=True)
    (work / "status").touch()
    source = f"deb [arch={architecture} signed-by={_KEYRING}] {_debian_mirror()} {_SUITE} main\n"
    (work / "sources.list").write_text(source)
    settings = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": work / "none",
        "Dir::Etc::preferences": work / "none/preferences",
        "Dir::Etc::preferencesparts": work / "none",
        "Dir::State": work,
        "Dir::State::lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",  # `_apt` may not enter a private folder
        "Acquire::Languages": "none",
        "Debug::NoLocking": "1",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _debian_mirror() -> str:
    """Return the mirror that this machine uses for Debian."""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in files:
        try:
            lines = path.read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            found = re.match(r"\s*(?:URIs:|deb(?:\s+\[[^]]*\])?)\s+(https?://\S+?/debian)/?(?:\s|$)", line)
            if found:
                return found[1]
    raise NoInterpreterError(_advice("apt's sources name no Debian mirror"))


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)


def _last_words(error: subprocess.CalledProcessError) -> str:
    said = (error.stderr or error.stdout or "").strip().splitlines()
    return f"{error.cmd[0]} failed: {said[-1] if said else f'exit status {error.returncode}'}"


def _advice(reason: str) -> str:
    return (
        f"MicroPython: {reason}. Install it: Debian 13, Ubuntu 25.10: sudo apt-get install micropython; "
        "Fedora: sudo dnf install micropython; macOS: brew install micropython"
    )


if __name__ == "__main__":
    try:
        print(*ensure())
    except NoInterpreterError as error:
        raise SystemExit(str(error)) from None
