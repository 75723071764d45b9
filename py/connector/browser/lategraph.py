"""Microsoft Graph, whose modules are no part of the picture: they come when something is asked of it.

Most organizations have not switched it on, and all wait for what comes at a start. The plain start has them already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipimport import ZipImportError, zipimporter

import js
from pyodide.ffi import JsException

import connector
import connector.browser
import connector.ports
from connector.errors import GraphUnreachable
from connector.ports import AskingSource, CloudLink, FileHandle, Follow, RawAttachment, WholeFile

ARCHIVE = Path("/graph.zip")


class LateGraph:
    """The port `AskingSource` over one that is made when it is needed. ``make`` imports what is in the archive."""

    def __init__(self, make: Callable[[], AskingSource]) -> None:
        self._make = make
        self._source: AskingSource | None = None
        self._told: Follow = lambda *_: None
        self._one = asyncio.Lock()

    async def headers(self) -> str:
        """The internet headers."""
        return await (await self._made()).headers()

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one of the attachments that Outlook lists."""
        return await (await self._made()).read_file(attachment)

    async def head(self) -> str:
        """What tells the mail from others."""
        return await (await self._made()).head()

    def unlisted(self) -> int:
        """How many attachments Outlook does not list."""
        return self._source.unlisted() if self._source is not None else 0

    def follow(self, told: Follow) -> None:
        """Tell of files on their way."""
        self._told = told

    async def expect(self) -> None:
        """Find out what there is of the open mail's attachments."""
        await (await self._made()).expect()

    async def content_ids(self) -> Mapping[str, str]:
        """The content ids of the attachments, by their ids in Outlook's list."""
        return await (await self._made()).content_ids()

    async def original(self) -> WholeFile:
        """Read the whole mail, in MIME."""
        return await (await self._made()).original()

    async def ask(self) -> None:
        """Let Microsoft ask the user; by then it was asked for something, so nothing is waited for before."""
        source = self._source if self._source is not None else await self._made()
        await source.ask()

    async def _made(self) -> AskingSource:
        async with self._one:
            if self._source is None:
                try:
                    self._source = self._make()
                except ModuleNotFoundError:
                    await _fetched()
                    self._source = self._make()
                self._source.follow(self._told)
            return self._source


async def _fetched() -> None:
    """Put the modules where they are found. Raises `SourceBusy` where the pane's host does not give them whole."""
    try:
        graph = await js.mailConnector.graph()
        # The browser may have kept an archive that came short.
        whole = ARCHIVE.exists() or _put(await graph.modules("default")) or _put(await graph.modules("reload"))
    except JsException as error:
        raise GraphUnreachable(host=str(js.location.host)) from error
    if not whole:
        raise GraphUnreachable(host=str(js.location.host))


def _put(archive: Any) -> bool:
    """Put an archive where its modules are found; return whether it is one."""
    ARCHIVE.write_bytes(archive.to_bytes())
    try:
        zipimporter(str(ARCHIVE))
    except ZipImportError:
        ARCHIVE.unlink()
        return False
    for package in (connector, connector.browser, connector.ports):
        package.__path__.append(f"{ARCHIVE}/{package.__name__.replace('.', '/')}")
    return True
