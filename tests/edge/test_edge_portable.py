"""edge/ runs on a chip: what it may import, and how its errors hang together."""

import ast
import inspect
from pathlib import Path

import pytest

from edge import errors

REPOSITORY = Path(__file__).parents[2]
EDGE = sorted((REPOSITORY / "edge").rglob("*.py"))
MAY_IMPORT = {
    "select",
    "socket",
    "asyncio",
    "binascii",
    "cryptolib",
    "edge",
    "gc",
    "hashlib",
    "json",
    "micropython",
    "os",
    "struct",
    "sys",
    "time",
    "tls",
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", EDGE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_edge_imports_only_what_a_chip_has(path: Path) -> None:
    allowed = MAY_IMPORT | ({"cryptography"} if path.stem.endswith("_cpython") else set())
    assert imported(path) <= allowed


@pytest.mark.parametrize("path", EDGE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_modules_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node)
            body = node.body[1:] if documented else node.body
            assert not body or node.end_lineno - body[0].lineno < 25, f"{node.name} is too long"


def test_every_error_hangs_under_the_root_and_in_the_drawing() -> None:
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass)]

    assert all(issubclass(cls, errors.EdgeError) for cls in classes)
    assert all(cls.__name__ in (errors.__doc__ or "") for cls in classes)
