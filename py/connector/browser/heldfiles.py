"""Bytes that JavaScript holds for Python (``pane/files.js``), and what can be done with them there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from connector.browser.values import entries, flag, number, text
from connector.errors import OfficeCallFailed, OfficeTimeout
from connector.ports import FileHandle, PartFile, Piece


class HeldFiles:
    """What is held; everything that is waited for has the same time-out, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def part(self, whole: FileHandle, piece: Piece, media_type: str) -> PartFile:
        """Take a part out of a held message; its bytes stay in JavaScript."""
        place = piece.start, piece.end, piece.encoding, piece.closed
        read = await self.awaited("part", js.mailConnector.files.part(whole.key, *place, media_type))
        return PartFile(handle(read), flag(read, "odd"))

    async def digest(self, file: FileHandle) -> str:
        """SHA-256 of the file's bytes, made in JavaScript."""
        try:
            async with asyncio.timeout(self.seconds):
                return str(await js.mailConnector.files.digest(file.key))
        except TimeoutError as error:
            raise OfficeTimeout(what="digest") from error
        except JsException as error:
            raise OfficeCallFailed(what="digest", reason=str(error)) from error

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the bytes behind these handles."""
        js.mailConnector.files.drop(to_js([file.key for file in files]))

    async def awaited(self, what: str, reading: Any) -> Any:
        """Wait for something that ``pane/files.js`` reads. Raises `OfficeError`."""
        try:
            async with asyncio.timeout(self.seconds):
                result = await reading.promise
        except TimeoutError as error:
            reading.abandon()
            raise OfficeTimeout(what=what) from error
        except asyncio.CancelledError:
            reading.abandon()
            raise
        except JsException as error:
            raise OfficeCallFailed(what=what, reason=str(error)) from error
        failed = entries(result, "failed")
        if failed:
            code, reason = map(str, failed)
            raise OfficeCallFailed(what=what, reason=f"{reason} ({code})" if code else reason)
        return result


def handle(read: Any) -> FileHandle:
    """Return the handle of a file as ``pane/files.js`` tells it."""
    return FileHandle(text(read, "key"), number(read, "size"), text(read, "type"))
