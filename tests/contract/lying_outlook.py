"""An Outlook that lies, on CPython: the port ``Mailbox`` over a mail, with any of the stand-in's manners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from connector.errors import NoMailOpen, OfficeCallFailed, OfficeTimeout, OfficeTooOld
from connector.ports import CloudLink, FileHandle, Form, RawAddress, RawAttachment, RawMail, WholeFile
from contract.skeletons import skeleton_of
from contract.surroundings import Files, MailFileMailbox
from standin_outlook.items import (
    Refused,
    Silent,
    body_of,
    content_of,
    headers_of,
    item_of,
    opens,
    shared_of,
    whole_of,
)
from standin_outlook.mail import Address, Format, Kind, Mail
from standin_outlook.manners import Manners

T = TypeVar("T")
KINDS = {Kind.FILE: "file", Kind.ITEM: "item", Kind.CLOUD: "cloud"}


class LyingOutlook(MailFileMailbox):
    """A mailbox of these manners. A call that is never answered fails at once, as after its time-out."""

    def __init__(self, files: Files, manners: Manners, user_address: str = "sales@ourcompany.example") -> None:
        super().__init__(files, user_address)
        self.manners = manners
        self.selections = 0
        self._asked: Counter[str] = Counter()
        self._told_last: tuple[Mail, RawMail] | None = None

    def select(self, mail: Mail | None) -> None:
        """Select a mail, or none; on some mails Outlook opens no add-in."""
        self.open = mail if mail is not None and opens(mail, self.manners) else None
        self.selections += 1
        self._asked.clear()

    def mail(self) -> RawMail | None:
        """The open mail's properties, as this Outlook tells them."""
        if self.open is None:
            return None
        if self._told_last is None or self._told_last[0] is not self.open:
            self._told_last = self.open, self._properties(self.open)
        return self._told_last[1]

    def _properties(self, mail: Mail) -> RawMail:
        item = item_of(mail, self.manners, self._user_address)
        return RawMail(
            item_id=item.id,
            subject=item.subject,
            sender=_raw(item.sender),
            author=_raw(item.author),
            to=tuple(RawAddress(one.name, one.address) for one in item.to),
            cc=tuple(RawAddress(one.name, one.address) for one in item.cc),
            created=item.created,
            message_id=item.message_id or "",
            conversation_id=item.conversation_id,
            attachments=tuple(
                RawAttachment(
                    id=one.id or "",
                    name=one.name,
                    size=one.size or 0,
                    media_type=one.content_type,
                    kind=KINDS[one.kind],
                    inline=one.is_inline,
                    content_id=one.content_id or "",
                    place=place,
                )
                for place, one in enumerate(item.files)
            ),
            shared=self.manners.shared != "no",
        )

    async def shared(self) -> tuple[str, ...]:
        """Whose mailbox the mail lies in."""
        if self.manners.shared == "no":
            return ()
        told = self._told("shared", lambda: shared_of(self.manners))
        return tuple(one for one in (told["owner"], told["targetMailbox"]) if one)

    async def headers(self) -> str:
        """The internet headers."""
        mail = self._opened()
        return self._told("headers", lambda: headers_of(mail, self.manners, self._user_address))

    async def body(self, form: Form) -> str:
        """The body."""
        mail, turned = self._opened(), self.selections > 1
        return self._told("body", lambda: body_of(mail, form, self.manners, turned=turned)) or ""

    async def whole(self) -> str:
        """The skeleton of the whole message."""
        mail = self._opened()
        if self.manners.whole == "absent":
            return ""
        return skeleton_of(self._told("message", lambda: whole_of(mail, self.manners)))

    async def original(self) -> WholeFile:
        """The whole message as a file."""
        mail = self._opened()
        if self.manners.whole == "absent":
            raise OfficeTooOld(what="message")
        raw = self._told("message", lambda: whole_of(mail, self.manners))
        if not raw:
            raise OfficeCallFailed(what="message", reason="no content")
        return self._whole_file(raw)

    async def read_file(self, attachment: RawAttachment) -> FileHandle | CloudLink:
        """Read one attachment."""
        mail, before = self._opened(), self._asked[attachment.id]
        self._asked[attachment.id] += 1
        try:
            found = self._told(attachment.name, lambda: content_of(mail, attachment.id, self.manners, before=before))
        except KeyError as error:
            # office.js throws for an empty id.
            raise OfficeCallFailed(what=attachment.name, reason="no such attachment") from error
        if found.format is Format.URL:
            return CloudLink(found.content.decode())
        media_type = {Format.EML: "message/rfc822", Format.ICALENDAR: "text/calendar"}.get(found.format)
        return self._files.hold(found.content, media_type or found.content_type)

    def _opened(self) -> Mail:
        if self.open is None:
            raise NoMailOpen
        return self.open

    def _told(self, what: str, tell: Callable[[], T]) -> T:
        try:
            return tell()
        except Refused as error:
            raise OfficeCallFailed(what=what, reason=str(error.code)) from error
        except Silent as error:
            raise OfficeTimeout(what=what) from error


def _raw(person: Address | None) -> RawAddress | None:
    return RawAddress(person.name, person.address) if person else None
