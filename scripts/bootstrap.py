"""Makes this checkout ready to run: system packages, `.venv`, pinned dependencies, the MicroPython interpreter.

Standard library only, any Python from 3.11. Safe to repeat; a stamp in `.venv` makes the repeat instant.
Called by scripts/setup with `run` (what running needs) or `dev` (tests and checks too).
"""

from __future__ import annotations

import base64
import configparser
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SBIN = "/usr/local/sbin:/usr/sbin:/sbin"  # where Debian has mosquitto; not on everybody's PATH

# Only for a Python that came without pip: any index serves this file, and the digest decides.
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


@dataclass(frozen=True)
class Program:
    """A program that the system's package manager brings."""

    names: tuple[str, ...]
    apt: str
    dnf: str
    brew: str
    without: str
    dev_only: bool = False

    def present(self) -> bool:
        """Return whether one of the names is on the PATH, or where Debian puts services."""
        path = os.pathsep.join((os.environ.get("PATH", ""), SBIN, str(VENV / "bin")))
        return any(shutil.which(name, path=path) for name in self.names)

    def advice(self) -> str:
        """Return what to tell the person when it is missing."""
        return (
            f"{self.names[0]} is not installed, and setup may not install it here. "
            f"Debian, Ubuntu: sudo apt-get install {self.apt}; Fedora: sudo dnf install {self.dnf}; "
            f"macOS: brew install {self.brew}. Without it: {self.without}"
        )


_BROKERLESS = "the tests without a broker work; `make run` needs it, or a broker that EBS_BROKER_HOST names"
MOSQUITTO = Program(("mosquitto",), "mosquitto", "mosquitto", "mosquitto", _BROKERLESS)
_BROWSERLESS = "everything works except the tests marked `browser`"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = Program(_BROWSERS, "chromium", "chromium", "--cask chromium", _BROWSERLESS, dev_only=True)
_CLIENTLESS = "everything works except the test that types the lines of docs/diagnose.md"
CLIENTS = Program(("mosquitto_sub",), "mosquitto-clients", "mosquitto", "mosquitto", _CLIENTLESS, dev_only=True)
PROGRAMS = (MOSQUITTO, CHROMIUM, CLIENTS)


def main() -> int:
    """Set up; return the exit code. What is only missing for a part is named at the end, and is no failure."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "dev"
    if kind not in {"run", "dev"}:
        print(f"setup: {kind!r} is neither `run` nor `dev`", file=sys.stderr)
        return 2
    wanted = [program for program in PROGRAMS if kind == "dev" or not program.dev_only]
    if is_done(kind) and all(program.present() for program in wanted):
        return 0
    started = time.monotonic()
    (ROOT / ".cache").mkdir(exist_ok=True)
    with (ROOT / ".cache" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make -j`, or two terminals
        install_programs(wanted)
        without_firmware: list[str] = []
        if not is_done(kind):
            make_venv()
            install_python_packages(kind)
            without_firmware = fetch_micropython()
            if not without_firmware:
                stamp(kind)  # programs are looked for each time, stamp or not
        if not MOSQUITTO.present():
            unpack_mosquitto()
        missing = without_firmware + [program.advice() for program in wanted if not program.present()]
    for line in missing:
        print(f"setup: NOT READY: {line}", file=sys.stderr)
    say(f"done in {time.monotonic() - started:.0f} s")
    return 0


def say(text: str) -> None:
    """Tell the person what is going on."""
    print(f"setup: {text}", flush=True)


class SetupFailed(Exception):
    """Setting up cannot go on. The message says what to do."""


def run(
    *command: str | Path, what: str, quiet: bool = True, env: dict[str, str] | None = None, cwd: Path = ROOT
) -> None:
    """Run a command; raise SetupFailed with the end of its output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in (done.stdout or "").strip().splitlines()[-15:])
        raise SetupFailed(f"{what}: `{' '.join(map(str, command[:4]))} ...` failed ({done.returncode})\n{tail}")


# --- the stamp ---


def digest(kind: str) -> str:
    """Return what `.venv` was made from: dependencies, this script, the Python, and the place (scripts name it)."""
    files = ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "scripts/bootstrap.py")
    parts = [kind, str(ROOT), sys.version, *((ROOT / name).read_text() for name in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_done(kind: str) -> bool:
    """Return whether `.venv` stands as this checkout wants it. What serves `dev` serves `run`."""
    if not (VENV / "bin" / "ebs").exists() or not PYTHON.exists():
        return False
    for done in {kind, "dev"}:
        file = VENV / f".setup-{done}"
        if file.exists() and file.read_text() == digest(done):
            return True
    return False


def stamp(kind: str) -> None:
    """Note that everything is in place."""
    (VENV / f".setup-{kind}").write_text(digest(kind))


# --- system packages ---


def install_programs(wanted: list[Program]) -> None:
    """Install what is not there, when we may."""
    absent = [program.apt for program in wanted if not program.present()]
    if absent:
        apt_install(absent)


def unpack_mosquitto() -> None:
    """Without root, on Debian and its like: fetch mosquitto's packages with apt and unpack them into `.venv`.

    apt checks their signatures as ever; nothing outside of this checkout changes.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return
    say("mosquitto cannot be installed without root; unpacking Debian's packages into .venv")
    home = VENV / "mosquitto"
    try:
        unpack_debian("mosquitto", home)
    except SetupFailed as error:
        print(f"setup: {error}", file=sys.stderr)
        return
    libraries = ":".join(sorted({str(file.parent) for file in home.rglob("*.so*")}))
    for program in (home / "usr/sbin/mosquitto", home / "usr/bin/mosquitto_passwd"):
        if program.exists():
            wrapper = VENV / "bin" / program.name
            wrapper.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{program}" "$@"\n')
            wrapper.chmod(0o755)


def unpack_debian(package: str, home: Path) -> None:
    """Download a package and what is missing of its needs with apt, which checks signatures; unpack below `home`."""
    debs = ROOT / ".cache" / "debs" / package
    (debs / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-qq"]
    if not (names := packages_for(apt, package)):  # the system has no package lists: fetch our own
        apt += ["-o", f"Dir::State::lists={debs / 'lists'}", "-o", f"Dir::Cache={debs}"]
        run(*apt, "update", what="package lists")
        names = packages_for(apt, package)
    run(*apt, "download", *names, what=package, cwd=debs)
    for archive in debs.glob("*.deb"):
        run("dpkg-deb", "-x", archive, home, what=package)


def packages_for(apt: list[str], package: str) -> list[str]:
    """Return what apt would install for `package`, itself always included; nothing when apt does not know it."""
    plan = [*apt, "--simulate", "--no-install-recommends", "--reinstall", "install", package]
    listed = subprocess.run(plan, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}).stdout
    return [line.split()[1] for line in listed.splitlines() if line.startswith("Inst ")]


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages as root or by sudo without a password; return whether that worked."""
    if not shutil.which("apt-get"):
        return False
    become = become_root()
    if become is None:
        return False
    say(f"installing {', '.join(packages)} with apt-get")
    with NoServicesStarted(become):
        apt = [
            *become,
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
            "-y",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]
        install = [*apt, "install", "--no-install-recommends", *packages]
        try:
            try:
                run(*install, what="system packages")
            except SetupFailed:  # package lists are old, or were never fetched
                run(*apt, "update", what="package lists")
                run(*install, what="system packages")
        except SetupFailed as error:
            print(f"setup: {error}", file=sys.stderr)
            return False
    return True


def become_root() -> list[str] | None:
    """Return what to put before a command to run it as root, or None."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


class NoServicesStarted:
    """While open, Debian's packages do not start their services.

    A broker of the system would take port 1883 and is not ours; in a container its start would fail the installation.
    """

    policy = Path("/usr/sbin/policy-rc.d")

    def __init__(self, become: list[str]) -> None:
        self.become = become
        self.ours = False
        self.had_mosquitto = MOSQUITTO.present()

    def __enter__(self) -> None:
        if not self.policy.exists():
            with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
                script.write("#!/bin/sh\nexit 101\n")
                script.flush()
                run(*self.become, "install", "-m", "755", script.name, self.policy, what="service policy")
            self.ours = True

    def __exit__(self, *_: object) -> None:
        if self.ours:
            run(*self.become, "rm", "-f", self.policy, what="service policy")
        if not self.had_mosquitto and MOSQUITTO.present() and shutil.which("systemctl"):
            command = [*self.become, "systemctl", "disable", "mosquitto.service"]
            subprocess.run(command, capture_output=True, check=False)  # nor at the next start of the machine


# --- Python ---


def make_venv() -> None:
    """Make `.venv` with pip in it, also where Debian has split `ensurepip` off."""
    if works(PYTHON, "import pip") and works(PYTHON, f"import sys; sys.exit(sys.prefix != {str(VENV)!r})"):
        return
    say(f"virtual environment .venv (Python {sys.version.split()[0]})")
    ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not ensurepip and apt_install([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"]):
        ensurepip = works(Path(sys.executable), "import ensurepip")
    if ensurepip:
        run(sys.executable, "-m", "venv", "--clear", VENV, what="virtual environment")
        return
    run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV, what="virtual environment")
    with tempfile.TemporaryDirectory() as folder:
        wheel = debians_pip(Path("/")) or unpacked_pip(Path(folder)) or download_pip(Path(folder))
        run(PYTHON, wheel / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel, what="pip")


def works(python: Path, code: str) -> bool:
    """Return whether `python` runs `code` without fault."""
    try:
        return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def debians_pip(root: Path) -> Path | None:
    """Return the wheel of Debian's python3-pip-whl, if it is installed below `root`."""
    return max((root / "usr/share/python-wheels").glob("pip-*.whl"), default=None)


def unpacked_pip(folder: Path) -> Path | None:
    """Return the same wheel, fetched with apt; None where there is no apt or no such package."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    say("this Python has no pip (python3-venv is not installed); taking Debian's, without installing it")
    try:
        unpack_debian("python3-pip-whl", folder)
    except SetupFailed as error:
        print(f"setup: {error}", file=sys.stderr)
        return None
    return debians_pip(folder)


def download_pip(folder: Path) -> Path:
    """Fetch the pinned wheel of pip from the package index that this machine is set to; raise SetupFailed."""
    index = index_url()
    if index is None:
        raise SetupFailed("this Python has no pip; install python3-venv (Debian: sudo apt-get install python3-venv)")
    say("this Python has no pip (python3-venv is not installed); fetching it from the package index")
    try:
        page_url, page = fetch(f"{index}/pip/")
        link = re.search(rf'href="([^"]*{re.escape(PIP_WHEEL)}[^"]*)"', page.decode())
        if link is None:
            raise SetupFailed(
                f"the package index has no {PIP_WHEEL}; install python3-venv: sudo apt-get install python3-venv"
            )
        _, content = fetch(urllib.parse.urljoin(page_url, link.group(1).replace("&amp;", "&")))
    except OSError as error:
        raise SetupFailed(
            f"pip could not be fetched ({error}); check the network or PIP_INDEX_URL, "
            "or install python3-venv: sudo apt-get install python3-venv"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != PIP_SHA256:
        raise SetupFailed(f"{PIP_WHEEL} from the package index has digest {found}, not {PIP_SHA256}; it was not used")
    wheel = folder / PIP_WHEEL
    wheel.write_bytes(content)
    return wheel


def index_url() -> str | None:
    """Return the package index that pip is set to: by the environment, else by its configuration files."""
    named = os.environ.get("PIP_INDEX_URL") or pip_setting("index-url")
    return named.rstrip("/") if named else None


def pip_setting(name: str) -> str | None:
    """Return a setting of pip's configuration files; the last file that has it wins, as in pip."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", home / ".pip/pip.conf", config / "pip/pip.conf"]
    if os.environ.get("PIP_CONFIG_FILE"):
        files.append(os.environ["PIP_CONFIG_FILE"])
    parser = configparser.RawConfigParser()
    parser.read(files)
    return parser.get("install", name, fallback=None) or parser.get("global", name, fallback=None)


def fetch(url: str) -> tuple[str, bytes]:
    """Return the final address and the content of `url`."""
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(
        parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl(),
        headers={"Accept": "text/html, */*"},
    )
    if parts.username:
        login = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    certificates = os.environ.get("PIP_CERT") or pip_setting("cert")
    context = ssl.create_default_context(cafile=certificates)
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return answer.url, answer.read()


def install_python_packages(kind: str) -> None:
    """Install exactly what the locks name, checked by digest, then this checkout itself as `ebs`."""
    lock = "requirements-dev.lock" if kind == "dev" else "requirements.lock"
    say(f"Python packages of {lock}")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    env = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    run(*pip, "--require-hashes", "-r", lock, what="Python packages", env=env)
    # The build needs nothing more: setuptools is in the lock.
    run(*pip, "--no-index", "--no-deps", "--no-build-isolation", "-e", ".", what="this checkout", env=env)


def fetch_micropython() -> list[str]:
    """Get the interpreter that runs the firmware on this machine; return what to tell the person if that fails."""
    if not (ROOT / "tools" / "micropython.py").exists():
        return []
    say("MicroPython interpreter")
    try:
        run(PYTHON, "-m", "tools.rehearsal.micropython", what="MicroPython", quiet=True)
    except SetupFailed as error:
        return [f"{error}\n  Without it: the collector works; the virtual table and tests marked `node` do not"]
    return []


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupFailed as failure:
        print(f"setup: {failure}", file=sys.stderr)
        sys.exit(1)
