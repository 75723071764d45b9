"""Join the pane's style sheet, which is written in one file for each matter, into the one that is served.

A page that asks for one sheet shows sooner than one that asks for many.

    text = joined(ROOT / "pane" / "pane.css")
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = "css"
"""Of the files that are joined, beside the sheet that names them."""
_IMPORT = re.compile(r'^@import "([\w./-]+)";\n', re.M)


class Unjoined(Exception):
    """The sheet can't be joined; the text says why."""


def joined(sheet: Path) -> str:
    """Return the sheet with each file that it imports in the place of the import. Raises Unjoined."""
    text = sheet.read_text("utf-8")
    named = _IMPORT.findall(text)
    there = sorted(file.relative_to(sheet.parent).as_posix() for file in (sheet.parent / FOLDER).glob("*.css"))
    if sorted(named) != there:
        differing = ", ".join(sorted(set(named) ^ set(there)) or named)
        raise Unjoined(f"{sheet.name} has to import each file of {FOLDER}/ once; this differs: {differing}.")
    return _IMPORT.sub(lambda match: (sheet.parent / match[1]).read_text("utf-8"), text)
