"""Bytes that are held outside Python, by their handles."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE, GRAPH = "message", "graph"
"""Where a file came from: out of the whole message, and from Microsoft Graph."""


@dataclass(frozen=True)
class FileHandle:
    """A file held outside Python: ``key`` names it, ``size`` is its real length in bytes.

    ``origin`` says where it came from, where Outlook did not hand it out as it is: `MESSAGE` or `GRAPH`.
    """

    key: str
    size: int
    media_type: str = "application/octet-stream"
    origin: str = ""


@dataclass(frozen=True)
class WholeFile:
    """A whole message as a file: its handle, its skeleton (`connector.mail.skeleton`), its SHA-256 in hexadecimal."""

    file: FileHandle
    skeleton: str
    sha256: str


@dataclass(frozen=True)
class Piece:
    """Where the content of a message's part stands in it: the bytes from ``start`` to before ``end``.

    ``encoding`` is its transfer encoding, in lower case. ``closed``: the boundary that has to follow does, and the line
    break before that is not its own.
    """

    start: int
    end: int
    encoding: str = ""
    closed: bool = False


@dataclass(frozen=True)
class PartFile:
    """A part of a message as a file; ``odd`` where more stood in it than its encoding allows."""

    file: FileHandle
    odd: bool = False
