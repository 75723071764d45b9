"""Modules, classes and functions that are too long are named, and so are exceptions that nobody needs."""

from __future__ import annotations

from pathlib import Path

from workshop.lengths import PLACES, too_long


def _tree(root: Path) -> Path:
    for place in PLACES:
        (root / place).mkdir()
    return root


def test_what_is_too_long_is_named(tmp_path: Path) -> None:
    root = _tree(tmp_path)
    body = "        x = 1\n" * 60
    (root / "py" / "long.py").write_text(f"class Linker:\n    def run(self):\n{body}" + "y = 2\n" * 250, "utf-8")

    assert too_long(root, {}) == [
        "py/long.py has 312 lines; at most 300 are allowed for a module.",
        "py/long.py Linker.run has 61 lines; at most 50 are allowed for a function.",
    ]
    assert too_long(root, {"py/long.py": "data", "py/long.py Linker.run": "a table"}) == []


def test_tests_may_be_longer(tmp_path: Path) -> None:
    root = _tree(tmp_path)
    (root / "tests" / "test_long.py").write_text("x = 1\n" * 600, "utf-8")
    (root / "tests" / "test_longer.py").write_text("x = 1\n" * 601, "utf-8")

    assert too_long(root, {}) == ["tests/test_longer.py has 601 lines; at most 600 are allowed for a module."]


def test_an_exception_that_nobody_needs_is_named(tmp_path: Path) -> None:
    assert too_long(_tree(tmp_path), {"py/gone.py": "data"}) == [
        "py/gone.py needs no exception any more (workshop/lengths.py)."
    ]
