"""What the settings of every server say: the pane's address, its headers, what lies at the top of its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Site:
    """A pane to be served. ``headers`` are those that every answer carries; names of folders end in ``/``."""

    host: str
    headers: Mapping[str, str]
    top_level: tuple[str, ...]

    @property
    def name(self) -> str:
        """The host name, such as ``addin.example.com``."""
        return urlsplit(self.host).hostname or "localhost"

    @property
    def port(self) -> int:
        """The port at which the pane is asked for."""
        return urlsplit(self.host).port or 443

    @property
    def path(self) -> str:
        """The folder on that host, with a slash at both ends."""
        return urlsplit(self.host).path.rstrip("/") + "/"


def bare(kind: str) -> str:
    """Return a media type without its charset."""
    return kind.split(";", 1)[0]


def suffixes_by_type(types: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the suffixes of each media type, without their dots."""
    found: dict[str, list[str]] = {}
    for suffix, kind in types.items():
        found.setdefault(kind, []).append(suffix.removeprefix("."))
    return found
