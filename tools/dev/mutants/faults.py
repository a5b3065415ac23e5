"""Which small faults a source file can have: each is one place and the text that stands there instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_COMPARED: Final = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "is": "is not",
    "is not": "is",
    "in": "not in",
    "not in": "in",
}
_ARITHMETIC: Final = {"+": "-", "-": "+", "*": "+", "//": "*", "%": "+", "<<": ">>", ">>": "<<", "&": "|", "|": "&"}
_CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_QUIET: Final = {"log", "_log", "_LOG", "logger", "print"}
"""What is said to people alone: no test has to see that a line of a log is missing."""

_SCRIPT: Final = [
    ("compare", r"===|!==", {"===": "!==", "!==": "==="}),
    ("compare", r"(?<= )[<>]=?(?= )", {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}),
    ("logic", r"&&|\|\|", {"&&": "||", "||": "&&"}),
    ("constant", r"\b(?:true|false)\b", {"true": "false", "false": "true"}),
    ("arithmetic", r"(?<= )[+-](?= )", {"+": "-", "-": "+"}),
]

KINDS: Final = {
    "compare": 10,
    "logic": 8,
    "condition": 8,
    "constant": 8,
    "arithmetic": 8,
    "statement": 8,
    "filter": 4,
    "loop": 4,
    "extreme": 4,
    "return": 3,
    "arguments": 2,
}
"""Kind of fault to its weight in a draw. Most swapped arguments and lost results crash at once: they are drawn less."""


@dataclass(frozen=True)
class Fault:
    """One place of one file, and what is written there instead."""

    path: str
    """Relative to the root of the tree, with slashes."""
    kind: str
    """Of `KINDS`."""
    start: int
    """Offset in characters, where the old text starts."""
    end: int
    """Offset in characters, behind the old text."""
    text: str
    """The new text."""
    function: str
    """Dotted name of the function that it is in; empty at the top of a module."""

    def planted(self, source: str) -> str:
        """Return the source with this fault in it."""
        return source[: self.start] + self.text + source[self.end :]

    def compiles(self, source: str) -> bool:
        """Say whether the source with this fault is Python still; of JavaScript nobody asks."""
        if self.path.endswith(".js"):
            return True
        try:
            compile(self.planted(source), self.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        return True

    def line(self, source: str) -> int:
        """Return the number of its first line, from 1."""
        return source.count("\n", 0, self.start) + 1

    def lines(self, source: str) -> tuple[str, str]:
        """Return its lines as they are and as they would be, without the blanks around them."""
        first, last = source.rfind("\n", 0, self.start) + 1, source.find("\n", self.end)
        last = len(source) if last < 0 else last
        return source[first:last].strip(), (source[first : self.start] + self.text + source[self.end : last]).strip()


def faults_in(path: str, source: str) -> list[Fault]:
    """Return every fault that a file can have, in the order of its lines. Python that cannot be parsed has none."""
    if path.endswith(".js"):
        return list(_in_script(path, source))
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return sorted(_Finder(path, source).all(tree), key=lambda fault: (fault.start, fault.end, fault.text))


def _in_script(path: str, source: str) -> Iterator[Fault]:
    """Find faults of JavaScript by its text, outside comments that have a line of their own."""
    at = 0
    for line in source.splitlines(keepends=True):
        if not line.lstrip().startswith(("//", "*", "/*", "import ")):
            for kind, pattern, other in _SCRIPT:
                for match in re.finditer(pattern, line):
                    yield Fault(path, kind, at + match.start(), at + match.end(), other[match.group()], "")
        at += len(line)


class _Finder:
    """Walks one file, and knows in which function it is."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.text_lines = source.splitlines(keepends=True)

    def all(self, node: ast.AST, function: str = "") -> Iterator[Fault]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            function = f"{function}.{node.name}" if function else node.name
        if _skipped(node):
            return
        for kind, start, end, text in self._of(node):
            yield Fault(self.path, kind, start, end, text, function)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_comment", "type_params", "bases"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self.all(child, function)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno or 0, node.end_col_offset or 0)

    def _offset(self, line: int, column: int) -> int:
        """Return characters before a place that `ast` counts in bytes of UTF-8."""
        text = self.text_lines[line - 1] if line <= len(self.text_lines) else ""
        return self.lines[line - 1] + len(text.encode()[:column].decode())

    def _between(self, one: ast.expr, other: ast.expr, pattern: str) -> Iterator[tuple[int, int, str]]:
        """Find a word or sign between two operands: start, end, and the word with single blanks."""
        start, end = self._span(one)[1], self._span(other)[0]
        match = re.search(pattern, self.source[start:end])
        if match:
            yield start + match.start(), start + match.end(), " ".join(match.group().split())

    def _of(self, node: ast.AST) -> Iterator[tuple[str, int, int, str]]:
        match node:
            case ast.Compare() | ast.BoolOp() | ast.BinOp():
                yield from self._operator(node)
            case ast.UnaryOp(op=ast.Not()):
                yield "logic", *self._span(node), self._text(node.operand)
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                if not (isinstance(node, ast.While) and isinstance(test, ast.Constant)):
                    yield "condition", *self._span(test), f"(not ({self._text(test)}))"
            case ast.comprehension():
                for test in node.ifs:
                    yield "filter", *self._span(test), "True"
            case ast.Constant():
                yield from self._constant(node)
            case ast.Call():
                yield from self._call(node)
            case ast.stmt():
                yield from self._statement(node)

    def _operator(self, node: ast.Compare | ast.BoolOp | ast.BinOp) -> Iterator[tuple[str, int, int, str]]:
        match node:
            case ast.Compare():
                for one, other in pairwise([node.left, *node.comparators]):
                    for start, end, word in self._between(one, other, r"<=|>=|==|!=|<|>|is\s+not|not\s+in|is|in"):
                        yield "compare", start, end, _COMPARED[word]
            case ast.BoolOp():
                for one, other in pairwise(node.values):
                    for start, end, word in self._between(one, other, r"\b(and|or)\b"):
                        yield "logic", start, end, "or" if word == "and" else "and"
            case ast.BinOp():
                for start, end, sign in self._between(node.left, node.right, r"//|<<|>>|\*\*|[+\-*%&|]"):
                    if sign in _ARITHMETIC and not _is_text(node):
                        yield "arithmetic", start, end, _ARITHMETIC[sign]

    def _statement(self, node: ast.stmt) -> Iterator[tuple[str, int, int, str]]:
        match node:
            case ast.Continue() | ast.Break():
                yield "loop", *self._span(node), "break" if isinstance(node, ast.Continue) else "continue"
            case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant | ast.Name):
                yield "return", *self._span(value), "None"
            case (
                ast.AugAssign()
                | ast.Raise()
                | ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
                | ast.Expr(value=ast.Call() | ast.Await())
            ):
                yield "statement", *self._span(node), "pass"

    def _constant(self, node: ast.Constant) -> Iterator[tuple[str, int, int, str]]:
        if isinstance(node.value, bool):
            yield "constant", *self._span(node), str(not node.value)
        elif isinstance(node.value, int):
            yield "constant", *self._span(node), str(node.value + 1)

    def _call(self, node: ast.Call) -> Iterator[tuple[str, int, int, str]]:
        if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
            yield "extreme", *self._span(node.func), _CALLED[node.func.id]
        first = node.args[:2]
        if len(first) == 2 and not any(isinstance(each, ast.Starred) for each in first):  # noqa: PLR2004 - a pair
            (start, middle), (start_of_other, end) = map(self._span, first)
            one, other = self.source[start:middle], self.source[start_of_other:end]
            if one != other:
                yield "arguments", start, end, other + self.source[middle:start_of_other] + one

    def _text(self, node: ast.expr) -> str:
        start, end = self._span(node)
        return self.source[start:end]


def _skipped(node: ast.AST) -> bool:
    """Say whether nothing in here is worth a fault: what is only said, typed, or true by construction."""
    match node:
        case ast.Assert() | ast.Expr(value=ast.Constant()):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Expr(value=ast.Call(func=called)):
            return bool(_QUIET & _words(called))
    return False


def _words(called: ast.expr) -> set[str]:
    """Return the names in what is called: `self.log.info` has self, log and info."""
    return {each.id if isinstance(each, ast.Name) else each.attr for each in _names(called)}


def _names(called: ast.expr) -> Iterator[ast.Name | ast.Attribute]:
    while isinstance(called, ast.Attribute):
        yield called
        called = called.value
    if isinstance(called, ast.Name):
        yield called


def _is_text(node: ast.BinOp) -> bool:
    """Say whether an operand is a text, so that another sign would only crash."""
    sides = (node.left, node.right)
    return any(isinstance(each, ast.JoinedStr) or isinstance(getattr(each, "value", None), str) for each in sides)
