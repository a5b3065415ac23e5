"""Nobody but the registrations lists commands: no collection of four or more of their names stands anywhere else.

Code: literals of lists, tuples, sets and dictionaries, text that is split, `Literal`, `match`, comparisons, unions of
them, and the members of a class. Pages: arrays and objects.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.table.commands import COMMANDS
from tests.rooms import ROOT, python_files

NAMES = {each.type for each in (*COMMANDS, *HOUSE_COMMANDS)}
STATIC = ROOT / "collector" / "web" / "static"
FEW = 3
"""As many names may stand together."""

RECORD = "acts as a hand's record names them: among them `raise` and no `raise_to`, so these are no commands"
LISTED: dict[str, str] = {
    "collector/hand/rulings.py substantial": RECORD,
    "collector/histories/ohh/write.py _ACTS": RECORD,
    "collector/histories/phh/action_lines.py _WORDS": RECORD,
    "collector/histories/plain.py Plain": RECORD,
    "collector/histories/plain.py _ACTS": RECORD,
    "collector/histories/roomtext/happened.py Happened": RECORD,
    "collector/records/statistics.py _Count": RECORD,
    "collector/table/show/state.py _pending": "the contract of a feed: which acts wait for their turn",
    "collector/wire/feeds.py PendingView": "the contract of a feed: which acts wait for their turn",
    "collector/wire/feed_events.py HandCorrected": "the contract of a feed: why a hand came out otherwise",
    "collector/wire/rulings.py OutOfTurn": "the contract of one command: which acts may come before their turn",
}
"""What lists such names in the code of the product, by file and scope, and why it may."""
LISTED_BY_PAGES: dict[str, str] = {
    "shared/command_labels.js COMMAND_LABELS": "written by the registrations (tools/dev/command_labels.py)",
    "operator/amend_dialog.js OPERATED": RECORD,
    "operator/amend_dialog.js ACTS": "a form: each act with its button; what is sent is decided by the collector",
    "operator/offers.js actsOf": "the shape of what one seat can do now; each part of it is asked of `may`",
    "operator/floor_dialog.js ACTS": "a form: the acts that come before their turn and need no amount",
    "operator/floor_dialog.js BY_SEAT": "a form: what is asked beside the seat; `may` says which are offered",
}
"""What lists them on the pages, by file and name."""


def texts(node: ast.AST | None) -> Iterator[str]:
    """Yield the names that an element of a collection stands for: itself, what it unpacks, or the first of a row."""
    match node:
        case ast.Constant(value=str(text)):
            yield from text.split()
        case ast.Starred(value=ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Set(elts=inner)):
            for each in inner:
                yield from texts(each)
        case ast.Tuple(elts=[first, *_]) | ast.List(elts=[first, *_]):
            yield from texts(first)


def members(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield the elements of a node that is a collection of some kind."""
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements) | ast.BoolOp(values=elements):
            for each in elements:
                yield from each.comparators if isinstance(each, ast.Compare) else (each,)
        case ast.Dict(keys=keys):
            yield from keys
        case ast.Match(cases=cases):
            yield from (each for case in cases for each in ast.walk(case.pattern) if isinstance(each, ast.Constant))
        case ast.BinOp():
            yield from (each for each in ast.walk(node) if isinstance(each, ast.Constant))
        case ast.Call(keywords=keywords):
            yield from (ast.Constant(each.arg) for each in keywords if ast.unparse(node.func) == "dict")
        case ast.Constant(value=str(text)) if NAMES.issuperset(re.split(r"[\s,|]+", text.strip())):
            yield from map(ast.Constant, re.split(r"[\s,|]+", text.strip()))
        case ast.ClassDef(body=body):
            yield from (each.value for each in body if isinstance(each, ast.Assign | ast.AnnAssign))


def values_of(node: ast.AST) -> Iterator[ast.AST | None]:
    """Yield the values of a dictionary: its names may stand there."""
    if isinstance(node, ast.Dict):
        yield from node.values


def is_list(elements: Iterable[ast.AST | None]) -> bool:
    return len({name for each in elements for name in texts(each)} & NAMES) > FEW


def scopes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield every node of a module with the name of what it stands in: a function, a class, a constant."""
    for top in tree.body:
        match top:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                scope = name
            case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                scope = ast.unparse(target)
            case _:
                scope = "?"
        yield from ((scope, node) for node in ast.walk(top))


def lists_of(source: str) -> set[str]:
    """Return the scopes of a module that list commands."""
    return {scope for scope, node in scopes(ast.parse(source)) if is_list(members(node)) or is_list(values_of(node))}


LITERAL = re.compile(r"(?:[=(\[,:?|&]|return|\.\.\.)\s*$")
"""What stands before an array, or an object that is no block."""


def lists_on_page(source: str) -> set[str]:
    """Return the constants and functions of a script whose arrays, objects or cases list commands."""
    code = re.sub(r"(?<!:)//.*$", "", source, flags=re.MULTILINE)
    found, begun = set(), []
    for at, sign in enumerate(code):
        if sign in "[{(":
            begun.append(at)
        elif sign in "]})" and begun:
            start = begun.pop()
            literal = sign != ")" and LITERAL.search(code[:start]) is not None
            if len(names_in(code[start + 1 : at], literal=literal) & NAMES) > FEW:
                name = re.findall(r"^(?:export )?(?:const|let|function|class) (\w+)", code[:start], re.MULTILINE)
                found.add(name[-1] if name else "?")
    return found


def names_in(inside: str, *, literal: bool) -> set[str]:
    """Return the words between two brackets: of a literal what it lists, rows by their first; of a block its cases."""
    flat = re.sub(r"\[\s*('\w*')[^\[\]{}()]*\]", r"\1", inside) if literal else inside
    while (shorter := re.sub(r"[\[{(][^\[\]{}()]*[\]})]", "", flat)) != flat:
        flat = shorter
    if not literal:
        return set(re.findall(r"case ['\"`](\w+)['\"`]", flat))
    found = re.findall(r"['\"`](\w+)['\"`]|(?:^|,)\s*(\w+)\s*:", flat)
    return {word for pair in found for word in pair if word}


def test_nothing_but_the_registrations_lists_commands() -> None:
    files = [*python_files("collector"), *python_files("tools")]
    found = {f"{file.relative_to(ROOT)} {scope}" for file in files for scope in lists_of(file.read_text())}

    assert found - LISTED.keys() == set(), "ask the registration: collector/table/registration.py says what it can say"
    assert LISTED.keys() - found == set(), "these stand for nothing any more"


def test_the_pages_list_no_commands() -> None:
    files = [path for path in sorted(STATIC.rglob("*.js")) if "vendor" not in path.parts]
    found = {f"{path.relative_to(STATIC)} {name}" for path in files for name in lists_on_page(path.read_text())}

    assert len(files) > 30
    assert found - LISTED_BY_PAGES.keys() == set(), "the collector says what may come: shared/may.js reads it"
    assert LISTED_BY_PAGES.keys() - found == set(), "these stand for nothing any more"


FOUR = '"fold", "check", "call", "undo"'


@pytest.mark.parametrize(
    "source",
    [
        f"KEPT = [{FOUR}]",
        f"KEPT = frozenset(({FOUR}))",
        f"KEPT: Final = {{{FOUR}}}",
        'KEPT = {"fold": 1, "check": 2, "call": 3, "undo": 4}',
        'KEPT = {1: "fold", 2: "check", 3: "call", 4: "undo"}',
        "KEPT = dict(fold=1, check=2, call=3, undo=4)",
        'KEPT = "fold check call undo".split()',
        f"KEPT = Literal[{FOUR}]",
        'KEPT = {"fold", "check"} | {"call"} | {"undo"}',
        'KEPT = (*("fold", "check"), *["call", "undo"])',
        'KEPT = [("fold", 1), ("check", 2), ("call", 3), ("undo", 4)]',
        'def KEPT(a):\n    return a == "fold" or a == "check" or a == "call" or a == "undo"',
        'def KEPT(a):\n  match a:\n    case "fold" | "check": b()\n    case "call" | "undo": c()',
        'class KEPT(Enum):\n    A = "fold"\n    B = "check"\n    C = "call"\n    D = "undo"',
    ],
)
def test_the_rule_sees_what_it_forbids(source: str) -> None:
    assert lists_of(source) == {"KEPT"}


@pytest.mark.parametrize(
    "source",
    [
        'KEPT = ["fold", "check", "call", "raise"]',
        '"""To fold, to check, to call, to undo."""',
        "KEPT = f(fold=1, check=2, call=3, undo=4)",
        'KEPT = "they fold, check, call and undo"',
    ],
)
def test_the_rule_lets_words_pass_that_are_no_lists_of_commands(source: str) -> None:
    assert lists_of(source) == set()


@pytest.mark.parametrize(
    "source",
    [
        "const KEPT = ['fold', 'check', 'call', 'undo'];",
        "export const KEPT = new Set([\n  'fold', 'check',\n  'call', 'undo',\n]);",
        "const KEPT = { fold: 1, check: [2], call: f(3), undo: { a: 4 } };",
        "function KEPT(a) { switch (a) { case 'fold': case 'check': b(); break; case 'call': case 'undo': c(); } }",
        "const KEPT = [['fold', 'Fold'], ['check', 'Check'], ['call', 'Call'], ['undo', 'Undo']];",
    ],
)
def test_the_rule_of_pages_sees_what_it_forbids(source: str) -> None:
    assert lists_on_page(source) == {"KEPT"}


def test_the_rule_of_pages_lets_single_names_pass() -> None:
    source = "if (may(state, 'fold') || may(state, 'check')) send({ type: 'call' }, ['undo']);"

    assert lists_on_page(f"function act() {{ {source} }}") == set()
