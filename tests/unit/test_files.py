"""What ``pane/files.js`` makes of what Outlook hands out as an attachment, in Node: base64 as it comes, and none."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from workshop.checkout import ROOT
from workshop.nodejs import done_by_node
from workshop.pane_packages import node

CONTENT = bytes(range(256)) * 3 + b"\xfb\xff\xfe"
WRITTEN = base64.b64encode(CONTENT).decode()
LARGE = b"\xfb\xef" * 3_200_000


def read(folder: Path, *contents: object, form: str = "base64") -> list[dict[str, Any]]:
    """What comes of each of these contents."""
    answers = [{"status": "succeeded", "value": {"content": one, "format": form}} for one in contents]
    out = folder / "out.json"
    job = {"script": (ROOT / "pane" / "files.js").read_text("utf-8"), "answers": answers, "out": str(out)}
    done_by_node([str(part) for part in node()], Path(__file__).with_name("files.mjs"), job, folder)
    found: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))
    return found


def test_base64_comes_as_the_same_bytes_however_it_is_written(tmp_path: Path) -> None:
    lines = base64.encodebytes(CONTENT).decode()
    written = [
        WRITTEN, WRITTEN.rstrip("="), lines, lines.replace("\n", "\r\n"), f"\ufeff{WRITTEN}\n",
        base64.urlsafe_b64encode(CONTENT).decode(), f"data:application/pdf;base64,{WRITTEN}", f'"{WRITTEN}"',
    ]  # fmt: skip
    assert [base64.b64decode(one["bytes"]) for one in read(tmp_path, *written)] == [CONTENT] * len(written)


def test_a_large_file_comes_as_the_same_bytes_with_and_without_lines(tmp_path: Path) -> None:
    written = [base64.b64encode(LARGE).decode(), base64.encodebytes(LARGE).decode()]
    assert [base64.b64decode(one["bytes"]) == LARGE for one in read(tmp_path, *written)] == [True, True]


def test_what_is_no_base64_is_no_file(tmp_path: Path) -> None:
    """Without the signs that do not belong there the rest would be other bytes, under the right name."""
    odd = [
        f"*{WRITTEN}",
        WRITTEN[:40] + "\0\0" + WRITTEN[40:],
        "<html>Sign in</html>",
        "QUJDR",
        "QQ==QUJD",
        "{}",
        7,
        None,
        {},
    ]
    assert all(one.get("failed") for one in read(tmp_path, *odd))
