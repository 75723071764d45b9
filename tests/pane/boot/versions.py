"""Other versions of a build, made without building: a file of the boot set is changed, and all that names it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from workshop.boot_set import marks_of

Change = Callable[[bytes], bytes]


def named(dist: Path, stem: str) -> Path:
    """The file of the boot set with this name before its hash."""
    [file] = [one for one in (dist / "boot").glob(f"{stem}-*") if one.is_file() and one.suffix not in (".br", ".gz")]
    return file


def version(dist: Path, out: Path, changes: Mapping[str, Change]) -> Path:
    """Copy a build into ``out`` with some files of its boot set changed, by their names before the hash.

    Only files that the boot script or the page name can be changed, ``boot`` itself comes last.
    """
    shutil.copytree(dist, out, copy_function=os.link)
    for stem, change in changes.items():
        _rename(out, stem, change)
    return out


def _rename(out: Path, stem: str, change: Change) -> None:
    old = named(out, stem)
    before = old.read_bytes()
    content = change(before)
    digest = hashlib.sha256(content).hexdigest()
    new = old.with_name(f"{stem}-{digest[:16]}{old.suffix}")
    for file in out.glob(f"boot/{old.name}*"):
        file.unlink()
    new.write_bytes(content)
    marks = [[str(one) for one in marks_of(each).values()] for each in (before, content)]
    replaced = {old.name: new.name, **dict(zip(*marks, strict=True))}

    def renewed(text: bytes) -> bytes:
        for one, other in replaced.items():
            text = text.replace(one.encode(), other.encode())
        return text

    if stem != "boot" and re.search(re.escape(old.name).encode(), named(out, "boot").read_bytes()):
        _rename(out, "boot", renewed)
    for page in out.glob("*.html*"):
        text = renewed(page.read_bytes()) if page.suffix == ".html" else b""
        page.unlink()
        if text:
            page.write_bytes(text)
