"""Bytes that are held outside Python, by their handles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileHandle:
    """A file held outside Python: ``key`` names it, ``size`` is its real length in bytes."""

    key: str
    size: int
    media_type: str = "application/octet-stream"
