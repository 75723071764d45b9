"""Look for modules, classes and functions that are too long to be read at once.

problems = too_long(ROOT)
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from workshop.checkout import ROOT

LONGEST: Mapping[str, int] = {"module": 300, "class": 200, "function": 50}
"""Lines, by kind. A module of tests may have twice as many, and a class of tests a quarter more."""
PLACES = ("py", "scripts", "tests")
EXCEPTIONS: Mapping[str, str] = {
    "py/connector/app/events.py": "data: one class of two lines for each event",
    "py/connector/errors.py": "data: the tree of errors",
    "py/connector/mail/publicsuffixes.py": "data: written by scripts/domains.py",
}
"""What may be longer, as it is data and no logic."""


def too_long(root: Path, exceptions: Mapping[str, str] = EXCEPTIONS) -> list[str]:
    """Return a sentence for each part below ``root`` that is too long, and for each exception that none needs."""
    found = {
        name: f"{name} has {lines} lines; at most {most} are allowed for a {kind}."
        for place in PLACES
        for path in sorted((root / place).rglob("*.py"))
        for name, kind, lines, most in _over(path, path.relative_to(root).as_posix())
    }
    idle = [f"{name} needs no exception any more (workshop/lengths.py)." for name in exceptions if name not in found]
    return [sentence for name, sentence in found.items() if name not in exceptions] + idle


def _over(path: Path, name: str) -> Iterator[tuple[str, str, int, int]]:
    text = path.read_text("utf-8")
    in_tests = name.startswith("tests/")
    parts = [(name, "module", text.count("\n")), *_parts(ast.parse(text), name + " ")]
    for part, kind, lines in parts:
        most = LONGEST[kind]
        if in_tests:
            most = {"module": 2 * most, "class": most * 5 // 4}.get(kind, most)
        if lines > most:
            yield part, kind, lines, most


def _parts(node: ast.AST, before: str) -> Iterator[tuple[str, str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            kind = "class" if isinstance(child, ast.ClassDef) else "function"
            yield before + child.name, kind, (child.end_lineno or child.lineno) - child.lineno + 1
            yield from _parts(child, f"{before}{child.name}.")
        else:
            yield from _parts(child, before)


def main() -> int:
    """Print what is too long; returns the exit code."""
    found = too_long(ROOT)
    for sentence in found:
        print(sentence)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
