"""What a built pane holds and how it is to be served, in a file beside it: the self-check compares with it.

``contents.json``: ``version``, ``host``, ``headers`` of every answer, ``meta_policy`` (whether the policy stands in the
pages), ``cache`` (Cache-Control by the beginning of the path), and ``files``: by path the media type and the SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from workshop.pane_headers import CACHED_FOREVER, FOREVER, REVALIDATE, media_type

NAME = "contents.json"
CHANGEABLE = ("config.json",)
"""What may be changed where it is served: no hash of it is written down."""


def write(dist: Path, host: str, version: str, headers: Mapping[str, str], *, meta_policy: bool = False) -> None:
    """Write the file into a built pane, before copies of its files are compressed."""
    files = {
        name: {"type": media_type(name), **({} if name in CHANGEABLE else {"sha256": _digest(dist / name)})}
        for name in sorted(file.relative_to(dist).as_posix() for file in dist.rglob("*") if file.is_file())
    }
    content = {
        "version": version,
        "host": host,
        "headers": dict(headers),
        "meta_policy": meta_policy,
        "cache": {"": REVALIDATE, **{folder.lstrip("/"): FOREVER for folder in CACHED_FOREVER}},
        "files": files,
    }
    (dist / NAME).write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
