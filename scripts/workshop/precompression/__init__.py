"""Precompressed copies of the files that are served, beside them: ``name.br`` and ``name.gz``.

Servers that know of them (nginx with ``gzip_static``, the development server) send them as they are. Node
compresses, as it is needed for the build anyway; each copy is kept in ``.cache`` by content as soon as it is made,
because the best quality takes half a minute for Pyodide's wasm.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
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
LARGE = 500_000
"""Bytes from which on a file takes seconds, so that it is told when it is finished."""
BEST, FAIR, QUICK = 11, 9, 5
"""Brotli's qualities. The fair one makes files an eighth larger than the best, in an eighth of its time."""


class CompressionFailed(Exception):
    """Node failed; the text is the end of its output."""


def precompress(
    folder: Path, quality: int, *, seldom: str = "", told: Callable[[str], object] = lambda _: None
) -> None:
    """Put copies beside all files of a folder for which it is worth it. ``quality``: brotli's, 1 to 11.

    Files whose path in the folder begins with ``seldom`` get no more than `FAIR`. ``told`` hears how far it is.
    """
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in SUFFIXES and file.stat().st_size >= SMALLEST]
    command = [str(part) for part in node()]
    by, wanted = version(command), []
    for file in files:
        rare = bool(seldom) and file.relative_to(folder).as_posix().startswith(seldom)
        best = min(quality, FAIR) if rare else quality
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        key = hashlib.sha256(f"{by} {best} {digest}".encode()).hexdigest()[:32]
        wanted.append(_Wanted(file, file.stat().st_size, key, best))
    _compress(command, [one for one in wanted if not _kept(one.key, ".gz").is_file()], told)
    for one in wanted:
        for suffix in (".br", ".gz"):
            kept = _kept(one.key, suffix)
            kept.touch()
            if kept.stat().st_size < one.size:
                shutil.copyfile(kept, one.file.with_name(one.file.name + suffix))
    _tidy()


@dataclass(frozen=True)
class _Wanted:
    """A file to compress; ``size`` in bytes, ``key`` what its copies are kept by."""

    file: Path
    size: int
    key: str
    quality: int


def _kept(key: str, suffix: str) -> Path:
    return KEPT / (key + suffix)


def _compress(command: list[str], wanted: list[_Wanted], told: Callable[[str], object]) -> None:
    """Compress these files; each that is finished stays, whatever becomes of the others."""
    if not wanted:
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    # The slowest first, so that in the end no processor has one of them alone.
    wanted = sorted({one.key: one for one in wanted}.values(), key=lambda one: (-one.quality, -one.size))
    sizes, total = {one.key: one.size for one in wanted}, sum(one.size for one in wanted)
    told(f"Compressing {total / 1e6:.1f} MB …")

    def finished(line: str) -> None:
        size = sizes.pop(line, 0)
        if size >= LARGE:
            told(f"  {(total - sum(sizes.values())) / 1e6:.1f} of {total / 1e6:.1f} MB are compressed.")

    with tempfile.TemporaryDirectory(prefix="making-", dir=KEPT) as name:
        files = [[str(one.file), one.key, one.quality] for one in wanted]
        job = {"making": name, "kept": str(KEPT), "files": files}
        try:
            done_by_node(command, Path(__file__).with_name("compress.mjs"), job, Path(name), heard=finished)
        except NodeFailed as error:
            raise CompressionFailed(f"The files could not be compressed. Node said:\n{error}") from None


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
