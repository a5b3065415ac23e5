"""The service is wiring, and its two roles share no memory."""

from __future__ import annotations

import ast
from pathlib import Path

from collector import api, readmodel, service

SOURCE = Path(service.__file__).read_text()
MOST_LINES = 160


def test_the_module_that_wires_everything_holds_little_else() -> None:
    assert len(SOURCE.splitlines()) <= MOST_LINES


def test_the_web_role_is_given_nothing_of_the_collector_but_whether_the_broker_is_there() -> None:
    (app,) = [node for node in ast.parse(SOURCE).body if isinstance(node, ast.AsyncFunctionDef) and node.name == "_app"]
    names = {node.id for node in ast.walk(app) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(app) if isinstance(node, ast.Attribute)}

    assert {"settings", "metrics", "checks", "queries"} <= names
    assert not names & {"collector", "Collector", "desk", "Desk"}
    assert not attributes & {"desk", "deciding", "batches", "tables", "link"}


def test_neither_the_api_nor_the_read_model_knows_the_pipeline() -> None:
    for package in (api, readmodel):
        files = sorted(Path(str(package.__file__)).parent.glob("*.py"))
        assert files
        assert not [file.name for file in files if "collector.pipeline" in file.read_text()]
