"""Precompressed copies of the files that are served, beside them: ``name.br`` and ``name.gz``.

Servers that know of them (nginx with ``gzip_static``, the development server) send them as they are. Node
compresses, as it is needed for the build anyway; what it made is kept in ``.cache`` by content, because the best
quality takes half a minute for Pyodide's wasm.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from pathlib import Path

from workshop.checkout import CACHE
from workshop.nodejs import NodeFailed, done_by_node, version
from workshop.pane_packages import node

KEPT = CACHE / "compressed"
KEEP = 400_000_000
"""Bytes that stay in the cache, the last used copies."""
SUFFIXES = frozenset(".bin .css .html .js .json .mjs .mo .py .svg .txt .wasm .zip".split())
SMALLEST = 1024
"""Bytes below which a copy is not worth its file."""
BEST, QUICK = 11, 5
SECONDS = 600


class CompressionFailed(Exception):
    """Node failed; the text is the end of its output."""


def precompress(folder: Path, quality: int) -> None:
    """Put copies beside all files of a folder for which it is worth it. ``quality``: brotli's, 1 to 11."""
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in SUFFIXES and file.stat().st_size >= SMALLEST]
    command = [str(part) for part in node()]
    by, keys = version(command), {}
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        keys[file] = hashlib.sha256(f"{by} {quality} {digest}".encode()).hexdigest()[:32]
    _compress(command, {key: file for file, key in keys.items() if not _kept(key, ".gz").is_file()}, quality)
    for file, key in keys.items():
        for suffix in (".br", ".gz"):
            kept = _kept(key, suffix)
            kept.touch()
            if kept.stat().st_size < file.stat().st_size:
                shutil.copyfile(kept, file.with_name(file.name + suffix))
    _tidy()


def _kept(key: str, suffix: str) -> Path:
    return KEPT / (key + suffix)


def _compress(command: list[str], wanted: dict[str, Path], quality: int) -> None:
    if not wanted:
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=KEPT) as name:
        folder = Path(name)
        files = [[str(file), str(folder / f"{key}.br"), str(folder / f"{key}.gz")] for key, file in wanted.items()]
        try:
            job = {"quality": quality, "files": files}
            done_by_node(command, Path(__file__).with_name("compress.mjs"), job, folder, seconds=SECONDS)
        except NodeFailed as error:
            raise CompressionFailed(f"The files could not be compressed. Node said:\n{error}") from None
        for key in wanted:
            for suffix in (".br", ".gz"):
                (folder / (key + suffix)).replace(_kept(key, suffix))


def _tidy() -> None:
    """Remove what has not been used for longest; another build may do the same at the same time."""
    kept = []
    for file in KEPT.glob("*.*"):
        with contextlib.suppress(FileNotFoundError):
            state = file.stat()
            kept.append((state.st_mtime_ns, state.st_size, file))
    total = 0
    for _, size, file in sorted(kept, reverse=True):
        total += size
        if total > KEEP:
            file.unlink(missing_ok=True)
