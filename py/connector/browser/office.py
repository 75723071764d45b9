"""Outlook, through Office.js: the port `connector.ports.Mailbox`.

    mailbox = await OfficeMailbox.ready(seconds=30)
    mailbox.mail()

Source: Office JavaScript API reference, ``Office.Mailbox`` and ``Office.MessageRead``.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Mapping
from typing import Any

import js
from pyodide.ffi import JsException, create_once_callable, create_proxy

from connector.browser.heldfiles import HeldFiles, handle
from connector.browser.values import entries, flag, number, part, text
from connector.errors import NoMailOpen, OfficeCallFailed, OfficeMissing, OfficeTimeout, OfficeTooOld
from connector.ports import CloudLink, FileHandle, Form, RawAddress, RawAttachment, RawMail, Traits, WholeFile


class OfficeMailbox(HeldFiles):
    """The open item of this Outlook window. Every call has the same time-out, in seconds."""

    @classmethod
    async def ready(cls, seconds: float) -> OfficeMailbox:
        """Wait for ``Office.onReady``. Raises OfficeTimeout, OfficeMissing, OfficeTooOld outside Outlook."""
        if not hasattr(js, "Office"):
            raise OfficeMissing()
        try:
            async with asyncio.timeout(seconds):
                # after-office.js has asked while Python was on its way.
                early = part(part(js, "mailConnector"), "office")
                await (js.Office.onReady() if early is None else early)
        except TimeoutError as error:
            raise OfficeTimeout(what="Office.onReady") from error
        except JsException as error:
            raise OfficeCallFailed(what="Office.onReady", reason=str(error)) from error
        if part(js.Office.context, "mailbox") is None:
            raise OfficeTooOld(what="Office.context.mailbox")
        return cls(seconds)

    @property
    def owner(self) -> RawAddress:
        """Whose mailbox it is."""
        profile = part(js.Office.context.mailbox, "userProfile")
        return RawAddress(text(profile, "displayName"), text(profile, "emailAddress"))

    def _item(self) -> Any:
        """The open item; None when nothing is selected, and for what is no mail, such as a draft being written."""
        item = part(js.Office.context.mailbox, "item")
        if text(item, "itemType") == "appointment":
            return None
        return item if text(item, "itemId") or _traits(item) != NOTHING else None

    def shows(self, traits: Traits | None) -> bool:
        """Whether the mail of these traits is the open one."""
        item = part(js.Office.context.mailbox, "item")
        item_id = text(item, "itemId")
        if traits is not None and traits.item_id and item_id:
            return item_id == traits.item_id
        now = _traits(item)
        return now == NOTHING if traits is None else now.same(traits)

    def mail(self) -> RawMail | None:
        """The open mail's properties."""
        item = self._item()
        if item is None:
            return None
        return RawMail(
            item_id=text(item, "itemId"),
            subject=text(item, "subject"),
            sender=_person(part(item, "sender")),
            author=_person(part(item, "from")),
            to=_people(item, "to") or _people(item, "requiredAttendees"),
            cc=_people(item, "cc") or _people(item, "optionalAttendees"),
            created=_instant(part(item, "dateTimeCreated")),
            message_id=text(item, "internetMessageId"),
            conversation_id=text(item, "conversationId"),
            attachments=_attachments(item),
            shared=part(item, "getSharedPropertiesAsync") is not None,
            item_class=text(item, "itemClass"),
        )

    def instead(self) -> str:
        """What is open where no mail is."""
        return _instead(part(js.Office.context.mailbox, "item"))

    def on_change(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` whenever another item, or none, is selected while the pane is pinned.

        ``pane/after-office.js`` has listened since Outlook was there.
        """
        js.mailConnector.itemChanged = create_proxy(lambda *_: changed())

    def reads_files(self) -> bool:
        """Whether attachments' content can be read at all."""
        return _supports("1.8")

    def item(self, traits: Traits | None = None) -> Any:
        """The open item, and with ``traits`` only while it is the mail of these; else None."""
        return self._item() if traits is None or self.shows(traits) else None

    async def shared(self) -> tuple[str, ...]:
        """The owner of the shared folder in which the open mail lies, and that mailbox; nothing where it is no such.

        Office.js has the call on items of shared folders only.
        """
        item = self._item()
        if item is None or not _supports("1.8") or part(item, "getSharedPropertiesAsync") is None:
            return ()
        properties = await self.call("shared", item.getSharedPropertiesAsync)
        return tuple(one for one in (text(properties, "owner"), text(properties, "targetMailbox")) if "@" in one)

    async def headers(self) -> str:
        """The internet headers; empty where they can't be had."""
        item = self._item()
        if item is None or not _supports("1.8") or part(item, "getAllInternetHeadersAsync") is None:
            return ""
        return _string(await self.call("headers", item.getAllInternetHeadersAsync))

    async def body(self, form: Form) -> str:
        """The body in this form."""
        item = self._item()
        if item is None:
            raise NoMailOpen()
        getter = part(part(item, "body"), "getAsync")
        if getter is None:
            raise OfficeCallFailed(what="body", reason="no body.getAsync")
        return _string(await self.call("body", getter, form))

    async def whole(self) -> str:
        """The skeleton of the whole message, whose bytes stay in JavaScript; empty where Outlook does not offer it."""
        item = self._item()
        if item is None or not _hands_out(item):
            return ""
        return text(await self.awaited("message", js.mailConnector.files.skeleton(item)), "text")

    def unlisted(self) -> int:
        """None: this is Outlook's list."""
        return 0

    async def content_ids(self) -> Mapping[str, str]:
        """Nothing: what Outlook knows of that stands in its list."""
        return {}

    async def original(self) -> WholeFile:
        """Read the whole message; its bytes stay in JavaScript."""
        item = self._item()
        if item is None or not _hands_out(item):
            raise NoMailOpen() if item is None else OfficeTooOld(what="message")
        read = await self.awaited("message", js.mailConnector.files.original(item))
        return WholeFile(handle(read), text(read, "text"), text(read, "sha256"))

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment; its bytes stay in JavaScript."""
        item = self._item()
        if item is None:
            raise NoMailOpen()
        if not self.reads_files() or part(item, "getAttachmentContentAsync") is None:
            raise OfficeTooOld(what=attachment.name)
        reading = js.mailConnector.files.read(item, attachment.id, attachment.media_type)
        result = await self.awaited(attachment.name, reading)
        link = text(result, "url")
        return CloudLink(link) if link else handle(result)

    async def enclosed(self, attachment: RawAttachment) -> str:
        """The skeleton of a mail that is attached, whose bytes are let go of."""
        file = await self.read_file(attachment)
        if isinstance(file, CloudLink):
            return ""
        try:
            return text(await js.mailConnector.files.examined(file.key), "text")
        except JsException as error:
            raise OfficeCallFailed(what=attachment.name, reason=str(error)) from error
        finally:
            self.drop_files([file])

    async def call(self, what: str, method: Any, *arguments: Any) -> Any:
        """Make a call of Office.js whose answer comes by a callback, or never does. Raises `OfficeError`."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def answered(result: Any = None) -> None:
            if not answer.done():
                answer.set_result(result)

        try:
            method(*arguments, create_once_callable(answered))
            async with asyncio.timeout(self.seconds):
                result = await answer
        except (JsException, TypeError) as error:
            # Some of its methods are none.
            raise OfficeCallFailed(what=what, reason=str(error)) from error
        except TimeoutError as error:
            raise OfficeTimeout(what=what) from error
        if text(result, "status") != "succeeded":
            reason = part(result, "error")
            code = number(reason, "code") or text(reason, "code") or "?"
            raise OfficeCallFailed(what=what, reason=f"{text(reason, 'message')} ({code})")
        return part(result, "value")


NOTHING = Traits("")
"""The traits of what is no mail."""


def _supports(version: str) -> bool:
    try:
        return js.Office.context.requirements.isSetSupported("Mailbox", version) is True
    except (JsException, AttributeError):
        return False


def _hands_out(item: Any) -> bool:
    """Whether Outlook hands out the mail as a file."""
    return _supports("1.14") and part(item, "getAsFileAsync") is not None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _instead(item: Any) -> str:
    """What the item is where it is no mail. The properties of a draft are objects that have to be asked."""
    if text(item, "itemType") == "appointment":
        return "appointment"
    return "draft" if part(part(item, "subject"), "getAsync") is not None else ""


def _traits(item: Any) -> Traits:
    writer = _person(part(item, "from")) or _person(part(item, "sender"))
    return Traits(
        text(item, "itemId"),
        text(item, "internetMessageId"),
        text(item, "conversationId"),
        text(item, "subject"),
        _instant(part(item, "dateTimeCreated")),
        (writer.address or writer.name) if writer is not None else "",
        tuple((one.id, one.name, one.size) for one in _attachments(item)),
    )


def _person(details: Any) -> RawAddress | None:
    return None if details is None else RawAddress(text(details, "displayName"), text(details, "emailAddress"))


def _people(item: Any, name: str) -> tuple[RawAddress, ...]:
    return tuple(RawAddress(text(one, "displayName"), text(one, "emailAddress")) for one in entries(item, name))


def _instant(date: Any) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(date.getTime() / 1000, datetime.UTC)
    except (AttributeError, ValueError, OverflowError, TypeError, OSError, JsException):
        return None


def _attachments(item: Any) -> tuple[RawAttachment, ...]:
    return tuple(
        RawAttachment(
            id=text(one, "id"),
            name=text(one, "name"),
            size=number(one, "size"),
            media_type=text(one, "contentType"),
            kind=text(one, "attachmentType") or "file",
            inline=flag(one, "isInline"),
            content_id=text(one, "contentId"),
            place=place,
        )
        for place, one in enumerate(entries(item, "attachments"))
    )
