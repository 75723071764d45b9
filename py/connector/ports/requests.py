"""Requests to the CRM, and the port that sends them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from connector.ports.files import FileHandle

Progress = Callable[[int, int], None]
"""Called with bytes sent and bytes in all while an upload runs."""


@dataclass(frozen=True)
class DataUrl:
    """Stands in a text for the file's content as a ``data:`` URL; filled in outside Python."""

    file: FileHandle


Text = Sequence[str | DataUrl]
"""A text in pieces, so that inline pictures can be put into it without passing through Python."""


@dataclass(frozen=True)
class FormFile:
    """A file part of a multipart form."""

    field: str
    name: str
    file: FileHandle


@dataclass(frozen=True)
class Request:
    """One HTTP POST: JSON text in ``body``, or a form of ``fields`` and ``files``.

    ``headers`` hold the credentials and must not be logged; they are left out of the representation.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: str | None = None
    fields: Mapping[str, Text] = field(default_factory=dict, repr=False)
    files: Sequence[FormFile] = ()


@dataclass(frozen=True)
class Response:
    """What came back: status and text, undeciphered."""

    status: int
    text: str = field(repr=False)


class Transport(Protocol):
    """Sends requests to the CRM."""

    def prepare(self, request: Request | None) -> None:
        """Do what can be done before the request is sent, if it ever is; None lets go of that.

        It is used for a request that equals this one. The files must be held as long.
        """
        ...

    async def send(self, request: Request, *, progress: Progress | None = None) -> Response:
        """Send and wait for the answer.

        Raises `ReachError` in its finest known kind when no answer can be read. Cancelling the
        awaiting task aborts the request.
        """
        ...
