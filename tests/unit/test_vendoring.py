"""What the build copies from the npm packages is what was pinned, byte by byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workshop import vendoring
from workshop.checkout import NODE_MODULES
from workshop.vendoring import Missing, Vendoring, pins


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of npm packages with just what is copied."""
    for name in (*pins(), "pyodide/package.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(NODE_MODULES / name, tmp_path / name)
    monkeypatch.setattr(vendoring, "NODE_MODULES", tmp_path)
    return tmp_path


def test_every_file_that_is_copied_is_pinned(packages: Path, tmp_path: Path) -> None:
    files = Vendoring(None)
    files.all(tmp_path / "out")

    assert files.seen == pins()


@pytest.mark.parametrize("name", sorted(pins()))
def test_a_changed_file_stops_the_build(packages: Path, tmp_path: Path, name: str) -> None:
    changed = packages / name
    changed.write_bytes(changed.read_bytes() + b" ")

    with pytest.raises(Missing, match=f"{name} is not the file that this project pins.*environment.py"):
        vendoring.vendor(tmp_path / "out")


def test_a_missing_file_stops_the_build(packages: Path, tmp_path: Path) -> None:
    (packages / "pyodide" / "pyodide.mjs").unlink()

    with pytest.raises(Missing, match="not installed"):
        vendoring.vendor(tmp_path / "out")
