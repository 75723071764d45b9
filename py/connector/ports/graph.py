"""Microsoft Graph as the pane reaches it: the two ports that ask for tokens and for content.

`connector.browser.graph` implements them over Microsoft's msal-browser and fetch. Tests run the same code with real
HTTP on CPython.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connector.ports.files import FileHandle, WholeFile


@dataclass(frozen=True)
class Grant:
    """A token for Graph, and the seconds for which it is good. Never logged, nor kept anywhere but in memory."""

    token: str = field(repr=False)
    seconds: float


class NoGrant(Exception):
    """Microsoft gave no token: MSAL's ``errorCode``, its message, and whether somebody has to answer Microsoft."""

    def __init__(self, code: str, text: str = "", *, interaction: bool = False) -> None:
        super().__init__(code)
        self.code, self.text, self.interaction = code, text, interaction


class Broker(Protocol):
    """Outlook, which signs add-ins in at Microsoft (nested app authentication).

    Both calls raise `NoGrant`, `OfficeTimeout` where Outlook does not answer, and `SourceError` where what they need
    could not be loaded.

    ``claims`` is what Graph asked the token to have, a JSON text; ``fresh``: not one that was given before.
    """

    async def silent(self, scope: str, *, claims: str = "", fresh: bool = False) -> Grant:
        """Ask for a token without showing anything."""
        ...

    async def asking(self, scope: str, *, claims: str = "") -> Grant:
        """Let Microsoft ask the user. Only in the course of something that the user has pressed."""
        ...


class BrokenOff(Exception):
    """No answer, or not all of it: ``part`` is what came of a file, held; None where nothing was to be kept.

    ``silent``: nothing came any more for too long.
    """

    def __init__(self, part: FileHandle | None = None, *, silent: bool = False) -> None:
        super().__init__("broken off")
        self.part, self.silent = part, silent


@dataclass(frozen=True)
class Arrived:
    """A file that has come, and its first bytes, at most 16 of them, as Latin-1."""

    file: FileHandle
    begins: str = ""


class GraphAnswer(Protocol):
    """An answer whose head is there. One of `text`, `file` and `drop` has to be called."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that the browser shows, their names in lower case."""
        ...

    async def text(self) -> str:
        """The content as text. Raises `BrokenOff`."""
        ...

    async def file(self, media_type: str, part: FileHandle | None, tell: Callable[[int], None]) -> Arrived:
        """Hold the content outside Python, behind ``part`` if that is given, which is let go of.

        ``tell`` is called a few times a second, with how many bytes are there. Raises `BrokenOff` with what there is by
        then.
        """
        ...

    def drop(self) -> None:
        """Take nothing of it."""
        ...


class GraphRequests(Protocol):
    """GET requests to Graph. Nothing is followed to another address; no cookie goes with it."""

    async def get(self, url: str, headers: Mapping[str, str]) -> GraphAnswer:
        """Ask, and wait for the answer's head. Raises `BrokenOff`."""
        ...

    async def examined(self, file: FileHandle) -> WholeFile:
        """Return a held message with its skeleton and its SHA-256. Raises `OfficeError`."""
        ...

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the memory behind these handles."""
        ...
