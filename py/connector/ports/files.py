"""Bytes that are held outside Python, by their handles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileHandle:
    """A file held outside Python: ``key`` names it, ``size`` is its real length in bytes."""

    key: str
    size: int
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class WholeFile:
    """A whole message as a file: its handle, its skeleton (`connector.mail.skeleton`), its SHA-256 in hexadecimal."""

    file: FileHandle
    skeleton: str
    sha256: str
