"""Regular expressions are constants, which the picture of Python's memory holds compiled; no start compiles them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import connector

COMPILING = frozenset("compile findall finditer fullmatch match search split sub subn".split())


def _inside_functions(tree: ast.AST) -> Iterator[ast.Call]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (node for node in ast.walk(function) if isinstance(node, ast.Call))


def _compiles(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="re"), attr=name):
            return name in COMPILING
    return False


def _compiled_late(source: str) -> list[str]:
    return sorted({ast.unparse(call) for call in _inside_functions(ast.parse(source)) if _compiles(call)})


def test_no_function_compiles_a_regular_expression() -> None:
    files = sorted(Path(connector.__file__).parent.rglob("*.py"))
    late = {file.name: found for file in files if (found := _compiled_late(file.read_text("utf-8")))}
    assert files
    assert late == {}


def test_what_is_compiled_late_is_found() -> None:
    source = (
        "import re\nA = re.compile('a')\n"
        "def f(x):\n    return A.sub('', re.split('b', x)[0])\n"
        "g = lambda x: re.match('c', x)\n"
    )
    assert _compiled_late(source) == ["re.match('c', x)", "re.split('b', x)"]
