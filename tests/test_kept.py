"""What objects of the collector keep from message to message has an end: this says which. Names come from outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.rooms import ROOT, python_files

ENDS: dict[str, str] = {
    "access/refusals.Refusals._kept": "logins that the broker lets in, MOST_KEPT of each",
    "access/refusals.Refusals._second": "logins that the broker lets in",
    "access/refusals.Refusals._skipped": "logins that the broker lets in",
    "access/buckets.Buckets._kept": "MOST names and addresses",
    "access/buckets.Waits._kept": "MOST names and addresses",
    "api/proxies.Proxies._networks": "the proxies of the settings",
    "broker/link.MqttLink._also": "what the programs of one connection ask for before it is made",
    "broker/admitted/admitting.Gate._as_of": "logins that are let in, MOST_LOGINS",
    "broker/admitted/dynsec.DynamicSecurity._answers": "one question at a time",
    "broker/admitted/gatekeeper.Gatekeeper._held": "MOST_LOGINS",
    "broker/admitted/gatekeeper.Gatekeeper._made_room": "MOST_LOGINS",
    "broker/asking.Asking._open": "MOST_OPEN",
    "certificates/watch.Watch._told": "certificates that are shown or kept",
    "signin/register.Register._key_by_digest": "keys, which admins make",
    "signin/register.Register._keys": "keys, which admins make",
    "signin/register.Register._revoked": "refresh families that live, MOST of each person",
    "signin/register.Register._seen": "sessions, MOST_SESSIONS of each person",
    "signin/register.Register._session_by_digest": "sessions, MOST_SESSIONS of each person",
    "signin/register.Register._sessions": "sessions, MOST_SESSIONS of each person",
    "signin/register.Register._used": "keys, which admins make",
    "signin/register.Register.outputs": "outputs, which admins make",
    "signin/register.Register.users": "people, whom admins let in",
    "broker/link.MqttLink.received": "of tools; the collector has an Inbox",
    "broker/keyfile.KeyFile._keys": "the key file, written by the installer",
    "devices/nodes.Nodes._claims": "nodes with a key",
    "devices/nodes.Nodes._origins": "nodes with a key",
    "devices/nodes.Nodes._readings": "cards that lie, each of a reading in the log",
    "devices/nodes.Nodes._transmissions": "nodes with a key",
    "devices/nodes.Nodes.progress": "MOST_BOOTS of each node with a key",
    "devices/online.Online._last": "nodes with a key",
    "devices/progress.Claims._acked": "MOST_BOOTS",
    "devices/progress.Progress._gone": "ranges that facts in the log declare",
    "devices/progress.Progress.ahead": "events in the log beyond a gap",
    "devices/progress.Transmissions._highest": "MOST_BOOTS",
    "facts/kinds.Kinds._kinds": "kinds that are registered",
    "facts/seals.Sealer._in_use": "_MOST",
    "facts/seals.Sealer._unkept": "keys of the batch that is being decided",
    "log/keytable.Opening._open": "_OPEN_AT_ONCE",
    "log/lock.Lock._held": "two files",
    "log/sqlite.SqliteLog.house_keys": "house keys that wrap a key of the log",
    "odds/chances.Chances._asked": "a number of its own",
    "odds/chances.Chances._counted": "a number of its own",
    "access/refusals.Refusals._in_hour": "MOST_OF_ALL entries: it begins anew each hour",
    "pipeline/auditing.Auditing._behind": "streams of the log at the start",
    "pipeline/auditing.Auditing._waiting": "commands and entries of the record that facts in the log hold",
    "api/live.LiveKnown._places": "MOST_GRANTS of each table",
    "pipeline/desk.Desk._replies": "commands in the log",
    "pipeline/desk.Desk._routes": "nodes that facts in the log assign",
    "pipeline/desk.Desk.evenings": "MOST_TABLES",
    "pipeline/desk.Desk.tables": "MOST_TABLES",
    "odds/chances.Chances._outs": "the last hands of a table",
    "pipeline/desk.Desk._to_fold": "answers of the tables that are loaded, until each is folded",
    "pipeline/trailing.Trailing._complaints": "one batch",
    "pipeline/trailing.Trailing._lags": "tables",
    "pipeline/trailing.Trailing._played": "one batch",
    "pipeline/trailing.Trailing._stopped": "tables",
    "table/lagging.Lag._hands": "hands of the longest delay",
    "pipeline/floor.Floor._complaints": "one batch",
    "pipeline/floor._Seldom._passed": "MOST_TOLD_APART",
    "pipeline/projector.Projector._waiting": "hands and seats that facts in the log changed",
    "service.Collector._tasks": "parts",
    "solver/Solver._waiting": "tables",
    "table/show/renderer.Renderer._kept": "a number of parts of each table and seat",
    "table/show/renderer.Renderer.left_out": "tables",
}
"""Attributes that begin empty and grow, and what they cannot outgrow."""
GROWING = {"dict", "OrderedDict", "set", "list", "deque", "defaultdict", "Counter", "Queue"}
ALONE = ("equity/", "histories/", "hand/", "table/amend/")
"""Rooms whose objects live for one question, file or command."""


def begins_empty(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Dict | ast.List):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    if not isinstance(value, ast.Call) or value.args:
        return False
    called = value.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in GROWING


def growing(source: str) -> Iterator[str]:
    """Yield class.attribute for what `__init__` sets to something empty that can grow."""
    for owner in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)):
        begins = [each for each in owner.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
        for node in (each for start in begins for each in ast.walk(start)):
            if isinstance(node, ast.Assign | ast.AnnAssign) and begins_empty(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from (f"{owner.name}.{each.attr}" for each in targets if isinstance(each, ast.Attribute))


def test_what_the_collector_keeps_has_an_end() -> None:
    found = set()
    for file in python_files("collector"):
        place = str(file.relative_to(ROOT / "collector").with_suffix("")).removesuffix("/__init__")
        if not place.startswith(ALONE):
            parted = "/" if file.stem == "__init__" else "."
            found |= {f"{place}{parted}{name}" for name in growing(file.read_text())}

    assert found - ENDS.keys() == set(), "say what it cannot outgrow; if that comes from outside, give it a bound"
    assert ENDS.keys() - found == set(), "these stand for nothing any more"


@pytest.mark.parametrize("value", ["{}", "[]", "dict()", "set()", "collections.OrderedDict()", "asyncio.Queue()"])
def test_the_rule_sees_what_begins_empty(value: str) -> None:
    source = f"class A:\n    def __init__(self):\n        self.a = {value}\n        self.b: X = {value}\n"
    source += "        self.c = [1]\n"

    assert list(growing(source)) == ["A.a", "A.b"]
