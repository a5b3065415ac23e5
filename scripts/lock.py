"""Writes requirements.lock and requirements-dev.lock from pyproject.toml: `make lock`.

Every package with the version that pip resolves, and the digests of all files of that version, so that the lock
serves other machines too. Run it after a change of the dependencies, and read the difference.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor

from bootstrap import PYTHON, ROOT, fetch, index_url

HEAD = (
    "# Made by `make lock` from pyproject.toml. Digests of all files of each version: any platform, nothing unseen.\n"
)
PYPI = "https://pypi.org/simple"
"""Where pip looks if nobody told it another place."""


def main() -> None:
    """Write both files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run_specs = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    dev_specs = [*run_specs, *project["project"]["optional-dependencies"]["dev"]]
    everything = resolve(dev_specs)
    pins = [f"{name}=={version}" for name, version in everything.items()]
    needed = resolve(run_specs, constraints=pins)
    with ThreadPoolExecutor(8) as threads:
        blocks = dict(zip(everything, threads.map(block, everything.items()), strict=True))
    run_text = "".join(blocks[name] for name in sorted(needed))
    dev_text = "".join(blocks[name] for name in sorted(everything.keys() - needed.keys()))
    (ROOT / "requirements.lock").write_text(HEAD + run_text)
    (ROOT / "requirements-dev.lock").write_text(HEAD + "-r requirements.lock\n" + dev_text)
    print(f"requirements.lock: {len(needed)} packages; requirements-dev.lock: {len(everything) - len(needed)} more")


def resolve(specs: list[str], constraints: list[str] | None = None) -> dict[str, str]:
    """Return name and version of everything that pip would install for `specs`."""
    command = [PYTHON, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-", *specs]
    if constraints:
        file = ROOT / ".cache" / "constraints.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(constraints))
        command += ["-c", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = (package["metadata"] for package in json.loads(done.stdout)["install"])
    return {canonical_name(package["name"]): package["version"] for package in found}


def canonical_name(name: str) -> str:
    """Return the name as package indexes spell it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def block(pin: tuple[str, str]) -> str:
    """Return the lines of one package."""
    name, version = pin
    _, page = fetch(f"{index_url() or PYPI}/{name}/")
    project = "[-_.]".join(map(re.escape, name.split("-")))  # file names spell it in several ways
    file = rf"{project}-{re.escape(version)}(?:-[^/\"#]*\.whl|\.tar\.gz|\.zip)"
    digests = set(re.findall(rf'href="[^"]*/{file}#sha256=([0-9a-f]{{64}})"', page.decode(), re.IGNORECASE))
    if not digests:
        sys.exit(f"{name} {version}: the package index shows no digests")
    return f"{name}=={version} \\\n" + " \\\n".join(f"    --hash=sha256:{digest}" for digest in sorted(digests)) + "\n"


if __name__ == "__main__":
    main()
