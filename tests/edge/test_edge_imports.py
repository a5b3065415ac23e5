"""The modules of a node and who imports whom: no circle, and no name twice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.edge.modules import ROOT, sources


def imported(file: Path, modules: set[str]) -> Iterator[str]:
    """Yield what of `modules` a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names} & modules
            yield from inside or {str(node.module)} & modules


def circle(root: Path) -> list[str]:
    """Return the modules of one import circle, in order; an empty list if there is none."""
    files = sources(root)
    graph = {name: set(imported(file, set(files))) for name, file in files.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_of_a_node_is_in_an_import_circle() -> None:
    assert circle(ROOT) == []


def sample(folder: Path, **files: str) -> Path:
    """Lay down modules of `edge` by name, beside one module of `firmware`."""
    for path, content in {"firmware/main": "", **{f"edge/{name}": text for name, text in files.items()}}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{path}.py").write_text(content)
    return folder


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from edge import b\n", "import edge.a\n"),
        ("from edge.b import thing\n", "def late():\n    from edge import a\n"),
        ("import asyncio, edge.b\n", "class B:\n    def __init__(self):\n        from edge.a import A\n"),
    ],
)
def test_a_circle_would_be_found_also_one_that_a_function_closes(tmp_path: Path, one: str, other: str) -> None:
    found = circle(sample(tmp_path, __init__="", a=one, b=other, c="from edge import a, b\n"))

    assert set(found) == {"edge.a", "edge.b"}


def test_modules_of_a_package_may_import_what_the_package_itself_holds(tmp_path: Path) -> None:
    assert circle(sample(tmp_path, __init__="OUT = 1\n", a="from edge import OUT, b\n", b="import json\n")) == []


def test_a_folder_without_modules_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "edge").mkdir()

    with pytest.raises(AssertionError, match="edge holds no Python"):
        circle(tmp_path)


def test_no_name_stands_for_two_modules_of_a_node() -> None:
    names = Counter(file.stem for file in sources(ROOT).values() if file.name != "__init__.py")

    assert [name for name, count in names.items() if count > 1] == []
