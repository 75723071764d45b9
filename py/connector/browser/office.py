"""Outlook, through Office.js: the port `connector.ports.Mailbox`.

    mailbox = await OfficeMailbox.ready(seconds=30)
    mailbox.mail()

Source: Office JavaScript API reference, ``Office.Mailbox`` and ``Office.MessageRead``.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Sequence
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, create_proxy, to_js

from connector.errors import NoMailOpen, OfficeCallFailed, OfficeMissing, OfficeTimeout, OfficeTooOld
from connector.ports import Body, CloudLink, FileHandle, RawAddress, RawAttachment, RawMail


class OfficeMailbox:
    """The open item of this Outlook window. Every call has the same time-out, in seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    @classmethod
    async def ready(cls, seconds: float) -> OfficeMailbox:
        """Wait for ``Office.onReady``. Raises OfficeTimeout, OfficeMissing, OfficeTooOld outside Outlook."""
        if not hasattr(js, "Office"):
            raise OfficeMissing()
        try:
            async with asyncio.timeout(seconds):
                # after-office.js has asked while Python was on its way.
                await (getattr(js.mailConnector, "office", None) or js.Office.onReady())
        except TimeoutError as error:
            raise OfficeTimeout(what="Office.onReady") from error
        if not getattr(js.Office.context, "mailbox", None):
            raise OfficeTooOld(what="Office.context.mailbox")
        return cls(seconds)

    @property
    def user_address(self) -> str:
        """The mailbox owner's address."""
        return _text(js.Office.context.mailbox.userProfile, "emailAddress")

    def _item(self) -> Any:
        return getattr(js.Office.context.mailbox, "item", None)

    def item_id(self) -> str | None:
        """The open mail's id; None when nothing is selected."""
        item = self._item()
        return (_text(item, "itemId") or None) if item else None

    def mail(self) -> RawMail | None:
        """The open mail's properties."""
        item = self._item()
        if not item or not _text(item, "itemId"):
            return None
        return RawMail(
            item_id=_text(item, "itemId"),
            subject=_text(item, "subject"),
            sender=_person(getattr(item, "sender", None)),
            author=_person(getattr(item, "from", None)),
            to=_people(item, "to") or _people(item, "requiredAttendees"),
            cc=_people(item, "cc") or _people(item, "optionalAttendees"),
            created=_instant(getattr(item, "dateTimeCreated", None)),
            message_id=_text(item, "internetMessageId"),
            conversation_id=_text(item, "conversationId"),
            attachments=tuple(_attachment(one) for one in _list(item, "attachments")),
        )

    def on_change(self, told: Callable[[], None]) -> None:
        """Call ``told`` whenever another item, or none, is selected while the pane is pinned."""
        if not self._supports("1.5"):
            return
        handler = create_proxy(lambda *_: told())
        js.Office.context.mailbox.addHandlerAsync(js.Office.EventType.ItemChanged, handler)

    def _supports(self, version: str) -> bool:
        return bool(js.Office.context.requirements.isSetSupported("Mailbox", version))

    def reads_files(self) -> bool:
        """Whether attachments' content can be read at all."""
        return self._supports("1.8")

    async def headers(self) -> str:
        """The internet headers; empty where they can't be had."""
        item = self._item()
        if not item or not self._supports("1.8") or not hasattr(item, "getAllInternetHeadersAsync"):
            return ""
        return str(await self._call("headers", item.getAllInternetHeadersAsync) or "")

    async def body(self) -> Body:
        """The body as HTML, and as text where there is no HTML."""
        item = self._item()
        if not item:
            raise NoMailOpen()
        html = str(await self._call("body", item.body.getAsync, "html") or "")
        text = "" if html.strip() else str(await self._call("body", item.body.getAsync, "text") or "")
        return Body(html, text)

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment; its bytes stay in JavaScript."""
        item = self._item()
        if not item:
            raise NoMailOpen()
        if not self.reads_files() or not hasattr(item, "getAttachmentContentAsync"):
            raise OfficeTooOld(what=attachment.name)
        try:
            reading = js.mailConnector.files.read(item, attachment.id, attachment.media_type)
        except JsException as error:
            raise OfficeCallFailed(what=attachment.name, reason=str(error)) from error
        try:
            async with asyncio.timeout(self._seconds):
                result = await reading.promise
        except TimeoutError as error:
            reading.abandon()
            raise OfficeTimeout(what=attachment.name) from error
        except asyncio.CancelledError:
            reading.abandon()
            raise
        failed = getattr(result, "failed", None)
        if failed:
            code, reason = failed
            raise OfficeCallFailed(what=attachment.name, reason=f"{reason} ({code})" if code else str(reason))
        link = getattr(result, "url", None)
        if link:
            return CloudLink(str(link))
        return FileHandle(str(result.key), int(result.size), str(result.type))

    def drop_files(self, files: Sequence[FileHandle]) -> None:
        """Let go of the bytes behind these handles."""
        js.mailConnector.files.drop(to_js([file.key for file in files]))

    async def _call(self, what: str, method: Any, *arguments: str) -> Any:
        """Make a call of Office.js whose answer comes by a callback, or never does."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(result: Any) -> None:
            if not answer.done():
                answer.set_result(result)

        try:
            method(*arguments, create_once_callable(answered))
            async with asyncio.timeout(self._seconds):
                result = await answer
        except JsException as error:
            raise OfficeCallFailed(what=what, reason=str(error)) from error
        except TimeoutError as error:
            raise OfficeTimeout(what=what) from error
        if str(result.status) != "succeeded":
            reason = getattr(result, "error", None)
            raise OfficeCallFailed(what=what, reason=f"{_text(reason, 'message')} ({getattr(reason, 'code', '?')})")
        return result.value


def _text(holder: Any, name: str) -> str:
    value = getattr(holder, name, None) if holder else None
    return value if isinstance(value, str) else ""


def _list(holder: Any, name: str) -> list[Any]:
    value = getattr(holder, name, None)
    return list(value) if value else []


def _person(details: Any) -> RawAddress | None:
    if not details:
        return None
    return RawAddress(_text(details, "displayName"), _text(details, "emailAddress"))


def _people(item: Any, name: str) -> tuple[RawAddress, ...]:
    return tuple(person for details in _list(item, name) if (person := _person(details)) is not None)


def _instant(date: Any) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(date.getTime() / 1000, datetime.UTC)
    except (AttributeError, ValueError, OverflowError, TypeError, OSError):
        return None


def _attachment(details: Any) -> RawAttachment:
    size = getattr(details, "size", 0)
    return RawAttachment(
        id=_text(details, "id"),
        name=_text(details, "name"),
        size=int(size) if isinstance(size, int | float) and size == size else 0,
        media_type=_text(details, "contentType"),
        kind=_text(details, "attachmentType") or "file",
        inline=bool(getattr(details, "isInline", False)),
        content_id=_text(details, "contentId"),
    )
