"""Takes the picture of Python's memory: runs ``make.mjs`` in Node, and keeps what comes out in ``.cache``."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from workshop.checkout import CACHE
from workshop.nodejs import NodeFailed, done_by_node, version
from workshop.pane_packages import node
from workshop.snapshot import sparse
from workshop.snapshot.wasm import emptied

HERE = Path(__file__).resolve().parent
KEPT = CACHE / "snapshot"
KEEP = 6
"""Pictures that stay in the cache, the last used ones; each has about 11 MB."""
PYSCRIPT_NEEDS = ("base64", "html", "inspect", "json", "pathlib")
"""What PyScript's own Python imports when it arrives."""
INPUTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


class PictureFailed(Exception):
    """The picture can't be taken; the text says why, with Node's own last words."""


@dataclass(frozen=True)
class Picture:
    """``memory``: the sparse picture. ``late``: an archive of modules that may be imported later.

    ``wasm``: Python's file without the modules in it, which the picture has.
    """

    memory: bytes
    late: bytes
    wasm: bytes


def take(pyodide: Path, application: Path, told: Callable[[str], object] = lambda _: None) -> Picture:
    """Take the picture, or return the kept one of the same input.

    ``pyodide``: the folder of Pyodide as it is served. ``application``: the archive of the application's source.
    ``told`` hears what takes long. Raises PictureFailed.
    """
    command = [str(part) for part in node()]
    key = _key(command, pyodide, application)
    kept = KEPT / key
    if not (kept / "complete").exists():
        with tempfile.TemporaryDirectory(prefix="snapshot-") as folder:
            known = compiled(pyodide)
            told("Taking the picture of Python's memory …")
            make(command, pyodide, application, Path(folder), known)
            _keep(Path(folder), kept, pyodide, known)
    (kept / "complete").touch()
    frozen = json.loads((kept / "frozen.json").read_text("utf-8"))
    wasm = emptied((pyodide / "pyodide.asm.wasm").read_bytes(), frozen)
    return Picture((kept / "memory.bin").read_bytes(), (kept / "late.zip").read_bytes(), wasm)


def compiled(pyodide: Path) -> Path:
    """The file, if there is one, with the modules that were compiled for an earlier picture with this Pyodide."""
    return KEPT / f"compiled-{_digest([*(pyodide / name for name in INPUTS), HERE / 'modules.py'])}.zip"


def _key(command: list[str], pyodide: Path, application: Path) -> str:
    inputs = [*(pyodide / name for name in INPUTS), application, *sorted(HERE.glob("*.py")), HERE / "make.mjs"]
    return _digest(inputs, version(command))


def _digest(files: Iterable[Path], *words: str) -> str:
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return hashlib.sha256("\n".join([*words, *digests]).encode()).hexdigest()[:32]


def make(command: list[str], pyodide: Path, application: Path, out: Path, known: Path) -> None:
    """Run ``make.mjs`` with Node's ``command``; its files go into the folder ``out``.

    ``known``: the ``known.zip`` of another time, which need not exist. Raises PictureFailed.
    """
    job = {
        "pyodide": str(pyodide),
        "lock": str(pyodide / "pyodide-lock.json"),
        "application": str(application),
        "modules": str(HERE / "modules.py"),
        "also": PYSCRIPT_NEEDS,
        "known": str(known),
        "out": str(out),
    }
    try:
        done_by_node(command, HERE / "make.mjs", job, out)
    except NodeFailed as error:
        raise PictureFailed(f"The picture of Python's memory could not be taken. Node said:\n{error}") from None


def _keep(made: Path, kept: Path, pyodide: Path, known: Path) -> None:
    frozen = (made / "frozen.json").read_text("utf-8")
    memory = sparse.written(
        (made / "memory.bin").read_bytes(),
        (made / "state.json").read_bytes(),
        emptied((pyodide / "pyodide.asm.wasm").read_bytes(), json.loads(frozen)),
        (made / "fresh.bin").read_bytes(),
    )
    kept.mkdir(parents=True, exist_ok=True)
    (kept / "memory.bin").write_bytes(memory)
    (kept / "frozen.json").write_text(frozen, "utf-8")
    shutil.copyfile(made / "late.zip", kept / "late.zip")
    (kept / "complete").touch()
    # Another build may do the same at the same time.
    fresh = known.with_name(f"{known.name}.{os.getpid()}")
    shutil.copyfile(made / "known.zip", fresh)
    fresh.replace(known)
    finished = sorted(KEPT.glob("*/complete"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for old in finished[KEEP:]:
        shutil.rmtree(old.parent, ignore_errors=True)
